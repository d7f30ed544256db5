//! Wildcards: Part 1, section 3.10.

use std::sync::Arc;

use super::model::{NamespaceConstraint, ProcessContents, Wildcard};
use super::source::Context;
use crate::xml::ElementId;

/// The wildcard `xs:any` or `xs:anyAttribute` at `element`.
pub(super) fn wildcard(context: &Context, element: ElementId) -> Wildcard {
    let process = match context.tree.attribute(element, "processContents") {
        Some("lax") => ProcessContents::Lax,
        Some("skip") => ProcessContents::Skip,
        _ => ProcessContents::Strict,
    };
    let namespaces = match context.tree.attribute(element, "namespace").map_or("##any", str::trim) {
        "##any" => NamespaceConstraint::Any,
        "##other" => NamespaceConstraint::Not(context.target.clone()),
        list => {
            NamespaceConstraint::OneOf(list.split_whitespace().map(|name| named(context, name)).collect())
        }
    };
    Wildcard { namespaces, process }
}

fn named(context: &Context, name: &str) -> Arc<str> {
    match name {
        "##local" => Arc::default(),
        "##targetNamespace" => context.target.clone(),
        name => name.into(),
    }
}
