//! Eight octets at a time, in one word: most texts have nothing special, and that is told without a look at each octet.
//!
//! The highest bit of each octet that is special is set. Borrows may set it in octets above such a one, never below the first.

/// `octet` in each of eight places.
const fn each(octet: u8) -> u64 {
    u64::MAX / 0xFF * octet as u64
}

/// The octets of `word` that are below `bound`, which is at most 0x80.
#[inline]
pub(crate) fn below(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(each(bound)) & !word & each(0x80)
}

/// The octets of `word` that are `octet`.
#[inline]
pub(crate) fn equal(word: u64, octet: u8) -> u64 {
    below(word ^ each(octet), 1)
}

/// The octets of `word` that a string of JSON cannot have as they are: quotes, backslashes and control characters.
#[inline]
pub(crate) fn not_plain(word: u64) -> u64 {
    // With its second bit turned over a quote is 0x20, the control characters are still those below it, and nothing else is.
    let quote_or_control = (word ^ each(0x02)).wrapping_sub(each(0x21));
    let backslash = (word ^ each(b'\\')).wrapping_sub(each(1));
    (quote_or_control | backslash) & !word & each(0x80)
}

/// The octets of `word` that are no digits.
#[inline]
pub(crate) fn not_digit(word: u64) -> u64 {
    let above = word.wrapping_add(each(0x80 - b'9' - 1)) | word;
    let below = word.wrapping_sub(each(b'0'));
    (above | below) & each(0x80)
}

/// How many octets come before the first that is special, where one is.
#[inline]
pub(crate) fn before(special: u64) -> usize {
    special.trailing_zeros() as usize / 8
}

/// The word that begins at `at` of `octets`; nothing where they end too early.
#[inline]
pub(crate) fn word_at(octets: &[u8], at: usize) -> Option<u64> {
    octets.get(at..)?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

/// The word that ends at `at` of `octets`; nothing where they begin too late.
#[inline]
pub(crate) fn word_before(octets: &[u8], at: usize) -> Option<u64> {
    octets.get(..at)?.last_chunk().map(|word| u64::from_le_bytes(*word))
}

/// The octet of `word` behind `count` others, which are less than eight.
#[inline]
pub(crate) fn octet_of(word: u64, count: usize) -> u8 {
    (word >> (8 * count % 64)) as u8
}

/// The first `count` octets of `word`, which are less than eight, and nothing else.
#[inline]
pub(crate) fn first(word: u64, count: usize) -> u64 {
    word & !(u64::MAX << (8 * count % 64))
}
