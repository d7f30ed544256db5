//! Operations whose requests nobody can tell apart who does not send WS-Addressing.

use crate::plan::{OperationPlan, Plan};

/// Another operation of the same port for which a request of `operation` could be meant, whatever its SOAPAction is.
pub(super) fn alike<'p>(plan: &'p Plan, operation: &OperationPlan) -> Option<&'p OperationPlan> {
    plan.operations().iter().find(|other| {
        let same_port = other.service == operation.service && other.port == operation.port;
        // An empty action is that of everyone who says nothing.
        let same_action = operation.action.is_empty() || other.action == operation.action;
        let other_one = other.name != operation.name && !other.callback;
        same_port && same_action && other_one && plan.are_alike(operation, other)
    })
}
