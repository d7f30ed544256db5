//! Where a backend is, and opening a connection there.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Uri};
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::bridge::backend::error::CallError;
use crate::bridge::tls::{Secured, Stream, TlsConfigError};
use crate::service::Target;

/// A connection that takes requests.
pub(in crate::bridge) type Sender = SendRequest<Full<Bytes>>;

/// Where a backend is.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Host and port to connect to.
    authority: Arc<str>,
    /// The same for connections that may serve one another's requests: those of one TLS configuration.
    pub(super) pool: Arc<str>,
    pub(super) host: HeaderValue,
    /// Path and query.
    target: Uri,
    tls: Option<Secured>,
    /// To open a connection, handshake included.
    connect: Duration,
    /// Until the first byte of the reply.
    pub(super) first_byte: Duration,
    /// For the whole exchange.
    pub(super) total: Duration,
}

/// Why a backend cannot be called. Names the URL, without what is secret in it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EndpointError {
    /// Not a URL.
    #[error("{0} is not a valid URL")]
    Malformed(String),
    /// A URL without a host.
    #[error("{0} has no host")]
    NoHost(String),
    /// A scheme that is not spoken here.
    #[error("{0}: expected a URL that begins with http:// or https://")]
    Scheme(String),
    /// TLS that cannot be configured.
    #[error("{url}: {reason}")]
    Tls {
        /// The URL.
        url: String,
        /// What is wrong.
        reason: TlsConfigError,
    },
}

impl EndpointError {
    /// The keys below the endpoint's own in the service file that lead to what is wrong.
    pub(in crate::bridge) fn keys(&self) -> &'static [&'static str] {
        match self {
            Self::Malformed(_) | Self::NoHost(_) | Self::Scheme(_) => &["url"],
            Self::Tls { reason, .. } => reason.keys(),
        }
    }
}

impl Endpoint {
    /// The endpoint of a service's target.
    pub fn new(target: &Target) -> Result<Self, EndpointError> {
        let url = || crate::redact::url(&target.url).to_string();
        let uri: Uri = target.url.parse().map_err(|_| EndpointError::Malformed(url()))?;
        let host = uri.authority().ok_or_else(|| EndpointError::NoHost(url()))?;
        let tls = match uri.scheme_str() {
            Some("http") => None,
            Some("https") => Some(Secured::new(host.host(), &target.tls)),
            _ => return Err(EndpointError::Scheme(url())),
        };
        let tls = tls.transpose().map_err(|reason| EndpointError::Tls { url: url(), reason })?;
        // RFC 9110 sections 4.2.1 and 4.2.2.
        let port = host.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 });
        let authority: Arc<str> = format!("{}:{port}", host.host()).into();
        let pool = match &tls {
            None => authority.clone(),
            Some(tls) => format!("{authority} {}", tls.number()).into(),
        };
        Ok(Self {
            authority,
            pool,
            host: HeaderValue::from_str(host.as_str()).map_err(|_| EndpointError::Malformed(url()))?,
            target: uri.path_and_query().map_or(Uri::from_static("/"), |path| Uri::from(path.clone())),
            tls,
            connect: target.connect,
            first_byte: target.first_byte,
            total: target.total,
        })
    }

    /// Path and query of the URL.
    pub fn target(&self) -> &Uri {
        &self.target
    }

    /// Opens a connection.
    pub(in crate::bridge) async fn open(&self) -> Result<Sender, CallError> {
        match timeout(self.connect, self.stream()).await.map_err(|_elapsed| CallError::Connect)?? {
            Opened::Plain(stream) => speak(stream).await,
            Opened::Secured(stream) => speak(*stream).await,
        }
    }

    async fn stream(&self) -> Result<Opened, CallError> {
        let stream = TcpStream::connect(&*self.authority).await.map_err(|_| CallError::Connect)?;
        // A connection that sends small packets late is a connection all the same.
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => Ok(Opened::Plain(stream)),
            Some(tls) => Ok(Opened::Secured(Box::new(tls.connect(stream).await?))),
        }
    }
}

enum Opened {
    Plain(TcpStream),
    Secured(Box<Stream>),
}

async fn speak<S>(stream: S) -> Result<Sender, CallError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|_| CallError::Connect)?;
    // It ends when the sender is dropped.
    tokio::spawn(connection);
    Ok(sender)
}
