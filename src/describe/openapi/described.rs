//! An operation while it is described.

use super::super::tree::{Object, Tree};
use crate::plan::OperationPlan;
use crate::service::ServiceOperation;

/// An operation that is described.
pub(super) struct Described<'p> {
    pub(super) plan: &'p OperationPlan,
    pub(super) rules: &'p ServiceOperation,
    /// The JSON of the system's own clients, where responses have that.
    pub(super) native: Option<Object>,
    pub(super) always_200: bool,
    /// Whether a caller may be refused.
    pub(super) refuses_callers: bool,
    pub(super) response_example: Option<Tree>,
}

/// A declared fault.
pub(super) struct Declared {
    pub(super) name: String,
    /// The schema of what stands in its detail.
    pub(super) detail: Object,
}
