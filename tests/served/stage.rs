//! One port of a contract: a bridge with both fronts, in front of a mock that is made of the contract alone.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use saponify::bridge::{Bridge, ReadyService};
use saponify::mock::{Mock, MockConfig};
use saponify::samples::{ContractContext, Side};
use saponify::service::{Service, load};
use saponify::wsdl::Files;

use crate::support::Variables;

/// What the mock plays.
#[derive(Clone, Copy)]
pub enum Play {
    /// A response of the operation that is asked for, with all that may be in it.
    Made,
    /// What a contract test tells it to.
    Told,
}

/// A bridge and its backend.
pub struct Stage {
    pub bridge: Bridge,
    pub service: Arc<ReadyService>,
    pub mock: Arc<Mock>,
    pub backend: SocketAddr,
}

/// A port of a contract.
#[derive(Clone, Copy)]
pub struct Port<'p> {
    pub wsdl: &'p Path,
    pub service: &'p str,
    pub port: &'p str,
    /// Lines of the service file.
    pub defaults: &'p str,
}

impl Stage {
    /// Must be called on a runtime, with which the mock ends. Errors: why the port is not served.
    pub async fn new(port: Port<'_>, side: Side, play: Play) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let backend = listener.local_addr().expect("address");
        let service = port.service(side, &format!("http://{backend}/"))?;
        let mock = match play {
            Play::Made => made(&service, side),
            Play::Told => Mock::silent(&service),
        };
        let mock = Arc::new(mock);
        mock.clone().start(listener).await.expect("mock");
        let limits = service.limits;
        let ready = ReadyService::new(service).map_err(|error| error.to_string())?;
        let bridge = Bridge::new(vec![ready], limits).map_err(|error| error.to_string())?;
        let service = bridge.services().remove(0);
        Ok(Self { bridge, service, mock, backend })
    }
}

impl Port<'_> {
    fn service(&self, side: Side, backend: &str) -> Result<Service, String> {
        let quoted = |text: &str| serde_json::to_string(text).expect("a text");
        let text = format!(
            "version: 1\nservice: s\ncontract: {{ wsdl: {}, service: {}, port: {} }}\n\
             fronts: {{ json: {{ path: /json, auth: none }}, soap: {{ path: /soap, auth: none }} }}\n\
             backend: {{ {}: {{ url: \"http://127.0.0.1:9/\" }} }}\n{}",
            quoted(&self.wsdl.file_name().expect("a file").to_string_lossy()),
            quoted(self.service),
            quoted(self.port),
            side.name(),
            self.defaults,
        );
        let path = self.wsdl.with_file_name("served.yaml");
        let nothing = Variables(Default::default());
        let loaded = load(&path.to_string_lossy(), &text, &nothing, &mut Files, Some(backend));
        loaded.map_err(|problems| {
            problems
                .iter()
                .map(|problem| format!("{} {}", problem.code, problem.message))
                .collect::<Vec<_>>()
                .join("; ")
        })
    }
}

fn made(service: &Service, side: Side) -> Mock {
    let context = ContractContext::of_service(service);
    let (cases, fault, authenticator, recorder) = (Vec::new(), None, None, None);
    let delay = Duration::ZERO;
    let log = None;
    Mock::new(MockConfig { context, cases, side, fault, delay, authenticator, recorder, log })
        .expect("no samples")
}
