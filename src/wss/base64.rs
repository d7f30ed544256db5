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

/// Appends the base64 of `octets`.
pub(super) fn push(out: &mut Vec<u8>, octets: &[u8]) {
    let begin = out.len();
    out.resize(begin + octets.len().div_ceil(3) * 4, b'=');
    let room = out.split_at_mut(begin).1;
    STANDARD.encode_slice(octets, room).expect("four characters for three octets");
}

#[cfg(test)]
mod tests {
    use super::*;

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
