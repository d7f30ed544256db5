//! A request that is sent again has a new token: the same one twice is a replay.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::client::{Front, Proof, Sends, call};
use super::heard::element;
use super::stage::{Stage, text};

const REPLY: &str = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><StoreResponse xmlns='urn:vault'/></e:Body></e:Envelope>";

/// A backend that keeps connections, and closes the first one when a second request has come on it.
struct Closing {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<String>>>,
}

impl Closing {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        let address = listener.local_addr().expect("address");
        let bodies: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = bodies.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &heard);
            }
        });
        Self { address, bodies }
    }

    fn bodies(&self) -> Vec<String> {
        self.bodies.lock().expect("bodies").clone()
    }
}

fn serve(mut stream: TcpStream, heard: &Mutex<Vec<String>>) {
    while let Some(body) = read(&mut stream) {
        let count = {
            let mut heard = heard.lock().expect("bodies");
            heard.push(body);
            heard.len()
        };
        if count == 2 {
            return;
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n";
        let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{REPLY}", REPLY.len());
    }
}

fn read(stream: &mut TcpStream) -> Option<String> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(chunk.get(..count)?);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.split_once("content-length: ")?.1.lines().next()?.parse().ok()?;
        if body.len() >= length {
            return String::from_utf8_lossy(&bytes).split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        }
    }
}

/// The statuses of two requests, and what the backend heard.
fn two_requests(backend: &str, more: &str) -> (Vec<u16>, Vec<String>) {
    let closing = Closing::start();
    let backend = format!("soap: {{ url: \"http://{}/\", {backend} }}", closing.address);
    let auth = "{ users: { users: [{ name: orders, password: \"${env:PASSWORD}\" }] } }";
    let stage = Stage::before_another(&text("json", auth, &backend, more)).expect("stage");
    let status = |_| call(&stage, Front::Json, &Proof::of(Sends::Basic)).status;
    ((0..2).map(status).collect(), closing.bodies())
}

const SAFE: &str = "operations: { Store: { idempotent: true } }";

#[test]
fn what_is_sent_again_has_a_token_of_its_own() {
    for password in ["digest", "text, nonce: true"] {
        for credentials in ["caller", "{ by_caller: { orders: { username: a, password: \"${env:OWN}\" } } }"]
        {
            let token = format!("username_token: {{ credentials: {credentials}, password: {password} }}");
            let (statuses, bodies) = two_requests(&token, SAFE);
            assert_eq!((statuses, bodies.len()), (vec![200, 200], 3), "{token}");
            let of = |name: &str| -> Vec<String> {
                bodies.iter().map(|body| element(body, name).expect(name).to_owned()).collect()
            };
            let nonces = of("Nonce");
            assert!(nonces[0] != nonces[1] && nonces[1] != nonces[2] && nonces[0] != nonces[2], "{nonces:?}");
            let without = |body: &String| body.split_once("</wsse:Security>").expect("header").1.to_owned();
            assert_eq!(without(&bodies[1]), without(&bodies[2]), "nothing else differs");
        }
    }
}

#[test]
fn what_is_not_safe_to_repeat_is_not_sent_again() {
    let token = "username_token: { credentials: caller, password: digest }";
    let (statuses, bodies) = two_requests(token, "");
    assert_eq!((statuses, bodies.len()), (vec![200, 502], 2));
}
