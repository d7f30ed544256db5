//! Strings: RFC 8259 section 7.

use std::borrow::Cow;

use super::error::Wrong;
use super::plain::plain_end;
use super::token::{ESCAPED, Token};

/// Where the string ends that is plain up to `at` of `bytes`, and its form. Errors: what is wrong with it, and where.
#[inline(never)]
pub(super) fn end(bytes: &[u8], at: usize) -> Result<(usize, u32), (Wrong, usize)> {
    let mut form = 0;
    let mut at = plain_end(bytes, at);
    loop {
        let special = bytes.get(at..).ok_or((Wrong::Truncated, bytes.len()))?;
        let length = match special.first() {
            Some(b'"') => return Ok((at, form)),
            Some(b'\\') => escape(special).map(|(_, length)| length).map_err(|wrong| (wrong, at))?,
            Some(_) => return Err((Wrong::Control, at)),
            None => return Err((Wrong::Truncated, at)),
        };
        form = ESCAPED;
        at = plain_end(bytes, at + length);
    }
}

/// The character that the escape at the start of `bytes` stands for, and its length.
fn escape(bytes: &[u8]) -> Result<(char, usize), Wrong> {
    let c = match bytes.get(1) {
        None => return Err(Wrong::Truncated),
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{C}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes),
        Some(_) => return Err(Wrong::Escape),
    };
    Ok((c, 2))
}

fn unicode(bytes: &[u8]) -> Result<(char, usize), Wrong> {
    let high = hex(bytes)?;
    if let Some(c) = char::from_u32(high) {
        return Ok((c, 6));
    }
    let low = match bytes.split_at_checked(6) {
        Some((_, second)) if high < 0xDC00 && second.starts_with(b"\\u") => hex(second)?,
        _ => return Err(Wrong::LoneSurrogate),
    };
    if !(0xDC00..0xE000).contains(&low) {
        return Err(Wrong::LoneSurrogate);
    }
    let c = char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
    c.map(|c| (c, 12)).ok_or(Wrong::LoneSurrogate)
}

/// The four digits of `\uXXXX`.
fn hex(bytes: &[u8]) -> Result<u32, Wrong> {
    let digits = bytes.get(2..6).ok_or(Wrong::Truncated)?;
    digits.iter().try_fold(0, |sum, digit| {
        let digit = char::from(*digit).to_digit(16).ok_or(Wrong::Escape)?;
        Ok(sum * 16 + digit)
    })
}

/// The text of a string token as it stands in the document.
#[inline]
pub(super) fn raw<'t>(text: &'t str, token: &Token) -> &'t str {
    text.get(token.start as usize..token.end as usize).expect("tokens are spans of their text")
}

/// The text of a string token.
#[inline]
pub(super) fn text<'t>(text: &'t str, token: &Token) -> Cow<'t, str> {
    let raw = raw(text, token);
    if token.has(ESCAPED) { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) }
}

fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    unescape_into(&mut out, raw);
    out
}

/// Appends what `raw` stands for.
pub(super) fn unescape_into(out: &mut String, raw: &str) {
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let (c, length) =
            escape(special.as_bytes()).expect("escapes were checked when the string was scanned");
        out.push(c);
        rest = special.get(length..).expect("an escape is ASCII");
    }
    out.push_str(rest);
}
