//! A tree as YAML 1.2, in its block style. Strings that could be read as anything else are quoted, as JSON writes them.

use super::{Object, Tree};
use crate::json::write::write_string;

/// `tree` as YAML, with a line feed at its end.
pub fn to_yaml(tree: &Tree) -> Vec<u8> {
    let mut out = Vec::new();
    match tree {
        Tree::Object(members) if !members.is_empty() => object(&mut out, members, 0, false),
        Tree::Array(items) if !items.is_empty() => array(&mut out, items, 0),
        plain => {
            scalar(&mut out, plain);
            out.push(b'\n');
        }
    }
    out
}

/// The members of an object; the first one stands on the line that is begun where `begun`.
fn object(out: &mut Vec<u8>, object: &Object, depth: usize, begun: bool) {
    for (at, (key, member)) in object.members().enumerate() {
        if at > 0 || !begun {
            indent(out, depth);
        }
        text(out, key);
        out.push(b':');
        below(out, member, depth);
    }
}

/// What stands behind a key.
fn below(out: &mut Vec<u8>, tree: &Tree, depth: usize) {
    match tree {
        Tree::Object(members) if !members.is_empty() => {
            out.push(b'\n');
            object(out, members, depth + 1, false);
        }
        Tree::Array(items) if !items.is_empty() => {
            out.push(b'\n');
            array(out, items, depth + 1);
        }
        plain => {
            out.push(b' ');
            scalar(out, plain);
            out.push(b'\n');
        }
    }
}

fn array(out: &mut Vec<u8>, items: &[Tree], depth: usize) {
    for item in items {
        indent(out, depth);
        out.extend_from_slice(b"- ");
        match item {
            Tree::Object(members) if !members.is_empty() => object(out, members, depth + 1, true),
            Tree::Array(items) if !items.is_empty() => {
                out.pop();
                out.push(b'\n');
                array(out, items, depth + 1);
            }
            plain => {
                scalar(out, plain);
                out.push(b'\n');
            }
        }
    }
}

fn scalar(out: &mut Vec<u8>, tree: &Tree) {
    match tree {
        Tree::Array(_) => out.extend_from_slice(b"[]"),
        Tree::Bool(truth) => out.extend_from_slice(if *truth { b"true" } else { b"false" }),
        Tree::Null => out.extend_from_slice(b"null"),
        Tree::Number(number) => out.extend_from_slice(number.as_bytes()),
        Tree::Object(_) => out.extend_from_slice(b"{}"),
        Tree::String(string) => text(out, string),
    }
}

/// A string is plain where no reader of YAML 1.1 or 1.2 takes it for anything else; a JSON string is one of YAML too.
fn text(out: &mut Vec<u8>, text: &str) {
    if is_plain(text) { out.extend_from_slice(text.as_bytes()) } else { quoted(out, text) }
}

fn is_plain(text: &str) -> bool {
    let mut bytes = text.bytes();
    let letter =
        bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'/' | b'$' | b'_'));
    let rest = bytes
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'$' | b'_' | b'-' | b'.' | b'+'));
    letter && rest && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// YAML wants what JSON may leave: controls of C1, and what some readers take for a line end or a byte order mark.
fn quoted(out: &mut Vec<u8>, text: &str) {
    let odd = |c: char| {
        matches!(c, '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
    };
    if !text.contains(odd) {
        return write_string(out, text);
    }
    let mut json = Vec::new();
    write_string(&mut json, text);
    for c in String::from_utf8_lossy(&json).chars() {
        if odd(c) {
            out.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes());
        } else {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

fn indent(out: &mut Vec<u8>, depth: usize) {
    out.resize(out.len() + 2 * depth, b' ');
}

/// Words of YAML 1.1 and 1.2 that are no strings.
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_string_elsewhere_is_quoted() {
        let tree = Object::new()
            .with("200", Tree::texts(["no", "1.0", "plain", "a: b", ""]))
            .with("nested", vec![Tree::from(Object::new().with("a", true).with("b", Vec::<Tree>::new()))])
            .with("rows", vec![Tree::from(vec![Tree::number("1"), Tree::Null])])
            .with("odd", "\u{85}\u{2028}é\n");
        let expected = "\"200\":\n  - \"no\"\n  - \"1.0\"\n  - plain\n  - \"a: b\"\n  - \"\"\nnested:\n  - a: true\n    b: []\nrows:\n  -\n    - 1\n    - null\nodd: \"\\u0085\\u2028é\\n\"\n";
        assert_eq!(String::from_utf8(to_yaml(&tree.into())).expect("UTF-8"), expected);
    }
}
