//! Rules of one operation: copies of its messages in which something looks different in JSON.

use super::super::compile::Arena;
use super::super::index::ElementIx;
use super::super::program::{
    ComplexPlan, NodeKind, OperationPlan, Role, Shape, Slot, TypePlan, nearest,
};
use super::choices::{OperationRules, Placed, Rules};
use super::fields;
use crate::xml::{Diagnostic, Severity};

/// Applies what the service file says about `operation`. Gives what is wrong with it.
pub(super) fn apply(all: &Rules, arena: &mut Arena, operation: &mut OperationPlan) -> Option<Diagnostic> {
    let rules = all.operations.get(&*operation.name)?;
    let message = apply_to_messages(arena, operation, rules).err()?;
    let problem = format!("operation {}: {message}", operation.name);
    Some(Diagnostic::of_file("PLAN0201", Severity::Error, "", problem))
}

fn apply_to_messages(
    arena: &mut Arena,
    operation: &mut OperationPlan,
    rules: &OperationRules,
) -> Result<(), String> {
    if let (Some(child), Some(root)) = (&rules.unwrap_request, operation.input.root) {
        operation.input.root = Some(unwrap(arena, root, child, &[])?);
    }
    let output = operation.output.as_mut();
    if let (Some(child), Some(output)) = (&rules.unwrap_response, output)
        && let Some(root) = output.root
    {
        output.root = Some(unwrap(arena, root, child, &rules.response_aliases)?);
    }
    for key in &rules.hidden {
        let hide = |_: &mut Arena, complex: &mut ComplexPlan| hide(complex, key);
        operation.input.root = change(arena, operation.input.root, "", &hide)?;
    }
    for pointer in &rules.blank_absent {
        let (object, key) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        let mark =
            |_: &mut Arena, complex: &mut ComplexPlan| flag(complex, key, |slot| slot.blank_absent = true);
        operation.input.root = change(arena, operation.input.root, object, &mark)?;
    }
    for key in &rules.always {
        let Some(output) = operation.output.as_mut() else { continue };
        let mark =
            |_: &mut Arena, complex: &mut ComplexPlan| flag(complex, key, |slot| slot.always = slot.list);
        output.root = change(arena, output.root, "", &mark)?;
    }
    if let (true, Some(output)) = (rules.plain_extra, operation.output.as_mut()) {
        let plain = |_: &mut Arena, complex: &mut ComplexPlan| {
            complex.show_extra();
            Ok(())
        };
        output.root = change(arena, output.root, "", &plain)?;
    }
    rules.fields.iter().try_for_each(|placed| field(arena, operation, placed))
}

/// A field rule applies to the request and to the response, wherever its field is; it is an error when that is nowhere.
fn field(arena: &mut Arena, operation: &mut OperationPlan, placed: &Placed) -> Result<(), String> {
    let (object, key) = placed.pointer.rsplit_once('/').unwrap_or(("", &placed.pointer));
    let apply =
        |arena: &mut Arena, complex: &mut ComplexPlan| fields::apply(arena, complex, key, &placed.rule);
    let input = change(arena, operation.input.root, object, &apply);
    let output = operation.output.as_ref().map(|output| change(arena, output.root, object, &apply));
    match (input, output) {
        (Err(problem), None | Some(Err(_))) => Err(format!("{}: {problem}", placed.pointer)),
        (input, output) => {
            operation.input.root = input.unwrap_or(operation.input.root);
            if let (Some(Ok(root)), Some(plan)) = (output, operation.output.as_mut()) {
                plan.root = root;
            }
            Ok(())
        }
    }
}

/// A copy of `root` whose only child `child` does not show in JSON.
fn unwrap(arena: &mut Arena, root: ElementIx, child: &str, aliases: &[String]) -> Result<ElementIx, String> {
    let complex = complex_of(arena, root)?;
    let found = complex.nodes.iter().find_map(|node| match node.kind {
        NodeKind::Element(ix) if *arena.element(ix).local == *child => Some(ix),
        _ => None,
    });
    let known = complex.scopes.iter().flat_map(|scope| &scope.slots).map(|slot| &*slot.key);
    let found = found.ok_or_else(|| unknown("unwrap", child, known))?;
    let mut inner = arena.element(found).clone();
    inner.also.extend(aliases.iter().map(|alias| (inner.ns, Box::from(alias.as_str()))));
    let inner = arena.add_element(inner);
    let shape = Shape::Unwrap(inner);
    let type_ix = arena.add_type(TypePlan::anonymous(shape));
    Ok(arena.copy_element(root, type_ix))
}

type Change<'r> = &'r dyn Fn(&mut Arena, &mut ComplexPlan) -> Result<(), String>;

/// A copy of `root` in which the object at `pointer` is changed.
fn change(
    arena: &mut Arena,
    root: Option<ElementIx>,
    pointer: &str,
    apply: Change<'_>,
) -> Result<Option<ElementIx>, String> {
    let root = root.ok_or("the message is empty")?;
    let segments: Vec<&str> = pointer.split('/').filter(|segment| !segment.is_empty()).collect();
    change_element(arena, root, &segments, apply).map(Some)
}

fn change_element(
    arena: &mut Arena,
    ix: ElementIx,
    path: &[&str],
    apply: Change<'_>,
) -> Result<ElementIx, String> {
    let type_ix = arena.element(ix).type_ix;
    let mut plan = arena.type_plan(type_ix).cloned().ok_or("no such type")?;
    match &mut plan.shape {
        Shape::Array(_) | Shape::Simple(_) => return Err("a rule goes into a simple value".to_owned()),
        Shape::Unwrap(inner) => *inner = change_element(arena, *inner, path, apply)?,
        Shape::Complex(complex) => match path {
            [] => apply(arena, complex)?,
            path if complex.flat => change_item(arena, complex, path, apply)?,
            [key, rest @ ..] => change_child(arena, complex, key, rest, apply)?,
        },
    }
    let type_ix = arena.add_type(plan);
    Ok(arena.copy_element(ix, type_ix))
}

fn change_child(
    arena: &mut Arena,
    complex: &mut ComplexPlan,
    key: &str,
    rest: &[&str],
    apply: Change<'_>,
) -> Result<(), String> {
    let slot = slot_at(complex, key)?;
    let list = complex.scopes.first().and_then(|scope| scope.slots.get(slot)).is_some_and(|slot| slot.list);
    let rest = if list { after_index(rest) } else { rest };
    for node in &mut complex.nodes {
        if let NodeKind::Element(element) = &mut node.kind
            && node.scope.index() == 0
            && node.slot.index() == slot
        {
            *element = change_element(arena, *element, rest, apply)?;
        }
    }
    Ok(())
}

/// The items of an array are all alike: `*` means them.
fn after_index<'s, 'p>(path: &'s [&'p str]) -> &'s [&'p str] {
    match path {
        ["*", rest @ ..] => rest,
        path => path,
    }
}

fn change_item(
    arena: &mut Arena,
    complex: &mut ComplexPlan,
    path: &[&str],
    apply: Change<'_>,
) -> Result<(), String> {
    for node in &mut complex.nodes {
        if let NodeKind::Element(element) = &mut node.kind {
            *element = change_element(arena, *element, after_index(path), apply)?;
        }
    }
    Ok(())
}

fn complex_of(arena: &Arena, ix: ElementIx) -> Result<&ComplexPlan, String> {
    match arena.type_of(ix).map(|plan| &plan.shape) {
        Some(Shape::Complex(complex)) => Ok(complex),
        _ => Err("the message has no children".to_owned()),
    }
}

fn hide(complex: &mut ComplexPlan, key: &str) -> Result<(), String> {
    let Some(scope) = complex.scopes.first_mut() else { return Err("the message has no members".to_owned()) };
    if scope.keys.find(key).is_some() {
        return Err(format!("`{key}` is a member of the message, it cannot be hidden"));
    }
    scope.slots.push(Slot::new(key, Role::Hidden));
    scope.index();
    Ok(())
}

fn flag(complex: &mut ComplexPlan, key: &str, set: impl Fn(&mut Slot)) -> Result<(), String> {
    let at = slot_at(complex, key)?;
    let slot = complex.scopes.first_mut().and_then(|scope| scope.slots.get_mut(at));
    slot.map(set).ok_or_else(|| unknown("rule", key, std::iter::empty()))
}

pub(in crate::plan) fn slot_at(complex: &ComplexPlan, key: &str) -> Result<usize, String> {
    let scope = complex.scopes.first().ok_or("the message has no members")?;
    let known = scope.slots.iter().map(|slot| &*slot.key);
    scope.keys.find(key).map(|slot| slot.index()).ok_or_else(|| unknown("rule", key, known))
}

pub(in crate::plan) fn unknown<'k>(rule: &str, key: &str, known: impl Iterator<Item = &'k str>) -> String {
    let hint = nearest(key, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("{rule}: there is no `{key}`{hint}")
}
