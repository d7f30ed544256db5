//! What the HTTP status of a reply says, and what came with it where that is not what was expected.

use std::borrow::Cow;

use http::{HeaderMap, header};

use crate::bridge::backend::outgoing::Reply;
use crate::bridge::bad_reply::{BadReply, BadReplyCause};
use crate::bridge::challenge::Challenge;
use crate::bridge::failure::{BackendFailure, CredentialOwner, Failure};
use crate::bridge::state::header::{advice, content_type, is_coded};
use crate::redact::plain;
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
        401 | 403 => Err(unauthorized(reply, owner, errors)),
        status => Err(BackendFailure::Failed {
            status,
            retry_after: retry_after(&reply.headers),
            errors,
            client: blames_message(status),
            fault: None,
        }),
    }
}

/// The failure that a reply is which refuses the credentials.
pub(super) fn unauthorized(reply: &Reply, owner: CredentialOwner, errors: Vec<Notice>) -> BackendFailure {
    BackendFailure::Unauthorized { owner, challenge: Challenge::of(reply.status, &reply.headers), errors }
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
        Failure::Backend(BackendFailure::BadReply(BadReply { cause, reason })) => {
            let (looks, status) = (Looks::of(reply), reply.status.as_u16());
            let reason = format!("HTTP status {status} with {}: {reason}", looks.text);
            BackendFailure::bad(BadReply { cause: looks.instead_of(cause), reason }).into()
        }
        other => other,
    }
}

/// A body that is coded although `Accept-Encoding: identity` was sent (RFC 9110 section 12.5.3).
fn coded(headers: &HeaderMap) -> Cow<'static, str> {
    // A list of codings is another one.
    let coding = advice(headers, header::CONTENT_ENCODING).map(str::trim);
    let is = |names: &[&str]| {
        coding.is_some_and(|coding| names.iter().any(|name| coding.eq_ignore_ascii_case(name)))
    };
    let text = if is(&["br"]) {
        "a compressed body (Content-Encoding: br), although `Accept-Encoding: identity` was sent"
    } else if is(&["deflate"]) {
        "a compressed body (Content-Encoding: deflate), although `Accept-Encoding: identity` was sent"
    } else if is(&["gzip", "x-gzip"]) {
        "a compressed body (Content-Encoding: gzip), although `Accept-Encoding: identity` was sent"
    } else if is(&["zstd"]) {
        "a compressed body (Content-Encoding: zstd), although `Accept-Encoding: identity` was sent"
    } else if let Some(coding) = coding.filter(|_| is_coded(headers)) {
        return format!(
            "a coded body (Content-Encoding: {}), although `Accept-Encoding: identity` was sent",
            shown(coding)
        )
        .into();
    } else if is_coded(headers) {
        "a coded body (Content-Encoding), although `Accept-Encoding: identity` was sent"
    } else {
        "a compressed body (gzip), which no Content-Encoding says"
    };
    text.into()
}

/// What a header of a backend says, for the log.
fn shown(value: &str) -> String {
    plain(value, HEADER_SHOWN)
}

/// Characters of a header that are shown: names of codings and media types are shorter.
const HEADER_SHOWN: usize = 64;

/// Characters of a redirect's address that are shown.
const LOCATION_SHOWN: usize = 512;

/// What a body looks like.
struct Looks {
    text: Cow<'static, str>,
    /// What that makes of a reply which cannot be understood.
    cause: Option<BadReplyCause>,
    /// Whether it only counts where the body is not in the language of the backend.
    of_language: bool,
}

impl Looks {
    fn of(reply: &Reply) -> Self {
        let body =
            reply.body.strip_prefix(b"\xEF\xBB\xBF").map_or(&*reply.body, |body| body).trim_ascii_start();
        let begins =
            |text: &[u8]| body.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
        // What cannot be read says nothing of the body.
        let media_type = content_type(&reply.headers).map_or(Cow::Borrowed(""), |kind| kind.media_type);
        if is_coded(&reply.headers) || begins(b"\x1F\x8B") {
            return Self::like(coded(&reply.headers), BadReplyCause::Compressed);
        }
        if media_type == "multipart/related" {
            return Self { cause: None, ..Self::like("a body of several parts", BadReplyCause::Multipart) };
        }
        if media_type.starts_with("multipart/") {
            let text = format!(
                "a body of several parts (multipart) that is not multipart/related: {}",
                shown(&media_type)
            );
            return Self::like(text, BadReplyCause::Multipart);
        }
        if begins(b"--") {
            let text = "a body of several parts (multipart), which its Content-Type does not say";
            return Self::like(text, BadReplyCause::Multipart);
        }
        match body.first() {
            None => Self::like("an empty body", BadReplyCause::Empty),
            Some(_) if media_type == "text/html" || begins(b"<!doctype html") || begins(b"<html") => {
                Self::like("HTML", BadReplyCause::Html)
            }
            Some(b'<') => Self::in_language("XML", BadReplyCause::Xml),
            Some(b'{' | b'[') => Self::in_language("JSON", BadReplyCause::Json),
            Some(_) => Self::in_language("neither XML nor JSON", BadReplyCause::Text),
        }
    }

    fn like(text: impl Into<Cow<'static, str>>, cause: BadReplyCause) -> Self {
        Self { text: text.into(), cause: Some(cause), of_language: false }
    }

    fn in_language(text: &'static str, cause: BadReplyCause) -> Self {
        Self { of_language: true, ..Self::like(text, cause) }
    }

    /// Why a reply cannot be understood of which the reader said `cause`.
    fn instead_of(&self, cause: BadReplyCause) -> BadReplyCause {
        let own = match (self.cause, cause) {
            // XML that cannot be read as XML is malformed, and so is JSON as JSON.
            (Some(BadReplyCause::Xml), BadReplyCause::MalformedXml | BadReplyCause::NotSoap)
            | (Some(BadReplyCause::Json), BadReplyCause::MalformedJson) => None,
            (_, cause) if self.of_language && !cause.is_of_language() => None,
            (own, _) => own,
        };
        own.map_or(cause, |own| own)
    }
}
