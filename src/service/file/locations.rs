//! Where the values of a YAML file are: read a second time, and only when there is a problem to show.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::key_path::{KeyPath, Step};

/// The places of all values and keys of a file.
#[derive(Debug)]
pub(in crate::service) struct Locations(Option<Spanned<Node>>);

/// A place, and how many steps of a path led to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service) struct Found {
    pub(in crate::service) at: Location,
    pub(in crate::service) steps: usize,
}

#[derive(Debug)]
enum Node {
    Items(Vec<Spanned<Node>>),
    Members(Vec<(Spanned<String>, Spanned<Node>)>),
    Scalar,
}

impl Locations {
    /// Those of the YAML `text`.
    pub(in crate::service) fn of(text: &str) -> Self {
        // A file that was read as what it should be is read as anything. Where it is not, a problem is shown without its line.
        Self(serde_saphyr::from_str(text).ok())
    }

    /// The place of `path`, or of the last key on the way to it that is there.
    pub(in crate::service) fn find(&self, path: &KeyPath) -> Option<Found> {
        let mut node = self.0.as_ref()?;
        let (mut name, mut steps) = (node.referenced, 0);
        for step in path.steps() {
            let next = match (step, &node.value) {
                (Step::Item(at), Node::Items(items)) => items.get(*at).map(|item| (item.referenced, item)),
                (Step::Key(key), Node::Members(members)) => members
                    .iter()
                    .find(|(name, _)| name.value == *key)
                    .map(|(name, value)| (name.referenced, value)),
                _ => None,
            };
            let Some((key, value)) = next else { return Some(Found { at: name, steps }) };
            (name, node, steps) = (key, value, steps + 1);
        }
        Some(Found { at: node.referenced, steps })
    }

    /// How many items the list at the top named `key` has.
    pub(in crate::service) fn items(&self, key: &str) -> usize {
        let Some(Spanned { value: Node::Members(members), .. }) = &self.0 else { return 0 };
        match members.iter().find(|(name, _)| name.value == key) {
            Some((_, Spanned { value: Node::Items(items), .. })) => items.len(),
            _ => 0,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::Items(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Node::Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, path: &KeyPath) -> Option<(u64, u64, usize)> {
        let found = Locations::of(text).find(path)?;
        Some((found.at.line(), found.at.column(), found.steps))
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
            (b.key("e/f"), (4, 10, 2)),
            (b.key("z"), (2, 1, 1)),
            (KeyPath::of("z"), (1, 1, 0)),
        ] {
            assert_eq!(place(&text, &path), Some(expected), "{path}");
        }
        assert_eq!(Locations::of("v: [1, 2]").items("v"), 2);
    }
}
