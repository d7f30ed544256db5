//! A JSON document in the making: its members stay in the order in which they were put.
//!
//! `json` writes it as indented JSON, `yaml` as YAML. Numbers and ready-made values are texts, so no digit is lost.

mod json;
mod yaml;

use std::borrow::Cow;

pub use json::{to_compact_json, to_json};
pub use yaml::to_yaml;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// A list.
    Array(Vec<Tree>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A number, as it is written in JSON.
    Number(Cow<'static, str>),
    /// An object.
    Object(Object),
    /// A string.
    String(Cow<'static, str>),
}

/// An object, whose keys differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    members: Vec<(Cow<'static, str>, Tree)>,
}

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with the member `key`, which is not there yet.
    #[must_use]
    pub fn with(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Tree>) -> Self {
        self.put(key, value);
        self
    }

    /// The same with the member `key`, where there is a value for it.
    #[must_use]
    pub fn with_some(self, key: &'static str, value: Option<impl Into<Tree>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Puts the member `key` behind the others; it is not there yet.
    pub fn put(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Tree>) {
        self.members.push((key.into(), value.into()));
    }

    /// Puts the member `key` behind the others, or in place of the one that has it.
    pub fn set(&mut self, key: &'static str, value: impl Into<Tree>) {
        match self.members.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = value.into(),
            None => self.put(key, value),
        }
    }

    /// Takes the member `key` out.
    pub fn take(&mut self, key: &str) -> Option<Tree> {
        let at = self.members.iter().position(|(known, _)| known == key)?;
        Some(self.members.remove(at).1)
    }

    /// Keeps the members whose keys `is` says.
    pub fn retain(&mut self, is: impl Fn(&str) -> bool) {
        self.members.retain(|(key, _)| is(key));
    }

    /// The value of the member `key`.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.members.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Tree> {
        self.members.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The values of its members, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Tree> {
        self.members.iter_mut().map(|(_, value)| value)
    }

    /// Its members.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Tree)> {
        self.members.iter().map(|(key, value)| (&**key, value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl Tree {
    /// The value that the JSON text `json` is. Nothing for one that is not JSON.
    pub fn of_json(json: &[u8]) -> Option<Self> {
        let mut tape = crate::json::Tape::new();
        // Whoever asks has made the text, and says what it means that it is none.
        tape.parse(json, &crate::limits::JsonLimits::default()).ok().map(of_value)
    }

    /// A number.
    pub fn number(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Number(text.into())
    }

    /// A list of texts.
    pub fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self::Array(texts.into_iter().map(Self::from).collect())
    }
}

fn of_value(value: crate::json::Value<'_>) -> Tree {
    use crate::json::Kind;
    match value.kind() {
        Kind::Array => Tree::Array(value.items().map(of_value).collect()),
        Kind::Bool => Tree::Bool(value.as_bool() == Some(true)),
        Kind::Null => Tree::Null,
        Kind::Number => Tree::number(value.raw().to_owned()),
        Kind::Object => {
            let mut object = Object::new();
            value
                .members()
                .for_each(|member| object.put(member.key().into_owned(), of_value(member.value())));
            Tree::Object(object)
        }
        Kind::String => {
            Tree::String(value.as_str().map_or(Cow::Borrowed(""), |text| Cow::Owned(text.into_owned())))
        }
    }
}

impl From<Object> for Tree {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<Vec<Tree>> for Tree {
    fn from(items: Vec<Tree>) -> Self {
        Self::Array(items)
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::String(Cow::Owned(text.to_owned()))
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

impl From<bool> for Tree {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<u64> for Tree {
    fn from(number: u64) -> Self {
        Self::Number(Cow::Owned(number.to_string()))
    }
}
