//! Header fields that may be there once.

use http::header::AsHeaderName;
use http::{HeaderMap, HeaderValue, header};

use crate::soap::{ContentType, Package};

/// Why a header field says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) enum HeaderError {
    /// It is there more than once.
    Repeated,
    /// It is not visible ASCII.
    Unreadable,
}

/// The text of the only header field `name`; nothing when it is absent.
pub(in crate::bridge) fn only(
    headers: &HeaderMap,
    name: impl AsHeaderName,
) -> Result<Option<&str>, HeaderError> {
    let Some(value) = only_value(headers, name)? else { return Ok(None) };
    value.to_str().map(Some).map_err(|_| HeaderError::Unreadable)
}

/// The same with whatever octets it has.
pub(in crate::bridge) fn only_value(
    headers: &HeaderMap,
    name: impl AsHeaderName,
) -> Result<Option<&HeaderValue>, HeaderError> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(HeaderError::Repeated),
    }
}

/// The text of the header field `name`, where it is there once and can be read: for what is advice, and says nothing else.
pub(in crate::bridge) fn advice(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    // Whoever says two things, or nothing that can be read, says nothing.
    only(headers, name).ok().flatten()
}

/// The content type of a message; an absent one is empty.
pub(in crate::bridge) fn content_type(headers: &HeaderMap) -> Result<ContentType<'_>, HeaderError> {
    let Some(value) = content_type_text(headers)? else { return Ok(ContentType::default()) };
    ContentType::parse(value).map_err(|_| HeaderError::Repeated)
}

/// The same as it is written.
pub(in crate::bridge) fn content_type_text(headers: &HeaderMap) -> Result<Option<&str>, HeaderError> {
    let Some(value) = only_value(headers, header::CONTENT_TYPE)? else { return Ok(None) };
    // The action of SOAP 1.2 may have letters outside of ASCII.
    str::from_utf8(value.as_bytes()).map(Some).map_err(|_| HeaderError::Unreadable)
}

/// The content type of a message with attachments, with this `action`, which was found to be one that a header can carry.
pub(in crate::bridge) fn packed(package: &Package<'_>, action: &str) -> HeaderValue {
    of_package(package.content_type(action))
}

/// The same for `value`, which a package has made.
pub(in crate::bridge) fn of_package(value: String) -> HeaderValue {
    // Text beyond ASCII goes out as its UTF-8 (RFC 9110 section 5.5, obs-text), as in the content type of a message alone.
    HeaderValue::from_maybe_shared(bytes::Bytes::from(value))
        .expect("the action was checked when the service was loaded")
}

/// The elements of a header by which a client says what it prefers, each with its weight in thousandths (RFC 9110 section 12.4.2). One
/// whose weight is none is not looked at.
pub(in crate::bridge) fn weighted(header: &str) -> impl Iterator<Item = (u16, &str)> {
    header.split(',').filter_map(|element| {
        let (name, parameter) = match element.split_once(';') {
            None => (element, ""),
            Some((name, parameter)) => (name, parameter.trim()),
        };
        let weight = match parameter.split_once('=') {
            Some((q, weight)) if q.trim().eq_ignore_ascii_case("q") => thousandths(weight)?,
            Some(_) | None => 1000,
        };
        (!name.trim().is_empty()).then(|| (weight, name.trim()))
    })
}

/// Whether `Accept` takes `media_type`, which is in lower case, by its name: in whatever case it is there, as a whole, and with another weight than 0 (RFC 9110
/// sections 8.3.1 and 12.4.2). A range such as `*/*` names nothing: whoever takes anything did not ask for this.
pub(in crate::bridge) fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let values = headers.get_all(header::ACCEPT).iter().map(HeaderValue::as_bytes);
    let mut long = values.filter(|value| value.len() >= media_type.len());
    long.any(|value| unquoted(value, b',').any(|element| takes(element, media_type.as_bytes())))
}

/// Whether an `element` of `Accept` is `media_type`, or a package of several parts whose root it is (RFC 2387 section 3.1).
fn takes(element: &[u8], media_type: &[u8]) -> bool {
    let mut pieces = unquoted(element, b';').map(<[u8]>::trim_ascii);
    let range = pieces.next().map_or(&[][..], |range| range);
    let mut named = range.eq_ignore_ascii_case(media_type);
    let is_package = range.eq_ignore_ascii_case(b"multipart/related");
    if !named && !is_package {
        return false;
    }
    for piece in pieces {
        let Some(at) = memchr::memchr(b'=', piece) else { continue };
        let (name, value) = piece.split_at(at);
        let value = value.get(1..).map_or(&[][..], <[u8]>::trim_ascii);
        match name.trim_ascii() {
            name if name.eq_ignore_ascii_case(b"q") => {
                // A weight that is none says nothing about what is wanted, and less is asked for without it.
                let weight = str::from_utf8(value).ok().and_then(thousandths);
                return named && weight.is_some_and(|weight| weight > 0);
            }
            name if is_package && name.eq_ignore_ascii_case(b"type") => {
                named |= without_quotes(value).eq_ignore_ascii_case(media_type);
            }
            _ => {}
        }
    }
    named
}

/// The pieces of `text` between its octets `separator` that are in no quoted string.
fn unquoted(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            _ => {}
        }
        *byte == separator && !quoted
    })
}

fn without_quotes(value: &[u8]) -> &[u8] {
    let inside = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
    inside.map_or(value, |inside| inside)
}

/// `0.8` is 800. Nothing for what is no weight.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = match weight.trim().split_once('.') {
        None => (weight.trim(), ""),
        Some(parts) => parts,
    };
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digit = |sum: u16, byte: u8| sum * 10 + u16::from(byte - b'0');
    match whole {
        "1" if fraction.bytes().all(|byte| byte == b'0') => Some(1000),
        "0" if digits => Some(format!("{fraction:0<3}").bytes().fold(0, digit)),
        _ => None,
    }
}

/// Whether a body is coded (RFC 9110 section 8.4), whatever the coding.
pub(in crate::bridge) fn is_coded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_taken_by_its_whole_name_in_any_case_unless_its_weight_is_0() {
        const XOP: &str = "application/xop+xml";
        for (accept, taken) in [
            (&["application/xop+xml"][..], true),
            (&["text/xml, Application/XOP+XML"], true),
            (&["text/xml", "application/xop+xml ; Q=0.001"], true),
            (&["multipart/related; type=\"Application/xop+xml\"; q=0.5"], true),
            (&["application/xop+xml; type=\"a, b; q=0\""], true),
            (&[], false),
            (&["*/*, application/*"], false),
            (&["application/xop+xmlx, x-application/xop+xml"], false),
            (&["text/xml, application/xop+xml;q=0"], false),
            (&["application/xop+xml; charset=UTF-8; q=0.000"], false),
            (&["application/xop+xml; q=x"], false),
            (&["multipart/related; type=\"application/xop+xml\"; q=0"], false),
            (&["multipart/related; start=\"application/xop+xml\""], false),
            (&["text/plain; a=\"\\\", application/xop+xml, \""], false),
        ] {
            let all = accept.iter().map(|value| (header::ACCEPT, HeaderValue::from_static(value)));
            let headers: HeaderMap = all.collect();
            assert_eq!(accepts(&headers, XOP), taken, "{accept:?}");
        }
    }
}
