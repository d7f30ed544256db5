//! The claims of a token whose signature fits (RFC 7519 section 4.1).

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use super::super::unproven::Unproven;
use super::parts::object;
use crate::bridge::tls::Certificate;
use crate::json::{Kind, Tape, Value};
use crate::limits::JsonLimits;
use crate::service::{Grant, JwtAuth, Operations};

/// Reads the claims.
pub(super) fn read<'t>(
    bytes: &'t [u8],
    tape: &'t mut Tape,
    limits: &JsonLimits,
) -> Result<Value<'t>, Unproven> {
    object(bytes, tape, limits).map_err(Unproven::Claims)
}

/// Whether a token is of the right issuer, for this audience, and of this time.
pub(super) fn check(claims: Value<'_>, auth: &JwtAuth, now: DateTime<Utc>) -> Result<(), Unproven> {
    let issuer = claims.get("iss").and_then(|issuer| issuer.as_str()).ok_or(Unproven::Issuer)?;
    if !auth.issuers.iter().any(|known| **known == *issuer) {
        return Err(Unproven::Issuer);
    }
    if !claims.get("aud").is_some_and(|audience| is_for(audience, &auth.audiences)) {
        return Err(Unproven::Audience);
    }
    let (now, leeway) = (now.timestamp(), auth.leeway.as_secs() as i64);
    let until = claims.get("exp").and_then(seconds).ok_or(Unproven::NoExpiry)?;
    if now >= until.saturating_add(leeway) {
        return Err(Unproven::Expired);
    }
    match claims.get("nbf").map(seconds) {
        None => Ok(()),
        Some(Some(from)) if now.saturating_add(leeway) >= from => Ok(()),
        Some(_) => Err(Unproven::NotYet),
    }
}

/// One text, or a list of texts and of nothing else.
fn is_for(audience: Value<'_>, known: &[String]) -> bool {
    let is_known = |text: Cow<'_, str>| known.iter().any(|known| **known == *text);
    match audience.kind() {
        Kind::Array => {
            let texts: Option<Vec<_>> = audience.items().map(|item| item.as_str()).collect();
            texts.is_some_and(|texts| texts.into_iter().any(is_known))
        }
        _ => audience.as_str().is_some_and(is_known),
    }
}

/// A NumericDate (section 2) without its fraction.
fn seconds(value: Value<'_>) -> Option<i64> {
    let number = value.as_number()?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let plain = fraction.bytes().all(|digit| digit.is_ascii_digit());
    whole.parse().ok().filter(|_| plain)
}

/// A token may be bound to a certificate (RFC 8705 section 3.1): then it is no use to whoever does not show that. What it
/// may be bound to besides cannot be looked at here, and taking it from anyone would undo the binding.
pub(super) fn check_binding(claims: Value<'_>, shown: Option<&Certificate>) -> Result<(), Unproven> {
    let Some(binding) = claims.get("cnf") else { return Ok(()) };
    let thumbprint = binding.get("x5t#S256").filter(|_| binding.len() == 1);
    let thumbprint = thumbprint.and_then(|text| URL_SAFE_NO_PAD.decode(text.as_str()?.as_bytes()).ok());
    let digits = |octets: Vec<u8>| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    let bound = thumbprint.map(digits);
    match (bound, shown) {
        (Some(bound), Some(shown)) if bound == shown.fingerprint => Ok(()),
        _ => Err(Unproven::Bound),
    }
}

/// The caller's name: the claim `claim`, a text of at most `most` characters.
pub(super) fn name<'t>(claims: Value<'t>, claim: &str, most: usize) -> Result<Cow<'t, str>, Unproven> {
    let name = claims.get(claim).and_then(|name| name.as_str()).ok_or(Unproven::Name)?;
    if name.is_empty() || name.chars().count() > most { Err(Unproven::Name) } else { Ok(name) }
}

/// What the caller may do. A claim that is absent, or is neither a text nor a list of texts, grants nothing.
pub(super) fn operations(claims: Value<'_>, grant: &Grant) -> Operations {
    let claim = match grant {
        Grant::Fixed(operations) => return operations.clone(),
        Grant::Claim(claim) => claims.get(claim),
    };
    let Some(claim) = claim else { return Some(Vec::new()) };
    Some(match claim.kind() {
        Kind::Array => claim.items().filter_map(|item| Some(Arc::from(&*item.as_str()?))).collect(),
        _ => claim.as_str().unwrap_or_default().split(' ').map(Arc::from).collect(),
    })
}
