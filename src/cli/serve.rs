//! `serve`: run the bridge.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::admin::AdminArgs;
use super::check;
use super::exit::Exit;
use super::listen::{Listen, Listening};
use super::reload::Reload;
use super::report::report;
use super::surroundings::Process;
use crate::bridge::Bridge;
use crate::server::{self, Running};
use crate::service::{self, Quick, Service};
use crate::wsdl::Files;

/// Run the bridge.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify serve -c samples/bancbox/json-to-soap.yaml
  saponify serve -c samples/bancbox/json-to-soap.yaml --listen 127.0.0.1:0 --ready-file ready.json \\
    --tls-certificate server.pem --tls-key server.key
  saponify serve --wsdl wsdl/bancbox.wsdl --backend http://127.0.0.1:9000/soap --username-token ops:env:PASSWORD")]
pub(super) struct Serve {
    /// The service file.
    #[arg(short, long, value_name = "FILE", required_unless_present = "wsdl", conflicts_with = "wsdl")]
    config: Option<PathBuf>,
    /// A URL in place of the backend's in the service file.
    #[arg(long, value_name = "URL", requires = "config")]
    backend_url: Option<String>,
    /// A WSDL, to run without a service file.
    #[arg(long, value_name = "FILE")]
    wsdl: Option<PathBuf>,
    /// The SOAP backend; by default the address in the WSDL.
    #[arg(long, value_name = "URL", requires = "wsdl")]
    backend: Option<String>,
    /// The UsernameToken that the backend gets: USER:env:NAME or USER:file:PATH.
    #[arg(long, value_name = "USER:env:NAME", requires = "wsdl")]
    username_token: Option<String>,
    /// Send the password as a digest.
    #[arg(long, requires = "username_token")]
    password_digest: bool,
    /// Let credentials go to another machine over http://, where anyone on the way reads them.
    #[arg(long, requires = "wsdl")]
    allow_insecure: bool,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    #[command(flatten)]
    tls: Listen,
    #[command(flatten)]
    admin: AdminArgs,
    /// Threads; by default one for each core.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// A file for the addresses of the fronts, as JSON, written when they are ready.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Exit> {
        let started = Instant::now();
        let service = self.service()?;
        let (limits, tls) = (service.limits, self.tls.tls(&service)?);
        let bridge = check::ready(vec![service])?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (threads, listening) = (self.threads.unwrap_or(cores), tls.as_ref().map(Listening::tls));
        let running = server::start_tls(self.listen, &bridge, limits.http, threads, listening);
        let running = running.map_err(|error| {
            eprintln!("saponify: {}: {error}", self.listen);
            Exit::Network
        })?;
        let admin = self.admin.start(&bridge, running.stop())?;
        tell(&bridge, &running, admin.as_deref(), started);
        if let Some(path) = &self.ready_file {
            write_ready(path, &fronts(&bridge, &running), admin.as_deref())?;
        }
        until_stopped(running, Some(&Reload { bridge, tls }))
    }

    fn service(&self) -> Result<Service, Exit> {
        if let Some(config) = &self.config {
            return check::load(config, self.backend_url.as_deref());
        }
        let token = self.username_token.as_deref().map(token).transpose()?;
        let quick = Quick {
            wsdl: self.wsdl.as_deref().unwrap_or(Path::new("")).to_string_lossy().into_owned(),
            backend: self.backend.clone(),
            token,
            digest: self.password_digest,
            allow_insecure: self.allow_insecure,
        };
        service::quick(&quick, &Process, &mut Files).map_err(|problems| {
            report(&problems);
            Exit::Configuration
        })
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
            eprintln!("saponify: the UsernameToken: expected USER:env:NAME or USER:file:PATH");
            Err(Exit::Usage)
        }
    }
}

fn tell(bridge: &Bridge, running: &Running, admin: Option<&str>, started: Instant) {
    for shared in bridge.services() {
        let service = &shared.service;
        eprintln!(
            "{}: {} operation(s), backend {}",
            service.name,
            service.plan.operations().len(),
            service.backend.target().url
        );
        for front in fronts(bridge, running) {
            eprintln!("  {:<5} {}", front.kind, front.url);
            if let Some(native) = &front.native {
                eprintln!("        {native}");
            }
        }
        for reason in &service.degraded {
            eprintln!("  contract: {reason}");
        }
    }
    if let Some(admin) = admin {
        eprintln!("admin {admin}/metrics, /livez, /readyz");
    }
    eprintln!("ready after {} ms", started.elapsed().as_millis());
}

/// A front and its address.
pub(super) struct Front {
    pub(super) service: String,
    pub(super) kind: &'static str,
    pub(super) url: String,
    /// Method and URL by which the system's own clients call, where they differ.
    pub(super) native: Option<String>,
}

/// The addresses of everything that `bridge` serves: the SOAP fronts and each JSON operation.
pub(super) fn fronts(bridge: &Bridge, running: &Running) -> Vec<Front> {
    let origin = running.origin();
    let mut fronts = Vec::new();
    for shared in bridge.services() {
        let service = &shared.service;
        let mut add = |kind, path: String, native: Option<String>| {
            fronts.push(Front {
                service: service.name.to_string(),
                kind,
                url: format!("{origin}{path}"),
                native,
            })
        };
        for (operation, rules) in service.plan.operations().iter().zip(&service.operations) {
            if let Some(front) = &service.json_front {
                let own = format!("/{}", operation.name);
                let http = &rules.http;
                let native = format!("{} {origin}{}{}", http.method, front.path, http.shown());
                let differs = *http.method != *"POST" || http.shown() != own;
                add("json", format!("{}{own}", front.path), differs.then_some(native));
            }
        }
        if let Some(front) = &service.soap_front {
            add("soap", front.path.to_string(), None);
        }
    }
    fronts
}

fn write_ready(path: &Path, fronts: &[Front], admin: Option<&str>) -> Result<(), Exit> {
    let fronts: Vec<_> = fronts
        .iter()
        .map(|front| {
            let Front { service, kind, url, native } = front;
            serde_json::json!({ "service": service, "kind": kind, "url": url, "native": native })
        })
        .collect();
    write_json(path, &serde_json::json!({ "pid": std::process::id(), "fronts": fronts, "admin": admin }))
}

/// Writes `value` beside `path` and moves it there, so that nobody reads half a file.
pub(super) fn write_json(path: &Path, value: &serde_json::Value) -> Result<(), Exit> {
    let beside = path.with_extension("tmp");
    let written = std::fs::write(&beside, format!("{value}\n")).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        eprintln!("saponify: {}: {error}", path.display());
        Exit::Usage
    })
}

/// Waits for SIGTERM or SIGINT, then for what is in flight. On SIGHUP certificates and users are read again.
pub(super) fn until_stopped(running: Running, reload: Option<&Reload>) -> Result<(), Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let waited = runtime.and_then(|runtime| {
        runtime.block_on(async {
            let Some(reload) = reload else { return server::on_signals(running.stop()).await };
            tokio::select! {
                stopped = server::on_signals(running.stop()) => stopped,
                heard = reload.follow() => heard,
            }
        })
    });
    if let Err(error) = waited {
        eprintln!("saponify: signals: {error}");
        return Err(Exit::Internal);
    }
    running.join();
    Ok(())
}
