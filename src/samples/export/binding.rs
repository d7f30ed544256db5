//! Fields of a JSON request that stand in its path, its query and its headers.

use crate::codec::{Breach, Violation, Violations};
use crate::json::write::{compact, write_key};
use crate::json::{Kind, Value};
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
        check_field_value(&value).map_err(|_| Violations(vec![refused(member, "no header can carry it")]))?;
        headers.push((name.to_string(), value));
    }
    let body = body(rules, value)?;
    Ok(Bound { method: rules.http.method.to_string(), path, headers, body })
}

/// The members that stand nowhere else.
fn body(rules: &ServiceOperation, value: Value<'_>) -> Result<Option<Vec<u8>>, Violations> {
    let outside = |name: &str| {
        rules.http.members().any(|member| member == name)
            || rules.headers.iter().any(|(_, member)| **member == *name)
    };
    let mut own = value.members().filter(|member| !outside(&member.key())).peekable();
    match (rules.body, own.peek()) {
        (BodyUse::IfAny | BodyUse::Never, None) => return Ok(None),
        (BodyUse::Never, Some(member)) => {
            return Err(Violations(vec![refused(&member.key(), "the request has no body for it")]));
        }
        (BodyUse::Always | BodyUse::IfAny, _) => {}
    }
    // What is no object has no members that could stand elsewhere.
    if value.kind() != Kind::Object {
        let mut out = Vec::new();
        compact(value, &mut out);
        return Ok(Some(out));
    }
    let mut out = b"{".to_vec();
    for member in own {
        if out.len() > 1 {
            out.push(b',');
        }
        write_key(&mut out, &member.key());
        compact(member.value(), &mut out);
    }
    out.push(b'}');
    Ok(Some(out))
}

fn refused(member: &str, why: &str) -> Violation {
    let escaped = member.replace('~', "~0").replace('/', "~1");
    let (breach, path) = (Breach::Format, String::new());
    Violation { breach, pointer: format!("/{escaped}"), path, expected: why.to_owned() }
}

fn text(value: Value<'_>) -> String {
    match value.as_str() {
        Some(text) => text.into_owned(),
        None => value.raw().to_owned(),
    }
}
