//! Calling a backend: connections that are kept, deadlines, and no write twice.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::Full;
use hyper::client::conn::TrySendError;
use tokio::time::timeout;

use crate::bridge::backend::body::{BodyError, collect};
use crate::bridge::backend::connect::{Endpoint, Sender};
use crate::bridge::backend::renewal::Renewal;
use crate::bridge::tls::{TlsError, refuses_certificate};
use crate::limits::HttpLimits;

/// A request to a backend.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: String,
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
    /// The same request for another attempt.
    pub(in crate::bridge) fn again(&self) -> Self {
        let mut again = self.clone();
        if let Some(renewal) = &self.renewal {
            let (body, renewal) = renewal.renewed(&self.body);
            (again.body, again.renewal) = (body, Some(renewal));
        }
        again
    }
}

/// A backend's reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

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

/// Connections to backends, kept for the next request. Cheap to clone; clones share the connections.
#[derive(Clone, Debug)]
pub struct Client {
    idle: Arc<Mutex<HashMap<Arc<str>, VecDeque<Idle>>>>,
    limits: HttpLimits,
}

#[derive(Debug)]
struct Idle {
    sender: Sender,
    since: Instant,
}

/// One try on one connection.
enum Attempt {
    Done(Reply, Sender),
    Failed(CallError),
    /// The backend broke the connection off with the TLS alert that refuses a client's certificate.
    Refused,
    /// The kept connection had been closed; not a byte of the request was sent.
    Unsent,
}

impl Client {
    /// A client without connections.
    pub fn new(limits: HttpLimits) -> Self {
        Self { idle: Arc::default(), limits }
    }

    /// Sends `request` and reads the whole reply.
    ///
    /// A kept connection that turns out to be closed costs nothing: the request goes out on another one. Once a byte may
    /// have reached the backend, only an idempotent request is sent again, once, and never after a deadline.
    pub async fn send(&self, endpoint: &Endpoint, request: &Outgoing) -> Result<Reply, CallError> {
        timeout(endpoint.total, self.attempts(endpoint, request)).await.unwrap_or(Err(CallError::TimedOut))
    }

    async fn attempts(&self, endpoint: &Endpoint, request: &Outgoing) -> Result<Reply, CallError> {
        let mut again = None;
        while let Some(sender) = self.take(endpoint) {
            match self.attempt(sender, endpoint, again.as_ref().unwrap_or(request)).await {
                Attempt::Done(reply, sender) => return Ok(self.keep(endpoint, sender, reply)),
                Attempt::Failed(CallError::Broken) | Attempt::Refused if !request.idempotent => {
                    // Later than with a connection's first request, the alert says nothing about what was done.
                    return Err(CallError::Broken);
                }
                Attempt::Unsent => again = Some(request.again()),
                Attempt::Failed(CallError::Broken) | Attempt::Refused => {
                    again = Some(request.again());
                    break;
                }
                Attempt::Failed(error) => return Err(error),
            }
        }
        let sender = endpoint.open().await?;
        match self.attempt(sender, endpoint, again.as_ref().unwrap_or(request)).await {
            Attempt::Done(reply, sender) => Ok(self.keep(endpoint, sender, reply)),
            Attempt::Refused => Err(TlsError::Refused.into()),
            Attempt::Unsent => Err(CallError::Connect),
            Attempt::Failed(error) => Err(error),
        }
    }

    async fn attempt(&self, mut sender: Sender, endpoint: &Endpoint, request: &Outgoing) -> Attempt {
        let sent = timeout(endpoint.first_byte, sender.try_send_request(message(endpoint, request))).await;
        let response = match sent {
            Err(_) => return Attempt::Failed(CallError::TimedOut),
            Ok(Err(error)) => return unanswered(error),
            Ok(Ok(response)) => response,
        };
        let (head, body) = response.into_parts();
        match collect(&head.headers, body, self.limits.reply_body, endpoint.total).await {
            Ok(body) => Attempt::Done(Reply { status: head.status, headers: head.headers, body }, sender),
            Err(BodyError::TooLarge) => Attempt::Failed(CallError::TooLarge),
            Err(BodyError::TooSlow) => Attempt::Failed(CallError::TimedOut),
            Err(BodyError::Broken) => Attempt::Failed(CallError::Broken),
        }
    }

    /// The connection that was used last: the others may rest and expire.
    fn take(&self, endpoint: &Endpoint) -> Option<Sender> {
        let oldest = Duration::from_millis(self.limits.pool_idle_time);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle.get_mut(&endpoint.pool)?;
        while let Some(connection) = kept.pop_back() {
            if !connection.sender.is_closed() && connection.since.elapsed() < oldest {
                return Some(connection.sender);
            }
        }
        None
    }

    fn keep(&self, endpoint: &Endpoint, sender: Sender, reply: Reply) -> Reply {
        if !sender.is_closed() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = idle.entry(endpoint.pool.clone()).or_default();
            kept.push_back(Idle { sender, since: Instant::now() });
            if kept.len() > self.limits.pool_idle {
                kept.pop_front();
            }
        }
        reply
    }
}

fn unanswered(mut error: TrySendError<Request<Full<Bytes>>>) -> Attempt {
    match error.take_message() {
        _ if refuses_certificate(error.error()) => Attempt::Refused,
        Some(_) => Attempt::Unsent,
        None => Attempt::Failed(CallError::Broken),
    }
}

fn message(endpoint: &Endpoint, request: &Outgoing) -> Request<Full<Bytes>> {
    let mut message = Request::new(Full::new(request.body.clone()));
    *message.method_mut() = request.method.clone();
    *message.uri_mut() = request.path.parse().unwrap_or_default();
    *message.headers_mut() = request.headers.clone();
    message.headers_mut().insert(header::HOST, endpoint.host.clone());
    message
}
