//! White space: Part 2, section 4.3.6.

use std::borrow::Cow;

/// How white space is normalised before a value is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhiteSpace {
    /// Not at all.
    Preserve,
    /// Tabs and line ends become spaces.
    Replace,
    /// Runs of white space become one space, and none is left at the ends.
    Collapse,
}

impl WhiteSpace {
    /// Normalises `text`; borrowed when there is nothing to do.
    pub fn normalise(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Preserve => Cow::Borrowed(text),
            Self::Replace if !text.contains(['\t', '\n', '\r']) => Cow::Borrowed(text),
            Self::Replace => Cow::Owned(text.replace(['\t', '\n', '\r'], " ")),
            Self::Collapse => collapse(text),
        }
    }
}

fn collapse(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_matches(is_space);
    let bytes = trimmed.as_bytes();
    if bytes.len() >= LONG && !is_in(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    let odd = |at: usize, byte: &u8| {
        matches!(byte, b'\t' | b'\n' | b'\r') || (*byte == b' ' && bytes.get(at + 1) == Some(&b' '))
    };
    if !bytes.iter().enumerate().any(|(at, byte)| odd(at, byte)) {
        return Cow::Borrowed(trimmed);
    }
    let words: Vec<&str> = trimmed.split(is_space).filter(|word| !word.is_empty()).collect();
    Cow::Owned(words.join(" "))
}

/// Whether there is white space in `text`.
#[inline]
pub(super) fn is_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < LONG {
        return bytes.iter().any(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }
    memchr::memchr2(b' ', b'\t', bytes).is_some() || memchr::memchr2(b'\n', b'\r', bytes).is_some()
}

/// Bytes from which on looking at many at a time is worth a call.
const LONG: usize = 64;

/// The white space of XML, which is less than that of Unicode.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_normalised_as_asked() {
        assert_eq!(WhiteSpace::Preserve.normalise(" a\tb "), " a\tb ");
        assert_eq!(WhiteSpace::Replace.normalise(" a\tb\n"), " a b ");
        assert_eq!(WhiteSpace::Collapse.normalise(" Money\n  Market\t"), "Money Market");
        assert_eq!(WhiteSpace::Collapse.normalise("\u{A0}a\u{A0}"), "\u{A0}a\u{A0}");
        assert!(matches!(WhiteSpace::Collapse.normalise(" a b "), Cow::Borrowed("a b")));
    }

    #[test]
    fn white_space_is_found_in_long_texts() {
        for length in [1, 63, 64, 65, 200] {
            let text = "a".repeat(length);
            assert!(!is_in(&text) && matches!(WhiteSpace::Collapse.normalise(&text), Cow::Borrowed(_)));
            for space in [" ", "\t", "\n", "\r"] {
                assert!(is_in(&format!("{text}{space}a")) && is_in(&format!("a{space}{text}")), "{length}");
                let spaced = format!("{text}{space}{space}a");
                assert_eq!(WhiteSpace::Collapse.normalise(&spaced), format!("{text} a"));
            }
        }
    }
}
