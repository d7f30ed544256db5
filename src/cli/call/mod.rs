//! `call`: one request, through the bridge to the backend.

mod dry_run;

use std::io::Read;
use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;
use http::HeaderMap;
use tokio::runtime::Builder;

use super::exit::Exit;
use super::output::{self, print};
use super::services;
use super::surroundings::Process;
use super::test::credentials;
use crate::bridge::{BackendFailure, Failure, Once};
use crate::samples::Header;
use crate::service::{BackendCredentials, Credentials, FrontAuth, JsonFront, Service};
use dry_run::Given;

/// Send one request through the bridge to the backend, or show what would be sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify call -c samples/bancbox/json-to-soap.yaml updateClient --dry-run \\\n    @samples/bancbox/request.json
  saponify call -c samples/bancbox/json-to-soap.yaml updateClient --dry-run - \\\n    < samples/bancbox/request.json
  saponify call -c samples/bancbox/json-to-soap.yaml updateClient @samples/bancbox/request.json

Exit codes: 0 answered, 4 the request breaks the contract, 5 no answer of the backend that can be
understood, 6 a fault of the backend, a 4xx of a JSON backend, or a response that says `status` 0.")]
pub(super) struct Call {
    /// The service file.
    #[arg(short, long, value_name = "FILE")]
    config: PathBuf,
    /// A URL in place of the backend's.
    #[arg(long, value_name = "URL")]
    backend_url: Option<String>,
    /// Show the request for the backend, with its secrets masked, and send nothing.
    #[arg(long)]
    dry_run: bool,
    /// Whose request it is: USER:env:NAME or USER:file:PATH.
    #[arg(long, value_name = "USER:env:NAME")]
    username_token: Option<String>,
    /// A header of the request; the value may be `${env:NAME}`.
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// The operation.
    #[arg(value_name = "OPERATION")]
    operation: String,
    /// The JSON itself, @FILE, or - for standard input.
    #[arg(value_name = "JSON", default_value = "{}")]
    json: String,
}

/// Who calls, and with what.
struct Client {
    front: JsonFront,
    headers: HeaderMap,
    credentials: Option<Credentials>,
    body: Bytes,
}

impl Call {
    pub(super) fn run(self) -> Result<(), Exit> {
        let service = services::load_one(&self.config, self.backend_url.as_deref())?;
        let client = self.client(&service)?;
        let bridge = services::ready_all(vec![service])?;
        let ready = bridge.services();
        let ready = ready.first().ok_or(Exit::Internal)?;
        let once = bridge.once(ready, &self.operation, client.front.clone());
        let once = once.ok_or_else(|| unknown(&self.operation, &ready.service))?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error, Exit::Internal))?;
        runtime.block_on(self.exchange(&once, &ready.service, client))
    }

    async fn exchange(
        &self,
        once: &Once<'_>,
        service: &Service,
        Client { headers, credentials, body, .. }: Client,
    ) -> Result<(), Exit> {
        let ready = once.prepare(headers, credentials.as_ref(), body.clone()).await;
        let sent = match ready {
            Ok(ready) if self.dry_run => {
                let given = Given { body: &body, credentials };
                let shown = dry_run::shown(service, &self.operation, ready.outgoing(), given);
                return print(shown.map_err(|error| failed(&error, Exit::Input))?);
            }
            Ok(ready) => once.send(ready).await,
            Err(failure) => Err(Box::new(failure.into())),
        };
        match sent {
            Ok(answered) => {
                print(answered.body).and(if answered.refused { Err(Exit::Fault) } else { Ok(()) })
            }
            Err(failing) => {
                print(once.told(&failing).await)?;
                Err(failed(&reason(&failing.failure), exit(&failing.failure)))
            }
        }
    }

    fn client(&self, service: &Service) -> Result<Client, Exit> {
        let mut headers = HeaderMap::new();
        for text in &self.header {
            let header = Header::parse(text, &Process).map_err(|reason| failed(&reason, Exit::Usage))?;
            headers.append(header.name, header.value);
        }
        let credentials = self.username_token.as_deref().map(credentials).transpose()?;
        let given = credentials.is_some() || !headers.is_empty();
        Ok(Client { front: front(service, given), headers, credentials, body: read(&self.json)? })
    }
}

/// The front by which the request comes. Who has the service file and its secrets need not prove who they are, unless the
/// backend must know.
fn front(service: &Service, given: bool) -> JsonFront {
    let auth = match (&service.json_front, &service.soap_front) {
        (Some(front), _) => &front.auth,
        (None, Some(front)) => &front.auth,
        // Nobody can call such a service but this verb.
        (None, None) => &FrontAuth::None,
    };
    let named = |used: &BackendCredentials| !matches!(used, BackendCredentials::Fixed(_));
    let asks = given || service.backend.credentials().any(named);
    let auth = if asks { auth.clone() } else { FrontAuth::None };
    JsonFront { path: "".into(), auth, always_200: false, cors: None, compression: false }
}

fn read(json: &str) -> Result<Bytes, Exit> {
    let read = match json.strip_prefix('@') {
        Some(file) => std::fs::read(file).map_err(|error| format!("{file}: {error}")),
        None if json == "-" => {
            let mut input = Vec::new();
            let read = std::io::stdin().read_to_end(&mut input);
            read.map(|_| input).map_err(|error| format!("standard input: {error}"))
        }
        None => Ok(json.as_bytes().to_vec()),
    };
    read.map(Bytes::from).map_err(|reason| failed(&reason, Exit::Input))
}

fn reason(failure: &Failure) -> String {
    match exit(failure) {
        Exit::Usage => format!("{failure}: {CREDENTIALS}"),
        _ => failure.to_string(),
    }
}

/// Where credentials come from.
const CREDENTIALS: &str =
    "the front asks who calls; say so in the request, with --username-token or with --header";

fn exit(failure: &Failure) -> Exit {
    match failure {
        Failure::Backend(BackendFailure::Fault { .. } | BackendFailure::Failed { client: true, .. }) => {
            Exit::Fault
        }
        Failure::Backend(_) => Exit::Network,
        Failure::Auth(_) => Exit::Usage,
        Failure::Bridge(_) => Exit::Internal,
        _ => Exit::Input,
    }
}

fn unknown(operation: &str, service: &Service) -> Exit {
    let known: Vec<&str> = service.plan.operations().iter().map(|operation| &*operation.name).collect();
    failed(&format!("unknown operation `{operation}`; expected {}", known.join(", ")), Exit::Usage)
}

fn failed(reason: &dyn std::fmt::Display, exit: Exit) -> Exit {
    output::failed(&crate::redact::printable(&reason.to_string()), exit)
}
