//! Eight octets at a time, in one word: most texts have nothing special, and that is told without a look at each octet.
//!
//! The highest bit of each octet that is special is set. Borrows may set it in octets above such a one, never below the first.

/// `octet` in each of eight places.
const fn each(octet: u8) -> u64 {
    u64::MAX / 0xFF * octet as u64
}

/// The octets of `word` that are below `bound`, which is at most 0x80.
pub(crate) fn below(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(each(bound)) & !word & each(0x80)
}

/// The octets of `word` that are `octet`.
pub(crate) fn equal(word: u64, octet: u8) -> u64 {
    below(word ^ each(octet), 1)
}
