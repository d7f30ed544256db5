//! What is noted of an exchange while it goes on, for whoever is told of it at its end.
//!
//! Metrics want little, and always. The rest is noted only where someone wants it: a [`Record`] without details has no room for it,
//! and no clock is asked.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use parking_lot::{Mutex, MutexGuard};

use super::auth::AuthError;
use super::backend::body::BodyError;
use super::backend::error::CallError;
use super::backend::outgoing::{Outgoing, Reply};
use super::failure::{BackendFailure, Failure};
use super::idempotency::KeyError;
use super::state::peer::Peer;
use super::transcript::{Transcript, Turn};
use crate::soap::ContentType;

/// What is noted of one exchange.
#[derive(Debug)]
pub(in crate::bridge) struct Record {
    pub(in crate::bridge) started: Instant,
    /// Where it is in the plan, once that is known.
    operation: OnceLock<usize>,
    request_bytes: AtomicU64,
    blame: AtomicU8,
    details: Option<Box<Mutex<Details>>>,
}

/// What is known of every exchange at its end.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Course {
    pub(in crate::bridge) started: Instant,
    pub(in crate::bridge) ended: Instant,
    pub(in crate::bridge) operation: Option<usize>,
    pub(in crate::bridge) blame: Blame,
    pub(in crate::bridge) request_bytes: u64,
}

/// Who is to blame for a failed exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) enum Blame {
    Nobody = 0,
    Client = 1,
    Backend = 2,
    Bridge = 3,
    /// Nobody: there was no room for it.
    Shed = 4,
}

/// What only some want to know.
#[derive(Debug, Default)]
pub(in crate::bridge) struct Details {
    /// When each phase ended.
    marks: [Option<Instant>; PHASES],
    pub(in crate::bridge) client: Option<Client>,
    /// When the call of the backend was over, with a reply or without one.
    called: Option<Instant>,
    /// Who was let in; empty where nobody asked.
    pub(in crate::bridge) caller: String,
    pub(in crate::bridge) backend: Option<BackendPart>,
    pub(in crate::bridge) failure: Option<FailurePart>,
    /// What was said, where traffic is kept.
    pub(in crate::bridge) transcript: Option<Transcript>,
}

/// Who is at the other end.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Client {
    /// As [`Peer::address`].
    pub(in crate::bridge) address: SocketAddr,
    /// Whether the connection is over TLS.
    pub(in crate::bridge) secure: bool,
}

/// What a backend did.
#[derive(Debug, Default)]
pub(in crate::bridge) struct BackendPart {
    pub(in crate::bridge) method: Method,
    /// Nothing where there was no reply.
    pub(in crate::bridge) status: Option<u16>,
    pub(in crate::bridge) request_bytes: usize,
    pub(in crate::bridge) reply_bytes: usize,
    /// The media type of the reply and its character encoding, where no transcript has it.
    content_type: Option<String>,
}

/// What a failure is.
#[derive(Debug)]
pub(in crate::bridge) struct FailurePart {
    /// Its name in metrics.
    pub(in crate::bridge) name: &'static str,
    /// Whether it is one of the call of the backend.
    pub(in crate::bridge) of_backend: bool,
    /// Why a caller was refused, or a backend failed, in one word.
    pub(in crate::bridge) reason: Option<&'static str>,
    /// The limit that was hit, as the key of the service file.
    pub(in crate::bridge) limit: Option<&'static str>,
    /// The code that the client is told.
    pub(in crate::bridge) code: String,
    /// The code of the backend's fault, where it answered with one.
    pub(in crate::bridge) fault: Option<String>,
    /// What went wrong, as the log has it.
    pub(in crate::bridge) message: String,
}

/// A part of an exchange, each of which begins where another one ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) enum Phase {
    /// The body came, and what it was coded in was taken off.
    Read,
    /// The caller was let in.
    Auth,
    /// The request for the backend was made.
    Encode,
    /// The first byte of the reply came.
    FirstByte,
    /// The rest of it came.
    Reply,
    /// It was understood.
    Decode,
    /// The answer was written.
    Write,
}

/// Names of the phases, in their order.
pub(in crate::bridge) const PHASE_NAMES: [&str; PHASES] =
    ["read", "auth", "encode", "backend_first_byte", "backend_reply", "decode", "write"];

const PHASES: usize = 7;

impl Record {
    /// Nothing yet, with room for details where someone wants them.
    pub(in crate::bridge) fn new(details: Option<Box<Mutex<Details>>>) -> Self {
        Self {
            started: Instant::now(),
            operation: OnceLock::new(),
            request_bytes: AtomicU64::new(0),
            blame: AtomicU8::new(Blame::Nobody as u8),
            details,
        }
    }

    /// The operation is known now.
    #[inline]
    pub(in crate::bridge) fn is_of(&self, operation: usize) {
        // It is found once, and stays.
        let _ = self.operation.set(operation);
    }

    #[inline]
    pub(in crate::bridge) fn operation(&self) -> Option<usize> {
        self.operation.get().copied()
    }

    /// The body of the request is there.
    #[inline]
    pub(in crate::bridge) fn has_read(&self, body: &Bytes) {
        self.request_bytes.store(body.len() as u64, Ordering::Relaxed);
        if let Some(mut details) = self.details() {
            details.mark(Phase::Read);
        }
    }

    /// This is what the client asks for, in the JSON or the XML of the contract.
    #[inline]
    pub(in crate::bridge) fn says(&self, request: &Bytes) {
        if let Some(mut details) = self.details()
            && let Some(transcript) = &mut details.transcript
        {
            transcript.says(Turn::Request, request);
        }
    }

    #[inline]
    pub(in crate::bridge) fn request_bytes(&self) -> u64 {
        self.request_bytes.load(Ordering::Relaxed)
    }

    /// The backend is called, with `request`, by an exchange that `began` that.
    #[inline]
    pub(in crate::bridge) fn has_encoded(&self, caller: &str, request: &Outgoing, began: Instant) {
        if let Some(mut details) = self.details() {
            details.marks[Phase::Encode as usize] = Some(began);
            details.caller.push_str(caller);
            if let Some(transcript) = &mut details.transcript {
                transcript.asks(Turn::BackendRequest, &request.target, &request.headers);
                // Of a package nobody can tell what is to be masked.
                request.body.whole().iter().for_each(|body| transcript.says(Turn::BackendRequest, body));
            }
            let (method, request_bytes) = (request.method.clone(), request.body.length() as usize);
            details.backend = Some(BackendPart { method, request_bytes, ..BackendPart::default() });
        }
    }

    /// The call of the backend was over when it `ended`: it gave a reply, or none.
    #[inline]
    pub(in crate::bridge) fn has_called<E>(&self, called: &Result<Reply, E>, ended: Instant) {
        if let Some(mut details) = self.details() {
            details.called = Some(ended);
            called.iter().for_each(|reply| details.has_reply(reply, ended));
        }
    }

    /// `phase` ended now.
    #[inline]
    pub(in crate::bridge) fn mark(&self, phase: Phase) {
        if let Some(mut details) = self.details() {
            details.mark(phase);
        }
    }

    /// The answer was written when the exchange `ended`, where there was something to answer.
    #[inline]
    pub(in crate::bridge) fn is_answered(&mut self, ended: Instant) {
        if let Some(details) = self.details_mut()
            && details.marks[Phase::Decode as usize].is_some()
        {
            details.marks[Phase::Write as usize] = Some(ended);
        }
    }

    /// Who is at the other end.
    #[inline]
    pub(in crate::bridge) fn is_from(&self, peer: Option<&Peer>) {
        if let Some(mut details) = self.details() {
            let client = |peer: &Peer| Client { address: peer.address, secure: peer.secure };
            details.client = peer.map(client);
        }
    }

    /// It failed, and the client is told `code`.
    pub(in crate::bridge) fn has_failed(&self, failure: &Failure, code: impl FnOnce() -> String) {
        self.blame.store(failure.blame() as u8, Ordering::Relaxed);
        if let Some(mut details) = self.details() {
            details.failure = Some(FailurePart {
                name: failure.name(),
                of_backend: matches!(failure, Failure::Backend(_)),
                reason: failure.reason(),
                limit: failure.limit(),
                code: code(),
                fault: failure.fault_code(),
                message: failure.to_string(),
            });
        }
    }

    pub(in crate::bridge) fn blame(&self) -> Blame {
        match self.blame.load(Ordering::Relaxed) {
            1 => Blame::Client,
            2 => Blame::Backend,
            3 => Blame::Bridge,
            4 => Blame::Shed,
            _ => Blame::Nobody,
        }
    }

    /// What is known of it, which `ended` then.
    #[inline]
    pub(in crate::bridge) fn course(&self, ended: Instant) -> Course {
        Course {
            started: self.started,
            ended,
            operation: self.operation(),
            blame: self.blame(),
            request_bytes: self.request_bytes(),
        }
    }

    /// Takes what only some want to know, where someone does.
    #[inline]
    pub(in crate::bridge) fn take_details(&mut self) -> Option<Box<Mutex<Details>>> {
        self.details.take()
    }

    /// What only some want to know, where someone does, for whoever alone has it.
    #[inline]
    pub(in crate::bridge) fn details_mut(&mut self) -> Option<&mut Details> {
        self.details.as_mut().map(|details| details.get_mut())
    }

    /// What only some want to know, where someone does.
    #[inline]
    pub(in crate::bridge) fn details(&self) -> Option<MutexGuard<'_, Details>> {
        self.details.as_ref().map(|details| details.lock())
    }
}

/// The media type and the character encoding that `values` of a Content-Type say; nothing where that cannot be read. What else stands there
/// may be anything.
fn shown_type<'v>(mut values: impl Iterator<Item = &'v [u8]>) -> Option<String> {
    let (value, None) = (values.next()?, values.next()) else { return None };
    // What is no text is told by its failure.
    let Ok(text) = str::from_utf8(value) else { return None };
    // And so is what is no content type.
    let Ok(kind) = ContentType::parse(text) else { return None };
    if kind.media_type.is_empty() {
        return None;
    }
    let charset = kind.charset.map_or(String::new(), |charset| format!("; charset={charset}"));
    Some(format!("{}{charset}", kind.media_type))
}

impl Details {
    fn mark(&mut self, phase: Phase) {
        self.marks[phase as usize] = Some(Instant::now());
    }

    fn has_reply(&mut self, reply: &Reply, now: Instant) {
        self.marks[Phase::FirstByte as usize] = Some(reply.began.into_std());
        self.marks[Phase::Reply as usize] = Some(now);
        let Some(part) = &mut self.backend else { return };
        part.status = Some(reply.status.as_u16());
        part.reply_bytes = reply.body.len();
        if let Some(transcript) = &mut self.transcript {
            transcript.answers(Turn::BackendReply, &reply.headers);
            transcript.says(Turn::BackendReply, &reply.body);
        } else {
            part.content_type =
                shown_type(reply.headers.get_all(CONTENT_TYPE).iter().map(HeaderValue::as_bytes));
        }
    }

    /// The media type of the backend's reply, and its character encoding.
    pub(in crate::bridge) fn content_type(&self) -> Option<String> {
        match &self.transcript {
            Some(transcript) => {
                shown_type(transcript.head_of(Turn::BackendReply)?.values(CONTENT_TYPE.as_str()))
            }
            None => self.backend.as_ref()?.content_type.clone(),
        }
    }

    /// Forgets everything, for another exchange whose transcript is kept, in the room that there is, unless that is more than `most` bytes.
    pub(in crate::bridge) fn begin_anew(&mut self, most: usize) {
        self.marks = [None; PHASES];
        (self.client, self.called, self.backend) = (None, None, None);
        if self.failure.is_some() {
            self.failure = None;
        }
        self.caller.clear();
        self.transcript.get_or_insert_default().clear(most);
    }

    /// When the call of the backend began and when it was over, if only since its client went away. Nothing where it was not called.
    pub(in crate::bridge) fn call(&self) -> Option<(Instant, Instant)> {
        let began = self.marks[Phase::Encode as usize]?;
        // One that was broken off is over now.
        Some((began, self.called.unwrap_or_else(Instant::now)))
    }

    /// How long each phase took where all began at `started`; nothing for one that did not end. A caller whom the head names is let in
    /// before the body is read, any other one after that.
    pub(in crate::bridge) fn phases(&self, started: Instant) -> [Option<Duration>; PHASES] {
        self.marks.map(|mark| {
            let mark = mark?;
            let before = self.marks.iter().flatten().copied().filter(|before| *before < mark);
            Some(mark.saturating_duration_since(before.fold(started, Instant::max)))
        })
    }
}

impl Failure {
    /// Who is to blame.
    pub(in crate::bridge) fn blame(&self) -> Blame {
        match self {
            // The client is to blame, whoever says so.
            Self::Backend(BackendFailure::Failed { client: true, .. }) => Blame::Client,
            Self::Backend(BackendFailure::Fault { fault, .. }) if fault.is_of_client() => Blame::Client,
            Self::Backend(BackendFailure::Call(CallError::Busy | CallError::NoPlace)) => Blame::Shed,
            Self::Backend(BackendFailure::Call(CallError::NotWritten)) => Blame::Bridge,
            Self::Backend(_) => Blame::Backend,
            Self::Body(BodyError::NotWritten) | Self::Bridge(_) => Blame::Bridge,
            Self::Body(BodyError::NoPlace) => Blame::Shed,
            Self::Key(KeyError::Unavailable) | Self::Overloaded(_) | Self::Stopping => Blame::Shed,
            Self::Auth(AuthError::Refused(refused)) if refused.reason.is_outage() => Blame::Shed,
            _ => Blame::Client,
        }
    }

    /// Why a caller was refused, or a backend failed, in one word.
    pub(in crate::bridge) fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Auth(error) => error.reason(),
            Self::Backend(failure) => Some(failure.cause()),
            _ => None,
        }
    }

    /// The code of the fault that the backend answered with.
    fn fault_code(&self) -> Option<String> {
        match self {
            Self::Backend(BackendFailure::Fault { fault, .. }) => Some(fault.fault.code.to_string()),
            Self::Backend(BackendFailure::Failed { fault: Some(fault), .. }) => {
                Some(fault.fault.code.to_string())
            }
            _ => None,
        }
    }
}
