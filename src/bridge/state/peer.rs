//! Who is at the other end of a client's connection.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::bridge::tls::Certificate;

/// The other end of a connection. The server puts it into the extensions of every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its address, which may be that of a proxy.
    pub address: SocketAddr,
    /// Whether the connection is over TLS.
    pub secure: bool,
    /// The certificate that it showed and whose key it has; one authority of `listen.tls.client_ca` vouches for it.
    pub certificate: Option<Arc<Certificate>>,
}
