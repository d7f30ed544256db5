//! Bridges and backends on free ports, and a client that hides nothing.

#![allow(dead_code, reason = "each test crate uses its own part")]

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use saponify::bridge::{Bridge, ReadyService};
use saponify::limits::Limits;
use saponify::server::{Running, start};
use saponify::service::{Environment, Service, load};
use saponify::wsdl::Files;

/// An environment with these variables.
pub struct Variables(pub HashMap<&'static str, &'static str>);

impl Environment for Variables {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| (*value).to_owned())
    }

    fn file(&self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
}

/// The service of a sample file, in front of `backend`.
pub fn sample_service(name: &str, backend: &str) -> Service {
    system_service("bancbox", name, backend)
}

/// The same for any of the systems.
pub fn system_service(system: &str, name: &str, backend: &str) -> Service {
    let path = format!("{}/samples/{system}/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("sample");
    service(&path, &text, backend)
}

/// The service of the text of a file at `path`, in front of `backend`.
pub fn service(path: &str, text: &str, backend: &str) -> Service {
    load(path, text, &Variables(VARIABLES.iter().copied().collect()), &mut Files, Some(backend))
        .expect("service")
}

/// What the samples want to know.
pub const VARIABLES: &[(&str, &str)] = &[
    ("SAPONIFY_BANCBOX_USERNAME", "ops@example.com"),
    ("SAPONIFY_BANCBOX_PASSWORD", "not-a-real-secret"),
    ("SAPONIFY_BANCBOX_API_KEY", "key"),
    ("SAPONIFY_BANCBOX_SECRET", "canary-secret"),
    ("SAPONIFY_STONEX_USERNAME", "ops@example.com"),
    ("SAPONIFY_STONEX_PASSWORD", "not-a-real-secret"),
    ("SAPONIFY_STONEX_TOKEN", "client-token"),
    ("SAPONIFY_STONEX_CLIENT_ID", "key"),
    ("SAPONIFY_STONEX_CLIENT_SECRET", "canary-secret"),
    ("SAPONIFY_HELIX_USERNAME", "ops@example.com"),
    ("SAPONIFY_HELIX_PASSWORD", "not-a-real-secret"),
    ("SAPONIFY_HELIX_API_KEY", "key"),
    ("SAPONIFY_HELIX_API_SECRET", "canary-secret"),
    ("SAPONIFY_FINZLY_USERNAME", "ops@example.com"),
    ("SAPONIFY_FINZLY_PASSWORD", "not-a-real-secret"),
    ("SAPONIFY_FINZLY_TOKEN", "client-token"),
    ("SAPONIFY_FINZLY_TENANT", "BANKOS"),
    ("SAPONIFY_FINZLY_API_KEY", "key"),
    ("SAPONIFY_FINZLY_API_SECRET", "canary-secret"),
    ("SAPONIFY_TABAPAY_USERNAME", "ops@example.com"),
    ("SAPONIFY_TABAPAY_PASSWORD", "not-a-real-secret"),
    ("SAPONIFY_TABAPAY_TOKEN", "client-token"),
];

/// Starts a bridge with `service` on a free port.
pub fn bridge(service: Service) -> Running {
    let limits = service.limits;
    bridge_with(service, limits)
}

/// The same with other limits.
pub fn bridge_with(mut service: Service, limits: Limits) -> Running {
    service.limits = limits;
    let bridge = Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge");
    start(SocketAddr::from(([127, 0, 0, 1], 0)), &bridge, limits.http, 1).expect("listener")
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The code of the first error.
    pub fn code(&self) -> String {
        self.json()["errors"][0]["code"].as_str().unwrap_or("").to_owned()
    }
}

/// Posts `body` with these headers and reads the whole answer.
pub fn post(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    send(address, "POST", path, headers, body)
}

/// The same with any method.
pub fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    raw(address, &[head.as_bytes(), b"\r\n", body].concat())
}

/// Sends `bytes` and reads until the other side closes.
pub fn raw(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("timeout");
    // A server that refuses early may close before everything is written.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    parse(&String::from_utf8_lossy(&answer))
}

fn parse(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

pub const JSON: (&str, &str) = ("Content-Type", "application/json");
pub const SOAP: (&str, &str) = ("Content-Type", "text/xml; charset=utf-8");
