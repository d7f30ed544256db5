//! Fields of a JSON request that stand in its path, its query and its headers.

use crate::codec::{Breach, Violation, Violations};
use crate::json::write::{compact, without, write_key};
use crate::json::{Kind, Member, Value, push_segment};
use crate::plan::HEADERS;
use crate::service::{BodyUse, ServiceOperation, check_field_value, operation_path};

/// A JSON request at the method and the path of its operation.
pub(super) struct Bound {
    pub(super) method: String,
    /// Path and query.
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
}

impl Bound {
    /// The request `body` of the operation `name` where no service file says more.
    pub(super) fn by_name(name: &str, body: Vec<u8>) -> Self {
        let (method, path) = ("POST".to_owned(), operation_path(name));
        Self { method, path, headers: Vec::new(), body: Some(body) }
    }
}

/// The request with the JSON `value` as `rules` say. Errors: fields that are needed and not there, and those that cannot stand where
/// they belong.
pub(super) fn bound(rules: &ServiceOperation, value: Value<'_>) -> Result<Bound, Violations> {
    let there = |member: &str| value.get(member).filter(|value| value.kind() != Kind::Null);
    let items = |member: &str| there(member).map_or(Vec::new(), |list| list.items().map(text).collect());
    let path = rules.http.build(&|member| there(member).map(text), &items).map_err(Violations)?;
    let mut headers = Vec::new();
    for (name, member) in &rules.headers {
        let Some(value) = there(member).map(text) else { continue };
        check_field_value(&value).map_err(|_| Violations(vec![no_header(pointer(member))]))?;
        headers.push((name.to_string(), value));
    }
    for field in rules.block_fields.iter() {
        let Some(value) = field.find(value).filter(|value| value.kind() != Kind::Null).map(text) else {
            continue;
        };
        let refused = |_| Violations(vec![no_header(field.pointer())]);
        check_field_value(&value).map_err(refused)?;
        headers.push((field.header.to_string(), value));
    }
    let body = body(rules, value)?;
    Ok(Bound { method: rules.http.method.to_string(), path, headers, body })
}

/// The members that stand nowhere else.
fn body(rules: &ServiceOperation, value: Value<'_>) -> Result<Option<Vec<u8>>, Violations> {
    let outside = |member: &Member<'_>| {
        let key = member.key();
        rules.http.members().any(|member| *member == *key)
            || rules.headers.iter().any(|(_, member)| **member == *key)
            || *key == *HEADERS && rules.block_fields.are_all_of(member.value())
    };
    let mut own = value.members().filter(|member| !outside(member)).peekable();
    match (rules.body, own.peek()) {
        (BodyUse::IfAny | BodyUse::Never, None) => return Ok(None),
        (BodyUse::Never, Some(member)) => {
            let why = "the request has no body for it".to_owned();
            return Err(Violations(vec![refused(pointer(&member.key()), why)]));
        }
        (BodyUse::Always | BodyUse::IfAny, _) => {}
    }
    // What is no object has no members that could stand elsewhere.
    if value.kind() != Kind::Object {
        let mut out = Vec::new();
        compact(value, &mut out);
        return Ok(Some(out));
    }
    let elsewhere = rules.block_fields.iter().filter_map(|field| field.find(value));
    let mut elsewhere: Vec<u32> = elsewhere.map(|field| field.index() as u32).collect();
    elsewhere.sort_unstable();
    let mut out = b"{".to_vec();
    for member in own {
        if out.len() > 1 {
            out.push(b',');
        }
        write_key(&mut out, &member.key());
        without(member.value(), &elsewhere, &mut out);
    }
    out.push(b'}');
    Ok(Some(out))
}

fn no_header(pointer: String) -> Violation {
    refused(pointer, "no header can carry it".to_owned())
}

fn refused(pointer: String, expected: String) -> Violation {
    Violation { breach: Breach::Format, pointer, path: String::new(), expected }
}

fn pointer(member: &str) -> String {
    let mut pointer = String::new();
    push_segment(&mut pointer, member);
    pointer
}

fn text(value: Value<'_>) -> String {
    match value.as_str() {
        Some(text) => text.into_owned(),
        None => value.raw().to_owned(),
    }
}
