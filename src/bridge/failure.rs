//! What can go wrong in an exchange, by who is to blame.

use std::fmt;

use super::auth::AuthError;
use super::backend::body::BodyError;
use super::backend::error::CallError;
use super::backend::oauth2::TokenError;
use super::backend::token::TokenServerError;
use super::bad_reply::BadReply;
use super::challenge::Challenge;
use super::idempotency::KeyError;
use super::state::admission::Shortage;
use crate::codec::{DecodeError, Violations};
use crate::json;
use crate::mcp;
use crate::service::outcome::Notice;
use crate::soap::{self, FaultKind};
use crate::xml;

/// A failed exchange. Most variants blame the client, [`Failure::Backend`] the backend, [`Failure::Bridge`] the bridge.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// A message that several operations take, without an action that tells which.
    #[error("several operations take this message, and its action is not that of one of them")]
    AmbiguousOperation,
    /// A caller who is not let in.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The backend is to blame.
    #[error(transparent)]
    Backend(#[from] BackendFailure),
    /// The client's body could not be read.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The client's message breaks the contract or a condition of the service.
    #[error(transparent)]
    Breach(#[from] Breach),
    /// A coding of the body that is not known, or several.
    #[error("the content coding is not accepted")]
    Coding,
    /// A body in a request whose method has none.
    #[error("the method has no body, and the request has one")]
    Content,
    /// The bridge is to blame.
    #[error("a defect of the bridge: {0}")]
    Bridge(&'static str),
    /// A page of another site made a browser send it.
    #[error("a page of another site sent it, and `cors` does not let its origin in")]
    CrossSite,
    /// A request field in the path, the query or an HTTP header that cannot be read.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A form that cannot be read.
    #[error("multipart/form-data: {0}")]
    Form(#[from] soap::MultipartError),
    /// The client's JSON is malformed, or over a limit.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// An idempotency key that cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A message of the Model Context Protocol that is none, or asks for what is not here.
    #[error(transparent)]
    Mcp(#[from] mcp::Error),
    /// A content type that is not accepted; this one is expected.
    #[error("the content type is not accepted")]
    MediaType(&'static str),
    /// A method that the path does not have; these it has.
    #[error("the method is not allowed here")]
    Method(String),
    /// There is nothing at this path.
    #[error("there is nothing here")]
    NotFound,
    /// More at one time than the bridge takes.
    #[error("too many requests at one time: {0} is reached")]
    Overloaded(Shortage),
    /// No answer is one that the client's `Accept-Encoding` takes.
    #[error("no answer has a coding that the client takes")]
    NotAcceptable,
    /// The client's envelope is malformed, or may not be processed.
    #[error(transparent)]
    Soap(#[from] soap::Error),
    /// A bridge that stops, and has no more time to read the request.
    #[error("the bridge is stopping; nothing was sent to the backend")]
    Stopping,
    /// A body that is not what its `Content-Encoding` says.
    #[error("the body is not what its Content-Encoding says")]
    Undecodable,
    /// A message that no operation takes.
    #[error("no operation takes this message")]
    UnknownOperation,
    /// The request target is too long.
    #[error("the request target is too long")]
    UriTooLong,
}

/// A request field in the path, the query, an HTTP header or a form that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", .pointer.trim_start_matches('/'), .kind)]
pub struct FieldError {
    /// The field, as a JSON Pointer.
    pub pointer: String,
    /// What is wrong with it.
    pub kind: FieldErrorKind,
}

/// What is wrong with a request field outside of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldErrorKind {
    /// Not percent-encoded UTF-8, or no visible ASCII where it is a header.
    #[error("malformed")]
    Malformed,
    /// A field of a form of which nobody knows where it belongs.
    #[error(
        "expected the JSON Pointer of a member that is absent or null, of an object or array that is there"
    )]
    Misplaced,
    /// There more than once.
    #[error("repeated")]
    Repeated,
}

/// A client's message that breaks its contract, or a condition of the service.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Breach {
    /// What breaks the contract.
    pub violations: Violations,
    /// What breaks a condition of the service.
    pub notices: Vec<Notice>,
}

impl fmt::Display for Breach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.violations.0.is_empty(), self.notices.as_slice()) {
            (false, []) => self.violations.fmt(out),
            (true, [one]) => out.write_str(&one.message),
            (_, notices) => {
                let (contract, conditions) = (self.violations.0.len(), notices.len());
                write!(out, "{contract} breaches of the contract, {conditions} of conditions")
            }
        }
    }
}

/// A backend that failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BackendFailure {
    /// A reply that cannot be understood.
    #[error("the backend's reply cannot be understood: {0}")]
    BadReply(BadReply),
    /// It did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// It answered with an error status.
    #[error("the backend answered with HTTP status {status}{}", told(fault.as_deref()))]
    Failed {
        /// The status.
        status: u16,
        /// `Retry-After`, in seconds.
        retry_after: Option<u32>,
        /// What it said went wrong.
        errors: Vec<Notice>,
        /// Whether the client is to blame for it.
        client: bool,
        /// The fault that it tells of.
        fault: Option<Box<ReceivedFault>>,
    },
    /// It answered with a fault.
    #[error("the backend answered with {fault}")]
    Fault {
        /// The fault.
        fault: Box<ReceivedFault>,
        /// Whose credentials it may have refused.
        owner: CredentialOwner,
    },
    /// It says that it is elsewhere, where nothing is sent: a redirect may lead anywhere, and repeats a request.
    #[error("the backend answered with HTTP status {status}, {}", told_redirect(location.as_deref()))]
    Redirected {
        /// The status.
        status: u16,
        /// Where it says that it is, without what is secret in it.
        location: Option<Box<str>>,
    },
    /// It was not asked, for the token server gave no token.
    #[error(transparent)]
    Token(#[from] TokenServerError),
    /// It refused the credentials.
    #[error("the backend refused the credentials{challenge}")]
    Unauthorized {
        /// Whose they were.
        owner: CredentialOwner,
        /// What it would take instead.
        challenge: Challenge,
        /// What it said went wrong.
        errors: Vec<Notice>,
    },
}

/// A fault of a backend, cleaned of what must not be shown.
#[derive(Clone, Debug, Default)]
pub struct ReceivedFault {
    /// The fault.
    pub fault: soap::Fault,
    /// Its detail.
    pub details: soap::DecodedDetails,
    /// Whether it was the root part of several (`multipart/related`).
    pub in_parts: bool,
}

impl ReceivedFault {
    /// Whether it blames whoever sent the message.
    pub(super) fn is_of_client(&self) -> bool {
        self.fault.kind == FaultKind::Client
    }
}

/// For the log: all that is known of it but the content of its detail.
impl fmt::Display for ReceivedFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, details, in_parts } = self;
        write!(out, "the fault {}", fault.code)?;
        fault.subcodes.iter().try_for_each(|code| write!(out, " {code}"))?;
        write!(out, ": \"{}\"", fault.reason())?;
        for detail in &details.known {
            write!(out, "; it has the detail {}", detail.fault.name)?;
        }
        for remark in &details.remarks {
            write!(out, "; its detail {remark}")?;
        }
        for left_out in &details.left_out {
            write!(out, "; its detail {left_out} is not passed on")?;
        }
        if *in_parts {
            out.write_str("; it came as the root part of multipart/related")?;
        }
        out.write_str(match fault.kind {
            FaultKind::Addressing(_) => {
                "; the backend wants other properties of WS-Addressing than it gets: look at `backend.soap.addressing`"
            }
            FaultKind::MustUnderstand => {
                "; the backend does not understand a header block of this configuration: look at \
                 `backend.soap.username_token` and at the header parts of the contract"
            }
            FaultKind::VersionMismatch => {
                "; the backend speaks the other version of SOAP: look at `contract.port`"
            }
            FaultKind::Client | FaultKind::Security(_) | FaultKind::Server => "",
        })
    }
}

/// For the end of a line of the log.
fn told(fault: Option<&ReceivedFault>) -> String {
    fault.map_or(String::new(), |fault| format!(" and {fault}"))
}

fn told_redirect(location: Option<&str>) -> String {
    let to = location.map_or(String::new(), |location| format!(" to {location}"));
    format!("a redirect{to}, which is not followed: set `url` of the backend to its new address")
}

/// Whose credentials a backend got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialOwner {
    /// The bridge's own.
    Bridge,
    /// Those of the caller, which the backend verifies.
    Caller,
}

impl Failure {
    /// A client's message that could not be decoded.
    pub(super) fn of_request(error: DecodeError) -> Self {
        match error {
            DecodeError::Contract(violations) => violations.into(),
            DecodeError::Xml(error) => error.into(),
        }
    }

    /// JSON that the bridge wrote itself and cannot read. Only a limit may be the reason: the client's message is then too large
    /// for what it becomes.
    pub(super) fn of_own_json(error: json::Error) -> Self {
        match error.kind {
            json::ErrorKind::Limit { .. } => Self::Json(error),
            _ => Self::Bridge("its own JSON cannot be read"),
        }
    }

    /// The same, of a request that the backend has answered: what is too large then is its reply.
    pub(super) fn after_reply(self) -> Self {
        if let Self::Json(error) = self { BackendFailure::bad(error).into() } else { self }
    }

    /// Whether the backend may have done what it was asked.
    pub(super) fn may_have_happened(&self) -> bool {
        match self {
            Self::Backend(failure) => failure.may_have_happened(),
            Self::Bridge(_) => true,
            Self::AmbiguousOperation
            | Self::Auth(_)
            | Self::Body(_)
            | Self::Breach(_)
            | Self::Coding
            | Self::Content
            | Self::CrossSite
            | Self::Field(_)
            | Self::Form(_)
            | Self::Json(_)
            | Self::Key(_)
            | Self::Mcp(_)
            | Self::MediaType(_)
            | Self::Method(_)
            | Self::NotAcceptable
            | Self::NotFound
            | Self::Overloaded(_)
            | Self::Soap(_)
            | Self::Stopping
            | Self::Undecodable
            | Self::UnknownOperation
            | Self::UriTooLong => false,
        }
    }
}

impl BackendFailure {
    /// A reply that could not be understood. The reason is for the log.
    pub(super) fn bad(reason: impl Into<BadReply>) -> Self {
        Self::BadReply(reason.into())
    }

    fn may_have_happened(&self) -> bool {
        match self {
            Self::Call(error) => !error.is_unsent(),
            Self::Token(_) | Self::Unauthorized { .. } => false,
            Self::Failed { status, .. } => *status != 429,
            Self::BadReply(_) | Self::Fault { .. } | Self::Redirected { .. } => true,
        }
    }
}

impl From<TokenError> for BackendFailure {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Backend(error) => Self::Call(error),
            TokenError::Refused => {
                let (owner, challenge) = (CredentialOwner::Bridge, Challenge::default());
                Self::Unauthorized { owner, challenge, errors: Vec::new() }
            }
            TokenError::Server(error) => Self::Token(error),
        }
    }
}

impl From<Shortage> for Failure {
    fn from(shortage: Shortage) -> Self {
        Self::Overloaded(shortage)
    }
}

impl From<Violations> for Failure {
    fn from(violations: Violations) -> Self {
        Self::Breach(Breach { violations, notices: Vec::new() })
    }
}

impl From<xml::Error> for Failure {
    fn from(error: xml::Error) -> Self {
        Self::Soap(soap::Error::Xml(error))
    }
}
