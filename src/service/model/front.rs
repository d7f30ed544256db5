//! Fronts: where they are, who may call, and how Security headers are read.

use std::sync::Arc;

use super::callers::{CertificateCaller, JwtAuth};
use super::users::UserStore;
use super::web::Cors;
use crate::soap::SecurityCode;
use crate::wss::{Faults, Profile, Refused, Rejection, Secret, TimestampPolicy};

/// Who may call a front.
#[derive(Clone, Debug)]
pub enum FrontAuth {
    /// Whoever shows one of these certificates.
    Certificate(Vec<CertificateCaller>),
    /// Whoever presents such a JSON Web Token.
    Jwt(Arc<JwtAuth>),
    /// Whoever presents one of these keys in this header.
    Keys(HeaderName, Vec<Bearer>),
    /// Anyone.
    None,
    /// Whoever the backend accepts.
    PassThrough,
    /// Whoever presents one of these tokens.
    Tokens(Vec<Bearer>),
    /// These users.
    Users(Arc<UserStore>),
}

impl FrontAuth {
    /// Whether SOAP clients say who they are in the Security header.
    pub fn wants_token(&self) -> bool {
        matches!(self, Self::PassThrough | Self::Users(_))
    }
}

/// The name of an HTTP header, in lower case.
pub type HeaderName = Arc<str>;

/// A bearer token or a key that a front accepts.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// Whose it is.
    pub name: Arc<str>,
    /// The token.
    pub token: Secret,
}

/// The JSON front.
#[derive(Clone, Debug)]
pub struct JsonFront {
    /// Its path; operations are below it.
    pub path: Arc<str>,
    /// Who may call.
    pub auth: FrontAuth,
    /// Whether every answer has HTTP status 200.
    pub always_200: bool,
    /// What pages of other origins may do.
    pub cors: Option<Cors>,
    /// Whether answers are compressed for clients that ask for it.
    pub compression: bool,
    /// Whether its OpenAPI document is served.
    pub openapi: bool,
    /// Whether browsers get a page at its path.
    pub page: bool,
}

/// The SOAP front.
#[derive(Clone, Debug)]
pub struct SoapFront {
    /// Its path.
    pub path: Arc<str>,
    /// Who may call.
    pub auth: FrontAuth,
    /// Whether PasswordText is accepted.
    pub accept_text: bool,
    /// Whether PasswordDigest is accepted.
    pub accept_digest: bool,
    /// How Security headers are read and answered.
    pub security: FrontSecurity,
    /// The HTTP status of its faults in SOAP 1.2.
    pub faults: FaultStatus,
    /// What pages of other origins may do.
    pub cors: Option<Cors>,
    /// Whether answers are compressed for clients that ask for it.
    pub compression: bool,
    /// Whether answers begin with an XML declaration.
    pub xml_declaration: bool,
    /// Whether browsers get a page at its path.
    pub page: bool,
    /// Whether the properties of WS-Addressing are read and answered.
    pub addressing: FrontAddressing,
    /// Whether a message whose `MessageID` was used before is refused.
    pub unique_message_ids: bool,
    /// Which answers are sent by MTOM; nothing where none is.
    pub mtom: Option<FrontMtom>,
}

/// Which answers of a front are sent by MTOM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrontMtom {
    /// Whether all of them are, and not only those to clients that send so or accept it.
    pub always: bool,
    /// Octets of the largest value that stays in a message.
    pub over: usize,
}

/// Whether a front reads the properties of WS-Addressing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FrontAddressing {
    /// Those of messages that have some.
    #[default]
    Accept,
    /// Of none, but the action where nothing else tells operations apart.
    Off,
    /// Those of all messages, which must have them.
    Require,
}

/// The HTTP status of faults in SOAP 1.2; those of SOAP 1.1 are always 500.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FaultStatus {
    /// As SOAP 1.2 has it (Part 2, table 20), and HTTP for what never became a message.
    #[default]
    AsSoap,
    /// 500, for stacks that read no fault with another status: CXF as it is shipped.
    InternalServerError,
}

/// How Security headers are read and answered.
#[derive(Clone, Debug, Default)]
pub struct FrontSecurity {
    /// What is put up with.
    pub profile: Profile,
    /// Whether a Timestamp is looked at.
    pub timestamp: TimestampPolicy,
    /// Whether responses have a Timestamp.
    pub response_timestamp: ResponseTimestamp,
    /// How much a client is told.
    pub faults: Faults,
    /// Whether `MessageExpired` is in the utility namespace.
    pub expired_in_wsu: bool,
    /// Actors and roles in which this bridge acts, besides those of SOAP.
    pub actors: Vec<Arc<str>>,
}

impl FrontSecurity {
    /// What a client is told for `reason`.
    pub fn refused(&self, reason: Rejection) -> Refused {
        match reason.refused(self.faults) {
            Refused { fault: SecurityCode::MessageExpired, reason } if self.expired_in_wsu => {
                Refused { fault: SecurityCode::MessageExpiredUtility, reason }
            }
            refused => refused,
        }
    }
}

/// Whether responses have a Timestamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseTimestamp {
    /// Always.
    Always,
    /// When the request has one.
    #[default]
    Auto,
    /// Never.
    Never,
}
