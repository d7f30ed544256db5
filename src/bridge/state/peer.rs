//! Who is at the other end of a client's connection.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::bridge::tls::Certificate;

/// The other end of a connection. Whoever has no listener may put it into the extensions of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its address, or that of the client behind it, where it is a proxy which the service trusts.
    pub address: SocketAddr,
    /// Whether the connection is over TLS.
    pub secure: bool,
    /// The certificate that it showed and whose key it has; one authority of `listen.tls.client_ca` vouches for it.
    pub certificate: Option<Arc<Certificate>>,
    /// The way by which it came, where that matters.
    pub by: Option<Arc<By>>,
}

/// The way by which a connection came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct By {
    /// The proxy that said who its client is, by the PROXY protocol.
    pub proxy: Option<IpAddr>,
    /// All that there is.
    pub only: Option<Only>,
}

/// All that there is at a listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    /// The service.
    pub service: Arc<str>,
    /// The front of it; both by default.
    pub front: Option<FrontKind>,
}

/// A language in which clients are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontKind {
    /// JSON.
    Json = 0,
    /// SOAP.
    Soap = 1,
    /// The Model Context Protocol.
    Mcp = 2,
}

impl FrontKind {
    /// Its name on the command line, in metrics and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Soap => "soap",
            Self::Mcp => "mcp",
        }
    }
}

impl Only {
    /// Whether `front` of `service` is there.
    pub fn has(&self, service: &str, front: FrontKind) -> bool {
        *self.service == *service && self.front.is_none_or(|only| only == front)
    }
}

impl By {
    /// Whether any of it matters.
    pub fn is_something(&self) -> bool {
        self.proxy.is_some() || self.only.is_some()
    }
}

impl Peer {
    /// Whoever connected from `address`, over TLS if it is `secure`, and showed this `certificate`.
    pub fn new(address: SocketAddr, secure: bool, certificate: Option<Arc<Certificate>>) -> Self {
        Self { address, secure, certificate, by: None }
    }
}
