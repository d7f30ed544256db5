//! Who is at the other end of a client's connection.

use std::net::SocketAddr;
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
}

impl Peer {
    /// Whoever connected from `address`, over TLS if it is `secure`, and showed this `certificate`.
    pub fn new(address: SocketAddr, secure: bool, certificate: Option<Arc<Certificate>>) -> Self {
        Self { address, secure, certificate }
    }
}
