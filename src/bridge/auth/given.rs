//! What a client says about itself, in HTTP headers and in the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

use crate::bridge::state::header::only;
use crate::json::Value;
use crate::service::{CredentialPaths, Credentials};
use crate::wss::Secret;

/// The members of a JSON body that are credentials.
pub(super) fn in_body(paths: &CredentialPaths, body: Value<'_>) -> Option<Credentials> {
    let object = body.get(&paths.object)?;
    let username = object.get(&paths.username)?.as_str()?;
    let password = object.get(&paths.password)?.as_str()?;
    Some(Credentials { username: username.as_ref().into(), password: Secret::new(password) })
}

/// RFC 7617. What is malformed proves nothing, and so lets nobody in.
pub(super) fn basic(headers: &HeaderMap) -> Option<Credentials> {
    // Not base64: it proves nothing.
    let decoded = STANDARD.decode(authorization(headers, "Basic")?).ok()?;
    // Not UTF-8: it proves nothing.
    let decoded = String::from_utf8(decoded).ok()?;
    let (username, password) = decoded.split_once(':')?;
    Some(Credentials { username: username.into(), password: Secret::new(password) })
}

/// A bearer token (RFC 6750 section 2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<Secret> {
    authorization(headers, "Bearer").map(Secret::new)
}

/// The key in the only header `name`.
pub(super) fn key(headers: &HeaderMap, name: &str) -> Option<Secret> {
    proof(headers, name).map(Secret::new)
}

/// The credentials of the only `Authorization` header, if it has the scheme `scheme` (RFC 9110 section 11.4).
fn authorization<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let (given, credentials) = proof(headers, header::AUTHORIZATION.as_str())?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then_some(credentials.trim())
}

/// A header that says who it is.
fn proof<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    // One that is there twice, or that cannot be read, proves nothing, and so lets nobody in.
    only(headers, name).unwrap_or_default()
}
