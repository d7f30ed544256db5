//! Replies: from the backend's language to the JSON of the contract.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use super::auth::Authenticated;
use super::client::Reply;
use super::failure::{BackendFailure, Failure};
use super::messages::Operation;
use super::native_reply;
use super::reply_security::ReplySecurity;
use super::scratch::Scratch;
use crate::codec::{
    Decode, DecodeOptions, Encode, EncodeOptions, HeaderBlocks, NullAs, Strictness, UnknownFields, Violation,
};
use crate::json::{Kind, Value, write};
use crate::plan::MessagePlan;
use crate::service::checks;
use crate::service::outcome::Notice;
use crate::service::{Backend, Code};
use crate::soap::{self, Block, ContentType};
use crate::xml::{self, Reader};

/// A backend's answer in the JSON of the contract.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) json: Bytes,
    /// What is worth knowing and not yet in `json`.
    pub(super) warnings: Vec<Notice>,
    /// What was in the reply and not in the contract.
    pub(super) passed_over: Vec<String>,
}

/// Understands `reply` to the request number `id`, about which `warnings` were found. Errors: a failure of the backend, or a reply that cannot be understood.
pub(super) fn understand(
    operation: Operation<'_>,
    caller: &Authenticated,
    reply: Reply,
    (id, warnings): (i64, Vec<Notice>),
    scratch: &mut Scratch,
) -> Result<Answer, Failure> {
    let callers = caller.is_blamed(operation.service.backend.credentials());
    match &operation.service.backend {
        Backend::Json(_) => {
            if !operation.rules.rows.is_empty() {
                return native_reply::understand(operation, callers, &reply, (id, warnings), scratch);
            }
            check_status(&reply, callers, Vec::new())?;
            let answer = json_reply(operation, reply, scratch)?;
            Ok(answer.with(warnings))
        }
        Backend::Soap(_) => Ok(soap_reply(operation, &reply, callers, scratch)?.with(warnings)),
    }
}

impl Answer {
    /// The same with warnings before its own.
    fn with(mut self, mut warnings: Vec<Notice>) -> Self {
        warnings.append(&mut self.warnings);
        self.warnings = warnings;
        self
    }
}

/// The statuses with which a JSON backend answers in its own form; all others are failures whatever their body.
pub(super) fn check_status(reply: &Reply, callers: bool, errors: Vec<Notice>) -> Result<(), BackendFailure> {
    match reply.status.as_u16() {
        200..=299 | 400 | 404 | 409 | 410 | 421 | 422 | 423 => Ok(()),
        401 | 403 => Err(BackendFailure::Unauthorized { callers, errors }),
        status => {
            let retry_after = retry_after(&reply.headers);
            Err(BackendFailure::Failed { status, retry_after, errors, client: false })
        }
    }
}

pub(super) fn retry_after(headers: &HeaderMap) -> Option<u32> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

fn json_reply(operation: Operation<'_>, reply: Reply, scratch: &mut Scratch) -> Result<Answer, Failure> {
    let Scratch { tape, encoder, .. } = scratch;
    let service = operation.service;
    let Some(output) = &operation.plan.output else { return Ok(Answer::default()) };
    let value = tape.parse(&reply.body, &service.limits.json).map_err(BackendFailure::bad)?;
    if value.kind() != Kind::Object {
        return Err(BackendFailure::bad("the JSON is no object").into());
    }
    let mut xml = Vec::new();
    let options = reply_options(operation);
    encoder
        .encode(Encode { plan: &service.plan, message: output, options: &options }, value, &mut xml)
        .map_err(BackendFailure::bad)?;
    let warnings = suspicious(encoder.notes());
    let json = completed(service.plan.always_lists(output), value).map_or(reply.body.clone(), Bytes::from);
    Ok(Answer { json, warnings, passed_over: Vec::new() })
}

/// How a backend's JSON is read: what it has and the contract has not is passed over.
pub(super) fn reply_options(operation: Operation<'_>) -> EncodeOptions {
    EncodeOptions {
        unknown_fields: UnknownFields::Ignore,
        null_as: NullAs::Absent,
        empty_as: crate::codec::EmptyAs::Keep,
        open: operation.service.open_replies,
        ..operation.service.encode
    }
}

/// Warnings about values that were passed on although the contract does not have them.
pub(super) fn suspicious(notes: &[Violation]) -> Vec<Notice> {
    let notice =
        |note: &Violation| Notice::new(Code::Suspicious, checks::message(note)).at(note.pointer.clone());
    notes.iter().map(notice).collect()
}

/// `value` with the lists that it lacks; nothing when it lacks none.
fn completed<'k>(lists: impl Iterator<Item = &'k str>, value: Value<'_>) -> Option<Vec<u8>> {
    let missing: Vec<&str> = lists.filter(|list| value.get(list).is_none()).collect();
    if missing.is_empty() {
        return None;
    }
    let mut out = Vec::new();
    write::compact(value, &mut out);
    out.pop();
    for list in missing {
        if out.last() != Some(&b'{') {
            out.push(b',');
        }
        write::write_key(&mut out, list);
        out.extend_from_slice(b"[]");
    }
    out.push(b'}');
    Some(out)
}

/// A fault is recognised by the body, whatever the status; what is no envelope is judged by the status.
fn soap_reply(
    operation: Operation<'_>,
    reply: &Reply,
    callers: bool,
    scratch: &mut Scratch,
) -> Result<Answer, Failure> {
    let charset = content_type(&reply.headers).charset;
    if operation.plan.output.is_none() && reply.status.is_success() && reply.body.is_empty() {
        return Ok(Answer { json: Bytes::from_static(b"{}"), ..Answer::default() });
    }
    let read =
        xml::decode(&reply.body, charset.as_deref()).map_err(|error| BackendFailure::bad(error).into());
    let read = read.and_then(|text| envelope(operation, &text, reply.status, callers, scratch));
    match (read, reply.status.as_u16()) {
        (Err(Failure::Backend(BackendFailure::BadReply(_))), 401 | 403) => {
            Err(BackendFailure::Unauthorized { callers, errors: Vec::new() }.into())
        }
        (Err(Failure::Backend(BackendFailure::BadReply(_))), 429 | 503) => {
            check_status(reply, callers, Vec::new())?;
            Err(Failure::Bridge("a status that is no failure"))
        }
        (read, _) => read,
    }
}

fn envelope(
    operation: Operation<'_>,
    text: &str,
    status: StatusCode,
    callers: bool,
    scratch: &mut Scratch,
) -> Result<Answer, Failure> {
    let service = operation.service;
    let mut reader = Reader::new(text, service.plan.namespaces(), &service.limits.xml);
    let mut blocks = HeaderBlocks::default();
    let mut security = ReplySecurity::new(operation);
    let understand = |name, reader: &mut Reader<'_>| {
        if !blocks.keep(&service.plan, name, reader)? {
            security.take(name, reader)?;
        }
        Ok::<_, soap::Error>(Block::Understood)
    };
    let opened = soap::open(&mut reader, understand).map_err(BackendFailure::bad)?;
    if let Some(name) = opened.first
        && soap::is_fault(opened.version, name)
    {
        let fault = soap::read_fault(&mut reader).map_err(BackendFailure::bad)?;
        return Err(BackendFailure::Fault { fault: Box::new(fault), callers }.into());
    }
    if !status.is_success() {
        return Err(BackendFailure::bad("an error status with a message that is no fault").into());
    }
    security.check()?;
    let Some(output) = &operation.plan.output else {
        return Ok(Answer { json: Bytes::from_static(b"{}"), ..Answer::default() });
    };
    if !service.plan.begins(output, opened.first) {
        return Err(BackendFailure::bad("the message is not the response of the operation").into());
    }
    let mut members = Vec::new();
    let kept = blocks.members(Decode::of(&service.plan, output), &mut scratch.decoder, &mut members);
    kept.map_err(BackendFailure::bad)?;
    body(operation, output, &members, &mut reader, scratch)
}

fn body(
    operation: Operation<'_>,
    output: &MessagePlan,
    members: &[u8],
    reader: &mut Reader<'_>,
    scratch: &mut Scratch,
) -> Result<Answer, Failure> {
    let service = operation.service;
    let mut json = Vec::with_capacity(512);
    let strictness = if service.strict_replies { Strictness::Strict } else { Strictness::Lenient };
    let options =
        DecodeOptions { strictness, members, open: service.open_replies, ..DecodeOptions::default() };
    let decoded =
        scratch.decoder.decode(Decode { plan: &service.plan, message: output, options }, reader, &mut json);
    let decoded = decoded.map_err(BackendFailure::bad)?;
    soap::finish(reader).map_err(BackendFailure::bad)?;
    let warnings = suspicious(&decoded.notes);
    Ok(Answer { json: Bytes::from(json), warnings, passed_over: decoded.passed_over })
}

/// The content type of a message; an absent one is empty.
pub(super) fn content_type(headers: &HeaderMap) -> ContentType {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.map(ContentType::parse).unwrap_or_default()
}
