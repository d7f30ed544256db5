//! Secrets: never printed, wiped when dropped, compared in constant time.

use std::fmt;
use std::sync::Arc;

use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

/// A secret text. Clones are the same text, which is wiped when the last of them is dropped.
#[derive(Clone)]
pub struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// Keeps `text` secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::new(Zeroizing::new(text.into())))
    }

    /// The text, for what puts it on the wire or into a digest.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether both are the same, in a time that depends on `given` alone: neither on where they differ nor on how long this one is.
    pub fn is(&self, given: &Self) -> bool {
        self.is_text(given.expose())
    }

    /// The same of a text.
    pub fn is_text(&self, given: &str) -> bool {
        let own = self.expose().as_bytes();
        let mut same = own.len().ct_eq(&given.len());
        let (mut at, end) = (0_u64, own.len() as u64);
        for byte in given.bytes() {
            // The own text is gone through again and again, as long as the given one lasts.
            let own_byte = own.get(at as usize).map_or(0, |byte| *byte);
            same &= own_byte.ct_eq(&byte);
            at = u64::conditional_select(&(at + 1), &0, (at + 1).ct_eq(&end));
        }
        same.into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new("not-a-real-secret");
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "*** Some(***)");
    }

    #[test]
    fn only_the_same_text_is_the_same() {
        for (own, given, same) in [
            ("not-a-real-secret", "not-a-real-secret", true),
            ("not-a-real-secret", "not-a-real-secre", false),
            ("not-a-real-secret", "Xot-a-real-secret", false),
            ("not-a-real-secret", "not-a-real-secreX", false),
            ("not-a-real-secret", "", false),
            ("ab", "abab", false),
            ("abab", "ab", false),
            ("ab", "aba", false),
            ("", "", true),
            ("", "\u{0}", false),
            ("\u{0}", "", false),
        ] {
            assert_eq!(Secret::new(own).is(&Secret::new(given)), same, "{own:?} {given:?}");
        }
    }
}
