//! TLS towards clients: the certificate that is shown, who is asked for one, and the handshake.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::protocol::Protocol;
use crate::bridge::Peer;
use crate::bridge::tls::{Certificate, certificates, key, provider, roots};
use crate::service::ListenPem;

/// TLS for a listener. Clones are the same one, so that a new certificate is shown by all threads.
#[derive(Clone, Debug)]
pub struct Tls {
    config: Arc<RwLock<Arc<ServerConfig>>>,
}

impl Tls {
    /// TLS with what `pem` holds. Errors: which of its texts is wrong, and why.
    pub fn new(pem: &ListenPem) -> Result<Self, String> {
        Ok(Self { config: Arc::new(RwLock::new(config(pem)?)) })
    }

    /// Takes `pem` for new connections. Errors: as [`Tls::new`]; what was there stays.
    ///
    /// Sessions of before cannot be resumed, so no client comes in by an authority that is no longer there.
    pub fn replace(&self, pem: &ListenPem) -> Result<(), String> {
        let new = config(pem)?;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// The handshake with the client at `address`; nothing when it fails.
    pub(super) async fn accept(&self, stream: TcpStream, address: SocketAddr) -> Option<Secured> {
        let config = self.config.read().unwrap_or_else(PoisonError::into_inner).clone();
        let stream = TlsAcceptor::from(config).accept(stream).await.ok()?;
        let connection = stream.get_ref().1;
        let protocol = if connection.alpn_protocol() == Some(H2) { Protocol::Http2 } else { Protocol::Http1 };
        let shown = connection.peer_certificates().and_then(<[_]>::first);
        // A certificate that was verified but cannot be read would make its owner nobody.
        let certificate = shown.map(|shown| Certificate::parse(shown).map(Arc::new)).transpose().ok()?;
        Some(Secured { peer: Peer { address, secure: true, certificate }, stream, protocol })
    }
}

/// A connection behind its handshake.
pub(super) struct Secured {
    pub(super) peer: Peer,
    pub(super) stream: TlsStream<TcpStream>,
    pub(super) protocol: Protocol,
}

fn config(pem: &ListenPem) -> Result<Arc<ServerConfig>, String> {
    let chain = certificates(&pem.identity.certificate).map_err(|why| format!("tls certificate: {why}"))?;
    let key = key(pem.identity.key.expose()).map_err(|why| format!("tls key: {why}"))?;
    let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| format!("tls: {error}"))?;
    let builder = match &pem.client_ca {
        None => builder.with_no_client_auth(),
        Some(ca) => builder.with_client_cert_verifier(verifier(ca, pem.client_optional)?),
    };
    let unfit = |error| format!("tls: the key does not fit the certificate: {error}");
    let mut config = builder.with_single_cert(chain, key).map_err(unfit)?;
    config.alpn_protocols = vec![H2.to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn verifier(ca: &str, optional: bool) -> Result<Arc<dyn ClientCertVerifier>, String> {
    let roots = roots(ca).map_err(|why| format!("tls client_ca: {why}"))?;
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider());
    let builder = if optional { builder.allow_unauthenticated() } else { builder };
    builder.build().map_err(|error| format!("tls client_ca: {error}"))
}

/// RFC 9113 section 3.2.
const H2: &[u8] = b"h2";
