//! The keys of a front: a JWK set (RFC 7517), a public key as PEM, or a secret.

use aws_lc_rs::rsa::PublicEncryptingKey;
use aws_lc_rs::signature::{ParsedPublicKey, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject;

use super::key::{Key, Way, curve, rsa, shared};
use super::parts::object;
use crate::json::{Tape, Value};
use crate::limits::JsonLimits;
use crate::service::{Algorithm, JwtAuth, JwtKeys};

/// The keys of `auth`. Errors: what is wrong with them, without a key.
pub(super) fn of(auth: &JwtAuth, limits: &JsonLimits) -> Result<Vec<Key>, String> {
    let allowed = &auth.algorithms;
    let mut keys = match &auth.keys {
        JwtKeys::Shared(secret) => {
            let ways = allowed.iter().filter_map(|algorithm| Some((*algorithm, shared(*algorithm, secret)?)));
            vec![Key::new(None, ways.collect())]
        }
        JwtKeys::Public(pem) => vec![public(pem.expose(), allowed)?],
        JwtKeys::Jwks(text) => set(text.expose(), allowed, limits)?,
    };
    keys.retain(Key::is_useful);
    if keys.is_empty() { Err("no key goes with auth.jwt.algorithms".to_owned()) } else { Ok(keys) }
}

/// A key as `-----BEGIN PUBLIC KEY-----` (RFC 7468 section 13).
fn public(pem: &str, allowed: &[Algorithm]) -> Result<Key, String> {
    let der = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()).map_err(|_| {
        "there is no PEM public key in it; one begins with -----BEGIN PUBLIC KEY-----".to_owned()
    })?;
    let read = |algorithm: Algorithm| {
        if let Some(curve) = curve(algorithm) {
            return ParsedPublicKey::new(curve, &der).ok();
        }
        PublicEncryptingKey::from_der(&der).ok()?;
        ParsedPublicKey::new(rsa(algorithm)?, &der).ok()
    };
    Ok(Key::new(None, ways(allowed, read)))
}

fn ways(allowed: &[Algorithm], read: impl Fn(Algorithm) -> Option<ParsedPublicKey>) -> Vec<(Algorithm, Way)> {
    let ways = allowed.iter().filter_map(|algorithm| Some((*algorithm, Way::Public(read(*algorithm)?))));
    ways.collect()
}

/// The keys of a set that are for verifying signatures. Others, such as those for encryption, are passed over.
fn set(text: &str, allowed: &[Algorithm], limits: &JsonLimits) -> Result<Vec<Key>, String> {
    let mut tape = Tape::new();
    let set =
        object(text.as_bytes(), &mut tape, limits).map_err(|reason| format!("the JWK set: {reason}"))?;
    let listed =
        set.get("keys").ok_or("there is no `keys` in it; expected a JWK set (RFC 7517 section 5)")?;
    let mut keys: Vec<Key> = Vec::new();
    for (at, jwk) in listed.items().enumerate() {
        let key = key(jwk, allowed).map_err(|reason| format!("keys[{at}]: {reason}"))?;
        let Some(key) = key.filter(Key::is_useful) else { continue };
        if keys.iter().any(|known| known.id == key.id) {
            return Err(format!("keys[{at}]: its `kid` is also that of another key, or both have none"));
        }
        keys.push(key);
    }
    if keys.len() > 1 && keys.iter().any(|key| key.id.is_none()) {
        return Err("there are several keys, and one has no `kid`".to_owned());
    }
    Ok(keys)
}

/// One key of a set; nothing where it is for something else. Errors: one that should not be in a file of public keys, or
/// that cannot be read.
fn key(jwk: Value<'_>, allowed: &[Algorithm]) -> Result<Option<Key>, String> {
    check_public(jwk)?;
    let fitting: Vec<Algorithm> = allowed.iter().copied().filter(|known| fits(jwk, *known)).collect();
    if fitting.is_empty() || !verifies(jwk) {
        return Ok(None);
    }
    let ways = ways(&fitting, |algorithm| parsed(jwk, algorithm));
    if ways.len() < fitting.len() {
        return Err("it cannot be read, or it is an RSA key of less than 2048 bits".to_owned());
    }
    Ok(Some(Key::new(text(jwk, "kid"), ways)))
}

fn check_public(jwk: Value<'_>) -> Result<(), String> {
    if text(jwk, "kty").as_deref() == Some("oct") {
        return Err("it is a secret; a secret belongs into auth.jwt.keys.secret".to_owned());
    }
    if jwk.get("d").is_some() {
        return Err("it is a private key, which nobody but the issuer may have".to_owned());
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
fn parsed(jwk: Value<'_>, algorithm: Algorithm) -> Option<ParsedPublicKey> {
    if let Some(rsa) = rsa(algorithm) {
        let components = || Some(RsaPublicKeyComponents { n: octets(jwk, "n")?, e: octets(jwk, "e")? });
        let _: PublicEncryptingKey = components()?.try_into().ok()?;
        return components()?.to_parsed_public_key(rsa).ok();
    }
    let (x, curve) = (octets(jwk, "x")?, curve(algorithm)?);
    if algorithm == Algorithm::EdDsa {
        return ParsedPublicKey::new(curve, x).ok();
    }
    let point = [vec![4], x, octets(jwk, "y")?].concat();
    ParsedPublicKey::new(curve, point).ok()
}

fn octets(jwk: Value<'_>, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text(jwk, name)?).ok()
}

fn text(jwk: Value<'_>, name: &str) -> Option<String> {
    jwk.get(name)?.as_str().map(|text| text.into_owned())
}
