//! Rules for the types of a whole contract: wrappers that are arrays, places for unknown members, fields of types by name.

use super::super::compile::Arena;
use super::super::index::SlotIx;
use super::super::program::{ComplexPlan, Role, Scope, Shape};
use super::choices::Rules;
use super::field::Field;
use super::file::Placed;
use super::flatten::is_list;
use super::misfit::{Misfit, Near};
use super::problem::{Problem, Subject};
use super::spelling::respell;

/// Applies what the service file says about all types. Gives what is wrong with it.
pub(super) fn shapes<'r>(rules: &'r Rules, arena: &mut Arena) -> Vec<Problem<'r>> {
    let mut problems = Vec::new();
    for plan in arena.types_mut() {
        let plain = plan.derived.is_empty() && !plan.is_abstract;
        if let Shape::Complex(complex) = &mut plan.shape {
            problems.extend(reshape(rules, complex, plain).into_iter().map(Problem::Twice));
        }
    }
    problems
}

/// Gives the keys that two members would have.
fn reshape(rules: &Rules, complex: &mut ComplexPlan, plain: bool) -> Vec<String> {
    if let Some(name) = &rules.extra {
        set_extra(complex, name);
    }
    if plain && rules.flatten.iter().any(|name| is_wrapper(complex, name)) {
        complex.flat = true;
    }
    complex.scopes.iter_mut().filter_map(|scope| respell(scope, rules.names)).collect()
}

/// Whether the type is nothing but a list of elements `name`.
fn is_wrapper(complex: &ComplexPlan, name: &str) -> bool {
    let named = |scope: &Scope| scope.slots.iter().all(|slot| *slot.key == *name);
    is_list(complex) && complex.scopes.iter().all(named)
}

/// A repeated element `name` is where unknown members go.
fn set_extra(complex: &mut ComplexPlan, name: &str) {
    let Some(scope) = complex.scopes.first_mut() else { return };
    let at =
        scope.slots.iter().position(|slot| *slot.key == *name && slot.list && slot.role == Role::Element);
    let Some(at) = at.filter(|_| !complex.mixed) else { return };
    if let Some(slot) = scope.slots.get_mut(at) {
        slot.hidden = true;
    }
    scope.index();
    complex.extra = Some(SlotIx::at(at));
}

/// Applies the rules for the fields of the type `key`, wherever it is used. Gives what is wrong with them.
pub(super) fn fields<'r>(key: &'r str, placed: &'r [Placed], arena: &mut Arena) -> Vec<Problem<'r>> {
    let subject = Subject::Type(key);
    let Some(mut taken) = arena.take_type(|plan| !plan.key.is_empty() && *plan.key == *key) else {
        let near = Near::of(key, arena.types().map(|plan| &*plan.key));
        return vec![Problem::Subject {
            subject,
            said: Vec::new(),
            misfit: Misfit::NoType { key: key.to_owned(), near },
        }];
    };
    let mut problems = Vec::new();
    for placed in placed {
        let applied = match &mut taken.plan.shape {
            Shape::Complex(object) => {
                let key = placed.pointer.trim_start_matches('/');
                placed.rule.apply(&mut Field { arena, object, key })
            }
            _ => Err(Misfit::NoMembers),
        };
        problems.extend(applied.err().map(|misfit| Problem::Field { subject, placed, misfit }));
    }
    arena.put_back(taken);
    problems
}
