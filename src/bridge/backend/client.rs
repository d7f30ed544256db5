//! Calling a backend: connections that are kept, deadlines, and no write twice.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use parking_lot::Mutex;
use tokio::time::{Instant, timeout_at};

use crate::bridge::backend::body::BodyError;
use crate::bridge::backend::connect::Endpoint;
use crate::bridge::backend::connection::Unanswered;
use crate::bridge::backend::error::{CallError, ProxyError};
use crate::bridge::backend::outgoing::{Outgoing, Reply};
use crate::bridge::backend::sender::Sender;
use crate::bridge::tls::{TlsError, refuses_certificate};
use crate::limits::HttpLimits;

/// Connections to backends, kept for the next request. Cheap to clone; clones share the connections.
#[derive(Clone, Debug)]
pub struct Client(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    pools: Mutex<Vec<Pool>>,
    limits: HttpLimits,
}

/// The connections to one backend that rest. There are as few pools as there are backends in service files.
#[derive(Debug)]
struct Pool {
    name: Arc<str>,
    /// The one that was used last is the last.
    idle: VecDeque<Idle>,
}

impl Pool {
    fn is_of(&self, endpoint: &Endpoint) -> bool {
        Arc::ptr_eq(&self.name, &endpoint.pool) || self.name == endpoint.pool
    }
}

#[derive(Debug)]
struct Idle {
    sender: Sender,
    since: Instant,
}

/// A request on its way.
struct Call<'c> {
    endpoint: &'c Endpoint,
    request: &'c mut Outgoing,
    deadline: Instant,
}

/// One try on one connection that came to nothing.
enum Failed {
    Call(CallError),
    /// The backend broke the connection off with the TLS alert that refuses a client's certificate.
    Refused,
    /// The kept connection had been closed; not a byte of the request was sent.
    Unsent,
}

impl Client {
    /// A client without connections.
    pub fn new(limits: HttpLimits) -> Self {
        Self(Arc::new(Shared { pools: Mutex::default(), limits }))
    }

    /// Sends `request` and reads the whole reply.
    pub async fn send(&self, endpoint: &Endpoint, mut request: Outgoing) -> Result<Reply, CallError> {
        self.call(endpoint, &mut request).await
    }

    /// The same for whoever has to know what was sent last: that is in `request` then, but for its headers.
    ///
    /// A kept connection that turns out to be closed costs nothing: the request goes out on another one. Once a byte may
    /// have reached the backend, only an idempotent request is sent again, once, and never after a deadline.
    pub(in crate::bridge) async fn call(
        &self,
        endpoint: &Endpoint,
        request: &mut Outgoing,
    ) -> Result<Reply, CallError> {
        let mut spare = request.idempotent.then(|| request.headers.clone());
        let mut call = Call { endpoint, request, deadline: Instant::now() + endpoint.total };
        while let Some(sender) = self.take(endpoint) {
            match self.attempt(sender, &mut call).await {
                Ok(reply) => return Ok(reply),
                Err(Failed::Unsent) => call.request.renew(),
                // Later than with a connection's first request, the alert says nothing about what was done.
                Err(Failed::Refused) => {
                    call.request.headers = spare.take().ok_or(CallError::Broken)?;
                    call.request.renew();
                    break;
                }
                Err(Failed::Call(error)) if error.is_broken() => {
                    call.request.headers = spare.take().ok_or(error)?;
                    call.request.renew();
                    break;
                }
                Err(Failed::Call(error)) => return Err(error),
            }
        }
        // Boxed, so that an exchange over a kept connection does not carry the room that a handshake needs.
        let opened = Box::pin(timeout_at(call.deadline, endpoint.open())).await;
        let sender = opened.map_err(|_elapsed| CallError::TimedOut)??;
        self.offer(endpoint, &sender);
        match self.attempt(sender, &mut call).await {
            Ok(reply) => Ok(reply),
            Err(Failed::Refused) => Err(TlsError::Refused.into()),
            Err(Failed::Unsent) => Err(CallError::Connect),
            Err(Failed::Call(error)) => Err(error),
        }
    }

    async fn attempt(&self, mut sender: Sender, call: &mut Call<'_>) -> Result<Reply, Failed> {
        let Call { endpoint, deadline, .. } = *call;
        let first_byte = deadline.min(Instant::now() + endpoint.first_byte);
        let message = message(endpoint, &sender, call.request);
        let response = match sender.send(message, first_byte).await {
            Ok(response) => response,
            Err(unanswered) => {
                self.forget(endpoint, &sender);
                return Err(failed(unanswered, call.request));
            }
        };
        let (began, (head, body)) = (Instant::now(), response.into_parts());
        if endpoint.is_refused_by_proxy(head.status) {
            return Err(Failed::Call(ProxyError::Credentials.into()));
        }
        match sender.collect(body, self.0.limits.reply_body, deadline).await {
            Ok(body) => {
                self.keep(endpoint, sender);
                Ok(Reply { began, status: head.status, headers: head.headers, body })
            }
            Err(error) => {
                self.forget(endpoint, &sender);
                Err(Failed::Call(match error {
                    BodyError::TooLarge => CallError::TooLarge,
                    BodyError::TooSlow => CallError::BodyTimedOut,
                    BodyError::Broken => CallError::Cut,
                }))
            }
        }
    }

    /// Lets others use a connection that takes several requests at one time.
    fn offer(&self, endpoint: &Endpoint, sender: &Sender) {
        if let Some(sender) = sender.share() {
            self.rest(endpoint, sender);
        }
    }

    /// Keeps a connection for the next request, and no more than there may be of them, nor any that rested for too long.
    fn rest(&self, endpoint: &Endpoint, sender: Sender) {
        let now = Instant::now();
        let mut pools = self.0.pools.lock();
        if !pools.iter().any(|pool| pool.is_of(endpoint)) {
            pools.push(Pool { name: endpoint.pool.clone(), idle: VecDeque::new() });
        }
        let pool = pools.iter_mut().find(|pool| pool.is_of(endpoint));
        let Pool { idle, .. } = pool.expect("it was made where there was none");
        idle.push_back(Idle { sender, since: now });
        let spent = |first: &Idle| now.duration_since(first.since) >= self.longest_rest();
        if (idle.len() > self.0.limits.pool_idle || idle.front().is_some_and(spent))
            && let Some(Idle { sender, .. }) = idle.pop_front()
        {
            sender.close();
        }
    }

    fn longest_rest(&self) -> Duration {
        Duration::from_millis(self.0.limits.pool_idle_time)
    }

    /// Takes those connections back that others may use, after one of them failed: whoever has begun on one goes on.
    fn forget(&self, endpoint: &Endpoint, sender: &Sender) {
        if matches!(sender, Sender::Http2(_))
            && let Some(pool) = self.0.pools.lock().iter_mut().find(|pool| pool.is_of(endpoint))
        {
            pool.idle.clear();
        }
    }

    /// The connection that was used last: the others may rest and expire.
    fn take(&self, endpoint: &Endpoint) -> Option<Sender> {
        let mut pools = self.0.pools.lock();
        let Pool { idle, .. } = pools.iter_mut().find(|pool| pool.is_of(endpoint))?;
        while let Some(Idle { sender, since }) = idle.pop_back() {
            if sender.is_ready() && since.elapsed() < self.longest_rest() {
                if let Some(sender) = sender.share() {
                    idle.push_back(Idle { sender, since: Instant::now() });
                }
                return Some(sender);
            }
            sender.close();
        }
        None
    }

    fn keep(&self, endpoint: &Endpoint, sender: Sender) {
        // One that takes several requests is there already.
        if matches!(sender, Sender::Http1(_)) && sender.is_ready() {
            self.rest(endpoint, sender);
        }
    }
}

/// Why there is no response. A request that was not sent is whole again.
fn failed(unanswered: Unanswered, request: &mut Outgoing) -> Failed {
    let mut error = match unanswered {
        Unanswered::Broken(error) => error,
        Unanswered::TimedOut => return Failed::Call(CallError::TimedOut),
    };
    match error.take_message() {
        _ if refuses_certificate(error.error()) => Failed::Refused,
        Some(message) => {
            request.headers = message.into_parts().0.headers;
            Failed::Unsent
        }
        None => Failed::Call(CallError::of_connection(error.error())),
    }
}

/// The message, with the headers of `request`.
fn message(endpoint: &Endpoint, sender: &Sender, request: &mut Outgoing) -> Request<Full<Bytes>> {
    let mut message = Request::new(Full::new(request.body.clone()));
    *message.method_mut() = request.method.clone();
    let headers = message.headers_mut();
    *headers = std::mem::take(&mut request.headers);
    *message.uri_mut() = endpoint.address(sender, request.target.clone(), headers);
    message
}
