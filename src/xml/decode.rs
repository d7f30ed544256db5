//! Bytes to text: encodings, forbidden characters, line ends (XML 1.0 sections 2.2, 2.11, 4.3.3).

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;

use super::declaration;
use super::error::{EncodingName, Error, ErrorKind, Position};
use crate::limits::DECLARATION;
use crate::octets;

/// Turns the bytes of a document into text without a byte order mark, with `\n` line ends and none of the
/// characters that XML forbids.
///
/// The byte order mark decides the encoding, then `charset` (from the transport), then the XML declaration, then
/// UTF-8. Every encoding of the WHATWG Encoding Standard is read. Errors: an unknown encoding, a declaration that
/// contradicts the bytes, malformed bytes, a forbidden character.
pub fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, Error> {
    let expected = charset.is_none_or(|label| label.eq_ignore_ascii_case("utf-8"));
    if expected && (is_undeclared(bytes) || declaration::usual(bytes).is_some()) {
        return clean(to_text(UTF_8, bytes)?);
    }
    let (encoding, body) = sniff(bytes, charset)?;
    let text = to_text(encoding, body)?;
    check_declared(encoding, &text)?;
    clean(text)
}

/// Whether a document has neither a byte order mark nor a declaration, and begins as one of narrow characters does.
fn is_undeclared(bytes: &[u8]) -> bool {
    matches!(bytes, [b'<', second, ..] if !matches!(second, b'?' | 0))
}

fn sniff<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<(&'static Encoding, &'b [u8]), Error> {
    if let Some(name) = unreadable(bytes) {
        return Err(at_start(ErrorKind::EncodingUnknown(EncodingName::new(name))));
    }
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return Ok((encoding, bytes.get(length..).expect("the byte order mark was found in them")));
    }
    let encoding = match (charset, bytes) {
        // UTF-16 without a mark begins with its larger half (RFC 2781 section 4.3), unless it is seen to be the other way.
        (Some(label), [0, b'<', ..]) if label_of(label)? == UTF_16LE => UTF_16BE,
        (Some(label), _) => label_of(label)?,
        (None, [0, b'<', ..]) => UTF_16BE,
        (None, [b'<', 0, ..]) => UTF_16LE,
        (None, _) => declared_bytes(bytes).map_or(Ok(UTF_8), narrow)?,
    };
    Ok((encoding, bytes))
}

/// The encoding, which nobody here reads, that the first bytes of a document show (XML 1.0, appendix F).
fn unreadable(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0, 0, 0xFE, 0xFF, ..] | [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0, b'<', ..] | [b'<', 0, 0, 0, ..] => {
            Some("UTF-32")
        }
        [0x4C, 0x6F, 0xA7, 0x94, ..] => Some("EBCDIC"),
        _ => None,
    }
}

/// The encoding `label` of a document whose declaration was read as ASCII, which no encoding of wide characters is.
fn narrow(label: &str) -> Result<&'static Encoding, Error> {
    let encoding = label_of(label)?;
    if !is_wide(encoding) {
        return Ok(encoding);
    }
    let (declared, found) = (EncodingName::new(label), EncodingName::new(UTF_8.name()));
    Err(at_start(ErrorKind::EncodingDeclared { declared, found }))
}

fn is_wide(encoding: &Encoding) -> bool {
    encoding == UTF_16BE || encoding == UTF_16LE
}

fn label_of(label: &str) -> Result<&'static Encoding, Error> {
    let label = label.trim_matches(['"', '\'', ' ']);
    let known = Encoding::for_label_no_replacement(label.as_bytes());
    known.ok_or_else(|| at_start(ErrorKind::EncodingUnknown(EncodingName::new(label))))
}

/// The encoding that an ASCII-compatible declaration names. White space before it is told when the document is read.
fn declared_bytes(bytes: &[u8]) -> Option<&str> {
    let head = bytes.trim_ascii_start();
    let head = head.get(..head.len().min(DECLARATION))?;
    let head = head.get(..=memchr::memchr(b'>', head)?)?;
    // A declaration is ASCII; what is not declares nothing, and is refused as text.
    declared(std::str::from_utf8(head).ok()?)
}

fn declared(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix(declaration::USUAL)
        && let Some((encoding, behind)) = rest.split_once('"')
        && behind.starts_with("?>")
        && !encoding.contains('?')
    {
        return Some(encoding);
    }
    let head = text.strip_prefix("<?xml").filter(|rest| rest.starts_with([' ', '\t', '\r', '\n']))?;
    let head = head.get(..head.find("?>")?)?;
    let value = head.get(head.find("encoding")? + "encoding".len()..)?.trim_start().strip_prefix('=')?;
    let value = value.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next()
}

fn to_text<'b>(encoding: &'static Encoding, body: &'b [u8]) -> Result<Cow<'b, str>, Error> {
    if encoding == UTF_8 {
        return octets::text(body)
            .map(Cow::Borrowed)
            .map_err(|valid| undecodable(encoding, body.get(..valid).expect("so much of it was valid")));
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(body);
    text.ok_or_else(|| undecodable(encoding, body))
}

/// The error where `body` is no longer text.
fn undecodable(encoding: &'static Encoding, body: &[u8]) -> Error {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let most = decoder.max_utf8_buffer_length_without_replacement(body.len());
    let mut text = String::with_capacity(most.map_or(0, |most| most));
    let (result, _) = decoder.decode_to_string_without_replacement(body, &mut text, true);
    debug_assert!(encoding == UTF_8 || matches!(result, DecoderResult::Malformed(..)), "{result:?}");
    let kind = ErrorKind::Undecodable(EncodingName::new(encoding.name()));
    Error { kind, position: Position::of(&text, text.len()) }
}

/// A declaration may not contradict the bytes: two readers would then read two documents. The transport's
/// charset may (RFC 7303 section 3), for proxies recode; so single-byte and UTF-8 declarations pass each other.
fn check_declared(encoding: &'static Encoding, text: &str) -> Result<(), Error> {
    let Some(label) = declared(text) else { return Ok(()) };
    let named = if label.eq_ignore_ascii_case("utf-16") { UTF_16LE } else { label_of(label)? };
    if is_wide(named) == is_wide(encoding) {
        return Ok(());
    }
    let (declared, found) = (EncodingName::new(label), EncodingName::new(encoding.name()));
    Err(at_start(ErrorKind::EncodingDeclared { declared, found }))
}

fn clean(text: Cow<'_, str>) -> Result<Cow<'_, str>, Error> {
    if !text.as_bytes().chunks(BLOCK).any(is_suspicious) {
        return Ok(text);
    }
    check_characters(&text)?;
    Ok(if text.contains('\r') { Cow::Owned(normalise_lines(&text)) } else { text })
}

/// Whether there are control characters but tab and line feed, or the lead byte that U+FFFE and U+FFFF share with few others.
/// No look is cut short, so that the compiler takes many bytes at a time.
fn is_suspicious(block: &[u8]) -> bool {
    let (least, most) =
        block.iter().fold((u8::MAX, 0), |(least, most), byte| (least.min(*byte), most.max(*byte)));
    if least >= b' ' && most.is_ascii() {
        return false;
    }
    let suspicious = |byte: u8| ((byte < b' ') & (byte != b'\n') & (byte != b'\t')) | (byte == 0xEF);
    block.iter().fold(0, |found, byte| found | u8::from(suspicious(*byte))) != 0
}

/// Bytes that are looked at in one go.
const BLOCK: usize = 512;

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

    /// All encodings that have a name, and what is not one of them.
    #[test]
    fn encodings_are_read_or_named() {
        for (label, bytes, text) in [
            ("ISO-8859-2", &b"\xB3"[..], "ł"),
            ("iso-8859-15", b"\xA4", "€"),
            ("windows-1250", b"\xE8", "č"),
            ("windows-1251", b"\xE6", "ж"),
            ("windows-1254", b"\xFE", "ş"),
            ("KOI8-R", b"\xD6", "ж"),
            ("gb2312", b"\xD6\xD0", "中"),
            ("GB18030", b"\xD6\xD0", "中"),
            ("Shift_JIS", b"\x93\xFA", "日"),
            ("EUC-JP", b"\xC6\xFC", "日"),
            ("ISO-2022-JP", b"\x1B$BF|\x1B(B", "日"),
            ("EUC-KR", b"\xC7\xD1", "한"),
            ("Big5", b"\xA4\xA4", "中"),
            ("us-ascii", b"x", "x"),
        ] {
            let head = format!("<?xml version='1.0' encoding='{label}'?><a>");
            let document = [head.as_bytes(), bytes, b"</a>"].concat();
            assert_eq!(decode(&document, None).expect(label), format!("{head}{text}</a>"), "{label}");
        }
        for (bytes, charset, told) in [
            (&b"<?xml version='1.0' encoding='UTF-16'?><a/>"[..], None, "encoding is UTF-16, and it is"),
            (b"\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-16'?><a/>", None, "UTF-16, and it is UTF-8"),
            (b"<?xml version='1.0' encoding='UTF-7'?><a/>", None, "encoding UTF-7 is not supported"),
            (b" \n<?xml version='1.0' encoding='IBM037'?><a/>", None, "encoding IBM037 is not supported"),
            (b"<?xml version='1.0' encoding='<&\"x'?><a/>", None, "encoding x is not supported"),
            (b"<a/>", Some("utf-7"), "utf-7 is not supported"),
            (b"<a/>", Some(""), "(no name) is not supported"),
            (b"\xFF\xFE\0\0<\0\0\0", None, "UTF-32 is not supported"),
            (b"\0\0\0<\0\0\0a", None, "UTF-32 is not supported"),
            (b"\x4C\x6F\xA7\x94", None, "EBCDIC is not supported"),
            (
                b"<a>\n\xFF</a>",
                None,
                "no characters of UTF-8, which is the character encoding of the document at 2:1",
            ),
            (b"<a>\xC0\x80</a>", None, "no characters of UTF-8"),
            (b"\xFF\xFE<", None, "no characters of UTF-16LE"),
            (
                b"<?xml version='1.0' encoding='EUC-KR'?>\n<a>x\xFF</a>",
                None,
                "no characters of EUC-KR, which is the character encoding of the document at 2:5",
            ),
        ] {
            let error = decode(bytes, charset).expect_err("refused");
            assert!(error.to_string().contains(told), "{bytes:?}: {error}");
        }
    }

    /// Wherever it stands among blocks of plain, of indented and of other text.
    #[test]
    fn a_forbidden_character_is_found_at_any_place() {
        for filling in ["a", "\n", "\t", "é", "\u{FFFD}"] {
            for before in [0, 1, 500, BLOCK - 4, BLOCK - 3, BLOCK, 3 * BLOCK] {
                for (forbidden, charset) in [("\u{0}", None), ("\u{1F}", Some("UTF-8")), ("\u{FFFE}", None)] {
                    let good = format!("<a>{}{}</a>", filling.repeat(before), filling.repeat(700));
                    assert_eq!(decode(good.as_bytes(), charset).as_deref(), Ok(&*good));
                    let bad = format!("<a>{}{forbidden}{}</a>", filling.repeat(before), filling.repeat(700));
                    let error = decode(bad.as_bytes(), charset).expect_err("refused");
                    let place = 3 + before * filling.len();
                    assert_eq!(
                        (error.kind, error.position.offset),
                        (ErrorKind::Character, place),
                        "{before}"
                    );
                }
            }
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
