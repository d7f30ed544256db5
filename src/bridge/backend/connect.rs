//! Where a backend is, and opening a connection there.

use std::sync::Arc;
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Uri, header};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::error::{CallError, ProxyError};
use super::proxy::Hop;
use super::sender::Sender;
use crate::bridge::tls::{Secured, Stream, TlsConfigError, TlsError};
use crate::service::{HttpVersion, Target};

/// Where a backend is.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Host and port to connect to.
    authority: Arc<str>,
    /// The same for connections that may serve one another's requests: those of one TLS configuration.
    pub(super) pool: Arc<str>,
    host: HeaderValue,
    /// Path and query.
    target: Uri,
    /// What is before them.
    origin: (Scheme, Authority),
    tls: Option<Secured>,
    /// A proxy on the way.
    hop: Option<Hop>,
    version: HttpVersion,
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
            Some("https") => Some(Secured::new(host.host(), &target.tls, target.reach.version)),
            _ => return Err(EndpointError::Scheme(url())),
        };
        let tls = tls.transpose().map_err(|reason| EndpointError::Tls { url: url(), reason })?;
        // RFC 9110 sections 4.2.1 and 4.2.2.
        let port = host.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 });
        let authority: Arc<str> = format!("{}:{port}", host.host()).into();
        let version = target.reach.version;
        let tunnel = tls.is_some() || version == HttpVersion::Http2;
        let hop = target.reach.proxy.as_ref().map(|proxy| Hop::new(proxy, tunnel));
        let scheme = if tls.is_some() { Scheme::HTTPS } else { Scheme::HTTP };
        Ok(Self {
            pool: pool(&authority, tls.as_ref(), hop.as_ref(), version),
            authority,
            host: HeaderValue::from_str(host.as_str()).map_err(|_| EndpointError::Malformed(url()))?,
            target: uri.path_and_query().map_or(Uri::from_static("/"), |path| Uri::from(path.clone())),
            origin: (scheme, host.clone()),
            tls,
            hop,
            version,
            connect: target.connect,
            first_byte: target.first_byte,
            total: target.total,
        })
    }

    /// Host and port.
    pub(in crate::bridge) fn authority(&self) -> &Arc<str> {
        &self.authority
    }

    /// Path and query of the URL.
    pub fn target(&self) -> &Uri {
        &self.target
    }

    /// Puts what a connection to here needs into the head of a request: its target whole where a proxy or HTTP/2 asks for that, else
    /// `Host`.
    pub(super) fn address(&self, sender: &Sender, target: Uri, headers: &mut HeaderMap) -> Uri {
        let http2 = matches!(sender, Sender::Http2(_));
        // In HTTP/2 the target has it (RFC 9113 section 8.3.1).
        if http2 {
            headers.remove(header::HOST);
        } else {
            headers.insert(header::HOST, self.host.clone());
        }
        match &self.hop {
            Some(hop) if !hop.tunnel => hop.authorize(headers),
            Some(_) | None if http2 => {}
            Some(_) | None => return target,
        }
        let mut parts = target.into_parts();
        let (scheme, authority) = self.origin.clone();
        (parts.scheme, parts.authority) = (Some(scheme), Some(authority));
        parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
        Uri::from_parts(parts).expect("it has all of its parts")
    }

    /// Whether a status of a reply is that of a proxy which wants credentials (RFC 9110 section 15.5.8). What comes through a tunnel is
    /// of the backend.
    pub(super) fn is_refused_by_proxy(&self, status: http::StatusCode) -> bool {
        let speaks = self.hop.as_ref().is_some_and(|hop| !hop.tunnel);
        speaks && status == http::StatusCode::PROXY_AUTHENTICATION_REQUIRED
    }

    /// Opens a connection.
    pub(super) async fn open(&self) -> Result<Sender, CallError> {
        let opened = timeout(self.connect, self.stream()).await;
        let prior = self.version == HttpVersion::Http2;
        match opened.map_err(|_elapsed| CallError::ConnectTimedOut)?? {
            Opened::Plain(stream) => Sender::open(stream, prior).await,
            Opened::Secured(stream) => {
                let agreed = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                // Over TLS nobody speaks it unasked (RFC 9113 section 3.2).
                if prior && !agreed {
                    return Err(TlsError::HttpVersion.into());
                }
                Sender::open(*stream, agreed).await
            }
        }
    }

    async fn stream(&self) -> Result<Opened, CallError> {
        let stream = self.connected().await?;
        match &self.tls {
            None => Ok(Opened::Plain(stream)),
            Some(tls) => Ok(Opened::Secured(Box::new(tls.connect(stream).await?))),
        }
    }

    /// A connection with the backend, or with the proxy on the way there.
    async fn connected(&self) -> Result<TcpStream, CallError> {
        let Some(hop) = &self.hop else {
            return connected(&self.authority).await;
        };
        let stream = connected(&hop.authority).await.map_err(|_| ProxyError::Unreachable)?;
        if hop.tunnel { hop.tunnel(stream, &self.authority).await } else { Ok(stream) }
    }
}

async fn connected(authority: &str) -> Result<TcpStream, CallError> {
    let found = lookup_host(authority).await.map_err(|_| CallError::Unresolved)?;
    let addresses: Vec<_> = found.collect();
    let stream = TcpStream::connect(&*addresses).await.map_err(|error| CallError::of_connecting(&error))?;
    // A connection that sends small packets late is a connection all the same.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// The name of the connections that may serve one another's requests.
fn pool(authority: &Arc<str>, tls: Option<&Secured>, hop: Option<&Hop>, version: HttpVersion) -> Arc<str> {
    if tls.is_none() && hop.is_none() && version != HttpVersion::Http2 {
        return authority.clone();
    }
    let (tls, hop) = (tls.map_or(0, Secured::number), hop.map_or(0, |hop| hop.number));
    format!("{authority} {tls} {hop} {version:?}").into()
}

enum Opened {
    Plain(TcpStream),
    Secured(Box<Stream>),
}
