//! Where a backend is, and opening a connection there.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::bridge::backend::client::CallError;
use crate::bridge::tls::{Secured, Stream};
use crate::service::Target;

/// A connection that takes requests.
pub(in crate::bridge) type Sender = SendRequest<Full<Bytes>>;

/// Where a backend is.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Host and port to connect to.
    authority: Arc<str>,
    /// The same for connections that may serve one another's requests: those of one TLS configuration.
    pub(in crate::bridge) pool: Arc<str>,
    pub(in crate::bridge) host: HeaderValue,
    path: Arc<str>,
    tls: Option<Secured>,
    /// To open a connection, handshake included.
    connect: Duration,
    /// Until the first byte of the reply.
    pub(in crate::bridge) first_byte: Duration,
    /// For the whole exchange.
    pub(in crate::bridge) total: Duration,
}

impl Endpoint {
    /// The endpoint of a service's target. Errors: a URL that is none, PEM texts that are none, a key that does not fit.
    pub fn new(target: &Target) -> Result<Self, String> {
        let url = &target.url;
        let told = crate::redact::url(url);
        let uri: http::Uri = url.parse().map_err(|_| format!("{told} is not a URL"))?;
        let host = uri.authority().ok_or_else(|| format!("{told} has no host"))?;
        let tls = match uri.scheme_str() {
            Some("http") => None,
            Some("https") => Some(Secured::new(host.host(), &target.tls)),
            _ => return Err(format!("{told} begins neither with http:// nor with https://")),
        };
        let tls = tls.transpose().map_err(|reason| format!("{told}: {reason}"))?;
        let port = host.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 });
        let authority: Arc<str> = format!("{}:{port}", host.host()).into();
        Ok(Self {
            pool: tls
                .as_ref()
                .map_or(authority.clone(), |tls| format!("{authority} {}", tls.number()).into()),
            authority,
            host: HeaderValue::from_str(host.as_str()).map_err(|_| "the host is malformed".to_owned())?,
            path: uri.path_and_query().map_or("/", |path| path.as_str()).into(),
            tls,
            connect: target.connect,
            first_byte: target.first_byte,
            total: target.total,
        })
    }

    /// The path of the URL.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Opens a connection.
    pub(in crate::bridge) async fn open(&self) -> Result<Sender, CallError> {
        match timeout(self.connect, self.stream()).await.unwrap_or(Err(CallError::Connect))? {
            Opened::Plain(stream) => speak(stream).await,
            Opened::Secured(stream) => speak(*stream).await,
        }
    }

    async fn stream(&self) -> Result<Opened, CallError> {
        let stream = TcpStream::connect(&*self.authority).await.map_err(|_| CallError::Connect)?;
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
