//! TLS towards clients: the certificate that is shown, who is asked for one, and the handshake.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::RwLock;
use rustls::ServerConfig;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::protocol::Protocol;
use crate::bridge::Peer;
use crate::bridge::tls::{Certificate, PemError, certificates, expiry, key, provider, roots};
use crate::service::ListenPem;

/// TLS for a listener. Clones are the same one, so that a new certificate is shown by all threads.
#[derive(Clone, Debug)]
pub struct Tls {
    config: Arc<RwLock<Arc<ServerConfig>>>,
    expiry: Arc<AtomicI64>,
}

impl Tls {
    /// TLS with what `pem` holds. Errors: which of its texts is wrong, and why.
    pub fn new(pem: &ListenPem) -> Result<Self, TlsError> {
        let NewTls { config, until } = NewTls::new(pem)?;
        Ok(Self { config: Arc::new(RwLock::new(config)), expiry: Arc::new(until.into()) })
    }

    /// When the certificate that is shown ends, in seconds since 1970; zero where nobody can tell.
    pub fn expiry(&self) -> Arc<AtomicI64> {
        self.expiry.clone()
    }

    /// Takes `pem` for new connections. Errors: as [`Tls::new`]; what was there stays.
    pub fn replace(&self, pem: &ListenPem) -> Result<(), TlsError> {
        self.take(NewTls::new(pem)?);
        Ok(())
    }

    /// Takes `new` for new connections.
    ///
    /// Sessions of before cannot be resumed, so no client comes in by an authority that is no longer there.
    pub fn take(&self, new: NewTls) {
        *self.config.write() = new.config;
        self.expiry.store(new.until, Ordering::Relaxed);
    }

    /// The handshake with the client at `address`. Errors: why it failed, which rustls has told the client by an alert.
    pub(super) async fn accept(&self, stream: TcpStream, address: SocketAddr) -> io::Result<Secured> {
        let config = self.config.read().clone();
        let stream = TlsAcceptor::from(config).accept(stream).await?;
        let connection = stream.get_ref().1;
        let protocol = if connection.alpn_protocol() == Some(H2) { Protocol::Http2 } else { Protocol::Http1 };
        let shown = connection.peer_certificates().and_then(<[_]>::first);
        // A certificate that was verified but cannot be read would make its owner nobody.
        let certificate = shown.map(|shown| Certificate::parse(shown).map(Arc::new)).transpose();
        let certificate = certificate.map_err(io::Error::other)?;
        Ok(Secured { peer: Peer::new(address, true, certificate), stream, protocol })
    }
}

/// What a [`Tls`] may take in place of what it has.
#[derive(Debug)]
pub struct NewTls {
    config: Arc<ServerConfig>,
    /// When its certificate ends, in seconds since 1970; zero where nobody can tell.
    until: i64,
}

impl NewTls {
    /// What `pem` holds. Errors: as [`Tls::new`].
    pub fn new(pem: &ListenPem) -> Result<Self, TlsError> {
        let until = expiry(&pem.identity.certificate).map_or(0, |until| until);
        Ok(Self { config: config(pem)?, until })
    }
}

/// A connection behind its handshake.
pub(super) struct Secured {
    pub(super) peer: Peer,
    pub(super) stream: TlsStream<TcpStream>,
    pub(super) protocol: Protocol,
}

/// Why there is no TLS for a listener.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The chain of the certificate.
    #[error("tls certificate: {0}")]
    Certificate(#[source] PemError),
    /// The authorities of clients.
    #[error("tls client_ca: {0}")]
    ClientCa(#[source] PemError),
    /// Authorities by which nobody can be verified.
    #[error("tls client_ca: {0}")]
    ClientVerifier(#[source] VerifierBuilderError),
    /// The private key.
    #[error("tls key: {0}")]
    Key(#[source] PemError),
    /// A key that is not the certificate's.
    #[error("tls: the key does not fit the certificate: {0}")]
    KeyMismatch(#[source] rustls::Error),
    /// The cryptography has no version of TLS.
    #[error("tls: {0}")]
    Versions(#[source] rustls::Error),
}

impl TlsError {
    /// The key of `listen.tls` that leads to what is wrong.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Certificate(_) | Self::Versions(_) => "certificate",
            Self::ClientCa(_) | Self::ClientVerifier(_) => "client_ca",
            Self::Key(_) | Self::KeyMismatch(_) => "key",
        }
    }
}

fn config(pem: &ListenPem) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = certificates(&pem.identity.certificate).map_err(TlsError::Certificate)?;
    let key = key(pem.identity.key.expose()).map_err(TlsError::Key)?;
    let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(TlsError::Versions)?;
    let builder = match &pem.client_ca {
        None => builder.with_no_client_auth(),
        Some(ca) => builder.with_client_cert_verifier(verifier(ca, pem.client_optional)?),
    };
    let mut config = builder.with_single_cert(chain, key).map_err(TlsError::KeyMismatch)?;
    config.alpn_protocols = vec![H2.to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn verifier(ca: &str, optional: bool) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let roots = roots(ca).map_err(TlsError::ClientCa)?;
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider());
    let builder = if optional { builder.allow_unauthenticated() } else { builder };
    builder.build().map_err(TlsError::ClientVerifier)
}

/// RFC 9113 section 3.2.
const H2: &[u8] = b"h2";

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use rustls::{ClientConfig, RootCertStore};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsConnector;

    use super::*;

    type Issued = (CertificateDer<'static>, KeyPair);

    fn issued(issuer: &CertifiedIssuer<'static, KeyPair>, name: &str) -> Issued {
        let key = KeyPair::generate().expect("key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("name");
        params.distinguished_name.push(DnType::CommonName, name);
        (params.signed_by(&key, issuer).expect("certificate").der().clone(), key)
    }

    fn acceptor(own: Issued, roots: Arc<RootCertStore>) -> Tls {
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider());
        let verifier = verifier.allow_unauthenticated().build().expect("verifier");
        let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let builder = builder.expect("TLS").with_client_cert_verifier(verifier);
        let key = PrivateKeyDer::Pkcs8(own.1.serialize_der().into());
        let config = builder.with_single_cert(vec![own.0], key).expect("certificate");
        Tls { config: Arc::new(RwLock::new(Arc::new(config))), expiry: Arc::default() }
    }

    fn connector(roots: Arc<RootCertStore>, own: Option<&Issued>) -> TlsConnector {
        let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let builder = builder.expect("TLS").with_root_certificates(roots);
        let config = match own {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
                builder.with_client_auth_cert(vec![certificate.clone()], key).expect("certificate")
            }
        };
        TlsConnector::from(Arc::new(config))
    }

    #[tokio::test]
    async fn whoever_connects_is_known_by_the_certificate_also_when_a_session_goes_on() {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer =
            CertifiedIssuer::self_signed(params, KeyPair::generate().expect("key")).expect("authority");
        let mut roots = RootCertStore::empty();
        roots.add(issuer.der().clone()).expect("root");
        let roots = Arc::new(roots);
        let tls = acceptor(issued(&issuer, "localhost"), roots.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        let mine = issued(&issuer, "orders.example");
        let (nobody, known) = (connector(roots.clone(), None), connector(roots, Some(&mine)));
        for (connector, expected) in [(&nobody, None), (&known, Some(&mine)), (&known, Some(&mine))] {
            let connecting = async {
                let stream = TcpStream::connect(address).await.expect("connection");
                let name = ServerName::try_from("localhost").expect("name");
                let mut stream = connector.connect(name, stream).await.expect("handshake");
                // Tickets for the next session come with what is read.
                let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut [0]).await;
            };
            let accepting = async {
                let (stream, from) = listener.accept().await.expect("accepted");
                let mut secured = tls.accept(stream, from).await.expect("handshake");
                tokio::io::AsyncWriteExt::write_all(&mut secured.stream, b"x").await.expect("written");
                (secured.peer, from)
            };
            let ((peer, from), ()) = tokio::join!(accepting, connecting);
            let expected = expected.map(|(der, _)| Arc::new(Certificate::parse(der).expect("certificate")));
            assert_eq!(peer, Peer::new(from, true, expected));
        }
    }
}
