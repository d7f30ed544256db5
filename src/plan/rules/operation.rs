//! Rules of one operation: copies of its messages in which something looks different in JSON.

use super::super::compile::compiler::Compiler;
use super::super::compile::content::new_slot;
use super::super::program::{
    ComplexPlan, ElementIx, ElementPlan, NodeKind, OperationPlan, Role, Shape, Slot, TypeIx, TypePlan,
    nearest,
};
use super::choices::{OperationRules, Placed};
use super::fields;
use crate::xml::{Diagnostic, Severity};

/// Applies what the service file says about `operation`.
pub(in crate::plan) fn apply_rules(compiler: &mut Compiler<'_>, operation: &mut OperationPlan) {
    let all = compiler.rules;
    let Some(rules) = all.operations.get(&*operation.name) else { return };
    let applied = apply_to_messages(compiler, operation, rules);
    if let Err(message) = applied {
        let problem = format!("operation {}: {message}", operation.name);
        compiler.problems.push(Diagnostic::of_file("PLAN0201", Severity::Error, "", problem));
    }
}

fn apply_to_messages(
    compiler: &mut Compiler<'_>,
    operation: &mut OperationPlan,
    rules: &OperationRules,
) -> Result<(), String> {
    if let (Some(child), Some(root)) = (&rules.unwrap_request, operation.input.root) {
        operation.input.root = Some(unwrap(compiler, root, child, &[])?);
    }
    let output = operation.output.as_mut();
    if let (Some(child), Some(output)) = (&rules.unwrap_response, output)
        && let Some(root) = output.root
    {
        output.root = Some(unwrap(compiler, root, child, &rules.response_aliases)?);
    }
    for key in &rules.hidden {
        let hide = |_: &mut Compiler<'_>, complex: &mut ComplexPlan| hide(complex, key);
        operation.input.root = change(compiler, operation.input.root, "", &hide)?;
    }
    for pointer in &rules.blank_absent {
        let (object, key) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        let mark = |_: &mut Compiler<'_>, complex: &mut ComplexPlan| {
            flag(complex, key, |slot| slot.blank_absent = true)
        };
        operation.input.root = change(compiler, operation.input.root, object, &mark)?;
    }
    for key in &rules.always {
        let Some(output) = operation.output.as_mut() else { continue };
        let mark = |_: &mut Compiler<'_>, complex: &mut ComplexPlan| {
            flag(complex, key, |slot| slot.always = slot.list)
        };
        output.root = change(compiler, output.root, "", &mark)?;
    }
    if let (true, Some(output)) = (rules.plain_extra, operation.output.as_mut()) {
        let plain = |_: &mut Compiler<'_>, complex: &mut ComplexPlan| {
            complex.show_extra();
            Ok(())
        };
        output.root = change(compiler, output.root, "", &plain)?;
    }
    rules.fields.iter().try_for_each(|placed| field(compiler, operation, placed))
}

/// A field rule applies to the request and to the response, wherever its field is; it is an error when that is nowhere.
fn field(compiler: &mut Compiler<'_>, operation: &mut OperationPlan, placed: &Placed) -> Result<(), String> {
    let (object, key) = placed.pointer.rsplit_once('/').unwrap_or(("", &placed.pointer));
    let apply = |compiler: &mut Compiler<'_>, complex: &mut ComplexPlan| {
        fields::apply(compiler, complex, key, &placed.rule)
    };
    let input = change(compiler, operation.input.root, object, &apply);
    let output = operation.output.as_ref().map(|output| change(compiler, output.root, object, &apply));
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
fn unwrap(
    compiler: &mut Compiler<'_>,
    root: ElementIx,
    child: &str,
    aliases: &[String],
) -> Result<ElementIx, String> {
    let (_, complex) = complex_of(compiler, root)?;
    let found = complex.nodes.iter().find_map(|node| match node.kind {
        NodeKind::Element(ix) if compiler.elements.get(ix.index()).is_some_and(|e| *e.local == *child) => {
            Some(ix)
        }
        _ => None,
    });
    let known = complex.scopes.iter().flat_map(|scope| &scope.slots).map(|slot| &*slot.key);
    let found = found.ok_or_else(|| unknown("unwrap", child, known))?;
    let mut inner = compiler.elements.get(found.index()).cloned().ok_or("no such element")?;
    inner.also.extend(aliases.iter().map(|alias| (inner.ns, Box::from(alias.as_str()))));
    let inner = compiler.add_element(inner);
    let shape = Shape::Unwrap(inner);
    let type_ix = compiler.add_type(TypePlan::anonymous(shape));
    Ok(copy_element(compiler, root, type_ix))
}

pub(in crate::plan) fn copy_element(
    compiler: &mut Compiler<'_>,
    ix: ElementIx,
    type_ix: TypeIx,
) -> ElementIx {
    match compiler.elements.get(ix.index()).cloned() {
        Some(element) => compiler.add_element(ElementPlan { type_ix, ..element }),
        None => ix,
    }
}

type Change<'r> = &'r dyn Fn(&mut Compiler<'_>, &mut ComplexPlan) -> Result<(), String>;

/// A copy of `root` in which the object at `pointer` is changed.
fn change(
    compiler: &mut Compiler<'_>,
    root: Option<ElementIx>,
    pointer: &str,
    apply: Change<'_>,
) -> Result<Option<ElementIx>, String> {
    let root = root.ok_or("the message is empty")?;
    let segments: Vec<&str> = pointer.split('/').filter(|segment| !segment.is_empty()).collect();
    change_element(compiler, root, &segments, apply).map(Some)
}

fn change_element(
    compiler: &mut Compiler<'_>,
    ix: ElementIx,
    path: &[&str],
    apply: Change<'_>,
) -> Result<ElementIx, String> {
    let type_ix =
        compiler.elements.get(ix.index()).map(|element| element.type_ix).ok_or("no such element")?;
    let mut plan = compiler.compiled(type_ix).cloned().ok_or("no such type")?;
    match &mut plan.shape {
        Shape::Array(_) | Shape::Simple(_) => return Err("a rule goes into a simple value".to_owned()),
        Shape::Unwrap(inner) => *inner = change_element(compiler, *inner, path, apply)?,
        Shape::Complex(complex) => match path {
            [] => apply(compiler, complex)?,
            path if complex.flat => change_item(compiler, complex, path, apply)?,
            [key, rest @ ..] => change_child(compiler, complex, key, rest, apply)?,
        },
    }
    let type_ix = compiler.add_type(plan);
    Ok(copy_element(compiler, ix, type_ix))
}

fn change_child(
    compiler: &mut Compiler<'_>,
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
            *element = change_element(compiler, *element, rest, apply)?;
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
    compiler: &mut Compiler<'_>,
    complex: &mut ComplexPlan,
    path: &[&str],
    apply: Change<'_>,
) -> Result<(), String> {
    for node in &mut complex.nodes {
        if let NodeKind::Element(element) = &mut node.kind {
            *element = change_element(compiler, *element, after_index(path), apply)?;
        }
    }
    Ok(())
}

fn complex_of<'a>(compiler: &'a Compiler<'_>, ix: ElementIx) -> Result<(TypeIx, &'a ComplexPlan), String> {
    let type_ix =
        compiler.elements.get(ix.index()).map(|element| element.type_ix).ok_or("no such element")?;
    match compiler.compiled(type_ix).map(|plan| &plan.shape) {
        Some(Shape::Complex(complex)) => Ok((type_ix, complex)),
        _ => Err("the message has no children".to_owned()),
    }
}

fn hide(complex: &mut ComplexPlan, key: &str) -> Result<(), String> {
    let Some(scope) = complex.scopes.first_mut() else { return Err("the message has no members".to_owned()) };
    if scope.keys.find(key).is_some() {
        return Err(format!("`{key}` is a member of the message, it cannot be hidden"));
    }
    scope.slots.push(new_slot(key, Role::Hidden));
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
