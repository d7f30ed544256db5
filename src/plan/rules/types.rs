//! Rules for the types of a whole contract: wrappers that are arrays, places for unknown members, the spelling of keys.

use super::super::compile::Arena;
use super::super::index::SlotIx;
use super::super::program::{ComplexPlan, NodeKind, Role, Scope, Shape, nearest};
use super::choices::{Names, Placed, Rules};
use super::fields;
use crate::xml::{Diagnostic, Severity};

/// Applies what the service file says about all types, and about types by their names. Gives what is wrong with it.
pub(super) fn apply(rules: &Rules, arena: &mut Arena) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for plan in arena.types_mut() {
        let plain = plan.derived.is_empty() && !plan.is_abstract;
        if let Shape::Complex(complex) = &mut plan.shape {
            problems.extend(reshape(rules, complex, plain));
        }
    }
    for (key, placed) in &rules.types {
        problems.extend(typed(arena, key, placed).into_iter().map(problem));
    }
    problems
}

fn reshape(rules: &Rules, complex: &mut ComplexPlan, plain: bool) -> Vec<Diagnostic> {
    if let Some(name) = &rules.extra {
        set_extra(complex, name);
    }
    if plain && rules.flatten.iter().any(|name| is_wrapper(complex, name)) {
        complex.flat = true;
    }
    let respelled = complex.scopes.iter_mut().filter_map(|scope| respell(scope, rules.names).err());
    let told = |key: String| {
        let message = format!("names: two members would be `{key}`");
        Diagnostic::of_file("PLAN0202", Severity::Error, "", message)
    };
    respelled.map(told).collect()
}

/// Whether the type is nothing but a list of elements `name`.
fn is_wrapper(complex: &ComplexPlan, name: &str) -> bool {
    let named = |scope: &Scope| scope.slots.iter().all(|slot| *slot.key == *name);
    is_list(complex) && complex.scopes.iter().all(named)
}

/// Whether the type is nothing but a list of elements.
pub(in crate::plan) fn is_list(complex: &ComplexPlan) -> bool {
    let only = match complex.scopes.as_slice() {
        [scope] => matches!(scope.slots.as_slice(), [slot] if slot.list && slot.role == Role::Element),
        _ => false,
    };
    only && !complex.mixed && complex.any_attribute.is_none() && complex.nodes.len() == 1
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

/// Spells the keys of elements and attributes anew. Errors: a key that two members would have.
fn respell(scope: &mut Scope, names: Names) -> Result<(), String> {
    if names == Names::AsIs {
        return Ok(());
    }
    for slot in scope.slots.iter_mut().filter(|slot| matches!(slot.role, Role::Attribute(_) | Role::Element))
    {
        let key = spelled(&slot.key, names);
        slot.rename(&key);
    }
    for (at, slot) in scope.slots.iter().enumerate() {
        let twice = scope.slots.iter().take(at).any(|other| other.key == slot.key);
        if twice {
            return Err(slot.key.to_string());
        }
    }
    scope.index();
    Ok(())
}

/// `CustomerNo` as `customerNo` or `customer_no`; runs of capitals are one word: `SSNLast4` is `ssnLast4`.
fn spelled(key: &str, names: Names) -> String {
    let (mark, name) = key.strip_prefix('@').map_or(("", key), |name| ("@", name));
    let words = words(name);
    let joined = match names {
        Names::AsIs => return key.to_owned(),
        Names::Snake => words.join("_"),
        Names::Camel => words
            .iter()
            .enumerate()
            .map(|(at, word)| if at == 0 { word.clone() } else { capital(word) })
            .collect(),
    };
    format!("{mark}{joined}")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, letter) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let lower = |c: Option<&char>| c.is_some_and(|c| c.is_lowercase());
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| before.is_alphanumeric())
            && (!before.is_some_and(|before| before.is_uppercase()) || lower(chars.get(at + 1)));
        if begins || matches!(letter, '_' | '-' | '.') {
            words.push(String::new());
        }
        if let (Some(word), false) = (words.last_mut(), matches!(letter, '_' | '-' | '.')) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Rules for the fields of the type `key`, wherever it is used. Gives what is wrong with them.
fn typed(arena: &mut Arena, key: &str, placed: &[Placed]) -> Vec<String> {
    let Some(mut taken) = arena.take_type(|plan| !plan.key.is_empty() && *plan.key == *key) else {
        let hint = nearest(key, arena.types().map(|plan| &*plan.key));
        let hint = hint.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return vec![format!("types: there is no type `{key}`{hint}")];
    };
    let mut problems = Vec::new();
    for Placed { pointer, rule } in placed {
        let field = pointer.trim_start_matches('/');
        let applied = match &mut taken.plan.shape {
            Shape::Complex(complex) => fields::apply(arena, complex, field, rule),
            _ => Err("the type has no fields".to_owned()),
        };
        problems.extend(applied.err().map(|message| format!("types.{key}{pointer}: {message}")));
    }
    arena.put_back(taken);
    problems
}

fn problem(message: String) -> Diagnostic {
    Diagnostic::of_file("PLAN0201", Severity::Error, "", message)
}

/// Whether every element of `complex` may be absent.
pub(in crate::plan) fn may_be_absent(complex: &ComplexPlan, slot: SlotIx) -> bool {
    let of = complex.nodes.iter().filter(|node| node.scope.index() == 0 && node.slot == slot);
    of.into_iter().all(|node| !matches!(node.kind, NodeKind::Element(_)) || !complex.always_needed(node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_by_their_words() {
        for (name, camel, snake) in [
            ("CustomerNo", "customerNo", "customer_no"),
            ("SSNLast4", "ssnLast4", "ssn_last4"),
            ("@OrderID", "@orderId", "@order_id"),
            ("line_1", "line1", "line_1"),
            ("already", "already", "already"),
        ] {
            assert_eq!(
                (spelled(name, Names::Camel).as_str(), spelled(name, Names::Snake).as_str()),
                (camel, snake)
            );
        }
    }
}
