//! The bridge's own codes: eight characters, so that they fit wherever a peer has room for a code.

use crate::codec::Breach;
use crate::json;

/// A problem that the bridge reports itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Code {
    /// A required field is missing.
    Missing,
    /// An unknown field.
    Unknown,
    /// A value of the wrong type.
    Type,
    /// A malformed value.
    Format,
    /// A value that is not in the enumeration.
    Enumeration,
    /// A value out of range.
    Range,
    /// Too long or too short.
    Length,
    /// Fields that exclude each other.
    Exclusive,
    /// A field that needs or forbids another one.
    Dependency,
    /// The same key or single element twice.
    Duplicate,
    /// A null where none is possible.
    Null,
    /// Something suspicious that was forwarded.
    Suspicious,
    /// Malformed JSON.
    MalformedJson,
    /// Malformed or forbidden XML.
    MalformedXml,
    /// A message that its protocol does not have.
    Protocol,
    /// The security header is missing or invalid.
    SecurityHeader,
    /// Authentication failed.
    Authentication,
    /// A security token of an unsupported kind.
    UnsupportedToken,
    /// Properties of WS-Addressing that cannot be used.
    AddressingHeader,
    /// The backend cannot be reached.
    Unreachable,
    /// The backend did not answer in time; what it did is unknown.
    TimedOut,
    /// The backend's reply cannot be understood.
    BadReply,
    /// HTTP status and body contradict each other.
    Contradiction,
    /// The backend limits the rate.
    RateLimited,
    /// The backend refuses the bridge's own credentials.
    CredentialsRefused,
    /// The backend failed.
    BackendFailed,
    /// The backend answered with a fault that has no code of its own.
    Fault,
    /// No such service or operation.
    NotFound,
    /// The operation is not called with this method.
    Method,
    /// The content is too large.
    TooLarge,
    /// The client was too slow.
    TooSlow,
    /// A content type or coding that is not accepted.
    MediaType,
    /// More requests than the bridge accepts at one time.
    Overloaded,
    /// A request with the same idempotency key is being answered.
    KeyInUse,
    /// An idempotency key that cannot be used for this request.
    KeyReused,
    /// A page of another site sent the request.
    CrossSite,
    /// A defect of the bridge.
    Internal,
}

impl Code {
    /// The code on the wire.
    pub fn text(self) -> &'static str {
        match self {
            Self::Missing => "BRG00100",
            Self::Unknown => "BRG00101",
            Self::Type => "BRG00102",
            Self::Format => "BRG00103",
            Self::Enumeration => "BRG00104",
            Self::Range => "BRG00105",
            Self::Length => "BRG00106",
            Self::Exclusive => "BRG00107",
            Self::Dependency => "BRG00108",
            Self::Duplicate => "BRG00111",
            Self::Null => "BRG00112",
            Self::Suspicious => "BRG00121",
            Self::MalformedJson => "BRG00150",
            Self::MalformedXml => "BRG00151",
            Self::Protocol => "BRG00152",
            Self::SecurityHeader => "BRG00200",
            Self::Authentication => "BRG00201",
            Self::UnsupportedToken => "BRG00202",
            Self::AddressingHeader => "BRG00203",
            Self::Unreachable => "BRG00300",
            Self::TimedOut => "BRG00301",
            Self::BadReply => "BRG00302",
            Self::Contradiction => "BRG00303",
            Self::RateLimited => "BRG00304",
            Self::CredentialsRefused => "BRG00305",
            Self::BackendFailed => "BRG00306",
            Self::Fault => "BRG00310",
            Self::NotFound => "BRG00400",
            Self::Method => "BRG00401",
            Self::TooLarge => "BRG00402",
            Self::TooSlow => "BRG00403",
            Self::MediaType => "BRG00404",
            Self::Overloaded => "BRG00405",
            Self::KeyInUse => "BRG00406",
            Self::KeyReused => "BRG00407",
            Self::CrossSite => "BRG00408",
            Self::Internal => "BRG00500",
        }
    }
}

impl From<Breach> for Code {
    fn from(breach: Breach) -> Self {
        match breach {
            Breach::Duplicate => Self::Duplicate,
            Breach::Enumeration => Self::Enumeration,
            Breach::Exclusive => Self::Exclusive,
            Breach::Format => Self::Format,
            Breach::Empty | Breach::Length => Self::Length,
            Breach::Missing => Self::Missing,
            Breach::Null => Self::Null,
            Breach::Range => Self::Range,
            Breach::Type => Self::Type,
            Breach::Order | Breach::Unknown => Self::Unknown,
        }
    }
}

impl From<&json::Error> for Code {
    /// Duplicate keys and characters that XML cannot carry have codes of their own; the rest is malformed.
    fn from(error: &json::Error) -> Self {
        match error.kind {
            json::ErrorKind::DuplicateKey => Self::Duplicate,
            json::ErrorKind::LoneSurrogate => Self::Format,
            _ => Self::MalformedJson,
        }
    }
}
