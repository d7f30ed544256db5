//! Duplicate keys: RFC 8259 section 4 says that names should be unique, here they must be.

use std::borrow::Cow;
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use super::string;
use super::token::{Document, ESCAPED, Kind, Token};

/// Where a key of `object`, which has `count` of them and ends with the tokens, is repeated, if one is.
#[inline]
pub(super) fn repeated(document: Document<'_>, object: usize, count: u32) -> Option<usize> {
    let keys = Keys { tokens: document.tokens, at: object.wrapping_add(1) };
    match count {
        ..=2 if both_differ(keys.clone()) => None,
        3..=FEW if all_differ::<8>(keys.clone()) => None,
        _ => suspected(keys, document.text, count),
    }
}

/// The same for an object that may have a repeated key, or has too many to tell quickly.
#[inline(never)]
fn suspected(keys: Keys<'_>, text: &str, count: u32) -> Option<usize> {
    match count {
        ..=FEW if !keys.clone().any(|key| key.has(ESCAPED)) => repeated_few(keys, text),
        ..=SEVERAL if all_differ::<512>(keys.clone()) => None,
        _ => repeated_many(keys, text),
    }
}

/// Whether the marks of two keys differ, and no escapes hide what a key is.
#[inline]
fn both_differ(mut keys: Keys<'_>) -> bool {
    match (keys.next(), keys.next()) {
        (Some(first), Some(second)) => {
            first.next != second.next && !first.has(ESCAPED) && !second.has(ESCAPED)
        }
        _ => true,
    }
}

/// Whether the marks of `keys`, each as one bit of so many words, differ, and no escapes hide what a key is.
#[inline]
fn all_differ<const WORDS: usize>(keys: Keys<'_>) -> bool {
    let mut seen = [0_u64; WORDS];
    let mut again = 0;
    for key in keys {
        let (word, bit) = (key.next as usize % WORDS, key.next >> 26);
        let word = seen.get_mut(word).expect("a remainder");
        again |= *word >> bit & 1 | u64::from(key.has(ESCAPED));
        *word |= 1 << bit;
    }
    again == 0
}

/// Only where marks agree are the keys themselves compared.
fn repeated_few(keys: Keys<'_>, text: &str) -> Option<usize> {
    let same = |a: &Token, b: &Token| a.next == b.next && string::raw(text, a) == string::raw(text, b);
    let earlier = |at, key: &Token| keys.clone().take(at).any(|other| same(&other, key));
    let repeated = keys.clone().enumerate().find(|(at, key)| earlier(*at, key));
    repeated.map(|(_, key)| key.start as usize)
}

/// Hashes with a random key first; only where two agree are the keys themselves compared.
/// The set is new each time: clearing one that a huge object has grown would make every later object pay for it.
fn repeated_many(keys: Keys<'_>, text: &str) -> Option<usize> {
    let random = RandomState::new();
    let mut seen = HashSet::new();
    let suspicious = keys.clone().any(|key| !seen.insert(random.hash_one(&*string::text(text, &key))));
    if !suspicious {
        return None;
    }
    let mut exact: HashSet<Cow<'_, str>> = HashSet::new();
    keys.clone().find(|key| !exact.insert(string::text(text, key))).map(|key| key.start as usize)
}

/// The keys of an object that ends with the tokens: every other token, values skipped whole.
#[derive(Clone)]
struct Keys<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Iterator for Keys<'_> {
    type Item = Token;

    #[inline]
    fn next(&mut self) -> Option<Token> {
        let key = *self.tokens.get(self.at)?;
        debug_assert!(key.kind() == Kind::String);
        self.at = self.tokens.get(self.at + 1)?.next as usize;
        Some(key)
    }
}

/// Up to so many keys are compared in pairs.
const FEW: u32 = 16;
/// Up to so many keys have marks that differ in most cases.
const SEVERAL: u32 = 128;
