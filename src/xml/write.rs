//! Writing: escapes for character data and attribute values.
//!
//! A reader must get back exactly what was written, so a carriage return becomes a character reference, and in
//! attributes so do line feeds and tabs. A character that XML 1.0 cannot carry is an error, never dropped.

use crate::octets::{below, equal};

/// A character that XML 1.0 cannot carry (section 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a character that XML 1.0 cannot carry")]
pub struct Forbidden;

/// Appends `text` as character data.
pub fn text(out: &mut Vec<u8>, text: &str) -> Result<(), Forbidden> {
    escape(out, text, &TEXT)
}

/// Appends `value` as the inside of an attribute value in double quotes.
pub fn attribute(out: &mut Vec<u8>, value: &str) -> Result<(), Forbidden> {
    escape(out, value, &ATTRIBUTE)
}

/// What a byte needs: nothing, an escape, or a closer look.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Escape(&'static str),
    Forbidden,
    Lead,
    Plain,
}

fn escape(out: &mut Vec<u8>, text: &str, classes: &[Class; 256]) -> Result<(), Forbidden> {
    let bytes = text.as_bytes();
    let mut rest = bytes;
    while let Some((at, class)) = special(rest, classes) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        match class {
            Class::Escape(escape) => out.extend_from_slice(escape.as_bytes()),
            Class::Lead if !matches!(special, [0xEF, 0xBF, 0xBE | 0xBF, ..]) => out.push(0xEF),
            _ => return Err(Forbidden),
        }
        rest = special.get(1..).expect("the byte that is special");
    }
    out.extend_from_slice(rest);
    Ok(())
}

fn special(bytes: &[u8], classes: &[Class; 256]) -> Option<(usize, Class)> {
    let begin = plain(bytes);
    let rest = bytes.get(begin..).expect("so many were looked at");
    rest.iter().enumerate().find_map(|(at, byte)| match class_of(classes, *byte) {
        Class::Plain => None,
        class => Some((begin + at, class)),
    })
}

/// Bytes at the start that need nothing, eight at a time, for most texts have nothing else: what has to be looked at one by one comes
/// behind them.
fn plain(bytes: &[u8]) -> usize {
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().take_while(|word| !is_doubtful(u64::from_le_bytes(**word))).count() * 8
}

/// Whether one of eight bytes may need an escape or a closer look.
fn is_doubtful(word: u64) -> bool {
    let is = |byte| equal(word, byte);
    (below(word, 0x20) | is(b'"') | is(b'&') | is(b'<') | is(b'>') | is(0xEF)) != 0
}

fn class_of(classes: &[Class; 256], byte: u8) -> Class {
    *classes.get(usize::from(byte)).expect("there is a class for each byte")
}

static TEXT: [Class; 256] = classes(false);
static ATTRIBUTE: [Class; 256] = classes(true);

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
                let expected = if needs_nothing { 24 } else { place / 8 * 8 };
                assert_eq!(plain(&bytes), expected, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn forbidden_characters_are_errors() {
        for bad in ["\0", "\u{1}", "\u{B}", "\u{1F}", "\u{FFFE}", "a\u{FFFF}"] {
            assert_eq!(written(text, bad), Err(Forbidden), "{bad:?}");
        }
    }
}
