//! Replies of a JSON backend whose meaning a table says.

use super::client::Reply;
use super::failure::{BackendFailure, Failure};
use super::fresh;
use super::messages::Operation;
use super::reply::{Answer, check_status, reply_options, retry_after, suspicious};
use super::scratch::Scratch;
use crate::codec::{Breach, Encode, EncodeOptions, Encoder, NullAs, UnknownFields, Violations};
use crate::json::{Tape, Value};
use crate::plan::MessagePlan;
use crate::service::expression::Variables;
use crate::service::native::{self, Making, Native, Unfit};
use crate::service::outcome::Notice;
use crate::service::rows::{self, Judged, Verdict};

/// Understands a reply by the rows of `outcome`.
pub(super) fn understand(
    operation: Operation<'_>,
    callers: bool,
    reply: &Reply,
    (id, warnings): (i64, Vec<Notice>),
    scratch: &mut Scratch,
) -> Result<Answer, Failure> {
    let service = operation.service;
    let http = reply.status.as_u16();
    let empty = reply.body.trim_ascii().is_empty();
    let body: &[u8] = if empty { b"{}" } else { &reply.body };
    let body = match scratch.tape.parse(body, &service.limits.json) {
        Ok(body) => body,
        Err(error) => {
            check_status(reply, callers, Vec::new())?;
            return Err(BackendFailure::bad(error).into());
        }
    };
    let mut variables =
        Variables::of(body).with_integer("http", i64::from(http)).with_tables(&service.tables);
    let mut judged = rows::judge(&operation.rules.rows, http, body, &mut variables);
    let (Some(Verdict::Failure | Verdict::Success), Some(output)) = (judged.verdict, &operation.plan.output)
    else {
        return Err(failure(reply, callers, judged).into());
    };
    judged.warnings.splice(..0, warnings);
    let native = Native { body, http, request_id: id };
    view(operation, output, native, judged, &mut scratch.encoder)
}

/// A reply that is a fault, by the table or by its status.
fn failure(reply: &Reply, callers: bool, judged: Judged) -> BackendFailure {
    let client = match judged.verdict {
        Some(Verdict::Fault { client }) => Some(client),
        _ => None,
    };
    if let Err(failure) = check_status(reply, callers, judged.errors.clone()) {
        return match (failure, client) {
            (BackendFailure::Failed { status, retry_after, errors, .. }, Some(client)) => {
                BackendFailure::Failed { status, retry_after, errors, client }
            }
            (failure, _) => failure,
        };
    }
    match client {
        None => BackendFailure::bad("no row of `outcome` says what it means"),
        Some(client) => {
            let status = reply.status.as_u16();
            BackendFailure::Failed {
                status,
                retry_after: retry_after(&reply.headers),
                errors: judged.errors,
                client,
            }
        }
    }
}

/// The response of the contract: what does not fit it is kept in its elements for unknown members.
fn view(
    operation: Operation<'_>,
    output: &MessagePlan,
    native: Native<'_>,
    mut judged: Judged,
    encoder: &mut Encoder,
) -> Result<Answer, Failure> {
    let (uuid, trace_id) = (fresh::uuid(), fresh::trace_id());
    let making = making(operation, native.http, &uuid, &trace_id);
    let plan = &operation.rules.native;
    let mut unfit = Vec::new();
    for strict in [true, true, false] {
        let json = native::view(plan, native, &judged, &unfit, making);
        match fits(operation, output, &json, strict, encoder) {
            Ok(()) if encoder.notes().is_empty() => {
                return Ok(Answer { json: json.into(), ..Answer::default() });
            }
            Ok(()) => {
                judged.warnings.extend(suspicious(encoder.notes()));
                let json = native::view(plan, native, &judged, &unfit, making);
                return Ok(Answer { json: json.into(), ..Answer::default() });
            }
            Err(Failure::Breach(violations, _)) => note_unfit(&mut unfit, &violations),
            Err(failure) => return Err(failure),
        }
    }
    Err(BackendFailure::bad("the reply does not fit the response of the contract").into())
}

fn fits(
    operation: Operation<'_>,
    output: &MessagePlan,
    json: &[u8],
    strict: bool,
    encoder: &mut Encoder,
) -> Result<(), Failure> {
    let service = operation.service;
    let mut tape = Tape::new();
    let value: Value<'_> = tape.parse(json, &service.limits.json).map_err(BackendFailure::bad)?;
    let plain = reply_options(operation);
    let options = if strict {
        EncodeOptions { unknown_fields: UnknownFields::Reject, null_as: NullAs::Reject, ..plain }
    } else {
        plain
    };
    Ok(encoder.encode(
        Encode { plan: &service.plan, message: output, options: &options },
        value,
        &mut Vec::new(),
    )?)
}

/// The members at the top that hold the breaches. One stays if nothing is wrong but what is unknown or null inside of it.
fn note_unfit(unfit: &mut Vec<Unfit>, violations: &Violations) {
    for violation in &violations.0 {
        let mut path = violation.pointer.split('/').skip(1);
        let member = path.next().unwrap_or_default().to_owned();
        let stays = matches!(violation.breach, Breach::Null | Breach::Unknown) && path.next().is_some();
        match unfit.iter_mut().find(|unfit| unfit.member == member) {
            Some(known) => known.stays &= stays,
            None => unfit.push(Unfit { member, stays }),
        }
    }
}

/// What a native JSON is made with.
pub(super) fn making<'m>(
    operation: Operation<'m>,
    http: u16,
    uuid: &'m str,
    trace_id: &'m str,
) -> Making<'m> {
    let service = operation.service;
    Making { http, uuid, trace_id, tables: &service.tables, limits: &service.limits.json }
}
