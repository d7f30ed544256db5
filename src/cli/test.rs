//! `test`: contract tests.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::runtime::Runtime;

use super::contract::{ContractFiles, Source};
use super::exit::Exit;
use super::listen::cannot_listen;
use super::output::{failed, print, print_error, print_json};
use super::report::report;
use super::services;
use super::surroundings::Process;
use crate::contract_tests::{
    self, CaseReport, Options, Report, Reproduction, Runner, Status, Unreachable, junit, quote,
};
use crate::limits::Limits;
use crate::mock::Mock;
use crate::samples::{self, Case, Header, find};
use crate::server;
use crate::service::{self, Backend, Credentials, Quick, Service, duration};

/// Try a contract with samples: is what is sent and answered as it should be?
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify test -c samples/bancbox/json-to-soap.yaml --samples samples/bancbox/cases
  saponify test -c samples/bancbox/json-to-soap.yaml --samples samples/bancbox/cases --side soap
  saponify test -c samples/bancbox/json-to-soap.yaml --samples samples/bancbox/cases --format json")]
pub(super) struct Test {
    /// The service file.
    #[arg(short, long, value_name = "FILE", required_unless_present = "wsdl", conflicts_with_all = ["wsdl", "root"])]
    config: Option<PathBuf>,
    /// A WSDL, to test without a service file: JSON and SOAP clients before a SOAP backend.
    #[arg(long, value_name = "FILE")]
    wsdl: Option<PathBuf>,
    #[command(flatten)]
    contract: ContractFiles,
    /// A folder with samples: itself, and every folder below it.
    #[arg(long, value_name = "DIR")]
    samples: PathBuf,
    /// The backend; by default a mock that plays each sample's own response.
    #[arg(long, value_name = "URL")]
    against: Option<String>,
    /// The UsernameToken that SOAP requests get which have none: USER:env:NAME or USER:file:PATH.
    #[arg(long, value_name = "USER:env:NAME")]
    username_token: Option<String>,
    /// A header of JSON requests; the value may be `${env:NAME}`.
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// Which clients are played.
    #[arg(long, default_value = "both")]
    side: Which,
    /// A file for the report that build servers read: junit=FILE.
    #[arg(long, value_name = "junit=FILE", value_parser = junit_file)]
    report: Option<PathBuf>,
    /// How long to wait until the backend accepts connections: 30s.
    #[arg(long, value_name = "TIME", default_value = "0s", requires = "against", value_parser = duration)]
    wait: Duration,
    /// The form of the report on standard output.
    #[arg(long, default_value = "human")]
    format: Format,
    /// Write expected responses that differ or are not there anew.
    #[arg(long)]
    update: bool,
    /// Where the bridge listens meanwhile; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// JSON clients.
    Json,
    /// SOAP clients.
    Soap,
    /// Both, as far as there are fronts for them.
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// JSON.
    Json,
}

/// The name and the password of `USER:env:NAME`.
pub(super) fn credentials(text: &str) -> Result<Credentials, Exit> {
    let (username, place) = super::serve::token(text)?;
    let password =
        service::secret(&place, &Process).map_err(|reason| failed(&reason, Exit::Configuration))?;
    Ok(Credentials { username: username.into(), password })
}

fn junit_file(text: &str) -> Result<PathBuf, String> {
    let file = text.strip_prefix("junit=").filter(|file| !file.is_empty());
    file.map(PathBuf::from).ok_or_else(|| "expected junit=FILE".to_owned())
}

impl Test {
    pub(super) fn run(self) -> Result<(), Exit> {
        let cases = find(&self.samples, &Limits::default(), &Process);
        let cases = cases.map_err(|error| failed(&error, Exit::Input))?;
        if cases.is_empty() {
            return Err(failed(&format!("{}: no case was found", self.samples.display()), Exit::Findings));
        }
        let found = self.tried(&cases)?;
        self.tell(&found)?;
        if found.failed > 0 || found.passed == 0 { Err(Exit::Findings) } else { Ok(()) }
    }

    /// Starts the backend and tries the cases.
    fn tried(&self, cases: &[Case]) -> Result<Report, Exit> {
        let runtime = Runtime::new().map_err(|error| failed(&error, Exit::Internal))?;
        let (url, listener) = self.backend()?;
        let service = self.service(&url)?;
        let mock = listener.map(|listener| silent(&runtime, &service, listener)).transpose()?;
        let bridge = services::ready_all(vec![service])?;
        let ready = bridge.services();
        let shared = ready.first().ok_or(Exit::Internal)?;
        let running = server::start(self.listen, &bridge, shared.service.limits.http, 1);
        let running = running.map_err(|error| cannot_listen("--listen", self.listen, &error))?;
        let again = self.again(running.address(), &url, &shared.service);
        let token = self.username_token.as_deref().map(credentials).transpose()?;
        let headers = self.header.iter().map(|header| Header::parse(header, &Process));
        let headers = headers.collect::<Result<_, _>>().map_err(|reason| failed(&reason, Exit::Usage))?;
        let plan = Options { sides: self.sides(), update: self.update, again, mock, token, headers };
        let bench = Runner::new(&shared.service, running.address(), plan);
        let bench = bench.map_err(|reason| failed(&reason, Exit::Internal))?;
        let found = runtime.block_on(bench.run(cases)).map_err(|reason| failed(&reason, Exit::Input));
        // Its connections are the runtime's.
        drop(bench);
        drop(runtime);
        running.stop().stop();
        running.join();
        found
    }

    /// The URL of the backend, and the listener of the one that is made.
    fn backend(&self) -> Result<(String, Option<TcpListener>), Exit> {
        if let Some(url) = &self.against {
            contract_tests::wait(url, self.wait).map_err(|reason| match reason {
                Unreachable::NoUrl => failed(&"--against: expected a URL with a host", Exit::Usage),
                Unreachable::Refused => failed(&format!("{url} accepts no connections"), Exit::Network),
            })?;
            return Ok((url.clone(), None));
        }
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener =
            TcpListener::bind(anywhere).and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = listener.map_err(|error| failed(&error, Exit::Network))?;
        Ok((format!("http://{address}"), Some(listener)))
    }

    fn service(&self, url: &str) -> Result<Service, Exit> {
        let wsdl = match self.source() {
            Source::Config(config) => return services::load_one(config, Some(url)),
            Source::Wsdl(wsdl) => wsdl.to_string_lossy().into_owned(),
        };
        let quick = Quick { wsdl, backend: Some(url.to_owned()), ..Quick::default() };
        service::quick(&quick, &Process, &mut self.contract.fetch()).map_err(|problems| {
            report(&problems);
            Exit::Configuration
        })
    }

    fn source(&self) -> Source<'_> {
        Source::of(self.config.as_deref(), self.wsdl.as_deref())
    }

    fn sides(&self) -> Vec<samples::Side> {
        match self.side {
            Which::Json => vec![samples::Side::Json],
            Which::Soap => vec![samples::Side::Soap],
            Which::Both => vec![samples::Side::Json, samples::Side::Soap],
        }
    }

    /// The commands that a printed `curl` needs.
    fn again(&self, address: SocketAddr, url: &str, service: &Service) -> Reproduction {
        let word = |path: &Path| quote(&path.to_string_lossy());
        let (contract, backend) = match self.source() {
            Source::Config(config) => {
                (format!("-c {}", word(config)), format!("--backend-url {}", quote(url)))
            }
            Source::Wsdl(wsdl) => (format!("--wsdl {}", word(wsdl)), format!("--backend {}", quote(url))),
        };
        let side = if matches!(service.backend, Backend::Json(_)) { "json" } else { "soap" };
        let listen = url.trim_start_matches("http://");
        let mock = || format!("saponify mock {contract} --side {side} --listen {listen}");
        Reproduction {
            serve: format!("saponify serve {contract} {backend} --listen {address}"),
            mock: self.against.is_none().then(mock),
        }
    }

    fn tell(&self, found: &Report) -> Result<(), Exit> {
        found.updated().for_each(|file| print_error(format_args!("saponify: updated {}", file.display())));
        if let Some(file) = &self.report {
            let written = std::fs::write(file, junit(found));
            written.map_err(|error| failed(&format!("{}: {error}", file.display()), Exit::Usage))?;
        }
        match self.format {
            Format::Human => print(human(found)),
            Format::Json => print_json(found),
        }
    }
}

/// A mock that plays what it is told to.
fn silent(runtime: &Runtime, service: &Service, listener: TcpListener) -> Result<Arc<Mock>, Exit> {
    let mock = Arc::new(Mock::silent(service));
    let started = runtime.block_on(mock.clone().start(listener));
    started.map(|()| mock).map_err(|error| failed(&error, Exit::Network))
}

fn human(found: &Report) -> String {
    let mut lines: Vec<String> = found.cases.iter().map(lines).collect();
    lines.push(format!("{} passed, {} failed, {} skipped", found.passed, found.failed, found.skipped()));
    lines.join("\n")
}

fn lines(case: &CaseReport) -> String {
    let word = match case.status {
        Status::Passed => "passed",
        Status::Failed => "FAILED",
        Status::Skipped => "skipped",
    };
    let mut lines = vec![format!("{word:<8}{} ({})", case.name, case.side)];
    lines.extend(case.problems.iter().map(|problem| format!("  {problem}")));
    if !case.curl.is_empty() {
        lines.push(case.curl.clone());
    }
    lines.join("\n")
}
