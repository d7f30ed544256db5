//! Calling a backend: connections that are kept, deadlines, and no write twice.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Request, Response};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout, timeout_at};

use crate::bridge::backend::body::{BodyError, Bound, Whole};
use crate::bridge::backend::connect::Endpoint;
use crate::bridge::backend::connection::Unanswered;
use crate::bridge::backend::error::{CallError, ProxyError};
use crate::bridge::backend::lease::Lease;
use crate::bridge::backend::outgoing::{Attachments, Outgoing, Reply};
use crate::bridge::backend::pieces::Body;
use crate::bridge::backend::pool::{Granted, Pools, Upstream};
use crate::bridge::backend::sender::Sender;
use crate::bridge::state::header::content_type_text;
use crate::bridge::state::spool::Sifting;
use crate::bridge::tls::{TlsError, refuses_certificate};
use crate::limits::HttpLimits;

/// Connections to backends, kept for the next request. Cheap to clone; clones share the connections.
#[derive(Clone, Debug)]
pub struct Client(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    pools: Arc<Pools>,
    limits: HttpLimits,
}

/// A request on its way.
struct Call<'c> {
    endpoint: &'c Endpoint,
    request: &'c mut Outgoing,
    deadline: Instant,
    /// Its headers once more, while it may be sent again.
    spare: Option<HeaderMap>,
    /// Whether it goes out on a new connection.
    anew: bool,
}

/// One try on one connection that came to nothing.
enum Failed {
    Call(CallError),
    /// The backend broke the connection off with the TLS alert that refuses a client's certificate.
    Refused,
    /// The connection had been closed; not a byte of the request was sent.
    Unsent,
}

impl Client {
    /// A client without connections.
    pub fn new(limits: HttpLimits) -> Self {
        Self(Arc::new(Shared { pools: Arc::default(), limits }))
    }

    /// Sends `request` and reads the whole reply.
    pub async fn send(&self, endpoint: &Endpoint, mut request: Outgoing) -> Result<Reply, CallError> {
        let deadline = Instant::now() + endpoint.deadlines(&request).total;
        self.call(endpoint, &mut request, deadline).await
    }

    /// The same by a `deadline`, for whoever has to know what was sent last: that is in `request` then, but for its headers.
    ///
    /// A kept connection that turns out to be closed costs nothing: the request goes out on another one. Once a byte may
    /// have reached the backend, only an idempotent request is sent again, once, within the budget of retries, and never after a deadline.
    pub(in crate::bridge) async fn call(
        &self,
        endpoint: &Endpoint,
        request: &mut Outgoing,
        deadline: Instant,
    ) -> Result<Reply, CallError> {
        let spare = request.idempotent.then(|| {
            endpoint.upstream.retries.earn();
            request.headers.clone()
        });
        let mut call = Call { endpoint, request, deadline, spare, anew: false };
        let mut now = Instant::now();
        loop {
            let kept = if call.anew { None } else { self.0.pools.take(&endpoint.upstream, now) };
            let lease = match kept {
                Some(lease) if lease.place.is_some() => lease,
                // Boxed, so that an exchange over a kept connection does not carry the room that a handshake needs.
                other => Box::pin(self.lease(other, &call)).await?,
            };
            let rested = lease.rested;
            match self.attempt(lease, &mut call).await {
                Ok(reply) => return Ok(reply),
                Err(failed) => call.mend(failed, rested.is_none())?,
            }
            now = Instant::now();
        }
    }

    /// A connection with a place: `shared`, which takes several requests, one that another request has done with, or a new one.
    async fn lease(&self, shared: Option<Box<Lease>>, call: &Call<'_>) -> Result<Box<Lease>, CallError> {
        let Call { endpoint, deadline, .. } = *call;
        let upstream = &endpoint.upstream;
        if let Some(mut lease) = shared {
            lease.place = Some(upstream.place(deadline).await?);
            return Ok(lease);
        }
        let place = match self.0.pools.place(upstream, deadline).await? {
            Granted::Lease(lease) => return Ok(lease),
            Granted::Place(place) => place,
        };
        let opened = timeout_at(deadline, endpoint.open(endpoint.deadlines(call.request).connect)).await;
        let sender = opened.map_err(|_elapsed| CallError::TimedOut)??;
        let now = Instant::now();
        upstream.habits.forget(now);
        let lease = Lease::new(sender, place, &upstream.bounds, now);
        if let Some(shared) = lease.share() {
            self.0.pools.rest(upstream, shared);
        }
        Ok(lease)
    }

    async fn attempt(&self, mut lease: Box<Lease>, call: &mut Call<'_>) -> Result<Reply, Failed> {
        let Call { endpoint, deadline, .. } = *call;
        let upstream = &endpoint.upstream;
        let first_byte = deadline.min(Instant::now() + endpoint.deadlines(call.request).first_byte);
        let message = message(endpoint, &lease.sender, call.request);
        let alone = lease.rested.is_none() && matches!(lease.sender, Sender::Http1(_));
        let sent = lease.sender.send(message, first_byte);
        let response = if alone { Box::pin(watched(upstream, sent)).await } else { sent.await };
        let (head, body) = match response {
            Ok(response) => response.into_parts(),
            Err(unanswered) => {
                self.forget(upstream, &lease);
                let failed = failed(unanswered, call.request);
                note(upstream, &lease, &failed);
                return Err(failed);
            }
        };
        let began = Instant::now();
        if endpoint.is_refused_by_proxy(head.status) {
            return Err(Failed::Call(ProxyError::Credentials.into()));
        }
        if lease.rested.is_none() {
            upstream.answered(&mut lease, &head.headers);
        }
        let limit = self.0.limits.reply_body;
        let bound = Bound { limit, sifting: sifting(&call.request.attachments, &head.headers) };
        match lease.sender.collect(body, bound, deadline).await {
            Ok(Whole { bytes: body, spooled }) => {
                self.keep(upstream, lease);
                Ok(Reply { began, status: head.status, headers: head.headers, body, spooled })
            }
            Err(error) => {
                self.forget(upstream, &lease);
                Err(Failed::Call(match error {
                    BodyError::Attachments => CallError::Attachments,
                    BodyError::NoPlace => CallError::NoPlace,
                    BodyError::NotWritten => CallError::NotWritten,
                    BodyError::TooLarge => CallError::TooLarge,
                    BodyError::TooSlow => CallError::BodyTimedOut,
                    BodyError::Broken => CallError::Cut,
                }))
            }
        }
    }

    /// Takes those connections back that others may use, after one of them failed.
    fn forget(&self, upstream: &Arc<Upstream>, lease: &Lease) {
        if matches!(lease.sender, Sender::Http2(_)) {
            self.0.pools.forget(upstream);
        }
    }

    fn keep(&self, upstream: &Arc<Upstream>, lease: Box<Lease>) {
        // One that takes several requests is there already.
        if matches!(lease.sender, Sender::Http1(_)) && lease.sender.is_ready() {
            self.0.pools.rest(upstream, lease);
        }
    }
}

impl Call<'_> {
    /// Makes it ready for another attempt. Errors: there is none, after one `failed` on a connection that was `new`, or not.
    fn mend(&mut self, failed: Failed, new: bool) -> Result<(), CallError> {
        match failed {
            Failed::Unsent if new => return Err(CallError::Connect),
            Failed::Unsent => {}
            Failed::Refused if new => return Err(TlsError::Refused.into()),
            // Later than with a connection's first request, the alert says nothing about what was done.
            Failed::Refused => self.again(CallError::Broken)?,
            Failed::Call(error) if error.is_broken() && !new => self.again(error)?,
            Failed::Call(error) => return Err(error),
        }
        self.request.renew();
        Ok(())
    }

    /// Makes a request that may be repeated ready for a new connection. Errors: it may not, as `error` says, or there were too many.
    fn again(&mut self, error: CallError) -> Result<(), CallError> {
        let spare = self.spare.take().ok_or(error)?;
        if !self.endpoint.upstream.retries.spend(Instant::now()) {
            return Err(error);
        }
        self.request.headers = spare;
        self.anew = true;
        Ok(())
    }
}

/// Remembers that a connection which had rested was closed.
fn note(upstream: &Upstream, lease: &Lease, failed: &Failed) {
    let Some(rested) = lease.rested else { return };
    match failed {
        Failed::Unsent => upstream.habits.closed(Instant::now(), rested),
        Failed::Call(CallError::Broken | CallError::Closed) => upstream.habits.lost(Instant::now(), rested),
        Failed::Call(_) | Failed::Refused => {}
    }
}

/// Waits for what was `sent` on a new connection. A backend that serves one alone does not come to it while another rests.
async fn watched(
    upstream: &Upstream,
    sent: impl Future<Output = Result<Response<Incoming>, Unanswered>>,
) -> Result<Response<Incoming>, Unanswered> {
    let mut sent = pin!(sent);
    // What is later than that may have another reason.
    if let Ok(response) = timeout(PATIENCE, &mut sent).await {
        return response;
    }
    let Some(closed) = upstream.release(Instant::now()) else { return sent.await };
    let soon = timeout(SOON, &mut sent).await;
    upstream.habits.released(Instant::now(), closed && matches!(soon, Ok(Ok(_))));
    match soon {
        Ok(response) => response,
        Err(_elapsed) => sent.await,
    }
}

/// What sorts a reply with these `headers`, where its long `attachments` go into a file.
fn sifting(attachments: &Attachments, headers: &HeaderMap) -> Option<Box<Sifting>> {
    match (attachments, content_type_text(headers)) {
        (Attachments::InFiles(spool), Ok(Some(kind))) => spool.sifting(kind),
        // One whose content type cannot be read is read whole, which tells that.
        (_, Err(_) | Ok(None)) | (Attachments::Apart | Attachments::Within, _) => None,
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
fn message(endpoint: &Endpoint, sender: &Sender, request: &mut Outgoing) -> Request<Body> {
    let mut message = Request::new(request.body.clone());
    *message.method_mut() = request.method.clone();
    let headers = message.headers_mut();
    *headers = std::mem::take(&mut request.headers);
    *message.uri_mut() = endpoint.address(sender, request.target.clone(), headers);
    message
}

/// How long a new connection may wait for its first response before others are closed for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// In this time a backend that serves one connection alone answers when the other one is closed.
const SOON: Duration = Duration::from_millis(100);
