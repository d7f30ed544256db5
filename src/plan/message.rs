//! Messages: what is in a SOAP Body, and the rules that change how it looks in JSON.

use super::compile::Compiler;
use super::content::{new_slot, unqualified, wrapper};
use super::keys::{KeyIndex, nearest};
use super::program::{
    ComplexPlan, ElementIx, MessagePlan, NodeKind, OperationPlan, Role, Shape, Slot, TypeIx, TypePlan,
};
use super::rules::OperationRules;
use crate::wsdl::{Body, Message, Operation, Part, PartKind, Port, Service, Use};
use crate::xml::{Diagnostic, QName, Severity, ns};

/// The draft of an operation; its types are compiled later, its rules applied when they are.
pub(super) fn operation(
    compiler: &mut Compiler<'_>,
    service: &Service,
    port: &Port,
    operation: &Operation,
) -> Result<OperationPlan, Diagnostic> {
    let input = match &operation.input {
        Some(input) => message(compiler, input)?,
        None => {
            return Err(compiler.error(
                "PLAN0001",
                operation.origin,
                "the operation has no input".to_owned(),
            ));
        }
    };
    let output = operation.output.as_ref().map(|output| message(compiler, output)).transpose()?;
    let faults = operation.faults.iter().filter_map(|fault| match fault.part.as_ref()?.kind {
        PartKind::Element(id) => Some((fault.name.clone(), compiler.element_ix(id))),
        PartKind::Type(_) => None,
    });
    Ok(OperationPlan {
        service: service.name.local.clone(),
        port: port.name.clone(),
        name: operation.name.clone(),
        style: operation.style,
        version: port.binding.version,
        action: operation.action.clone().unwrap_or_default(),
        address: port.address.clone(),
        input,
        output,
        faults: faults.collect(),
    })
}

fn message(compiler: &mut Compiler<'_>, message: &Message) -> Result<MessagePlan, Diagnostic> {
    if message.body_use == Use::Encoded {
        return Err(compiler.error(
            "PLAN0002",
            message.origin,
            "rpc/encoded cannot be mapped to JSON yet".to_owned(),
        ));
    }
    let elsewhere =
        [(message.headers.is_empty(), "header parts"), (message.attachments.is_empty(), "attachments")];
    if let Some((_, what)) = elsewhere.iter().find(|(absent, _)| !absent) {
        return Err(compiler.error(
            "PLAN0005",
            message.origin,
            format!("{what} cannot be mapped to JSON yet"),
        ));
    }
    let root = match &message.body {
        Body::Rpc { wrapper, parts } => Some(rpc_root(compiler, wrapper, parts)),
        Body::Document(parts) => document_root(compiler, message, parts)?,
    };
    Ok(MessagePlan { root, open: Box::default() })
}

fn rpc_root(compiler: &mut Compiler<'_>, name: &QName, parts: &[Part]) -> ElementIx {
    let parts: Vec<_> = parts.iter().map(|part| part_element(compiler, part, name)).collect();
    let shape = Shape::Complex(Box::new(wrapper(compiler, &parts)));
    let type_ix = compiler.add_type(TypePlan::anonymous(shape));
    let element = compiler.element(name, type_ix);
    compiler.add_element(element)
}

/// The element of a part. It is unqualified (WSDL 1.1 section 3.5); some stacks put it into the wrapper's namespace all the
/// same, and are understood.
fn part_element(compiler: &mut Compiler<'_>, part: &Part, wrapper: &QName) -> ElementIx {
    match part.kind {
        PartKind::Element(id) => compiler.element_ix(id),
        PartKind::Type(id) => {
            let type_ix = compiler.type_ix(id);
            let mut element = compiler.element(&unqualified(&part.name), type_ix);
            element.also.push((compiler.intern(&wrapper.namespace), element.local.clone()));
            compiler.add_element(element)
        }
    }
}

fn document_root(
    compiler: &mut Compiler<'_>,
    message: &Message,
    parts: &[Part],
) -> Result<Option<ElementIx>, Diagnostic> {
    match parts {
        [] => Ok(None),
        [Part { kind: PartKind::Element(id), .. }] => Ok(Some(compiler.element_ix(*id))),
        [part] => Err(compiler.error(
            "PLAN0003",
            part.origin,
            "a document part with a type cannot be mapped yet".to_owned(),
        )),
        _ => Err(compiler.error(
            "PLAN0004",
            message.origin,
            "several body parts cannot be mapped yet".to_owned(),
        )),
    }
}

/// The start tags of the roots declare every namespace below them.
pub(super) fn open_roots(compiler: &mut Compiler<'_>, operation: &mut OperationPlan) {
    for message in std::iter::once(&mut operation.input).chain(operation.output.as_mut()) {
        let Some(root) = message.root else { continue };
        let mut used: Vec<_> = compiler.reach(std::iter::once(root)).namespaces.into_iter().collect();
        used.sort();
        let mut open =
            compiler.elements.get(root.index()).map(|element| element.open.to_string()).unwrap_or_default();
        for id in used.into_iter().filter(|id| !matches!(*id, ns::NONE | ns::XML)) {
            let prefix = compiler.prefix(id);
            let name = compiler.namespaces.name(id);
            open.push_str(&format!(" xmlns:{prefix}=\"{}\"", escaped(name)));
        }
        message.open = open.into();
    }
}

fn escaped(name: &str) -> String {
    let mut out = Vec::new();
    let written = crate::xml::write::attribute(&mut out, name);
    written.map(|()| String::from_utf8_lossy(&out).into_owned()).unwrap_or_default()
}

/// Applies what the service file says about `operation`.
pub(super) fn apply_rules(compiler: &mut Compiler<'_>, operation: &mut OperationPlan) {
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
        operation.input.root = change(compiler, operation.input.root, "", &|complex| hide(complex, key))?;
    }
    for pointer in &rules.blank_absent {
        let (object, key) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        let mark = |complex: &mut ComplexPlan| flag(complex, key, |slot| slot.blank_absent = true);
        operation.input.root = change(compiler, operation.input.root, object, &mark)?;
    }
    for key in &rules.always {
        let Some(output) = operation.output.as_mut() else { continue };
        let mark = |complex: &mut ComplexPlan| flag(complex, key, |slot| slot.always = slot.list);
        output.root = change(compiler, output.root, "", &mark)?;
    }
    Ok(())
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

fn copy_element(compiler: &mut Compiler<'_>, ix: ElementIx, type_ix: TypeIx) -> ElementIx {
    match compiler.elements.get(ix.index()).cloned() {
        Some(element) => compiler.add_element(super::program::ElementPlan { type_ix, ..element }),
        None => ix,
    }
}

type Change<'r> = &'r dyn Fn(&mut ComplexPlan) -> Result<(), String>;

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
        Shape::Simple(_) => return Err("a rule goes into a simple value".to_owned()),
        Shape::Unwrap(inner) => *inner = change_element(compiler, *inner, path, apply)?,
        Shape::Complex(complex) => match path {
            [] => apply(complex)?,
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
    scope.keys = KeyIndex::new(scope.slots.iter().map(|slot| &*slot.key));
    Ok(())
}

fn flag(complex: &mut ComplexPlan, key: &str, set: impl Fn(&mut Slot)) -> Result<(), String> {
    let at = slot_at(complex, key)?;
    let slot = complex.scopes.first_mut().and_then(|scope| scope.slots.get_mut(at));
    slot.map(set).ok_or_else(|| unknown("rule", key, std::iter::empty()))
}

fn slot_at(complex: &ComplexPlan, key: &str) -> Result<usize, String> {
    let scope = complex.scopes.first().ok_or("the message has no members")?;
    let known = scope.slots.iter().map(|slot| &*slot.key);
    scope.keys.find(key).map(|slot| slot.index()).ok_or_else(|| unknown("rule", key, known))
}

fn unknown<'k>(rule: &str, key: &str, known: impl Iterator<Item = &'k str>) -> String {
    let hint = nearest(key, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("{rule}: there is no `{key}`{hint}")
}
