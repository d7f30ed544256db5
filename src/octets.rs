//! Many octets at a time: most texts have nothing special, and that is told without a look at each octet.

use wide::u8x16;

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

/// The octets of a block for which something holds, a bit for each, the lowest for the first.
#[derive(Debug)]
pub(crate) struct Found(u32);

impl Found {
    /// Those of which `mask` has all bits.
    #[inline(always)]
    fn of(mask: u8x16) -> Self {
        Self(mask.to_bitmask())
    }

    /// Those for which it does not hold.
    #[inline(always)]
    fn others(&self) -> Self {
        Self(self.0 ^ 0xFFFF)
    }

    /// Whether there is none.
    #[inline(always)]
    pub(crate) fn is_none(&self) -> bool {
        self.0 == 0
    }

    /// How many octets come before the first; sixteen where there is none.
    #[inline(always)]
    pub(crate) fn before_first(&self) -> usize {
        (self.0 | 1 << 16).trailing_zeros() as usize
    }
}

/// Their places, from the first on.
impl Iterator for Found {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let first = (!self.is_none()).then(|| self.before_first());
        self.0 &= self.0.wrapping_sub(1);
        first
    }
}

/// Those that are `octet`.
#[inline(always)]
fn is(octets: u8x16, octet: u8) -> u8x16 {
    octets.simd_eq(u8x16::splat(octet))
}

/// Those that are `most` or less.
#[inline(always)]
fn up_to(octets: u8x16, most: u8) -> u8x16 {
    octets.min(u8x16::splat(most)).simd_eq(octets)
}

/// Those that are `octet` once `bit` is set.
#[inline(always)]
fn is_with(octets: u8x16, bit: u8, octet: u8) -> u8x16 {
    is(octets | u8x16::splat(bit), octet)
}

/// The octets of `block` that a string of JSON cannot have as they are: quotes, backslashes and control characters.
#[inline(always)]
pub(crate) fn not_plain(block: &Block) -> Found {
    let octets = u8x16::new(*block);
    // With its second bit turned over a quote is 0x20, the control characters are still those below it, and nothing else is.
    Found::of(up_to(octets ^ u8x16::splat(0x02), 0x20) | is(octets, b'\\'))
}

/// The quotes and backslashes of `block`. Nothing where there is a control character.
#[inline(always)]
pub(crate) fn escaped(block: &Block) -> Option<Found> {
    let octets = u8x16::new(*block);
    let control = Found::of(up_to(octets, 0x1F));
    control.is_none().then(|| Found::of(is(octets, b'"') | is(octets, b'\\')))
}

/// The octets of `block` that are no digits.
#[inline(always)]
pub(crate) fn not_digits(block: &Block) -> Found {
    Found::of(up_to(u8x16::new(*block) - u8x16::splat(b'0'), 9)).others()
}

/// The octets of `block` that are no white space of JSON and XML.
#[inline(always)]
pub(crate) fn not_space(block: &Block) -> Found {
    let octets = u8x16::new(*block);
    let ends = is(octets, b'\n') | is(octets, b'\r');
    Found::of(is(octets, b' ') | is(octets, b'\t') | ends).others()
}

/// The octets of `block` that end character data of XML, or that it should be looked at more closely for: `<`, `>` and `&`.
#[inline(always)]
pub(crate) fn markup(block: &Block) -> Found {
    let octets = u8x16::new(*block);
    Found::of(brackets(octets) | is(octets, b'&'))
}

/// The octets of `block` that a text which is plain in XML and in JSON does not have: [markup], quotes, backslashes and control
/// characters.
#[inline(always)]
pub(crate) fn not_character_data(block: &Block) -> Found {
    let octets = u8x16::new(*block);
    Found::of(brackets(octets) | references_and_quotes(octets) | up_to(octets, 0x1F) | is(octets, b'\\'))
}

/// The octets of `block` that may need an escape or a closer look in character data that is written: [markup], control characters and
/// the octet with which U+FFFE and U+FFFF begin.
#[inline(always)]
pub(crate) fn not_text(block: &Block) -> Found {
    let octets = u8x16::new(*block);
    Found::of(brackets(octets) | is(octets, b'&') | up_to(octets, 0x1F) | is(octets, 0xEF))
}

/// The same in a value of an attribute, which has no quotes.
#[inline(always)]
pub(crate) fn not_value(block: &Block) -> Found {
    let octets = u8x16::new(*block);
    Found::of(brackets(octets) | references_and_quotes(octets) | up_to(octets, 0x1F) | is(octets, 0xEF))
}

/// `<` and `>`, which are one octet but for the second bit.
#[inline(always)]
fn brackets(octets: u8x16) -> u8x16 {
    is_with(octets, 0x02, b'>')
}

/// `&` and the quote, which are one octet but for the third bit.
#[inline(always)]
fn references_and_quotes(octets: u8x16) -> u8x16 {
    is_with(octets, 0x04, b'&')
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

/// The place of the first octet of `octets` that is one of [`not_character_data`].
#[inline(never)]
pub(crate) fn find_not_character_data(octets: &[u8]) -> Option<usize> {
    let (blocks, rest) = octets.as_chunks();
    let mut at = 0_usize;
    for block in blocks {
        let found = not_character_data(block);
        if !found.is_none() {
            return Some(at.wrapping_add(found.before_first()));
        }
        at = at.wrapping_add(block.len());
    }
    let other = |octet: &u8| *octet < b' ' || matches!(octet, b'"' | b'\\' | b'<' | b'>' | b'&');
    Some(at.wrapping_add(rest.iter().position(other)?))
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

    /// What is found in a block, and of which octets it holds.
    type Kind = (&'static str, fn(&Block) -> Found, fn(u8) -> bool);

    fn is_control(octet: u8) -> bool {
        octet < 0x20
    }

    /// Each octet in each place of a block, alone among others and twice: those are found for which it holds, and no others.
    #[test]
    fn octets_of_each_kind_are_found() {
        let kinds: [Kind; 7] = [
            ("not_plain", not_plain, |octet| is_control(octet) || b"\"\\".contains(&octet)),
            ("not_digits", not_digits, |octet| !octet.is_ascii_digit()),
            ("not_space", not_space, |octet| !b" \t\n\r".contains(&octet)),
            ("markup", markup, |octet| b"<>&".contains(&octet)),
            ("not_character_data", not_character_data, |octet| {
                is_control(octet) || b"\"\\<>&".contains(&octet)
            }),
            ("not_text", not_text, |octet| is_control(octet) || b"<>&\xEF".contains(&octet)),
            ("not_value", not_value, |octet| is_control(octet) || b"\"<>&\xEF".contains(&octet)),
        ];
        for (name, found, holds) in kinds {
            for other in [b'a', 0x80, 0xFF, b'!', b'5', b' ', b'#', b'\'', b'%', b']'] {
                for (octet, at) in (0..=255).flat_map(|octet| (0..16).map(move |at| (octet, at))) {
                    let mut block = [other; 16];
                    block[at] = octet;
                    block[(at + 5) % 16] = octet;
                    let expected: Vec<usize> = (0..16).filter(|at| holds(block[*at])).collect();
                    let first = expected.first().copied();
                    assert_eq!(found(&block).before_first(), first.unwrap_or(16), "{name} {block:?}");
                    assert_eq!(found(&block).is_none(), first.is_none(), "{name} {block:?}");
                    assert_eq!(found(&block).collect::<Vec<_>>(), expected, "{name} {block:?}");
                }
            }
        }
    }

    #[test]
    fn quotes_and_backslashes_are_found_where_there_is_no_control_character() {
        let mut block = *b"ab\"c\\\"de\xFF\x80  fgh\"";
        assert_eq!(escaped(&block).expect("no control character").collect::<Vec<_>>(), [2, 4, 5, 15]);
        for control in 0..0x20 {
            block[7] = control;
            assert!(escaped(&block).is_none(), "{control}");
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
