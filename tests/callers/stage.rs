//! A bridge in front of a backend that remembers what it got.

use std::net::SocketAddr;
use std::sync::OnceLock;

use saponify::bridge::{Bridge, ReadyService};
use saponify::server::{Running, Settings, Tls, start_with};
use saponify::service::{Identity, ListenPem, Service, load};
use saponify::wsdl::Files;
use saponify::wss::Secret;

use super::stub::Stub;
use super::support::Variables;
use super::tls::{Authority, Issued, server_params};

/// Secrets of the service files.
pub const VARIABLES: &[(&str, &str)] = &[
    ("FIXED", "fixed-secret"),
    ("KEY", "key-of-orders"),
    ("OWN", "own-secret"),
    ("PASSWORD", "password-of-orders"),
    ("SECRET", "backend-secret"),
    ("SHARED", "not-a-real-secret-not-a-real-secret"),
];

/// The one that clients and listeners trust here.
pub fn authority() -> &'static (Authority, Issued) {
    static AUTHORITY: OnceLock<(Authority, Issued)> = OnceLock::new();
    AUTHORITY.get_or_init(|| {
        let authority = Authority::new("callers");
        let own = authority.issue(server_params("localhost"));
        (authority, own)
    })
}

/// The service of `text` in front of `backend`, or what is wrong with it.
pub fn loaded(text: &str, backend: Option<&str>) -> Result<Service, String> {
    let path = format!("{}/tests/callers/service.yaml", env!("CARGO_MANIFEST_DIR"));
    let environment = Variables(VARIABLES.iter().copied().collect());
    load(&path, text, &environment, &mut Files, backend).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(|problem| problem.message.to_string()).collect();
        problems.join("\n")
    })
}

/// A service file with one front and one backend; `more` stands behind them.
pub fn text(front: &str, auth: &str, backend: &str, more: &str) -> String {
    format!(
        "version: 1
service: vault
contract: {{ wsdl: ../attacks/vault.wsdl }}
fronts: {{ {front}: {{ auth: {auth} }} }}
backend: {{ {backend} }}
{more}
"
    )
}

pub struct Stage {
    pub stub: Stub,
    running: Option<Running>,
    /// Whether clients connect with TLS.
    pub secure: bool,
}

impl Stage {
    /// A bridge with the service of `text`; with TLS, certificates of clients are asked for.
    pub fn new(text: &str, secure: bool) -> Result<Self, String> {
        let stub = Stub::start();
        let url = stub.url();
        Self::with(text, secure, stub, Some(&url))
    }

    /// The same in front of the backend that the service file names.
    pub fn before_another(text: &str) -> Result<Self, String> {
        Self::with(text, false, Stub::start(), None)
    }

    fn with(text: &str, secure: bool, stub: Stub, url: Option<&str>) -> Result<Self, String> {
        let service = loaded(text, url)?;
        match &service.backend {
            saponify::service::Backend::Json(_) => stub.say(200, "Content-Type: application/json\r\n", "{}"),
            saponify::service::Backend::Soap(_) => stub.say(200, "Content-Type: text/xml\r\n", REPLY),
        }
        let limits = service.limits;
        let ready = ReadyService::new(service).map_err(|error| error.to_string())?;
        let bridge = Bridge::new(vec![ready], limits).map_err(|error| error.to_string())?;
        let tls = secure.then(|| Tls::new(&pem()).expect("TLS"));
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let running =
            start_with(any, &bridge, Settings { limits: limits.http, threads: 1, tls }).expect("listener");
        Ok(Self { stub, running: Some(running), secure })
    }

    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().map(Running::address).expect("a bridge that runs")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().stop();
            running.join();
        }
    }
}

fn pem() -> ListenPem {
    let (authority, own) = authority();
    let identity = Identity { certificate: own.certificate_pem().into(), key: Secret::new(own.key_pem()) };
    ListenPem { identity, client_ca: Some(authority.pem().into()), client_optional: true }
}

const REPLY: &str = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><StoreResponse xmlns='urn:vault'/></e:Body></e:Envelope>";
