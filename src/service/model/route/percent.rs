//! Percent-encoding (RFC 3986, section 2.1): of request fields in paths and queries, and of names in paths.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use thiserror::Error;

/// Why a text of a path or a query cannot be decoded.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(super) enum DecodeError {
    #[error("a `%` without two hexadecimal digits")]
    Malformed,
    #[error("not UTF-8")]
    NotUtf8,
}

/// Appends `text`; whatever is not unreserved (RFC 3986, section 2.3) is written as `%XX`.
pub(super) fn encode(text: &str, out: &mut String) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

/// The text that `encoded` stands for.
pub(super) fn decode(encoded: &str) -> Result<Cow<'_, str>, DecodeError> {
    // The crate takes a malformed sequence for a literal `%`, as browsers do.
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        let hex = |digit: Option<u8>| digit.is_some_and(|digit| digit.is_ascii_hexdigit());
        if byte == b'%' && !(hex(rest.next()) && hex(rest.next())) {
            return Err(DecodeError::Malformed);
        }
    }
    percent_decode_str(encoded).decode_utf8().map_err(|_| DecodeError::NotUtf8)
}

/// Appends a part of a path. What a segment cannot have (RFC 3986, section 3.3), such as a letter outside of ASCII, is written as
/// `%XX` of its UTF-8 (RFC 3987, section 3.1).
pub(super) fn encode_text(text: &str, out: &mut String) {
    out.extend(utf8_percent_encode(text, NO_SEGMENT));
}

/// `path` as this program writes it, where somebody may have written it in another way; nothing where it has no such character, or
/// cannot be decoded.
pub fn canonical_path(path: &str) -> Option<String> {
    if path.is_ascii() && !path.contains('%') {
        return None;
    }
    let mut out = String::with_capacity(path.len());
    for (at, segment) in path.split('/').enumerate() {
        if at > 0 {
            out.push('/');
        }
        match decode(segment) {
            Ok(text) => encode_text(&text, &mut out),
            Err(DecodeError::Malformed | DecodeError::NotUtf8) => return None,
        }
    }
    Some(out)
}

/// The path of an operation of that name, below its front.
pub fn operation_path(name: &str) -> String {
    let mut out = "/".to_owned();
    encode_text(name, &mut out);
    out
}

/// Whether two paths are the same, however they are written.
pub fn is_same_path(one: &str, other: &str) -> bool {
    one == other
        || match (canonical_path(one), canonical_path(other)) {
            (None, None) => false,
            (Some(one), None) => one == other,
            (None, Some(other)) => one == other,
            (Some(one), Some(other)) => one == other,
        }
}

/// Whether `encoded` stands for `plain`.
pub(super) fn is(encoded: &str, plain: &str) -> bool {
    percent_decode_str(encoded).eq(plain.bytes())
}

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// All but `pchar`.
const NO_SEGMENT: &AsciiSet = &RESERVED
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_however_its_letters_are_written() {
        let own = "/shop/setTermin%C3%A9e";
        for given in [own, "/shop/setTermin%c3%a9e", "/shop/setTerminée", "/shop/%73etTermin%C3%A9e"] {
            assert_eq!(canonical_path(given).as_deref(), Some(own), "{given}");
        }
        assert_eq!(canonical_path("/shop/a.b-c_d"), None, "as it is");
        assert_eq!(canonical_path("/shop/a%2Fb").as_deref(), Some("/shop/a%2Fb"), "one segment");
        assert_eq!((canonical_path("/shop/%"), canonical_path("/shop/%FF")), (None, None));
        assert_eq!(operation_path("ширина"), "/%D1%88%D0%B8%D1%80%D0%B8%D0%BD%D0%B0");
        assert!(is_same_path("/é", "/%c3%A9") && !is_same_path("/é", "/e"));
    }

    #[test]
    fn what_cannot_be_decoded_is_an_error() {
        for (encoded, expected) in [
            ("a%2Fb", Ok("a/b")),
            ("%C3%bc", Ok("ü")),
            ("a+b", Ok("a+b")),
            ("%", Err(DecodeError::Malformed)),
            ("%4", Err(DecodeError::Malformed)),
            ("%zz", Err(DecodeError::Malformed)),
            ("%+1", Err(DecodeError::Malformed)),
            ("%%41", Err(DecodeError::Malformed)),
            ("%FF", Err(DecodeError::NotUtf8)),
        ] {
            assert_eq!(decode(encoded).as_deref().map_err(|error| *error), expected, "{encoded}");
        }
    }
}
