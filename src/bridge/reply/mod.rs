//! Replies: from the backend's language to the JSON of the contract.
//!
//! From below: `answer` is what a reply comes to, `options` how JSON is read, `status` what its HTTP status says, `security` looks at its Security header;
//! `words` makes texts of a backend fit for clients, `said` finds those of a JSON backend that refuses, `fault` reads faults, `told_fault` those in JSON; `json`, `native`,
//! `outcome` and `soap` understand each kind, and here one is chosen.

mod answer;
mod fault;
mod json;
mod native;
mod options;
mod outcome;
mod said;
mod security;
mod soap;
mod status;
mod told_fault;
mod words;

pub(super) use answer::{Answer, Pending, Sent, suspicious};
pub(super) use native::making;
pub(super) use options::options;
pub(super) use words::Words;

use super::backend::outgoing::Reply;
use super::failure::Failure;
use super::state::buffers::Buffers;
use crate::service::Backend;

/// Understands the reply to a request. Errors: a failure of the backend, or a reply that cannot be understood.
pub(super) fn understand(
    pending: &Pending<'_>,
    reply: &Reply,
    buffers: &mut Buffers,
) -> Result<Answer, Failure> {
    let operation = pending.operation;
    match &operation.service.backend {
        Backend::Json(_) if !operation.rules.outcome_rules.is_empty() => {
            outcome::understand(pending, reply, buffers)
        }
        Backend::Json(_) => Ok(json::understand(pending, reply, buffers)?.after(pending.warnings.clone())),
        Backend::Soap(_) => Ok(soap::understand(pending, reply, buffers)?.after(pending.warnings.clone())),
    }
}
