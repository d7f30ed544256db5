//! Why a caller is not let in.

use super::identity::IdentityError;
use crate::wss::Refused;

/// Why a caller is not let in. The reason is for the log; a client is told little of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// A caller who may not do this.
    #[error("the caller may not call this operation, or the backend has no credentials for them")]
    Forbidden,
    /// A JSON Web Token or a certificate that does not say who is calling.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A UsernameToken or a password that was refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Credentials that are missing or wrong.
    #[error("the credentials are missing or wrong")]
    Unauthenticated,
}

impl AuthError {
    /// Its reason in metrics; a caller who was let in and may not do something is not refused.
    pub(in crate::bridge) fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Forbidden => None,
            Self::Identity(identity) => Some(identity.name()),
            Self::Refused(refused) => Some(refused.reason.name()),
            Self::Unauthenticated => Some("unauthenticated"),
        }
    }
}
