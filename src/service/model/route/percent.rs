//! Percent-encoding (RFC 3986, section 2.1) of request fields in paths and queries.

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

/// Whether `encoded` stands for `plain`.
pub(super) fn is(encoded: &str, plain: &str) -> bool {
    percent_decode_str(encoded).eq(plain.bytes())
}

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

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
