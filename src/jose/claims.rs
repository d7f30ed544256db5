//! The claims of a token whose signature fits (RFC 7519 section 4.1).

use std::borrow::Cow;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use super::algorithm::Algorithm;
use super::error::TokenError;
use crate::json::{Kind, Value};

/// What a token is held against.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// The algorithms that it may have.
    pub algorithms: &'e [Algorithm],
    /// Who may have issued it.
    pub issuers: &'e [String],
    /// Whom it may be for.
    pub audiences: &'e [String],
    /// How far the clocks may differ.
    pub leeway: Duration,
    /// SHA-256 of the certificate that the client showed, as lower-case hexadecimal digits.
    pub certificate: Option<&'e str>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// The claims of a token that was verified. Only [`super::KeySet::verify`] makes them:
///
/// ```compile_fail
/// let forged = saponify::jose::Claims(value);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Claims<'t>(Value<'t>);

impl<'t> Claims<'t> {
    /// Checks `claims`: the issuer, the audience, the time, and the certificate that the token is bound to, if it is.
    pub(super) fn check(claims: Value<'t>, expected: &Expected<'_>) -> Result<Self, TokenError> {
        check_expected(claims, expected)?;
        check_binding(claims, expected.certificate)?;
        Ok(Self(claims))
    }

    /// The name that the claim `claim` gives, a text of at most `most` characters.
    pub fn name(&self, claim: &str, most: usize) -> Result<Cow<'t, str>, TokenError> {
        let name = self.0.get(claim).and_then(|name| name.as_str()).ok_or(TokenError::Name)?;
        if name.is_empty() || name.chars().count() > most { Err(TokenError::Name) } else { Ok(name) }
    }

    /// The words of the claim `claim`: a list of texts, or a text with spaces between them. None where it is absent or
    /// anything else; what is no text in a list is no word.
    pub fn words(&self, claim: &str) -> Vec<Cow<'t, str>> {
        let Some(claim) = self.0.get(claim) else { return Vec::new() };
        match (claim.kind(), claim.as_str()) {
            (Kind::Array, _) => claim.items().filter_map(|item| item.as_str()).collect(),
            (_, Some(text)) => text.split(' ').map(|word| Cow::Owned(word.to_owned())).collect(),
            (_, None) => Vec::new(),
        }
    }
}

/// Whether a token is of the right issuer, for this audience, and of this time.
fn check_expected(claims: Value<'_>, expected: &Expected<'_>) -> Result<(), TokenError> {
    let issuer = claims.get("iss").and_then(|issuer| issuer.as_str()).ok_or(TokenError::Issuer)?;
    if !expected.issuers.iter().any(|known| **known == *issuer) {
        return Err(TokenError::Issuer);
    }
    if !claims.get("aud").is_some_and(|audience| is_for(audience, expected.audiences)) {
        return Err(TokenError::Audience);
    }
    let (now, leeway) = (expected.now.timestamp(), expected.leeway.as_secs() as i64);
    let until = claims.get("exp").and_then(seconds).ok_or(TokenError::NoExpiry)?;
    let (latest, earliest) = (until.saturating_add(leeway), now.saturating_add(leeway));
    if now >= latest {
        // `exp` itself is over already (section 4.1.4).
        return Err(TokenError::Expired { by: now.saturating_sub(latest).saturating_add(1) });
    }
    match claims.get("nbf").map(seconds) {
        None => Ok(()),
        Some(Some(from)) if earliest >= from => Ok(()),
        Some(Some(from)) => Err(TokenError::NotYet { by: from.saturating_sub(earliest) }),
        Some(None) => Err(TokenError::NoBeginning),
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
    let whole = match number.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit.is_ascii_digit()) => whole,
        Some(_) => return None,
        None => number,
    };
    // A number with an exponent, or one that is too large, is no time, which the caller says.
    whole.parse().ok()
}

/// A token may be bound to a certificate (RFC 8705 section 3.1): then it is of no use to whoever does not show that. What it
/// may be bound to besides cannot be looked at here, and taking it from anyone would undo the binding.
fn check_binding(claims: Value<'_>, shown: Option<&str>) -> Result<(), TokenError> {
    let Some(binding) = claims.get("cnf") else { return Ok(()) };
    let thumbprint = binding.get("x5t#S256").filter(|_| binding.len() == 1);
    let thumbprint = thumbprint.and_then(|text| text.as_str());
    // What is no thumbprint is that of no certificate.
    let octets = thumbprint.and_then(|text| URL_SAFE_NO_PAD.decode(text.as_bytes()).ok());
    let digits = |octets: Vec<u8>| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    match (octets.map(digits), shown) {
        (Some(bound), Some(shown)) if bound == shown => Ok(()),
        _ => Err(TokenError::Bound),
    }
}
