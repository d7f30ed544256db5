//! JSON values in expressions, and back.
//!
//! Texts are borrowed and objects are looked into when an expression does, so a condition costs what it asks for.

use std::sync::{Arc, OnceLock};

use cel::common::traits::{self, Container, Indexer, Iterable, Sizer};
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelNull, CelString, Kind as CelKind, MAP_TYPE, Type,
};
use cel::common::value::{CowVal, Val};
use cel::{ExecutionError, Value};

use super::computed::Computed;
use super::slot::{Constant, Slot};
use crate::json::{self, Kind, write};

/// `value` as the interpreter sees it.
pub(super) fn of<'v>(value: json::Value<'v>) -> Box<dyn Val + 'v> {
    of_slot(Slot::of(value))
}

/// The same of a value that an operation works with.
pub(super) fn of_slot<'v>(slot: Slot<'v>) -> Box<dyn Val + 'v> {
    match slot {
        Slot::Boolean(value) => Box::new(CelBool::from(value)),
        Slot::Double(value) => Box::new(CelDouble::from(value)),
        Slot::Integer(value) => Box::new(CelInt::from(value)),
        Slot::Json(value) if value.kind() == Kind::Object => {
            Box::new(Object { value, keys: OnceLock::new() })
        }
        Slot::Json(value) => Box::new(CelList::from(value.items().map(of).collect::<Vec<_>>())),
        Slot::List(items) => {
            Box::new(CelList::from(items.iter().map(|item| of_slot(item.slot())).collect::<Vec<_>>()))
        }
        Slot::Null => Box::new(CelNull),
        Slot::Table(table) => {
            table.value.clone().try_into().expect("lists and maps of texts and integers are values")
        }
        Slot::Text(text) => Box::new(CelString::from(text)),
    }
}

/// A JSON object.
#[derive(Clone, Debug)]
struct Object<'t> {
    value: json::Value<'t>,
    keys: OnceLock<Vec<CelString<'t>>>,
}

impl Val for Object<'_> {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }
}

impl<'t> Object<'t> {
    fn member(&self, key: &dyn Val) -> Option<json::Value<'t>> {
        self.value.get(key.downcast_ref::<CelString>()?.inner())
    }

    fn found<'v>(&self, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        't: 'v,
    {
        self.member(key).map(of).ok_or_else(|| ExecutionError::no_such_key("member"))
    }
}

impl Container for Object<'_> {
    fn contains(&self, key: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(self.member(key).is_some())
    }
}

impl Indexer for Object<'_> {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.found(key).map(CowVal::Owned)
    }

    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.found(key)
    }
}

impl Sizer for Object<'_> {
    fn size(&self) -> CelInt {
        CelInt::from(i64::try_from(self.value.len()).expect("a message has fewer members"))
    }
}

impl Iterable for Object<'_> {
    fn iter<'b, 'v>(&'b self) -> Box<dyn traits::Iterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        let keys = || self.value.members().map(|member| CelString::from(member.key())).collect();
        Box::new(Keys(self.keys.get_or_init(keys).iter()))
    }
}

struct Keys<'b, 't>(std::slice::Iter<'b, CelString<'t>>);

impl<'b, 'v, 't: 'v> traits::Iterator<'b, 'v> for Keys<'b, 't> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|key| key as &(dyn Val + 'v))
    }
}

/// A value of a table.
pub(super) fn constant(text: &str) -> Constant {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !(text.len() > 1 && text.starts_with('0'));
    match text.parse() {
        Ok(integer) if plain => Constant::Integer(integer),
        _ => Constant::Text(text.to_owned()),
    }
}

/// The same for the interpreter.
pub(super) fn scalar(text: &str) -> Value {
    match constant(text) {
        Constant::Integer(integer) => Value::Int(integer),
        _ => Value::String(Arc::new(text.to_owned())),
    }
}

/// The result of an expression; nothing for what is not JSON.
pub(super) fn computed(value: &dyn Val) -> Option<Computed> {
    match value.get_type().kind() {
        CelKind::Boolean => value.downcast_ref::<CelBool>().map(|value| Computed::Boolean(*value.inner())),
        CelKind::Int => value.downcast_ref::<CelInt>().map(|value| Computed::Integer(*value.inner())),
        CelKind::NullType => Some(Computed::Null),
        CelKind::String => {
            value.downcast_ref::<CelString>().map(|text| Computed::Text(text.inner().to_owned()))
        }
        CelKind::List | CelKind::Map => {
            let mut out = Vec::new();
            put(&mut out, value)?;
            Some(Computed::Json(utf8(out)))
        }
        _ => None,
    }
}

/// `text(x)`: a string as it is, anything else as compact JSON.
pub(super) fn text<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let value = args.first().ok_or_else(ExecutionError::missing_argument_or_target)?;
    let text = match value.downcast_ref::<CelString>() {
        Some(text) => text.inner().to_owned(),
        None => {
            let mut out = Vec::new();
            put(&mut out, value.as_ref())
                .ok_or_else(|| ExecutionError::function_error("text", "not JSON"))?;
            utf8(out)
        }
    };
    Ok(CowVal::owned(CelString::from(text)))
}

/// `only(object, keys)`: whether an object has no member but these.
pub(super) fn only<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let [object, keys] = args.as_slice() else { return Err(ExecutionError::missing_argument_or_target()) };
    let (members, keys) = (object.as_iterable(), keys.as_container());
    let (Some(members), Some(keys)) = (members, keys) else {
        return Err(ExecutionError::function_error("only", "expected an object and a list"));
    };
    let mut members = members.iter();
    while let Some(member) = members.next() {
        if !keys.contains(member)? {
            return Ok(CowVal::owned(CelBool::from(false)));
        }
    }
    Ok(CowVal::owned(CelBool::from(true)))
}

/// `utc_date(x)`: the day on which an instant is in UTC; a date is that day.
pub(super) fn utc_date<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let text = args.first().and_then(|value| value.downcast_ref::<CelString>());
    let text = text.ok_or_else(|| ExecutionError::function_error("utc_date", "not a string"))?.inner();
    let day = chrono::DateTime::parse_from_rfc3339(text)
        .map(|instant| instant.to_utc().format("%Y-%m-%d").to_string());
    let plain = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|_| text.to_owned());
    let day = day.or(plain).map_err(|_| ExecutionError::function_error("utc_date", "not an instant"))?;
    Ok(CowVal::owned(CelString::from(day)))
}

/// JSON that was written here, of texts.
fn utf8(json: Vec<u8>) -> String {
    String::from_utf8(json).expect("JSON is written as UTF-8")
}

/// Appends a value as JSON; nothing for what is none.
fn put(out: &mut Vec<u8>, value: &dyn Val) -> Option<()> {
    match value.get_type().kind() {
        CelKind::List => return list(out, value),
        CelKind::Map => return object(out, value),
        CelKind::String => write::write_string(out, value.downcast_ref::<CelString>()?.inner()),
        // Functions and types are no values, and nothing of JSON.
        _ => match Value::try_from(value).ok()? {
            Value::Bool(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Value::Float(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Value::Int(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Value::UInt(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Value::Null => out.extend_from_slice(b"null"),
            _ => return None,
        },
    }
    Some(())
}

fn list(out: &mut Vec<u8>, value: &dyn Val) -> Option<()> {
    let mut items = value.as_iterable()?.iter();
    out.push(b'[');
    let empty = out.len();
    while let Some(item) = items.next() {
        if out.len() > empty {
            out.push(b',');
        }
        put(out, item)?;
    }
    out.push(b']');
    Some(())
}

fn object(out: &mut Vec<u8>, value: &dyn Val) -> Option<()> {
    let mut keys = value.as_iterable()?.iter();
    let mut members = std::collections::BTreeMap::new();
    while let Some(key) = keys.next() {
        let mut member = Vec::new();
        // A map that does not have its own key is not one of JSON.
        put(&mut member, value.as_indexer()?.get(key).ok()?.as_ref())?;
        members.insert(key.downcast_ref::<CelString>()?.inner().to_owned(), member);
    }
    out.push(b'{');
    for (at, (key, member)) in members.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write::write_key(out, key);
        out.extend_from_slice(member);
    }
    out.push(b'}');
    Some(())
}
