//! Replies of a JSON backend whose meaning a table says.

use super::answer::{Answer, Pending};
use super::json::Parsed;
use super::told_fault::with_fault;
use super::{json, native, said, status};
use crate::bridge::backend::outgoing::Reply;
use crate::bridge::failure::{BackendFailure, Failure};
use crate::bridge::state::buffers::Buffers;
use crate::json::{Value, write};
use crate::plan::{MessagePlan, Plan};
use crate::service::expression::Variables;
use crate::service::native::Native;
use crate::service::outcome::write_list;
use crate::service::outcome_rules::{self, Evaluation, Verdict};

/// Understands a reply by the rows of `outcome`.
pub(super) fn understand(
    pending: &Pending<'_>,
    reply: &Reply,
    buffers: &mut Buffers,
) -> Result<Answer, Failure> {
    let service = pending.operation.service;
    let http = reply.status.as_u16();
    let empty = reply.body.trim_ascii().is_empty();
    let body: &[u8] = if empty { b"{}" } else { &reply.body };
    let mut tape = std::mem::take(&mut buffers.evaluated);
    let answer = match tape.parse(body, &service.limits.json) {
        Ok(body) => {
            let mut variables = Variables::of(body).with_http(http).with_tables(&service.tables);
            let rules = &pending.operation.rules.outcome_rules;
            let evaluation = outcome_rules::evaluate(rules, http, body, &mut variables);
            Evaluated { reply, body, evaluation }.answer(pending, buffers)
        }
        Err(error) => match status::check(reply, pending.owner, Vec::new()) {
            Ok(()) => Err(status::described_in(BackendFailure::bad(error).into(), reply)),
            Err(failure) => Err(failure.into()),
        },
    };
    buffers.evaluated = tape;
    answer
}

/// A reply, and what the table says of it.
struct Evaluated<'r> {
    reply: &'r Reply,
    /// Its JSON.
    body: Value<'r>,
    evaluation: Evaluation,
}

impl Evaluated<'_> {
    fn answer(self, pending: &Pending<'_>, buffers: &mut Buffers) -> Result<Answer, Failure> {
        let rules = pending.operation.rules;
        // Without a place for it in the response a failure can only be a fault.
        let placed = rules.common || !rules.native.is_identity();
        match (self.evaluation.verdict, &pending.operation.plan.output) {
            (Some(Verdict::Success), None) => Ok(Answer::empty().after(pending.warnings.clone())),
            (Some(Verdict::Success), Some(output)) => self.response(pending, output, buffers),
            (Some(Verdict::Failure), Some(output)) if placed => self.response(pending, output, buffers),
            (Some(Verdict::Failure | Verdict::Fault { .. }) | None, _) => {
                Err(with_fault(pending, self.reply, fault(pending, self.reply, &self.evaluation)).into())
            }
        }
    }

    fn response(
        self,
        pending: &Pending<'_>,
        output: &MessagePlan,
        buffers: &mut Buffers,
    ) -> Result<Answer, Failure> {
        let Self { reply, body, mut evaluation } = self;
        let operation = pending.operation;
        let mut warnings = pending.warnings.clone();
        warnings.append(&mut evaluation.warnings);
        if !operation.rules.native.is_identity() {
            evaluation.warnings = warnings;
            let native = Native { body, http: reply.status.as_u16(), request_id: pending.id };
            return native::Response { operation, output, native }.make(evaluation, &mut buffers.encoder);
        }
        let mut json = Vec::with_capacity(reply.body.len() + OUTWARD);
        let accepted = if operation.rules.common {
            let outward = Outward { plan: &operation.service.plan, output, id: pending.id };
            outward.write(body, &evaluation, &mut json);
            json::accept(pending, output, json.into(), buffers)
        } else {
            write::compact(body, &mut json);
            let parsed = Parsed { value: body, json: json.into() };
            json::accept_value(pending, output, parsed, &mut buffers.encoder)
        };
        Ok(accepted.map_err(|failure| status::described_in(failure, reply))?.after(warnings))
    }
}

/// A reply that is a fault, by the table or by its status.
fn fault(pending: &Pending<'_>, reply: &Reply, evaluation: &Evaluation) -> BackendFailure {
    let http = reply.status.as_u16();
    let client = match evaluation.verdict {
        Some(Verdict::Fault { client }) => Some(client),
        Some(Verdict::Failure) => Some(http < 500),
        Some(Verdict::Success) | None => None,
    };
    let blamed = client == Some(true) || (client.is_none() && status::blames_message(http));
    let said = match evaluation.errors.as_slice() {
        [] if blamed => said::errors(pending, reply),
        errors => said::by_table(pending, reply, errors),
    };
    // A page of a proxy, and what nobody may repeat, are not told.
    let errors = said.unwrap_or_default();
    match (status::check(reply, pending.owner, errors.clone()), client) {
        (Err(BackendFailure::Failed { status, retry_after, errors, .. }), Some(client)) => {
            BackendFailure::Failed { status, retry_after, errors, client, fault: None }
        }
        // A row says what a redirect means.
        (Err(failure), None) => failure,
        (Err(failure @ BackendFailure::Unauthorized { .. }), Some(_)) => failure,
        (Ok(()), None) => BackendFailure::bad("no row of `outcome` says what it means"),
        (Ok(()) | Err(_), Some(client)) => BackendFailure::Failed {
            status: http,
            retry_after: status::retry_after(&reply.headers),
            errors,
            client,
            fault: None,
        },
    }
}

/// A response that has the outward shape, of a reply that need not have all of it.
struct Outward<'o> {
    plan: &'o Plan,
    output: &'o MessagePlan,
    /// The number of the request.
    id: i64,
}

impl Outward<'_> {
    /// The members of `body`, with what the table says in place of what they say.
    fn write(&self, body: Value<'_>, evaluation: &Evaluation, out: &mut Vec<u8>) {
        let success = evaluation.verdict == Some(Verdict::Success);
        let told = !evaluation.errors.is_empty();
        let replaced = |key: &str| key == "status" || (told && key == "errors");
        out.extend_from_slice(b"{\"status\":");
        out.push(if success { b'1' } else { b'0' });
        for member in body.members().filter(|member| !replaced(&member.key())) {
            out.push(b',');
            write::write_key(out, &member.key());
            write::compact(member.value(), out);
        }
        if body.get("requestId").is_none() && self.plan.has_member(self.output, "requestId") {
            out.extend_from_slice(format!(",\"requestId\":{}", self.id).as_bytes());
        }
        if told {
            write_list(out, "errors", &evaluation.errors, &[]);
        }
        out.push(b'}');
    }
}

/// Bytes of what the outward shape has beside the members of a reply.
const OUTWARD: usize = 128;
