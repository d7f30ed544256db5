//! Writing: escapes for character data and attribute values.
//!
//! A reader must get back exactly what was written, so a carriage return becomes a character reference, and in
//! attributes so do line feeds and tabs. A character that XML 1.0 cannot carry is an error, never dropped.

use crate::octets::not_value;

/// A character that XML 1.0 cannot carry (section 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a character that XML 1.0 cannot carry")]
pub struct Forbidden;

/// Appends `text` as character data.
#[inline]
pub fn text(out: &mut Vec<u8>, text: &str) -> Result<(), Forbidden> {
    escape(out, text.as_bytes(), &TEXT)
}

/// Appends `value` as the inside of an attribute value in double quotes.
#[inline]
pub fn attribute(out: &mut Vec<u8>, value: &str) -> Result<(), Forbidden> {
    escape(out, value.as_bytes(), &ATTRIBUTE)
}

/// What a byte needs: nothing, an escape, or a closer look.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Class {
    Escape(&'static str),
    Forbidden,
    Lead,
    Plain,
}

/// What bytes are appended to.
pub(super) trait Sink {
    fn put_bytes(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put_bytes(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Appends `text` with an escape where `classes` want one.
#[inline]
pub(super) fn escape<S: Sink>(out: &mut S, text: &[u8], classes: &[Class; 256]) -> Result<(), Forbidden> {
    match plain(text) {
        plain if plain == text.len() => {
            out.put_bytes(text);
            Ok(())
        }
        plain => escape_some(out, text.split_at(plain), classes),
    }
}

/// The same for bytes whose first ones need nothing.
fn escape_some<S: Sink>(out: &mut S, text: (&[u8], &[u8]), classes: &[Class; 256]) -> Result<(), Forbidden> {
    let (mut begin, mut rest) = text;
    while let Some((byte, behind)) = rest.split_first() {
        out.put_bytes(begin);
        match class_of(classes, *byte) {
            Class::Escape(escape) => out.put_bytes(escape.as_bytes()),
            Class::Lead if matches!(behind, [0xBF, 0xBE | 0xBF, ..]) => return Err(Forbidden),
            Class::Lead | Class::Plain => out.put_bytes(&[*byte]),
            Class::Forbidden => return Err(Forbidden),
        }
        (begin, rest) = behind.split_at(plain(behind));
    }
    out.put_bytes(begin);
    Ok(())
}

/// How many bytes at the start need nothing, which is told sixteen at a time: most texts have nothing else.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    let Some(last) = bytes.last_chunk::<16>() else { return plain_short(bytes) };
    let (blocks, _) = bytes.as_chunks::<16>();
    for (at, block) in blocks.iter().enumerate() {
        let found = not_value(block);
        if !found.is_none() {
            return at * 16 + found.before_first();
        }
    }
    // What is behind the blocks, and before it as much of the last one as makes sixteen.
    bytes.len() - 16 + not_value(last).before_first()
}

/// The same for less than sixteen bytes: for two halves, of which the second ends where the bytes end.
#[inline]
fn plain_short(bytes: &[u8]) -> usize {
    let mut block = [b' '; 16];
    let half = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(low), Some(high)) => {
            let halves = u128::from(u64::from_le_bytes(*low)) | u128::from(u64::from_le_bytes(*high)) << 64;
            block = halves.to_le_bytes();
            8
        }
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>(), block.first_chunk_mut::<8>()) {
            (Some(low), Some(high), Some(words)) => {
                let halves = u64::from(u32::from_le_bytes(*low)) | u64::from(u32::from_le_bytes(*high)) << 32;
                *words = halves.to_le_bytes();
                4
            }
            _ => return bytes.iter().take_while(|byte| class_of(&ATTRIBUTE, **byte) == Class::Plain).count(),
        },
    };
    match not_value(&block).before_first() {
        first if first < half => first,
        16 => bytes.len(),
        first => first + bytes.len() - 2 * half,
    }
}

#[inline]
fn class_of(classes: &[Class; 256], byte: u8) -> Class {
    *classes.get(usize::from(byte)).expect("there is a class for each byte")
}

pub(super) static TEXT: [Class; 256] = classes(false);
pub(super) static ATTRIBUTE: [Class; 256] = classes(true);

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
const fn classes(attribute: bool) -> [Class; 256] {
    let mut classes = [Class::Plain; 256];
    let mut byte = 0;
    while byte < 0x20 {
        classes[byte] = Class::Forbidden;
        byte += 1;
    }
    classes[b'\t' as usize] = if attribute { Class::Escape("&#9;") } else { Class::Plain };
    classes[b'\n' as usize] = if attribute { Class::Escape("&#10;") } else { Class::Plain };
    classes[b'\r' as usize] = Class::Escape("&#13;");
    classes[b'&' as usize] = Class::Escape("&amp;");
    classes[b'<' as usize] = Class::Escape("&lt;");
    classes[b'>' as usize] = Class::Escape("&gt;");
    if attribute {
        classes[b'"' as usize] = Class::Escape("&quot;");
    }
    classes[0xEF] = Class::Lead;
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(
        write: fn(&mut Vec<u8>, &str) -> Result<(), Forbidden>,
        input: &str,
    ) -> Result<String, Forbidden> {
        let mut out = Vec::new();
        write(&mut out, input).map(|()| String::from_utf8(out).expect("UTF-8"))
    }

    #[test]
    fn markup_and_line_ends_are_escaped() {
        assert_eq!(
            written(text, "O'Neil & Sons <\"\r\n\t>").expect("text"),
            "O'Neil &amp; Sons &lt;\"&#13;\n\t&gt;"
        );
        let expected = "O'Neil &amp; Sons &lt;&quot;&#13;&#10;&#9;&gt;";
        assert_eq!(written(attribute, "O'Neil & Sons <\"\r\n\t>").expect("value"), expected);
        assert_eq!(written(text, "\u{FFFD}é\u{F000}😀").expect("text"), "\u{FFFD}é\u{F000}😀");
    }

    /// Whatever is doubtful is looked at, wherever it stands.
    #[test]
    fn every_byte_is_told_in_every_place() {
        for byte in 0..=u8::MAX {
            let needs_nothing =
                class_of(&TEXT, byte) == Class::Plain && class_of(&ATTRIBUTE, byte) == Class::Plain;
            for place in 0..24 {
                let bytes: Vec<u8> = (0..24).map(|at| if at == place { byte } else { b'a' }).collect();
                assert_eq!(plain(&bytes), if needs_nothing { 24 } else { place }, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn whatever_is_doubtful_is_found_whatever_the_length() {
        for length in 0..70 {
            let plain_text = vec![b'a'; length];
            assert_eq!(plain(&plain_text), length);
            for place in 0..length {
                for byte in [0, 0x1F, b'"', b'&', b'<', b'>', 0xEF] {
                    for behind in [b'a', byte, 0xFF] {
                        let before = std::iter::repeat_n(b'a', place);
                        let behind = std::iter::repeat_n(behind, length - place - 1);
                        let bytes: Vec<u8> = before.chain([byte]).chain(behind).collect();
                        assert_eq!(plain(&bytes), place, "{byte} of {length}");
                    }
                }
            }
        }
    }

    #[test]
    fn forbidden_characters_are_errors() {
        for bad in
            ["\0", "\u{1}", "\u{B}", "\u{1F}", "\u{FFFE}", "a\u{FFFF}", "éééééééé\u{FFFE}aaaaaaaaaaaaaaaa"]
        {
            assert_eq!(written(text, bad), Err(Forbidden), "{bad:?}");
        }
    }
}
