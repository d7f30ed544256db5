//! What an expression reads when it is asked.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use cel::common::types::CelBool;
use cel::common::value::CowVal;
use cel::context::VariableResolver;

use super::slot::{Slot, Table};
use super::{presence, values};
use crate::json::{Key, Value};

/// What expressions read: the members of a message, turned into values when an expression asks for them.
pub struct Variables<'v> {
    body: Value<'v>,
    tables: Option<&'v Tables>,
    http: Option<i64>,
    item: Option<Value<'v>>,
    now: Option<Now>,
    more: Vec<(&'static str, Given<'v>)>,
}

/// The time, which is read once, when somebody asks for it.
struct Now {
    read: fn() -> String,
    text: OnceLock<String>,
}

/// A variable that is not a member.
enum Given<'v> {
    Json(Value<'v>),
    NoItems,
    Text(String),
}

impl<'v> Variables<'v> {
    /// The members of `body`, and `body` itself.
    pub fn of(body: Value<'v>) -> Self {
        Self { body, tables: None, http: None, item: None, now: None, more: Vec::new() }
    }

    /// The same with the HTTP status, as `http`.
    pub fn with_http(mut self, status: u16) -> Self {
        self.http = Some(i64::from(status));
        self
    }

    /// The same with the time, as `now`: what `read` gives when it is asked for.
    pub fn with_now(mut self, read: fn() -> String) -> Self {
        self.now = Some(Now { read, text: OnceLock::new() });
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

    /// Sets the item of a list, as `item`.
    pub fn set_item(&mut self, item: Value<'v>) {
        self.item = Some(item);
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
        if self.given(first).is_some() {
            return None;
        }
        let top = match self.body.get(first) {
            None if first == "body" => self.body,
            found => found?,
        };
        let digits = names.try_fold(top, |value, name| value.get(name))?.as_number()?;
        digits.parse::<i64>().is_err().then_some(digits)
    }

    /// What `name` stands for.
    pub(super) fn find(&self, key: &Key) -> Option<Slot<'_>> {
        let name = key.as_str();
        if let Some(given) = self.given(name) {
            return Some(given);
        }
        match self.body.member(key) {
            Some(value) => Some(Slot::of(value)),
            None if name == "body" => Some(Slot::of(self.body)),
            None => self.table(name).map(Slot::Table),
        }
    }

    /// Whether the message has the member `name`.
    pub(super) fn has_member(&self, name: &Key) -> bool {
        self.body.member(name).is_some()
    }

    /// What `name` stands for beside the message.
    fn given(&self, name: &str) -> Option<Slot<'_>> {
        match name {
            "http" if self.http.is_some() => self.http.map(Slot::Integer),
            "item" if self.item.is_some() => self.item.map(Slot::of),
            "now" if self.now.is_some() => {
                self.now.as_ref().map(|now| Slot::Text(Cow::Borrowed(now.text.get_or_init(now.read))))
            }
            name => self.more.iter().find(|(known, _)| *known == name).map(|(_, given)| given.slot()),
        }
    }

    fn set(&mut self, name: &'static str, value: Given<'v>) {
        self.forget(&[name]);
        self.more.push((name, value));
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.tables?.0.iter().find(|(known, _)| known == name).map(|(_, table)| table)
    }
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        if let Some(asked) = name.strip_prefix(presence::PREFIX) {
            return Some(CowVal::owned(CelBool::from(self.has_member(&Key::new(asked)))));
        }
        self.find(&Key::new(name)).map(|slot| CowVal::Owned(values::of_slot(slot)))
    }
}

impl<'v> Given<'v> {
    fn slot(&self) -> Slot<'_> {
        match self {
            Self::Json(value) => Slot::of(*value),
            Self::NoItems => Slot::List(&[]),
            Self::Text(text) => Slot::Text(Cow::Borrowed(text)),
        }
    }
}

/// Constant maps and lists, by name.
#[derive(Clone, Debug, Default)]
pub struct Tables(Vec<(String, Table)>);

impl Tables {
    /// Adds a map; a value of digits alone that fits is an integer.
    pub fn add_map(&mut self, name: &str, entries: &BTreeMap<String, String>) {
        let own = entries.iter().map(|(key, value)| (key.clone(), Some(values::constant(value)))).collect();
        let values = entries.iter().map(|(key, value)| (key.clone(), values::scalar(value)));
        let value = cel::Value::from(values.collect::<HashMap<_, _>>());
        self.0.push((name.to_owned(), Table { value, entries: own }));
    }

    /// Adds a list of texts.
    pub fn add_list(&mut self, name: &str, texts: &[String]) {
        let entries = texts.iter().map(|text| (text.clone(), None)).collect();
        self.0.push((name.to_owned(), Table { value: cel::Value::from(texts.to_vec()), entries }));
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}
