//! What the HTTP status of a reply says, and what came with it where that is not what was expected.

use std::borrow::Cow;

use http::{HeaderMap, header};

use crate::bridge::backend::outgoing::Reply;
use crate::bridge::failure::{BackendFailure, CredentialOwner, Failure};
use crate::bridge::state::header::{advice, content_type, is_coded};
use crate::service::outcome::Notice;

/// Errors: a status that is no success (RFC 9110 section 15). One of the class 4xx blames the message, but for those about
/// credentials and about the rate. In the body the backend said `errors`.
pub(super) fn check(
    reply: &Reply,
    owner: CredentialOwner,
    errors: Vec<Notice>,
) -> Result<(), BackendFailure> {
    match reply.status.as_u16() {
        200..=299 => Ok(()),
        // Section 15.4: those that name another place.
        300..=303 | 305..=308 => Err(redirected(reply)),
        401 | 403 => Err(BackendFailure::Unauthorized { owner, errors }),
        status => Err(BackendFailure::Failed {
            status,
            retry_after: retry_after(&reply.headers),
            errors,
            client: blames_message(status),
            fault: None,
        }),
    }
}

/// The failure that a redirect is.
pub(super) fn redirected(reply: &Reply) -> BackendFailure {
    let location = advice(&reply.headers, header::LOCATION);
    let shown = |location: &str| {
        // Redirects carry tickets and tokens behind the path, by names that nobody knows.
        let (place, behind) =
            location.split_at(location.find(['?', '#', ';']).map_or(location.len(), |at| at));
        let mut shown: String = crate::redact::url(place).chars().take(LOCATION_SHOWN).collect();
        if let Some(sign) = behind.chars().next() {
            shown.extend([sign, '*', '*', '*']);
        }
        shown.into()
    };
    BackendFailure::Redirected { status: reply.status.as_u16(), location: location.map(shown) }
}

/// Whether a status says that the backend refuses what it was asked.
pub(super) fn blames_message(status: u16) -> bool {
    matches!(status, 400..=499) && !matches!(status, 401 | 403 | 429)
}

/// `Retry-After` in seconds.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<u32> {
    // A date, or what is malformed, is not passed on: it is advice, and clients have their own.
    advice(headers, header::RETRY_AFTER).and_then(|value| value.trim().parse().ok())
}

/// `failure` to understand `reply`, with its status and the kind of its body for the log: a proxy on the way answers with a
/// page of its own.
pub(super) fn described_in(failure: Failure, reply: &Reply) -> Failure {
    match failure {
        Failure::Backend(BackendFailure::BadReply(reason)) => BackendFailure::bad(format!(
            "HTTP status {} with {}: {reason}",
            reply.status.as_u16(),
            kind(reply)
        ))
        .into(),
        other => other,
    }
}

/// A body that is coded although `Accept-Encoding: identity` was sent (RFC 9110 section 12.5.3).
fn coded(headers: &HeaderMap) -> &'static str {
    // A list of codings is another one.
    let coding = advice(headers, header::CONTENT_ENCODING).map(str::trim);
    let is = |names: &[&str]| {
        coding.is_some_and(|coding| names.iter().any(|name| coding.eq_ignore_ascii_case(name)))
    };
    if is(&["br"]) {
        "a compressed body (Content-Encoding: br), although `Accept-Encoding: identity` was sent"
    } else if is(&["deflate"]) {
        "a compressed body (Content-Encoding: deflate), although `Accept-Encoding: identity` was sent"
    } else if is(&["gzip", "x-gzip"]) {
        "a compressed body (Content-Encoding: gzip), although `Accept-Encoding: identity` was sent"
    } else if is(&["zstd"]) {
        "a compressed body (Content-Encoding: zstd), although `Accept-Encoding: identity` was sent"
    } else if is_coded(headers) {
        "a coded body (Content-Encoding), although `Accept-Encoding: identity` was sent"
    } else {
        "a compressed body (gzip), which no Content-Encoding says"
    }
}

/// Characters of a redirect's address that are shown.
const LOCATION_SHOWN: usize = 512;

/// What a body looks like.
fn kind(reply: &Reply) -> &'static str {
    let body = reply.body.strip_prefix(b"\xEF\xBB\xBF").map_or(&*reply.body, |body| body).trim_ascii_start();
    let begins = |text: &[u8]| body.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
    // What cannot be read says nothing of the body.
    let media_type = content_type(&reply.headers).map_or(Cow::Borrowed(""), |kind| kind.media_type);
    if is_coded(&reply.headers) || begins(b"\x1F\x8B") {
        return coded(&reply.headers);
    }
    if media_type == "multipart/related" {
        return "a body of several parts";
    }
    if media_type.starts_with("multipart/") {
        return "a body of several parts (multipart) that is not multipart/related";
    }
    if begins(b"--") {
        return "a body of several parts (multipart), which its Content-Type does not say";
    }
    match body.first() {
        None => "an empty body",
        Some(_) if media_type == "text/html" || begins(b"<!doctype html") || begins(b"<html") => "HTML",
        Some(b'<') => "XML",
        Some(b'{' | b'[') => "JSON",
        Some(_) => "neither XML nor JSON",
    }
}
