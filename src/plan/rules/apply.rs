//! All rules, in their order.

use super::super::compile::Arena;
use super::super::program::OperationPlan;
use super::choices::Rules;
use super::problem::Problem;
use super::{operation, types};
use crate::xml::Diagnostic;

/// Changes the program as `rules` say. Gives what is wrong with them.
pub(in crate::plan) fn apply(
    rules: &Rules,
    arena: &mut Arena,
    operations: &mut [OperationPlan],
) -> Vec<Diagnostic> {
    let mut problems = types::shapes(rules, arena);
    for (key, placed) in &rules.types {
        problems.extend(types::fields(key, placed, arena));
    }
    let mut found: Vec<Diagnostic> = problems.iter().map(Problem::diagnostic).collect();
    found.extend(apply_to(rules, arena, &mut operations.iter_mut().collect::<Vec<_>>()));
    found
}

/// Changes `operations`, of which there are some, as the rules of operations say. Gives what is wrong with them.
pub(in crate::plan) fn apply_to(
    rules: &Rules,
    arena: &mut Arena,
    operations: &mut [&mut OperationPlan],
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for operation in &mut *operations {
        if let Some((name, rules)) = rules.operations.get_key_value(&*operation.name) {
            problems.extend(operation::apply(name, rules, arena, operation));
        }
    }
    for field in &rules.constants {
        problems.extend(operation::constant(field, arena, operations));
    }
    for field in &rules.credentials {
        problems.extend(operation::credential(field, arena, operations));
    }
    problems.iter().map(Problem::diagnostic).collect()
}
