//! TLS towards clients: what the command line and the service file say about it.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::surroundings::Process;
use crate::server;
use crate::service::{ListenTls, Place, Service};

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
}

impl Listen {
    /// TLS as these options or `service` say. Errors: files that cannot be read or that do not fit, told.
    pub(super) fn tls(&self, service: &Service) -> Result<Option<Listening>, Exit> {
        let places = self.places().or_else(|| service.listen.clone());
        let asked = places.as_ref().is_some_and(|places| places.client_ca.is_some());
        if service.wants_certificates() && !asked {
            eprintln!(
                "saponify: auth.certificate: clients are not asked for certificates; give --tls-client-ca, or \
                 listen.tls.client_ca in the service file"
            );
            return Err(Exit::Configuration);
        }
        match places {
            None => Ok(None),
            Some(from) => Listening::new(from).map(Some),
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

impl Listening {
    /// TLS as `from` says. Errors: files that cannot be read or that do not fit, told.
    pub(super) fn new(from: ListenTls) -> Result<Self, Exit> {
        let made =
            from.read(&Process).map_err(|error| error.to_string()).and_then(|pem| server::Tls::new(&pem));
        let tls = made.map_err(|reason| {
            eprintln!("saponify: {reason}");
            Exit::Configuration
        })?;
        Ok(Self { from, tls })
    }

    /// For the server.
    pub(super) fn tls(&self) -> server::Tls {
        self.tls.clone()
    }

    /// Reads the files again. Errors: files that cannot be read or that do not fit; the old ones then stay.
    pub(super) fn reload(&self) -> Result<(), String> {
        self.from.read(&Process).map_err(|error| error.to_string()).and_then(|pem| self.tls.replace(&pem))
    }
}
