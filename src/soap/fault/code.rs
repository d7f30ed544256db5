//! What a fault blames.

/// What a fault blames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FaultKind {
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
