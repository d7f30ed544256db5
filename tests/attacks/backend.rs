//! A backend that says any bytes, and a listener that nobody may ever find.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::count::outside;

/// A backend: what it says, and what it heard.
#[derive(Clone)]
pub struct Backend {
    pub address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    reply: Vec<u8>,
    heard: Vec<String>,
}

impl Backend {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        let address = listener.local_addr().expect("address");
        let backend = Self { address, shared: Arc::default() };
        let serving = backend.clone();
        std::thread::spawn(move || {
            outside();
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.serve(stream));
            }
        });
        backend
    }

    pub fn url(&self) -> String {
        format!("http://{}/backend", self.address)
    }

    /// What it says from now on, head and body; it forgets what it heard.
    pub fn say(&self, reply: Vec<u8>) {
        *self.shared() = Shared { reply, heard: Vec::new() };
    }

    /// The requests that it got, or whatever came instead of one.
    pub fn heard(&self) -> Vec<String> {
        self.shared().heard.clone()
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut stream: TcpStream) {
        outside();
        let heard = read(&mut stream);
        self.shared().heard.push(heard);
        let reply = self.shared().reply.clone();
        let _ = stream.write_all(&reply);
        let _ = stream.shutdown(std::net::Shutdown::Write);
    }
}

/// Reads one request, or what there is of one.
fn read(stream: &mut TcpStream) -> String {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    while !is_complete(&bytes) {
        match stream.read(&mut chunk) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_complete(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = |line: &str| line.strip_prefix("content-length:")?.trim().parse().ok();
    bytes.len() >= end + 4 + head.lines().find_map(length).unwrap_or(0)
}
