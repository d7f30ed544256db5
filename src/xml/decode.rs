//! Bytes to text: encodings, forbidden characters, line ends (XML 1.0 sections 2.2, 2.11, 4.3.3).

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;

use super::error::{Error, ErrorKind, Position};

/// Turns the bytes of a document into text without a byte order mark, with `\n` line ends and none of the
/// characters that XML forbids.
///
/// The byte order mark decides the encoding, then `charset` (from the transport), then the XML declaration, then
/// UTF-8. Every encoding of the WHATWG Encoding Standard is read. Errors: an unknown encoding, a declaration that
/// contradicts the bytes, malformed bytes, a forbidden character.
pub fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, Error> {
    let (encoding, body) = sniff(bytes, charset)?;
    let text = to_text(encoding, body)?;
    check_declared(encoding, &text)?;
    clean(text)
}

fn sniff<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<(&'static Encoding, &'b [u8]), Error> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return Ok((encoding, bytes.get(length..).expect("the byte order mark was found in them")));
    }
    let encoding = match (charset, bytes) {
        // UTF-16 without a mark begins with its larger half (RFC 2781 section 4.3), unless it is seen to be the other way.
        (Some(label), [0, b'<', ..]) if label_of(label)? == UTF_16LE => UTF_16BE,
        (Some(label), _) => label_of(label)?,
        (None, [0, b'<', ..]) => UTF_16BE,
        (None, [b'<', 0, ..]) => UTF_16LE,
        (None, _) => declared_bytes(bytes).map_or(Ok(UTF_8), label_of)?,
    };
    Ok((encoding, bytes))
}

fn label_of(label: &str) -> Result<&'static Encoding, Error> {
    let label = label.trim_matches(['"', '\'', ' ']);
    let known = Encoding::for_label_no_replacement(label.as_bytes());
    known.ok_or_else(|| at_start(ErrorKind::Encoding))
}

/// The encoding that an ASCII-compatible declaration names.
fn declared_bytes(bytes: &[u8]) -> Option<&str> {
    let head = bytes.get(..bytes.len().min(256))?;
    let head = head.get(..=memchr::memchr(b'>', head)?)?;
    // A declaration is ASCII; what is not declares nothing, and is refused as text.
    declared(std::str::from_utf8(head).ok()?)
}

fn declared(text: &str) -> Option<&str> {
    let head = text.strip_prefix("<?xml").filter(|rest| rest.starts_with([' ', '\t', '\r', '\n']))?;
    let head = head.get(..head.find("?>")?)?;
    let value = head.get(head.find("encoding")? + "encoding".len()..)?.trim_start().strip_prefix('=')?;
    let value = value.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next()
}

fn to_text<'b>(encoding: &'static Encoding, body: &'b [u8]) -> Result<Cow<'b, str>, Error> {
    if encoding == UTF_8 {
        return std::str::from_utf8(body)
            .map(Cow::Borrowed)
            .map_err(|bad| undecodable(body, bad.valid_up_to()));
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(body);
    text.ok_or_else(|| at_start(ErrorKind::Encoding))
}

fn undecodable(body: &[u8], valid: usize) -> Error {
    let text = String::from_utf8_lossy(body.get(..valid).expect("so much of it was valid"));
    Error { kind: ErrorKind::Encoding, position: Position::of(&text, valid) }
}

/// A declaration may not contradict the bytes: two readers would then read two documents. The transport's
/// charset may (RFC 7303 section 3), for proxies recode; so single-byte and UTF-8 declarations pass each other.
fn check_declared(encoding: &'static Encoding, text: &str) -> Result<(), Error> {
    let Some(label) = declared(text) else { return Ok(()) };
    let wide = |encoding: &Encoding| encoding == UTF_16BE || encoding == UTF_16LE;
    let named = if label.eq_ignore_ascii_case("utf-16") { UTF_16LE } else { label_of(label)? };
    if wide(named) == wide(encoding) { Ok(()) } else { Err(at_start(ErrorKind::Encoding)) }
}

fn clean(text: Cow<'_, str>) -> Result<Cow<'_, str>, Error> {
    let suspicious = text.bytes().fold(false, |found, byte| found | is_suspicious(byte));
    if !suspicious {
        return Ok(text);
    }
    check_characters(&text)?;
    Ok(if text.contains('\r') { Cow::Owned(normalise_lines(&text)) } else { text })
}

/// Control characters but tab and line feed, and the lead byte that U+FFFE and U+FFFF share with few others.
fn is_suspicious(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\n' && byte != b'\t') || byte == 0xEF
}

fn check_characters(text: &str) -> Result<(), Error> {
    let control = text.bytes().position(|byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
    let wide = ["\u{FFFE}", "\u{FFFF}"].map(|c| memmem::find(text.as_bytes(), c.as_bytes()));
    match [control, wide[0], wide[1]].into_iter().flatten().min() {
        None => Ok(()),
        Some(at) => Err(Error { kind: ErrorKind::Character, position: Position::of(text, at) }),
    }
}

fn normalise_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split('\r');
    out.extend(lines.next());
    for line in lines {
        out.push('\n');
        out.push_str(line.strip_prefix('\n').map_or(line, |rest| rest));
    }
    out
}

fn at_start(kind: ErrorKind) -> Error {
    Error { kind, position: Position { offset: 0, line: 1, column: 1 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_is_borrowed_when_nothing_has_to_change() {
        assert!(matches!(decode("<a>é😀\t\n</a>".as_bytes(), None), Ok(Cow::Borrowed(_))));
        assert_eq!(decode(b"\xEF\xBB\xBF<a/>", None).expect("text"), "<a/>");
    }

    #[test]
    fn line_ends_become_line_feeds() {
        assert_eq!(decode(b"<a>\r\n1\r2\n\r\r\n</a>", None).expect("text"), "<a>\n1\n2\n\n\n</a>");
    }

    #[test]
    fn other_encodings_are_read() {
        let utf16le: Vec<u8> = "<?xml version='1.0' encoding='UTF-16'?><a>é</a>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(decode(&utf16le, None).expect("text").ends_with("<a>é</a>"));
        let utf16be: Vec<u8> = "\u{FEFF}<a>é</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&utf16be, None).expect("text"), "<a>é</a>");
        let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xE9</a>";
        assert!(decode(latin, None).expect("text").ends_with("<a>é</a>"));
        assert_eq!(decode(b"<a>\x80</a>", Some("windows-1252")).expect("text"), "<a>€</a>");
        assert_eq!(decode("<a>é</a>".as_bytes(), Some("\"UTF-8\"")).expect("text"), "<a>é</a>");
        let unmarked: [Vec<u8>; 2] = [u16::to_be_bytes, u16::to_le_bytes]
            .map(|octets| "<a>é</a>".encode_utf16().flat_map(octets).collect());
        for bytes in &unmarked {
            assert_eq!(decode(bytes, Some("utf-16")).expect("text"), "<a>é</a>");
            assert_eq!(decode(bytes, None).expect("text"), "<a>é</a>");
        }
    }

    #[test]
    fn contradictions_and_unknown_encodings_are_refused() {
        for (bytes, charset) in [
            (&b"<?xml version='1.0' encoding='UTF-16'?><a/>"[..], None),
            (b"<?xml version='1.0' encoding='UTF-7'?><a/>", None),
            (b"<a/>", Some("utf-7")),
            (b"<a>\xFF</a>", None),
            (b"<a>\xC0\x80</a>", None),
            (b"\xFF\xFE<", None),
        ] {
            let error = decode(bytes, charset).expect_err("refused");
            assert_eq!(error.kind, ErrorKind::Encoding, "{bytes:?}");
        }
    }

    #[test]
    fn forbidden_characters_are_refused_where_they_stand() {
        for text in ["<a>\u{1}</a>", "<a>\u{FFFF}</a>", "<a>\u{FFFE}</a>", "<a>\u{0}</a>", "<a>\u{1F}</a>"] {
            let error = decode(text.as_bytes(), None).expect_err("refused");
            assert_eq!((error.kind, error.position.column), (ErrorKind::Character, 4), "{text:?}");
        }
        assert!(decode("<a>\u{FFFD}\u{7F}</a>".as_bytes(), None).is_ok());
    }
}
