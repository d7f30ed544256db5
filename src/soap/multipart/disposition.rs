//! The name of a field of a form, in a `Content-Disposition`: as browsers write it (HTML, section 4.10.22.8; RFC 7578 section 4.2), which is not as other
//! headers have their quoted strings.

use super::error::MultipartError;

/// The name that a `Content-Disposition` says. Errors: it is not that of a field, or malformed.
pub(super) fn field_name(disposition: Option<&[u8]>) -> Result<String, MultipartError> {
    let disposition = disposition.ok_or(MultipartError::NoName)?;
    let (kind, mut rest) = split(disposition, b';');
    if !kind.trim_ascii().eq_ignore_ascii_case(b"form-data") {
        return Err(MultipartError::NoName);
    }
    let mut name = None;
    while let Some(text) = rest.map(<[u8]>::trim_ascii_start).filter(|text| !text.is_empty()) {
        // Two semicolons, or one at the end, have nothing between them.
        if let Some(behind) = text.strip_prefix(b";") {
            rest = Some(behind);
            continue;
        }
        let (key, value) = split(text, b'=');
        let value = value.ok_or(MultipartError::Disposition)?.trim_ascii_start();
        let (value, behind) = match value.strip_prefix(b"\"") {
            Some(quoted) => quoted_value(quoted)?,
            None => {
                let (token, behind) = split(value, b';');
                (token.trim_ascii_end(), behind)
            }
        };
        rest = behind;
        // Octets of other parameters, such as a file name, say nothing here: some clients write them in no UTF-8.
        if key.trim_ascii().eq_ignore_ascii_case(b"name") && name.replace(value).is_some() {
            return Err(MultipartError::Disposition);
        }
    }
    let name = str::from_utf8(name.ok_or(MultipartError::NoName)?);
    Ok(unescaped(name.map_err(|_| MultipartError::Disposition)?))
}

/// What stands before the first `separator`, and what behind it, where there is one.
fn split(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(separator, text) {
        None => (text, None),
        Some(at) => {
            let (before, behind) = text.split_at(at);
            (before, behind.get(1..))
        }
    }
}

/// What stands before the quote that ends a value, and what is behind its semicolon. That is the first one with nothing but a semicolon or the end behind
/// it: a backslash stands for itself, so one before a quote does not say whether the value goes on.
fn quoted_value(quoted: &[u8]) -> Result<(&[u8], Option<&[u8]>), MultipartError> {
    for at in memchr::memchr_iter(b'"', quoted) {
        let (value, behind) = quoted.split_at(at);
        let behind = behind.get(1..).map_or(&[][..], <[u8]>::trim_ascii_start);
        if behind.is_empty() || behind.starts_with(b";") {
            return Ok((value, behind.get(1..)));
        }
    }
    Err(MultipartError::Disposition)
}

/// What a value stands for. Browsers escape three characters, and some older clients a quote by a backslash.
fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find(['%', '\\']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let escape = ESCAPES.iter().find(|(escape, _)| from.starts_with(escape));
        let (escape, character) = match escape {
            Some((escape, character)) => (*escape, *character),
            None if from.starts_with('\\') => (r"\", '\\'),
            None if from.strip_prefix("%25").is_some_and(would_be_escape) => ("%25", '%'),
            None => ("%", '%'),
        };
        out.push(character);
        rest = from.split_at(escape.len()).1;
    }
    out.push_str(rest);
    out
}

/// `name` as it stands between quotes. What would be read as an escape has its percent sign as `%25`; all other percent signs, and backslashes, stand for
/// themselves.
pub(super) fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (at, character) in name.char_indices() {
        match character {
            '"' => out.push_str("%22"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            '%' if would_be_escape(name.split_at(at + 1).1) => out.push_str("%25"),
            other => out.push(other),
        }
    }
    out
}

/// Whether a percent sign before `behind` would be read as an escape.
fn would_be_escape(behind: &str) -> bool {
    let behind = behind.trim_start_matches("25");
    ["22", "0D", "0A"].iter().any(|digits| behind.starts_with(digits))
}

/// What stands for what between quotes.
const ESCAPES: [(&str, char); 4] = [("%22", '"'), ("%0D", '\r'), ("%0A", '\n'), (r#"\""#, '"')];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::seed::seeded;

    fn read(disposition: &str) -> Result<String, MultipartError> {
        field_name(Some(disposition.as_bytes()))
    }

    #[test]
    fn names_are_read_as_browsers_and_older_clients_write_them() {
        for (disposition, name) in [
            (r#"form-data; name="/a\b""#, r"/a\b"),
            (r#"form-data; name="/a\"; filename="a\""#, r"/a\"),
            (r#"form-data; filename="a\" ; name=/a ;"#, "/a"),
            (r#"form-data; name="/a\"b\\""#, r#"/a"b\\"#),
            (r#"form-data; name="/a";;"#, "/a"),
            ("form-data; name=\"/a%22%0D%0A%0d%25%2522%252522\"", "/a\"\r\n%0d%25%22%2522"),
            ("form-data; name=\"/\u{e9}\"", "/\u{e9}"),
        ] {
            assert_eq!(read(disposition).as_deref(), Ok(name), "{disposition}");
        }
    }

    #[test]
    fn octets_of_a_file_name_say_nothing_and_those_of_a_name_are_utf_8() {
        assert_eq!(field_name(Some(b"form-data; filename=\"\xE9\xFF\"; name=\"/a\"")).as_deref(), Ok("/a"));
        let name = field_name(Some(b"form-data; name=\"/\xE9\""));
        assert_eq!(name, Err(MultipartError::Disposition));
    }

    #[test]
    fn what_names_no_field_is_refused() {
        for disposition in ["form-data", "attachment; name=\"a\"", "form-data; filename=\"a\""] {
            assert_eq!(read(disposition), Err(MultipartError::NoName), "{disposition}");
        }
        for disposition in
            ["form-data; name", "form-data; name=\"a", "form-data; name=\"a\" b", "form-data; name=a; name=b"]
        {
            assert_eq!(read(disposition), Err(MultipartError::Disposition), "{disposition}");
        }
    }

    proptest! {
        #![proptest_config(seeded(500))]

        #[test]
        fn what_is_written_is_read(name in r#"(["\\%;=/a ]|\r|\n|22|25|0D|0A){0,12}"#) {
            let written = format!("form-data; name=\"{0}\"; filename=\"{0}\"", escaped(&name));
            prop_assert_eq!(read(&written), Ok(name));
        }
    }
}
