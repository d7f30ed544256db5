//! Many octets at a time: most texts have nothing special, and that is told without a look at each octet.

/// `octet` in each of eight places.
#[inline]
const fn each(octet: u8) -> u64 {
    u64::MAX / 0xFF * octet as u64
}

/// `octets` as text; the place of the first that is not UTF-8.
#[inline]
pub(crate) fn text(octets: &[u8]) -> Result<&str, usize> {
    simdutf8::basic::from_utf8(octets).map_err(|_| malformed(octets))
}

#[cold]
fn malformed(octets: &[u8]) -> usize {
    std::str::from_utf8(octets).expect_err("it was found not to be UTF-8").valid_up_to()
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

/// Whether a string of JSON can have all of `block` as it is.
#[inline(always)]
pub(crate) fn is_plain(block: &Block) -> bool {
    // With its second bit turned over a quote is the last of what is to be found below 0x21.
    none(block, |octet| (octet ^ 0x02).saturating_sub(0x20).min(octet ^ b'\\'))
}

/// Whether `zero` gives zero for none of `block`. Compilers make a few wide instructions of arithmetic that is the same for each octet,
/// fewer than a call takes.
#[inline(always)]
pub(crate) fn none(block: &Block, zero: impl Fn(u8) -> u8) -> bool {
    let mut octets = *block;
    for octet in &mut octets {
        *octet = zero(*octet);
    }
    !octets.iter().fold(false, |found, octet| found | (*octet == 0))
}

/// The quotes and backslashes of `block`, a bit for each octet, the lowest for the first. Nothing where there is a control character.
#[inline]
pub(crate) fn escaped(block: &Block) -> Option<u32> {
    let mut marks = *block;
    for octet in &mut marks {
        let is_escaped = 1_u8.saturating_sub(*octet ^ b'"') | 1_u8.saturating_sub(*octet ^ b'\\');
        *octet = is_escaped | (0x20_u8.saturating_sub(*octet).min(1) << 1);
    }
    let marks = u128::from_le_bytes(marks);
    let [low, high] = [marks as u64, (marks >> 64) as u64];
    // The lowest bits of eight octets, gathered in the highest octet.
    let bits = |marks: u64| marks.wrapping_mul(0x0102_0408_1020_4080) >> 56;
    ((low | high) & each(2) == 0).then(|| (bits(low) | bits(high) << 8) as u32)
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
    // Not by `map` of an array, which calls a function for each where units are many.
    match (highest(word as u64) & each(0x80), highest((word >> 64) as u64) & each(0x80)) {
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

/// The octets of `word` that end character data of XML, or that it should be looked at more closely for: `<`, `>` and `&`.
#[inline]
pub(crate) fn markup(word: u64) -> u64 {
    // `<` and `>` are one octet but for the second bit.
    let bracket = ((word | each(0x02)) ^ each(b'>')).wrapping_sub(each(1));
    let reference = (word ^ each(b'&')).wrapping_sub(each(1));
    (bracket | reference) & !word & each(0x80)
}

/// The octets of `word` that a text which is plain in XML and in JSON does not have: [markup], quotes, backslashes and control
/// characters.
#[inline]
pub(crate) fn not_character_data(word: u64) -> u64 {
    let bracket = ((word | each(0x02)) ^ each(b'>')).wrapping_sub(each(1));
    // `&` and the quote are one octet but for the third bit.
    let reference_or_quote = ((word | each(0x04)) ^ each(b'&')).wrapping_sub(each(1));
    let backslash = (word ^ each(b'\\')).wrapping_sub(each(1));
    let control = word.wrapping_sub(each(0x20));
    (bracket | reference_or_quote | backslash | control) & !word & each(0x80)
}

/// The place of the first octet of `octets` that is one of [`not_character_data`].
#[inline(never)]
pub(crate) fn find_not_character_data(octets: &[u8]) -> Option<usize> {
    let (blocks, rest) = octets.as_chunks();
    let mut at = 0_usize;
    for block in blocks {
        if !is_character_data(block) {
            return Some(at.wrapping_add(character_data(block)));
        }
        at = at.wrapping_add(block.len());
    }
    let other = |octet: &u8| *octet < b' ' || matches!(octet, b'"' | b'\\' | b'<' | b'>' | b'&');
    Some(at.wrapping_add(rest.iter().position(other)?))
}

/// How many octets of `block`, which is not all of that kind, come before the first that is [`not_character_data`].
#[inline]
pub(crate) fn character_data(block: &Block) -> usize {
    let words = u128::from_le_bytes(*block);
    match not_character_data(words as u64) {
        0 => 8 + before(not_character_data((words >> 64) as u64)),
        low => before(low),
    }
}

/// Whether `block` has nothing that is [`not_character_data`].
#[inline]
pub(crate) fn is_character_data(block: &Block) -> bool {
    none(block, |octet| {
        let (bracket, reference_or_quote) = ((octet | 0x02) ^ b'>', (octet | 0x04) ^ b'&');
        bracket.min(reference_or_quote).min(octet ^ b'\\').min(octet.saturating_sub(0x1F))
    })
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

/// Whether `octets` begin with `head`. For the length of a name that is less work than a call.
#[inline(always)]
pub(crate) fn begins_with(octets: &[u8], head: &[u8]) -> bool {
    let Some(octets) = octets.get(..head.len()) else { return false };
    if let (Some(first), Some(last)) = (head.first_chunk::<8>(), head.last_chunk::<8>()) {
        let ends = octets.first_chunk() == Some(first) && octets.last_chunk() == Some(last);
        return ends && (head.len() <= 16 || octets == head);
    }
    if let (Some(first), Some(last)) = (head.first_chunk::<4>(), head.last_chunk::<4>()) {
        return octets.first_chunk() == Some(first) && octets.last_chunk() == Some(last);
    }
    let middle = head.len() / 2;
    octets.first() == head.first() && octets.last() == head.last() && octets.get(middle) == head.get(middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each octet alone in each place, among others: the first that is special is the one that is found.
    #[test]
    fn special_octets_are_found() {
        for other in [b'a', 0x80, 0xFF, b'!', b'=', b'?', b'#', b'\'', b'%', b']'] {
            for (octet, at) in (0..=255).flat_map(|octet| (0..8).map(move |at| (octet, at))) {
                let mut octets = [other; 8];
                octets[at] = octet;
                let word = u64::from_le_bytes(octets);
                let first = |is: fn(u8) -> bool| octets.iter().position(|octet| is(*octet));
                let found = |special: u64| (special != 0).then(|| before(special));
                assert_eq!(found(markup(word)), first(|octet| b"<>&".contains(&octet)), "{octets:?}");
                let other = |octet: u8| octet < 0x20 || b"\"\\<>&".contains(&octet);
                assert_eq!(found(not_character_data(word)), first(other), "{octets:?}");
            }
        }
    }

    #[test]
    fn the_first_that_is_no_character_data_is_found() {
        for length in 0..40 {
            let plain = vec![b'a'; length];
            assert_eq!(find_not_character_data(&plain), None);
            for at in 0..length {
                let mut octets = plain.clone();
                octets[length - 1] = b'<';
                octets[at] = b'&';
                assert_eq!(find_not_character_data(&octets), Some(at), "{length}");
            }
        }
    }

    /// Each octet in each place of a block, alone and before others.
    #[test]
    fn a_block_is_told_by_any_of_its_octets() {
        for (octet, at) in (0..=255).flat_map(|octet| (0..16).map(move |at| (octet, at))) {
            let mut block = [b'a'; 16];
            block[at] = octet;
            assert_eq!(is_plain(&block), plain(&block) == 16, "{octet} {at}");
            let found = find_not_character_data(&block);
            let other = octet < 0x20 || b"\"\\<>&".contains(&octet);
            assert_eq!(found, other.then_some(at), "{octet} {at}");
            assert_eq!(is_character_data(&block), found.is_none(), "{octet} {at}");
        }
    }

    #[test]
    fn heads_are_compared_whatever_their_length() {
        let octets: Vec<u8> = (0..40).collect();
        for length in 0..=octets.len() {
            assert!(begins_with(&octets, &octets[..length]), "{length}");
            assert!(!begins_with(&octets[..length], &octets) || length == octets.len(), "{length}");
            for at in 0..length {
                let mut other = octets[..length].to_vec();
                other[at] ^= 0x40;
                assert!(!begins_with(&octets, &other), "{length} {at}");
            }
        }
    }
}
