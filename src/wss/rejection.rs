//! Why a token was refused: one thing for the log, another for the client.

use crate::soap::SecurityCode;

/// A token that was refused: what the client may know, and what the log should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refused {
    /// The fault.
    pub fault: SecurityCode,
    /// What was wrong, for the log.
    pub reason: Rejection,
}

/// How much of a reason a client is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Faults {
    /// Every failure of a token looks the same.
    #[default]
    Generic,
    /// The standard codes of SOAP Message Security 1.1.1, section 12; which user or password is wrong stays unsaid.
    Standard,
}

/// Why a token was refused. Without anything that the client sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// A token that was made before this process could remember any.
    #[error("the token was made before this process started")]
    BeforeStart,
    /// As many passwords wait to be hashed as may.
    #[error("too many passwords wait to be verified against a hash")]
    Busy,
    /// The replay store may evict keys, so that a used token could be used again.
    #[error("the replay store may evict used tokens: its `maxmemory-policy` is not `noeviction`")]
    Evicting,
    /// A token that was made before the replay store lost its memory.
    #[error(
        "the replay store was emptied, started again or replaced after the token was made, and may have forgotten it"
    )]
    Forgotten,
    /// A `Created` that is too far in the future.
    #[error("the token is from the future: {by} s more than clocks may differ")]
    Future {
        /// Seconds beyond what is accepted.
        by: i64,
    },
    /// The replay store has no room, for this user or for anyone.
    #[error("the replay store is full")]
    Full,
    /// Header parts without the credentials that they have places for.
    #[error("there are no credentials in the header parts that have places for them")]
    NoCredentials,
    /// No Security header for this node.
    #[error("there is no security header")]
    NoHeader,
    /// A Security header without a Timestamp where one is required.
    #[error("there is no Timestamp")]
    NoTimestamp,
    /// A Security header without a UsernameToken.
    #[error("there is no UsernameToken")]
    NoToken,
    /// An operation that this user may not call.
    #[error("the user may not call this operation")]
    NotAllowed,
    /// A kind of password that this front does not accept.
    #[error("this kind of password is not accepted")]
    PasswordKind,
    /// The token was used before.
    #[error("the token was used before")]
    Replayed,
    /// A `Created` that is too old, or an `Expires` that is over.
    #[error("the token is stale: {by} s older than is accepted")]
    Stale {
        /// Seconds beyond what is accepted.
        by: i64,
    },
    /// A malformed token.
    #[error("{0}")]
    Structure(&'static str),
    /// Too many failures of this user from this place, or of anyone from there where a hash would have to be computed.
    #[error("too many failures")]
    TooManyFailures,
    /// Two Security headers for this node.
    #[error("there are two security headers")]
    TwoHeaders,
    /// A user that does not exist.
    #[error("unknown user")]
    UnknownUser,
    /// The replay store does not answer: nobody knows whether the token was used.
    #[error("the replay store cannot be reached")]
    Unreachable,
    /// A token of another kind.
    #[error("a token of an unsupported kind")]
    UnsupportedToken,
    /// A wrong password.
    #[error("wrong password")]
    WrongPassword,
}

impl Rejection {
    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeStart => "before_start",
            Self::Busy => "hashes_busy",
            Self::Evicting => "replay_store_evicts",
            Self::Forgotten => "replay_store_reset",
            Self::Future { .. } => "future",
            Self::Full => "replay_store_full",
            Self::NoCredentials => "no_credentials",
            Self::NoHeader => "no_header",
            Self::NoTimestamp => "no_timestamp",
            Self::NoToken => "no_token",
            Self::NotAllowed => "not_allowed",
            Self::PasswordKind => "password_kind",
            Self::Replayed => "replayed",
            Self::Stale { .. } => "stale",
            Self::Structure(_) => "structure",
            Self::TooManyFailures => "too_many_failures",
            Self::TwoHeaders => "two_headers",
            Self::UnknownUser => "unknown_user",
            Self::Unreachable => "replay_store_unreachable",
            Self::UnsupportedToken => "unsupported_token",
            Self::WrongPassword => "wrong_password",
        }
    }

    /// Whether someone guesses: a wrong password or a user who does not exist.
    pub fn is_guess(self) -> bool {
        matches!(self, Self::UnknownUser | Self::WrongPassword)
    }

    /// Whether it is the bridge that cannot tell, and not the token that is wrong.
    pub fn is_outage(self) -> bool {
        matches!(self, Self::Busy | Self::Evicting | Self::Forgotten | Self::Full | Self::Unreachable)
    }

    /// What a client is told.
    pub fn refused(self, faults: Faults) -> Refused {
        let fault = match faults {
            Faults::Generic => self.generic(),
            Faults::Standard => self.standard(),
        };
        Refused { fault, reason: self }
    }

    /// A header that is not there may be told from a token that fails; tokens that fail may not be told from each other.
    fn generic(self) -> SecurityCode {
        match self {
            Self::NoHeader | Self::NoToken | Self::NoTimestamp | Self::TwoHeaders => {
                SecurityCode::InvalidSecurity
            }
            Self::UnsupportedToken => SecurityCode::UnsupportedSecurityToken,
            _ => SecurityCode::FailedAuthentication,
        }
    }

    fn standard(self) -> SecurityCode {
        match self {
            Self::Future { .. } | Self::Stale { .. } | Self::BeforeStart => SecurityCode::MessageExpired,
            Self::Structure(_) | Self::PasswordKind => SecurityCode::InvalidSecurityToken,
            Self::Replayed => SecurityCode::InvalidSecurity,
            _ => self.generic(),
        }
    }
}

impl From<Rejection> for Refused {
    fn from(reason: Rejection) -> Self {
        reason.refused(Faults::Generic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_of_a_token_looks_the_same() {
        for reason in [
            Rejection::BeforeStart,
            Rejection::Busy,
            Rejection::Evicting,
            Rejection::Forgotten,
            Rejection::Future { by: 1 },
            Rejection::Full,
            Rejection::NotAllowed,
            Rejection::PasswordKind,
            Rejection::Replayed,
            Rejection::Stale { by: 1 },
            Rejection::Structure("x"),
            Rejection::TooManyFailures,
            Rejection::UnknownUser,
            Rejection::Unreachable,
            Rejection::WrongPassword,
        ] {
            assert_eq!(Refused::from(reason).fault, SecurityCode::FailedAuthentication, "{reason}");
        }
        assert_eq!(Refused::from(Rejection::NoHeader).fault, SecurityCode::InvalidSecurity);
    }

    #[test]
    fn standard_codes_do_not_tell_users_from_passwords() {
        let of = |reason: Rejection| reason.refused(Faults::Standard).fault;
        assert_eq!(of(Rejection::UnknownUser), of(Rejection::WrongPassword));
        assert_eq!(of(Rejection::Stale { by: 1 }), SecurityCode::MessageExpired);
        assert_eq!(of(Rejection::Replayed), SecurityCode::InvalidSecurity);
        assert_eq!(of(Rejection::Structure("x")), SecurityCode::InvalidSecurityToken);
    }
}
