//! A YAML file as a tree in which every key and every value has its place: what the types are read from (`repair`), and what a
//! problem is shown by.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::NonFiniteFloatPolicy;
use serde_saphyr::{Error, Location, Spanned};

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) node: Node,
    pub(super) at: Place,
    /// Whether it stands for a value that is not there or was not one, so that nothing is said of it again.
    pub(super) is_mended: bool,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Items(Vec<Tree>),
    Members(Vec<Member>),
    Null,
    Scalar(Scalar),
}

/// A value that is neither a list nor a mapping, with its text.
#[derive(Clone, Debug)]
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// What a scalar is where nobody says what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Fraction,
    Integer,
    Text,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) key_at: Place,
    pub(super) value: Tree,
}

/// A place of a file, counted from one, and how many characters of its line it has; line 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::service) struct Place {
    pub(in crate::service) line: usize,
    pub(in crate::service) column: usize,
    pub(in crate::service) width: usize,
}

impl Place {
    fn of(location: Location, width: usize) -> Self {
        Self { line: location.line() as usize, column: location.column() as usize, width }
    }
}

impl Tree {
    /// That of the YAML `text`. Errors: it is not YAML.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        // A text that looks like an infinite number is one where a text belongs.
        let options = serde_saphyr::options! { non_finite_float_policy: NonFiniteFloatPolicy::PassThrough };
        let parsed: Spanned<Parsed> = serde_saphyr::from_str_with_options(text, options)?;
        let characters = text.chars().collect::<Vec<_>>();
        Ok(Self::of(parsed, &characters))
    }

    /// A value in place of one that is missing or wrong.
    pub(super) const fn mended(at: Place) -> Self {
        Self { node: Node::Members(Vec::new()), at, is_mended: true }
    }

    fn of(parsed: Spanned<Parsed>, text: &[char]) -> Self {
        let Spanned { value, referenced, defined } = parsed;
        let scalar = |kind| {
            let span = defined.span();
            let characters = text.iter().skip(span.offset() as usize).take(span.len() as usize);
            Node::Scalar(Scalar { text: characters.collect(), kind })
        };
        let node = match value {
            Parsed::Boolean => scalar(Kind::Boolean),
            Parsed::Fraction => scalar(Kind::Fraction),
            Parsed::Integer => scalar(Kind::Integer),
            Parsed::Items(items) => Node::Items(items.into_iter().map(|item| Self::of(item, text)).collect()),
            Parsed::Members(members) => {
                Node::Members(members.into_iter().map(|(key, value)| Member::of(key, value, text)).collect())
            }
            Parsed::Null => Node::Null,
            Parsed::Text(text) => Node::Scalar(Scalar { text, kind: Kind::Text }),
        };
        let width = match node {
            Node::Scalar(_) => width(referenced, text),
            _ => 1,
        };
        Self { node, at: Place::of(referenced, width), is_mended: false }
    }

    /// Its members, if it is a mapping.
    pub(super) fn members(&self) -> &[Member] {
        match &self.node {
            Node::Members(members) => members,
            _ => &[],
        }
    }

    /// Its items, if it is a list.
    pub(super) fn items(&self) -> &[Self] {
        match &self.node {
            Node::Items(items) => items,
            _ => &[],
        }
    }

    /// The value of its member `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().find(|member| member.key == key).map(|member| &member.value)
    }

    /// Whether it is the scalar `text`.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(&self.node, Node::Scalar(scalar) if scalar.text == text)
    }
}

impl Member {
    fn of(key: Spanned<String>, value: Spanned<Parsed>, text: &[char]) -> Self {
        let key_at = Place::of(key.referenced, width(key.referenced, text));
        Self { key: key.value, key_at, value: Tree::of(value, text) }
    }
}

/// How many characters a scalar has on its first line.
fn width(at: Location, text: &[char]) -> usize {
    let span = at.span();
    let characters = text.iter().skip(span.offset() as usize).take(span.len() as usize);
    characters.take_while(|c| !matches!(c, '\n' | '\r')).count().max(1)
}

/// What the library gives.
#[derive(Debug)]
enum Parsed {
    Boolean,
    Fraction,
    Integer,
    Items(Vec<Spanned<Self>>),
    Members(Vec<(Spanned<String>, Spanned<Self>)>),
    Null,
    Text(String),
}

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Parsed, E> {
        Ok(Parsed::Boolean)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Parsed, E> {
        Ok(Parsed::Fraction)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Parsed, E> {
        Ok(Parsed::Integer)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Parsed, E> {
        Ok(Parsed::Integer)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Parsed, E> {
        Ok(Parsed::Integer)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Parsed, E> {
        Ok(Parsed::Integer)
    }

    fn visit_str<E>(self, text: &str) -> Result<Parsed, E> {
        Ok(Parsed::Text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Null)
    }

    fn visit_none<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        Parsed::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Parsed, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Parsed::Items(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Parsed::Members(members))
    }
}
