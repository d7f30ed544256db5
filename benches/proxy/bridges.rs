//! The bridges that are measured, and what they are sent.

use std::net::SocketAddr;
use std::path::Path;

use bytes::Bytes;
use saponify::bridge::{Bridge, ReadyService};
use saponify::limits::Limits;
use saponify::server::{Running, Settings, Tls, start_with};
use saponify::service::{Environment, Identity, ListenPem, load};
use saponify::wsdl::Files;
use saponify::wss::Secret;

use crate::load::Sent;
use crate::tls::{Authority, Issued, file};

const REQUEST_JSON: &[u8] = include_bytes!("../../samples/bancbox/request.json");
pub const REQUEST_XML: &[u8] = include_bytes!("../../samples/bancbox/request.xml");
pub const REPLY_XML: &[u8] = include_bytes!("../../samples/bancbox/response-ok.xml");
pub const REPLY_JSON: &[u8] = include_bytes!("../../samples/bancbox/response-ok.json");

/// BancBox's one operation, in three ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    JsonToSoap,
    SoapToJson,
    /// As its sample has it, with three conditions and the caller's credentials.
    Conditions,
}

impl Subject {
    pub const ALL: [Self; 3] = [Self::JsonToSoap, Self::SoapToJson, Self::Conditions];

    pub fn label(self) -> &'static str {
        match self {
            Self::JsonToSoap => "JSON to SOAP, digest",
            Self::SoapToJson => "SOAP to JSON, token verified",
            Self::Conditions => "JSON to SOAP, text, three conditions",
        }
    }

    pub fn sent(self, address: SocketAddr) -> Sent {
        let (path, content_type) = match self {
            Self::SoapToJson => ("/bancbox", "text/xml; charset=utf-8"),
            Self::JsonToSoap | Self::Conditions => ("/bancbox/updateClient", "application/json"),
        };
        let body = match self {
            Self::JsonToSoap => without_credentials(),
            Self::SoapToJson => Bytes::from_static(REQUEST_XML),
            Self::Conditions => Bytes::from_static(REQUEST_JSON),
        };
        Sent { address, path, content_type, body }
    }

    fn file(self) -> &'static str {
        match self {
            Self::JsonToSoap => "tests/instructions/json-to-soap.yaml",
            Self::SoapToJson => "tests/instructions/soap-to-json.yaml",
            Self::Conditions => "samples/bancbox/json-to-soap.yaml",
        }
    }

    fn text(self) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(self.file());
        // The bench opens 2 000 connections at once.
        std::fs::read_to_string(path).expect("a service file").replace("connect: 1s", "connect: 10s")
    }
}

/// The sample's request for a bridge that has credentials of its own.
fn without_credentials() -> Bytes {
    let mut request: serde_json::Value = serde_json::from_slice(REQUEST_JSON).expect("JSON");
    request.as_object_mut().expect("an object").remove("authentication");
    request.to_string().into()
}

/// The password of the service files.
struct Variables;

impl Environment for Variables {
    fn variable(&self, name: &str) -> Option<String> {
        (name == "PASSWORD").then(|| "not-a-real-secret".to_owned())
    }

    fn file(&self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
}

/// The bridge of `subject` in front of `backend`.
pub fn start(subject: Subject, backend: SocketAddr, threads: usize) -> Running {
    of(subject.file(), &subject.text(), Some(backend), threads, None)
}

/// JSON in front of SOAP, with TLS on both sides.
pub fn secure(backend: SocketAddr, authority: &Authority, issued: &Issued) -> Running {
    let ca = file(Path::new(env!("CARGO_TARGET_TMPDIR")), "bench-ca.pem", &authority.pem());
    let url = format!("url: \"https://localhost:{}/\"\n    tls: {{ ca: {ca:?} }}", backend.port());
    let text = Subject::JsonToSoap.text().replace("url: \"http://localhost:1/\"", &url);
    let identity =
        Identity { certificate: issued.certificate_pem().into(), key: Secret::new(issued.key_pem()) };
    let tls = Tls::new(&ListenPem { identity, client_ca: None, client_optional: false }).expect("TLS");
    of(Subject::JsonToSoap.file(), &text, None, 1, Some(tls))
}

/// The bridge of the service file `text` at `path`, which bounds nothing that the bench sends.
pub fn of(path: &str, text: &str, backend: Option<SocketAddr>, threads: usize, tls: Option<Tls>) -> Running {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let url = backend.map(|backend| format!("http://{backend}/"));
    let mut service = load(&path, text, &Variables, &mut Files, url.as_deref()).expect("a service");
    let mut limits = Limits::default();
    (limits.xml.elements, limits.xml.children, limits.json.tokens) = (1_000_000, 100_000, 10_000_000);
    (limits.http.reply_body, limits.http.concurrent, limits.http.pool_idle) = (32 << 20, Some(4096), 4096);
    service.limits = limits;
    let ready = ReadyService::new(service).expect("a backend");
    let bridge = Bridge::new(vec![ready], limits).expect("a bridge");
    let settings = Settings { limits: limits.http, threads, tls };
    start_with(SocketAddr::from(([127, 0, 0, 1], 0)), &bridge, settings).expect("a listener")
}
