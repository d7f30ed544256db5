//! Where the values of a YAML file are: looked up only when there is a problem to show.

use super::key_path::{KeyPath, Step};
use super::syntax;
use super::tree::{Node, Place, Tree};

/// The places of all values and keys of a file.
#[derive(Debug)]
pub(in crate::service) struct Locations(Option<Tree>);

/// A place, and how many steps of a path led to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service) struct Found {
    pub(in crate::service) at: Place,
    pub(in crate::service) steps: usize,
}

impl Locations {
    /// Those of the YAML `text`.
    pub(in crate::service) fn of(text: &str) -> Self {
        // Without YAML there are no places; what is wrong with it has its own.
        Self(syntax::parse(text).ok().map(|document| document.tree))
    }

    /// The place of `path`, or of the last key on the way to it that is there.
    pub(in crate::service) fn find(&self, path: &KeyPath) -> Option<Found> {
        let mut node = self.0.as_ref()?;
        let (mut name, mut steps) = (node.at, 0);
        for step in path.steps() {
            let next = match (step, &node.node) {
                (Step::Item(at), Node::Items(items)) => items.get(*at).map(|item| (item.at, item)),
                // Of a list of names each is found by itself.
                (Step::Key(key), Node::Items(items)) => {
                    items.iter().find(|item| item.is(key)).map(|item| (item.at, item))
                }
                (Step::Key(key), Node::Members(members)) => members
                    .iter()
                    .find(|member| member.key == *key)
                    .map(|member| (member.key_at, &member.value)),
                _ => None,
            };
            let Some((key, value)) = next else { return Some(Found { at: name, steps }) };
            (name, node, steps) = (key, value, steps + 1);
        }
        Some(Found { at: node.at, steps })
    }

    /// How many items the list at the top named `key` has.
    pub(in crate::service) fn items(&self, key: &str) -> usize {
        self.0.as_ref().and_then(|tree| tree.get(key)).map_or(0, |list| list.items().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, path: &KeyPath) -> Option<(usize, usize, usize)> {
        let found = Locations::of(text).find(path)?;
        Some((found.at.line, found.at.column, found.steps))
    }

    #[test]
    fn values_keys_and_items_have_places() {
        let text = "a: 1\nb:\n  c: [x, { d: ~ }]\n  'e/f': *g\n".replace("*g", "\"v\"");
        let b = KeyPath::of("b");
        for (path, expected) in [
            (KeyPath::of("a"), (1, 4, 1)),
            (KeyPath::of("a").name(), (1, 1, 1)),
            (b.key("c").item(1).key("d"), (3, 15, 4)),
            (b.key("c").item(1).key("z"), (3, 10, 3)),
            (b.key("c").item(7), (3, 3, 2)),
            (b.key("c").key("x"), (3, 7, 3)),
            (b.key("e/f"), (4, 10, 2)),
            (b.key("z"), (2, 1, 1)),
            (KeyPath::of("z"), (1, 1, 0)),
        ] {
            assert_eq!(place(&text, &path), Some(expected), "{path}");
        }
        assert_eq!(Locations::of("v: [1, 2]").items("v"), 2);
    }
}
