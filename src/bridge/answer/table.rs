//! From failures to outcomes: one table, which both writers read. It has no wildcard: a new failure has a row, or does not
//! compile.

use std::borrow::Cow;

use super::told::ToldFault;
use crate::bridge::auth::AuthError;
use crate::bridge::backend::body::BodyError;
use crate::bridge::backend::error::{CallError, CallKind};
use crate::bridge::backend::token::TokenServerError;
use crate::bridge::failure::{
    BackendFailure, Breach, CredentialOwner, Failure, FieldError, FieldErrorKind, ReceivedFault,
};
use crate::bridge::idempotency::KeyError;
use crate::mcp;
use crate::service::outcome::{Notice, Source};
use crate::service::{Code, ServiceOperation, checks};
use crate::soap::{self, BridgeFault, FaultKind, SecurityCode};

/// What clients are told of a failure.
#[derive(Debug)]
pub(super) struct Outcome<'f> {
    /// The HTTP status for JSON clients.
    pub(super) http: u16,
    /// Whether it is the status for SOAP clients too: what never became a message keeps the status that HTTP has for it.
    pub(super) transport: bool,
    /// What the fault for SOAP clients blames.
    pub(super) fault: FaultKind,
    /// The code.
    pub(super) code: Cow<'f, str>,
    /// What is wrong, in a sentence. Nothing of what was sent, nothing of what a backend said.
    pub(super) sentence: Cow<'f, str>,
    /// The field that is wrong, as a JSON Pointer; empty where it is none.
    pub(super) pointer: Cow<'f, str>,
    /// Who says so.
    pub(super) source: Source,
    /// The fault behind it, where clients may know of it.
    pub(super) told: Option<ToldFault>,
    /// What another bridge behind this one said.
    pub(super) peer: Option<&'f BridgeFault>,
    /// Whether the service file gave the error, which then stands for all that would be told.
    pub(super) replaced: bool,
    /// Whether the service file gave the sentence, which then stands for the fault's reason too.
    pub(super) reworded: bool,
    /// Whether SOAP clients get a response with `status` 0 and no fault.
    pub(super) responds: bool,
    /// What JSON clients are told in place of that, when it is more.
    pub(super) notices: Vec<Notice>,
    /// What the backend's answer was.
    pub(super) backend: BackendAnswer<'f>,
    /// After how many seconds to try again.
    pub(super) retry_after: Option<u32>,
    /// The methods that are allowed.
    pub(super) allow: Option<&'f str>,
    /// Whether the codings of bodies that are decoded are told.
    pub(super) accept_encoding: bool,
}

/// What is passed on of a backend's answer.
#[derive(Debug, Default)]
pub(super) struct BackendAnswer<'f> {
    /// Its HTTP status.
    pub(super) http: Option<u16>,
    /// What it said went wrong, as the service file has it.
    pub(super) errors: &'f [Notice],
}

impl<'f> Outcome<'f> {
    fn new(http: u16, fault: FaultKind, code: Code, sentence: impl Into<Cow<'f, str>>) -> Self {
        Self {
            http,
            transport: false,
            fault,
            code: code.text().into(),
            sentence: sentence.into(),
            pointer: "".into(),
            source: Source::Bridge,
            told: None,
            peer: None,
            replaced: false,
            reworded: false,
            responds: false,
            notices: Vec::new(),
            backend: BackendAnswer::default(),
            retry_after: None,
            allow: None,
            accept_encoding: false,
        }
    }

    /// The error that clients are told, its message in a language that `languages` prefers.
    pub(super) fn notice(&self, languages: &str) -> Notice {
        let reason = self.told.as_ref().and_then(|told| told.reason(languages));
        let message = match reason {
            Some(reason) if !self.reworded => reason,
            Some(_) | None => &self.sentence,
        };
        Notice {
            code: self.code.as_ref().to_owned(),
            message: message.to_owned(),
            pointer: self.pointer.as_ref().to_owned(),
            source: self.source,
            fault: None,
        }
    }

    /// The error that the service file gives stands for all that would be told: what it does not say is that of the first one.
    pub(super) fn replace_notices(&mut self) {
        if let Some(first) = self.notices.drain(..).next() {
            self.sentence = first.message.into();
            self.pointer = first.pointer.into();
        }
        self.replaced = true;
        self.source = Source::Backend;
    }

    /// The same with the fault behind it.
    fn with_fault(mut self, received: &ReceivedFault, rules: Option<&ServiceOperation>) -> Self {
        self.tell(received, rules);
        self
    }

    /// Tells of the fault behind it.
    pub(super) fn tell(&mut self, received: &ReceivedFault, rules: Option<&ServiceOperation>) {
        let blames_client = self.fault == FaultKind::Client;
        let all = rules.is_some_and(|rules| rules.faults.all_reasons);
        let told = ToldFault::of(received, blames_client || all || !received.details.known.is_empty());
        if let Some(reason) = told.reasons.first() {
            self.sentence = reason.text.clone().into();
        }
        self.told = Some(told).filter(|told| blames_client || told.is_telling());
    }

    fn of_transport(self) -> Self {
        Self { transport: true, ..self }
    }

    fn after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }
}

/// What clients are told of `failure`, in an operation with these `rules` if it got so far.
pub(super) fn outcome<'f>(failure: &'f Failure, rules: Option<&ServiceOperation>) -> Outcome<'f> {
    use FaultKind::{Client, Server};
    match failure {
        Failure::AmbiguousOperation => Outcome::new(
            400,
            Client,
            Code::NotFound,
            "several operations take this message: expected the SOAPAction, or the wsa:Action, of one of them",
        ),
        Failure::Auth(error) => auth(error),
        Failure::Backend(failure) => backend(failure, rules),
        Failure::Body(BodyError::Broken) => {
            Outcome::new(400, Client, Code::MalformedJson, "the body broke off")
        }
        Failure::Body(BodyError::Attachments) => {
            Outcome::new(413, Client, Code::TooLarge, "the attachments of the body are too large")
                .of_transport()
        }
        Failure::Body(BodyError::NoPlace) => {
            let sentence = "there is no place for more attachments, try again later";
            Outcome::new(503, Server, Code::Overloaded, sentence).of_transport().after(1)
        }
        Failure::Body(BodyError::NotWritten) => {
            Outcome::new(500, Server, Code::Internal, "an internal error")
        }
        Failure::Body(BodyError::TooLarge) => {
            Outcome::new(413, Client, Code::TooLarge, "the body is too large").of_transport()
        }
        Failure::Body(BodyError::TooSlow) => {
            Outcome::new(408, Client, Code::TooSlow, "the body came too slowly").of_transport()
        }
        Failure::Breach(breach) => of_breach(breach, rules),
        Failure::Bridge(_) => Outcome::new(500, Server, Code::Internal, "an internal error"),
        Failure::Coding => Outcome {
            accept_encoding: true,
            ..Outcome::new(
                415,
                Client,
                Code::MediaType,
                "expected a body without a coding, or with one of br, gzip and zstd",
            )
            .of_transport()
        },
        Failure::Content => {
            let sentence = "GET and HEAD have no body: expected all fields in the path and the query";
            Outcome::new(400, Client, Code::MalformedJson, sentence).of_transport()
        }
        Failure::CrossSite => {
            let sentence = "a page of another site may not call: its origin is not one of this service";
            Outcome::new(403, Client, Code::CrossSite, sentence).of_transport()
        }
        Failure::Field(error) => of_field(error),
        Failure::Form(error) => {
            let sentence = format!("multipart/form-data: {error}");
            Outcome::new(400, Client, Code::MalformedJson, sentence)
        }
        Failure::Json(error) => Outcome {
            pointer: error.pointer.as_str().into(),
            ..Outcome::new(400, Client, error.into(), error.to_string())
        },
        Failure::Key(error) => key(*error),
        Failure::Mcp(error) => Outcome::new(error.http(), Client, of_mcp(error), error.to_string()),
        Failure::MediaType(expected) => {
            let sentence = format!("expected a body of {expected}");
            Outcome::new(415, Client, Code::MediaType, sentence).of_transport()
        }
        Failure::Method(allowed) => Outcome {
            allow: Some(allowed),
            ..Outcome::new(405, Client, Code::Method, "the method is not allowed here").of_transport()
        },
        Failure::NotAcceptable => {
            let sentence = "expected an Accept-Encoding that allows one of br, gzip, zstd and identity";
            Outcome::new(406, Client, Code::MediaType, sentence).of_transport()
        }
        Failure::NotFound => {
            Outcome::new(404, Client, Code::NotFound, "there is no such operation here").of_transport()
        }
        Failure::Overloaded(_) => {
            Outcome::new(503, Server, Code::Overloaded, "too many requests, try again later")
                .of_transport()
                .after(1)
        }
        Failure::Soap(error) => envelope(error),
        Failure::Stopping => {
            let sentence = "the service is being stopped; nothing was done, try again";
            Outcome::new(503, Server, Code::Overloaded, sentence).of_transport().after(1)
        }
        Failure::Undecodable => {
            let sentence = "the body is not what its Content-Encoding says";
            Outcome::new(400, Client, Code::MalformedJson, sentence).of_transport()
        }
        Failure::UnknownOperation => {
            Outcome::new(404, Client, Code::NotFound, "there is no such operation here")
        }
        Failure::UriTooLong => {
            Outcome::new(414, Client, Code::TooLarge, "the request target is too long").of_transport()
        }
    }
}

/// The code that clients are told of `failure`, where no row of the service file has another one.
pub(in crate::bridge) fn code(failure: &Failure, rules: Option<&ServiceOperation>) -> String {
    outcome(failure, rules).code.into_owned()
}

fn of_breach<'f>(breach: &'f Breach, rules: Option<&ServiceOperation>) -> Outcome<'f> {
    let reports = rules.map_or(&[][..], |rules| rules.reports.as_slice());
    let mut notices = checks::notices(&breach.violations, reports);
    notices.extend(breach.notices.iter().cloned());
    let code = match (breach.violations.0.first(), breach.notices.first()) {
        (Some(violation), _) => Code::from(violation.breach).text().into(),
        (None, Some(notice)) => notice.code.as_str().into(),
        (None, None) => Code::Format.text().into(),
    };
    let http = rules.map_or(422, |rules| rules.breach_http);
    Outcome { code, notices, ..Outcome::new(http, FaultKind::Client, Code::Format, breach.to_string()) }
}

fn of_field(error: &FieldError) -> Outcome<'_> {
    let code = match error.kind {
        FieldErrorKind::Malformed => Code::Format,
        FieldErrorKind::Misplaced => Code::Unknown,
        FieldErrorKind::Repeated => Code::Duplicate,
    };
    Outcome {
        pointer: error.pointer.as_str().into(),
        ..Outcome::new(400, FaultKind::Client, code, error.to_string())
    }
}

fn auth(error: &AuthError) -> Outcome<'static> {
    let failed = FaultKind::Security(SecurityCode::FailedAuthentication);
    match error {
        AuthError::Forbidden => Outcome::new(403, failed, Code::Authentication, "the caller may not do this"),
        AuthError::Identity(_) | AuthError::Unauthenticated => {
            Outcome::new(401, failed, Code::Authentication, "authentication failed")
        }
        AuthError::Refused(refused) if refused.reason.is_outage() => {
            let sentence = "nobody can tell who is calling, try again later";
            let outage = Outcome::new(503, FaultKind::Security(refused.fault), Code::Overloaded, sentence);
            outage.of_transport().after(1)
        }
        AuthError::Refused(refused) => Outcome::new(
            401,
            FaultKind::Security(refused.fault),
            Code::Authentication,
            "authentication failed",
        ),
    }
}

fn key(error: KeyError) -> Outcome<'static> {
    use FaultKind::{Client, Server};
    match error {
        KeyError::InUse => {
            let sentence = "a request with this Idempotency-Key is being answered";
            Outcome::new(409, Client, Code::KeyInUse, sentence).after(1)
        }
        KeyError::Malformed => Outcome::new(400, Client, Code::KeyReused, "the Idempotency-Key is malformed"),
        KeyError::Reused => {
            Outcome::new(422, Client, Code::KeyReused, "the Idempotency-Key was used for another request")
        }
        KeyError::Unavailable => {
            Outcome::new(503, Server, Code::Overloaded, "too many requests, try again later")
                .of_transport()
                .after(1)
        }
        KeyError::Unknown => call(CallError::Broken),
    }
}

fn of_mcp(error: &mcp::Error) -> Code {
    match error {
        mcp::Error::Method | mcp::Error::Tool(_) => Code::NotFound,
        mcp::Error::Batch
        | mcp::Error::Cursor
        | mcp::Error::Header(_)
        | mcp::Error::Message(_)
        | mcp::Error::Meta(_)
        | mcp::Error::Params(_)
        | mcp::Error::Version(_) => Code::Protocol,
    }
}

fn envelope(error: &soap::Error) -> Outcome<'static> {
    let (fault, code) = match error {
        soap::Error::Addressing(fault) => (FaultKind::Addressing(*fault), Code::AddressingHeader),
        soap::Error::MustUnderstand { .. } => (FaultKind::MustUnderstand, Code::SecurityHeader),
        soap::Error::ContentType { .. } | soap::Error::VersionMismatch | soap::Error::VersionNotServed(_) => {
            (FaultKind::VersionMismatch, Code::MalformedXml)
        }
        soap::Error::Action
        | soap::Error::Multipart(_)
        | soap::Error::NotSoap
        | soap::Error::Structure(_)
        | soap::Error::Xml(_) => (FaultKind::Client, Code::MalformedXml),
    };
    Outcome::new(400, fault, code, error.to_string())
}

/// A backend's failure. Of what the backend said only a fault's reason is told, where it is for clients.
fn backend<'f>(failure: &'f BackendFailure, rules: Option<&ServiceOperation>) -> Outcome<'f> {
    use FaultKind::{Client, Server};
    match failure {
        BackendFailure::BadReply(_) => {
            Outcome::new(502, Server, Code::BadReply, "the backend's reply cannot be understood")
        }
        BackendFailure::Call(error) => call(*error),
        BackendFailure::Failed { status, retry_after, errors, client, fault } => {
            let backend = BackendAnswer { http: Some(*status), errors };
            let row = match (status, client) {
                (429, client) => Outcome::new(
                    429,
                    if *client { Client } else { Server },
                    Code::RateLimited,
                    "the backend limits the rate of requests",
                ),
                (status, true) => Outcome::new(refused(*status), Client, Code::Fault, REFUSED),
                (504, false) => Outcome::new(504, Server, Code::TimedOut, GATEWAY_TIMED_OUT),
                (502 | 503, false) if errors.is_empty() => {
                    Outcome::new(502, Server, Code::BackendFailed, GATEWAY_FAILED)
                }
                (_, false) => Outcome::new(502, Server, Code::BackendFailed, FAILED),
            };
            let row = match fault {
                Some(fault) => row.with_fault(fault, rules),
                None => row,
            };
            let notices = with_own(&row, errors);
            Outcome { backend, notices, retry_after: *retry_after, ..row }
        }
        BackendFailure::Fault { fault, owner } => of_fault(fault, *owner, rules),
        BackendFailure::Redirected { status, .. } => Outcome {
            backend: BackendAnswer { http: Some(*status), errors: &[] },
            ..Outcome::new(502, Server, Code::BackendFailed, REDIRECTED)
        },
        BackendFailure::Token(error) => token_server(*error),
        BackendFailure::Unauthorized { owner, errors, .. } => {
            Outcome { backend: BackendAnswer { http: None, errors }, ..unauthorized(*owner) }
        }
    }
}

/// The HTTP status for JSON clients whose message a backend refuses with `status`: that status, where it is about the message and
/// not about how the bridge sent it, which needs headers of its own (RFC 9110 section 15.5) or makes clients try again.
fn refused(status: u16) -> u16 {
    match status {
        401 | 403 | 405..=408 | 411 | 414..=417 | 426 | 431 => 400,
        400..=499 => status,
        _ => 400,
    }
}

/// What a backend said went wrong, behind what the bridge says of it; nothing where it said nothing.
fn with_own(row: &Outcome<'_>, errors: &[Notice]) -> Vec<Notice> {
    if errors.is_empty() {
        return Vec::new();
    }
    let own = Notice {
        code: row.code.as_ref().to_owned(),
        message: row.sentence.as_ref().to_owned(),
        pointer: String::new(),
        source: Source::Bridge,
        fault: None,
    };
    std::iter::once(own).chain(errors.iter().cloned()).collect()
}

/// A token server that gives no token; the backend was not asked.
fn token_server(error: TokenServerError) -> Outcome<'static> {
    let outcome = |http, code, sentence| Outcome::new(http, FaultKind::Server, code, sentence);
    let answered =
        |http, outcome| Outcome { backend: BackendAnswer { http: Some(http), errors: &[] }, ..outcome };
    let none = "the token server's answer has no token; the backend got nothing of the request";
    match error {
        TokenServerError::Call(error) => match error.row().kind {
            CallKind::Broken | CallKind::Proxied | CallKind::Secured | CallKind::Unreachable => outcome(
                502,
                Code::Unreachable,
                "the token server cannot be reached; the backend got nothing of the request",
            ),
            CallKind::Busy => call(error),
            CallKind::TimedOut => answered(
                504,
                outcome(
                    504,
                    Code::TimedOut,
                    "the token server did not answer in time; the backend got nothing of the request",
                ),
            ),
            // A token server's answer has no attachments: whatever there is too much of, it has no token.
            CallKind::NoPlace | CallKind::NotWritten | CallKind::TooLarge => {
                outcome(502, Code::BadReply, none)
            }
        },
        TokenServerError::Malformed => outcome(502, Code::BadReply, none),
        TokenServerError::Status(status) => {
            let failed = "the token server failed; the backend got nothing of the request";
            answered(status, outcome(502, Code::BackendFailed, failed))
        }
    }
}

fn call(error: CallError) -> Outcome<'static> {
    let outcome = |http, code, sentence| Outcome::new(http, FaultKind::Server, code, sentence);
    match error.row().kind {
        CallKind::Broken => outcome(
            502,
            Code::Unreachable,
            "the connection to the backend broke; whether it has done what was asked is unknown",
        ),
        CallKind::Busy => {
            outcome(503, Code::Overloaded, "too many requests for the backend, try again later")
                .of_transport()
                .after(1)
        }
        // No 503, by which a client would think that the backend was not called.
        CallKind::NoPlace => outcome(
            500,
            Code::Internal,
            "the backend has answered, and there is no place for the attachments of its reply; what was asked may be done",
        ),
        CallKind::NotWritten => outcome(
            500,
            Code::Internal,
            "the backend has answered, and the attachments of its reply cannot be kept; what was asked may be done",
        ),
        CallKind::Proxied => outcome(
            502,
            Code::Unreachable,
            "the backend cannot be reached by the outgoing proxy; it got nothing of the request",
        ),
        CallKind::Secured => outcome(
            502,
            Code::Unreachable,
            "the backend cannot be reached over TLS; it got nothing of the request",
        ),
        CallKind::TimedOut => Outcome {
            backend: BackendAnswer { http: Some(504), errors: &[] },
            ..outcome(
                504,
                Code::TimedOut,
                "the backend did not answer in time; whether it has done what was asked is unknown",
            )
        },
        CallKind::TooLarge => outcome(502, Code::BadReply, "the backend's reply is too large"),
        CallKind::Unreachable => outcome(502, Code::Unreachable, "the backend cannot be reached"),
    }
}

pub(super) fn unauthorized(owner: CredentialOwner) -> Outcome<'static> {
    match owner {
        CredentialOwner::Caller => auth(&AuthError::Unauthenticated),
        CredentialOwner::Bridge => Outcome::new(
            502,
            FaultKind::Server,
            Code::CredentialsRefused,
            "the backend refuses the credentials of the bridge",
        ),
    }
}

/// A fault's reason is for clients where the contract declares the fault, where it blames the sender, or where the service file says
/// so. A fault may carry the detail of another bridge, with a code of its own.
fn of_fault<'f>(
    received: &'f ReceivedFault,
    owner: CredentialOwner,
    rules: Option<&ServiceOperation>,
) -> Outcome<'f> {
    let fault = &received.fault;
    let server = |code, sentence: &'static str| Outcome::new(502, FaultKind::Server, code, sentence);
    let row = match fault.kind {
        FaultKind::Security(_) => return unauthorized(owner),
        FaultKind::Addressing(_) => {
            return server(
                Code::BadReply,
                "the backend refuses the WS-Addressing properties of the bridge's request: the bridge's configuration is wrong",
            );
        }
        FaultKind::MustUnderstand => {
            return server(
                Code::BadReply,
                "the backend does not understand a header of the bridge's request: the bridge's configuration is wrong",
            );
        }
        FaultKind::VersionMismatch => {
            return server(
                Code::BadReply,
                "the backend speaks another version of SOAP: the bridge's configuration is wrong",
            );
        }
        FaultKind::Client => Outcome::new(400, FaultKind::Client, Code::Fault, REFUSED),
        FaultKind::Server => server(Code::BackendFailed, FAILED),
    };
    let mut row = row.with_fault(received, rules);
    if let Some(bridge) = &fault.bridge {
        let notice = |code: &str, message: &str| Notice {
            code: code.to_owned(),
            message: message.to_owned(),
            ..Notice::default()
        };
        row.notices = vec![notice(&bridge.code, &bridge.message)];
        row.notices.extend(bridge.errors.iter().map(|(code, message)| notice(code, message)));
        row.retry_after = bridge.retry_after;
        row.peer = Some(bridge);
        if let Some(status @ (429 | 504)) = bridge.http_status {
            row.http = status;
        }
    }
    row
}

/// What is told of a backend that blames the client, and of one that is to blame itself.
pub(super) const REFUSED: &str = "the backend refuses the message";
pub(super) const FAILED: &str = "the backend failed";

/// What is told where nobody can know how far a request came: a gateway answers for a backend that is behind it.
const GATEWAY_FAILED: &str = "the backend, or a gateway in front of it, is not available; whether it has done what was asked is unknown";
const GATEWAY_TIMED_OUT: &str = "a gateway in front of the backend got no answer in time; whether the backend has done what was asked is unknown";

const REDIRECTED: &str = "the backend answers with a redirect, which is not followed: its address in the bridge's configuration is not the right one";

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
