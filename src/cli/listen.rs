//! TLS towards clients: what the command line and the service file say about it.

use std::cell::RefCell;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::output::failed;
use super::seen::{NotingProcess, Seen};
use super::services::{self, Loaded};
use crate::server::{self, NewTls};
use crate::service::{Environment, ListenError, ListenTls, Place};

/// The listener's TLS, in place of the service file's `listen.tls`.
#[derive(Debug, Args)]
pub(super) struct Listen {
    /// The PEM chain of the listener's certificate: clients connect with TLS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Its PEM private key.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// The PEM authorities of clients' certificates: a client without one is turned away.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_client_ca: Option<PathBuf>,
}

/// TLS that runs, and where it came from.
pub(super) struct Listening {
    from: ListenTls,
    tls: server::Tls,
    /// Whether the service files say it.
    of_files: bool,
    /// What was read for it.
    seen: Seen,
}

impl Listen {
    /// TLS as these options or `services` say. Errors: files that cannot be read or that do not fit, told.
    pub(super) fn tls(&self, services: &[Loaded]) -> Result<Option<Listening>, Exit> {
        let (places, loaded) = match (self.places(), services::listen(services)) {
            (Some(places), _) => (Some(places), None),
            (None, Some((places, loaded))) => (Some(places.clone()), Some(loaded)),
            (None, None) => (None, None),
        };
        let asked = places.as_ref().is_some_and(|places| places.client_ca.is_some());
        if let Some(refusal) = services::unasked(services, asked) {
            return Err(services::told(vec![refusal]));
        }
        match places {
            None => Ok(None),
            Some(from) => Listening::new(from, loaded).map(Some),
        }
    }

    fn places(&self) -> Option<ListenTls> {
        let place = |path: &PathBuf| Place::file(path.to_string_lossy());
        Some(ListenTls {
            certificate: place(self.tls_certificate.as_ref()?),
            key: place(self.tls_key.as_ref()?),
            client_ca: self.tls_client_ca.as_ref().map(place),
            client_optional: false,
        })
    }
}

impl Listen {
    /// Whether clients must show a certificate.
    pub(super) fn asks_for_certificates(&self) -> bool {
        self.tls_client_ca.is_some()
    }
}

impl Listening {
    /// TLS as `from` says, which is of the service `loaded` or of options. Errors: files that cannot be read or that do
    /// not fit, told.
    pub(super) fn new(from: ListenTls, loaded: Option<&Loaded>) -> Result<Self, Exit> {
        let seen = RefCell::default();
        let pem = from.read(&NotingProcess(&seen));
        let pem = pem.map_err(|error| services::no_tls(loaded, error.key, &error.problem))?;
        let tls = server::Tls::new(&pem).map_err(|error| services::no_tls(loaded, error.key(), &error))?;
        Ok(Self { from, tls, of_files: loaded.is_some(), seen: seen.into_inner() })
    }

    /// For the server.
    pub(super) fn tls(&self) -> server::Tls {
        self.tls.clone()
    }

    /// Whether clients are asked for certificates.
    pub(super) fn asks_for_certificates(&self) -> bool {
        self.from.client_ca.is_some()
    }

    /// What its files had when they were taken.
    pub(super) fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Whether it would be the same, were it made now: `listen` is what the service files say.
    pub(super) fn is_as(&self, listen: Option<&ListenTls>) -> bool {
        !self.of_files || listen == Some(&self.from)
    }

    /// Reads the files again. Errors: files that cannot be read or that do not fit.
    pub(super) fn prepare(&self, environment: &dyn Environment) -> Result<NewTls, ReloadError> {
        let pem = self.from.read(environment)?;
        Ok(NewTls::new(&pem)?)
    }

    /// Shows new clients `new`, for which `seen` was read.
    pub(super) fn take(&mut self, new: NewTls, seen: Seen) {
        self.tls.take(new);
        self.seen = seen;
    }
}

/// Why there is no other certificate.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReloadError {
    /// A file that cannot be read: which, and why.
    #[error(transparent)]
    Read(#[from] ListenError),
    /// What was read does not fit.
    #[error(transparent)]
    Tls(#[from] server::TlsError),
}

/// Tells why nothing can listen at `address`, which `option` gave.
pub(super) fn cannot_listen(option: &str, address: SocketAddr, error: &std::io::Error) -> Exit {
    let hint = match error.kind() {
        ErrorKind::AddrInUse => "stop what listens there, or choose another port; port 0 takes a free one",
        ErrorKind::AddrNotAvailable => "choose an address of this machine; 0.0.0.0 and [::] are all of them",
        ErrorKind::PermissionDenied => "choose a port above 1023, or give the process CAP_NET_BIND_SERVICE",
        _ => "choose another address",
    };
    failed(&format!("NET0001: {option} {address}: {error}\n  help: {hint}"), Exit::Network)
}
