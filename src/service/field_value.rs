//! Which texts an HTTP header can carry (RFC 9110, section 5.5), so that one that none can is found when a file is loaded.

use std::fmt;

/// Why no header can carry a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldFault {
    /// A control character other than a tab.
    Control,
    /// A line end behind everything else.
    LineEndBehind,
    /// A line end.
    LineEnd,
    /// A character that is not ASCII. RFC 9110 knows such bytes only as obsolete, and peers read them in different charsets.
    NotAscii,
    /// A double quote or a backslash, where the value stands between double quotes.
    Quote,
    /// A space or a tab at its beginning or its end, which a receiver takes off.
    Space,
}

impl fmt::Display for FieldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Control => "has a control character in it",
            Self::LineEndBehind => "ends in a line feed",
            Self::LineEnd => "has a line end in it",
            Self::NotAscii => "has a character that is not ASCII",
            Self::Quote => "has a double quote or a backslash in it",
            Self::Space => "begins or ends with a space or a tab",
        })
    }
}

/// Whether an HTTP header can carry `text`: visible ASCII characters, with spaces and tabs between them.
pub fn check_field_value(text: &str) -> Result<(), FieldFault> {
    let blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let bytes = text.as_bytes();
    if let Some(at) = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
        let behind = bytes.iter().skip(at).all(|byte| matches!(byte, b'\r' | b'\n'));
        return Err(if behind { FieldFault::LineEndBehind } else { FieldFault::LineEnd });
    }
    if bytes.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err(FieldFault::Control);
    }
    if !bytes.is_ascii() {
        return Err(FieldFault::NotAscii);
    }
    if blank(bytes.first()) || blank(bytes.last()) { Err(FieldFault::Space) } else { Ok(()) }
}

/// Whether an HTTP header can carry `text` between double quotes, without escapes that few peers read. Text beyond ASCII goes out as
/// its UTF-8 (RFC 9110 section 5.5, obs-text): contracts have such actions.
pub fn check_quotable(text: &str) -> Result<(), FieldFault> {
    if text.contains(['"', '\\']) {
        return Err(FieldFault::Quote);
    }
    match check_field_value(text) {
        Err(FieldFault::NotAscii) if !text.chars().any(char::is_control) => Ok(()),
        checked => checked,
    }
}

/// Whether `name` is the name of an HTTP header: a token (RFC 9110, section 5.6.2).
pub fn is_field_name(name: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_value_is_visible_ascii() {
        for (text, expected) in [
            ("", Ok(())),
            ("abc-._~+/=", Ok(())),
            ("a b\tc", Ok(())),
            ("abc\n", Err(FieldFault::LineEndBehind)),
            ("abc\r\n", Err(FieldFault::LineEndBehind)),
            ("a\nb", Err(FieldFault::LineEnd)),
            ("a\nX-Other: b\n", Err(FieldFault::LineEnd)),
            ("a\0b", Err(FieldFault::Control)),
            ("a\x7f", Err(FieldFault::Control)),
            ("\u{fc}", Err(FieldFault::NotAscii)),
            (" a", Err(FieldFault::Space)),
            ("a\t", Err(FieldFault::Space)),
        ] {
            assert_eq!(check_field_value(text), expected, "{text:?}");
        }
    }

    #[test]
    fn quotes_are_not_escaped() {
        assert_eq!(check_quotable("urn:a"), Ok(()));
        assert_eq!(check_quotable("urn:ausl\u{f6}sen"), Ok(()));
        assert_eq!(check_quotable("urn:\u{f6}\u{85}"), Err(FieldFault::NotAscii));
        assert_eq!(check_quotable("urn:\"a"), Err(FieldFault::Quote));
        assert_eq!(check_quotable("urn:\\a"), Err(FieldFault::Quote));
        assert_eq!(check_quotable("urn:a\n"), Err(FieldFault::LineEndBehind));
    }

    #[test]
    fn a_field_name_is_a_token() {
        for (name, expected) in
            [("X-Api-Key", true), ("x_1", true), ("", false), ("a b", false), ("a:", false)]
        {
            assert_eq!(is_field_name(name), expected, "{name:?}");
        }
    }
}
