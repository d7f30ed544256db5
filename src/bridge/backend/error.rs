//! Why a call has no reply.

use std::io;

use crate::bridge::tls::TlsError;

/// Why there is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The body of the reply did not come in time. What the backend did is unknown.
    #[error("the backend began to answer and did not end in time")]
    BodyTimedOut,
    /// The connection broke before the reply was complete. What the backend did is unknown.
    #[error("the connection to the backend broke")]
    Broken,
    /// It has as many connections as it may have, and too many requests wait for one, or this one did for too long: the backend got
    /// nothing.
    #[error("the backend has as many connections as it may have (`limits.http.backend_connections`)")]
    Busy,
    /// The backend closed the connection before the head of the reply was complete. What it did is unknown.
    #[error("the connection to the backend broke: it was closed before the head of the reply was complete")]
    Closed,
    /// No connection: the backend got nothing.
    #[error("the backend cannot be reached")]
    Connect,
    /// No connection in time: the backend got nothing.
    #[error("the backend cannot be reached: no connection in time")]
    ConnectTimedOut,
    /// The connection broke in the body of the reply. What the backend did is unknown.
    #[error("the connection to the backend broke in the body of the reply")]
    Cut,
    /// A head of a reply over the limit.
    #[error("the head of the backend's reply is too large")]
    HeadTooLarge,
    /// What came is not HTTP. What the backend did is unknown.
    #[error("the connection to the backend broke: what came is not HTTP")]
    NotHttp,
    /// No way through the outgoing proxy: the backend got nothing.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// Nobody listens there: the backend got nothing.
    #[error("the backend cannot be reached: the connection was refused")]
    Refused,
    /// No TLS: the backend got nothing of the request.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A reply over the limit.
    #[error("the backend's reply is too large")]
    TooLarge,
    /// No reply in time. What the backend did is unknown.
    #[error("the backend did not answer in time")]
    TimedOut,
    /// Its name has no address: the backend got nothing.
    #[error("the backend cannot be reached: its name has no address")]
    Unresolved,
}

impl CallError {
    /// Why no response came over a connection.
    pub(super) fn of_connection(error: &hyper::Error) -> Self {
        if error.is_parse_too_large() {
            Self::HeadTooLarge
        } else if error.is_parse() {
            Self::NotHttp
        } else if error.is_incomplete_message() {
            Self::Closed
        } else {
            Self::Broken
        }
    }

    /// Why there is no connection.
    pub(super) fn of_connecting(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::ConnectTimedOut,
            _ => Self::Connect,
        }
    }

    /// Whether a connection over which a request was sent came to nothing before its end.
    pub(super) fn is_broken(self) -> bool {
        matches!(self, Self::Broken | Self::Closed | Self::Cut | Self::HeadTooLarge | Self::NotHttp)
    }

    /// Whether the backend certainly got nothing of the request.
    pub(in crate::bridge) fn is_unsent(self) -> bool {
        match self {
            Self::Busy
            | Self::Connect
            | Self::ConnectTimedOut
            | Self::Proxy(_)
            | Self::Refused
            | Self::Tls(_)
            | Self::Unresolved => true,
            Self::BodyTimedOut
            | Self::Broken
            | Self::Closed
            | Self::Cut
            | Self::HeadTooLarge
            | Self::NotHttp
            | Self::TimedOut
            | Self::TooLarge => false,
        }
    }
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
