//! Replies of a JSON backend in the JSON of a system of its own.

use super::answer::{Answer, suspicious};
use super::options::options as reply_options;
use crate::bridge::failure::{self, BackendFailure, Failure};
use crate::bridge::operation::Operation;
use crate::bridge::state::entropy;
use crate::codec::{Breach, Encode, EncodeOptions, Encoder, NullAs, UnknownFields, Violations};
use crate::json::{Tape, Value};
use crate::plan::MessagePlan;
use crate::service::native::{self, Making, Mismatch, Native, Table};
use crate::service::outcome_rules::Evaluation;

/// A native reply that becomes the response of the contract.
pub(super) struct Response<'r> {
    pub(super) operation: Operation<'r>,
    pub(super) output: &'r MessagePlan,
    pub(super) native: Native<'r>,
}

impl Response<'_> {
    /// The response: what does not fit the contract is kept in its elements for unknown members.
    pub(super) fn make(&self, mut evaluation: Evaluation, encoder: &mut Encoder) -> Result<Answer, Failure> {
        let (uuid, trace_id) = (entropy::uuid(), entropy::trace_id());
        let making = making(self.operation, self.native.http, &uuid, &trace_id);
        let table = Table { plan: &self.operation.rules.native, making };
        let mut mismatches = Vec::new();
        for strict in [true, true, false] {
            let json = native::canonical(table, self.native, &evaluation, &mismatches)
                .map_err(|error| BackendFailure::bad(&*error.to_string()))?;
            match self.fits(&json, strict, encoder) {
                Ok(()) if encoder.notes().is_empty() => {
                    return Ok(Answer { json: json.into(), ..Answer::default() });
                }
                Ok(()) => {
                    evaluation.warnings.extend(suspicious(encoder.notes()));
                    let json = native::canonical(table, self.native, &evaluation, &mismatches)
                        .map_err(|error| BackendFailure::bad(&*error.to_string()))?;
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
