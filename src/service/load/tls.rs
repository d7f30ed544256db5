//! TLS: what a backend is shown and how it is trusted, and where the listener's certificate is.

use std::sync::Arc;

use super::checker::Checker;
use crate::service::file::key_path::KeyPath;
use crate::service::file::service::ServiceFile;
use crate::service::file::tls::{ClientFile, TlsFile};
use crate::service::model::tls::{Identity, ListenTls, Place, Tls};
use crate::service::problem::BackendProblem;
use crate::wss::Secret;

impl Checker<'_> {
    /// The `tls` of the backend `at`, which is at `url`. A URL of the command line in place of the file's may be without TLS,
    /// for a mock: then the file's `tls` is for nobody.
    pub(super) fn tls(&mut self, at: &KeyPath, file: Option<&TlsFile>, url: &str) -> Tls {
        if self.backend_url.is_some() && !url.starts_with("https://") {
            return Tls::default();
        }
        self.tls_of(at, file, url)
    }

    /// The `tls` of the server `at`, which is at `url`.
    pub(super) fn tls_of(&mut self, at: &KeyPath, file: Option<&TlsFile>, url: &str) -> Tls {
        let Some(file) = file else { return Tls::default() };
        let at = at.key("tls");
        if !url.starts_with("https://") {
            self.problem(&at.name(), BackendProblem::TlsWithoutHttps);
            return Tls::default();
        }
        let ca = file.ca.as_ref().and_then(|place| self.pem(&at.key("ca"), place));
        let identity = match (&file.certificate, &file.key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => self.identity(&at, certificate, key),
            (Some(_), None) | (None, Some(_)) => {
                self.problem(&at.name(), BackendProblem::HalfIdentity);
                None
            }
        };
        Tls { ca: ca.map(text), identity }
    }

    fn identity(&mut self, at: &KeyPath, certificate: &str, key: &str) -> Option<Identity> {
        let certificate = self.pem(&at.key("certificate"), certificate).map(text);
        let key = self.pem(&at.key("key"), key);
        Some(Identity { certificate: certificate?, key: key? })
    }

    /// The text of a file of keys or certificates, or the one that a reference leads to.
    pub(super) fn pem(&mut self, at: &KeyPath, place: &str) -> Option<Secret> {
        self.checked(at, Place::of(self.path, place).read(self.environment))
    }

    /// Where the listener's files are. They are read by whoever listens, which most verbs do not.
    pub(super) fn listen(&mut self, file: &ServiceFile) -> Option<ListenTls> {
        let tls = file.listen.tls.as_ref()?;
        if tls.client.is_some() && tls.client_ca.is_none() {
            self.problem(&KeyPath::of("listen.tls.client"), BackendProblem::ClientWithoutCa);
        }
        let place = |text: &String| Place::of(self.path, text);
        Some(ListenTls {
            certificate: place(&tls.certificate),
            key: place(&tls.key),
            client_ca: tls.client_ca.as_ref().map(place),
            client_optional: tls.client == Some(ClientFile::Optional),
        })
    }
}

fn text(pem: Secret) -> Arc<str> {
    pem.expose().into()
}
