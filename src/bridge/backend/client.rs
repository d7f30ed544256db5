//! Calling a backend: connections that are kept, deadlines, and no write twice.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::Full;
use parking_lot::Mutex;
use tokio::time::timeout;

use crate::bridge::backend::body::{BodyError, collect};
use crate::bridge::backend::connect::Endpoint;
use crate::bridge::backend::error::{CallError, ProxyError};
use crate::bridge::backend::outgoing::{Outgoing, Reply};
use crate::bridge::backend::renewal::Renewal;
use crate::bridge::backend::sender::{Sender, Unanswered};
use crate::bridge::tls::{TlsError, refuses_certificate};
use crate::limits::HttpLimits;

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
    Unsent(Outgoing),
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
    pub async fn send(&self, endpoint: &Endpoint, request: Outgoing) -> Result<Reply, CallError> {
        match timeout(endpoint.total, self.attempts(endpoint, request)).await {
            Ok(reply) => reply,
            Err(_elapsed) => Err(CallError::TimedOut),
        }
    }

    async fn attempts(&self, endpoint: &Endpoint, mut request: Outgoing) -> Result<Reply, CallError> {
        let mut spare = request.idempotent.then(|| request.clone());
        while let Some(sender) = self.take(endpoint) {
            match self.attempt(sender, endpoint, request).await {
                Attempt::Done(reply, sender) => return Ok(self.keep(endpoint, sender, reply)),
                Attempt::Unsent(unsent) => request = unsent.retry(),
                // Later than with a connection's first request, the alert says nothing about what was done.
                Attempt::Failed(CallError::Broken) | Attempt::Refused => {
                    request = spare.take().ok_or(CallError::Broken)?.retry();
                    break;
                }
                Attempt::Failed(error) => return Err(error),
            }
        }
        // Boxed, so that an exchange over a kept connection does not carry the room that a handshake needs.
        let sender = Box::pin(endpoint.open()).await?;
        self.offer(endpoint, &sender);
        match self.attempt(sender, endpoint, request).await {
            Attempt::Done(reply, sender) => Ok(self.keep(endpoint, sender, reply)),
            Attempt::Refused => Err(TlsError::Refused.into()),
            Attempt::Unsent(_) => Err(CallError::Connect),
            Attempt::Failed(error) => Err(error),
        }
    }

    async fn attempt(&self, mut sender: Sender, endpoint: &Endpoint, request: Outgoing) -> Attempt {
        let kept = Kept {
            body: request.body.clone(),
            idempotent: request.idempotent,
            renewal: request.renewal.clone(),
        };
        let message = message(endpoint, &sender, request);
        let sent = timeout(endpoint.first_byte, sender.send(message)).await;
        let response = match sent {
            Err(_elapsed) => return self.failed(endpoint, &sender, CallError::TimedOut),
            Ok(Err(error)) => {
                self.forget(endpoint, &sender);
                return unanswered(error, kept);
            }
            Ok(Ok(response)) => response,
        };
        let (head, body) = response.into_parts();
        if endpoint.is_refused_by_proxy(head.status) {
            return Attempt::Failed(ProxyError::Credentials.into());
        }
        match collect(body, self.limits.reply_body, endpoint.total).await {
            Ok(body) => Attempt::Done(Reply { status: head.status, headers: head.headers, body }, sender),
            Err(BodyError::TooLarge) => self.failed(endpoint, &sender, CallError::TooLarge),
            Err(BodyError::TooSlow) => self.failed(endpoint, &sender, CallError::TimedOut),
            Err(BodyError::Broken) => self.failed(endpoint, &sender, CallError::Broken),
        }
    }

    fn failed(&self, endpoint: &Endpoint, sender: &Sender, error: CallError) -> Attempt {
        self.forget(endpoint, sender);
        Attempt::Failed(error)
    }

    /// Lets others use a connection that takes several requests at one time.
    fn offer(&self, endpoint: &Endpoint, sender: &Sender) {
        if let Some(sender) = sender.share() {
            self.rest(endpoint, sender);
        }
    }

    /// Keeps a connection for the next request, and no more than there may be of them.
    fn rest(&self, endpoint: &Endpoint, sender: Sender) {
        let mut idle = self.idle.lock();
        let kept = idle.entry(endpoint.pool.clone()).or_default();
        kept.push_back(Idle { sender, since: Instant::now() });
        if kept.len() > self.limits.pool_idle {
            kept.pop_front();
        }
    }

    /// Takes those connections back that others may use, after one of them failed: whoever has begun on one goes on.
    fn forget(&self, endpoint: &Endpoint, sender: &Sender) {
        if matches!(sender, Sender::Http2(_))
            && let Some(kept) = self.idle.lock().get_mut(&endpoint.pool)
        {
            kept.clear();
        }
    }

    /// The connection that was used last: the others may rest and expire.
    fn take(&self, endpoint: &Endpoint) -> Option<Sender> {
        let oldest = Duration::from_millis(self.limits.pool_idle_time);
        let mut idle = self.idle.lock();
        let kept = idle.get_mut(&endpoint.pool)?;
        while let Some(connection) = kept.pop_back() {
            if !connection.sender.is_closed() && connection.since.elapsed() < oldest {
                if let Some(sender) = connection.sender.share() {
                    kept.push_back(Idle { sender, since: Instant::now() });
                }
                return Some(connection.sender);
            }
        }
        None
    }

    fn keep(&self, endpoint: &Endpoint, sender: Sender, reply: Reply) -> Reply {
        // One that takes several requests is there already.
        if matches!(sender, Sender::Http1(_)) && !sender.is_closed() {
            self.rest(endpoint, sender);
        }
        reply
    }
}

/// What of a request does not come back with a message that was not sent.
struct Kept {
    body: Bytes,
    idempotent: bool,
    renewal: Option<Renewal>,
}

fn unanswered(mut error: Unanswered, kept: Kept) -> Attempt {
    match error.take_message() {
        _ if refuses_certificate(error.error()) => Attempt::Refused,
        Some(message) => {
            let (head, _) = message.into_parts();
            let Kept { body, idempotent, renewal } = kept;
            // What was before the path is the connection's.
            let path = head.uri.into_parts().path_and_query;
            let target = path.map_or(Uri::from_static("/"), Uri::from);
            let (method, headers) = (head.method, head.headers);
            Attempt::Unsent(Outgoing { method, target, headers, body, idempotent, renewal })
        }
        None => Attempt::Failed(CallError::Broken),
    }
}

fn message(endpoint: &Endpoint, sender: &Sender, request: Outgoing) -> Request<Full<Bytes>> {
    let Outgoing { method, target, mut headers, body, .. } = request;
    let target = endpoint.address(sender, target, &mut headers);
    let mut message = Request::new(Full::new(body));
    *message.method_mut() = method;
    *message.uri_mut() = target;
    *message.headers_mut() = headers;
    message
}
