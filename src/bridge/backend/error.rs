//! Why a call has no reply.

use std::io;

use crate::bridge::tls::TlsError;

/// Why there is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// An attachment of the reply, or all of them, over the limit.
    #[error("the attachments of the backend's reply are too large")]
    Attachments,
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
    /// No place for the attachments of the reply.
    #[error("there is no place for the attachments of the backend's reply")]
    NoPlace,
    /// The attachments of the reply cannot be written to a file.
    #[error("the attachments of the backend's reply cannot be written to a file")]
    NotWritten,
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

    /// What is told of it: the one place that knows every error. `cause` and `limit` are names in metrics, in the log and in documents.
    pub(in crate::bridge) fn row(self) -> Row {
        use CallKind::{
            Broken, Busy, NoPlace, NotWritten, Proxied, Secured, TimedOut, TooLarge, Unreachable,
        };
        let (kind, cause, limit) = match self {
            Self::Attachments => (TooLarge, "attachments_too_large", Some("limits.attachments")),
            Self::NoPlace => (NoPlace, "no_place", Some("limits.attachments.spooled")),
            Self::NotWritten => (NotWritten, "not_written", Some("spool")),
            Self::BodyTimedOut => (TimedOut, "body_timed_out", Some("backend timeout total")),
            Self::Broken => (Broken, "reset", None),
            Self::Busy => (Busy, "busy", Some("limits.http.backend_connections")),
            Self::Closed => (Broken, "closed", None),
            Self::Connect => (Unreachable, "unreachable", None),
            Self::ConnectTimedOut => (Unreachable, "connect_timed_out", Some("backend timeout connect")),
            Self::Cut => (Broken, "body_cut", None),
            Self::HeadTooLarge => (Broken, "head_too_large", None),
            Self::NotHttp => (Broken, "not_http", None),
            Self::Proxy(ProxyError::Broken) => (Proxied, "proxy_broken", None),
            Self::Proxy(ProxyError::Credentials) => (Proxied, "proxy_credentials", None),
            Self::Proxy(ProxyError::Refused(_)) => (Proxied, "proxy_refused", None),
            Self::Proxy(ProxyError::Unreachable) => (Proxied, "proxy_unreachable", None),
            Self::Refused => (Unreachable, "connection_refused", None),
            Self::TimedOut => (TimedOut, "first_byte_timed_out", Some("backend timeout first_byte")),
            Self::Tls(TlsError::Expired) => (Secured, "tls_expired", None),
            Self::Tls(TlsError::Failed) => (Secured, "tls_failed", None),
            Self::Tls(TlsError::Host) => (Secured, "tls_host", None),
            Self::Tls(TlsError::HttpVersion) => (Secured, "tls_http_version", None),
            Self::Tls(TlsError::Refused) => (Secured, "tls_refused", None),
            Self::Tls(TlsError::Untrusted) => (Secured, "tls_untrusted", None),
            Self::TooLarge => (TooLarge, "too_large", Some("limits.http.reply_body")),
            Self::Unresolved => (Unreachable, "name_not_resolved", None),
        };
        Row { kind, cause, limit }
    }

    /// Whether a connection over which a request was sent came to nothing before its end.
    pub(super) fn is_broken(self) -> bool {
        self.row().kind == CallKind::Broken
    }

    /// Whether the backend certainly got nothing of the request.
    pub(in crate::bridge) fn is_unsent(self) -> bool {
        match self.row().kind {
            CallKind::Busy | CallKind::Proxied | CallKind::Secured | CallKind::Unreachable => true,
            CallKind::Broken
            | CallKind::NoPlace
            | CallKind::NotWritten
            | CallKind::TimedOut
            | CallKind::TooLarge => false,
        }
    }
}

/// What is told of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) struct Row {
    pub(in crate::bridge) kind: CallKind,
    pub(in crate::bridge) cause: &'static str,
    /// The limit that was hit, as the key of the service file.
    pub(in crate::bridge) limit: Option<&'static str>,
}

/// How far a call came, as clients are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) enum CallKind {
    /// The connection broke; what the backend did is unknown.
    Broken,
    /// There was no place for it.
    Busy,
    /// The backend answered, and the bridge had no place for the attachments of the reply.
    NoPlace,
    /// The backend answered, and the bridge could not write the attachments of the reply to a file.
    NotWritten,
    /// The proxy did not let it through.
    Proxied,
    /// There was no TLS.
    Secured,
    /// There was no reply in time; what the backend did is unknown.
    TimedOut,
    /// The reply is too large.
    TooLarge,
    /// There was no connection.
    Unreachable,
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
