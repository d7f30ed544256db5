//! The services of a process: from `-c FILE` and `-c DIR` to what they must agree on.

use std::cell::RefCell;
use std::fmt::{self, Display};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::contract::{Served, Source};
use super::exit::Exit;
use super::output::{failed, print_error};
use super::report::report;
use super::seen::{NotingDocuments, NotingProcess, Seen, State, is_yaml};
use super::surroundings::Process;
use super::typed;
use crate::bridge::{Bridge, ReadyError, ReadyService};
use crate::codec::EncodeOptions;
use crate::describe::Choices;
use crate::limits::{Limits, UNCHECKED_NAMED};
use crate::plan::{Plan, Rules, compile, nearest};
use crate::redact::SecretSet;
use crate::samples::masked;
use crate::service::file::{decode, unreadable, unusable, unwritable};
use crate::service::{
    self, Backend, FrontAddressing, FrontAuth, ListenTls, Ports, Quick, Service, ServiceOperation,
};
use crate::wsdl::{self, Files};
use crate::xml::Diagnostic;
use crate::xsd::Schema;

/// A service and the file that it is from.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) file: PathBuf,
    pub(super) service: Service,
    /// The text of the file; nothing where options stand for one.
    pub(super) text: String,
    /// What was read for it.
    pub(super) seen: Seen,
}

/// What was read for services, and what came of it.
pub(super) struct Read {
    pub(super) loaded: Result<Vec<Loaded>, Vec<Refusal>>,
    pub(super) seen: Seen,
}

/// Why services cannot be served.
#[derive(Debug)]
pub(super) enum Refusal {
    /// What is wrong with a service file, or with its contract.
    Problems(Vec<Diagnostic>),
    /// What is wrong besides, and how a verb that cannot go on ends.
    Reason(String, Exit),
}

impl Refusal {
    fn new(reason: impl Display, exit: Exit) -> Self {
        Self::Reason(reason.to_string(), exit)
    }

    /// That what `keys` of the service file `file` lead to cannot be used.
    fn at(file: &Path, text: &str, keys: &[&str], reason: &str) -> Self {
        Self::Problems(vec![unusable(&file.to_string_lossy(), text, keys, reason)])
    }

    /// Tells it on standard error. Gives how the verb ends.
    fn told(self) -> Exit {
        match self {
            Self::Problems(problems) => {
                report(&problems);
                Exit::Configuration
            }
            Self::Reason(reason, exit) => failed(&reason, exit),
        }
    }

    /// The same as lines of a log.
    pub(super) fn lines(&self) -> Vec<String> {
        match self {
            Self::Problems(problems) => problems.iter().map(Diagnostic::to_string).collect(),
            Self::Reason(reason, _) => vec![reason.clone()],
        }
    }
}

/// Tells all `refusals`.
pub(super) fn told(refusals: Vec<Refusal>) -> Exit {
    let exits: Vec<Exit> = refusals.into_iter().map(Refusal::told).collect();
    exits.into_iter().next().expect("whoever refuses says why")
}

/// Tells of a file of a folder that is not a service file.
pub(super) fn passed_over(file: &Path) {
    print_error(format_args!("saponify: {}: not a service file, passed over", file.display()));
}

/// Loads what is served. Errors: told.
pub(super) fn served(served: &Served, backend_url: Option<&str>) -> Result<Vec<Loaded>, Exit> {
    match served {
        Served::Files(paths) => read(paths, backend_url, &passed_over).loaded.map_err(told),
        Served::Wsdl(wsdl) => {
            let service = one(&Source::Wsdl(wsdl.clone()), backend_url, None)?;
            Ok(vec![Loaded { file: wsdl.path.clone(), service, text: String::new(), seen: Seen::default() }])
        }
    }
}

/// Loads the service files that `paths` name; of a folder, all that are in it, and `other` hears of the other files.
pub(super) fn read(paths: &[PathBuf], backend_url: Option<&str>, other: &dyn Fn(&Path)) -> Read {
    let mut seen = Seen::default();
    for folder in paths.iter().filter(|path| path.is_dir()) {
        seen.folder(folder);
    }
    let loaded = read_all(paths, backend_url, other, &mut seen);
    Read { loaded, seen }
}

fn read_all(
    paths: &[PathBuf],
    backend_url: Option<&str>,
    other: &dyn Fn(&Path),
    all: &mut Seen,
) -> Result<Vec<Loaded>, Vec<Refusal>> {
    let found: Result<Vec<_>, _> = paths.iter().map(|path| files(path, other)).collect();
    let files = found.map_err(|refusal| vec![refusal])?.concat();
    if backend_url.is_some() && files.len() > 1 {
        let reason = "--backend-url: expected one service file; there are several";
        return Err(vec![Refusal::new(reason, Exit::Usage)]);
    }
    // All of them, so that all problems of all files are told at once.
    let (mut loaded, mut refusals) = (Vec::new(), Vec::new());
    for file in files {
        let mut seen = Seen::default();
        let read = read_one(&file, backend_url, &mut seen);
        all.add(&seen);
        match read {
            Ok((service, text)) => loaded.push(Loaded { file, service, text, seen }),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let known = loaded.iter().map(|loaded| SecretSet::of(&loaded.service));
    super::log::keep_secrets(known.fold(SecretSet::default(), |all, known| all.and(known)));
    agree(&loaded).map_err(|conflict| vec![Refusal::new(conflict, Exit::Configuration)])?;
    Ok(loaded)
}

/// Loads one service file. Errors: told.
pub(super) fn load_one(path: &Path, backend_url: Option<&str>) -> Result<Service, Exit> {
    read_one(path, backend_url, &mut Seen::default()).map(|(service, _)| service).map_err(Refusal::told)
}

/// Loads the one service of `source`; that of a WSDL has a SOAP backend, and whoever reaches a front may call. Where several ports
/// of a WSDL could be meant it is the first that has `operation`. Errors: told.
pub(super) fn one(
    source: &Source,
    backend_url: Option<&str>,
    operation: Option<&str>,
) -> Result<Service, Exit> {
    match source {
        Source::Config(file) => load_one(file, backend_url),
        Source::Wsdl(wsdl) => {
            let (service, port) = port_of(source, operation)?.unzip();
            let quick = Quick {
                wsdl: wsdl.name(),
                service,
                port,
                backend: backend_url.map(str::to_owned),
                token: None,
                digest: false,
                allow_insecure: false,
            };
            service::quick(&quick, &Process, &mut wsdl.fetch())
                .map_err(|problems| Refusal::Problems(problems).told())
        }
    }
}

/// The names of the first service and port that have `operation`; nothing where none has it.
fn port_of(source: &Source, operation: Option<&str>) -> Result<Option<(String, String)>, Exit> {
    let Some(name) = operation else { return Ok(None) };
    let plan = plan(source)?.plan;
    let found = plan.operations().iter().find(|operation| *operation.name == *name);
    Ok(found.map(|operation| (operation.service.to_string(), operation.port.to_string())))
}

/// A contract whose messages are looked at without a service.
pub(super) struct ContractPlan {
    /// Its types; nothing where a service keeps what was made of them.
    pub(super) schema: Option<Schema>,
    /// Its ports; nothing where none could be served.
    pub(super) ports: Option<Ports>,
    pub(super) plan: Plan,
    pub(super) encode: EncodeOptions,
    /// Where SOAP clients of a service send their requests, whose front demands that these have the properties of WS-Addressing.
    pub(super) addressed: Option<String>,
}

/// The contract of `source`, with the rules of a service file: of a WSDL all ports. Errors: told.
pub(super) fn plan(source: &Source) -> Result<ContractPlan, Exit> {
    let wsdl = match source {
        Source::Config(config) => {
            let service = load_one(config, None)?;
            let addressed = addressed(&service);
            let plan = masked(service.plan.clone(), &service);
            let Service { encode, ports, .. } = service;
            return Ok(ContractPlan { schema: None, ports: Some(ports), plan, encode, addressed });
        }
        Source::Wsdl(wsdl) => wsdl,
    };
    let compiled = wsdl::load(&wsdl.name(), &mut wsdl.fetch(), &Limits::default().contract)
        .and_then(|contract| compile(&contract, &Rules::default()).map(|compiled| (contract, compiled)));
    let (contract, compiled) = compiled.map_err(|problems| {
        report(&problems);
        Exit::Input
    })?;
    let (ports, schema) = (service::served_ports(&contract, None), Some(contract.schema));
    let encode = EncodeOptions::default();
    Ok(ContractPlan { schema, ports, plan: compiled.plan, encode, addressed: None })
}

fn addressed(service: &Service) -> Option<String> {
    let front = service.soap_front.as_ref()?;
    (front.addressing == FrontAddressing::Require).then(|| address_of(service, &front.path))
}

/// The address of the front of `service` at `path`.
pub(super) fn address_of(service: &Service, path: &str) -> String {
    let scheme = if service.listen.is_some() { "https" } else { "http" };
    let own =
        service.public.url.as_ref().map_or_else(|| format!("{scheme}://{LISTENER}"), |url| url.to_string());
    format!("{own}{path}")
}

/// The service of `source`, which is only looked at: of a WSDL the one that would be served, wherever its backend is. Errors: told.
pub(super) fn described(source: &Source) -> Result<Service, Exit> {
    match source {
        Source::Config(file) => load_one(file, None),
        Source::Wsdl(wsdl) => {
            let backend = Some("http://localhost/".to_owned());
            let quick = Quick { wsdl: wsdl.name(), backend, ..Quick::default() };
            service::quick(&quick, &Process, &mut wsdl.fetch()).map_err(|problems| {
                report(&problems);
                // A contract that can be read, and of which nothing can be served.
                let unserved = problems.iter().any(|problem| problem.code.starts_with("CFG"));
                if unserved { Exit::Configuration } else { Exit::Input }
            })
        }
    }
}

/// The messages of a contract, and what a service says about them.
pub(super) struct Messages {
    pub(super) plan: Plan,
    encode: EncodeOptions,
    open_replies: bool,
    /// The rules of its operations, in their order; none where there is no service.
    pub(super) operations: Vec<ServiceOperation>,
}

impl Messages {
    pub(super) fn choices(&self) -> Choices<'_> {
        Choices { encode: &self.encode, open_replies: self.open_replies }
    }
}

/// The messages of `source`: of a WSDL those of all ports. Errors: told.
pub(super) fn messages(source: &Source) -> Result<Messages, Exit> {
    if let Source::Config(config) = source {
        let Service { plan, encode, open_replies, operations, .. } = load_one(config, None)?;
        return Ok(Messages { plan, encode, open_replies, operations });
    }
    let ContractPlan { plan, encode, .. } = self::plan(source)?;
    Ok(Messages { plan, encode, open_replies: false, operations: Vec::new() })
}

/// The types of the contract of `source`. Errors: told.
pub(super) fn schema(source: &Source) -> Result<Schema, Exit> {
    let wsdl = source.document()?;
    let contract = wsdl::load(&wsdl.name(), &mut wsdl.fetch(), &Limits::default().contract);
    contract.map(|contract| contract.schema).map_err(|problems| {
        report(&problems);
        Exit::Input
    })
}

/// What to say where `operation` is none of `plan`.
pub(super) fn unknown(operation: &str, plan: &Plan) -> String {
    let names = names(plan);
    let close = nearest(operation, names.iter().map(String::as_str));
    match (close, names.is_empty()) {
        (Some(close), _) => format!("unknown operation `{operation}`; did you mean `{close}`?"),
        (None, true) => "the contract has no operation of a SOAP port; `saponify lint` says why".to_owned(),
        (None, false) => format!("unknown operation `{operation}`; the operations are {}", names.join(", ")),
    }
}

/// The names of the operations, each once.
pub(super) fn names(plan: &Plan) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for operation in plan.operations() {
        if !names.iter().any(|name| **name == *operation.name) {
            names.push(operation.name.to_string());
        }
    }
    names
}

/// The service and the text of its file.
fn read_one(path: &Path, backend_url: Option<&str>, seen: &mut Seen) -> Result<(Service, String), Refusal> {
    let name = path.to_string_lossy();
    let one = |problem: Diagnostic| Refusal::Problems(vec![problem]);
    let (state, bytes) = (State::of(path), std::fs::read(path));
    seen.note(path, state, &bytes);
    let bytes = bytes.map_err(|error| one(unreadable(&name, &error.to_string())))?;
    let text = decode(&name, &bytes).map_err(one)?;
    let noted = RefCell::default();
    let mut documents = NotingDocuments { fetch: Files, seen: &noted };
    let service = service::load(&name, &text, &NotingProcess(&noted), &mut documents, backend_url);
    seen.add(&noted.into_inner());
    service.map(|service| (service, text)).map_err(Refusal::Problems)
}

/// Makes the services of a verb that has no process of its own ready. Errors: told.
pub(super) fn ready_all(services: Vec<Service>) -> Result<Bridge, Exit> {
    let limits = services.first().map_or_else(Limits::default, |service| service.limits);
    let services: Result<Vec<_>, _> = services.into_iter().map(ReadyService::new).collect();
    let services = services.map_err(|reason| failed(&reason, Exit::Configuration))?;
    Bridge::new(services, limits).map_err(|reason| failed(&reason, Exit::Configuration))
}

/// The bridge with `services`. Errors: told.
pub(super) fn bridge(services: Vec<Loaded>) -> Result<Bridge, Exit> {
    let limits = limits(&services);
    let ready = ready(services).map_err(told)?;
    Bridge::new(ready, limits).map_err(|reason| failed(&reason, Exit::Configuration))
}

/// Makes services ready to be called.
pub(super) fn ready(services: Vec<Loaded>) -> Result<Vec<ReadyService>, Vec<Refusal>> {
    let ready = |Loaded { file, service, text, .. }| {
        let secrets = SecretSet::of(&service);
        let side = if matches!(service.backend, Backend::Json(_)) { "json" } else { "soap" };
        let refused = |reason: ReadyError| {
            let (keys, told) = (reason.keys(side), secrets.masked(&reason.to_string()));
            match &reason {
                ReadyError::Spool(_) => {
                    Refusal::Problems(vec![unwritable(&file.to_string_lossy(), &text, &keys, &told)])
                }
                _ => Refusal::at(&file, &text, &keys, &told),
            }
        };
        ReadyService::new(service).map_err(|reason| vec![refused(reason)])
    };
    services.into_iter().map(ready).collect()
}

/// Which operations of `service` are not checked, as the contract refers to what is missing or broken; nothing where there are none.
pub(super) fn unchecked(service: &Service) -> Option<String> {
    let all = service.plan.operations();
    let names: Vec<&str> = all.iter().filter(|of| !of.unchecked.is_empty()).map(|of| &*of.name).collect();
    let more = match names.len().checked_sub(UNCHECKED_NAMED) {
        Some(more) if more > 0 => format!(" and {more} more"),
        _ => String::new(),
    };
    let named: Vec<&str> = names.iter().take(UNCHECKED_NAMED).copied().collect();
    let (count, all) = (names.len(), all.len());
    let told = || {
        format!(
            "{count} of {all} operation(s) unchecked, as something that they refer to is missing or broken: {}{more}",
            named.join(", ")
        )
    };
    (count > 0).then(told)
}

/// That a stopping bridge would not wait for as long as requests of `service` may take; nothing where it would.
pub(super) fn short_drain(service: &Service) -> Option<String> {
    let (http, target) = (&service.limits.http, service.backend.target());
    let body = Duration::from_millis(http.body_deadline);
    let deadlines = [("the backend's timeout.total", target.total), ("limits.http.body_deadline", body)];
    let drain = Duration::from_millis(http.drain);
    let (name, longest) = deadlines.into_iter().find(|(_, longest)| *longest > drain)?;
    Some(format!(
        "NET0003: limits.http.drain is {} ms, shorter than {name}, which is {} ms: a request that takes longer is answered with 503 \
         or 504 when the bridge stops; raise limits.http.drain, or lower the other",
        http.drain,
        longest.as_millis()
    ))
}

/// Those of the process: [`agree`] saw that it does not matter which service is asked.
pub(super) fn limits(services: &[Loaded]) -> Limits {
    services.first().map_or_else(Limits::default, |loaded| loaded.service.limits)
}

/// The listener's TLS, as the first service says that says something about it, and its file.
pub(super) fn listen(services: &[Loaded]) -> Option<(&ListenTls, &Loaded)> {
    services.iter().find_map(|loaded| Some((loaded.service.listen.as_ref()?, loaded)))
}

/// That the listener's TLS cannot be had: `key` of `listen.tls` of a file, or an option, leads to
/// what cannot be used. Tells it.
pub(super) fn no_tls(from: Option<&Loaded>, key: &str, reason: &dyn Display) -> Exit {
    match from {
        Some(Loaded { file, text, .. }) => {
            Refusal::at(file, text, &["listen", "tls", key], &reason.to_string()).told()
        }
        None => failed(&format!("--tls-{}: {reason}", key.replace('_', "-")), Exit::Configuration),
    }
}

/// The first service that knows its callers by certificates, unless clients are `asked` for them.
pub(super) fn unasked(services: &[Loaded], asked: bool) -> Option<Refusal> {
    let loaded = services.iter().find(|loaded| loaded.service.wants_certificates() && !asked)?;
    let reason = "clients are not asked for certificates; give --tls-client-ca, or listen.tls.client_ca in the service file";
    let mut auths = loaded.service.auths();
    let (front, _) = auths.find(|(_, auth)| matches!(auth, FrontAuth::Certificate(_)))?;
    Some(Refusal::at(&loaded.file, &loaded.text, &["fronts", front, "auth", "certificate"], reason))
}

/// The service files of `path`: itself, or those of a folder in the order of their names.
fn files(path: &Path, other: &dyn Fn(&Path)) -> Result<Vec<PathBuf>, Refusal> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let refused = |reason: &str| Refusal::Problems(vec![unreadable(&path.to_string_lossy(), reason)]);
    let unreadable = |error: std::io::Error| refused(&error.to_string());
    let entries = std::fs::read_dir(path).map_err(unreadable)?;
    let entries = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut found: Vec<PathBuf> = entries.collect::<Result<_, _>>().map_err(unreadable)?;
    found.retain(|file| is_yaml(file));
    found.sort();
    let (services, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|file| is_service_file(file));
    others.iter().for_each(|file| other(file));
    if services.is_empty() {
        return Err(refused("there is no service file in this folder"));
    }
    Ok(services)
}

/// Whether one of the keys that only a service file has is in it.
fn is_service_file(file: &Path) -> bool {
    // What cannot be read is taken for one, so that it is told and not passed over.
    let Ok(text) = std::fs::read_to_string(file) else { return true };
    match typed::read(&text) {
        Ok(tree) => KEYS.iter().any(|key| tree.get(key).is_some()),
        Err(_) => true,
    }
}

/// The required keys of a service file. Users files and files that are included have none of them.
const KEYS: [&str; 5] = ["backend", "contract", "fronts", "service", "version"];

/// Two files that cannot be served by one process.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} and {}: {what}", .files[0].display(), .files[1].display())]
struct Conflict {
    files: [PathBuf; 2],
    what: Between,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Between {
    #[error("limits.{name} is {one} and {other}; it is the process's, so give all files the same value")]
    Limit { name: &'static str, one: Number, other: Number },
    #[error(
        "listen.tls differs; a process has one listener, so give all files the same, or only one of them"
    )]
    Listen,
    #[error(
        "both services are called {0}; a service needs a name of its own, for its paths, log and metrics"
    )]
    Name(String),
    #[error("both have a front at {0}; set `path` in one of them")]
    Path(String),
}

/// Errors: the first two services that cannot be served by one process.
fn agree(services: &[Loaded]) -> Result<(), Conflict> {
    for (at, other) in services.iter().enumerate() {
        for one in services.iter().take(at) {
            let conflict = |what| Conflict { files: [one.file.clone(), other.file.clone()], what };
            between(&one.service, &other.service).map_or(Ok(()), |what| Err(conflict(what)))?;
        }
    }
    Ok(())
}

fn between(one: &Service, other: &Service) -> Option<Between> {
    if one.name == other.name {
        return Some(Between::Name(one.name.to_string()));
    }
    if let Some(path) = paths(one).find(|path| paths(other).any(|other| other == *path)) {
        return Some(Between::Path(path.to_owned()));
    }
    if let (Some(tls), Some(other)) = (&one.listen, &other.listen)
        && parts(tls) != parts(other)
    {
        return Some(Between::Listen);
    }
    let mut limits = LIMITS.iter().map(|(name, of)| (*name, of(&one.limits), of(&other.limits)));
    limits.find(|(_, one, other)| one != other).map(|(name, one, other)| Between::Limit {
        name,
        one: Number(one),
        other: Number(other),
    })
}

fn paths(service: &Service) -> impl Iterator<Item = &str> {
    let json = service.json_front.iter().map(|front| &*front.path);
    let mcp = service.mcp_front.iter().map(|front| &*front.json.path);
    let soap = service.soap_front.iter().flat_map(|front| &front.places).map(|place| &*place.path);
    json.chain(mcp).chain(soap)
}

fn parts(tls: &ListenTls) -> impl PartialEq {
    (tls.certificate.clone(), tls.key.clone(), tls.client_ca.clone(), tls.client_optional)
}

/// A limit that may be left to the process.
fn given(limit: Option<usize>) -> u64 {
    limit.map_or(NOT_GIVEN, |limit| limit as u64)
}

/// More than can be given.
const NOT_GIVEN: u64 = u64::MAX;

/// The value of a limit, as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number(u64);

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == NOT_GIVEN { out.write_str("not given") } else { self.0.fmt(out) }
    }
}

type Limit = (&'static str, fn(&Limits) -> u64);

/// The limits that are the process's and differ in `new`: they stay `old` until it is started again.
pub(super) fn changed(old: &Limits, new: &Limits) -> Vec<&'static str> {
    LIMITS.iter().filter(|(_, of)| of(old) != of(new)).map(|(name, _)| *name).collect()
}

/// The limits that are the process's: what holds before it is known which service is asked, what counts connections, and the
/// memories that all services share.
const LIMITS: &[Limit] = &[
    ("http.age", |limits| limits.http.age),
    ("http.body_memory", |limits| given(limits.http.body_memory)),
    ("http.concurrent", |limits| given(limits.http.concurrent)),
    ("http.connections", |limits| limits.http.connections as u64),
    ("http.drain", |limits| limits.http.drain),
    ("http.drain_notice", |limits| limits.http.drain_notice.map_or(NOT_GIVEN, |notice| notice)),
    ("http.head", |limits| limits.http.head as u64),
    ("http.head_deadline", |limits| limits.http.head_deadline),
    ("http.headers", |limits| limits.http.headers as u64),
    ("http.idle", |limits| limits.http.idle),
    ("http.reply_body", |limits| limits.http.reply_body as u64),
    ("http.uri", |limits| limits.http.uri as u64),
    ("http.waiting", |limits| limits.http.waiting as u64),
    ("http.write_time", |limits| limits.http.write_time),
    ("wss.failure_places", |limits| limits.wss.failure_places as u64),
    ("wss.failure_time", |limits| limits.wss.failure_time.unsigned_abs()),
    ("wss.failures", |limits| u64::from(limits.wss.failures)),
    ("wss.hash_memory", |limits| limits.wss.hash_memory.unsigned_abs()),
    ("wss.hash_queue", |limits| limits.wss.hash_queue as u64),
    ("wss.hash_wait", |limits| limits.wss.hash_wait),
    ("wss.hashes", |limits| limits.wss.hashes as u64),
    ("wss.place_failures", |limits| u64::from(limits.wss.place_failures)),
    ("wss.replay_entries", |limits| limits.wss.replay_entries as u64),
];

/// Where `serve` listens where nobody says.
pub(super) const LISTENER: &str = "127.0.0.1:8090";
