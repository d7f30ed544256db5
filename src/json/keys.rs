//! Duplicate keys: RFC 8259 section 4 says that names should be unique, here they must be.

use std::borrow::Cow;
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use super::string;
use super::token::{Document, Kind, Token};

/// Where a key of `object` is repeated, if one is.
pub(super) fn repeated(document: Document<'_>, object: u32) -> Option<usize> {
    let Document { tokens, text } = document;
    let keys = Keys { tokens, at: object as usize + 1, end: end_of(tokens, object) };
    if keys.clone().count() <= FEW { repeated_few(keys, text) } else { repeated_many(keys, text) }
}

fn end_of(tokens: &[Token], object: u32) -> usize {
    tokens.get(object as usize).map_or(0, |token| token.next as usize)
}

/// Length and ends tell most keys apart; only where they agree, or an escape hides them, are the keys themselves compared.
fn repeated_few(keys: Keys<'_>, text: &str) -> Option<usize> {
    let mut marks = [0; FEW];
    let mut escaped = false;
    for (at, key) in keys.clone().enumerate() {
        let mark = mark(text, &key);
        let (earlier, rest) = marks.split_at_mut(at);
        escaped |= key.escaped;
        if (escaped || earlier.contains(&mark)) && keys.clone().take(at).any(|other| same(text, &other, &key))
        {
            return Some(key.start as usize);
        }
        if let Some(place) = rest.first_mut() {
            *place = mark;
        }
    }
    None
}

/// The length of a key, its first and its last byte.
fn mark(text: &str, key: &Token) -> u64 {
    let raw = string::raw(text, key).as_bytes();
    let ends =
        raw.first().zip(raw.last()).map_or(0, |(first, last)| u64::from(*first) << 8 | u64::from(*last));
    (raw.len() as u64) << 16 | ends
}

fn same(text: &str, a: &Token, b: &Token) -> bool {
    if a.escaped || b.escaped {
        string::text(text, a) == string::text(text, b)
    } else {
        string::raw(text, a) == string::raw(text, b)
    }
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

/// The keys of an object: every other token, values skipped whole.
#[derive(Clone)]
struct Keys<'t> {
    tokens: &'t [Token],
    at: usize,
    end: usize,
}

impl Iterator for Keys<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.at >= self.end {
            return None;
        }
        let key = *self.tokens.get(self.at)?;
        debug_assert!(key.kind == Kind::String);
        self.at = self.tokens.get(self.at + 1)?.next as usize;
        Some(key)
    }
}

/// Up to so many keys are compared in pairs.
const FEW: usize = 16;
