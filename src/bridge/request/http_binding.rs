//! Request fields that stand outside of the body on the JSON side: in the path, the query and HTTP headers.

use http::{HeaderMap, HeaderValue, request::Parts};

use crate::bridge::backend::outgoing::Outgoing;
use crate::bridge::backend::pieces::Body;
use crate::bridge::failure::{Failure, FieldError, FieldErrorKind};
use crate::bridge::operation::Operation;
use crate::bridge::state::buffers;
use crate::bridge::state::header::{HeaderError, only};
use crate::codec::{Breach, Violation, Violations};
use crate::json::{Kind, Member, Value, write};
use crate::limits::BREACHES;
use crate::plan::HEADERS;
use crate::service::{BodyUse, GivenField, MessageBody, RouteError, ServiceOperation, check_field_value};

/// The body of a client's request with the fields of its path, query and headers put in; nothing when there are none. `below` is
/// the operation's own path, where the request came by that.
///
/// A field that is in the body too is then there twice, which is refused. Errors: a field that is malformed, or there twice.
pub(in crate::bridge) fn extract(
    operation: Operation<'_>,
    below: Option<&str>,
    head: &Parts,
    body: &[u8],
) -> Result<Option<Spliced>, FieldError> {
    let rules = operation.rules;
    let mut out = b"{".to_vec();
    if let Some(below) = below {
        // Another path is none of this operation's, and the router would not have led here.
        let taken = rules.http.take(below, head.uri.query()).map_err(of_route)?;
        taken.iter().for_each(|taken| rules.write_taken(taken, &mut out));
    }
    for (name, member) in operation.template.fields() {
        let given = only(&head.headers, name).map_err(|error| of_header(member, error))?;
        if let Some(text) = given {
            rules.write_field(member, text, &mut out);
        }
    }
    let mut given = Vec::new();
    for (field, name) in rules.block_fields.iter().zip(operation.template.block_fields()) {
        let text = only(&head.headers, name)
            .map_err(|error| FieldError { pointer: field.pointer(), kind: of_header_kind(error) })?;
        given.extend(text.map(|text| GivenField { field, text: text.to_owned() }));
    }
    let rest = buffers::with(|buffers| {
        let limits = &operation.service.limits.json;
        let body = MessageBody { json: body, limits, tape: &mut buffers.tape };
        rules.block_fields.write(&given, body, &mut out)
    });
    let body = rest.as_deref().map_or(body, |rest| rest);
    Ok((out.len() > 1).then(|| spliced(out, body)))
}

fn of_route(error: RouteError) -> FieldError {
    let kind = match error {
        RouteError::Malformed { .. } | RouteError::NotUtf8 { .. } => FieldErrorKind::Malformed,
        RouteError::Repeated { .. } => FieldErrorKind::Repeated,
    };
    FieldError { pointer: error.pointer().to_owned(), kind }
}

fn of_header(member: &str, error: HeaderError) -> FieldError {
    FieldError { pointer: format!("/{member}"), kind: of_header_kind(error) }
}

fn of_header_kind(error: HeaderError) -> FieldErrorKind {
    match error {
        HeaderError::Repeated => FieldErrorKind::Repeated,
        HeaderError::Unreadable => FieldErrorKind::Malformed,
    }
}

/// A client's body with members before its own.
pub(in crate::bridge) struct Spliced {
    pub(in crate::bridge) json: Vec<u8>,
    /// Where in it the client's text begins.
    own: usize,
    /// Bytes of the body before that, a byte order mark not counted.
    passed: usize,
}

impl Spliced {
    /// `failure` with the place in the client's `body`, where it has one.
    pub(in crate::bridge) fn in_body(&self, failure: Failure, body: &[u8]) -> Failure {
        let Failure::Json(error) = failure else { return failure };
        // What is wrong with a member before its own is at the beginning of its own.
        let offset = error.offset.saturating_sub(self.own) + self.passed;
        Failure::Json(error.moved(unmarked(body), offset))
    }
}

/// The members of `body` after those that are written. What is no object is left for the parser to refuse.
pub(in crate::bridge) fn spliced(mut out: Vec<u8>, body: &[u8]) -> Spliced {
    let body = unmarked(body);
    let trimmed = blank_trimmed(body);
    let passed = body.len() - trimmed.len();
    let Some(members) = trimmed.strip_prefix(b"{") else {
        return Spliced { json: trimmed.to_vec(), own: 0, passed };
    };
    if blank_trimmed(members).starts_with(b"}") {
        out.pop();
    }
    let own = out.len();
    out.extend_from_slice(members);
    Spliced { json: out, own, passed: passed + 1 }
}

/// A byte order mark may be there, and is not part of the text (RFC 8259 section 8.1).
pub(in crate::bridge) fn unmarked(body: &[u8]) -> &[u8] {
    match body {
        [0xEF, 0xBB, 0xBF, text @ ..] => text,
        _ => body,
    }
}

/// `text` from its first byte on that is no white space of JSON (RFC 8259 section 2), which is less than that of ASCII.
fn blank_trimmed(text: &[u8]) -> &[u8] {
    let blank = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    text.get(blank..).expect("so many bytes were counted in it")
}

/// The request with the JSON `value`, whose fields of the path, the query and the headers are put there.
///
/// Errors: fields that the path needs and that are not there, and those that no path or header can carry.
pub(in crate::bridge) fn bind(operation: Operation<'_>, value: Value<'_>) -> Result<Box<Outgoing>, Failure> {
    let rules = operation.rules;
    let field = |member: &str| value.get(member).filter(|value| value.kind() != Kind::Null).map(text);
    let items = |member: &str| {
        value.get(member).map_or(Vec::new(), |list| list.items().map(text).collect::<Vec<String>>())
    };
    check_items(rules, value)?;
    let path = rules.http.build(&field, &items).map_err(Violations)?;
    let longest = operation.service.limits.http.uri;
    if path.len() > longest {
        return Err(Violations(too_long(rules, value, longest)).into());
    }
    let mut headers = HeaderMap::new();
    for (name, member) in operation.template.fields() {
        let Some(value) = field(member) else { continue };
        check_field_value(&value).map_err(|_| Violations(vec![no_header(member)]))?;
        let value = HeaderValue::try_from(value).map_err(|_| Violations(vec![no_header(member)]))?;
        headers.insert(name.clone(), value);
    }
    for (field, name) in rules.block_fields.iter().zip(operation.template.block_fields()) {
        let Some(found) = field.find(value).filter(|found| found.kind() != Kind::Null) else { continue };
        let (text, member) = (text(found), field.pointer());
        let no_header = || Violations(vec![no_header(member.trim_start_matches('/'))]);
        check_field_value(&text).map_err(|_| no_header())?;
        headers.insert(name.clone(), HeaderValue::try_from(text).map_err(|_| no_header())?);
    }
    let outgoing = operation.template.outgoing_at(&path, body(operation, value)?.map(Body::from));
    let mut outgoing = outgoing.map_err(|_| Failure::Bridge("a path that was made of parts"))?;
    outgoing.headers.extend(headers);
    Ok(outgoing)
}

/// The body; nothing where there is none. Errors: members that would have to be in a body that the method has not.
fn body(operation: Operation<'_>, value: Value<'_>) -> Result<Option<Vec<u8>>, Violations> {
    let rules = operation.rules;
    let is_outside = |member: &Member<'_>| {
        let key = member.key();
        is_outside(rules, &key) || *key == *HEADERS && rules.block_fields.are_all_of(member.value())
    };
    let mut staying = value.members().filter(|member| !is_outside(member)).peekable();
    match operation.template.body() {
        BodyUse::IfAny if staying.peek().is_none() => Ok(None),
        BodyUse::Always | BodyUse::IfAny => Ok(Some(rest(rules, value))),
        BodyUse::Never if staying.peek().is_none() => Ok(None),
        BodyUse::Never => {
            let violations = staying.take(BREACHES).map(|member| no_place(&rules.http.method, &member.key()));
            Err(Violations(violations.collect()))
        }
    }
}

/// A field must not be lost because the backend's method has no body.
fn no_place(method: &str, member: &str) -> Violation {
    Violation {
        breach: Breach::Unknown,
        pointer: format!("/{member}"),
        path: String::new(),
        expected: format!("the backend's {method} has no place for it"),
    }
}

/// A list in the query has nothing but values: an item that is `null` must not be lost.
fn check_items(rules: &ServiceOperation, value: Value<'_>) -> Result<(), Violations> {
    let null = |member: &&str| {
        value.get(member).is_some_and(|list| list.items().any(|item| item.kind() == Kind::Null))
    };
    let violation = |member: &str| Violation {
        breach: Breach::Null,
        pointer: format!("/{member}"),
        path: String::new(),
        expected: "a parameter of the query cannot be null".to_owned(),
    };
    let violations: Vec<_> = rules.http.lists().filter(null).map(violation).collect();
    if violations.is_empty() { Ok(()) } else { Err(Violations(violations)) }
}

/// The members that stay in the body.
fn rest(rules: &ServiceOperation, value: Value<'_>) -> Vec<u8> {
    let outside = rules.block_fields.iter().filter_map(|field| field.find(value));
    let mut outside: Vec<u32> = outside.map(|field| field.index() as u32).collect();
    outside.sort_unstable();
    let mut body = b"{".to_vec();
    for member in value.members().filter(|member| !is_outside(rules, &member.key())) {
        if body.len() > 1 {
            body.push(b',');
        }
        write::write_key(&mut body, &member.key());
        write::without(member.value(), &outside, &mut body);
    }
    body.push(b'}');
    body
}

/// A text that no header can carry must not be lost on the way.
fn no_header(member: &str) -> Violation {
    Violation {
        breach: Breach::Format,
        pointer: format!("/{member}"),
        path: String::new(),
        expected: "expected visible ASCII characters, with spaces and tabs between them".to_owned(),
    }
}

/// The longest of the fields that make a request target too long.
fn too_long(rules: &ServiceOperation, value: Value<'_>, longest: usize) -> Vec<Violation> {
    let length = |member: &&str| value.get(member).map_or(0, |value| value.raw().len());
    let member = rules.http.members().max_by_key(length);
    let violation = |member: &str| Violation {
        breach: Breach::Length,
        pointer: format!("/{member}"),
        path: String::new(),
        expected: format!("expected a request target of at most {longest} bytes with this field in it"),
    };
    member.into_iter().map(violation).collect()
}

fn is_outside(rules: &ServiceOperation, key: &str) -> bool {
    rules.http.members().any(|member| member == key)
        || rules.headers.iter().any(|(_, member)| **member == *key)
}

fn text(value: Value<'_>) -> String {
    match value.as_str() {
        Some(text) => text.into_owned(),
        None => value.raw().to_owned(),
    }
}
