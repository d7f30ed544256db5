//! YAML as it was typed: a number that is not whole keeps its digits.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::{Error, Spanned};

use super::yaml::Tree;

/// The document `text`. Errors: it is not YAML.
pub(super) fn read(text: &str) -> Result<Tree, Error> {
    let document: Spanned<Typed> = serde_saphyr::from_str(text)?;
    Ok(tree(document, text))
}

/// A value whose digits, if it is a fraction, stand in the text.
#[derive(Debug)]
enum Typed {
    Fraction,
    List(Vec<Spanned<Self>>),
    Map(Vec<(String, Spanned<Self>)>),
    Plain(Tree),
}

fn tree(typed: Spanned<Typed>, text: &str) -> Tree {
    match typed.value {
        Typed::Fraction => {
            let span = typed.defined.span();
            Tree::Text(text.chars().skip(span.offset() as usize).take(span.len() as usize).collect())
        }
        Typed::List(items) => Tree::List(items.into_iter().map(|item| tree(item, text)).collect()),
        Typed::Map(members) => {
            Tree::Map(members.into_iter().map(|(key, value)| (key, tree(value, text))).collect())
        }
        Typed::Plain(tree) => tree,
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Typed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Typed, E> {
        Ok(Typed::Plain(Tree::Bool(value)))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Typed, E> {
        Ok(Typed::Fraction)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Typed, E> {
        Ok(Typed::Plain(Tree::Number(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Typed, E> {
        Ok(Typed::Plain(Tree::of(value)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Typed, E> {
        Ok(Typed::Plain(Tree::Text(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Typed, E> {
        Ok(Typed::Plain(Tree::Null))
    }

    fn visit_none<E>(self) -> Result<Typed, E> {
        Ok(Typed::Plain(Tree::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Typed, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Typed::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Typed, A::Error> {
        let mut map = Vec::new();
        while let Some(member) = members.next_entry()? {
            map.push(member);
        }
        Ok(Typed::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// They could not be read, so that a file with one could not be shown, and counted as a service file where it was included.
    #[test]
    fn numbers_keep_their_digits() {
        let text = "ä: [1.50, -0.0, 1e3, 007.10, \"1.50\", 12345678901234567890.12345678901234567890]\n\
                    b: { x: &a 2.500, y: *a, z: 18446744073709551616 }\n";
        let read = read(text).expect("YAML");
        let texts =
            |list: &[&str]| list.iter().map(|text| Tree::Text((*text).to_owned())).collect::<Vec<_>>();
        let fractions =
            ["1.50", "-0.0", "1e3", "007.10", "1.50", "12345678901234567890.12345678901234567890"];
        assert_eq!(read.get("ä"), Some(&Tree::List(texts(&fractions))));
        let members = |key| read.get("b").and_then(|b| b.get(key)).map(Tree::text);
        assert_eq!(
            [members("x"), members("y"), members("z")],
            [Some("2.500"), Some("2.500"), Some("18446744073709551616")]
        );
        assert!(super::read("a: [").is_err());
    }
}
