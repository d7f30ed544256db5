//! Replies of a JSON backend in the JSON of the contract.

use bytes::Bytes;

use super::answer::{Answer, Pending, suspicious};
use super::status;
use crate::bridge::backend::outgoing::Reply;
use crate::bridge::failure::{BackendFailure, Failure};
use crate::bridge::operation::Operation;
use crate::bridge::state::buffers::Buffers;
use crate::codec::{EmptyAs, Encode, EncodeOptions, NullAs, UnknownFields};
use crate::json::{Kind, Value, write};

/// Understands a reply by its HTTP status alone. What is in it must fit the contract.
pub(super) fn understand(
    pending: &Pending<'_>,
    reply: &Reply,
    buffers: &mut Buffers,
) -> Result<Answer, Failure> {
    status::check(reply, pending.owner, Vec::new())?;
    let Buffers { tape, encoder, .. } = buffers;
    let operation = pending.operation;
    let service = operation.service;
    let Some(output) = &operation.plan.output else { return Ok(Answer::empty()) };
    let value = tape.parse(&reply.body, &service.limits.json).map_err(BackendFailure::bad)?;
    if value.kind() != Kind::Object {
        return Err(BackendFailure::bad("the JSON is not an object").into());
    }
    let mut xml = Vec::new();
    let options = options(operation);
    encoder
        .encode(Encode { plan: &service.plan, message: output, options: &options }, value, &mut xml)
        .map_err(BackendFailure::bad)?;
    let warnings = suspicious(encoder.notes());
    let json = match completed(service.plan.always_lists(output), value) {
        Some(completed) => Bytes::from(completed),
        // Whoever writes JSON adds no byte order mark (RFC 8259 section 8.1), whatever the backend did.
        None => reply.body.slice(if reply.body.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 }..),
    };
    Ok(Answer { json, warnings, passed_over: Vec::new() })
}

/// How a backend's JSON is read: what it has and the contract has not is passed over.
pub(in crate::bridge) fn options(operation: Operation<'_>) -> EncodeOptions {
    EncodeOptions {
        unknown_fields: UnknownFields::Ignore,
        null_as: NullAs::Absent,
        empty_as: EmptyAs::Keep,
        open: operation.service.open_replies,
        ..operation.service.encode
    }
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
