//! Duplicate keys: RFC 8259 section 4 says that names should be unique, here they must be.

use std::borrow::Cow;
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use super::string;
use super::tape::{Kind, Token};

/// Where a key of `object` is repeated, if one is. `seen` is a buffer.
pub(super) fn repeated(tokens: &[Token], text: &str, object: u32, seen: &mut HashSet<u64>) -> Option<usize> {
    let keys = Keys { tokens, at: object as usize + 1, end: end_of(tokens, object) };
    if keys.clone().count() <= FEW { repeated_few(keys, text) } else { repeated_many(keys, text, seen) }
}

fn end_of(tokens: &[Token], object: u32) -> usize {
    tokens.get(object as usize).map_or(0, |token| token.next as usize)
}

fn repeated_few(keys: Keys<'_>, text: &str) -> Option<usize> {
    keys.clone().enumerate().find_map(|(at, key)| {
        let mut earlier = keys.clone().take(at);
        earlier.any(|other| same(text, &other, &key)).then_some(key.start as usize)
    })
}

fn same(text: &str, a: &Token, b: &Token) -> bool {
    if a.escaped || b.escaped {
        string::text(text, a) == string::text(text, b)
    } else {
        string::raw(text, a) == string::raw(text, b)
    }
}

/// Hashes with a random key first; only where two agree are the keys themselves compared.
fn repeated_many(keys: Keys<'_>, text: &str, seen: &mut HashSet<u64>) -> Option<usize> {
    let random = RandomState::new();
    seen.clear();
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
