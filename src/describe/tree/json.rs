//! A tree as JSON, indented by two spaces, or on one line.

use super::{Object, Tree};
use crate::json::write::{write_key, write_string};

/// `tree` as JSON, with a line feed at its end.
pub fn to_json(tree: &Tree) -> Vec<u8> {
    let mut out = Vec::new();
    value(&mut out, tree, 0);
    out.push(b'\n');
    out
}

/// `tree` as JSON without white space.
pub fn to_compact_json(tree: &Tree) -> Vec<u8> {
    let mut out = Vec::new();
    compact(&mut out, tree);
    out
}

fn compact(out: &mut Vec<u8>, tree: &Tree) {
    match tree {
        Tree::Array(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                out.extend_from_slice(if at > 0 { b"," } else { b"" });
                compact(out, item);
            }
            out.push(b']');
        }
        Tree::Object(object) => {
            out.push(b'{');
            for (at, (key, member)) in object.members().enumerate() {
                out.extend_from_slice(if at > 0 { b"," } else { b"" });
                write_key(out, key);
                compact(out, member);
            }
            out.push(b'}');
        }
        Tree::Bool(_) | Tree::Null | Tree::Number(_) | Tree::String(_) => value(out, tree, 0),
    }
}

fn value(out: &mut Vec<u8>, tree: &Tree, depth: usize) {
    match tree {
        Tree::Array(items) => array(out, items, depth),
        Tree::Bool(truth) => out.extend_from_slice(if *truth { b"true" } else { b"false" }),
        Tree::Null => out.extend_from_slice(b"null"),
        Tree::Number(text) => out.extend_from_slice(text.as_bytes()),
        Tree::Object(members) => object(out, members, depth),
        Tree::String(text) => write_string(out, text),
    }
}

/// A list of scalars stands on one line, where that is not too long.
fn array(out: &mut Vec<u8>, items: &[Tree], depth: usize) {
    let begin = out.len();
    let plain = |tree: &Tree| !matches!(tree, Tree::Array(_) | Tree::Object(_));
    if items.iter().all(plain) {
        out.push(b'[');
        for (at, item) in items.iter().enumerate() {
            out.extend_from_slice(if at > 0 { b", " } else { b"" });
            value(out, item, depth);
        }
        out.push(b']');
        if out.len() - begin <= LINE || items.len() < 2 {
            return;
        }
        out.truncate(begin);
    }
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        line(out, at, depth + 1);
        value(out, item, depth + 1);
    }
    line(out, 0, depth);
    out.push(b']');
}

fn object(out: &mut Vec<u8>, object: &Object, depth: usize) {
    if object.is_empty() {
        return out.extend_from_slice(b"{}");
    }
    out.push(b'{');
    for (at, (key, member)) in object.members().enumerate() {
        line(out, at, depth + 1);
        write_key(out, key);
        out.push(b' ');
        value(out, member, depth + 1);
    }
    line(out, 0, depth);
    out.push(b'}');
}

/// A new line, behind a comma if it is not the first one of its object or list.
fn line(out: &mut Vec<u8>, at: usize, depth: usize) {
    out.extend_from_slice(if at > 0 { b",\n" } else { b"\n" });
    out.resize(out.len() + 2 * depth, b' ');
}

/// Bytes of a list that stands on one line.
const LINE: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stay_in_their_order() {
        let tree = Object::new()
            .with("b", Tree::texts(["x", "y\n"]))
            .with("a", Object::new().with("n", Tree::number("1.10")).with("none", Object::new()))
            .with("list", vec![Tree::from(Object::new().with("t", true)), Tree::Null]);
        let expected = "{\n  \"b\": [\"x\", \"y\\n\"],\n  \"a\": {\n    \"n\": 1.10,\n    \"none\": {}\n  },\n  \"list\": [\n    {\n      \"t\": true\n    },\n    null\n  ]\n}\n";
        let tree = Tree::from(tree);
        assert_eq!(String::from_utf8(to_json(&tree)).expect("UTF-8"), expected);
        let packed = r#"{"b":["x","y\n"],"a":{"n":1.10,"none":{}},"list":[{"t":true},null]}"#;
        assert_eq!(String::from_utf8(to_compact_json(&tree)).expect("UTF-8"), packed);
    }
}
