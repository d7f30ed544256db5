//! Replies of a JSON backend whose meaning a table says.

use super::answer::{Answer, Pending, suspicious};
use super::json::options as reply_options;
use super::status;
use crate::bridge::backend::outgoing::Reply;
use crate::bridge::failure::{self, BackendFailure, Failure};
use crate::bridge::operation::Operation;
use crate::bridge::state::buffers::Buffers;
use crate::bridge::state::entropy;
use crate::codec::{Breach, Encode, EncodeOptions, Encoder, NullAs, UnknownFields, Violations};
use crate::json::{Tape, Value};
use crate::plan::MessagePlan;
use crate::service::expression::Variables;
use crate::service::native::{self, Making, Mismatch, Native, Table};
use crate::service::outcome_rules::{self, Evaluation, Verdict};

/// Understands a reply by the rows of `outcome`.
pub(super) fn understand(
    pending: Pending<'_>,
    reply: &Reply,
    buffers: &mut Buffers,
) -> Result<Answer, Failure> {
    let Pending { operation, id, owner, warnings, .. } = pending;
    let service = operation.service;
    let http = reply.status.as_u16();
    let empty = reply.body.trim_ascii().is_empty();
    let body: &[u8] = if empty { b"{}" } else { &reply.body };
    let body = match buffers.tape.parse(body, &service.limits.json) {
        Ok(body) => body,
        Err(error) => {
            status::check(reply, owner, Vec::new())?;
            return Err(BackendFailure::bad(error).into());
        }
    };
    let mut variables =
        Variables::of(body).with_integer("http", i64::from(http)).with_tables(&service.tables);
    let mut evaluation = outcome_rules::evaluate(&operation.rules.outcome_rules, http, body, &mut variables);
    let (Some(Verdict::Failure | Verdict::Success), Some(output)) =
        (evaluation.verdict, &operation.plan.output)
    else {
        return Err(fault(reply, owner, evaluation).into());
    };
    evaluation.warnings.splice(..0, warnings);
    let native = Native { body, http, request_id: id };
    Response { operation, output, native }.make(evaluation, &mut buffers.encoder)
}

/// A reply that is a fault, by the table or by its status.
fn fault(reply: &Reply, owner: failure::CredentialOwner, evaluation: Evaluation) -> BackendFailure {
    let client = match evaluation.verdict {
        Some(Verdict::Fault { client }) => Some(client),
        Some(Verdict::Failure | Verdict::Success) | None => None,
    };
    match (status::check(reply, owner, evaluation.errors.clone()), client) {
        (Err(BackendFailure::Failed { status, retry_after, errors, .. }), Some(client)) => {
            BackendFailure::Failed { status, retry_after, errors, client }
        }
        (Err(failure), _) => failure,
        (Ok(()), None) => BackendFailure::bad("no row of `outcome` says what it means"),
        (Ok(()), Some(client)) => BackendFailure::Failed {
            status: reply.status.as_u16(),
            retry_after: status::retry_after(&reply.headers),
            errors: evaluation.errors,
            client,
        },
    }
}

/// A native reply that becomes the response of the contract.
struct Response<'r> {
    operation: Operation<'r>,
    output: &'r MessagePlan,
    native: Native<'r>,
}

impl Response<'_> {
    /// The response: what does not fit the contract is kept in its elements for unknown members.
    fn make(&self, mut evaluation: Evaluation, encoder: &mut Encoder) -> Result<Answer, Failure> {
        let (uuid, trace_id) = (entropy::uuid(), entropy::trace_id());
        let making = making(self.operation, self.native.http, &uuid, &trace_id);
        let table = Table { plan: &self.operation.rules.native, making };
        let mut mismatches = Vec::new();
        for strict in [true, true, false] {
            let json = native::canonical(table, self.native, &evaluation, &mismatches)
                .map_err(BackendFailure::bad)?;
            match self.fits(&json, strict, encoder) {
                Ok(()) if encoder.notes().is_empty() => {
                    return Ok(Answer { json: json.into(), ..Answer::default() });
                }
                Ok(()) => {
                    evaluation.warnings.extend(suspicious(encoder.notes()));
                    let json = native::canonical(table, self.native, &evaluation, &mismatches)
                        .map_err(BackendFailure::bad)?;
                    return Ok(Answer { json: json.into(), ..Answer::default() });
                }
                Err(Failure::Breach(failure::Breach { violations, .. })) => {
                    note_mismatches(&mut mismatches, &violations);
                }
                Err(failure) => return Err(failure),
            }
        }
        Err(BackendFailure::bad("the reply does not fit the response of the contract").into())
    }

    fn fits(&self, json: &[u8], strict: bool, encoder: &mut Encoder) -> Result<(), Failure> {
        let service = self.operation.service;
        let mut tape = Tape::new();
        let value: Value<'_> = tape.parse(json, &service.limits.json).map_err(BackendFailure::bad)?;
        let plain = reply_options(self.operation);
        let options = if strict {
            EncodeOptions { unknown_fields: UnknownFields::Reject, null_as: NullAs::Reject, ..plain }
        } else {
            plain
        };
        Ok(encoder.encode(
            Encode { plan: &service.plan, message: self.output, options: &options },
            value,
            &mut Vec::new(),
        )?)
    }
}

/// The members at the top that hold the breaches. One stays if nothing is wrong but what is unknown or null inside of it.
fn note_mismatches(mismatches: &mut Vec<Mismatch>, violations: &Violations) {
    for violation in &violations.0 {
        let mut path = violation.pointer.split('/').skip(1);
        // A breach of the whole is of no member.
        let Some(member) = path.next().map(str::to_owned) else { continue };
        let stays = matches!(violation.breach, Breach::Null | Breach::Unknown) && path.next().is_some();
        match mismatches.iter_mut().find(|known| known.member == member) {
            Some(known) => known.stays &= stays,
            None => mismatches.push(Mismatch { member, stays }),
        }
    }
}

/// What a native JSON is made with.
pub(in crate::bridge) fn making<'m>(
    operation: Operation<'m>,
    http: u16,
    uuid: &'m str,
    trace_id: &'m str,
) -> Making<'m> {
    let service = operation.service;
    Making { http, uuid, trace_id, tables: &service.tables, limits: &service.limits.json }
}
