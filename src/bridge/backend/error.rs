//! Why a call has no reply.

use crate::bridge::tls::TlsError;

/// Why there is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The connection broke before the reply was complete. What the backend did is unknown.
    #[error("the connection to the backend broke")]
    Broken,
    /// It has as many connections as it may have, and too many requests wait for one, or this one did for too long: the backend got
    /// nothing.
    #[error("the backend has as many connections as it may have (`limits.http.backend_connections`)")]
    Busy,
    /// No connection: the backend got nothing.
    #[error("the backend cannot be reached")]
    Connect,
    /// No way through the outgoing proxy: the backend got nothing.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// No TLS: the backend got nothing of the request.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A reply over the limit.
    #[error("the backend's reply is too large")]
    TooLarge,
    /// No reply in time. What the backend did is unknown.
    #[error("the backend did not answer in time")]
    TimedOut,
}

/// Why there is no way through the outgoing proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// It broke the connection, or did not speak HTTP.
    #[error(
        "the connection to the outgoing proxy broke before there was a tunnel: look at `proxy` of the backend"
    )]
    Broken,
    /// It wants other credentials.
    #[error("the outgoing proxy refuses the credentials (407): look at `proxy.credentials` of the backend")]
    Credentials,
    /// It makes no tunnel.
    #[error(
        "the outgoing proxy answered CONNECT with HTTP status {0}: it does not let the bridge reach the backend, or cannot itself"
    )]
    Refused(u16),
    /// No connection.
    #[error(
        "the outgoing proxy cannot be reached: look at `proxy` of the backend, or HTTPS_PROXY and HTTP_PROXY"
    )]
    Unreachable,
}
