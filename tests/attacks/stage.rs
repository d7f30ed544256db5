//! A bridge between a client and a backend, either of which may be hostile.

use std::net::SocketAddr;

use saponify::bridge::{Bridge, ReadyService};
use saponify::limits::Limits;
use saponify::server::{Running, start};

use super::backend::Backend;
use super::data::{Service, Way};
use super::make;
use super::support::{self, Answer};

/// A bridge, its backend, and what nobody may ever look for.
pub struct Stage {
    pub backend: Backend,
    pub canary: Backend,
    bridge: Bridge,
    running: Option<Running>,
}

impl Stage {
    /// The service that is attacked the way `way`.
    pub fn new(service: Service, way: Way) -> Self {
        Self::with(service, way, 1, |_| {}, |text| text)
    }

    /// The same with so many threads, other limits, and another service file.
    pub fn with(
        service: Service,
        way: Way,
        threads: usize,
        change: impl FnOnce(&mut Limits),
        edit: impl FnOnce(String) -> String,
    ) -> Self {
        let backend = Backend::start();
        let path = file(service, way);
        let text = edit(std::fs::read_to_string(&path).expect("service file"));
        let service = support::service(&path, &text, &backend.url());
        let mut limits = service.limits;
        change(&mut limits);
        let bridge = bridge(service, limits);
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let running = Some(start(address, &bridge, limits.http, threads).expect("listener"));
        Self { backend, canary: Backend::start(), bridge, running }
    }

    /// How many tokens were refused.
    pub fn security_failures(&self) -> usize {
        let counted = self.failures().into_iter().find(|(name, _)| name == "security");
        counted.map_or(0, |(_, number)| number.parse().expect("a number"))
    }

    /// The failures that were counted: name and number.
    pub fn failures(&self) -> Vec<(String, String)> {
        let text = self.bridge.metrics_text();
        let lines = text.lines().filter_map(|line| line.strip_prefix("saponify_failures_total{"));
        let value = |line: &str| {
            let (labels, value) = line.split_once("} ").expect("a value");
            let name = labels.split("name=\"").nth(1).expect("a name").trim_end_matches('"');
            (name.to_owned(), value.to_owned())
        };
        lines.map(value).collect()
    }

    /// Why callers were refused, each once.
    pub fn reasons(&self) -> Vec<String> {
        let text = self.bridge.metrics_text();
        let lines = text.lines().filter_map(|line| line.strip_prefix("saponify_refusals_total{reason=\""));
        lines.filter_map(|line| line.split('"').next()).map(str::to_owned).collect()
    }

    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().map(Running::address).expect("a bridge that runs")
    }
}

fn bridge(mut service: saponify::service::Service, limits: Limits) -> Bridge {
    service.limits = limits;
    (service.encode.limits, service.encode.xml) = (limits.json, limits.xml);
    let shared = ReadyService::new(service).expect("backend");
    Bridge::new(vec![shared], limits).expect("bridge")
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().stop();
            running.join();
        }
    }
}

/// The service file for attacks of the way `way`.
pub fn file(service: Service, way: Way) -> String {
    let name = match (service, way) {
        (Service::Encoded, _) => "encoded-to-json",
        (_, Way::RequestSoap | Way::ReplyJson) => "to-json",
        (_, Way::RequestJson | Way::ReplySoap) => "to-soap",
    };
    format!("{}/tests/attacks/{name}.yaml", env!("CARGO_MANIFEST_DIR"))
}

/// A request or a reply: its first line, its headers, its body.
#[derive(Clone, Debug)]
pub struct Sent {
    pub line: String,
    pub head: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Sent {
    /// The request to the front of the way `way`.
    pub fn request(soap: bool, body: Vec<u8>) -> Self {
        let (line, head) = match soap {
            true => (
                "POST /soap/vault",
                vec![("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\"")],
            ),
            false => {
                ("POST /vault/Store", vec![("Content-Type", "application/json"), ("Authorization", BASIC)])
            }
        };
        Self { line: line.to_owned(), head: owned(head), body }
    }

    /// The reply of a backend.
    pub fn reply(soap: bool, status: u16, body: Vec<u8>) -> Self {
        let kind = if soap { "text/xml; charset=utf-8" } else { "application/json" };
        Self { line: format!("HTTP/1.1 {status} X"), head: owned(vec![("Content-Type", kind)]), body }
    }

    /// Puts a header in the place of the one with its name; one that is empty only takes that away.
    pub fn set(&mut self, name: &str, value: &str) {
        self.head.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        if !value.is_empty() {
            self.head.push((name.to_owned(), value.to_owned()));
        }
    }

    pub fn post(&self, to: SocketAddr) -> Answer {
        let head: Vec<_> = self.head.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (method, path) = self.line.split_once(' ').expect("method and path");
        support::send(to, method, path, &head, &self.body)
    }

    /// The bytes of a reply.
    pub fn bytes(&self) -> Vec<u8> {
        let fields: String = self.head.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = self.body.len();
        let head = format!("{}\r\n{fields}Content-Length: {length}\r\nConnection: close\r\n\r\n", self.line);
        [head.as_bytes(), &self.body].concat()
    }
}

fn owned(head: Vec<(&str, &str)>) -> Vec<(String, String)> {
    head.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What stands opposite of an attack: a request, and what the backend says, that nobody objects to.
pub fn opposite(way: Way) -> Sent {
    match way {
        Way::RequestSoap => Sent::reply(false, 200, make::benign(Way::ReplyJson, 0)),
        Way::RequestJson => Sent::reply(true, 200, make::benign(Way::ReplySoap, 0)),
        Way::ReplySoap => Sent::request(false, make::benign(Way::RequestJson, 0)),
        Way::ReplyJson => Sent::request(true, make::benign(Way::RequestSoap, 0)),
    }
}

/// `ops@example.com` with the right password.
const BASIC: &str = "Basic b3BzQGV4YW1wbGUuY29tOm5vdC1hLXJlYWwtc2VjcmV0";
