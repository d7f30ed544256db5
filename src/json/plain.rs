//! The part of a text that a JSON string has as it is: sixteen bytes at a time, for most bytes of most messages are in strings.

use crate::octets::{last_block, not_plain};

/// How many bytes of `bytes` come before the first quote, backslash or control character; all where there is none.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> usize {
    plain_end(bytes, 0)
}

/// Where the first quote, backslash or control character from `at` of `bytes` on is; the end where there is none.
#[inline(never)]
pub(super) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    let Some(rest) = bytes.get(at..) else { return bytes.len() };
    let (blocks, _) = rest.as_chunks();
    for block in blocks {
        let found = not_plain(block);
        if !found.is_none() {
            return at.wrapping_add(found.before_first());
        }
        at = at.wrapping_add(block.len());
    }
    // What is behind the end is special.
    at.wrapping_add(not_plain(&last_block(bytes, at)).before_first())
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
