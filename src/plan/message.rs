//! Messages: what is in a SOAP Body, and the rules that change how it looks in JSON.

use super::compile::Compiler;
use super::complex::{ComplexPlan, NodeKind, Role, Slot};
use super::content::{new_slot, unqualified, wrapper};
use super::encoding;
use super::keys::{KeyIndex, nearest};
use super::program::{ElementIx, ElementPlan, FaultPlan, MessagePlan, OperationPlan, TypeIx};
use super::rules::OperationRules;
use super::types::{Shape, TypePlan};
use crate::wsdl::{Body, Message, Operation, Part, PartKind, Port, Service, Use};
use crate::xml::{Diagnostic, QName, Severity, ns};
use crate::xsd::{Compositor, TypeId, TypeKind};

/// The draft of an operation; its types are compiled later, its rules applied when they are.
pub(super) fn operation(
    compiler: &mut Compiler<'_>,
    service: &Service,
    port: &Port,
    operation: &Operation,
) -> OperationPlan {
    let input = operation.input.as_ref().map(|input| message(compiler, input)).unwrap_or_default();
    let output = operation.output.as_ref().map(|output| message(compiler, output));
    let faults = operation.faults.iter().filter_map(|fault| {
        let part = fault.part.as_ref()?;
        let root = Some(part_element(compiler, part, None));
        let message = MessagePlan { root, ..MessagePlan::default() };
        Some(FaultPlan { name: fault.name.clone(), message })
    });
    OperationPlan {
        service: service.name.local.clone(),
        port: port.name.clone(),
        name: operation.name.clone(),
        style: operation.style,
        version: port.binding.version,
        action: operation.action.clone().unwrap_or_default(),
        address: port.address.clone(),
        callback: operation.callback,
        input,
        output,
        faults: faults.collect(),
    }
}

fn message(compiler: &mut Compiler<'_>, message: &Message) -> MessagePlan {
    let encoded = message.body_use == Use::Encoded;
    let (root, bare) = match &message.body {
        Body::Rpc { wrapper, target, parts } => {
            (Some(rpc_root(compiler, wrapper, target, parts, encoded)), false)
        }
        Body::Document(parts) => document_root(compiler, parts),
        Body::Unknown(Some(name)) => {
            let type_ix = compiler.type_ix(TypeId::ANY);
            let element = compiler.element(name, type_ix);
            (Some(compiler.add_element(element)), false)
        }
        Body::Unknown(None) => (Some(content_root(compiler, TypeId::ANY)), true),
    };
    let mut headers: Vec<_> =
        message.headers.iter().map(|header| part_element(compiler, &header.part, None)).collect();
    headers.retain(|ix| !is_security(compiler, *ix));
    compiler.headers.extend(&headers);
    let headers = (!headers.is_empty()).then(|| virtual_root(compiler, &headers, Compositor::All, 0));
    MessagePlan { root, bare, encoded, headers, ..MessagePlan::default() }
}

/// An absent accessor of the SOAP encoding is a null (SOAP 1.1 section 5.1); a literal part is always there.
fn rpc_root(
    compiler: &mut Compiler<'_>,
    name: &QName,
    target: &str,
    parts: &[Part],
    encoded: bool,
) -> ElementIx {
    let parts: Vec<_> = parts.iter().map(|part| accessor(compiler, part, name)).collect();
    let shape = wrapper(compiler, &parts, Compositor::All, u32::from(!encoded));
    let type_ix = compiler.add_type(TypePlan::anonymous(Shape::Complex(Box::new(shape))));
    let mut element = compiler.element(name, type_ix);
    if name.namespace.is_empty() {
        element.also.push((compiler.intern(target), element.local.clone()));
    }
    compiler.add_element(element)
}

/// The accessor of a part: it bears the part's name even where the part refers to an element (WSDL 1.1 section 3.5), whose
/// own name is understood too.
fn accessor(compiler: &mut Compiler<'_>, part: &Part, wrapper: &QName) -> ElementIx {
    let PartKind::Element(id) = &part.kind else { return part_element(compiler, part, Some(wrapper)) };
    let ix = compiler.element_ix(*id);
    let Some(declared) = compiler.elements.get(ix.index()).cloned() else { return ix };
    let named = compiler.element(&unqualified(&part.name), declared.type_ix);
    let also = vec![(declared.ns, declared.local.clone())];
    let (local, open, close) = (named.local, named.open, named.close);
    compiler.add_element(ElementPlan { ns: named.ns, local, open, close, also, ..declared })
}

/// The element of a part. It is unqualified (WSDL 1.1 section 3.5); some stacks put it into the wrapper's namespace all the
/// same, and are understood.
fn part_element(compiler: &mut Compiler<'_>, part: &Part, wrapper: Option<&QName>) -> ElementIx {
    let (name, id) = match &part.kind {
        PartKind::Element(id) => return compiler.element_ix(*id),
        PartKind::Type(id) => (None, *id),
        PartKind::Unknown(name) => (name.clone(), TypeId::ANY),
    };
    match name {
        Some(name) => {
            let type_ix = compiler.type_ix(id);
            let element = compiler.element(&name, type_ix);
            compiler.add_element(element)
        }
        None => {
            let type_ix = compiler.type_ix(id);
            let mut element = compiler.element(&unqualified(&part.name), type_ix);
            element.nillable = true;
            if let Some(wrapper) = wrapper {
                element.also.push((compiler.intern(&wrapper.namespace), element.local.clone()));
            }
            compiler.add_element(element)
        }
    }
}

/// The root of a document message, and whether it has no tags of its own. A part with a complex type is the whole
/// content of Body (WSDL 1.1 section 3.5); one with a simple type has an element, for Body holds no text.
fn document_root(compiler: &mut Compiler<'_>, parts: &[Part]) -> (Option<ElementIx>, bool) {
    match parts {
        [] => (None, false),
        [Part { kind: PartKind::Type(id), .. }] if is_complex(compiler, *id) => {
            (Some(content_root(compiler, *id)), true)
        }
        [part] => (Some(part_element(compiler, part, None)), false),
        parts => {
            let parts: Vec<_> = parts.iter().map(|part| part_element(compiler, part, None)).collect();
            (Some(virtual_root(compiler, &parts, Compositor::Sequence, 1)), true)
        }
    }
}

/// A root without tags, whose content is that of the type `id`.
fn content_root(compiler: &mut Compiler<'_>, id: TypeId) -> ElementIx {
    let type_ix = compiler.type_ix(id);
    let element = compiler.element(&unqualified("Body"), type_ix);
    compiler.add_element(element)
}

fn is_complex(compiler: &Compiler<'_>, id: TypeId) -> bool {
    let complex = matches!(compiler.contract.schema.type_def(id).kind, TypeKind::Complex(_));
    complex && !encoding::is_array(compiler, id)
}

/// A declared Security header is not a part of the message: whoever handles tokens reads and writes it, and nobody else
/// gets to see what is in it.
fn is_security(compiler: &Compiler<'_>, ix: ElementIx) -> bool {
    compiler.elements.get(ix.index()).is_some_and(|element| element.ns == ns::WSSE)
}

/// An element without tags, around `children`.
fn virtual_root(
    compiler: &mut Compiler<'_>,
    children: &[ElementIx],
    compositor: Compositor,
    min: u32,
) -> ElementIx {
    let shape = wrapper(compiler, children, compositor, min);
    let type_ix = compiler.add_type(TypePlan::anonymous(Shape::Complex(Box::new(shape))));
    let element = compiler.element(&unqualified(""), type_ix);
    compiler.add_element(element)
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
        Shape::Array(_) | Shape::Simple(_) => return Err("a rule goes into a simple value".to_owned()),
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
