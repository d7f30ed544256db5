//! Why a call has no reply.

use crate::bridge::tls::TlsError;

/// Why there is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The connection broke before the reply was complete. What the backend did is unknown.
    #[error("the connection to the backend broke")]
    Broken,
    /// No connection: the backend got nothing.
    #[error("the backend cannot be reached")]
    Connect,
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
