//! Forms, in which octets need no base64: the bodies of requests that may have octets.

use std::collections::HashSet;

use super::super::json_schema::Dialect;
use super::super::tree::{Object, Tree};
use crate::plan::{ElementIx, MediaTypes, MessagePlan, NodeKind, Plan, ScopeIx, Shape, SimplePlan};
use crate::xsd::simple::BuiltIn;

/// The body as a form; nothing where no member of `message` is `xs:base64Binary`.
pub(super) fn media(plan: &Plan, message: &MessagePlan, dialect: Dialect) -> Option<Object> {
    let mut roots = message.root.into_iter().chain(message.attachments);
    roots.any(|root| has_octets(plan, root)).then(|| {
        let octets = match dialect {
            Dialect::OpenApi30 => Object::new().with("type", "string").with("format", "binary"),
            Dialect::JsonSchema | Dialect::OpenApi31 => {
                Object::new().with("contentMediaType", "application/octet-stream")
            }
        };
        let json = Object::new().with("type", "object").with("description", JSON);
        let mut properties = Object::new().with("json", json);
        let mut encoding = Object::new().with("json", Object::new().with("contentType", "application/json"));
        for (pointer, media) in expected(plan, message) {
            let mut field = octets.clone();
            if let Some(only) = media.only().filter(|_| dialect != Dialect::OpenApi30) {
                field.set("contentMediaType", only.to_owned());
            }
            properties.put(pointer.clone(), field);
            encoding.put(pointer, Object::new().with("contentType", media.to_string()));
        }
        let schema = Object::new()
            .with("type", "object")
            .with("description", FIELDS)
            .with("properties", properties)
            .with("additionalProperties", octets);
        Object::new().with("schema", Tree::from(schema)).with("encoding", encoding)
    })
}

/// The fields whose octets are expected to be of some media types: those of members that are in no list.
fn expected<'p>(plan: &'p Plan, message: &MessagePlan) -> Vec<(String, &'p MediaTypes)> {
    let (mut found, mut open, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    open.extend(message.root.map(|root| (String::new(), plan.element(root).type_ix)));
    while let Some((path, ix)) = open.pop() {
        // A type in itself has no end.
        if !seen.insert(ix) {
            continue;
        }
        let Shape::Complex(complex) = &plan.type_plan(ix).shape else { continue };
        for node in complex.nodes.iter().filter(|node| node.scope == ScopeIx::FIRST) {
            let NodeKind::Element(element) = node.kind else { continue };
            let (slot, element) = (complex.slot(node), plan.element(element));
            if slot.list || slot.hidden || slot.bundle.is_some() {
                continue;
            }
            let path = format!("{path}/{}", slot.key.replace('~', "~0").replace('/', "~1"));
            match (&element.media, &plan.type_plan(element.type_ix).shape) {
                (Some(media), Shape::Simple(simple)) if is_base64(simple) => found.push((path, &**media)),
                (Some(media), Shape::Complex(inner)) if inner.text.as_ref().is_some_and(is_base64) => {
                    found.push((path + "/$value", &**media));
                }
                _ => open.push((path, element.type_ix)),
            }
        }
    }
    found
}

/// Whether an element below `root`, or itself, has base64 as its content.
fn has_octets(plan: &Plan, root: ElementIx) -> bool {
    let (mut open, mut seen) = (vec![plan.element(root).type_ix], HashSet::new());
    while let Some(ix) = open.pop() {
        if !seen.insert(ix) {
            continue;
        }
        match &plan.type_plan(ix).shape {
            Shape::Array(array) => open.push(plan.element(array.item).type_ix),
            Shape::Complex(complex) if complex.text.as_ref().is_some_and(is_base64) => return true,
            Shape::Complex(complex) => open.extend(complex.nodes.iter().filter_map(|node| match node.kind {
                NodeKind::Element(ix) => Some(plan.element(ix).type_ix),
                NodeKind::Accessors(_)
                | NodeKind::All(_)
                | NodeKind::Any(_)
                | NodeKind::Choice(_)
                | NodeKind::Sequence(_) => None,
            })),
            Shape::Simple(simple) if is_base64(simple) => return true,
            Shape::Simple(_) => {}
            Shape::Unwrap(inner) => open.push(plan.element(*inner).type_ix),
        }
    }
    false
}

fn is_base64(simple: &SimplePlan) -> bool {
    simple.simple.octets() == Some(BuiltIn::Base64Binary)
}

const JSON: &str = "The request in JSON, without the members that other fields bring.";

const FIELDS: &str = "`json` is the request in JSON. The name of every other field is the JSON Pointer of a member, such as `/photo`, which is absent from \
    the JSON or null; the field has its octets.";
