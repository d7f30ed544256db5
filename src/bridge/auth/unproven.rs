//! Why a JSON Web Token or a certificate does not say who is calling.

use crate::json::ErrorKind;

/// The reason, for the log; the client is not told. Without anything that it sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unproven {
    /// `alg` is not one of those that the service file allows; `none` never is.
    #[error("the token's algorithm is not one of auth.jwt.algorithms")]
    Algorithm,
    /// Several callers are known by marks of this one certificate.
    #[error("the client's certificate is that of several callers of auth.certificate")]
    Ambiguous,
    /// `aud` has nothing of auth.jwt.audience.
    #[error("the token is not for auth.jwt.audience")]
    Audience,
    /// `cnf` names a key of which the client has shown nothing (RFC 7800).
    #[error("the token is bound to a key that the client did not show")]
    Bound,
    /// The claims are no object, or have one twice.
    #[error("the token's claims cannot be read: {0}")]
    Claims(ErrorKind),
    /// `crit` asks for extensions, and none is known here (RFC 7515 section 4.1.11).
    #[error("the token's header has `crit`, and no extension is known here")]
    Critical,
    /// `exp` is over.
    #[error("the token has expired")]
    Expired,
    /// The header is no object, or has a member twice.
    #[error("the token's header cannot be read: {0}")]
    Header(ErrorKind),
    /// `iss` is not one of auth.jwt.issuer.
    #[error("the token is not from auth.jwt.issuer")]
    Issuer,
    /// The key is for other algorithms.
    #[error("the token's key is not for its algorithm")]
    KeyAlgorithm,
    /// `typ` is that of another kind of token (RFC 8725 section 3.11).
    #[error("the token's `typ` is that of another kind of token")]
    Kind,
    /// The claim that names the caller is absent, empty, overlong or no text.
    #[error("the token has no text of a sensible length in the claim that names the caller")]
    Name,
    /// Clients are not asked for certificates, or this one showed none.
    #[error("the client showed no certificate")]
    NoCertificate,
    /// `exp` is absent or no time.
    #[error("the token has no `exp` that is a time")]
    NoExpiry,
    /// There are several keys, and no `kid`.
    #[error("the token has no `kid`, and there are several keys")]
    NoKeyId,
    /// No bearer token in the only `Authorization` header.
    #[error("there is no bearer token")]
    NoToken,
    /// `nbf` is in the future, or no time.
    #[error("the token is not valid yet")]
    NotYet,
    /// Not three parts of base64url.
    #[error("the token is not three parts of base64url")]
    Shape,
    /// The signature does not fit.
    #[error("the token's signature does not fit")]
    Signature,
    /// More than `limits.http.jwt` bytes.
    #[error("the token is longer than limits.http.jwt")]
    TooLong,
    /// Nobody has this certificate.
    #[error("the client's certificate is that of no caller of auth.certificate")]
    UnknownCertificate,
    /// `kid` is that of no key.
    #[error("the token's `kid` is that of no key")]
    UnknownKey,
}

impl Unproven {
    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Algorithm => "jwt_algorithm",
            Self::Ambiguous => "certificate_ambiguous",
            Self::Audience => "jwt_audience",
            Self::Bound => "jwt_bound",
            Self::Claims(_) => "jwt_claims",
            Self::Critical => "jwt_critical",
            Self::Expired => "jwt_expired",
            Self::Header(_) => "jwt_header",
            Self::Issuer => "jwt_issuer",
            Self::KeyAlgorithm => "jwt_key_algorithm",
            Self::Kind => "jwt_kind",
            Self::Name => "jwt_name",
            Self::NoCertificate => "no_certificate",
            Self::NoExpiry => "jwt_no_expiry",
            Self::NoKeyId => "jwt_no_key_id",
            Self::NoToken => "no_bearer",
            Self::NotYet => "jwt_not_yet",
            Self::Shape => "jwt_shape",
            Self::Signature => "jwt_signature",
            Self::TooLong => "jwt_too_long",
            Self::UnknownCertificate => "unknown_certificate",
            Self::UnknownKey => "jwt_unknown_key",
        }
    }
}
