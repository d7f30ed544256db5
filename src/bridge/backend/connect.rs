//! Where a backend is, and opening a connection there.

use std::sync::Arc;
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Uri, header};
use tokio::time::timeout;

use super::dial::{Stream, dial};
use super::error::{CallError, ProxyError};
use super::outgoing::Outgoing;
use super::pool::{PoolState, Upstream};
use super::proxy::Hop;
use super::sender::Sender;
use super::socket::Socket;
use crate::bridge::tls::{Secured, TlsConfigError, TlsError};
use crate::service::{Deadlines, HttpVersion, Target};

/// Where a backend is.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Host and port to connect to.
    authority: Arc<str>,
    /// Its connections, whichever thread's. They serve no other endpoint: that may show another certificate, or other credentials to a
    /// proxy.
    pub(super) upstream: Arc<Upstream>,
    host: HeaderValue,
    /// Path and query.
    target: Uri,
    /// What is before them.
    origin: (Scheme, Authority),
    tls: Option<Secured>,
    /// A proxy on the way.
    hop: Option<Hop>,
    version: HttpVersion,
    deadlines: Deadlines,
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
            upstream: Arc::new(Upstream::new(target.connections)),
            authority,
            host: HeaderValue::from_str(host.as_str()).map_err(|_| EndpointError::Malformed(url()))?,
            target: uri.path_and_query().map_or(Uri::from_static("/"), |path| Uri::from(path.clone())),
            origin: (scheme, host.clone()),
            tls,
            hop,
            version,
            deadlines: target.deadlines(),
        })
    }

    /// Has the connections that `old` has, where those may serve its requests too.
    pub(in crate::bridge) fn remember(&mut self, old: &Self) {
        let is_plain = |endpoint: &Self| endpoint.tls.is_none() && endpoint.hop.is_none();
        let same = self.authority == old.authority && self.version == old.version;
        if same && is_plain(self) && is_plain(old) && self.upstream.bounds == old.upstream.bounds {
            self.upstream = old.upstream.clone();
        }
    }

    /// How long `request` may take.
    #[inline]
    pub(in crate::bridge) fn deadlines<'d>(&'d self, request: &'d Outgoing) -> &'d Deadlines {
        // Most operations have none of their own.
        request.deadlines.as_deref().unwrap_or(&self.deadlines)
    }

    /// Host and port.
    pub(in crate::bridge) fn authority(&self) -> &Arc<str> {
        &self.authority
    }

    /// How its connections are now.
    pub(in crate::bridge) fn pool(&self) -> PoolState {
        self.upstream.state()
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

    /// Opens a connection, whatever that takes of `time`.
    pub(super) async fn open(&self, time: Duration) -> Result<Sender, CallError> {
        timeout(time, self.opened()).await.map_err(|_elapsed| CallError::ConnectTimedOut)?
    }

    async fn opened(&self) -> Result<Sender, CallError> {
        let socket = Socket::new(self.connected().await?);
        let (look, prior) = (socket.look(), self.version == HttpVersion::Http2);
        let Some(tls) = &self.tls else { return Sender::open(socket, look, prior).await };
        let stream = tls.connect(socket).await?;
        let agreed = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        // Over TLS nobody speaks it unasked (RFC 9113 section 3.2).
        if prior && !agreed {
            return Err(TlsError::HttpVersion.into());
        }
        Sender::open(stream, look, agreed).await
    }

    /// A connection with the backend, or with the proxy on the way there.
    async fn connected(&self) -> Result<Stream, CallError> {
        let Some(hop) = &self.hop else {
            return dial(&self.authority).await;
        };
        let stream = dial(&hop.authority).await.map_err(|_| ProxyError::Unreachable)?;
        if hop.tunnel { hop.tunnel(stream, &self.authority).await } else { Ok(stream) }
    }
}
