//! `check`: would this configuration start? The same code that `serve` runs.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::listen::Listening;
use super::report::report;
use super::surroundings::Process;
use crate::bridge::{Bridge, ReadyService};
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
    /// The service file.
    #[arg(short, long, value_name = "FILE")]
    config: PathBuf,
    /// A URL in place of the backend's.
    #[arg(long, value_name = "URL")]
    backend_url: Option<String>,
}

impl Check {
    pub(super) fn run(self) -> Result<(), Exit> {
        let service = load(&self.config, self.backend_url.as_deref())?;
        report(&service.degraded);
        let operations = service.plan.operations().len();
        let name = service.name.clone();
        if service.wants_certificates() && service.listen.is_none() {
            eprintln!(
                "saponify: auth.certificate: without listen.tls, serve needs --tls-certificate, --tls-key and --tls-client-ca"
            );
        }
        service.listen.clone().map(Listening::new).transpose()?;
        ready(vec![service])?;
        println!("{}: {name} would start with {operations} operation(s)", self.config.display());
        Ok(())
    }
}

/// Loads a service file, or says what is wrong with it.
pub(super) fn load(path: &std::path::Path, backend_url: Option<&str>) -> Result<Service, Exit> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        eprintln!("saponify: {}: {error}", path.display());
        Exit::Configuration
    })?;
    service::load(&path.to_string_lossy(), &text, &Process, &mut Files, backend_url).map_err(|problems| {
        report(&problems);
        Exit::Configuration
    })
}

/// Makes services ready to be served, or says why they cannot be.
pub(super) fn ready(services: Vec<Service>) -> Result<Bridge, Exit> {
    let limits = services.first().map_or_else(Limits::default, |service| service.limits);
    let refused = |reason: &dyn std::fmt::Display| {
        eprintln!("saponify: {reason}");
        Exit::Configuration
    };
    let services: Result<Vec<_>, _> = services.into_iter().map(ReadyService::new).collect();
    let services = services.map_err(|reason| refused(&reason))?;
    Bridge::new(services, limits, true).map_err(|reason| refused(&reason))
}
