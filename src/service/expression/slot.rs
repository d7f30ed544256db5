//! Values that an expression works with, as they stand in a message or in the expression itself.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::json::{self, Kind, Value};

/// A value. Texts are borrowed where they have no escapes, and arrays and objects are looked into when an expression does.
#[derive(Clone, Debug)]
pub(super) enum Slot<'v> {
    Boolean(bool),
    Double(f64),
    Integer(i64),
    /// An array or an object.
    Json(Value<'v>),
    /// A list that is written out.
    List(&'v [Constant]),
    Null,
    Table(&'v Table),
    Text(Cow<'v, str>),
}

/// A value that is written out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Boolean(bool),
    Double(f64),
    Integer(i64),
    List(Vec<Constant>),
    Null,
    Text(String),
}

/// A constant map or list, for the interpreter and for operations.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) value: cel::Value,
    /// The keys of the map, or the items of the list; a list has no values.
    pub(super) entries: BTreeMap<String, Option<Constant>>,
}

/// What a loop is over.
pub(super) enum Items<'v> {
    Array(json::Items<'v>),
    Keys(json::Members<'v>),
    List(std::slice::Iter<'v, Constant>),
}

impl<'v> Iterator for Items<'v> {
    type Item = Slot<'v>;

    fn next(&mut self) -> Option<Slot<'v>> {
        match self {
            Self::Array(items) => items.next().map(Slot::of),
            Self::Keys(members) => members.next().map(|member| Slot::Text(member.key())),
            Self::List(items) => items.next().map(Constant::slot),
        }
    }
}

impl Constant {
    #[inline]
    pub(super) fn slot(&self) -> Slot<'_> {
        match self {
            Self::Boolean(value) => Slot::Boolean(*value),
            Self::Double(value) => Slot::Double(*value),
            Self::Integer(value) => Slot::Integer(*value),
            Self::List(items) => Slot::List(items),
            Self::Null => Slot::Null,
            Self::Text(text) => Slot::Text(Cow::Borrowed(text)),
        }
    }
}

impl<'v> Slot<'v> {
    /// `value` as expressions see it. A number with a fraction is a double here, and here alone: no message is made of it.
    pub(super) fn of(value: Value<'v>) -> Self {
        match value.kind() {
            Kind::Array | Kind::Object => Self::Json(value),
            Kind::Bool => Self::Boolean(value.as_bool() == Some(true)),
            Kind::Null => Self::Null,
            Kind::Number => Self::number(value.as_number().expect("a number")),
            Kind::String => Self::Text(value.as_str().expect("a string")),
        }
    }

    fn number(digits: &str) -> Self {
        match digits.parse() {
            Ok(whole) => Self::Integer(whole),
            Err(_) => Self::Double(digits.parse().expect("a JSON number is a double, or infinite")),
        }
    }

    /// The object that it is.
    pub(super) fn object(&self) -> Option<Value<'v>> {
        match self {
            Self::Json(value) if value.kind() == Kind::Object => Some(*value),
            _ => None,
        }
    }

    /// Its items, where it is a list, or the keys of an object.
    pub(super) fn items(&self) -> Option<Items<'v>> {
        match self {
            Self::Json(value) if value.kind() == Kind::Object => Some(Items::Keys(value.members())),
            Self::Json(value) => Some(Items::Array(value.items())),
            Self::List(items) => Some(Items::List(items.iter())),
            _ => None,
        }
    }

    /// Whether it is `other`. An object is not even itself.
    pub(super) fn equals(&self, other: &Slot<'_>) -> bool {
        match (self, other) {
            (Self::Null, Slot::Null) => true,
            (Self::Json(_) | Self::List(_), Slot::Json(_) | Slot::List(_)) => self.has_items_of(other),
            _ => self.compare(other) == Some(Ordering::Equal),
        }
    }

    fn has_items_of(&self, other: &Slot<'_>) -> bool {
        let (Some(count), Some(own)) = (self.len_of_list(), self.items()) else { return false };
        let (Some(others_count), Some(others)) = (other.len_of_list(), other.items()) else { return false };
        count == others_count && own.zip(others).all(|(own, other)| own.equals(&other))
    }

    fn len_of_list(&self) -> Option<usize> {
        match self {
            Self::Json(value) if value.kind() == Kind::Array => Some(value.len()),
            Self::List(items) => Some(items.len()),
            _ => None,
        }
    }

    /// How it stands to `other`; nothing where they cannot be compared.
    pub(super) fn compare(&self, other: &Slot<'_>) -> Option<Ordering> {
        match (self, other) {
            (Self::Boolean(one), Slot::Boolean(two)) => Some(one.cmp(two)),
            (Self::Double(one), Slot::Double(two)) => one.partial_cmp(two),
            (Self::Double(one), Slot::Integer(two)) => one.partial_cmp(&(*two as f64)),
            (Self::Integer(one), Slot::Double(two)) => (*one as f64).partial_cmp(two),
            (Self::Integer(one), Slot::Integer(two)) => Some(one.cmp(two)),
            (Self::Text(one), Slot::Text(two)) => Some(one.cmp(two)),
            _ => None,
        }
    }
}

impl Table {
    /// Whether it has the key, or the item.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// The value of a key of a map.
    pub(super) fn get(&self, key: &str) -> Option<Slot<'_>> {
        self.entries.get(key)?.as_ref().map(Constant::slot)
    }
}
