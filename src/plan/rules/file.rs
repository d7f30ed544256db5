//! Field rules as they are typed: every rule is a key of the operation or the type that it is for, beside other keys.
//!
//! serde cannot flatten one struct into another and refuse unknown keys, so the keys of rules are taken out of the map on
//! its way to the struct with the other keys ([`FieldRules::beside`]). A key is looked at where the YAML has it, so what is
//! said of an unknown one has its place.

use std::fmt;
use std::sync::OnceLock;

use serde::Deserialize;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::FieldRule;
use super::rule::Spot;
use super::unwrap::Unwrap;

/// A rule and the field that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// A JSON Pointer; `*` stands for every item of an array.
    pub pointer: String,
    /// The field as it was typed, by which its place in the service file is found.
    pub field: String,
    /// What happens to the field.
    pub rule: FieldRule,
}

impl Placed {
    fn of(spot: Spot<FieldRule>) -> Self {
        Self { pointer: pointer(&spot.field), field: spot.field, rule: spot.rule }
    }
}

/// `text` as a JSON Pointer; `a.b` is `/a/b`.
pub fn pointer(text: &str) -> String {
    if text.starts_with('/') { text.to_owned() } else { format!("/{}", text.replace('.', "/")) }
}

/// The field rules of one operation or type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldRules(Vec<Placed>);

impl FieldRules {
    /// The rules in the order in which they apply.
    pub fn in_order(&self) -> Vec<Placed> {
        let mut placed = self.0.clone();
        placed.sort_by_key(|placed| {
            let about = placed.rule.about();
            let depth = if about.deepest_first { placed.pointer.matches('/').count() } else { 0 };
            (FieldRule::ALL.iter().position(|known| known.key == about.key), std::cmp::Reverse(depth))
        });
        placed
    }

    /// Adds `unwrap` for `fields`, which stand below another key.
    pub fn unwrap(&mut self, fields: Vec<String>) {
        self.0.extend(
            super::rule::spots(fields, |rule: Unwrap| FieldRule::Unwrap(rule)).into_iter().map(Placed::of),
        );
    }

    /// A deserializer for a struct whose keys stand beside those of rules, which it keeps. A key that both have is that of
    /// the struct. It refuses an unknown key.
    pub fn beside<D>(&mut self, inner: D) -> Beside<'_, D> {
        Beside { inner, rules: self }
    }
}

impl<'de> Deserialize<'de> for FieldRules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// No key but those of rules.
        #[derive(Deserialize)]
        struct Nothing {}

        let mut rules = Self::default();
        Nothing::deserialize(rules.beside(deserializer))?;
        Ok(rules)
    }
}

/// A deserializer of a struct that keeps field rules from it.
#[derive(Debug)]
pub struct Beside<'r, D> {
    inner: D,
    rules: &'r mut FieldRules,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Beside<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, D::Error> {
        Err(D::Error::custom("only a struct has keys beside those of rules"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        own: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_map(Sieve { own, rules: self.rules, visitor })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Sorts the keys of a map: those of rules are read, the others are the visitor's.
struct Sieve<'r, T> {
    /// The keys that are not rules.
    own: &'static [&'static str],
    rules: &'r mut FieldRules,
    /// Who gets the others; the map itself once it is there.
    visitor: T,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Sieve<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of rules")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        let Self { own, rules, visitor } = self;
        visitor.visit_map(Sieve { own, rules, visitor: map })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Sieve<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        loop {
            match self.visitor.next_key_seed(Keys { own: self.own })? {
                None => return Ok(None),
                Some(Key::Own(key)) => {
                    return seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some);
                }
                Some(Key::Rule(key)) => {
                    let spots = FieldRule::read(key, &mut self.visitor)?;
                    self.rules.0.extend(spots.into_iter().map(Placed::of));
                }
            }
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.visitor.next_value_seed(seed)
    }
}

/// A key that is known.
enum Key {
    Own(&'static str),
    Rule(&'static str),
}

/// Reads a key. Errors: it is not known; then all that are known are told.
struct Keys {
    own: &'static [&'static str],
}

impl Keys {
    fn all(&self) -> Vec<&'static str> {
        let rules = FieldRule::ALL.iter().map(|about| about.key).filter(|key| !self.own.contains(key));
        let mut all: Vec<_> = self.own.iter().copied().chain(rules).collect();
        all.sort_unstable();
        all
    }
}

impl<'de> DeserializeSeed<'de> for Keys {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Keys {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        if let Some(own) = self.own.iter().find(|own| **own == key) {
            return Ok(Key::Own(own));
        }
        if let Some(about) = FieldRule::ALL.iter().find(|about| about.key == key) {
            return Ok(Key::Rule(about.key));
        }
        // serde asks for a list that lives as long as the program; there are two of them.
        static OF_OPERATION: OnceLock<Vec<&str>> = OnceLock::new();
        static OF_TYPE: OnceLock<Vec<&str>> = OnceLock::new();
        let known = if self.own.is_empty() { &OF_TYPE } else { &OF_OPERATION };
        Err(E::unknown_field(key, known.get_or_init(|| self.all())))
    }
}
