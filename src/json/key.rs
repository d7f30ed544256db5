//! Keys in words: what a key begins and ends with tells most keys apart in two comparisons.

use super::string;
use super::token::Token;
use crate::octets::{first, word_at, word_before};

/// A key that is expected: made once, compared often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    text: Box<str>,
    ends: Ends,
}

impl Key {
    /// The key `text`.
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), ends: Ends::of(text.as_bytes(), 0, text.len()) }
    }

    /// The key, without escapes.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the key `token` of `text` is this one and has no escapes.
    #[inline]
    pub(super) fn is(&self, text: &str, token: &Token) -> bool {
        let (start, end) = (token.start as usize, token.end as usize);
        token.is_plain()
            && end - start == self.text.len()
            && self.ends == Ends::of(text.as_bytes(), start, end)
            && (self.text.len() <= 16 || string::raw(text, token) == &*self.text)
    }
}

/// The first and the last eight bytes of a key; of a shorter one all, as the last ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ends {
    head: u64,
    tail: u64,
}

impl Ends {
    /// Those of the key from `start` to `end` of `text`.
    #[inline]
    fn of(text: &[u8], start: usize, end: usize) -> Self {
        let length = end.wrapping_sub(start);
        match (word_at(text, start), word_before(text, end)) {
            (Some(head), Some(tail)) if length >= 8 => Self { head, tail },
            (Some(word), _) if length < 8 => Self { head: 0, tail: first(word, length) },
            _ => Self { head: 0, tail: short(text.get(start..end).expect("a key is in its text")) },
        }
    }
}

/// A key of less than eight bytes at the end of its text.
#[cold]
fn short(key: &[u8]) -> u64 {
    key.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// A number that is another one for most other keys, of the key from `start` to `end` of `text`.
#[inline]
pub(super) fn mark(text: &[u8], start: usize, end: usize) -> u32 {
    match Ends::of(text, start, end) {
        Ends { head: 0, tail } => mark_of_short(tail),
        Ends { head, tail } => {
            spread(head.rotate_left(29) ^ tail.wrapping_add(end.wrapping_sub(start) as u64))
        }
    }
}

/// The same of a key of less than eight bytes, which are those of `word`.
#[inline]
pub(super) fn mark_of_short(word: u64) -> u32 {
    spread(word)
}

/// Multiplied by 2⁶⁴ over the golden ratio: the upper half of the product depends on all bits of `word`.
#[inline]
fn spread(word: u64) -> u32 {
    (word.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_every_length_are_told_by_each_of_their_bytes() {
        for length in 0..40 {
            let key: String = ('A'..='z').cycle().take(length).collect();
            let text = format!("{key}{key}\"");
            let (first, second) = ((0, length), (length, 2 * length));
            let ends = [first, second].map(|(start, end)| Ends::of(text.as_bytes(), start, end));
            assert_eq!(ends[0], ends[1], "{key}");
            assert_eq!(Key::new(&key).ends, ends[0], "{key}");
        }
    }
}
