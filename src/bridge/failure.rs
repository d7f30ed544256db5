//! What can go wrong in an exchange, by who is to blame.

use std::borrow::Cow;

use crate::codec::{DecodeError, Violations};
use crate::json;
use crate::service::outcome::Notice;
use crate::soap;
use crate::wss::Refused;
use crate::xml;

use crate::bridge::auth::Unproven;
use crate::bridge::backend::body::BodyError;
use crate::bridge::backend::client::CallError;

/// A failed exchange. The first variants blame the client, [`Failure::Backend`] the backend, the last the bridge.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// The client's message breaks the contract or a condition of the service.
    #[error("{}", breaches(.0, .1))]
    Breach(Violations, Vec<Notice>),
    /// The client's body could not be read.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// A caller who may not do this.
    #[error("the caller may not call this operation, or the backend has no credentials for them")]
    Forbidden,
    /// The client's JSON is none.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// A request with this idempotency key is being answered.
    #[error("a request with this idempotency key is being answered")]
    KeyInUse,
    /// An idempotency key that is none.
    #[error("the idempotency key is malformed")]
    KeyMalformed,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// A content type or coding that is not accepted.
    #[error("the content type or coding is not accepted")]
    MediaType,
    /// A method that the path does not have; these it has.
    #[error("the method is not allowed here")]
    Method(Cow<'static, str>),
    /// There is nothing at this path.
    #[error("there is nothing here")]
    NotFound,
    /// More exchanges at one time than the bridge takes.
    #[error("too many requests at one time")]
    Overloaded,
    /// A UsernameToken that was refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The client's envelope is none.
    #[error(transparent)]
    Soap(#[from] soap::Error),
    /// Credentials that are missing or wrong.
    #[error("the credentials are missing or wrong")]
    Unauthenticated,
    /// A message that no operation takes.
    #[error("no operation takes this message")]
    UnknownOperation,
    /// A JSON Web Token or a certificate that does not say who is calling.
    #[error(transparent)]
    Unproven(#[from] Unproven),
    /// The request target is too long.
    #[error("the request target is too long")]
    UriTooLong,
    /// The backend is to blame.
    #[error(transparent)]
    Backend(#[from] BackendFailure),
    /// The bridge is to blame.
    #[error("a defect of the bridge: {0}")]
    Bridge(&'static str),
}

/// A backend that failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BackendFailure {
    /// A reply that cannot be understood.
    #[error("the backend's reply cannot be understood: {0}")]
    BadReply(String),
    /// It did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// It answered with an error status.
    #[error("the backend answered with HTTP status {status}")]
    Failed {
        /// The status.
        status: u16,
        /// `Retry-After`, in seconds.
        retry_after: Option<u32>,
        /// What it said went wrong.
        errors: Vec<Notice>,
        /// Whether the client is to blame for it.
        client: bool,
    },
    /// It answered with a fault.
    #[error("the backend answered with a fault")]
    Fault {
        /// The fault.
        fault: Box<soap::Fault>,
        /// Whether the credentials that it may have refused were the caller's own.
        callers: bool,
    },
    /// It refused the credentials.
    #[error("the backend refused the credentials")]
    Unauthorized {
        /// Whether they were the caller's own.
        callers: bool,
        /// What it said went wrong.
        errors: Vec<Notice>,
    },
}

fn breaches(violations: &Violations, notices: &[Notice]) -> String {
    match (violations.0.is_empty(), notices) {
        (false, []) => violations.to_string(),
        (true, [one]) => one.message.clone(),
        (_, _) => format!("{} breaches of the contract, {} of conditions", violations.0.len(), notices.len()),
    }
}

impl Failure {
    /// A client's message that could not be decoded.
    pub(in crate::bridge) fn of_request(error: DecodeError) -> Self {
        match error {
            DecodeError::Contract(violations) => Self::Breach(violations, Vec::new()),
            DecodeError::Xml(error) => Self::Soap(soap::Error::Xml(error)),
        }
    }
}

impl From<Violations> for Failure {
    fn from(violations: Violations) -> Self {
        Self::Breach(violations, Vec::new())
    }
}

impl From<xml::Error> for Failure {
    fn from(error: xml::Error) -> Self {
        Self::Soap(soap::Error::Xml(error))
    }
}

impl BackendFailure {
    /// A reply that could not be understood. The reason is for the log.
    pub(in crate::bridge) fn bad(reason: impl ToString) -> Self {
        Self::BadReply(reason.to_string())
    }
}
