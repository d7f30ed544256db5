//! The prefixes that namespaces are written with where the reader stands.

use crate::octets::{begins_with, word_at};
use crate::xml::namespace::{NsId, ns};

/// Some of the prefixes that were resolved last, with their namespaces. Whoever changes the bindings forgets them.
#[derive(Debug)]
pub(super) struct Prefixes<'i> {
    /// The newest last.
    written: [Written<'i>; PREFIXES],
    /// How many there are.
    count: usize,
}

/// Messages use two or three namespaces in one place.
const PREFIXES: usize = 4;

/// A prefix, and how a start tag with it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'i> {
    ns: NsId,
    prefix: &'i str,
    /// The bracket, the prefix and its colon, as far as they fit, and which bits of the word they are.
    head: u64,
    mask: u64,
    /// Octets of the bracket, the prefix and its colon.
    length: usize,
}

impl<'i> Written<'i> {
    fn new(ns: NsId, prefix: &'i str) -> Self {
        let octet = |at: usize, octet: u8| u64::from(octet) << (8 * at);
        let mut head = octet(0, b'<');
        for (at, prefixed) in (1..8).zip(prefix.bytes().chain((!prefix.is_empty()).then_some(b':'))) {
            head |= octet(at, prefixed);
        }
        let length = if prefix.is_empty() { 1 } else { prefix.len() + 2 };
        Self { ns, prefix, head, mask: u64::MAX >> (64 - 8 * length.min(8)), length }
    }

    /// Octets before the local name, if `octets` begin with a start tag of this prefix.
    #[inline(always)]
    pub(super) fn head_of(&self, octets: &[u8]) -> Option<usize> {
        let same = (word_at(octets, 0)? ^ self.head) & self.mask == 0;
        (same && (self.length <= 8 || self.is_head_of(octets))).then_some(self.length)
    }

    /// What did not fit into the word is compared for itself.
    #[inline(never)]
    fn is_head_of(&self, octets: &[u8]) -> bool {
        let whole = octets.get(1..).is_some_and(|octets| octets.starts_with(self.prefix.as_bytes()));
        whole && octets.get(self.length - 1) == Some(&b':')
    }
}

impl<'i> Prefixes<'i> {
    pub(super) fn new() -> Self {
        let none = Written { ns: ns::NONE, prefix: "", head: 0, mask: 0, length: 0 };
        Self { written: [none; PREFIXES], count: 0 }
    }

    #[inline]
    pub(super) fn forget(&mut self) {
        self.count = 0;
    }

    /// A prefix that `ns` is bound to.
    #[inline]
    pub(super) fn of(&self, ns: NsId) -> Option<&Written<'i>> {
        self.written.get(..self.count)?.iter().rev().find(|written| written.ns == ns)
    }

    /// The namespace that `prefix` is bound to.
    #[inline]
    pub(super) fn ns(&self, prefix: &str) -> Option<NsId> {
        let same =
            |other: &str| other.len() == prefix.len() && begins_with(other.as_bytes(), prefix.as_bytes());
        self.written
            .get(..self.count)?
            .iter()
            .rev()
            .find(|written| same(written.prefix))
            .map(|written| written.ns)
    }

    pub(super) fn note(&mut self, ns: NsId, prefix: &'i str) {
        if self.count == PREFIXES {
            self.count = 0;
        }
        if let Some(place) = self.written.get_mut(self.count) {
            *place = Written::new(ns, prefix);
            self.count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_tag_is_known_by_its_prefix_whatever_its_length() {
        for prefix in ["", "a", "ns2", "abcdef", "soapenv", "abcdefgh", "a-very-long-prefix"] {
            let written = Written::new(ns::NONE, prefix);
            let colon = if prefix.is_empty() { "" } else { ":" };
            let head = format!("<{prefix}{colon}");
            let tag = format!("{head}local>text");
            assert_eq!(written.head_of(tag.as_bytes()), Some(head.len()), "{tag}");
            for at in 0..head.len() {
                let mut other = tag.clone().into_bytes();
                if let Some(octet) = other.get_mut(at) {
                    *octet ^= 1;
                }
                assert_eq!(written.head_of(&other), None, "{tag} {at}");
            }
        }
    }

    #[test]
    fn the_newest_prefixes_are_known_until_they_are_forgotten() {
        let mut prefixes = Prefixes::new();
        for (at, prefix) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
            let ns = NsId(at as u32);
            prefixes.note(ns, prefix);
            assert_eq!(
                (prefixes.of(ns).map(|written| written.prefix), prefixes.ns(prefix)),
                (Some(prefix), Some(ns))
            );
        }
        prefixes.forget();
        assert!(prefixes.ns("e").is_none() && prefixes.of(NsId(4)).is_none());
    }
}
