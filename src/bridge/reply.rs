//! Replies: from the backend's language to the JSON in the middle.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use super::caller::Caller;
use super::client::Reply;
use super::failure::{BackendFailure, Failure};
use super::messages::Operation;
use super::scratch::Scratch;
use crate::codec::{DecodeOptions, HeaderBlocks, UnknownFields};
use crate::json::{Kind, Value, write};
use crate::plan::MessagePlan;
use crate::service::Backend;
use crate::soap::{self, Block, ContentType};
use crate::xml::{self, Name, Reader};

/// A backend's answer in the JSON of the contract.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) json: Bytes,
    /// What was in the reply and not in the contract.
    pub(super) passed_over: Vec<String>,
}

/// Understands `reply`. Errors: a failure of the backend, or a reply that cannot be understood.
pub(super) fn understand(
    operation: Operation<'_>,
    caller: &Caller,
    reply: Reply,
    scratch: &mut Scratch,
) -> Result<Answer, Failure> {
    match &operation.service.backend {
        Backend::Json(backend) => {
            let callers = caller.is_blamed(backend.credentials.as_ref());
            check_status(&reply, callers)?;
            json_reply(operation, reply, scratch)
        }
        Backend::Soap(backend) => {
            let callers = caller.is_blamed(backend.token.as_ref().map(|token| &token.credentials));
            soap_reply(operation, &reply, callers, scratch)
        }
    }
}

/// The statuses with which a JSON backend answers in its own form; all others are failures whatever their body.
fn check_status(reply: &Reply, callers: bool) -> Result<(), BackendFailure> {
    match reply.status.as_u16() {
        200..=299 | 400 | 404 | 409 | 410 | 421 | 422 | 423 => Ok(()),
        401 | 403 => Err(BackendFailure::Unauthorized { callers }),
        status => Err(BackendFailure::Failed { status, retry_after: retry_after(&reply.headers) }),
    }
}

fn retry_after(headers: &HeaderMap) -> Option<u32> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

fn json_reply(operation: Operation<'_>, reply: Reply, scratch: &mut Scratch) -> Result<Answer, Failure> {
    let Scratch { tape, encoder, .. } = scratch;
    let service = operation.service;
    let Some(output) = &operation.plan.output else {
        return Ok(Answer { json: Bytes::new(), passed_over: Vec::new() });
    };
    let value = tape.parse(&reply.body, &service.limits.json).map_err(BackendFailure::bad)?;
    if value.kind() != Kind::Object {
        return Err(BackendFailure::bad("the JSON is no object").into());
    }
    let mut xml = Vec::new();
    let options = crate::codec::EncodeOptions {
        unknown_fields: UnknownFields::Ignore,
        null_as: crate::codec::NullAs::Absent,
        ..service.encode
    };
    encoder.encode(&service.plan, output, value, &options, &mut xml).map_err(BackendFailure::bad)?;
    let json = completed(service.plan.always_lists(output), value).map_or(reply.body.clone(), Bytes::from);
    Ok(Answer { json, passed_over: Vec::new() })
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
        return Ok(Answer { json: Bytes::from_static(b"{}"), passed_over: Vec::new() });
    }
    let read =
        xml::decode(&reply.body, charset.as_deref()).map_err(|error| BackendFailure::bad(error).into());
    let read = read.and_then(|text| envelope(operation, &text, reply.status, callers, scratch));
    match (read, reply.status.as_u16()) {
        (Err(Failure::Backend(BackendFailure::BadReply(_))), 401 | 403) => {
            Err(BackendFailure::Unauthorized { callers }.into())
        }
        (Err(Failure::Backend(BackendFailure::BadReply(_))), status @ (429 | 503)) => {
            Err(BackendFailure::Failed { status, retry_after: retry_after(&reply.headers) }.into())
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
    // A service may send a Security header back; nothing in it is needed.
    let understand = |name, reader: &mut Reader<'_>| {
        if !blocks.keep(&service.plan, name, reader)? {
            reader.skip()?;
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
    let Some(output) = &operation.plan.output else {
        return Ok(Answer { json: Bytes::from_static(b"{}"), passed_over: Vec::new() });
    };
    if !service.plan.begins(output, opened.first) {
        return Err(BackendFailure::bad("the message is not the response of the operation").into());
    }
    let mut members = Vec::new();
    let limits = &service.limits.xml;
    let kept = blocks.members(&service.plan, output, limits, &mut scratch.decoder, &mut members);
    kept.map_err(BackendFailure::bad)?;
    body(operation, output, &members, opened.first, &mut reader, scratch)
}

fn body<'i>(
    operation: Operation<'_>,
    output: &MessagePlan,
    members: &[u8],
    first: Option<Name<'i>>,
    reader: &mut Reader<'i>,
    scratch: &mut Scratch,
) -> Result<Answer, Failure> {
    let service = operation.service;
    let mut json = Vec::with_capacity(512);
    let options = DecodeOptions { strict: service.strict_replies, members };
    let decoded = scratch.decoder.decode(&service.plan, output, first, reader, options, &mut json);
    let decoded = decoded.map_err(BackendFailure::bad)?;
    soap::finish(reader).map_err(BackendFailure::bad)?;
    Ok(Answer { json: Bytes::from(json), passed_over: decoded.passed_over })
}

/// The content type of a message; an absent one is empty.
pub(super) fn content_type(headers: &HeaderMap) -> ContentType {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.map(ContentType::parse).unwrap_or_default()
}
