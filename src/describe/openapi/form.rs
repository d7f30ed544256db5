//! Forms, in which octets need no base64: the bodies of requests that may have octets.

use std::collections::HashSet;

use super::super::json_schema::Dialect;
use super::super::tree::{Object, Tree};
use crate::plan::{ElementIx, MessagePlan, NodeKind, Plan, Shape, SimplePlan};
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
        let schema = Object::new()
            .with("type", "object")
            .with("description", FIELDS)
            .with("properties", Object::new().with("json", json))
            .with("additionalProperties", octets);
        let encoding = Object::new().with("json", Object::new().with("contentType", "application/json"));
        Object::new().with("schema", Tree::from(schema)).with("encoding", encoding)
    })
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
