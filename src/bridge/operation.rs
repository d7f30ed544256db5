//! An operation of a service that is ready, as an exchange uses it.

use super::attached::Sources;
use super::auth::Authenticated;
use super::backend::template::RequestTemplate;
use super::failure::Failure;
use super::state::operation_load::OperationLoad;
use crate::json::{Tape, Value};
use crate::plan::{MessagePlan, OperationPlan};
use crate::service::{Backend, Service, ServiceOperation};
use crate::soap::Version;

/// An operation of a service, as an exchange uses it.
#[derive(Clone, Copy)]
pub(super) struct Operation<'s> {
    pub(super) service: &'s Service,
    pub(super) plan: &'s OperationPlan,
    pub(super) rules: &'s ServiceOperation,
    pub(super) template: &'s RequestTemplate,
    pub(super) load: &'s OperationLoad,
}

impl Operation<'_> {
    /// The version of SOAP that the contract's binding has.
    pub(super) fn version(&self) -> Version {
        self.plan.version.into()
    }

    /// Whether what becomes of a failure may depend on the request: what is secret in it must not come back in a fault, and rows of the
    /// service file may read it.
    pub(super) fn keeps_requests(&self) -> bool {
        matches!(self.service.backend, Backend::Soap(_)) || !self.rules.faults.rows.is_empty()
    }

    /// Whether attachments may stay apart while a message is translated, which has stand-ins for them then: nothing looks at what they are, and
    /// none becomes a part of anything else than a body.
    pub(super) fn keeps_apart(&self) -> bool {
        let Self { service, plan, rules, template, .. } = *self;
        let is_looked_at = !rules.checks.is_empty()
            || !rules.outcome_rules.is_empty()
            || !rules.faults.rows.is_empty()
            || !rules.native.is_identity()
            || service.plan.looks_at_octets();
        let has_parts = |message: &MessagePlan| message.has_parts();
        let has_parts = has_parts(&plan.input) || plan.output.as_ref().is_some_and(has_parts);
        let is_moved = rules.is_scattered() || rules.credentials.is_some() || !template.is_whole();
        !is_looked_at && !has_parts && !is_moved
    }

    /// Parses JSON that the bridge wrote itself.
    pub(super) fn parse_own<'t>(&self, json: &'t [u8], tape: &'t mut Tape) -> Result<Value<'t>, Failure> {
        tape.parse(json, &self.service.limits.json).map_err(Failure::of_own_json)
    }
}

/// An operation, and who calls it.
#[derive(Clone, Copy)]
pub(super) struct Called<'c> {
    pub(super) operation: Operation<'c>,
    pub(super) caller: &'c Authenticated,
    /// Header blocks that a SOAP backend gets as they are.
    pub(super) blocks: &'c str,
    /// What its message is made of.
    pub(super) sources: Sources<'c>,
}
