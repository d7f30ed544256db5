//! Names: XML 1.0 (fifth edition) section 2.3 and Namespaces in XML 1.0 section 4.

/// Whether `text` is an `NCName`: a name without a colon.
pub fn is_ncname(text: &str) -> bool {
    is_plain(text) || is_name_with(text, |c| c != ':')
}

/// The prefix of a QName, which may be empty, and its local name.
pub fn split_qname(lexical: &str) -> (&str, &str) {
    match lexical.split_once(':') {
        Some(parts) => parts,
        None => ("", lexical),
    }
}

/// Whether `text` is a `Name`.
pub fn is_name(text: &str) -> bool {
    is_name_with(text, |_| true)
}

/// Whether `text` is an `NCName` in ASCII, as nearly all are.
fn is_plain(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|byte| class(byte) == START) && bytes.all(|byte| class(byte) <= START)
}

/// A `QName` in ASCII at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlainQName {
    /// Bytes of the whole name.
    pub(super) length: usize,
    /// Bytes before its colon, if it has one.
    pub(super) prefix: Option<usize>,
}

impl PlainQName {
    /// The name that `text` begins with, up to white space or the end of a tag. Nothing for one that has to be looked at
    /// more closely.
    #[inline]
    pub(super) fn at_start(text: &[u8]) -> Option<Self> {
        let first = plain_end(text, 0)?;
        let colon = text.get(first) == Some(&b':');
        let length = if colon { plain_end(text, first + 1)? } else { first };
        let ends = match class(*text.get(length)?) {
            END => true,
            SLASH => text.get(length + 1) == Some(&b'>'),
            _ => false,
        };
        ends.then_some(Self { length, prefix: colon.then_some(first) })
    }
}

/// Where the name in ASCII that begins at `from` ends, without its colon.
#[inline]
pub(super) fn plain_end(text: &[u8], from: usize) -> Option<usize> {
    let (first, rest) = text.get(from..)?.split_first()?;
    if class(*first) != START {
        return None;
    }
    let end = rest.iter().position(|byte| class(*byte) > START)?;
    Some(from + 1 + end)
}

const PART: u8 = 0;
const START: u8 = 1;
/// White space and the closing bracket.
const END: u8 = 2;
const SLASH: u8 = 3;
const OTHER: u8 = 4;

/// What each byte is in a name or behind it; a look-up is a fraction of the comparisons.
#[expect(clippy::indexing_slicing, reason = "the compiler does it, and looks")]
static CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut at = 0;
    while at < 256 {
        classes[at] = match at as u8 {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => START,
            b'0'..=b'9' | b'-' | b'.' => PART,
            b' ' | b'\t' | b'\n' | b'\r' | b'>' => END,
            b'/' => SLASH,
            _ => OTHER,
        };
        at += 1;
    }
    classes
};

#[inline]
fn class(byte: u8) -> u8 {
    *CLASSES.get(usize::from(byte)).expect("there is a class for each byte")
}

fn is_name_with(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| is_start(c) && allowed(c)) && chars.all(|c| is_part(c) && allowed(c))
}

fn is_start(c: char) -> bool {
    match c {
        'A'..='Z' | 'a'..='z' | '_' | ':' => true,
        _ => !c.is_ascii() && is_other_start(c),
    }
}

fn is_part(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' | '.' | ':')
        || (!c.is_ascii()
            && (is_other_start(c) || matches!(c, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')))
}

fn is_other_start(c: char) -> bool {
    matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_fifth_edition() {
        for good in ["a", "_", "é", "a-b.c", "a1", "\u{10000}x", "a\u{B7}"] {
            assert!(is_ncname(good), "{good}");
        }
        for bad in ["", "1a", "-a", ".a", "a b", "a:b", "\u{B7}a", "a\u{D7}", "a<"] {
            assert!(!is_ncname(bad), "{bad}");
        }
        assert!(is_name("a:b"));
    }

    /// What is found is what the rules of names say; what is not found is left to them.
    #[test]
    fn plain_names_are_found_up_to_their_end() {
        for (text, length, prefix) in [
            ("a>", 1, None),
            ("_-.9 x", 4, None),
            ("p:ab\tx='1'", 4, Some(1)),
            ("soapenv:Body/>", 12, Some(7)),
            ("a\nb", 1, None),
            ("a\r", 1, None),
        ] {
            assert_eq!(
                PlainQName::at_start(text.as_bytes()),
                Some(PlainQName { length, prefix }),
                "{text:?}"
            );
        }
        for text in [
            "", "a", " a>", ">", "9a>", "-a>", "a:>", "a: b", ":a>", "a:b:c>", "a:9>", "é>", "aé>", "a/",
            "a/b>", "a<b>", "a\u{B}>",
        ] {
            assert_eq!(PlainQName::at_start(text.as_bytes()), None, "{text:?}");
        }
    }
}
