//! Why a token is not accepted, and what is wrong with keys.

use crate::json::{Error, ErrorKind};

/// Why a token is not accepted. Without anything that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// `alg` is not one of those that the service file allows; `none` never is.
    #[error("the token's algorithm is not one of auth.jwt.algorithms")]
    Algorithm,
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
    #[error("the token has expired: {by} s later than clocks may differ")]
    Expired {
        /// Seconds beyond what is accepted.
        by: i64,
    },
    /// The header is not an object, or has a member twice.
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
    /// `nbf` is no time.
    #[error("the token has an `nbf` that is no time")]
    NoBeginning,
    /// `exp` is absent or no time.
    #[error("the token has no `exp` that is a time")]
    NoExpiry,
    /// There are several keys, and no `kid`.
    #[error("the token has no `kid`, and there are several keys")]
    NoKeyId,
    /// `nbf` is in the future.
    #[error("the token is not valid yet: {by} s more than clocks may differ")]
    NotYet {
        /// Seconds beyond what is accepted.
        by: i64,
    },
    /// Not three parts of base64url.
    #[error("the token is not three parts of base64url")]
    Shape,
    /// The signature does not fit.
    #[error("the token's signature does not fit")]
    Signature,
    /// More than `limits.http.jwt` bytes.
    #[error("the token is longer than limits.http.jwt")]
    TooLong,
    /// `kid` is that of no key.
    #[error("the token's `kid` is that of no key")]
    UnknownKey,
}

impl TokenError {
    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Algorithm => "jwt_algorithm",
            Self::Audience => "jwt_audience",
            Self::Bound => "jwt_bound",
            Self::Claims(_) => "jwt_claims",
            Self::Critical => "jwt_critical",
            Self::Expired { .. } => "jwt_expired",
            Self::Header(_) => "jwt_header",
            Self::Issuer => "jwt_issuer",
            Self::KeyAlgorithm => "jwt_key_algorithm",
            Self::Kind => "jwt_kind",
            Self::Name => "jwt_name",
            Self::NoExpiry => "jwt_no_expiry",
            Self::NoKeyId => "jwt_no_key_id",
            Self::NoBeginning | Self::NotYet { .. } => "jwt_not_yet",
            Self::Shape => "jwt_shape",
            Self::Signature => "jwt_signature",
            Self::TooLong => "jwt_too_long",
            Self::UnknownKey => "jwt_unknown_key",
        }
    }
}

/// What is wrong with keys. Without a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The set is not JSON.
    #[error("the JWK set: {}", .0.kind)]
    Json(Error),
    /// One key of a set.
    #[error("keys[{at}]: {wrong}")]
    Jwk {
        /// Its place in the set, from zero.
        at: usize,
        /// What is wrong with it.
        wrong: JwkError,
    },
    /// A text without a PEM public key (RFC 7468 section 13).
    #[error("there is no PEM public key in it; one begins with -----BEGIN PUBLIC KEY-----")]
    NoPem,
    /// A JSON document that is not a set (RFC 7517 section 5).
    #[error("there is no `keys` in it; expected a JWK set (RFC 7517 section 5)")]
    NoSet,
    /// Several keys that a token could not name.
    #[error("there are several keys, and one has no `kid`")]
    Unnamed,
    /// No key that one of the algorithms may use.
    #[error("no key goes with auth.jwt.algorithms")]
    Useless,
}

/// What is wrong with one key of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwkError {
    /// A private key.
    #[error("it is a private key, which nobody but the issuer may have")]
    Private,
    /// A `kid` that is there twice.
    #[error("its `kid` is also that of another key, or both have none")]
    RepeatedId,
    /// A secret.
    #[error("it is a secret; a secret belongs into auth.jwt.keys.secret")]
    Secret,
    /// Numbers that are no key, or an RSA key that is too short.
    #[error("it cannot be read, or it is an RSA key of less than 2048 bits")]
    Unreadable,
}
