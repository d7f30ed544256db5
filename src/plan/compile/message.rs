//! Messages: what is in a SOAP Body.

use std::sync::Arc;

use super::super::index::ElementIx;
use super::super::program::{ElementPlan, FaultPlan, MessagePlan, OperationPlan, Shape, TypePlan};
use super::compiler::Compiler;
use super::content::{accessors, wrapper};
use super::names::unqualified;
use super::{attachment, documentation, encoding, media};
use crate::wsdl::{Body, Demands, Encoding, Message, Operation, Part, PartKind, Port, Service, Use};
use crate::xml::{QName, ns};
use crate::xsd::{Compositor, TypeId, TypeKind};

/// An operation and what it is in.
#[derive(Clone, Copy)]
pub(in crate::plan) struct OperationAt<'c> {
    pub(in crate::plan) service: &'c Service,
    pub(in crate::plan) port: &'c Port,
    pub(in crate::plan) operation: &'c Operation,
}

/// The draft of an operation; its types are compiled later, its rules applied when they are.
pub(in crate::plan) fn operation(compiler: &mut Compiler<'_>, at: OperationAt<'_>) -> OperationPlan {
    let OperationAt { service, port, operation } = at;
    // A notification has no input: SOAP over HTTP cannot carry it, but its output is converted.
    let input = operation.input.as_ref().map(|input| message(compiler, input)).unwrap_or_default();
    let output = operation.output.as_ref().map(|output| message(compiler, output));
    let faults = operation.faults.iter().filter_map(|fault| {
        let part = fault.part.as_ref()?;
        let root = Some(part_element(compiler, part, None));
        let message = MessagePlan { root, ..MessagePlan::default() };
        Some(FaultPlan { name: fault.name.clone(), action: fault.action.clone(), message })
    });
    OperationPlan {
        service: service.name.local.clone(),
        port: port.name.clone(),
        name: operation.name.clone(),
        style: operation.style,
        version: port.binding.version,
        // A binding that says nothing means the empty action (WSDL 1.1 section 3.4).
        action: operation.action.clone().unwrap_or_default(),
        addressing: operation.addressing.clone(),
        answer_action: operation.answer_action.clone(),
        other_actions: operation.other_actions.as_slice().into(),
        address: port.address.clone(),
        port_demands: words(&port.demands),
        demands: words(&operation.demands),
        callback: operation.callback,
        unchecked: operation.unchecked.clone(),
        input,
        output,
        faults: faults.collect(),
        documentation: operation.documentation.as_deref().and_then(documentation::shown),
    }
}

/// Empty where nothing is demanded.
fn words(demands: &Demands) -> Arc<str> {
    if demands.is_empty() { Arc::default() } else { demands.to_string().into() }
}

fn message(compiler: &mut Compiler<'_>, message: &Message) -> MessagePlan {
    let encoding = encoding(message.body_use);
    let mut uses = message.headers.iter().map(|header| header.header_use);
    let header_encoding = uses.find_map(self::encoding);
    compiler.encodings.extend(encoding.iter().chain(&header_encoding));
    let (root, bare) = match &message.body {
        Body::Rpc { wrapper: name, target, parts } => {
            (Some(rpc_root(compiler, Rpc { name, target, parts, encoded: encoding.is_some() })), false)
        }
        Body::Document(parts) => document_root(compiler, parts),
        Body::Unknown(Some(name)) => {
            let type_ix = compiler.type_ix(TypeId::ANY);
            let element = compiler.element(name, type_ix);
            (Some(compiler.arena.add_element(element)), false)
        }
        Body::Unknown(None) => (Some(content_root(compiler, TypeId::ANY)), true),
    };
    let mut headers: Vec<_> =
        message.headers.iter().map(|header| part_element(compiler, &header.part, None)).collect();
    headers.retain(|ix| !is_security(compiler, *ix));
    compiler.headers.extend(&headers);
    let headers = (!headers.is_empty()).then(|| virtual_root(compiler, &headers, Compositor::All, 0));
    let parts: Vec<_> = message.attachments.iter().map(|part| attachment::element(compiler, part)).collect();
    let attachments = (!parts.is_empty()).then(|| virtual_root(compiler, &parts, Compositor::All, 1));
    let rpc = matches!(message.body, Body::Rpc { .. });
    MessagePlan { root, bare, rpc, encoding, headers, header_encoding, attachments, ..MessagePlan::default() }
}

fn encoding(of: Use) -> Option<Encoding> {
    match of {
        Use::Encoded(encoding) => Some(encoding),
        Use::Literal => None,
    }
}

/// What is in an rpc message.
struct Rpc<'m> {
    /// The element around the parts.
    name: &'m QName,
    /// The namespace of the contract.
    target: &'m str,
    parts: &'m [Part],
    encoded: bool,
}

/// An absent accessor of the SOAP encoding is a null (SOAP 1.1 section 5.1); a literal part is always there.
fn rpc_root(compiler: &mut Compiler<'_>, rpc: Rpc<'_>) -> ElementIx {
    let Rpc { name, target, parts, encoded } = rpc;
    let parts: Vec<_> = parts.iter().map(|part| accessor(compiler, part, name)).collect();
    let shape = accessors(&compiler.arena, &parts, u32::from(!encoded));
    let type_ix = compiler.arena.add_type(TypePlan::anonymous(Shape::Complex(Box::new(shape))));
    let mut element = compiler.element(name, type_ix);
    if name.namespace.is_empty() {
        element.also.push((compiler.intern(target), element.local.clone()));
    }
    compiler.arena.add_element(element)
}

/// The accessor of a part: it bears the part's name even where the part refers to an element (WSDL 1.1 section 3.5), whose
/// own name is understood too.
fn accessor(compiler: &mut Compiler<'_>, part: &Part, wrapper: &QName) -> ElementIx {
    let PartKind::Element(id) = &part.kind else { return part_element(compiler, part, Some(wrapper)) };
    let ix = compiler.element_ix(*id);
    let declared = compiler.arena.element(ix).clone();
    let named = compiler.element(&unqualified(&part.name), declared.type_ix);
    let also = vec![(declared.ns, declared.local.clone())];
    let (local, open, close) = (named.local, named.open, named.close);
    compiler.arena.add_element(ElementPlan { ns: named.ns, local, open, close, also, ..declared })
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
            compiler.arena.add_element(element)
        }
        None => {
            let type_ix = compiler.type_ix(id);
            let mut element = compiler.element(&unqualified(&part.name), type_ix);
            element.media = media::of_type(compiler.contract, id);
            element.nillable = true;
            if let Some(wrapper) = wrapper {
                element.also.push((compiler.intern(&wrapper.namespace), element.local.clone()));
            }
            compiler.arena.add_element(element)
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
    compiler.arena.add_element(element)
}

fn is_complex(compiler: &Compiler<'_>, id: TypeId) -> bool {
    let complex = matches!(compiler.schema().type_def(id).kind, TypeKind::Complex(_));
    complex && !encoding::is_array(compiler, id)
}

/// A declared Security header is not a part of the message: whoever handles tokens reads and writes it, and nobody else
/// gets to see what is in it.
fn is_security(compiler: &Compiler<'_>, ix: ElementIx) -> bool {
    compiler.arena.element(ix).ns == ns::WSSE
}

/// An element without tags, around `children`.
fn virtual_root(
    compiler: &mut Compiler<'_>,
    children: &[ElementIx],
    compositor: Compositor,
    min: u32,
) -> ElementIx {
    let shape = wrapper(&compiler.arena, children, compositor, min);
    let type_ix = compiler.arena.add_type(TypePlan::anonymous(Shape::Complex(Box::new(shape))));
    let element = compiler.element(&unqualified(""), type_ix);
    compiler.arena.add_element(element)
}
