//! The parts of a token: compact serialization (RFC 7515 section 7.1), and the header.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::algorithm::Algorithm;
use super::error::TokenError;
use crate::json::{Error, ErrorKind, Kind, Tape, Value};
use crate::limits::JsonLimits;

/// A token in its parts.
pub(super) struct Parts<'t> {
    pub(super) header: Vec<u8>,
    pub(super) claims: Vec<u8>,
    pub(super) signature: Vec<u8>,
    /// What the signature is of.
    pub(super) signed: &'t [u8],
}

impl<'t> Parts<'t> {
    /// The parts of `token`. Each has one spelling: no padding, no other alphabet, no bits that are left over.
    pub(super) fn of(token: &'t str) -> Result<Self, TokenError> {
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Shape)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::Shape)?;
        Ok(Self {
            header: octets(header)?,
            claims: octets(claims)?,
            signature: octets(signature)?,
            signed: signed.as_bytes(),
        })
    }
}

fn octets(text: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Shape)
}

/// What a header says about the signature.
pub(super) struct Header {
    algorithm: String,
    /// `kid`.
    pub(super) key: Option<String>,
}

impl Header {
    /// Reads a header. `jku`, `jwk`, `x5u` and `x5c` are not looked at: whoever makes a token does not choose its key.
    pub(super) fn read(bytes: &[u8], tape: &mut Tape, limits: &JsonLimits) -> Result<Self, TokenError> {
        let header = object(bytes, tape, limits).map_err(TokenError::Header)?;
        if header.get("crit").is_some() {
            return Err(TokenError::Critical);
        }
        check_kind(header)?;
        let text = |name| match header.get(name).map(|value| value.as_str()) {
            Some(None) => Err(TokenError::Header(ErrorKind::Syntax)),
            Some(Some(text)) => Ok(Some(text.into_owned())),
            None => Ok(None),
        };
        Ok(Self { algorithm: text("alg")?.ok_or(TokenError::Algorithm)?, key: text("kid")? })
    }

    /// The algorithm, if it is one of `allowed`.
    pub(super) fn algorithm(&self, allowed: &[Algorithm]) -> Result<Algorithm, TokenError> {
        let mut allowed = allowed.iter().copied();
        allowed.find(|allowed| allowed.name() == self.algorithm).ok_or(TokenError::Algorithm)
    }
}

/// Issuers make other tokens with the same keys: for logging out, for events, for proofs of possession.
fn check_kind(header: Value<'_>) -> Result<(), TokenError> {
    let Some(kind) = header.get("typ") else { return Ok(()) };
    let kind = kind.as_str().ok_or(TokenError::Kind)?.to_ascii_lowercase();
    match kind.as_str() {
        "jwt" | "at+jwt" | "application/jwt" | "application/at+jwt" => Ok(()),
        _ => Err(TokenError::Kind),
    }
}

/// The JSON object of a part. Errors: why it is none.
fn object<'t>(bytes: &'t [u8], tape: &'t mut Tape, limits: &JsonLimits) -> Result<Value<'t>, ErrorKind> {
    let value = tape.parse(bytes, limits).map_err(|error: Error| error.kind)?;
    if value.kind() == Kind::Object { Ok(value) } else { Err(ErrorKind::Syntax) }
}

/// The claims of a token whose signature fits.
pub(super) fn claims<'t>(
    bytes: &'t [u8],
    tape: &'t mut Tape,
    limits: &JsonLimits,
) -> Result<Value<'t>, TokenError> {
    object(bytes, tape, limits).map_err(TokenError::Claims)
}
