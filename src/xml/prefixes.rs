//! The prefixes that namespaces are written with where the reader stands.

use crate::octets::{begins_with, word_at};
use crate::xml::namespace::{NsId, ns};

/// Some of the prefixes that were resolved last, with their namespaces. Whoever changes the bindings forgets them.
#[derive(Debug)]
pub(super) struct Prefixes<'i> {
    written: [Written<'i>; PREFIXES],
    /// How many there are.
    count: usize,
    /// The place that is taken next.
    next: usize,
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
}

impl<'i> Written<'i> {
    fn new(ns: NsId, prefix: &'i str) -> Self {
        let octet = |at: usize, octet: u8| u64::from(octet) << (8 * at);
        let mut head = octet(0, b'<');
        for (at, prefixed) in (1..8).zip(prefix.bytes().chain((!prefix.is_empty()).then_some(b':'))) {
            head |= octet(at, prefixed);
        }
        let octets = if prefix.is_empty() { 1 } else { 8.min(prefix.len() + 2) };
        Self { ns, prefix, head, mask: u64::MAX >> (64 - 8 * octets) }
    }

    /// Octets before the local name, if `octets` begin with a start tag of this prefix.
    #[inline]
    pub(super) fn head_of(&self, octets: &[u8]) -> Option<usize> {
        let same = (word_at(octets, 0)? ^ self.head) & self.mask == 0;
        let length = if self.prefix.is_empty() { 1 } else { self.prefix.len() + 2 };
        // What did not fit into the word is compared for itself.
        let whole = || octets.get(1..).is_some_and(|octets| begins_with(octets, self.prefix.as_bytes()));
        let long = || whole() && octets.get(length - 1) == Some(&b':');
        (same && (length <= 8 || long())).then_some(length)
    }
}

impl<'i> Prefixes<'i> {
    pub(super) fn new() -> Self {
        let none = Written { ns: ns::NONE, prefix: "", head: 0, mask: 0 };
        Self { written: [none; PREFIXES], count: 0, next: 0 }
    }

    #[inline]
    pub(super) fn forget(&mut self) {
        (self.count, self.next) = (0, 0);
    }

    /// A prefix that `ns` is bound to.
    #[inline]
    pub(super) fn of(&self, ns: NsId) -> Option<&Written<'i>> {
        self.written.iter().take(self.count).find(|written| written.ns == ns)
    }

    /// The namespace that `prefix` is bound to.
    #[inline]
    pub(super) fn ns(&self, prefix: &str) -> Option<NsId> {
        let same =
            |other: &str| other.len() == prefix.len() && begins_with(other.as_bytes(), prefix.as_bytes());
        self.written.iter().take(self.count).find(|written| same(written.prefix)).map(|written| written.ns)
    }

    pub(super) fn note(&mut self, ns: NsId, prefix: &'i str) {
        if let Some(place) = self.written.get_mut(self.next) {
            *place = Written::new(ns, prefix);
        }
        self.count = PREFIXES.min(self.count + 1);
        self.next = (self.next + 1) % PREFIXES;
    }
}
