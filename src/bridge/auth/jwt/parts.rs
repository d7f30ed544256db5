//! The parts of a token: compact serialization (RFC 7515 section 7.1), and the header.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::unproven::Unproven;
use crate::json::{ErrorKind, Kind, Tape, Value};
use crate::limits::JsonLimits;
use crate::service::Algorithm;

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
    pub(super) fn of(token: &'t str) -> Result<Self, Unproven> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Unproven::Shape)?;
        let (header, claims) = signed.split_once('.').ok_or(Unproven::Shape)?;
        Ok(Self {
            header: octets(header)?,
            claims: octets(claims)?,
            signature: octets(signature)?,
            signed: signed.as_bytes(),
        })
    }
}

fn octets(text: &str) -> Result<Vec<u8>, Unproven> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Unproven::Shape)
}

/// What a header says about the signature.
pub(super) struct Header {
    algorithm: String,
    /// `kid`.
    pub(super) key: Option<String>,
}

impl Header {
    /// Reads a header. `jku`, `jwk`, `x5u` and `x5c` are not looked at: whoever makes a token does not choose its key.
    pub(super) fn read(bytes: &[u8], tape: &mut Tape, limits: &JsonLimits) -> Result<Self, Unproven> {
        let header = object(bytes, tape, limits).map_err(Unproven::Header)?;
        if header.get("crit").is_some() {
            return Err(Unproven::Critical);
        }
        check_kind(header)?;
        let text = |name| match header.get(name).map(|value| value.as_str()) {
            Some(None) => Err(Unproven::Header(ErrorKind::Syntax)),
            Some(Some(text)) => Ok(Some(text.into_owned())),
            None => Ok(None),
        };
        Ok(Self { algorithm: text("alg")?.unwrap_or_default(), key: text("kid")? })
    }

    /// The algorithm, if it is one of `allowed`.
    pub(super) fn algorithm(&self, allowed: &[Algorithm]) -> Result<Algorithm, Unproven> {
        let mut allowed = allowed.iter().copied();
        allowed.find(|allowed| allowed.name() == self.algorithm).ok_or(Unproven::Algorithm)
    }
}

/// Issuers make other tokens with the same keys: for logging out, for events, for proofs of possession.
fn check_kind(header: Value<'_>) -> Result<(), Unproven> {
    let Some(kind) = header.get("typ") else { return Ok(()) };
    let kind = kind.as_str().ok_or(Unproven::Kind)?.to_ascii_lowercase();
    match kind.strip_prefix("application/").unwrap_or(&kind) {
        "jwt" | "at+jwt" => Ok(()),
        _ => Err(Unproven::Kind),
    }
}

/// The JSON object of a part. Errors: why it is none.
pub(super) fn object<'t>(
    bytes: &'t [u8],
    tape: &'t mut Tape,
    limits: &JsonLimits,
) -> Result<Value<'t>, ErrorKind> {
    let value = tape.parse(bytes, limits).map_err(|error| error.kind)?;
    if value.kind() == Kind::Object { Ok(value) } else { Err(ErrorKind::Syntax) }
}
