//! JSON values in expressions, and back.

use std::collections::HashMap;
use std::sync::Arc;

use cel::common::types::CelString;
use cel::common::value::CowVal;
use cel::{ExecutionError, Value};

use super::Computed;
use crate::json::{self, Kind, write};

/// `value` as expressions see it. A number with a fraction is a double here, and here alone: no message is made of it.
pub(super) fn of(value: json::Value<'_>) -> Value {
    match value.kind() {
        Kind::Array => Value::List(Arc::new(value.items().map(of).collect())),
        Kind::Bool => Value::Bool(value.as_bool() == Some(true)),
        Kind::Null => Value::Null,
        Kind::Number => number(value.as_number().unwrap_or_default()),
        Kind::Object => {
            let members = value.members().map(|member| (member.key().into_owned(), of(member.value())));
            Value::from(members.collect::<HashMap<String, Value>>())
        }
        Kind::String => Value::String(Arc::new(value.as_str().unwrap_or_default().into_owned())),
    }
}

fn number(digits: &str) -> Value {
    let whole = digits.parse::<i64>().ok().map(Value::Int);
    whole.or_else(|| digits.parse().ok().map(Value::Float)).unwrap_or(Value::Null)
}

/// A value of a table.
pub(super) fn scalar(text: &str) -> Value {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !(text.len() > 1 && text.starts_with('0'));
    let integer = text.parse().ok().filter(|_| plain);
    integer.map(Value::Int).unwrap_or_else(|| Value::String(Arc::new(text.to_owned())))
}

/// The result of an expression; nothing for what is no JSON.
pub(super) fn computed(value: Value) -> Option<Computed> {
    match value {
        Value::Bool(value) => Some(Computed::Boolean(value)),
        Value::Int(value) => Some(Computed::Integer(value)),
        Value::Null => Some(Computed::Null),
        Value::String(text) => Some(Computed::Text(text.as_str().to_owned())),
        Value::UInt(value) => i64::try_from(value).ok().map(Computed::Integer),
        Value::List(_) | Value::Map(_) => {
            let mut out = Vec::new();
            put(&mut out, &value);
            Some(Computed::Json(String::from_utf8_lossy(&out).into_owned()))
        }
        _ => None,
    }
}

/// `text(x)`: a string as it is, anything else as compact JSON.
pub(super) fn text<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let value = args.first().ok_or_else(ExecutionError::missing_argument_or_target)?;
    let value = Value::try_from(value.as_ref())?;
    let text = match &value {
        Value::String(text) => text.as_str().to_owned(),
        value => {
            let mut out = Vec::new();
            put(&mut out, value);
            String::from_utf8_lossy(&out).into_owned()
        }
    };
    Ok(CowVal::owned(CelString::from(text)))
}

/// `utc_date(x)`: the day on which an instant is in UTC; a date is that day.
pub(super) fn utc_date<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let value = args.first().ok_or_else(ExecutionError::missing_argument_or_target)?;
    let Value::String(text) = Value::try_from(value.as_ref())? else {
        return Err(ExecutionError::function_error("utc_date", "not a string"));
    };
    let day = chrono::DateTime::parse_from_rfc3339(&text).map(|instant| instant.to_utc().format("%Y-%m-%d").to_string());
    let plain = chrono::NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(|_| text.as_str().to_owned());
    let day = day.or(plain).map_err(|_| ExecutionError::function_error("utc_date", "not an instant"))?;
    Ok(CowVal::owned(CelString::from(day)))
}

fn put(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Bool(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Value::Float(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Value::Int(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Value::List(items) => list(out, items),
        Value::Map(map) => object(out, map),
        Value::String(text) => write::write_string(out, text),
        Value::UInt(value) => out.extend_from_slice(value.to_string().as_bytes()),
        _ => out.extend_from_slice(b"null"),
    }
}

fn list(out: &mut Vec<u8>, items: &[Value]) {
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        put(out, item);
    }
    out.push(b']');
}

fn object(out: &mut Vec<u8>, map: &cel::objects::Map) {
    let mut members: Vec<_> = map.map.iter().map(|(key, value)| (key.to_string(), value)).collect();
    members.sort_by(|(a, _), (b, _)| a.cmp(b));
    out.push(b'{');
    for (at, (key, value)) in members.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write::write_key(out, key);
        put(out, value);
    }
    out.push(b'}');
}
