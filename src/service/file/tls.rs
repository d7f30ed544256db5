//! TLS as it is typed in a service file.

use serde::Deserialize;

/// `backend.soap.tls`, `backend.json.tls`, `oauth2.tls`: PEM files, relative to the service file, or references to PEM texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFile {
    /// The authorities that the server's certificate must come from; those of the system by default.
    pub ca: Option<String>,
    /// The chain of the certificate that the server is shown.
    pub certificate: Option<String>,
    /// Its private key.
    pub key: Option<String>,
}

/// `listen`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListenFile {
    /// TLS; without it the listener speaks plain HTTP.
    pub tls: Option<ListenTlsFile>,
    /// The URL below which clients find the paths of the fronts, where a proxy is before them.
    pub public_url: Option<String>,
    /// Addresses and networks of proxies whose `Forwarded` and `X-Forwarded-` headers count.
    pub trusted_proxies: Option<Vec<String>>,
}

impl ListenFile {
    /// Whether every client must show a certificate.
    pub fn asks_for_certificates(&self) -> bool {
        let must = |tls: &ListenTlsFile| tls.client_ca.is_some() && tls.client != Some(ClientFile::Optional);
        self.tls.as_ref().is_some_and(must)
    }
}

/// `listen.tls`: PEM files, relative to the service file, or references to PEM texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenTlsFile {
    /// The chain of the listener's certificate.
    pub certificate: String,
    /// Its private key.
    pub key: String,
    /// The authorities that certificates of clients must come from; without it clients are not asked for one.
    pub client_ca: Option<String>,
    /// Whether a client must have one: `required` by default.
    pub client: Option<ClientFile>,
}

/// Whether a client must have a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientFile {
    /// It may have none.
    Optional,
    /// It must have one.
    Required,
}
