//! A backend that says what it is told to, and remembers what it heard.

#![allow(dead_code, reason = "each test crate uses its own part")]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request that it got.
#[derive(Clone, Debug)]
pub struct Heard {
    pub line: String,
    pub head: String,
    pub body: String,
    /// The body as it came.
    pub octets: Vec<u8>,
}

impl Heard {
    /// The header field `name`, which is in lower case; empty where there is none.
    pub fn header(&self, name: &str) -> String {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut found = fields.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        found.next().unwrap_or("").to_owned()
    }
}

/// The backend.
#[derive(Clone)]
pub struct Stub {
    pub address: SocketAddr,
    reply: Arc<Mutex<Vec<u8>>>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Stub {
    pub fn start() -> Self {
        Self::start_with(|stub, stream| stub.serve(stream))
    }

    /// The same over TLS.
    pub fn start_tls(config: Arc<ServerConfig>) -> Self {
        Self::start_with(move |stub, stream| {
            let connection = ServerConnection::new(config.clone()).expect("TLS");
            let mut stream = StreamOwned::new(connection, stream);
            stub.serve(&mut stream);
            stream.conn.send_close_notify();
            let _ = stream.flush();
            // A socket that is closed with something unread takes back what was written, and that may be an alert.
            let _ = stream.sock.shutdown(Shutdown::Write);
            let _ = std::io::copy(&mut stream.sock, &mut std::io::sink());
        })
    }

    fn start_with(serve: impl Fn(Self, TcpStream) + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        let stub = Self {
            address: listener.local_addr().expect("address"),
            reply: Arc::default(),
            heard: Arc::default(),
        };
        let serving = stub.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (serving, serve) = (serving.clone(), serve.clone());
                std::thread::spawn(move || serve(serving, stream));
            }
        });
        stub
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it says from now on; forgets what it heard.
    pub fn say(&self, status: u16, head: &str, body: &str) {
        self.say_octets(status, head, body.as_bytes());
    }

    /// The same with a body in any encoding.
    pub fn say_octets(&self, status: u16, head: &str, body: &[u8]) {
        let head = format!(
            "HTTP/1.1 {status} X\r\n{head}Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        *self.reply.lock().expect("reply") = [head.as_bytes(), body].concat();
        self.heard.lock().expect("heard").clear();
    }

    /// It says nothing until what this gives is dropped.
    pub fn hold(&self) -> MutexGuard<'_, Vec<u8>> {
        self.reply.lock().expect("reply")
    }

    /// What it heard, tokens that were asked for left out.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("heard").clone()
    }

    fn serve(&self, mut stream: impl Read + Write) {
        let Some(heard) = read(&mut stream) else { return };
        if heard.line.contains("/token") {
            let token = r#"{"access_token":"backend-token","expires_in":36000}"#;
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{token}",
                token.len()
            );
            return;
        }
        let message_id = message_id(&heard.body).map(str::to_owned);
        self.heard.lock().expect("heard").push(heard);
        let mut reply = self.reply.lock().expect("reply").clone();
        if let (Some(at), Some(id)) = (memchr::memmem::find(&reply, MESSAGE_ID.as_bytes()), message_id) {
            reply[at..at + MESSAGE_ID.len()].copy_from_slice(id.as_bytes());
        }
        let _ = stream.write_all(&reply);
    }
}

/// What a reply has in the place of the `MessageID` that it relates to, which is as long.
pub const MESSAGE_ID: &str = "urn:uuid:@@@@@@@@-@@@@-@@@@-@@@@-@@@@@@@@@@@@";

/// The `MessageID` of a message, where it has one of a UUID.
pub fn message_id(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("<wsa:MessageID")?;
    let (_, text) = rest.split_once('>')?;
    text.get(..MESSAGE_ID.len())
}

fn read(stream: &mut impl Read) -> Option<Heard> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let Some(at) = memchr::memmem::find(&bytes, b"\r\n\r\n") else { continue };
        let (head, body) = (String::from_utf8_lossy(&bytes[..at]), &bytes[at + 4..]);
        let length =
            |line: &str| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok();
        let wanted: usize = head.lines().find_map(length).unwrap_or(0);
        if body.len() >= wanted {
            let line = head.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
            let (octets, text) = (body.to_vec(), String::from_utf8_lossy(body).into_owned());
            return Some(Heard { line, head: head.into_owned(), body: text, octets });
        }
    }
}
