//! A request to a backend, and its reply.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use tokio::time::Instant;

use super::renewal::Renewal;

/// A request to a backend.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its method.
    pub method: Method,
    /// Its target: a path, and a query if there is one (RFC 9112 section 3.2.1).
    pub target: Uri,
    /// Its headers; `Host` and `Content-Length` are added.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// Whether it may be repeated without harm.
    pub idempotent: bool,
    /// How its Security header is made anew for another attempt.
    pub renewal: Option<Renewal>,
}

impl Outgoing {
    /// Makes it ready for another attempt, with another token: one that is repeated is a replay.
    pub(in crate::bridge) fn renew(&mut self) {
        if let Some(renewal) = &mut self.renewal {
            self.body = renewal.renew(&self.body);
        }
    }
}

/// A backend's reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// When its head was there.
    pub began: Instant,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}
