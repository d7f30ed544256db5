//! `call`: one request, through the bridge to the backend.

mod dry_run;

use std::io::Read;
use std::path::Path;

use bytes::Bytes;
use clap::Args;
use http::HeaderMap;
use tokio::runtime::Builder;

use super::contract::{NamedContract, Source, contract};
use super::exit::Exit;
use super::indent::IndentArgs;
use super::output::{self, print};
use super::services;
use super::surroundings::Process;
use super::test::credentials;
use crate::bridge::{BackendFailure, Failure, Once};
use crate::redact;
use crate::samples::Header;
use crate::service::{BackendCredentials, Credentials, FrontAuth, JsonFront, Service};
use dry_run::{Given, Shown};

/// Send one request through the bridge to the backend, or show what would be sent.
#[derive(Debug, Args)]
#[command(override_usage = USAGE, after_help = "\
Examples:
  saponify call -c samples/bancbox/json-to-soap.yaml updateClient --dry-run \\\n    @samples/bancbox/request.json
  saponify call -c samples/bancbox/json-to-soap.yaml updateClient --dry-run - \\\n    < samples/bancbox/request.json
  saponify call -c samples/bancbox/json-to-soap.yaml updateClient @samples/bancbox/request.json

Exit codes: 0 answered, 4 the request breaks the contract, 5 no answer of the backend that can be
understood, 6 a fault of the backend, a 4xx of a JSON backend, or a response that says `status` 0.")]
pub(super) struct Call {
    #[command(flatten)]
    contract: NamedContract,
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
    #[command(flatten)]
    indent: IndentArgs,
    /// The operation, in place of the word.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// FILE, a WSDL or a service file, unless --wsdl or -c names it; the operation, needed only where there are several; and the
    /// request: the JSON itself, @FILE, or - for standard input, by default {}.
    #[arg(value_name = "FILE OPERATION JSON", num_args = 0..)]
    words: Vec<String>,
}

const USAGE: &str = "saponify call [OPTIONS] <FILE|--wsdl FILE|-c FILE> [OPERATION] [JSON]";

/// What is called, and with what.
struct Called {
    source: Source,
    operation: String,
    json: String,
}

/// Who calls what, and with what.
struct Client {
    operation: String,
    front: JsonFront,
    headers: HeaderMap,
    credentials: Option<Credentials>,
    body: Bytes,
}

impl Call {
    pub(super) fn run(self) -> Result<(), Exit> {
        let called = self.called()?;
        let service = services::one(&called.source, self.backend_url.as_deref(), Some(&called.operation))?;
        let client = self.client(&service, &called)?;
        let bridge = services::ready_all(vec![service])?;
        let ready = bridge.services();
        let ready = ready.first().ok_or(Exit::Internal)?;
        let once = bridge.once(ready, &called.operation, client.front.clone());
        let once = once.ok_or_else(|| unknown(&called.operation, &ready.service))?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error, Exit::Internal))?;
        runtime.block_on(self.exchange(&once, &ready.service, client))
    }

    /// Errors: words that are missing or too many, told.
    fn called(&self) -> Result<Called, Exit> {
        let (source, words) = contract(&self.contract, &self.words, USAGE)?;
        let is_json = |word: &str| word == "-" || word.starts_with(['{', '@']);
        let (operation, words) = match (&self.operation, words) {
            (Some(name), words) => (name.clone(), words),
            (None, [first, words @ ..]) if !is_json(first) => (first.clone(), words),
            // Nothing is sent because somebody looks what there is to be called.
            (None, []) => return Err(expected(&operations(&source)?)),
            (None, words) => match operations(&source)?.as_slice() {
                [one] => (one.clone(), words),
                several => return Err(expected(several)),
            },
        };
        let json = match words {
            [] => "{}".to_owned(),
            [json] => json.clone(),
            _ => {
                let reason = "expected OPERATION and JSON; the JSON is one word: quote it, or type @FILE";
                return Err(failed(&reason, Exit::Usage));
            }
        };
        Ok(Called { source, operation, json })
    }

    async fn exchange(
        &self,
        once: &Once<'_>,
        service: &Service,
        Client { operation, headers, credentials, body, .. }: Client,
    ) -> Result<(), Exit> {
        let ready = once.prepare(headers, credentials.as_ref(), body.clone()).await;
        let sent = match ready {
            Ok(ready) if self.dry_run => {
                let given = Given { body: &body, credentials };
                let shown = dry_run::shown(service, &operation, ready.outgoing(), given);
                let Shown { head, body } = shown.map_err(|error| failed(&error, Exit::Input))?;
                if body.is_empty() {
                    return print(head);
                }
                let body = self.indent.message(body.into_bytes());
                return print([head.as_bytes(), b"\n\n", &body].concat());
            }
            Ok(ready) => once.send(ready).await,
            Err(failure) => Err(Box::new(failure.into())),
        };
        match sent {
            Ok(answered) => print(self.indent.message(answered.body.to_vec())).and(if answered.refused {
                Err(Exit::Fault)
            } else {
                Ok(())
            }),
            Err(failing) => {
                print(self.indent.message(once.told(&failing).to_vec()))?;
                Err(failed(&reason(&failing.failure, service), exit(&failing.failure)))
            }
        }
    }

    fn client(&self, service: &Service, called: &Called) -> Result<Client, Exit> {
        let mut headers = HeaderMap::new();
        for text in &self.header {
            let header = Header::parse(text, &Process).map_err(|reason| failed(&reason, Exit::Usage))?;
            headers.append(header.name, header.value);
        }
        let credentials = self.username_token.as_deref().map(credentials).transpose()?;
        let given = credentials.is_some() || !headers.is_empty();
        let (operation, front) = (called.operation.clone(), front(service, given));
        Ok(Client { operation, front, headers, credentials, body: read(&called.json)? })
    }
}

/// The front by which the request comes. Who has the service file and its secrets need not prove who they are, unless the
/// backend must know.
fn front(service: &Service, given: bool) -> JsonFront {
    let auth = match (&service.json_front, &service.soap_front) {
        (Some(front), _) => &front.auth,
        (None, Some(front)) => &front.auth,
        // Where there is no front at all nobody can call the service but this verb.
        (None, None) => service.mcp_front.as_ref().map_or(&FrontAuth::None, |front| &front.json.auth),
    };
    let named = |used: &BackendCredentials| !matches!(used, BackendCredentials::Fixed(_));
    let asks = given || service.backend.credentials().any(named);
    let auth = if asks { auth.clone() } else { FrontAuth::None };
    let path = "".into();
    JsonFront { path, auth, always_200: false, cors: None, compression: false, openapi: false, page: false }
}

/// The names of the operations. Errors: told.
fn operations(source: &Source) -> Result<Vec<String>, Exit> {
    services::plan(source).map(|contract| services::names(&contract.plan))
}

fn expected(operations: &[String]) -> Exit {
    let reason = format!("expected OPERATION; the operations are {}", operations.join(", "));
    failed(&reason, Exit::Usage)
}

fn read(json: &str) -> Result<Bytes, Exit> {
    if !json.starts_with('{') && Path::new(json).is_file() {
        return Err(failed(&format!("{json} is a file, and not JSON: type @{json}"), Exit::Usage));
    }
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

fn reason(failure: &Failure, service: &Service) -> String {
    match exit(failure) {
        Exit::Usage => format!("{failure}: {CREDENTIALS}"),
        Exit::Network => {
            let url = redact::url(&service.shown_url);
            format!("{failure}: {url}; --backend-url URL takes another one")
        }
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
    failed(&services::unknown(operation, &service.plan), Exit::Usage)
}

fn failed(reason: &dyn std::fmt::Display, exit: Exit) -> Exit {
    output::failed(&redact::printable(&reason.to_string()), exit)
}
