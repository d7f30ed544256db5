//! `check`: would this configuration start? The same code that `serve` runs.

use clap::Args;

use super::contract::ServedArgs;
use super::exit::Exit;
use super::listen::Listening;
use super::output::{print, print_error};
use super::report::report;
use super::services::{self, Loaded};

/// Say whether a configuration would start.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify check -c samples/bancbox/json-to-soap.yaml
  saponify check --config samples/bancbox/json-to-soap.yaml --backend-url http://127.0.0.1:9000/soap
  saponify check -c samples/bancbox/json-to-soap.yaml --strict && echo it would start, and nothing is wrong")]
pub(super) struct Check {
    #[command(flatten)]
    contract: ServedArgs,
    /// A URL in place of the backend's.
    #[arg(long, value_name = "URL")]
    backend_url: Option<String>,
    /// Fail when something is wrong with a contract, or an operation of it is not checked, although the service would start.
    #[arg(long)]
    strict: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<(), Exit> {
        let services = services::served(&self.contract.served()?, self.backend_url.as_deref())?;
        let listen = services::listen(&services);
        let asked = listen.is_some();
        listen.map(|(tls, loaded)| Listening::new(tls.clone(), Some(loaded))).transpose()?;
        let doubtful = services.iter().any(|loaded| {
            !loaded.service.degraded.is_empty() || services::unchecked(&loaded.service).is_some()
        });
        let told: Vec<String> = services.iter().map(|loaded| told(loaded, asked)).collect();
        services::bridge(services)?;
        print(told.join("\n"))?;
        if self.strict && doubtful { Err(Exit::Findings) } else { Ok(()) }
    }
}

/// What is told of a service that would start. `asked` says whether clients are asked for certificates.
fn told(loaded: &Loaded, asked: bool) -> String {
    let Loaded { file, service, .. } = loaded;
    report(&service.degraded);
    if service.wants_certificates() && !asked {
        print_error(format_args!(
            "saponify: {}: auth.certificate: without listen.tls, serve needs --tls-certificate, --tls-key and --tls-client-ca",
            file.display()
        ));
    }
    let operations = service.plan.operations().len();
    let told = format!("{}: {} would start with {operations} operation(s)", file.display(), service.name);
    let lines = [Some(told), Some(service.ports.to_string())];
    let warnings = [services::unchecked(service), services::short_drain(service)];
    let demands = service.demands.iter().map(|demand| Some(demand.clone()));
    lines.into_iter().chain(demands).chain(warnings).flatten().collect::<Vec<_>>().join("\n  ")
}
