//! Answers to clients of the Model Context Protocol: the JSON that a JSON client gets, as the result of a tool, or as an error of JSON-RPC.

use http::{HeaderValue, Response, StatusCode};

use super::http::response;
use super::json::{ResponseOptions, Told, WARNINGS, failed as json_failed, respond as json_respond};
use crate::bridge::backend::pieces::Body;
use crate::bridge::failed::Failed;
use crate::bridge::failure::Failure;
use crate::bridge::operation::Operation;
use crate::bridge::reply::Answer;
use crate::bridge::state::buffers::Buffers;
use crate::json::write::{write_string, write_text};
use crate::json::{Tape, Value};
use crate::mcp::{Error, Version, renumbered, write_begin, write_error};

/// The result of the tool that `operation` is.
pub(in crate::bridge) fn respond(
    operation: Operation<'_>,
    answer: Answer,
    to: Asker<'_>,
    buffers: &mut Buffers,
) -> Result<Response<Body>, Failure> {
    let answered = json_respond(operation, answer, Told::default(), buffers)?;
    let warnings = answered.headers().get(WARNINGS).cloned();
    let json = answered.into_body().into_whole();
    let is_error = operation.rules.common && is_refused(operation, &json)?;
    Ok(result(&ToolResult { json: &json, warnings, is_error, to }))
}

/// The result of a tool that failed, which a model may read and mend.
pub(in crate::bridge) fn refused(
    failed: &Failed,
    operation: Operation<'_>,
    options: &ResponseOptions,
    to: Asker<'_>,
) -> Response<Body> {
    let told = json_failed(failed, Some(operation), options);
    if told.status() == StatusCode::UNAUTHORIZED {
        // Whoever is not let in may try again with other credentials, which are nothing that a model has.
        return error(told, failed, to);
    }
    let json = told.into_body().into_whole();
    result(&ToolResult { json: &json, warnings: None, is_error: true, to })
}

/// What is told of a message that is no call of a tool, or none that is let through.
pub(in crate::bridge) fn failed(failed: &Failed, options: &ResponseOptions, to: Asker<'_>) -> Response<Body> {
    let mut told = error(json_failed(failed, None, options), failed, to);
    if let (Failure::Mcp(reason), Version::Handshake(_)) = (&failed.failure, to.version)
        && reason.is_within()
    {
        *told.status_mut() = StatusCode::OK;
    }
    told
}

/// The answer with `outcome`, a member with its key.
pub(in crate::bridge) fn outcome(outcome: &[u8], to: Asker<'_>) -> Response<Body> {
    let mut out = Vec::with_capacity(outcome.len() + AROUND);
    write_begin(&mut out, to.id);
    out.extend_from_slice(outcome);
    out.push(b'}');
    response(200, JSON, out)
}

/// An answer that was kept, for another request.
pub(in crate::bridge) fn again(answer: Response<Body>, id: Option<&[u8]>) -> Response<Body> {
    let (head, body) = answer.into_parts();
    Response::from_parts(head, Body::new(renumbered(&body.into_whole(), id).into()))
}

/// `json`, which a JSON client would get with these headers, as an error of JSON-RPC.
fn error(told: Response<Body>, failed: &Failed, to: Asker<'_>) -> Response<Body> {
    let (mut head, body) = told.into_parts();
    let code = match code(&failed.failure) {
        Some(code) => code,
        None if head.status.is_client_error() => INVALID_REQUEST,
        None => INTERNAL_ERROR,
    };
    let json = body.into_whole();
    let data = match &failed.failure {
        Failure::Mcp(Error::Version(asked)) => versions(asked).into(),
        _ => json.clone(),
    };
    let mut out = Vec::with_capacity(2 * json.len() + AROUND);
    write_begin(&mut out, to.id);
    write_error(&mut out, code, &sentence(&json), &data);
    out.push(b'}');
    head.headers.insert(http::header::CONTENT_TYPE, JSON);
    Response::from_parts(head, Body::new(out.into()))
}

/// The sentence of the first error in `json`, which the bridge wrote.
fn sentence(json: &[u8]) -> String {
    let mut tape = Tape::new();
    let read = tape.parse(json, &Default::default());
    let told = read.iter().find_map(|value| value.at_pointer("/errors/0/message")?.as_str());
    told.map_or_else(|| "failed".to_owned(), |told| told.into_owned())
}

/// What the error of JSON-RPC for `failure` is, where it is one of its own.
fn code(failure: &Failure) -> Option<i32> {
    match failure {
        Failure::Json(_) => Some(PARSE_ERROR),
        Failure::Mcp(error) => Some(error.code()),
        _ => None,
    }
}

/// `{"supported":[…],"requested":"…"}` (2026-07-28, schema, "UnsupportedProtocolVersionError").
fn versions(asked: &str) -> Vec<u8> {
    let mut out = b"{\"supported\":[".to_vec();
    for (at, version) in Version::all().enumerate() {
        out.extend_from_slice(if at > 0 { b"," } else { b"" });
        write_string(&mut out, version);
    }
    out.extend_from_slice(b"],\"requested\":");
    write_string(&mut out, asked);
    out.push(b'}');
    out
}

/// What becomes the result of a tool.
struct ToolResult<'r> {
    json: &'r [u8],
    /// Warnings that have no place in it.
    warnings: Option<HeaderValue>,
    is_error: bool,
    to: Asker<'r>,
}

/// Who asked, and in which version.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Asker<'a> {
    /// The number of the request, as it stands in its message; nothing where nobody could read it.
    pub(in crate::bridge) id: Option<&'a [u8]>,
    pub(in crate::bridge) version: Version,
}

/// The result as text, for clients that read nothing else, and as what it is where that is an object.
fn result(of: &ToolResult<'_>) -> Response<Body> {
    let mut out = Vec::with_capacity(2 * of.json.len() + of.json.len() / 4 + AROUND);
    write_begin(&mut out, of.to.id);
    out.extend_from_slice(b"\"result\":{\"content\":[{\"type\":\"text\",\"text\":");
    write_text(&mut out, of.json);
    if let Some(warnings) = &of.warnings {
        out.extend_from_slice(b"},{\"type\":\"text\",\"text\":");
        let warnings = warnings.to_str().expect("the header of warnings is visible ASCII");
        write_string(&mut out, &format!("Warnings: {warnings}"));
    }
    out.extend_from_slice(b"}]");
    if of.json.trim_ascii_start().starts_with(b"{") {
        out.extend_from_slice(b",\"structuredContent\":");
        out.extend_from_slice(of.json);
    }
    out.extend_from_slice(if of.is_error { b",\"isError\":true" } else { b"" });
    end(&mut out, of.to.version);
    out.push(b'}');
    response(200, JSON, out)
}

/// Appends what the results of `version` have beside their own, and ends the result.
pub(in crate::bridge) fn end(out: &mut Vec<u8>, version: Version) {
    if version == Version::Stateless {
        out.extend_from_slice(COMPLETE);
    }
    out.push(b'}');
}

/// Whether the response `json` says `status` 0. Most say so nowhere, and are not read for that.
fn is_refused(operation: Operation<'_>, json: &[u8]) -> Result<bool, Failure> {
    let zero = |at: usize| {
        let behind = json.get(at + STATUS.len()..).map_or(&b""[..], |rest| rest.trim_ascii_start());
        let value = behind.strip_prefix(b":").map_or(&b""[..], |rest| rest.trim_ascii_start());
        value.starts_with(b"0")
    };
    if !memchr::memmem::find_iter(json, STATUS).any(zero) {
        return Ok(false);
    }
    let mut tape = Tape::new();
    let response = operation.parse_own(json, &mut tape)?;
    let number = |value: Value<'_>| value.as_number() == Some("0");
    Ok(response.get("status").is_some_and(number))
}

const STATUS: &[u8] = b"\"status\"";

/// What each result says without a handshake (2026-07-28, schema, "Result").
const COMPLETE: &[u8] = concat!(
    ",\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"saponify\",\"version\":\"",
    env!("CARGO_PKG_VERSION"),
    "\"}}"
)
.as_bytes();

/// Bytes around a result.
const AROUND: usize = 256;

/// Errors of JSON-RPC 2.0, section 5.1.
const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const INTERNAL_ERROR: i32 = -32603;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
