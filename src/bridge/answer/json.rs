//! Answers to JSON clients: the response of the contract, in the JSON that the clients of the system know, or the outward shape.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, header};

use super::faults::told;
use super::form::form;
use super::http::{advise, response};
use super::table::Outcome;
use crate::bridge::attached::Sources;
use crate::bridge::backend::pieces::Body;
use crate::bridge::failed::Failed;
use crate::bridge::failure::Failure;
use crate::bridge::operation::Operation;
use crate::bridge::reply::{Answer, making};
use crate::bridge::state::buffers::{self, Buffers};
use crate::bridge::state::entropy;
use crate::json::{Tape, Value, write};
use crate::service::Code;
use crate::service::native::NativeFrom;
use crate::service::outcome::{
    Notice, write_canonical, write_canonical_failure, write_failure, write_notice, write_problem,
};

/// How a JSON client is answered.
#[derive(Clone, Debug, Default)]
pub(in crate::bridge) struct ResponseOptions {
    /// The number of the request.
    pub(in crate::bridge) id: i64,
    /// Failures as `application/problem+json`.
    pub(in crate::bridge) problem: bool,
    /// With HTTP status 200.
    pub(in crate::bridge) always_200: bool,
    /// What would have let it in, for `WWW-Authenticate`; nothing where HTTP has no name for that.
    pub(in crate::bridge) challenge: Option<HeaderValue>,
    /// `Accept-Language`: in which language a fault's reason is told.
    pub(in crate::bridge) languages: Option<HeaderValue>,
}

/// The answer with the response in `answer`.
pub(in crate::bridge) fn respond(
    operation: Operation<'_>,
    mut answer: Answer,
    how: Told,
    buffers: &mut Buffers,
) -> Result<Response<Body>, Failure> {
    let Told { always_200, .. } = how;
    let rules = operation.rules;
    if let Some(passing) = &answer.passing {
        answer.warnings.extend(passing.left_out(NO_PLACE));
    }
    if rules.native.is_identity()
        && answer.warnings.is_empty()
        && (!rules.common || rules.failure_http == 200)
    {
        let http = if operation.plan.output.is_some() || always_200 { 200 } else { 202 };
        let json = answer.json.clone();
        return written(operation, http, Written { json, how, sources: answer.sources() }, buffers);
    }
    let value = operation.parse_own(&answer.json, &mut buffers.tape)?;
    let http = http_status(operation, value);
    let (body, warnings) = body(operation, value, http, &answer)?;
    let http = if always_200 { 200 } else { http };
    let mut out = written(operation, http, Written { json: body, how, sources: answer.sources() }, buffers)?;
    if let Some(warnings) = warnings {
        out.headers_mut().insert(WARNINGS, warnings);
    }
    Ok(out)
}

/// How a response is told.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::bridge) struct Told {
    /// With HTTP status 200.
    pub(in crate::bridge) always_200: bool,
    /// In a form, with its attachments beside the JSON.
    pub(in crate::bridge) form: bool,
}

/// A response that is told.
struct Written<'w> {
    json: Bytes,
    how: Told,
    sources: Sources<'w>,
}

fn written(
    operation: Operation<'_>,
    http: u16,
    written: Written<'_>,
    buffers: &mut Buffers,
) -> Result<Response<Body>, Failure> {
    let Written { json, how, sources } = written;
    if !how.form {
        return Ok(response(http, JSON, sources.placed(json)));
    }
    let (content_type, body) = form(operation, &json, sources, buffers)?;
    Ok(response(http, content_type, body))
}

/// What is told of `failure`, in the JSON of the operation if it got so far.
pub(in crate::bridge) fn failed(
    failed: &Failed,
    operation: Option<Operation<'_>>,
    options: &ResponseOptions,
) -> Response<Body> {
    let outcome = told(failed, operation);
    let languages = options.languages.as_ref().map_or(&b""[..], HeaderValue::as_bytes);
    let languages = &*String::from_utf8_lossy(languages);
    let mut notices = outcome.notices.clone();
    if notices.is_empty() {
        notices.push(outcome.notice(languages));
    }
    if let (Some(first), Some(told)) = (notices.first_mut(), &outcome.told) {
        first.fault = Some(told.json(languages));
    }
    let notices = notices.as_slice();
    let mut body = Vec::new();
    let content_type = if options.problem {
        write_problem(&mut body, options.id, outcome.http, notices);
        HeaderValue::from_static("application/problem+json")
    } else {
        body = failed_body(&outcome, notices, operation, options.id);
        JSON
    };
    let http = if options.always_200 { 200 } else { outcome.http };
    let mut response = response(http, content_type, body);
    advise(&mut response, &outcome);
    if http == 401
        && let Some(challenge) = &options.challenge
    {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge.clone());
    }
    response
}

/// A failure in the JSON of the operation, or in the outward shape where that is the operation's own.
fn failed_body(
    outcome: &Outcome<'_>,
    notices: &[Notice],
    operation: Option<Operation<'_>>,
    id: i64,
) -> Vec<u8> {
    let mut body = Vec::new();
    let native = operation.filter(|operation| !operation.rules.native.is_identity());
    let Some(operation) = native else {
        write_failure(&mut body, id, notices);
        return body;
    };
    let mut view = Vec::new();
    write_canonical_failure(&mut view, id, Some(outcome.http), &[], notices);
    buffers::with(|buffers| match operation.parse_own(&view, &mut buffers.tape) {
        Ok(response) => native_body(operation, response, outcome.http),
        // More notices than JSON may have tokens: the outward shape has no such bound.
        Err(_) => {
            write_failure(&mut body, id, notices);
            body
        }
    })
}

fn native_body(operation: Operation<'_>, response: Value<'_>, http: u16) -> Vec<u8> {
    let (uuid, trace_id) = (entropy::uuid(), entropy::trace_id());
    let mut out = Vec::with_capacity(512);
    operation.rules.native.write(response, making(operation, http, &uuid, &trace_id), &mut out);
    out
}

/// The body, and the warnings that have no place in it, for a header.
fn body(
    operation: Operation<'_>,
    response: Value<'_>,
    http: u16,
    answer: &Answer,
) -> Result<(Bytes, Option<HeaderValue>), Failure> {
    let plan = &operation.rules.native;
    if plan.is_identity() {
        if !operation.rules.common || answer.warnings.is_empty() {
            return Ok((answer.json.clone(), warnings_header(None, &answer.warnings)));
        }
        return Ok((appended(response, &answer.warnings, write_notice), None));
    }
    let listed = |from: &NativeFrom| matches!(from, NativeFrom::Notices { list: "warnings", .. });
    if plan.members.iter().any(|member| listed(&member.from)) {
        let json = appended(response, &answer.warnings, write_contract_notice);
        let mut tape = Tape::new();
        let response = operation.parse_own(&json, &mut tape)?;
        return Ok((native_body(operation, response, http).into(), None));
    }
    let warnings = warnings_header(response.get("warnings"), &answer.warnings);
    Ok((native_body(operation, response, http).into(), warnings))
}

/// The response for a SOAP client, with all warnings in it where the contract has a place for them.
pub(super) fn with_warnings(
    operation: Operation<'_>,
    answer: &Answer,
    tape: &mut Tape,
) -> Result<Bytes, Failure> {
    if answer.warnings.is_empty() || !operation.rules.common {
        return Ok(answer.json.clone());
    }
    let response = operation.parse_own(&answer.json, tape)?;
    Ok(appended(response, &answer.warnings, write_contract_notice))
}

type WriteNotice = fn(&mut Vec<u8>, &Notice);

fn write_contract_notice(out: &mut Vec<u8>, notice: &Notice) {
    write_canonical(out, notice, None);
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

/// Warnings as a JSON array in ASCII, for `X-Bridge-Warnings`; nothing when there are none. What is too much for a header is
/// counted by the last one.
pub(super) fn warnings_header(listed: Option<Value<'_>>, more: &[Notice]) -> Option<HeaderValue> {
    let listed = listed.into_iter().flat_map(|list| list.items()).map(notice);
    let mut warnings = listed.chain(more.iter().cloned());
    let mut out = String::new();
    while let Some(warning) = warnings.next() {
        let item = ascii_item(&warning);
        out.push(if out.is_empty() { '[' } else { ',' });
        if out.len() + item.len() > MOST {
            let message = format!("{} more warnings", warnings.count() + 1);
            out.push_str(&ascii_item(&Notice::new(Code::Suspicious, message)));
            break;
        }
        out.push_str(&item);
    }
    if out.is_empty() {
        return None;
    }
    out.push(']');
    Some(HeaderValue::try_from(out).expect("what is not visible ASCII was escaped"))
}

fn ascii_item(warning: &Notice) -> String {
    let mut item = Vec::new();
    write_notice(&mut item, warning);
    ascii(&item)
}

/// A notice of the contract's response.
fn notice(value: Value<'_>) -> Notice {
    // Each of them may be absent in a contract.
    let text = |key: &str| value.get(key).and_then(|text| text.as_str()).unwrap_or_default().into_owned();
    Notice { code: text("code"), message: text("message"), pointer: text("@field"), ..Notice::default() }
}

/// JSON in visible ASCII.
fn ascii(json: &[u8]) -> String {
    let text = str::from_utf8(json).expect("the writer of JSON writes UTF-8");
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() && !letter.is_ascii_control() {
            out.push(letter);
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// A response of the outward shape says itself whether it is a success, and with which HTTP status.
fn http_status(operation: Operation<'_>, response: Value<'_>) -> u16 {
    if operation.plan.output.is_none() {
        return 202;
    }
    if !operation.rules.common {
        return 200;
    }
    let own = response.get("httpStatus").and_then(|status| status.as_number());
    // A status that is not one of HTTP's final ones is none that an answer could have.
    if let Some(Ok(status @ 200..=599)) = own.map(str::parse) {
        return status;
    }
    let failed = response.get("status").and_then(|status| status.as_number()) == Some("0");
    if failed { operation.rules.failure_http } else { 200 }
}

const NO_PLACE: &str =
    "a header block of the reply that JSON has no place for, and the contract does not declare";

const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub(super) const WARNINGS: HeaderName = HeaderName::from_static("x-bridge-warnings");

/// Servers refuse longer headers; what is left of 4 KiB is for the last warning.
const MOST: usize = 4000;
