//! A port beside the one that a plan is of.

use std::sync::Arc;

use super::dispatch::Dispatch;
use super::operation::OperationPlan;

/// A port whose operations are those of a plan in another form: their JSON is the same.
#[derive(Clone, Debug)]
pub struct PortPlan {
    /// Its name.
    pub name: Arc<str>,
    /// Its operations, in contract order; it may have fewer than the plan.
    pub operations: Vec<OperationPlan>,
    /// Which of the operations of the plan each of them is.
    pub(crate) same: Vec<usize>,
    pub(crate) dispatch: Dispatch,
}

impl PortPlan {
    /// The position in those of the plan of the operation `index` of this port.
    pub fn same(&self, index: usize) -> Option<usize> {
        self.same.get(index).copied()
    }
}
