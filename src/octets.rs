//! Many octets at a time: most texts have nothing special, and that is told without a look at each octet.

/// `octet` in each of eight places.
const fn each(octet: u8) -> u64 {
    u64::MAX / 0xFF * octet as u64
}

/// The octets of `word` that are below `bound`, which is at most 0x80: the highest bit of each is set. Borrows may set it in
/// octets above such a one, never below the first.
#[inline]
pub(crate) fn below(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(each(bound)) & !word & each(0x80)
}

/// The octets of `word` that are `octet`, in the same way.
#[inline]
pub(crate) fn equal(word: u64, octet: u8) -> u64 {
    below(word ^ each(octet), 1)
}

/// Sixteen octets.
pub(crate) type Block = [u8; 16];

/// The block that begins at `at` of `octets`; nothing where they end too early.
#[inline]
pub(crate) fn block_at(octets: &[u8], at: usize) -> Option<&Block> {
    octets.get(at..)?.first_chunk()
}

/// The same with zeros behind their end.
#[cold]
pub(crate) fn last_block(octets: &[u8], at: usize) -> Block {
    let mut block = [0; 16];
    let rest = octets.get(at..).into_iter().flatten();
    for (place, octet) in block.iter_mut().zip(rest) {
        *place = *octet;
    }
    block
}

/// How many octets of `block` come before the first that a string of JSON cannot have as it is, which is a quote, a backslash or a
/// control character; sixteen where there is none.
#[inline]
pub(crate) fn plain(block: &Block) -> usize {
    // With its second bit turned over a quote is 0x20, the control characters are still those below it, and nothing else is.
    first(block, |word| !(from(word ^ each(0x02), 0x21) & from(word ^ each(b'\\'), 1)))
}

/// How many octets of `block` are digits before the first that is none.
#[inline]
pub(crate) fn digits(block: &Block) -> usize {
    first(block, |word| from(word, b'9' + 1) | !from(word, b'0'))
}

/// How many octets of `block` are white space of JSON before the first that is none.
#[inline]
pub(crate) fn space(block: &Block) -> usize {
    let is_not = |word, octet| from(word ^ each(octet), 1);
    first(block, |word| is_not(word, b' ') & is_not(word, b'\t') & is_not(word, b'\n') & is_not(word, b'\r'))
}

/// The octets of `word` that are `bound` or more, which is at most 0x80: the highest bit of each, the other bits mean nothing.
#[inline]
fn from(word: u64, bound: u8) -> u64 {
    // Without their highest bits no octet carries into another one.
    (word & each(0x7F)).wrapping_add(each(0x80 - bound)) | word
}

/// How many octets of `block` come before the first for which `highest` gives the highest bit; sixteen where there is none.
#[inline]
fn first(block: &Block, highest: impl Fn(u64) -> u64) -> usize {
    let word = u128::from_le_bytes(*block);
    let [low, high] = [word as u64, (word >> 64) as u64].map(|word| highest(word) & each(0x80));
    match (low, high) {
        (0, 0) => 16,
        (0, high) => 8 + high.trailing_zeros() as usize / 8,
        (low, _) => low.trailing_zeros() as usize / 8,
    }
}

/// The two words of `block`, with its first `count` octets alone, which are less than sixteen.
#[inline]
pub(crate) fn words(block: &Block, count: usize) -> [u64; 2] {
    let [low, high] = MASKS.get(count % 16).expect("a remainder");
    let word = u128::from_le_bytes(*block);
    [word as u64 & low, (word >> 64) as u64 & high]
}

/// The masks of [`words`], for each count.
static MASKS: [[u64; 2]; 16] = masks();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
const fn masks() -> [[u64; 2]; 16] {
    let mut masks = [[0; 2]; 16];
    let mut count = 0;
    while count < 16 {
        let mask = !(u128::MAX << (8 * count));
        masks[count] = [mask as u64, (mask >> 64) as u64];
        count += 1;
    }
    masks
}
