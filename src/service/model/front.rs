//! Fronts: where they are, who may call, and how Security headers are read.

use std::sync::Arc;

use super::callers::{CertificateCaller, JwtAuth, Operations};
use super::users::UserStore;
use super::web::Cors;
use crate::plan::CredentialPath;
use crate::soap::{SecurityCode, Version, Versions};
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
    /// Whoever says one of these names in a UsernameToken without a password.
    Names(NamedCallers),
    /// Anyone.
    None,
    /// Whoever the backend accepts, by a token.
    PassBearer,
    /// Whoever the backend accepts, by a name and a password.
    PassThrough,
    /// Whoever presents one of these tokens.
    Tokens(Vec<Bearer>),
    /// These users.
    Users(Arc<UserStore>),
}

/// Callers who say their names, and prove nothing.
#[derive(Clone, Debug)]
pub struct NamedCallers {
    /// They.
    pub callers: Vec<NamedCaller>,
    /// Whether each connection must have shown a certificate.
    pub certified: bool,
}

/// A caller who is known by the name that they say.
#[derive(Clone, Debug)]
pub struct NamedCaller {
    /// The name.
    pub name: Arc<str>,
    /// What it may call.
    pub operations: Operations,
}

impl FrontAuth {
    /// Whether callers show a name and a password.
    pub fn wants_password(&self) -> bool {
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
    /// The ways to what says so in header blocks of the contract; none where it stands elsewhere.
    pub credentials: Vec<CredentialPath>,
    /// Whether PasswordText is accepted.
    pub accept_text: bool,
    /// Whether PasswordDigest is accepted.
    pub accept_digest: bool,
    /// How Security headers are read and answered.
    pub security: FrontSecurity,
    /// The HTTP status of its faults in SOAP 1.2.
    pub faults: FaultStatus,
    /// The versions of SOAP that it speaks.
    pub versions: Versions,
    /// Its paths, its own first, with the ports whose messages are read there.
    pub places: Vec<SoapPlace>,
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

impl SoapFront {
    /// Whether clients say who they are in the Security header.
    pub fn wants_token(&self) -> bool {
        matches!(self.auth, FrontAuth::Names(_)) || self.auth.wants_password() && self.credentials.is_empty()
    }
}

/// A path of a SOAP front.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SoapPlace {
    /// The path.
    pub path: Arc<str>,
    /// Whose messages are read there.
    pub forms: Forms,
}

/// In which form messages of each version are read: that of a port beside the one whose backend is called, by its position in
/// [`Plan::beside`](crate::plan::Plan::beside), or that one's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    v11: Option<usize>,
    v12: Option<usize>,
}

impl Forms {
    /// The form of the port `beside`, in both versions.
    pub(in crate::service) fn all(beside: Option<usize>) -> Self {
        Self { v11: beside, v12: beside }
    }

    /// Reads messages of `version` in the form of the port `beside`.
    pub(in crate::service) fn set(&mut self, version: Version, beside: usize) {
        match version {
            Version::V11 => self.v11 = Some(beside),
            Version::V12 => self.v12 = Some(beside),
        }
    }

    /// The port whose form messages of `version` have, where it is not the one whose backend is called.
    #[inline]
    pub fn beside(self, version: Version) -> Option<usize> {
        match version {
            Version::V11 => self.v11,
            Version::V12 => self.v12,
        }
    }
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
