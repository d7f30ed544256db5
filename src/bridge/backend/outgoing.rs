//! A request to a backend, and its reply.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use tokio::time::Instant;

use super::pieces::Body;
use super::renewal::Renewal;
use crate::bridge::state::entropy::MessageId;
use crate::bridge::state::spool::{Spool, Spooled};
use crate::service::Deadlines;
use crate::soap::Hole;
use crate::wss::Secret;

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
    pub body: Body,
    /// Whether it may be repeated without harm.
    pub idempotent: bool,
    /// How its Security header is made anew for another attempt.
    pub renewal: Option<Renewal>,
    /// How long it may take, where that is not as long as others.
    pub deadlines: Option<Arc<Deadlines>>,
    /// The bearer token that it got from a token server.
    pub token: Option<Secret>,
    /// What may become of attachments of its reply.
    pub(in crate::bridge) attachments: Attachments,
    /// Its `MessageID`, where it has one. It is the same in every attempt, for that is the same message.
    pub(in crate::bridge) message_id: Option<MessageId>,
}

impl Outgoing {
    /// A request that is sent once.
    pub fn new(method: Method, target: Uri, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            method,
            target,
            headers,
            body: Body::new(body),
            idempotent: false,
            renewal: None,
            deadlines: None,
            token: None,
            attachments: Attachments::Within,
            message_id: None,
        }
    }

    /// Makes it ready for another attempt, with another token: one that is repeated is a replay.
    pub(in crate::bridge) fn renew(&mut self) {
        if let Some(renewal) = &mut self.renewal {
            self.body.renew(|first| renewal.renew(first));
        }
    }
}

/// What may become of attachments of a reply.
#[derive(Clone, Debug)]
pub(in crate::bridge) enum Attachments {
    /// They stay apart from their message, and long ones are in a file.
    InFiles(Arc<Spool>),
    /// They stay apart from their message.
    Apart,
    /// They are put into their message.
    Within,
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
    /// Long attachments that are missing in that.
    pub(in crate::bridge) spooled: Option<Arc<Spooled>>,
}

impl Reply {
    /// Where attachments are missing in the body.
    pub(in crate::bridge) fn holes(&self) -> &[Hole] {
        self.spooled.as_ref().map_or(&[], |spooled| spooled.holes())
    }
}
