//! The part of a text that a JSON string has as it is: eight bytes at a time, for most bytes of most messages are in strings.

use crate::octets::{before, not_plain};

/// How many bytes of `bytes` come before the first quote, backslash or control character; all where there is none.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> usize {
    plain_end(bytes, 0)
}

/// Where the first quote, backslash or control character from `at` of `bytes` on is; the end where there is none.
#[inline]
pub(super) fn plain_end(bytes: &[u8], at: usize) -> usize {
    let Some(mut rest) = bytes.get(at..) else { return bytes.len() };
    while let Some((word, behind)) = rest.split_first_chunk() {
        let found = not_plain(u64::from_le_bytes(*word));
        if found != 0 {
            return bytes.len().wrapping_sub(rest.len()).wrapping_add(before(found));
        }
        rest = behind;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
    bytes.len() - rest.len() + rest.iter().take_while(|byte| !is_special(byte)).count()
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
