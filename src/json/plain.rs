//! The part of a text that a JSON string has as it is: eight bytes at a time, for most bytes of most messages are in strings.

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

/// The highest bit of each byte that is special; borrows may set it in bytes above such a one, never below the first.
fn special(word: u64) -> u64 {
    let below = |word: u64, bound: u8| word.wrapping_sub(EACH * u64::from(bound)) & !word;
    let is = |byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
    (below(word, 0x20) | is(b'"') | is(b'\\')) & (EACH << 7)
}

/// One in each byte.
const EACH: u64 = u64::MAX / 0xFF;

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
