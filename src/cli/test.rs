//! `test`: contract tests.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::runtime::Runtime;

use super::contract::{ContractArgs, Source};
use super::exit::Exit;
use super::listen::cannot_listen;
use super::output::{failed, print, print_error, print_json};
use super::surroundings::Process;
use super::{ports, services};
use crate::contract_tests::{
    self, CaseReport, Options, Report, Reproduction, Runner, Status, Unreachable, junit,
};
use crate::limits::Limits;
use crate::mock::Mock;
use crate::redact;
use crate::samples::export::quote;
use crate::samples::{self, Case, Header, find};
use crate::server;
use crate::service::{self, Backend, Credentials, Service, duration};

/// Try a contract with samples: is what is sent and answered as it should be?
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify test -c samples/bancbox/json-to-soap.yaml --samples samples/bancbox/cases
  saponify test -c samples/bancbox/json-to-soap.yaml --samples samples/bancbox/cases --side soap
  saponify test -c samples/bancbox/json-to-soap.yaml --samples samples/bancbox/cases --format json")]
pub(super) struct Test {
    #[command(flatten)]
    contract: ContractArgs,
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
    /// Only the cases whose names have this in them, or fit it where it has a `*`.
    #[arg(long, value_name = "PATTERN")]
    filter: Option<String>,
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
        let cases = self.filtered(cases)?;
        let source = self.contract.source()?;
        let mut found = self.tried(&source, None, &cases)?;
        if let Source::Wsdl(wsdl) = &source {
            let others = cases.into_iter().filter(|case| found.is_of_no_operation(&case.name)).collect();
            for (operation, cases) in ports::of(wsdl, others)? {
                found = found.and(self.tried(&source, Some(&operation), &cases)?);
            }
        }
        self.tell(&found)?;
        if found.failed > 0 || found.passed == 0 { Err(Exit::Findings) } else { Ok(()) }
    }

    /// Errors: no case is left, told.
    fn filtered(&self, cases: Vec<Case>) -> Result<Vec<Case>, Exit> {
        let Some(pattern) = &self.filter else { return Ok(cases) };
        let (fitting, others): (Vec<Case>, Vec<Case>) =
            cases.into_iter().partition(|case| fits(pattern, &case.name));
        if fitting.is_empty() {
            let names: Vec<&str> = others.iter().take(MOST_NAMES).map(|case| &*case.name).collect();
            let reason = format!("--filter: no case fits; there are {}", names.join(", "));
            return Err(failed(&reason, Exit::Findings));
        }
        Ok(fitting)
    }

    /// Starts the backend and tries the cases; of a WSDL at the port of `operation`, or at the first.
    fn tried(&self, source: &Source, operation: Option<&str>, cases: &[Case]) -> Result<Report, Exit> {
        let runtime = Runtime::new().map_err(|error| failed(&error, Exit::Internal))?;
        let (url, listener) = self.backend()?;
        let service = services::one(source, Some(&url), operation)?;
        self.begin(&service, cases.len())?;
        let mock = listener.map(|listener| silent(&runtime, &service, listener)).transpose()?;
        let bridge = services::ready_all(vec![service])?;
        let ready = bridge.services();
        let shared = ready.first().ok_or(Exit::Internal)?;
        let running = server::start(self.listen, &bridge, shared.service.limits.http, 1);
        let running = running.map_err(|error| cannot_listen("--listen", self.listen, &error))?;
        let again = Again { source, url: &url, service: &shared.service }
            .commands(running.address(), self.against.is_none());
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

    /// What is under test, before anything is.
    fn begin(&self, service: &Service, cases: usize) -> Result<(), Exit> {
        if self.format != Format::Human {
            return Ok(());
        }
        let backend = match &self.against {
            Some(url) => redact::url(url),
            None => "a mock that plays each case's own answer".to_owned(),
        };
        let clients =
            self.sides().into_iter().map(|side| side.name().to_uppercase()).collect::<Vec<_>>().join(" and ");
        let (name, samples) = (&service.name, self.samples.display());
        print(format!(
            "testing {name} with {cases} case(s) of {samples}, {clients} clients, backend: {backend}"
        ))
    }

    fn sides(&self) -> Vec<samples::Side> {
        match self.side {
            Which::Json => vec![samples::Side::Json],
            Which::Soap => vec![samples::Side::Soap],
            Which::Both => vec![samples::Side::Json, samples::Side::Soap],
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

/// What a printed `curl` needs.
struct Again<'a> {
    source: &'a Source,
    url: &'a str,
    service: &'a Service,
}

impl Again<'_> {
    /// The commands, of the bridge at `address`, and of the backend if it is `mocked`.
    fn commands(&self, address: SocketAddr, mocked: bool) -> Reproduction {
        let Self { source, url, service } = self;
        let word = |path: &Path| quote(&path.to_string_lossy());
        let contract = match source {
            Source::Config(config) => format!("-c {}", word(config)),
            Source::Wsdl(wsdl) => {
                let root = wsdl.root().map(|root| format!(" --contract-root {}", word(root)));
                // Without the option there is nothing to say.
                format!("--wsdl {}{}", word(&wsdl.path), root.unwrap_or_default())
            }
        };
        let side = if matches!(service.backend, Backend::Json(_)) { "json" } else { "soap" };
        let listen = url.trim_start_matches("http://");
        let mock = || format!("saponify mock {contract} --side {side} --listen {listen}");
        Reproduction {
            serve: format!("saponify serve {contract} --backend-url {} --listen {address}", quote(url)),
            mock: mocked.then(mock),
        }
    }
}

/// Whether `name` has `pattern` in it; with `*`, which is any text, whether it fits as a whole.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next().filter(|_| pattern.contains('*')) else { return name.contains(pattern) };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

/// Names of cases that are told.
const MOST_NAMES: usize = 20;

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
