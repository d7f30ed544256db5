//! Answers to JSON clients: the response of the contract, in the JSON that the clients of the system know.

use bytes::Bytes;
use http::{HeaderValue, Response};

use crate::bridge::answer;
use crate::bridge::backend::body::Body;
use crate::bridge::failure::Failure;
use crate::bridge::reply::Answer;
use crate::bridge::reply::native::making;
use crate::bridge::request::Operation;
use crate::bridge::state::buffers::Scratch;
use crate::bridge::state::entropy;
use crate::json::{Tape, Value, write};
use crate::service::native::NativeFrom;
use crate::service::outcome::{self, Notice};

/// The answer with the response in `answer`.
pub(in crate::bridge) fn respond(
    operation: Operation<'_>,
    answer: Answer,
    always_200: bool,
    scratch: &mut Scratch,
) -> Result<Response<Body>, Failure> {
    let rules = operation.rules;
    if rules.native.is_identity()
        && answer.warnings.is_empty()
        && (!rules.common || rules.failure_http == 200)
    {
        return Ok(answer::response(200, "application/json", answer.json));
    }
    let response = scratch.tape.parse(&answer.json, &operation.service.limits.json).map_err(Failure::Json)?;
    let http = http_status(operation, response);
    let (body, warnings) = body(operation, response, http, &answer);
    let mut out = answer::response(if always_200 { 200 } else { http }, "application/json", body);
    if !warnings.is_empty()
        && let Ok(value) = HeaderValue::from_bytes(&warnings)
    {
        out.headers_mut().insert("x-bridge-warnings", value);
    }
    Ok(out)
}

/// The answer to a failure in the JSON of the operation; nothing where that is the bridge's own.
pub(in crate::bridge) fn failed(
    operation: Operation<'_>,
    id: i64,
    http: u16,
    errors: &[Notice],
    scratch: &mut Scratch,
) -> Option<Bytes> {
    if operation.rules.native.is_identity() {
        return None;
    }
    let mut view = Vec::new();
    outcome::write_failed_view(&mut view, id, Some(http), &[], errors);
    let response = scratch.tape.parse(&view, &operation.service.limits.json).ok()?;
    Some(native(operation, response, http).into())
}

fn native(operation: Operation<'_>, response: Value<'_>, http: u16) -> Vec<u8> {
    let (uuid, trace_id) = (entropy::uuid(), entropy::trace_id());
    let mut out = Vec::with_capacity(512);
    operation.rules.native.write(response, making(operation, http, &uuid, &trace_id), &mut out);
    out
}

/// The body, and the warnings that have no place in it, for a header.
fn body(operation: Operation<'_>, response: Value<'_>, http: u16, answer: &Answer) -> (Bytes, Vec<u8>) {
    let plan = &operation.rules.native;
    if plan.is_identity() {
        if !operation.rules.common || answer.warnings.is_empty() {
            return (answer.json.clone(), header(None, &answer.warnings));
        }
        return (appended(response, &answer.warnings, outcome::write_notice), Vec::new());
    }
    let listed = |from: &NativeFrom| matches!(from, NativeFrom::Notices { list: "warnings", .. });
    if plan.members.iter().any(|member| listed(&member.from)) {
        let json = appended(response, &answer.warnings, write_view);
        let mut tape = Tape::new();
        let response = tape.parse(&json, &operation.service.limits.json).unwrap_or(response);
        return (native(operation, response, http).into(), Vec::new());
    }
    let warnings = header(response.get("warnings"), &answer.warnings);
    (native(operation, response, http).into(), warnings)
}

/// The response for a SOAP client, with all warnings in it where the contract has a place for them.
pub(in crate::bridge) fn with_warnings(
    operation: Operation<'_>,
    answer: &Answer,
    scratch: &mut Scratch,
) -> Result<Bytes, Failure> {
    if answer.warnings.is_empty() || !operation.rules.common {
        return Ok(answer.json.clone());
    }
    let response = scratch.tape.parse(&answer.json, &operation.service.limits.json).map_err(Failure::Json)?;
    Ok(appended(response, &answer.warnings, write_view))
}

type WriteNotice = fn(&mut Vec<u8>, &Notice);

fn write_view(out: &mut Vec<u8>, notice: &Notice) {
    outcome::write_view(out, notice, None);
}

/// The response with more `warnings`, after its own.
fn appended(response: Value<'_>, more: &[Notice], write: WriteNotice) -> Bytes {
    let mut out = b"{".to_vec();
    let own = response.get("warnings");
    for member in response.members().filter(|member| member.key() != "warnings") {
        write::write_key(&mut out, &member.key());
        write::compact(member.value(), &mut out);
        out.push(b',');
    }
    out.extend_from_slice(b"\"warnings\":[");
    for warning in own.into_iter().flat_map(|own| own.items()) {
        write::compact(warning, &mut out);
        out.push(b',');
    }
    for notice in more {
        write(&mut out, notice);
        out.push(b',');
    }
    if out.last() == Some(&b',') {
        out.pop();
    }
    out.extend_from_slice(b"]}");
    out.into()
}

/// Warnings as a JSON array in ASCII, for `X-Bridge-Warnings`; empty when there are none.
fn header(listed: Option<Value<'_>>, more: &[Notice]) -> Vec<u8> {
    let listed = listed.into_iter().flat_map(|list| list.items()).map(notice);
    let mut out = Vec::new();
    for warning in listed.chain(more.iter().cloned()) {
        out.push(if out.is_empty() { b'[' } else { b',' });
        outcome::write_notice(&mut out, &warning);
    }
    if out.is_empty() || out.len() > MOST {
        return Vec::new();
    }
    out.push(b']');
    ascii(&out)
}

/// A notice of the contract's response.
fn notice(value: Value<'_>) -> Notice {
    let text = |key: &str| value.get(key).and_then(|text| text.as_str()).unwrap_or_default().into_owned();
    Notice { code: text("code"), message: text("message"), pointer: text("@field"), ..Notice::default() }
}

fn ascii(json: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(json);
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out.into_bytes()
}

/// A response of the outward shape says itself whether it is a success, and with which HTTP status.
fn http_status(operation: Operation<'_>, response: Value<'_>) -> u16 {
    if !operation.rules.common {
        return 200;
    }
    let own = response.get("httpStatus").and_then(|status| status.as_number()?.parse().ok());
    let failed = response.get("status").and_then(|status| status.as_number()) == Some("0");
    let own = own.filter(|status| (200..=599).contains(status));
    own.unwrap_or(if failed { operation.rules.failure_http } else { 200 })
}

/// Servers refuse longer headers.
const MOST: usize = 4096;
