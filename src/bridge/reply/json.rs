//! Replies of a JSON backend in the JSON of the contract.

use bytes::Bytes;

use super::answer::{Answer, Pending, suspicious};
use super::options::options;
use super::told_fault::with_fault;
use super::{said, status};
use crate::bridge::backend::outgoing::Reply;
use crate::bridge::bad_reply::{BadReply, BadReplyCause};
use crate::bridge::failure::{BackendFailure, Failure};
use crate::bridge::operation::Operation;
use crate::bridge::state::buffers::{self, Buffers};
use crate::codec::{Encode, EncodeOptions, Encoder, PassedOver, UnknownFields};
use crate::json::{Kind, Tape, Value, write};
use crate::plan::MessagePlan;

/// Understands a reply by its HTTP status alone: of a success what is in it must fit the contract, and of everything else only
/// what the contract has for that.
pub(super) fn understand(
    pending: &Pending<'_>,
    reply: &Reply,
    buffers: &mut Buffers,
) -> Result<Answer, Failure> {
    let operation = pending.operation;
    if reply.status.is_success() {
        return response(pending, reply, buffers);
    }
    match says_itself(operation, reply) {
        true => response(pending, reply, buffers).map_err(|_| refused(pending, reply).into()),
        false => Err(refused(pending, reply).into()),
    }
}

/// The failure that the status of a reply means.
fn refused(pending: &Pending<'_>, reply: &Reply) -> BackendFailure {
    let said = status::blames_message(reply.status.as_u16()).then(|| said::errors(pending, reply));
    let errors = match said {
        Some(Ok(errors)) => errors,
        // A page of a proxy, and what nobody may repeat.
        Some(Err(_)) | None => Vec::new(),
    };
    match status::check(reply, pending.owner, errors) {
        Err(failure) => with_fault(pending, reply, failure),
        Ok(()) => BackendFailure::bad("a success that is none"),
    }
}

/// Whether a reply that is no success is a response all the same: its contract has a place for what went wrong, and there it
/// is.
fn says_itself(operation: Operation<'_>, reply: &Reply) -> bool {
    if !operation.rules.common || !matches!(reply.status.as_u16(), 400 | 404 | 409 | 410 | 421 | 422 | 423) {
        return false;
    }
    let mut tape = Tape::new();
    let body = tape.parse(&reply.body, &operation.service.limits.json);
    body.is_ok_and(|body| {
        let status = body.get("status").and_then(|status| status.as_number());
        let beside = ["requestId", "warnings", "errors"].into_iter().any(|key| body.get(key).is_some());
        beside && matches!(status, Some("0" | "1"))
    })
}

/// The response in a reply that is a success. Errors: it does not fit the contract.
fn response(pending: &Pending<'_>, reply: &Reply, buffers: &mut Buffers) -> Result<Answer, Failure> {
    let operation = pending.operation;
    let Some(output) = &operation.plan.output else { return Ok(Answer::empty()) };
    let empty = reply.body.trim_ascii().is_empty();
    // A reply to HEAD has no body, whatever its status (RFC 9110 section 9.3.2).
    let bodiless = reply.status.as_u16() == 204 || *operation.rules.http.method == *"HEAD";
    if empty && (bodiless || !operation.service.plan.has_content(output)) {
        return accept(pending, output, Bytes::from_static(b"{}"), buffers);
    }
    let accepted = accept(pending, output, reply.body.clone(), buffers);
    accepted.map_err(|failure| status::described_in(failure, reply))
}

/// The response `body`, which must fit the contract.
pub(super) fn accept(
    pending: &Pending<'_>,
    output: &MessagePlan,
    body: Bytes,
    buffers: &mut Buffers,
) -> Result<Answer, Failure> {
    let Buffers { tape, encoder, .. } = buffers;
    let value = tape.parse(&body, &pending.operation.service.limits.json).map_err(BackendFailure::bad)?;
    // Whoever writes JSON adds no byte order mark (RFC 8259 section 8.1), whatever the backend did.
    let json = body.slice(if body.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 }..);
    accept_value(pending, output, Parsed { value, json }, encoder)
}

/// JSON, and the value that it is.
pub(super) struct Parsed<'v> {
    pub(super) value: Value<'v>,
    pub(super) json: Bytes,
}

/// The same of a body that was parsed.
pub(super) fn accept_value(
    pending: &Pending<'_>,
    output: &MessagePlan,
    body: Parsed<'_>,
    encoder: &mut Encoder,
) -> Result<Answer, Failure> {
    let Parsed { value, json } = body;
    let operation = pending.operation;
    let service = operation.service;
    let mut xml = Vec::with_capacity(ENVELOPE + buffers::xml_of(json.len()));
    (pending.opening)(&mut xml);
    let options = EncodeOptions { unknown_fields: unknown_fields(operation), ..options(operation) };
    encoder
        .encode(Encode { plan: &service.plan, message: output, options: &options }, value, &mut xml)
        .map_err(BackendFailure::bad)?;
    let passed_over = encoder.passed_over();
    if is_strange(value, passed_over) && service.plan.has_content(output) {
        let reason = format!("nothing in it is known: {}", names(passed_over));
        return Err(BackendFailure::bad(BadReply::new(BadReplyCause::Unknown, reason)).into());
    }
    let (warnings, passed_over) = (suspicious(encoder.notes()), passed_over.places.clone());
    if let Some(completed) = completed(service.plan.always_lists(output), value) {
        return Ok(Answer { json: completed.into(), warnings, passed_over, ..Answer::default() });
    }
    let xml = (output.headers.is_none() && !output.has_parts()).then_some(xml);
    Ok(Answer { json, xml, warnings, passed_over, passing: None, attached: None })
}

fn unknown_fields(operation: Operation<'_>) -> UnknownFields {
    if operation.service.strict_replies { UnknownFields::Reject } else { UnknownFields::Ignore }
}

/// Whether an object has members, and the contract none of them.
fn is_strange(value: Value<'_>, passed_over: &PassedOver) -> bool {
    value.kind() == Kind::Object && !value.is_empty() && passed_over.at_top == value.len()
}

fn names(passed_over: &PassedOver) -> String {
    let names = passed_over.places.iter().take(NAMES).map(|place| place.trim_start_matches('/'));
    names.collect::<Vec<_>>().join(", ")
}

/// `value` with the lists that it lacks; nothing when it lacks none.
fn completed<'k>(lists: impl Iterator<Item = &'k str>, value: Value<'_>) -> Option<Vec<u8>> {
    let missing: Vec<&str> = lists.filter(|list| value.get(list).is_none()).collect();
    if missing.is_empty() || value.kind() != Kind::Object {
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

/// Bytes of an envelope around its body.
const ENVELOPE: usize = 512;

/// Names of unknown members that the log has, where nothing else is in a reply.
const NAMES: usize = 8;
