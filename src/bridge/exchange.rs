//! One exchange: from the head of a request to its answer, the same for every front.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use http::Response;
use http::request::Parts;
use hyper::body::Body as HttpBody;
use tokio::time::Instant;

use super::answer::code;
use super::auth::replay::Replay;
use super::auth::{AuthState, Authenticated, Authenticator, Verifier};
use super::backend::body::Whole;
use super::backend::client::Client;
use super::backend::error::CallError;
use super::backend::outgoing::{Attachments, Outgoing, Reply};
use super::backend::pieces::Body;
use super::failed::Failed;
use super::failure::{BackendFailure, CredentialOwner, Failure};
use super::idempotency::{Claim as Claimed, Claimant, Fingerprint, Guard};
use super::incoming::{Bounds, Received};
use super::log;
use super::metrics::{BackendMetrics, Metrics};
use super::observers::Observers;
use super::operation::Operation;
use super::ready::ReadyService;
use super::record::{Phase, Record};
use super::reply::{self, Answer, Pending, Sent, Words};
use super::request::Prepared;
use super::request_id::RequestId;
use super::state::admission::{Admission, Shortage, Work};
use super::state::budget::Claim;
use super::state::buffers::{self, Buffers};
use super::state::cutoff::Cutoff;
use super::state::entropy;
use super::state::header::content_type_text;
use super::state::noticed::Noticed;
use super::state::pace::Pace;
use super::state::peer::Peer;
use super::state::permits::Permit;
use super::state::spool::{Sifting, Spool, Spooled};
use super::web::sharing::Sharing;
use super::web::{coding, cross_site};
use crate::limits::Limits;

/// What all exchanges of a process share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) auth: AuthState,
    pub(super) metrics: Metrics,
    /// Who is told of exchanges, where someone is.
    pub(super) observers: OnceLock<Observers>,
    pub(super) admission: Admission,
    pub(super) cutoff: Arc<Cutoff>,
    pub(super) limits: Limits,
}

/// One exchange with a client of a service.
pub(super) struct Exchange<'e> {
    pub(super) shared: &'e Shared,
    pub(super) client: &'e Client,
    pub(super) service: &'e ReadyService,
    pub(super) id: &'e RequestId,
    /// Who connected: the client, or a proxy.
    pub(super) connected: Option<&'e Peer>,
    /// The client, as far as anyone knows.
    pub(super) peer: Option<Peer>,
    pub(super) noticed: Noticed,
    /// The memory of its bodies.
    pub(super) memory: Claim<'e>,
    /// What else its thread works on.
    pub(super) pace: &'e Pace,
    /// Whether the body of the request was read.
    pub(super) is_read: AtomicBool,
    /// Long parts of it that are in a file, where some are.
    pub(super) spooled: ArcSwapOption<Spooled>,
    /// What is noted of it.
    pub(super) record: &'e Record,
    /// What is counted of its calls of the backend.
    pub(super) counted: Option<&'e BackendMetrics>,
    /// Why the request is refused, where that was known before its front was asked.
    pub(super) refused: Option<Box<Failure>>,
}

/// A language that clients speak.
pub(super) trait Front {
    /// Its name, as idempotency keys have it.
    const NAME: &'static str;

    /// Whether requests and answers stand in messages of a protocol, in which masks for them find nothing.
    const IS_WRAPPED: bool = false;

    /// Whether long parts of the body of this request may be put into a file before it is read.
    fn takes_apart(&self, _: &Exchange<'_>, _: &Parts) -> bool {
        false
    }

    /// Looks at the head of a request, which may be all that there is to look at.
    ///
    /// Errors: a request that is refused whatever its body.
    fn open(&self, exchange: &Exchange<'_>, head: &Parts) -> Result<Option<Response<Body>>, Failure>;

    /// Lets in whom the head names. Errors: one that is refused whatever its body.
    async fn admit(&mut self, exchange: &Exchange<'_>, head: &Parts) -> Result<(), Failure>;

    /// Reads a request: who sent it, and what the backend gets.
    async fn read(&mut self, exchange: &Exchange<'_>, head: &Parts, body: &Bytes) -> Result<Read, Failure>;

    /// Whether attachments may stay apart until an answer is written.
    fn keeps_apart(&self) -> bool {
        !Self::IS_WRAPPED
    }

    /// Appends what stands before the body of a response, where responses are XML.
    fn begin(&self, _: &mut Vec<u8>) {}

    /// The answer with the response of the contract.
    fn write(
        &self,
        operation: Operation<'_>,
        answer: Answer,
        buffers: &mut Buffers,
    ) -> Result<Response<Body>, Failure>;

    /// The answer to a request that failed, and as far as it is known in which operation.
    fn fail(&self, exchange: &Exchange<'_>, failed: &Failed) -> Response<Body>;

    /// An answer that was kept under an idempotency key, for this request.
    fn again(&self, answer: Response<Body>) -> Response<Body> {
        answer
    }

    /// The operation, as far as it is known.
    fn operation(&self) -> Option<usize>;
}

/// What a request comes to before a backend is asked.
#[derive(Debug)]
pub(super) enum Read {
    /// An answer that needs no backend.
    /// In a box, for it is rare.
    Answer(Box<Response<Body>>),
    /// A call of the backend.
    Call(Ready),
}

/// What sorts a body with this `head`.
fn sifting(spool: &Arc<Spool>, head: &Parts) -> Option<Box<Sifting>> {
    match content_type_text(&head.headers) {
        Ok(kind) => spool.sifting(kind?),
        // It is read whole, which tells what is wrong with it.
        Err(_) => None,
    }
}

/// A request that may be sent to the backend.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) operation: usize,
    pub(super) caller: Authenticated,
    pub(super) prepared: Prepared,
    /// What tells it from other requests with the same idempotency key, where it has one.
    pub(super) fingerprint: Option<Fingerprint>,
}

/// A request, and the place to work on it.
struct Request<'e, B> {
    head: &'e Parts,
    body: B,
    work: Work<'e>,
}

/// How far a request came.
enum Step<'e> {
    /// There is nothing more to do.
    Answered(Response<Body>),
    /// The backend is to be called, perhaps under an idempotency key.
    Call(Ready, Option<Guard>, Places<'e>),
}

/// What an exchange takes of the places of all, and of its operation.
struct Places<'e> {
    _work: Work<'e>,
    _operation: Permit<'e>,
}

impl Exchange<'_> {
    /// Answers the request with this `head` and `body`: sheds what is above the bounds on exchanges before a body is read, and
    /// survives its own panics.
    pub(super) async fn run<B>(&self, front: &mut impl Front, head: &Parts, body: B) -> Response<Body>
    where
        B: HttpBody<Data = Bytes>,
    {
        if let Some(failure) = &self.refused {
            return self.failed(front, &Failure::clone(failure).into());
        }
        let admission = &self.shared.admission;
        let _begun = admission.begin();
        let work = match admission.work(self.pace) {
            Ok(work) => work,
            Err(shortage) => return self.failed(front, &Failure::from(shortage).into()),
        };
        let answered = {
            // Where it is made: to wrap it would be to copy it.
            let mut answering = pin!(self.answer(front, Request { head, body, work }));
            poll_fn(|context| {
                let polled = catch_unwind(AssertUnwindSafe(|| answering.as_mut().poll(context)));
                polled.map_or(Poll::Ready(None), |answer| answer.map(Some))
            })
            .await
        };
        match answered {
            Some(answer) => self.held(answer),
            // What the panic says is on stderr, by the hook of the process.
            None => self.failed(front, &Failure::Bridge("panic").into()),
        }
    }

    /// The same answer, whose memory is given back when it was taken.
    fn held(&self, mut answer: Response<Body>) -> Response<Body> {
        if self.memory.counts(answer.body().size_hint().lower()) {
            let body = std::mem::take(answer.body_mut());
            *answer.body_mut() = body.held(&self.memory);
        }
        answer
    }

    async fn answer<B>(&self, front: &mut impl Front, request: Request<'_, B>) -> Response<Body>
    where
        B: HttpBody<Data = Bytes>,
    {
        let prepared = self.shared.cutoff.until(pin!(self.prepare(front, request))).await;
        match prepared.ok_or(Failure::Stopping).flatten() {
            Ok(Step::Answered(answer)) => answer,
            Ok(Step::Call(ready, claimed, _places)) => self.complete(front, ready, claimed).await,
            Err(failure) => self.failed(front, &failure.into()),
        }
    }

    /// Everything before the call.
    async fn prepare<'r, F: Front, B>(
        &'r self,
        front: &mut F,
        request: Request<'r, B>,
    ) -> Result<Step<'r>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let Request { head, body, work } = request;
        if let Some(answer) = front.open(self, head)? {
            return Ok(Step::Answered(answer));
        }
        front.admit(self, head).await?;
        let (limits, admission) = (&self.service.service.limits.http, &self.shared.admission);
        let coding = if self.noticed.content_encoding { coding::of_body(&head.headers)? } else { None };
        let bounds = Bounds { limits, memory: &self.memory, admission, pace: self.pace };
        let may_sift = coding.is_none() && front.takes_apart(self, head);
        let spool = self.service.spool.as_ref().filter(|_| may_sift);
        let Received { body: Whole { bytes: mut body, spooled }, work } =
            bounds.read(body, work, spool.and_then(|spool| sifting(spool, head))).await?;
        self.is_read.store(true, Ordering::Relaxed);
        if spooled.is_some() {
            self.spooled.store(spooled);
        }
        if let Some(coding) = coding {
            body = Box::pin(coding::decoded(coding, body, limits.request_body)).await?;
            self.memory.cover(body.len())?;
        }
        self.record.has_read(&body);
        if !F::IS_WRAPPED {
            self.record.says(&body);
        }
        let ready = match front.read(self, head, &body).await? {
            Read::Answer(answer) => return Ok(Step::Answered(*answer)),
            Read::Call(ready) => ready,
        };
        let load = self.service.operation(ready.operation).load;
        let (free, alone) = (admission.free(), self.service.alone.load(Ordering::Relaxed));
        let operation = load.enter(free, alone).ok_or(Shortage::Operation)?;
        self.memory.cover(ready.prepared.size() + load.expected_reply())?;
        let places = Places { _work: work, _operation: operation };
        let Some(fingerprint) = ready.fingerprint else { return Ok(Step::Call(ready, None, places)) };
        let caller = ready.caller.scope();
        let claimant = Claimant {
            front: F::NAME,
            service: &self.service.service.name,
            operation: &self.service.operation(ready.operation).plan.name,
            caller: &caller,
        };
        match Box::pin(self.service.keys.claim(&head.headers, &claimant, fingerprint)).await? {
            Some(Claimed::Before(answer)) => Ok(Step::Answered(front.again(answer))),
            Some(Claimed::First(guard)) => Ok(Step::Call(ready, Some(guard), places)),
            None => Ok(Step::Call(ready, None, places)),
        }
    }

    /// Calls the backend and answers, and keeps the answer under the idempotency key.
    async fn complete(&self, front: &impl Front, ready: Ready, claimed: Option<Guard>) -> Response<Body> {
        let (answer, undone) = match self.perform(front, ready).await {
            Ok(answer) => (answer, false),
            Err(failed) => (self.failed(front, &failed), !failed.failure.may_have_happened()),
        };
        if let Some(guard) = claimed {
            Box::pin(guard.finish(&answer, undone)).await;
        }
        answer
    }

    /// Calls the backend and understands its reply.
    pub(super) async fn perform(
        &self,
        front: &impl Front,
        ready: Ready,
    ) -> Result<Response<Body>, Box<Failed>> {
        let Ready { operation, caller, prepared, fingerprint } = ready;
        let Prepared { mut outgoing, warnings, request } = prepared;
        let caller = &caller;
        // An answer that is kept is whole.
        if fingerprint.is_none() && front.keeps_apart() && self.service.operation(operation).keeps_apart() {
            outgoing.attachments = match &self.service.spool {
                Some(spool) => Attachments::InFiles(spool.clone()),
                None => Attachments::Apart,
            };
        }
        self.id.write(&mut outgoing.headers);
        self.record.is_of(operation);
        let began = Instant::now();
        self.record.has_encoded(caller.name(), &outgoing, began.into_std());
        let operation = self.service.operation(operation);
        let blamed = caller.is_blamed(operation.service.backend.credentials());
        let owner = if blamed { CredentialOwner::Caller } else { CredentialOwner::Bridge };
        let replied = self.call(caller, &mut outgoing, began).await;
        let (target, body) = (std::mem::take(&mut outgoing.target), outgoing.body.text().clone());
        outgoing.body = Body::default();
        let (token, json) = (outgoing.token.take(), request.as_deref());
        let message_id = outgoing.message_id;
        let sent = Sent { caller, token, target, body, message_id, request: json };
        let reply = match replied {
            Ok(reply) => reply,
            Err(failure) => {
                let words = Words::of_sent(operation, &sent);
                return Err(Box::new(Failed { failure, request, reply: None, words }));
            }
        };
        operation.load.replied(reply.body.len());
        // The reply, and the answer that is made of it.
        self.memory.settle(request.as_ref().map_or(0, Bytes::len) + 2 * reply.body.len());
        let opening = |out: &mut Vec<u8>| front.begin(out);
        let pending = Pending {
            operation,
            id: self.id.number,
            owner,
            warnings,
            sent,
            keeps_apart: !matches!(outgoing.attachments, Attachments::Within),
            opening: &opening,
        };
        let answered = buffers::with(|buffers| {
            let answer = reply::understand(&pending, &reply, buffers)?;
            self.record.mark(Phase::Decode);
            self.note_passed_over(operation, &answer.passed_over);
            front.write(operation, answer, buffers)
        });
        let failure = match answered {
            Ok(answer) => return Ok(answer),
            Err(failure) => Failure::after_reply(failure),
        };
        let words = Words::of_failed(&pending, &reply);
        Err(Box::new(Failed { failure, request, reply: Some(reply), words }))
    }

    /// Calls the backend for someone who was let in, who `began` it just now.
    async fn call(
        &self,
        _: &Authenticated,
        outgoing: &mut Outgoing,
        began: Instant,
    ) -> Result<Reply, Failure> {
        let (endpoint, cutoff) = (&self.service.endpoint, &self.shared.cutoff);
        let sent = match &self.service.tokens {
            None => {
                let deadline = began + endpoint.deadlines(outgoing).total;
                let sent = cutoff.until(pin!(self.client.call(endpoint, outgoing, deadline))).await;
                sent.map(|sent| sent.map_err(BackendFailure::from))
            }
            Some(tokens) => {
                let sent = cutoff.until(pin!(Box::pin(tokens.send(self.client, endpoint, outgoing)))).await;
                sent.map(|sent| sent.map_err(BackendFailure::from))
            }
        };
        // Whoever is cut short may have been understood: nobody knows, as where the backend is too slow.
        let sent = sent.ok_or(BackendFailure::from(CallError::TimedOut)).flatten();
        let ended = Instant::now();
        if let Some(counted) = self.counted {
            counted.called(ended - began, sent.as_ref().map_or(None, |reply| Some(reply.status)));
        }
        self.record.has_called(&sent, ended.into_std());
        Ok(sent?)
    }

    /// What says who sent a request to a front whose JSON Web Tokens `verifier` knows.
    pub(super) fn authenticator<'a>(&'a self, verifier: Option<&'a Verifier>) -> Authenticator<'a> {
        let state = &self.shared.auth;
        let replay = match &self.service.replay {
            None => Replay::Memory(&state.replay),
            Some(shared) => Replay::Shared(shared),
        };
        let limits = &self.service.service.limits.wss;
        let peer = self.peer.as_ref();
        Authenticator { state, replay, limits, verifier, peer, now: entropy::now() }
    }

    /// Refuses a request that a page of another site made, unless `sharing` lets its origin in.
    pub(super) fn check_site(&self, head: &Parts, sharing: Option<&Sharing>) -> Result<(), Failure> {
        if !self.noticed.page {
            return Ok(());
        }
        cross_site::check(head, sharing, &self.service.service.public, self.connected)
    }

    /// The answer to a failure, which is counted and written down.
    fn failed(&self, front: &impl Front, failed: &Failed) -> Response<Body> {
        self.note(front.operation(), &failed.failure);
        front.fail(self, failed)
    }

    /// Counts a failure, and writes a line about it: who is to blame and why, nothing of what was sent.
    fn note(&self, operation: Option<usize>, failure: &Failure) {
        let service = &self.service.service;
        self.shared.metrics.failed(&service.name, failure);
        if let (Failure::Backend(failure), Some(counted)) = (failure, self.counted) {
            counted.failed(failure);
        }
        if let Some(operation) = operation {
            self.record.is_of(operation);
        }
        self.record
            .has_failed(failure, || code(failure, operation.map(|at| self.service.operation(at).rules)));
        let name = operation.map_or("-", |index| &*self.service.operation(index).plan.name);
        let client = self.peer.as_ref().map(|peer| peer.address.ip());
        let about = log::About { service: &service.name, operation: name, client };
        log::failed(about, self.id, failure);
    }

    fn note_passed_over(&self, operation: Operation<'_>, passed_over: &[String]) {
        for path in passed_over {
            log::passed_over(&operation.service.name, &operation.plan.name, path);
        }
    }
}
