//! Keys in words: what a key begins and ends with tells most keys apart at once.

use super::string;
use super::token::{ESCAPED, Token};
use crate::octets::{Block, block_at, last_block, words};

/// A key that is expected: made once, compared often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    text: Box<str>,
    /// Its bytes, when it has less than sixteen, and which bits of the words they are.
    words: [u64; 2],
    masks: [u64; 2],
    /// The mark of its token.
    mark: u32,
}

impl Key {
    /// The key `text`.
    pub fn new(text: &str) -> Self {
        let (block, length) = (last_block(text.as_bytes(), 0), text.len());
        let mark = if length < 16 {
            mark_of_short(&block, length)
        } else {
            mark_of_long(text.as_bytes(), 0, length)
        };
        Self { text: text.into(), words: words(&block, length), masks: words(&[u8::MAX; 16], length), mark }
    }

    /// The key, without escapes.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the key `token` of `text` is this one and has no escapes.
    #[inline(always)]
    pub(super) fn is(&self, text: &str, token: &Token) -> bool {
        let (start, end) = (token.start as usize, token.end as usize);
        let length = end.wrapping_sub(start);
        if !token.is_plain() || length != self.text.len() {
            return false;
        }
        match block_at(text.as_bytes(), start) {
            Some(block) if length < 16 => {
                let ([low, high], block) = (self.words, u128::from_le_bytes(*block));
                let [low_mask, high_mask] = self.masks;
                (block as u64 & low_mask ^ low) | ((block >> 64) as u64 & high_mask ^ high) == 0
            }
            _ => self.is_raw(text, token),
        }
    }

    /// Whether the key `token` of `text` is this one, which most others are told from by their marks.
    #[inline]
    pub(super) fn is_of(&self, text: &str, token: &Token) -> bool {
        token.next == self.mark && self.is(text, token)
            || token.has(ESCAPED) && string::text(text, token) == *self.text
    }

    #[inline(never)]
    fn is_raw(&self, text: &str, token: &Token) -> bool {
        string::raw(text, token) == &*self.text
    }
}

/// A number that is another one for most other keys, of the key that `block` begins with and that has `length` bytes, less than
/// sixteen.
#[inline]
pub(super) fn mark_of_short(block: &Block, length: usize) -> u32 {
    let [first, second] = words(block, length);
    spread(first ^ second.rotate_left(29))
}

/// The same of the key from `start` to `end` of `text`, which is longer: of its first and last bytes, and its length.
#[inline]
pub(super) fn mark_of_long(text: &[u8], start: usize, end: usize) -> u32 {
    let key = text.get(start..end);
    let ends = key.and_then(|key| Some((key.first_chunk()?, key.last_chunk()?)));
    let (first, last) = ends.expect("a long key");
    let first = u64::from_le_bytes(*first).rotate_left(29);
    spread(first ^ u64::from_le_bytes(*last).wrapping_add(end.wrapping_sub(start) as u64))
}

/// Multiplied by 2⁶⁴ over the golden ratio: the upper half of the product depends on all bits of `word`.
#[inline]
fn spread(word: u64) -> u32 {
    (word.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::super::Tape;
    use super::*;
    use crate::limits::JsonLimits;

    /// Keys of each length, at the end of the document and before more of it, with escapes and without, and others that differ in one
    /// place.
    #[test]
    fn a_member_is_found_by_its_key_and_by_no_other() {
        for length in 0..40 {
            let name: String = ('a'..='z').cycle().take(length).collect();
            let escaped: String = name.chars().map(|c| format!("\\u{:04x}", c as u32)).collect();
            for written in [&name, &escaped] {
                for behind in ["", ",\"other\":[1,2,3,4,5,6,7,8]"] {
                    let document = format!("{{\"before\":{{}},\"{written}\":1{behind}}}");
                    let mut tape = Tape::new();
                    let value = tape.parse(document.as_bytes(), &JsonLimits::default()).expect("JSON");
                    let found = value.member(&Key::new(&name)).and_then(|value| value.as_number());
                    assert_eq!(found, Some("1"), "{document}");
                    for at in 0..length {
                        let mut other = name.clone();
                        other.replace_range(at..=at, "-");
                        assert!(value.member(&Key::new(&other)).is_none(), "{other} {document}");
                    }
                    let longer = format!("{name}a");
                    assert!(value.member(&Key::new(&longer)).is_none(), "{longer} {document}");
                }
            }
        }
    }
}
