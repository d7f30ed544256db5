//! TLS: what a backend is shown and how it is trusted, and where the listener's certificate is.

use std::sync::Arc;

use super::Checker;
use crate::service::file::service::ServiceFile;
use crate::service::file::tls::{ClientFile, TlsFile};
use crate::service::model::tls::{Identity, ListenTls, Place, Tls};
use crate::wss::Secret;

impl Checker<'_> {
    /// The `tls` of the backend or the token server `what`, which is at `url`. A URL of the command line in place of the
    /// file's may be without TLS, for a mock: then the file's `tls` is for nobody.
    pub(super) fn tls(&mut self, what: &str, file: Option<&TlsFile>, url: &str, replaced: bool) -> Tls {
        match file {
            None => Tls::default(),
            Some(file) if url.starts_with("https://") => self.backend_tls(what, file),
            Some(_) if replaced => Tls::default(),
            Some(_) => {
                self.problem(&format!("{what}.tls: the URL begins with http://, so there is no TLS"));
                Tls::default()
            }
        }
    }

    fn backend_tls(&mut self, what: &str, file: &TlsFile) -> Tls {
        let ca = file.ca.as_ref().and_then(|place| self.pem(&format!("{what}.tls.ca"), place));
        let identity = match (&file.certificate, &file.key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => self.identity(what, certificate, key),
            _ => {
                self.problem(&format!("{what}.tls: certificate and key belong together; one is missing"));
                None
            }
        };
        Tls { ca: ca.map(text), identity }
    }

    fn identity(&mut self, what: &str, certificate: &str, key: &str) -> Option<Identity> {
        let certificate = self.pem(&format!("{what}.tls.certificate"), certificate).map(text);
        let key = self.pem(&format!("{what}.tls.key"), key);
        Some(Identity { certificate: certificate?, key: key? })
    }

    /// The text of a file of keys or certificates, or the one that a reference leads to.
    pub(super) fn pem(&mut self, what: &str, place: &str) -> Option<Secret> {
        self.resolved(what, Place::of(self.path, place).read(self.environment))
    }

    /// Where the listener's files are. They are read by whoever listens, which most verbs do not.
    pub(super) fn listen(&mut self, file: &ServiceFile) -> Option<ListenTls> {
        let tls = file.listen.tls.as_ref()?;
        if tls.client.is_some() && tls.client_ca.is_none() {
            self.problem(
                "listen.tls.client: whose certificates? client_ca says it, and without it clients are not asked",
            );
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
