//! What a service file may say about the JSON form of a contract, and what that does to the program.

mod choices;
mod fields;
mod operation;
mod types;

pub use choices::{As, FieldRule, Names, OperationRules, Placed, Rules};

use super::compile::Arena;
use super::program::OperationPlan;
use crate::xml::Diagnostic;

/// Changes the program as `rules` say. Gives what is wrong with them.
pub(super) fn apply(rules: &Rules, arena: &mut Arena, operations: &mut [OperationPlan]) -> Vec<Diagnostic> {
    let mut problems = types::apply(rules, arena);
    problems.extend(operations.iter_mut().filter_map(|operation| operation::apply(rules, arena, operation)));
    problems
}
