//! `check`: would this configuration start? The same code that `serve` runs.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::listen::Listening;
use super::output::{failed, print, print_error};
use super::report::report;
use super::services::{self, Loaded};
use super::surroundings::Process;
use crate::bridge::{Bridge, Shared};
use crate::limits::Limits;
use crate::service::{self, Service};
use crate::wsdl::Files;

/// Say whether a configuration would start.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify check -c samples/bancbox/json-to-soap.yaml
  saponify check --config samples/bancbox/json-to-soap.yaml --backend-url http://127.0.0.1:9000/soap
  saponify check -c samples/bancbox/json-to-soap.yaml && echo it would start")]
pub(super) struct Check {
    /// A service file, or a folder of them; may be repeated.
    #[arg(short, long, value_name = "FILE|DIR", required = true)]
    config: Vec<PathBuf>,
    /// A URL in place of the backend's.
    #[arg(long, value_name = "URL")]
    backend_url: Option<String>,
}

impl Check {
    pub(super) fn run(self) -> Result<(), Exit> {
        let services = services::load(&self.config, self.backend_url.as_deref())?;
        let listen = services::listen(&services).cloned();
        let asked = listen.is_some();
        listen.map(Listening::new).transpose()?;
        let told: Vec<String> = services.iter().map(|loaded| told(loaded, asked)).collect();
        services::ready(services)?;
        print(told.join("\n"))
    }
}

/// What is told of a service that would start. `asked` says whether clients are asked for certificates.
fn told(loaded: &Loaded, asked: bool) -> String {
    let Loaded { file, service } = loaded;
    report(&service.degraded);
    if service.wants_certificates() && !asked {
        print_error(format_args!(
            "saponify: {}: auth.certificate: without listen.tls, serve needs --tls-certificate, --tls-key and --tls-client-ca",
            file.display()
        ));
    }
    let operations = service.plan.operations().len();
    format!("{}: {} would start with {operations} operation(s)", file.display(), service.name)
}

/// Loads a service file, or says what is wrong with it.
pub(super) fn load(path: &std::path::Path, backend_url: Option<&str>) -> Result<Service, Exit> {
    let unreadable = |error| failed(&format!("{}: {error}", path.display()), Exit::Configuration);
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    service::load(&path.to_string_lossy(), &text, &Process, &mut Files, backend_url).map_err(|problems| {
        report(&problems);
        Exit::Configuration
    })
}

/// Makes services ready to be served, or says why they cannot be.
pub(super) fn ready(services: Vec<Service>) -> Result<Bridge, Exit> {
    let limits = services.first().map_or_else(Limits::default, |service| service.limits);
    let shared: Result<Vec<_>, _> = services.into_iter().map(Shared::new).collect();
    let bridge = shared.and_then(|shared| Bridge::new(shared, limits));
    bridge.map_err(|reason| failed(&reason, Exit::Configuration))
}
