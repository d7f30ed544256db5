//! Request fields that stand outside of the body on the JSON side: in the path, the query and HTTP headers.

use http::{HeaderMap, HeaderName, HeaderValue, request::Parts};

use super::failure::Failure;
use super::messages::Operation;
use crate::codec::{Breach, Violation, Violations};
use crate::json::{Kind, Value, write};
use crate::service::ServiceOperation;

/// The body of a client's request with the fields of its path, query and headers put in; nothing when there are none.
///
/// A field that is in the body too is then there twice, which is refused.
pub(super) fn gather(
    rules: &ServiceOperation,
    below: &str,
    head: &Parts,
    body: &[u8],
) -> Result<Option<Vec<u8>>, Failure> {
    let taken = rules.http.take(below, head.uri.query()).map_err(|_| Failure::NotFound)?;
    let taken = taken.unwrap_or_default();
    let taken = taken.into_iter().map(|(member, text)| (member.to_owned(), text));
    let headers = rules.headers.iter().filter_map(|(name, member)| {
        let value = head.headers.get(&**name)?.to_str().ok()?;
        Some((member.to_string(), value.to_owned()))
    });
    let taken: Vec<(String, String)> = taken.chain(headers).collect();
    if taken.is_empty() {
        return Ok(None);
    }
    let mut out = b"{".to_vec();
    for (member, text) in &taken {
        write::write_key(&mut out, member);
        let raw = rules.flags.contains(member) && matches!(text.as_str(), "true" | "false");
        if raw {
            out.extend_from_slice(text.as_bytes())
        } else {
            write::write_string(&mut out, text)
        }
        out.push(b',');
    }
    Ok(Some(spliced(out, body)))
}

/// The members of `body` after those that are written. What is no object is left for the parser to refuse.
pub(super) fn spliced(mut out: Vec<u8>, body: &[u8]) -> Vec<u8> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii();
    let Some(members) = body.strip_prefix(b"{") else { return body.to_vec() };
    if members.trim_ascii_start().starts_with(b"}") {
        out.pop();
    }
    out.extend_from_slice(members);
    out
}

/// A request of the JSON side, taken apart.
pub(super) struct Scattered {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Takes the fields of the path, the query and the headers out of the request `value`.
///
/// Errors: fields that the path needs and that are not there, and those that no header can carry.
pub(super) fn scatter(operation: Operation<'_>, value: Value<'_>) -> Result<Scattered, Failure> {
    let rules = operation.rules;
    let field = |member: &str| value.get(member).filter(|value| value.kind() != Kind::Null).map(text);
    let path = rules.http.build(&field).map_err(Violations)?;
    let mut headers = HeaderMap::new();
    for (name, member) in &rules.headers {
        let Some(value) = field(member) else { continue };
        let value = HeaderValue::from_str(&value).map_err(|_| Violations(vec![no_header(member)]))?;
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            headers.insert(name, value);
        }
    }
    let mut body = b"{".to_vec();
    for member in value.members().filter(|member| !is_outside(rules, &member.key())) {
        if body.len() > 1 {
            body.push(b',');
        }
        write::write_key(&mut body, &member.key());
        write::compact(member.value(), &mut body);
    }
    body.push(b'}');
    Ok(Scattered { path, headers, body })
}

/// A text that no header can carry must not be lost on the way.
fn no_header(member: &str) -> Violation {
    Violation {
        breach: Breach::Format,
        pointer: format!("/{member}"),
        path: String::new(),
        expected: "expected a text without line ends and control characters".to_owned(),
    }
}

fn is_outside(rules: &ServiceOperation, key: &str) -> bool {
    rules.http.members().any(|member| member == key)
        || rules.headers.iter().any(|(_, member)| **member == *key)
}

fn text(value: Value<'_>) -> String {
    value.as_str().map(|text| text.into_owned()).unwrap_or_else(|| value.raw().to_owned())
}
