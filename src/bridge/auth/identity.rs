//! Why a JSON Web Token or a certificate does not say who is calling.

use crate::jose::TokenError;

/// The reason, for the log; the client is not told. Without anything that it sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// Several callers are known by marks of this one certificate.
    #[error("the client's certificate is that of several callers of auth.certificate")]
    Ambiguous,
    /// Clients are not asked for certificates, or this one showed none.
    #[error("the client showed no certificate")]
    NoCertificate,
    /// No bearer token in the only `Authorization` header.
    #[error("there is no bearer token")]
    NoToken,
    /// A token that is not accepted.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// Nobody has this certificate.
    #[error("the client's certificate is that of no caller of auth.certificate")]
    UnknownCertificate,
}

impl IdentityError {
    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ambiguous => "certificate_ambiguous",
            Self::NoCertificate => "no_certificate",
            Self::NoToken => "no_bearer",
            Self::Token(error) => error.name(),
            Self::UnknownCertificate => "unknown_certificate",
        }
    }
}
