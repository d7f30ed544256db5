//! JSON Pointers: RFC 6901.

use std::fmt::Write;

use super::string;
use super::tape::{Kind, Token};

/// Appends `/` and `key`, escaped.
pub fn push_segment(out: &mut String, key: &str) {
    out.push('/');
    for c in key.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            c => out.push(c),
        }
    }
}

/// The key or index that `segment` of a pointer means.
pub(super) fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// The pointer of the value that is being read when `open` are the containers around it.
pub(super) fn of_open(tokens: &[Token], text: &str, open: &[u32]) -> String {
    let mut out = String::new();
    for (level, container) in open.iter().enumerate() {
        let inner = open.get(level + 1).map_or(tokens.len(), |inner| *inner as usize);
        push_step(&mut out, tokens, text, *container as usize, inner);
    }
    out
}

/// Appends the step from `container` to the value at or before token `inner`.
pub(super) fn push_step(out: &mut String, tokens: &[Token], text: &str, container: usize, inner: usize) {
    let Some(token) = tokens.get(container) else { return };
    let mut at = container + 1;
    let mut index = 0;
    let mut key = None;
    while at < tokens.len() && at <= inner {
        if token.kind == Kind::Object {
            key = tokens.get(at);
            at += 1;
        }
        let next = tokens.get(at).map_or(usize::MAX, |value| value.next as usize);
        if next > inner {
            break;
        }
        at = next;
        index += 1;
    }
    match (token.kind, key) {
        (Kind::Object, Some(key)) => push_segment(out, &string::text(text, key)),
        (Kind::Array, _) => drop(write!(out, "/{index}")),
        _ => {}
    }
}
