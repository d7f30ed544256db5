//! Whether the time of a refusal tells why: the figures of docs/FIGURES.md, as in "dude, is my code constant time?".
//!
//! `cargo test --release --test timing -- --ignored --nocapture`

#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use rand::RngExt;
use saponify::wss::Sender;
use tokens::{USER, request};

const PATH: &str = "/soap/bancbox/BBXPort";
const OK: &str =
    r#"{"requestId":1700000000009,"status":1,"clientStatus":"ACTIVE","warnings":[],"errors":[]}"#;
const SAMPLES: usize = 50_000;

/// A kind of refused request, made anew each time.
type Kind = (&'static str, fn() -> String);

const KINDS: [Kind; 6] = [
    ("text, wrong at the first byte", || request(&Sender::default(), (USER.0, "Xot-a-real-secret"))),
    ("text, wrong at the last byte", || request(&Sender::default(), (USER.0, "not-a-real-secreX"))),
    ("text, unknown user", || request(&Sender::default(), ("ops@example.net", USER.1))),
    ("digest, wrong password", || request(&Sender::digest(), (USER.0, "not-a-real-secreX"))),
    ("digest, unknown user", || request(&Sender::digest(), ("ops@example.net", USER.1))),
    ("digest, the user's own but stale", stale),
];

fn stale() -> String {
    let now = chrono::Utc::now() - chrono::Duration::seconds(400);
    let fresh = saponify::wss::Fresh { nonce: rand::rng().random(), id: rand::rng().random(), now };
    tokens::request_of(&Sender::digest(), USER, &fresh)
}

#[test]
#[ignore = "it measures, and takes minutes"]
fn figures() {
    let stub = stub::Stub::start();
    stub.say(200, "Content-Type: application/json\r\n", OK);
    let running = bridge(&stub.url());
    let mut client = Client::new(running.address());
    let used = request(&Sender::digest(), USER);
    assert!(client.ask(&used).1.starts_with("HTTP/1.1 200"), "the first one is let in");
    let mut times: Vec<Vec<f64>> = vec![Vec::with_capacity(SAMPLES); KINDS.len() + 1];
    for _ in 0..SAMPLES * times.len() {
        let kind = rand::rng().random_range(0..times.len());
        // What the client does before it sends is the same for each kind.
        let (made, known) = (KINDS[kind % KINDS.len()].1(), KINDS.get(kind));
        let body = if known.is_some() { made } else { used.clone() };
        times[kind].push(client.ask(&body).0);
    }
    let names = KINDS.iter().map(|(name, _)| *name).chain(["digest, replayed"]);
    let times: Vec<(&str, Vec<f64>)> = names.zip(times.into_iter().map(cropped)).collect();
    for (name, times) in &times {
        println!("{name}: median {:.2} us of {}", median(times), times.len());
    }
    for (one, other) in [(0, 1), (1, 2), (3, 4), (3, 5), (3, 6)] {
        let t = welch(&times[one].1, &times[other].1);
        println!("t = {t:.2}: {} / {}", times[one].0, times[other].0);
    }
}

fn bridge(backend: &str) -> saponify::server::Running {
    let root = env!("CARGO_MANIFEST_DIR");
    let path = format!("{root}/samples/bancbox/soap-to-json.yaml");
    let users =
        "users: { users: [{ name: ops@example.com, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" }] }";
    let text = format!(
        "version: 1\nservice: bancbox\ncontract: {{ wsdl: ../../wsdl/bancbox.wsdl }}\ninclude: rules.yaml\n\
         fronts: {{ soap: {{ path: {PATH}, auth: {{ {users} }} }} }}\n\
         backend: {{ json: {{ url: http://localhost:1, credentials: {{ fixed: {{ username: key, password: \"${{env:SAPONIFY_BANCBOX_SECRET}}\" }} }} }} }}\n"
    );
    let mut service = support::service(&path, &text, backend);
    (service.limits.wss.failures, service.limits.wss.failure_time) = (u32::MAX, 1);
    support::bridge(service)
}

/// One connection, so that making connections is not what is measured.
struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    fn new(address: std::net::SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("connection");
        stream.set_nodelay(true).expect("option");
        Self { stream, answer: vec![0; 64 * 1024] }
    }

    /// Microseconds from the last byte of the request to the first of the answer, and the answer.
    fn ask(&mut self, body: &str) -> (f64, String) {
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let bytes = [head.as_bytes(), body.as_bytes()].concat();
        let begun = Instant::now();
        self.stream.write_all(&bytes).expect("sent");
        let read = self.stream.read(&mut self.answer).expect("answer");
        let time = begun.elapsed().as_secs_f64() * 1e6;
        let answer = String::from_utf8_lossy(&self.answer[..read]).into_owned();
        assert!(answer.ends_with('>'), "the answer came in one piece");
        (time, answer)
    }
}

/// The nine tenths that took least: the rest is the machine's.
fn cropped(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    times.truncate(times.len() * 9 / 10);
    times
}

fn median(times: &[f64]) -> f64 {
    times[times.len() / 2]
}

/// Welch's t.
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let moments = |times: &[f64]| {
        let n = times.len() as f64;
        let mean = times.iter().sum::<f64>() / n;
        let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance / n)
    };
    let ((a, va), (b, vb)) = (moments(one), moments(other));
    (a - b) / (va + vb).sqrt()
}
