//! TLS towards a backend: whom it trusts, what it shows, and the handshake.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::TlsError;
use super::pem::{self, PemError};
use super::provider;
use crate::service::{HttpVersion, Identity, Tls};

/// Why TLS with a backend cannot be configured.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TlsConfigError {
    /// The authorities that are trusted.
    #[error("tls.ca: {0}")]
    Ca(#[source] PemError),
    /// The certificate that is shown.
    #[error("tls.certificate: {0}")]
    Certificate(#[source] PemError),
    /// A host that no certificate could be for.
    #[error("the host is neither a name nor an address")]
    Host,
    /// The certificate's private key.
    #[error("tls.key: {0}")]
    Key(#[source] PemError),
    /// A key that is not the certificate's.
    #[error("tls: the key does not fit the certificate: {0}")]
    KeyMismatch(#[source] rustls::Error),
    /// Nobody is trusted.
    #[error(transparent)]
    NoRoots(#[from] NoRoots),
    /// The cryptography has no version of TLS.
    #[error("tls: {0}")]
    Versions(#[source] rustls::Error),
}

impl TlsConfigError {
    /// The keys beside the URL in the service file that lead to what is wrong.
    pub fn keys(&self) -> &'static [&'static str] {
        match self {
            Self::Ca(_) | Self::NoRoots(_) => &["tls", "ca"],
            Self::Certificate(_) => &["tls", "certificate"],
            Self::Host | Self::Versions(_) => &["url"],
            Self::Key(_) | Self::KeyMismatch(_) => &["tls", "key"],
        }
    }
}

/// This machine has no root certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this machine has no root certificates")]
pub struct NoRoots;

/// How a backend is called over TLS.
#[derive(Clone)]
pub(in crate::bridge) struct Secured {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Secured {
    /// TLS with `host` as `tls` says.
    pub(in crate::bridge) fn new(
        host: &str,
        tls: &Tls,
        version: HttpVersion,
    ) -> Result<Self, TlsConfigError> {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|_| TlsConfigError::Host)?;
        let connector = TlsConnector::from(Arc::new(config(tls, version)?));
        Ok(Self { connector, name })
    }

    /// The handshake.
    pub(in crate::bridge) async fn connect<S>(&self, stream: S) -> Result<TlsStream<S>, TlsError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let connecting = self.connector.connect(self.name.clone(), stream);
        connecting.await.map_err(|error| TlsError::of(&error))
    }
}

impl std::fmt::Debug for Secured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secured").field("name", &self.name).finish_non_exhaustive()
    }
}

fn config(tls: &Tls, version: HttpVersion) -> Result<ClientConfig, TlsConfigError> {
    let roots = match &tls.ca {
        Some(ca) => Arc::new(pem::roots(ca).map_err(TlsConfigError::Ca)?),
        None => system_roots()?,
    };
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(TlsConfigError::Versions)?.with_root_certificates(roots);
    let mut config = match &tls.identity {
        None => builder.with_no_client_auth(),
        Some(Identity { certificate, key }) => {
            let chain = pem::certificates(certificate).map_err(TlsConfigError::Certificate)?;
            let key = pem::key(key.expose()).map_err(TlsConfigError::Key)?;
            builder.with_client_auth_cert(chain, key).map_err(TlsConfigError::KeyMismatch)?
        }
    };
    // RFC 7301 section 3.2: what is preferred is first.
    let offered: &[&[u8]] = match version {
        HttpVersion::Auto => &[b"h2", b"http/1.1"],
        HttpVersion::Http1 => &[b"http/1.1"],
        HttpVersion::Http2 => &[b"h2"],
    };
    config.alpn_protocols = offered.iter().map(|name| name.to_vec()).collect();
    Ok(config)
}

/// The root certificates of this machine, read when they are first asked for. Errors: there are none.
pub fn system_roots() -> Result<Arc<RootCertStore>, NoRoots> {
    static ROOTS: OnceLock<Option<Arc<RootCertStore>>> = OnceLock::new();
    let read = || {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        (!roots.is_empty()).then(|| Arc::new(roots))
    };
    ROOTS.get_or_init(read).clone().ok_or(NoRoots)
}
