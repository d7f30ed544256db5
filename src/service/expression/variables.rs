//! What an expression reads when it is asked.

use std::collections::{BTreeMap, HashMap};

use cel::common::types::{CelBool, CelInt, CelList, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;

use super::{presence, values};
use crate::json::Value;

/// What expressions read: the members of a message, turned into values when an expression asks for them.
pub struct Variables<'v> {
    body: Value<'v>,
    tables: Option<&'v Tables>,
    more: Vec<(&'static str, Given<'v>)>,
}

/// A variable that is not a member.
enum Given<'v> {
    Integer(i64),
    Json(Value<'v>),
    NoItems,
    Text(String),
}

impl<'v> Variables<'v> {
    /// The members of `body`, and `body` itself.
    pub fn of(body: Value<'v>) -> Self {
        Self { body, tables: None, more: Vec::new() }
    }

    /// The same with an integer.
    pub fn with_integer(mut self, name: &'static str, value: i64) -> Self {
        self.set(name, Given::Integer(value));
        self
    }

    /// The same with the constant tables of a service file.
    pub fn with_tables(mut self, tables: &'v Tables) -> Self {
        self.tables = Some(tables);
        self
    }

    /// Sets a text.
    pub fn set_text(&mut self, name: &'static str, value: &str) {
        self.set(name, Given::Text(value.to_owned()));
    }

    /// Sets a list without items.
    pub fn set_empty_list(&mut self, name: &'static str) {
        self.set(name, Given::NoItems);
    }

    /// Sets a JSON value.
    pub fn set_json(&mut self, name: &'static str, value: Value<'v>) {
        self.set(name, Given::Json(value));
    }

    /// Forgets what was set.
    pub fn forget(&mut self, names: &[&str]) {
        self.more.retain(|(known, _)| !names.contains(known));
    }

    /// The digits of the number to which the members `path`, joined by dots, lead; nothing where it is an integer that expressions
    /// know, and for what is no member of the message.
    pub(super) fn number(&self, path: &str) -> Option<&'v str> {
        let mut names = path.split('.');
        let first = names.next()?;
        if self.more.iter().any(|(known, _)| *known == first) {
            return None;
        }
        let top = match self.body.get(first) {
            None if first == "body" => self.body,
            found => found?,
        };
        let digits = names.try_fold(top, |value, name| value.get(name))?.as_number()?;
        digits.parse::<i64>().is_err().then_some(digits)
    }

    fn set(&mut self, name: &'static str, value: Given<'v>) {
        self.forget(&[name]);
        self.more.push((name, value));
    }

    fn table(&self, name: &str) -> Option<&cel::Value> {
        self.tables?.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        if let Some((_, given)) = self.more.iter().find(|(known, _)| *known == name) {
            return Some(CowVal::Owned(given.value()));
        }
        if let Some(asked) = name.strip_prefix(presence::PREFIX) {
            return Some(CowVal::owned(CelBool::from(self.body.get(asked).is_some())));
        }
        match self.body.get(name) {
            Some(value) => Some(CowVal::Owned(values::of(value))),
            None if name == "body" => Some(CowVal::Owned(values::of(self.body))),
            None => {
                let table = self.table(name)?.clone().try_into();
                Some(CowVal::Owned(table.expect("lists and maps of texts and integers are values")))
            }
        }
    }
}

impl Given<'_> {
    fn value<'b>(&'b self) -> Box<dyn Val + 'b> {
        match self {
            Self::Integer(value) => Box::new(CelInt::from(*value)),
            Self::Json(value) => values::of(*value),
            Self::NoItems => Box::new(CelList::from(Vec::new())),
            Self::Text(text) => Box::new(CelString::from(text.as_str())),
        }
    }
}

/// Constant maps and lists, by name.
#[derive(Clone, Debug, Default)]
pub struct Tables(Vec<(String, cel::Value)>);

impl Tables {
    /// Adds a map; a value of digits alone that fits is an integer.
    pub fn add_map(&mut self, name: &str, entries: &BTreeMap<String, String>) {
        let entries = entries.iter().map(|(key, value)| (key.clone(), values::scalar(value)));
        self.0.push((name.to_owned(), cel::Value::from(entries.collect::<HashMap<_, _>>())));
    }

    /// Adds a list of texts.
    pub fn add_list(&mut self, name: &str, texts: &[String]) {
        self.0.push((name.to_owned(), cel::Value::from(texts.to_vec())));
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}
