//! `serve`: run the bridge.

use std::cell::RefCell;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::{Value, json};

use super::admin::AdminArgs;
use super::contract::{Served, ServedArgs, WsdlFile};
use super::curls;
use super::exit::Exit;
use super::listen::{Listen, Listening};
use super::listeners::{Inherited, Listeners};
use super::log::LogArgs;
use super::otlp::OtlpArgs;
use super::output::failed;
use super::reloading::{Reload, Taken};
use super::seen::{NotingDocuments, NotingProcess};
use super::services::{self, Loaded, Read, Refusal};
use super::traffic::TrafficArgs;
use crate::bridge::{Bridge, FrontKind, Observers, page_path};
use crate::describe::PageOf;
use crate::limits::CURLS_TOLD;
use crate::plan::OperationPlan;
use crate::redact;
use crate::server::{self, Lifecycle, Running, Settings, Signals, Unfinished};
use crate::service::{self, Quick, Service, ServiceOperation, operation_path};

/// More are a mistake: each has its own pool of connections.
const MOST_THREADS: i64 = 1024;

/// Run the bridge.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify serve -c samples/bancbox/json-to-soap.yaml -c samples/stonex/json-to-soap.yaml
  saponify serve -c samples/bancbox/json-to-soap.yaml --listen 127.0.0.1:0 --ready-file ready.json \\
    --tls-certificate server.pem --tls-key server.key
  saponify serve --wsdl wsdl/bancbox.wsdl --backend http://127.0.0.1:9000/soap --username-token ops:env:PASSWORD")]
pub(super) struct Serve {
    #[command(flatten)]
    contract: ServedArgs,
    /// A URL in place of the backend's in the service file or the WSDL.
    #[arg(long, value_name = "URL")]
    backend_url: Option<String>,
    /// The service of the WSDL; by default the first one that has the port.
    #[arg(long, value_name = "NAME", conflicts_with = "config")]
    service: Option<String>,
    /// The port of the WSDL; by default the first one of SOAP over HTTP.
    #[arg(long, value_name = "NAME", conflicts_with = "config")]
    port: Option<String>,
    /// The SOAP backend of a WSDL, the same as --backend-url; by default the address in the WSDL.
    #[arg(long, value_name = "URL", conflicts_with_all = ["config", "backend_url"])]
    backend: Option<String>,
    /// The UsernameToken that the backend of a WSDL gets: USER:env:NAME or USER:file:PATH.
    #[arg(long, value_name = "USER:env:NAME", conflicts_with = "config")]
    username_token: Option<String>,
    /// Send the password as a digest.
    #[arg(long, requires = "username_token")]
    password_digest: bool,
    /// Let credentials go to another machine over http://, where anyone on the way reads them.
    #[arg(long, conflicts_with = "config")]
    allow_insecure: bool,
    /// Let anyone who reaches the listener call, at an address that other machines reach, with the credentials of --username-token.
    #[arg(long, requires = "username_token")]
    allow_anonymous: bool,
    #[command(flatten)]
    listeners: Listeners,
    #[command(flatten)]
    tls: Listen,
    #[command(flatten)]
    admin: AdminArgs,
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    otlp: OtlpArgs,
    #[command(flatten)]
    traffic: TrafficArgs,
    /// Threads; by default one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=MOST_THREADS))]
    threads: Option<u16>,
    /// Read the files again when they change: service files, contracts, users, keys, certificates.
    #[arg(long)]
    watch: bool,
    /// A file for the addresses of the fronts, as JSON, written when they are ready.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Exit> {
        let started = Instant::now();
        // Before a port is bound: whoever sees it open may send a signal.
        let signals = Signals::new().and_then(Signals::with_hangup);
        let signals = signals.map_err(|error| failed(&format!("signals: {error}"), Exit::Internal))?;
        // Before there is another thread: it takes variables away, so that no child has the sockets.
        let inherited = Inherited::take()?;
        not_ready(self.ready_file.as_deref())?;
        self.check_open(&inherited)?;
        let served = self.served()?;
        let Read { loaded, seen } = self.read(&served, &services::passed_over)?;
        let services = loaded.map_err(services::told)?;
        let tls = self.tls.tls(&services)?;
        let settings = self.settings(&services, tls.as_ref());
        let taken = Taken::new(&services, seen);
        self.listeners.check(&services)?;
        let listeners = self.listeners.bind(inherited, &services, tls.is_some())?;
        let bridge = services::bridge(services)?;
        let log = self.log.open()?;
        let sending = self.otlp.start(&bridge)?;
        let (traffic, otlp) = (self.traffic.start()?, sending.otlp());
        observe(&bridge, Observers { access: log.access(), traffic, otlp });
        tls.iter().for_each(|tls| bridge.metrics().listener_certificate(tls.tls().expiry()));
        let running = server::start_at(listeners, &bridge, settings);
        let running = running.map_err(|error| failed(&format!("threads: {error}"), Exit::Internal))?;
        let (asking, asked) = server::reloads();
        let admin = self.admin.start(&bridge, running.stop(), asking)?;
        let (documents, pages) = (documents(&bridge, &running), pages(&bridge, &running));
        let ready = Ready { fronts: fronts(&bridge, &running), documents, pages, admin };
        ready.log(&bridge, &running, started);
        self.listeners.warn(tls.as_ref().is_some_and(Listening::asks_for_certificates));
        self.ready_file.as_ref().map_or(Ok(()), |path| write_json(path, &ready.json()))?;
        let (limits, tells_readiness) = (bridge.limits().http, ready.admin.is_some());
        let again = || self.read(&served, &|_| {}).expect("the arguments were good when the process began");
        let mut files = Reload::new(bridge, tls, &again, taken).watching(self.watch);
        let unfinished = Lifecycle { signals, asked, running, limits, tells_readiness }.run(&mut files);
        // Before the last line, which says what was not finished.
        drop(sending);
        stopped(unfinished)
    }

    /// Errors: whoever reaches the listener would call with the credentials of the backend, told.
    fn check_open(&self, inherited: &Inherited) -> Result<(), Exit> {
        let is_meant = self.username_token.is_none() || self.allow_anonymous;
        let open = self.listeners.open(inherited, self.tls.asks_for_certificates());
        let Some(open) = open.filter(|_| !is_meant) else { return Ok(()) };
        let reason = format!(
            "NET0002: --listen {open}: whoever reaches it could call the backend with the credentials of --username-token\n  \
             help: listen on 127.0.0.1; or write a service file with `auth` in its fronts (`saponify init`); or ask clients for \
             certificates with --tls-client-ca; or allow it with --allow-anonymous"
        );
        Err(failed(&reason, Exit::Usage))
    }

    /// What is served. Errors: options that a service file takes the place of, told.
    fn served(&self) -> Result<Served, Exit> {
        let served = self.contract.served()?;
        let alone = [
            ("--backend", self.backend.is_some()),
            ("--username-token", self.username_token.is_some()),
            ("--allow-insecure", self.allow_insecure),
            ("--service", self.service.is_some()),
            ("--port", self.port.is_some()),
        ];
        match (&served, alone.iter().find(|(_, given)| *given)) {
            (Served::Files(_), Some((option, _))) => {
                let reason = format!(
                    "{option}: only a WSDL without a service file takes it; a service file says that itself, and --backend-url takes the place of its URL"
                );
                Err(failed(&reason, Exit::Usage))
            }
            _ => Ok(served),
        }
    }

    /// Loads the services; `other` hears of files that are not service files. Errors: arguments that are wrong, told.
    fn read(&self, served: &Served, other: &dyn Fn(&Path)) -> Result<Read, Exit> {
        Ok(match served {
            Served::Files(paths) => services::read(paths, self.backend_url.as_deref(), other),
            Served::Wsdl(wsdl) => quick_service(wsdl, &self.quick(wsdl)?),
        })
    }

    /// What stands for a service file, where there is none. Errors: told.
    fn quick(&self, wsdl: &WsdlFile) -> Result<Quick, Exit> {
        Ok(Quick {
            wsdl: wsdl.name(),
            service: self.service.clone(),
            port: self.port.clone(),
            backend: self.backend.clone().or(self.backend_url.clone()),
            token: self.username_token.as_deref().map(token).transpose()?,
            digest: self.password_digest,
            allow_insecure: self.allow_insecure,
        })
    }

    fn settings(&self, services: &[Loaded], tls: Option<&Listening>) -> Settings {
        // Where the system does not say how many cores there are, one thread is enough to serve.
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = self.threads.map_or_else(cores, usize::from);
        Settings { limits: services::limits(services).http, threads, tls: tls.map(Listening::tls) }
    }
}

/// The service that stands for a service file, where there is none.
fn quick_service(wsdl: &WsdlFile, quick: &Quick) -> Read {
    let noted = RefCell::default();
    let mut documents = NotingDocuments { fetch: wsdl.fetch(), seen: &noted };
    let service = service::quick(quick, &NotingProcess(&noted), &mut documents);
    let seen = noted.into_inner();
    let loaded = service.map_err(|problems| vec![Refusal::Problems(problems)]).map(|service| {
        super::log::keep_secrets(redact::SecretSet::of(&service));
        let (file, text) = (PathBuf::from(&quick.wsdl), String::new());
        vec![Loaded { file, service, text, seen: seen.clone() }]
    });
    Read { loaded, seen }
}

/// Says what was not finished, if anything.
fn stopped(unfinished: Unfinished) -> Result<(), Exit> {
    let Unfinished { cut, broken, stuck, defects } = unfinished;
    if unfinished == Unfinished::default() {
        tracing::info!("stopped; everything was answered");
        return Ok(());
    }
    tracing::warn!(
        cut,
        broken,
        stuck,
        defects,
        "stopped before everything was done: {cut} exchange(s) were answered with 503 or 504, {broken} connection(s) broken off, \
         {stuck} thread(s) left behind, {defects} ended by a defect"
    );
    Err(if defects > 0 { Exit::Internal } else { Exit::Unfinished })
}

/// Tells whoever wants to know of each exchange.
fn observe(bridge: &Bridge, observers: Observers) {
    if observers.is_some() {
        bridge.observe(observers);
    }
}

/// `USER:env:NAME` as a user name and a reference.
pub(super) fn token(text: &str) -> Result<(String, String), Exit> {
    let parts: Vec<&str> = text.splitn(3, ':').collect();
    match parts.as_slice() {
        [user, kind @ ("env" | "file"), place] if !user.is_empty() => {
            Ok(((*user).to_owned(), format!("${{{kind}:{place}}}")))
        }
        _ => {
            let reason = "the UsernameToken: expected USER:env:NAME or USER:file:PATH";
            Err(failed(&reason, Exit::Usage))
        }
    }
}

/// What is told once everything listens.
struct Ready {
    fronts: Vec<Front>,
    documents: Vec<Document>,
    pages: Vec<Page>,
    admin: Option<String>,
}

impl Ready {
    fn log(&self, bridge: &Bridge, running: &Running, started: Instant) {
        for shared in bridge.services() {
            let service = &shared.service;
            let name = &*service.name;
            let target = service.backend.target();
            let (operations, backend) = (service.plan.operations().len(), redact::url(&service.shown_url));
            let proxy = target.reach.proxy.as_ref();
            let way = proxy.map_or(String::new(), |proxy| format!(" by the proxy {}", proxy.authority));
            tracing::info!(
                service = name,
                operations,
                backend,
                "{name}: {operations} operation(s), backend {backend}{way}"
            );
            self.fronts.iter().filter(|front| front.service == *name).for_each(Front::log);
            self.documents.iter().filter(|document| document.service == *name).for_each(Document::log);
            self.pages.iter().filter(|page| page.service == *name).for_each(Page::log);
            let ports = &service.ports;
            tracing::info!(service = name, "{name}: {}", redact::printable(&ports.to_string()));
            for demand in &service.demands {
                tracing::info!(service = name, "{name}: {}", redact::printable(demand));
            }
            for warning in services::unchecked(service).into_iter().chain(services::short_drain(service)) {
                tracing::warn!(service = name, "{name}: {}", redact::printable(&warning));
            }
            for reason in &service.degraded {
                tracing::warn!(
                    service = name,
                    "{name}: contract: {}",
                    redact::printable(&reason.to_string())
                );
            }
        }
        if let Some(admin) = &self.admin {
            tracing::info!(admin, "admin {admin}/metrics, /livez, /readyz");
            if bridge.traffic().is_some() {
                tracing::info!(admin, "traffic {admin}/traffic/page");
            }
        }
        tell_curls(bridge, running);
        let ms = started.elapsed().as_millis() as u64;
        tracing::info!(ms, "ready after {ms} ms");
    }

    fn json(&self) -> Value {
        let fronts: Vec<Value> = self.fronts.iter().map(Front::json).collect();
        json!({ "pid": std::process::id(), "fronts": fronts, "admin": self.admin })
    }
}

/// A command for each operation, where there are few.
fn tell_curls(bridge: &Bridge, running: &Running) {
    let services = bridge.services();
    let operations: usize = services.iter().map(|shared| shared.service.plan.operations().len()).sum();
    if operations > CURLS_TOLD || !tracing::enabled!(tracing::Level::INFO) {
        return;
    }
    for shared in services {
        let service = &*shared.service.name;
        // The side that is shown first.
        let front = shared.service.json_front.as_ref().map_or(FrontKind::Soap, |_| FrontKind::Json);
        let Some(origin) = running.origins(service, front).into_iter().next() else { continue };
        for (operation, curl) in curls::of_service(&shared.service, &origin) {
            tracing::info!(service, operation, curl, "{service}: {operation}: {curl}");
        }
    }
}

/// A front and its address.
pub(super) struct Front {
    pub(super) service: String,
    pub(super) kind: &'static str,
    pub(super) url: String,
    /// Method and URL by which the system's own clients call, where they differ.
    pub(super) native: Option<String>,
}

impl Front {
    fn log(&self) {
        let Self { service, kind, url, native } = self;
        tracing::info!(service, kind, url, native, "{service}: {kind} at {url}{}", Native(native.as_deref()));
    }

    fn json(&self) -> Value {
        let Self { service, kind, url, native } = self;
        json!({ "service": service, "kind": kind, "url": url, "native": native })
    }
}

/// The second way to an operation, behind the first.
struct Native<'n>(Option<&'n str>);

impl fmt::Display for Native<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |native| write!(out, " and {native}"))
    }
}

/// The OpenAPI document of a JSON front, where it is served.
struct Document {
    service: String,
    url: String,
}

impl Document {
    fn log(&self) {
        let Self { service, url } = self;
        tracing::info!(service, url, "{service}: OpenAPI at {url}");
    }
}

/// The addresses of the OpenAPI documents that `bridge` serves.
fn documents(bridge: &Bridge, running: &Running) -> Vec<Document> {
    let of = |service: &Service| -> Vec<Document> {
        let Some(json) = service.json_front.as_ref().filter(|front| front.openapi) else { return Vec::new() };
        let origins = running.origins(&service.name, FrontKind::Json).into_iter();
        let url = |origin| format!("{origin}{}/openapi.json", json.path);
        origins.map(|origin| Document { service: service.name.to_string(), url: url(origin) }).collect()
    };
    bridge.services().iter().flat_map(|shared| of(&shared.service)).collect()
}

/// The page about a service, where browsers get one.
pub(super) struct Page {
    pub(super) service: String,
    /// The front that it is about.
    #[cfg_attr(not(feature = "demo"), expect(dead_code, reason = "only `demo` tells it"))]
    pub(super) front: FrontKind,
    pub(super) url: String,
}

impl Page {
    fn log(&self) {
        let Self { service, url, .. } = self;
        tracing::info!(service, url, "{service}: page at {url}");
    }
}

/// The pages that `bridge` gives browsers: of a service that of the JSON front, and where that has none that of the SOAP front.
pub(super) fn pages(bridge: &Bridge, running: &Running) -> Vec<Page> {
    let of = |service: &Service| -> Vec<Page> {
        let json = page_path(service, PageOf::Json).map(|path| (FrontKind::Json, path));
        let soap = || page_path(service, PageOf::Soap).map(|path| (FrontKind::Soap, path));
        let Some((front, path)) = json.or_else(soap) else { return Vec::new() };
        let origins = running.origins(&service.name, front).into_iter();
        let page = |origin| Page { service: service.name.to_string(), front, url: format!("{origin}{path}") };
        origins.map(page).collect()
    };
    bridge.services().iter().flat_map(|shared| of(&shared.service)).collect()
}

/// The addresses of everything that `bridge` serves: the SOAP fronts and each JSON operation.
pub(super) fn fronts(bridge: &Bridge, running: &Running) -> Vec<Front> {
    let of = |service: &Service| {
        let origins = |front| running.origins(&service.name, front).into_iter();
        let json = origins(FrontKind::Json).flat_map(|origin| json_fronts(service, &origin));
        let mcp = origins(FrontKind::Mcp).flat_map(|origin| mcp_front(service, &origin));
        let soap = origins(FrontKind::Soap).flat_map(|origin| soap_fronts(service, &origin));
        json.chain(mcp).chain(soap).collect::<Vec<_>>()
    };
    bridge.services().iter().flat_map(|shared| of(&shared.service)).collect()
}

fn json_fronts(service: &Service, origin: &str) -> Vec<Front> {
    let Some(json) = &service.json_front else { return Vec::new() };
    let of = |operation: &OperationPlan, rules: &ServiceOperation| {
        let (own, http) = (operation_path(&operation.name), &rules.http);
        let native = format!("{} {origin}{}{}", http.method, json.path, http.shown());
        let differs = *http.method != *"POST" || http.shown() != own;
        let url = format!("{origin}{}{own}", json.path);
        Front { service: service.name.to_string(), kind: "json", url, native: differs.then_some(native) }
    };
    let operations = service.plan.operations().iter().zip(&service.operations);
    operations.map(|(operation, rules)| of(operation, rules)).collect()
}

fn mcp_front(service: &Service, origin: &str) -> Option<Front> {
    let url = format!("{origin}{}", service.mcp_front.as_ref()?.json.path);
    Some(Front { service: service.name.to_string(), kind: "mcp", url, native: None })
}

/// The SOAP front, and the paths of single ports.
fn soap_fronts(service: &Service, origin: &str) -> Vec<Front> {
    let at = |path: &str| Front {
        service: service.name.to_string(),
        kind: "soap",
        url: format!("{origin}{path}"),
        native: None,
    };
    let places = service.soap_front.iter().flat_map(|front| &front.places);
    places.map(|place| at(&place.path)).collect()
}

/// Takes away the file of an earlier process, which would say that this one is ready. Errors: one that cannot be taken away, told.
pub(super) fn not_ready(path: Option<&Path>) -> Result<(), Exit> {
    let Some(path) = path else { return Ok(()) };
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(failed(&format!("{}: {error}", path.display()), Exit::Usage))
        }
        _ => Ok(()),
    }
}

/// Writes `value` beside `path` and moves it there, so that nobody reads half a file.
pub(super) fn write_json(path: &Path, value: &Value) -> Result<(), Exit> {
    let beside = path.with_extension("tmp");
    let written = std::fs::write(&beside, format!("{value}\n")).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| failed(&format!("{}: {error}", path.display()), Exit::Usage))
}
