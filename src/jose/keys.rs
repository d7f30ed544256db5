//! The keys that tokens are verified with: a JWK set (RFC 7517), a public key as PEM, or a secret.

use aws_lc_rs::rsa::PublicEncryptingKey;
use aws_lc_rs::signature::{ParsedPublicKey, RsaPublicKeyComponents, VerificationAlgorithm};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject;

use super::algorithm::Algorithm;
use super::error::{JwkError, KeyError};
use super::key::{Key, VerifyingKey, curve, rsa, shared};
use crate::json::{Kind, Tape, Value};
use crate::limits::JsonLimits;
use crate::wss::Secret;

/// What keys are read from.
#[derive(Clone, Copy, Debug)]
pub enum KeyText<'k> {
    /// The text of a JWK set.
    Jwks(&'k Secret),
    /// The PEM text of a public key.
    Public(&'k Secret),
    /// What both sides know.
    Shared(&'k Secret),
}

/// Keys that tokens are verified with, none of them twice and none of no use.
#[derive(Debug)]
pub struct KeySet(pub(super) Vec<Key>);

impl KeySet {
    /// The keys in `text` that `allowed` algorithms may use.
    ///
    /// Errors: what is wrong with them.
    pub fn read(text: KeyText<'_>, allowed: &[Algorithm], limits: &JsonLimits) -> Result<Self, KeyError> {
        let mut keys = match text {
            KeyText::Shared(secret) => {
                let keys = allowed.iter().filter_map(|known| Some((*known, shared(*known, secret)?)));
                vec![Key::new(None, keys.collect())]
            }
            KeyText::Public(pem) => vec![public(pem.expose(), allowed)?],
            KeyText::Jwks(text) => set(text.expose(), allowed, limits)?,
        };
        keys.retain(Key::is_useful);
        if keys.is_empty() { Err(KeyError::Useless) } else { Ok(Self(keys)) }
    }
}

/// A key as `-----BEGIN PUBLIC KEY-----` (RFC 7468 section 13).
fn public(pem: &str, allowed: &[Algorithm]) -> Result<Key, KeyError> {
    let der = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyError::NoPem)?;
    // A key that cannot be read for an algorithm is one of another kind; that none is left is an error.
    let read = |algorithm: &Algorithm| Some((*algorithm, of_der(&der, *algorithm).ok()?));
    Ok(Key::new(None, allowed.iter().filter_map(read).collect()))
}

fn of_der(der: &[u8], algorithm: Algorithm) -> Result<VerifyingKey, JwkError> {
    let algorithm: &'static dyn VerificationAlgorithm = match (curve(algorithm), rsa(algorithm)) {
        (Some(curve), _) => curve,
        (None, Some(rsa)) => {
            // It checks the numbers, which a verification with them does not.
            PublicEncryptingKey::from_der(der).map_err(unreadable)?;
            rsa
        }
        (None, None) => return Err(JwkError::Unreadable),
    };
    ParsedPublicKey::new(algorithm, der).map(VerifyingKey::Public).map_err(unreadable)
}

/// What exactly is wrong with a key is not told: it may be secret.
fn unreadable<E>(_: E) -> JwkError {
    JwkError::Unreadable
}

/// The keys of a set that are for verifying signatures. Others, such as those for encryption, are passed over.
fn set(text: &str, allowed: &[Algorithm], limits: &JsonLimits) -> Result<Vec<Key>, KeyError> {
    let mut tape = Tape::new();
    let set = tape.parse(text.as_bytes(), limits).map_err(KeyError::Json)?;
    let listed = set.get("keys").filter(|listed| listed.kind() == Kind::Array).ok_or(KeyError::NoSet)?;
    let mut keys: Vec<Key> = Vec::new();
    for (at, jwk) in listed.items().enumerate() {
        let key = key(jwk, allowed).map_err(|wrong| KeyError::Jwk { at, wrong })?;
        let Some(key) = key.filter(Key::is_useful) else { continue };
        if keys.iter().any(|known| known.id == key.id) {
            return Err(KeyError::Jwk { at, wrong: JwkError::RepeatedId });
        }
        keys.push(key);
    }
    if keys.len() > 1 && keys.iter().any(|key| key.id.is_none()) {
        return Err(KeyError::Unnamed);
    }
    Ok(keys)
}

/// One key of a set; nothing where it is for something else. Errors: one that should not be in a file of public keys, or
/// that cannot be read.
fn key(jwk: Value<'_>, allowed: &[Algorithm]) -> Result<Option<Key>, JwkError> {
    check_public(jwk)?;
    let fitting: Vec<Algorithm> = allowed.iter().copied().filter(|known| fits(jwk, *known)).collect();
    if fitting.is_empty() || !verifies(jwk) {
        return Ok(None);
    }
    let keys: Result<Vec<_>, JwkError> =
        fitting.into_iter().map(|algorithm| Ok((algorithm, parsed(jwk, algorithm)?))).collect();
    Ok(Some(Key::new(text(jwk, "kid"), keys?)))
}

fn check_public(jwk: Value<'_>) -> Result<(), JwkError> {
    if text(jwk, "kty").as_deref() == Some("oct") {
        return Err(JwkError::Secret);
    }
    if jwk.get("d").is_some() {
        return Err(JwkError::Private);
    }
    Ok(())
}

/// Whether `jwk` is a key for `algorithm`, and for no other if it says so.
fn fits(jwk: Value<'_>, algorithm: Algorithm) -> bool {
    let (kind, curve) = family(algorithm);
    let is = |name, wanted: &str| text(jwk, name).is_some_and(|own| own == wanted);
    let alone = text(jwk, "alg").is_none_or(|own| own == algorithm.name());
    is("kty", kind) && curve.is_none_or(|curve| is("crv", curve)) && alone
}

/// `use` and `key_ops` (RFC 7517 sections 4.2 and 4.3).
fn verifies(jwk: Value<'_>) -> bool {
    let listed =
        |operations: Value<'_>| operations.items().any(|item| item.as_str().as_deref() == Some("verify"));
    text(jwk, "use").is_none_or(|used| used == "sig") && jwk.get("key_ops").is_none_or(listed)
}

/// `kty` and `crv` of an algorithm's keys.
fn family(algorithm: Algorithm) -> (&'static str, Option<&'static str>) {
    match algorithm {
        Algorithm::EdDsa => ("OKP", Some("Ed25519")),
        Algorithm::Es256 => ("EC", Some("P-256")),
        Algorithm::Es384 => ("EC", Some("P-384")),
        Algorithm::Es512 => ("EC", Some("P-521")),
        _ => ("RSA", None),
    }
}

/// RFC 7518 section 6, RFC 8037 section 2.
fn parsed(jwk: Value<'_>, algorithm: Algorithm) -> Result<VerifyingKey, JwkError> {
    if let Some(rsa) = rsa(algorithm) {
        let (n, e) = (octets(jwk, "n")?, octets(jwk, "e")?);
        // It checks the numbers, which a verification with them does not.
        let checked: Result<PublicEncryptingKey, _> =
            RsaPublicKeyComponents { n: n.clone(), e: e.clone() }.try_into();
        checked.map_err(unreadable)?;
        let key = RsaPublicKeyComponents { n, e }.to_parsed_public_key(rsa);
        return key.map(VerifyingKey::Public).map_err(unreadable);
    }
    let (x, curve) = (octets(jwk, "x")?, curve(algorithm).ok_or(JwkError::Unreadable)?);
    let point = if algorithm == Algorithm::EdDsa { x } else { [vec![4], x, octets(jwk, "y")?].concat() };
    ParsedPublicKey::new(curve, point).map(VerifyingKey::Public).map_err(unreadable)
}

fn octets(jwk: Value<'_>, name: &str) -> Result<Vec<u8>, JwkError> {
    let text = text(jwk, name).ok_or(JwkError::Unreadable)?;
    URL_SAFE_NO_PAD.decode(text).map_err(unreadable)
}

fn text(jwk: Value<'_>, name: &str) -> Option<String> {
    jwk.get(name)?.as_str().map(|text| text.into_owned())
}
