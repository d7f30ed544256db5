//! The part of a text that a JSON string has as it is: eight bytes at a time, for most bytes of most messages are in strings.

use crate::octets::{below, equal};

/// How many bytes of `bytes` come before the first quote, backslash or control character; all where there is none.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
    let plain = rest.iter().take_while(|byte| !is_special(byte)).count();
    words.len() * 8 + plain
}

/// The bytes of `word` that are special, up to the first.
fn special(word: u64) -> u64 {
    below(word, 0x20) | equal(word, b'"') | equal(word, b'\\')
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn every_byte_is_told_in_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..24 {
                let bytes: Vec<u8> = (0..24).map(|at| if at == place { byte } else { b'a' }).collect();
                let special = matches!(byte, b'"' | b'\\' | 0..=0x1F);
                assert_eq!(plain(&bytes), if special { place } else { 24 }, "{byte} at {place}");
            }
        }
        for behind in [0, b'"', 0x20, 0x21, 0x80, 0xFF] {
            for place in 0..24 {
                let before = std::iter::repeat_n(0x7F, place);
                let bytes: Vec<u8> = before.chain([b'"']).chain([behind; 24]).collect();
                assert_eq!(plain(&bytes), place, "{behind} behind {place}");
            }
        }
    }
}
