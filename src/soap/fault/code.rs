//! The code of a fault, and what it blames.

use std::fmt;

use crate::soap::addressing::AddressingFault;
use crate::soap::version::Version;

/// A code or a subcode: a QName (SOAP 1.1 section 4.4, SOAP 1.2 Part 1 section 5.4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultCode {
    /// The namespace; empty where its prefix has none, as those of careless peers.
    pub namespace: String,
    /// The local name; in SOAP 1.1 it may have dots.
    pub local: String,
}

impl FaultCode {
    /// What it blames, where it is the only one that says so. Prefixes of codes are often wrong, so the local name decides.
    pub fn kind(&self) -> FaultKind {
        // `Client.Authentication` is a Client fault (SOAP 1.1 section 4.4.1).
        match self.local.split_once('.').map_or(self.local.as_str(), |(first, _)| first) {
            "Client" | "Sender" => FaultKind::Client,
            "MustUnderstand" => FaultKind::MustUnderstand,
            "VersionMismatch" => FaultKind::VersionMismatch,
            _ => FaultKind::Server,
        }
    }

    /// Whether it is a code of SOAP and says nothing but what it blames.
    pub fn is_plain(&self) -> bool {
        const PLAIN: &[&str] =
            &["Client", "MustUnderstand", "Receiver", "Sender", "Server", "VersionMismatch"];
        self.is_of_soap() && PLAIN.contains(&self.local.as_str())
    }

    /// Whether it is one of SOAP itself.
    pub fn is_of_soap(&self) -> bool {
        self.namespace.is_empty() || Version::of_uri(&self.namespace).is_some()
    }
}

/// Those of SOAP are local names, others `{namespace}local`.
impl fmt::Display for FaultCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_of_soap() {
            out.write_str(&self.local)
        } else {
            write!(out, "{{{}}}{}", self.namespace, self.local)
        }
    }
}

/// The inverse of its [`Display`](fmt::Display).
impl From<&str> for FaultCode {
    fn from(text: &str) -> Self {
        let (namespace, local) = match text.strip_prefix('{').and_then(|text| text.rsplit_once('}')) {
            Some(qualified) => qualified,
            None => ("", text),
        };
        Self { namespace: namespace.to_owned(), local: local.to_owned() }
    }
}

/// What a fault blames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FaultKind {
    /// The addressing properties.
    Addressing(AddressingFault),
    /// The message (`Client`, `Sender`).
    Client,
    /// A header block that was not understood.
    MustUnderstand,
    /// The security header.
    Security(SecurityCode),
    /// The service (`Server`, `Receiver`).
    #[default]
    Server,
    /// The version of the envelope.
    VersionMismatch,
}

impl FaultKind {
    /// Whether it is about a header block, and not about the Body.
    pub fn is_of_header(self) -> bool {
        matches!(self, Self::Addressing(_) | Self::MustUnderstand | Self::Security(_) | Self::VersionMismatch)
    }
}

/// The fault codes of WS-Security (SOAP Message Security 1.1.1, section 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityCode {
    /// The token could not be authenticated.
    FailedAuthentication,
    /// A signature or decryption failed.
    FailedCheck,
    /// The header is malformed.
    InvalidSecurity,
    /// The token is malformed.
    InvalidSecurityToken,
    /// The message is stale.
    MessageExpired,
    /// The same in the utility namespace, where the schemas of 1.0 have it.
    MessageExpiredUtility,
    /// A token that is referred to cannot be had.
    SecurityTokenUnavailable,
    /// An algorithm is not supported.
    UnsupportedAlgorithm,
    /// A token of this kind is not supported.
    UnsupportedSecurityToken,
}

impl SecurityCode {
    /// The local name of the code.
    pub fn local(self) -> &'static str {
        match self {
            Self::FailedAuthentication => "FailedAuthentication",
            Self::FailedCheck => "FailedCheck",
            Self::InvalidSecurity => "InvalidSecurity",
            Self::InvalidSecurityToken => "InvalidSecurityToken",
            Self::MessageExpired | Self::MessageExpiredUtility => "MessageExpired",
            Self::SecurityTokenUnavailable => "SecurityTokenUnavailable",
            Self::UnsupportedAlgorithm => "UnsupportedAlgorithm",
            Self::UnsupportedSecurityToken => "UnsupportedSecurityToken",
        }
    }

    /// The standard reason.
    pub fn reason(self) -> &'static str {
        match self {
            Self::FailedAuthentication => "The security token could not be authenticated or authorized",
            Self::FailedCheck => "The signature or decryption was invalid",
            Self::InvalidSecurity => "An error was discovered processing the <wsse:Security> header",
            Self::InvalidSecurityToken => "An invalid security token was provided",
            Self::MessageExpired | Self::MessageExpiredUtility => "The message has expired",
            Self::SecurityTokenUnavailable => "Referenced security token could not be retrieved",
            Self::UnsupportedAlgorithm => "An unsupported signature or encryption algorithm was used",
            Self::UnsupportedSecurityToken => "An unsupported token was provided",
        }
    }

    pub(super) fn from_local(local: &str) -> Option<Self> {
        const ALL: [SecurityCode; 8] = [
            SecurityCode::FailedAuthentication,
            SecurityCode::FailedCheck,
            SecurityCode::InvalidSecurity,
            SecurityCode::InvalidSecurityToken,
            SecurityCode::MessageExpired,
            SecurityCode::SecurityTokenUnavailable,
            SecurityCode::UnsupportedAlgorithm,
            SecurityCode::UnsupportedSecurityToken,
        ];
        // All that CXF says unless it is told to say more.
        let shy = (local == "SecurityError").then_some(Self::InvalidSecurity);
        ALL.into_iter().find(|code| code.local() == local).or(shy)
    }
}
