//! TLS as a service file asks for it: texts of PEM files and where they are, not looked into.

use std::sync::Arc;

use thiserror::Error;

use crate::service::environment::{Environment, relative};
use crate::service::problem::ReferenceProblem;
use crate::service::reference;
use crate::wss::Secret;

/// How a backend is trusted over TLS, and what it is shown.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// The authorities that its certificate must come from, as PEM; those of the system by default.
    pub ca: Option<Arc<str>>,
    /// The certificate that this client shows.
    pub identity: Option<Identity>,
}

/// A certificate and its key.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The chain as PEM, the own certificate first.
    pub certificate: Arc<str>,
    /// The private key as PEM.
    pub key: Secret,
}

/// TLS for the listener: where the files are, since they are read again while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenTls {
    /// The chain.
    pub certificate: Place,
    /// The private key.
    pub key: Place,
    /// The authorities that certificates of clients must come from; clients are not asked for one by default.
    pub client_ca: Option<Place>,
    /// Whether a client without a certificate is let in, where clients are asked for one.
    pub client_optional: bool,
}

/// What the files of a [`ListenTls`] hold.
#[derive(Clone, Debug)]
pub struct ListenPem {
    /// The certificate and its key.
    pub identity: Identity,
    /// The authorities of clients, as PEM.
    pub client_ca: Option<Arc<str>>,
    /// Whether a client without a certificate is let in.
    pub client_optional: bool,
}

/// A file of a [`ListenTls`] that cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("listen.tls.{key}: {problem}")]
pub struct ListenError {
    /// Its key in the service file.
    pub key: &'static str,
    /// Why.
    pub problem: ReferenceProblem,
}

impl ListenTls {
    /// Reads the files. Errors: which of them cannot be read, and why.
    pub fn read(&self, environment: &dyn Environment) -> Result<ListenPem, ListenError> {
        let read = |key: &'static str, place: &Place| {
            place.read(environment).map_err(|problem| ListenError { key, problem })
        };
        let certificate = read("certificate", &self.certificate)?.expose().into();
        let identity = Identity { certificate, key: read("key", &self.key)? };
        let client_ca = self.client_ca.as_ref().map(|place| read("client_ca", place)).transpose()?;
        let client_ca = client_ca.map(|pem| pem.expose().into());
        Ok(ListenPem { identity, client_ca, client_optional: self.client_optional })
    }
}

/// Where a PEM text is: in a file, or where `${env:NAME}` or `${file:PATH}` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// A file.
    pub fn file(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// What the file `from` says: a path relative to it, or a reference.
    pub(in crate::service) fn of(from: &str, text: &str) -> Self {
        Self(if reference::is(text) { text.to_owned() } else { relative(from, text) })
    }

    /// The text. Errors: why it cannot be had.
    pub(in crate::service) fn read(&self, environment: &dyn Environment) -> Result<Secret, ReferenceProblem> {
        if reference::is(&self.0) {
            return reference::secret(&self.0, environment);
        }
        let unreadable = |reason| ReferenceProblem::FileUnreadable { path: self.0.clone(), reason };
        environment.file(&self.0).map(Secret::new).map_err(unreadable)
    }
}
