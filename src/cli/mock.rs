//! `mock`: a backend made from a contract and its samples.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::runtime::Runtime;

use super::contract::{ContractArgs, Source};
use super::curls;
use super::exit::Exit;
use super::listen::cannot_listen;
use super::output::{failed, print_error};
use super::report::report;
use super::serve::{not_ready, token, write_json};
use super::services;
use super::surroundings::Process;
use crate::mock::{self, Authenticator, MockConfig, Recorder, RequestLog, undeclared};
use crate::redact::{self, Masks};
use crate::samples::export::Caller;
use crate::samples::{Case, ContractContext, Side, find};
use crate::server::Signals;
use crate::service::{duration, secret};

/// Run a backend made from a contract and its samples.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify mock --wsdl wsdl/bancbox.wsdl
  saponify mock -c samples/bancbox/json-to-soap.yaml --samples samples/bancbox/cases --delay 500ms
  saponify mock --wsdl wsdl/bancbox.wsdl --samples target/recorded --record http://localhost:8080/soap")]
pub(super) struct Mock {
    #[command(flatten)]
    contract: ContractArgs,
    /// A folder with samples; without samples of an operation a response with all that may be in it is made.
    #[arg(long, value_name = "DIR")]
    samples: Option<PathBuf>,
    /// What the backend speaks.
    #[arg(long, default_value = "soap")]
    side: Language,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
    /// A declared fault that is every answer, from a sample or made.
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
    /// How long every answer takes: 500ms, 2s.
    #[arg(long, value_name = "TIME", default_value = "0ms", value_parser = duration)]
    delay: Duration,
    /// The UsernameToken that every SOAP request must bear: USER:env:NAME or USER:file:PATH.
    #[arg(long, value_name = "USER:env:NAME")]
    require_username_token: Option<String>,
    /// A backend that requests go on to; each exchange becomes a new case, without its secrets.
    #[arg(long, value_name = "URL", requires = "samples", conflicts_with = "fault")]
    record: Option<String>,
    /// A JSON Pointer that is masked in recordings, `*` for any key or index; may be repeated.
    #[arg(long, value_name = "POINTER", requires = "record")]
    mask: Vec<String>,
    /// A file for the address, as JSON, written when the mock is ready.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    /// JSON.
    Json,
    /// SOAP.
    Soap,
}

impl Mock {
    pub(super) fn run(self) -> Result<(), Exit> {
        not_ready(self.ready_file.as_deref())?;
        let script = self.script()?;
        let told = format!("{} sample(s)", script.cases.len());
        let mock = mock::Mock::new(script).map_err(|problems| {
            problems.iter().for_each(|problem| print_error(format_args!("saponify: {problem}")));
            Exit::Input
        })?;
        let signals = Signals::new().map_err(|error| failed(&error, Exit::Internal))?;
        let runtime = Runtime::new().map_err(|error| failed(&error, Exit::Internal))?;
        let network = |error: std::io::Error| cannot_listen("--listen", self.listen, &error);
        let listener = TcpListener::bind(self.listen).map_err(network)?;
        let address = listener.local_addr().map_err(network)?;
        let mock = Arc::new(mock);
        runtime.block_on(mock.clone().start(listener)).map_err(network)?;
        self.tell(address, &told, &mock)?;
        signals.wait();
        Ok(())
    }

    fn tell(&self, address: SocketAddr, told: &str, mock: &mock::Mock) -> Result<(), Exit> {
        let url = format!("http://{address}");
        print_error(format_args!("mock: {} at {url}, {told}", self.side().name()));
        let routes = mock.routes();
        for route in routes.iter().take(MOST_ROUTES) {
            let (method, path) = route.split_once(' ').expect("a method and a path");
            print_error(format_args!("mock: {method} {url}{}", redact::printable(path)));
        }
        if routes.len() > MOST_ROUTES {
            print_error(format_args!("mock: and {} more", routes.len() - MOST_ROUTES));
        }
        let operations = mock.operations();
        let more = if operations.len() > MOST_ROUTES { ", …" } else { "" };
        let names = operations.iter().take(MOST_ROUTES).copied().collect::<Vec<_>>().join(", ");
        print_error(format_args!(
            "mock: {} operation(s): {}{more}",
            operations.len(),
            redact::printable(&names)
        ));
        for (name, line) in self.curls(&url, mock) {
            print_error(format_args!("mock: a request for {}:\n{line}", redact::printable(&name)));
        }
        let value = serde_json::json!({ "pid": std::process::id(), "side": self.side().name(), "url": url });
        self.ready_file.as_ref().map_or(Ok(()), |path| write_json(path, &value))
    }

    /// A command for each operation that has no samples, where there are few: what is sent decides which sample is played.
    fn curls(&self, url: &str, mock: &mock::Mock) -> Vec<(String, String)> {
        let address = if self.side() == Side::Soap { format!("{url}/") } else { url.to_owned() };
        let caller = match self.require_username_token.as_deref().map(token) {
            Some(Ok((username, place))) => curls::caller(username, &place),
            // One that is wrong was refused before anything was started.
            Some(Err(_)) | None => Caller::default(),
        };
        let front = curls::Front { side: self.side(), address, caller };
        front.lines(mock.context(), &|name| !mock.has_samples(name))
    }

    fn script(&self) -> Result<MockConfig, Exit> {
        let terms = terms(&self.contract.source()?)?;
        if let Some(reason) = self.fault.as_ref().and_then(|name| undeclared(&terms, name)) {
            return Err(failed(&reason, Exit::Usage));
        }
        Ok(MockConfig {
            cases: self.cases(&terms)?,
            side: self.side(),
            fault: self.fault.clone(),
            delay: self.delay,
            authenticator: self.guard()?,
            recorder: self.recorder(&terms)?,
            log: Some(log()),
            context: terms,
        })
    }

    fn side(&self) -> Side {
        match self.side {
            Language::Json => Side::Json,
            Language::Soap => Side::Soap,
        }
    }

    /// A recording plays none.
    fn cases(&self, terms: &ContractContext) -> Result<Vec<Case>, Exit> {
        match &self.samples {
            Some(folder) if self.record.is_none() => {
                find(folder, &terms.limits, &Process).map_err(|error| failed(&error, Exit::Input))
            }
            _ => Ok(Vec::new()),
        }
    }

    fn guard(&self) -> Result<Option<Authenticator>, Exit> {
        let Some(text) = &self.require_username_token else { return Ok(None) };
        if self.side == Language::Json {
            let reason = "--require-username-token: only SOAP requests bear one";
            return Err(failed(&reason, Exit::Usage));
        }
        let (user, reference) = token(text)?;
        let password = secret(&reference, &Process).map_err(|reason| failed(&reason, Exit::Configuration))?;
        Ok(Some(Authenticator::new(user, password)))
    }

    fn recorder(&self, terms: &ContractContext) -> Result<Option<Recorder>, Exit> {
        let (Some(url), Some(folder)) = (&self.record, &self.samples) else { return Ok(None) };
        let masks =
            Masks::parse(&self.mask).map_err(|reason| failed(&format!("--mask: {reason}"), Exit::Usage))?;
        let recorder = Recorder::new(url, folder.clone(), masks.and(&terms.mask), |written| match written {
            Ok(folder) => print_error(format_args!("saponify: recorded {}", folder.display())),
            Err(error) => print_error(format_args!("saponify: an exchange was not recorded: {error}")),
        });
        recorder.map(Some).map_err(|reason| failed(&format!("--record: {reason}"), Exit::Usage))
    }
}

/// Writes lines to standard error from a thread of its own: where nobody reads them they are lost, and no answer waits for that.
fn log() -> RequestLog {
    let (lines, written) = sync_channel::<String>(LINES);
    std::thread::spawn(move || written.iter().for_each(|line| print_error(format_args!("mock: {line}"))));
    RequestLog::new(move |line| drop(lines.try_send(line.to_owned())))
}

/// Lines that wait to be written.
const LINES: usize = 1024;

/// Routes and operations that are told at the start.
const MOST_ROUTES: usize = 20;

/// The contract of a service file, or of a WSDL.
fn terms(source: &Source) -> Result<ContractContext, Exit> {
    match source {
        // Nobody calls the backend, for this is it.
        Source::Config(config) => services::load_one(config, Some("http://127.0.0.1/"))
            .map(|service| ContractContext::shown(&service)),
        Source::Wsdl(wsdl) => ContractContext::of_wsdl(&wsdl.name(), &mut wsdl.fetch()).map_err(|problems| {
            report(&problems);
            Exit::Configuration
        }),
    }
}
