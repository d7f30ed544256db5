//! Base64, strictly: one spelling for every value, so that a nonce cannot come back in another.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The octets of `text`; nothing when it is not their only spelling.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    // Which of its characters is wrong is nothing that a sender is told.
    STANDARD.decode(text).ok()
}

/// Takes the white space of XML away around `text`.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(SPACE)
}

/// Takes it away within `text`, whose ends stay as they are.
pub(super) fn unfolded(text: &str) -> Cow<'_, str> {
    let inner = trimmed(text);
    if inner.len() < text.len() || !inner.contains(SPACE) {
        text.into()
    } else {
        inner.replace(SPACE, "").into()
    }
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Appends the base64 of `octets`. By hand: nonces and digests are so short that looking at them twice is most of the work.
pub(super) fn push(out: &mut Vec<u8>, octets: &[u8]) {
    let begin = out.len();
    out.resize(begin + octets.len().div_ceil(3) * 4, b'=');
    let (places, _) = out.split_at_mut(begin).1.as_chunks_mut::<4>();
    let (threes, rest) = octets.as_chunks::<3>();
    let (whole, last) = places.split_at_mut(threes.len());
    for (place, [a, b, c]) in whole.iter_mut().zip(threes) {
        *place = four(*a, *b, *c);
    }
    match (last, rest) {
        ([[first, second, ..]], [a]) => [*first, *second, ..] = four(*a, 0, 0),
        ([[first, second, third, _]], [a, b]) => [*first, *second, *third, _] = four(*a, *b, 0),
        _ => {}
    }
}

/// The characters of three octets.
#[inline]
fn four(a: u8, b: u8, c: u8) -> [u8; 4] {
    [character(a >> 2), character(a << 4 | b >> 4), character(b << 2 | c >> 6), character(c)]
}

/// The character of the lower six bits.
#[inline]
fn character(bits: u8) -> u8 {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    *ALPHABET.get(usize::from(bits & 63)).expect("six bits are less than 64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_written_as_the_library_writes_them() {
        for length in 0..300_u16 {
            let octets: Vec<u8> = (0..length).map(|at| (at * 73) as u8).collect();
            let mut out = b">".to_vec();
            push(&mut out, &octets);
            let text = String::from_utf8(out).expect("ASCII");
            assert_eq!(text, format!(">{}", STANDARD.encode(&octets)));
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        assert_eq!(decode("LKqI6G/AikKCQrN0zqZFlg==").map(|nonce| nonce.len()), Some(16));
        for other in [
            "LKqI6G/AikKCQrN0zqZFlh==",
            "LKqI6G/AikKCQrN0zqZFlg",
            "LKqI6G/AikKCQrN0zqZFlg=",
            " LKqI6G/AikKCQrN0zqZFlg==",
            "LKqI6G/Aik\nKCQrN0zqZFlg==",
            "LKqI6G_AikKCQrN0zqZFlg==",
            "LKqI6G/AikKCQrN0zqZFlg===",
            "LKqI6G/AikKCQrN0zqZFlg==x",
        ] {
            assert_eq!(decode(other), None, "{other:?}");
        }
    }
}
