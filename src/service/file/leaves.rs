//! The values of a service file, each with its keys and its place: what two files are compared by.

use super::syntax;
use super::tree::{Node, Place, Tree};

/// A value that is no mapping, or the whole of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The keys that lead to it.
    pub keys: Vec<String>,
    /// What it is: of a list all that is in it.
    pub value: String,
    /// The line of its key, from one.
    pub line: usize,
    /// The character in it, from one.
    pub column: usize,
}

/// The values of the YAML `text`, in its order; nothing where it is not YAML.
pub fn leaves(text: &str) -> Option<Vec<Leaf>> {
    // What is wrong with it is told by whoever loads it.
    let document = syntax::parse(text).ok()?;
    let mut found = Vec::new();
    add(&document.tree, &mut Vec::new(), document.tree.at, &mut found);
    Some(found)
}

fn add(tree: &Tree, keys: &mut Vec<String>, at: Place, found: &mut Vec<Leaf>) {
    match &tree.node {
        Node::Members(members) if !members.is_empty() => {
            for member in members {
                keys.push(member.key.clone());
                add(&member.value, keys, member.key_at, found);
                keys.pop();
            }
        }
        _ => found.push(Leaf { keys: keys.clone(), value: whole(tree), line: at.line, column: at.column }),
    }
}

/// A value in one line: whatever differs in it makes it another one.
fn whole(tree: &Tree) -> String {
    match &tree.node {
        Node::Items(items) => format!("[{}]", items.iter().map(whole).collect::<Vec<_>>().join(", ")),
        Node::Members(members) => {
            let member = |member: &super::tree::Member| format!("{:?}: {}", member.key, whole(&member.value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        Node::Null => "null".to_owned(),
        Node::Scalar(scalar) => format!("{:?}", scalar.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_keys_and_places() {
        let text = "a: 1\nb:\n  c: [x, { d: ~ }]\n  e: {}\n";
        let found = leaves(text).expect("YAML");
        let shown: Vec<String> = found
            .iter()
            .map(|leaf| format!("{}={}@{}:{}", leaf.keys.join("."), leaf.value, leaf.line, leaf.column))
            .collect();
        assert_eq!(shown, ["a=\"1\"@1:1", "b.c=[\"x\", {\"d\": null}]@3:3", "b.e={}@4:3"]);
        assert_eq!(leaves("a: [").map(|found| found.len()), None);
    }
}
