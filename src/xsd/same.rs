//! Whether two components that have one name say the same: generators write a type into each document that uses it.

use super::source::{Context, Source};
use crate::xml::{ElementId, Tree, ns};

/// A component and the schema that it is written in.
#[derive(Clone, Copy)]
pub(super) struct Written<'c> {
    pub(super) context: &'c Context,
    pub(super) source: Source,
}

/// Whether `one` and `other` say the same, but for annotations, prefixes and the order of attributes.
pub(super) fn same(one: Written<'_>, other: Written<'_>) -> bool {
    let mut waiting = vec![(one.source.element, other.source.element)];
    while let Some((a, b)) = waiting.pop() {
        let global = a == one.source.element;
        if said(one.context, a, global) != said(other.context, b, global) {
            return false;
        }
        let (mine, theirs) = (children(&one.context.tree, a), children(&other.context.tree, b));
        if mine.len() != theirs.len() {
            return false;
        }
        waiting.extend(mine.into_iter().zip(theirs));
    }
    true
}

fn children(tree: &Tree, element: ElementId) -> Vec<ElementId> {
    let all = tree.children(element, ns::XSD_URI);
    all.filter(|child| &*tree.element(*child).name.local != "annotation").collect()
}

/// What an element says, with names in the place of prefixes, and what the schema says of all its local ones.
fn said(context: &Context, id: ElementId, global: bool) -> Vec<(String, String)> {
    let element = context.tree.element(id);
    let mut all = vec![(String::new(), element.name.local.to_string())];
    for attribute in &element.attributes {
        let name = &*attribute.name.local;
        let own = attribute.name.namespace.is_empty();
        let value = match name {
            // Identifiers of the document mean nothing to others.
            "id" if own => continue,
            "base" | "itemType" | "memberTypes" | "ref" | "refer" | "substitutionGroup" | "type" if own => {
                names(context, id, &attribute.value)
            }
            _ if own && DEFAULTS.contains(&(name, attribute.value.trim())) => continue,
            "value" if own => attribute.value.clone(),
            _ if own => attribute.value.trim().to_owned(),
            // Of other namespaces, only what says the type of an array matters.
            "arrayType" => names(context, id, &attribute.value),
            _ => continue,
        };
        all.push((name.to_owned(), value));
    }
    let local =
        |name: &str| !global && &*element.name.local == name && context.tree.attribute(id, "ref").is_none();
    let form = |qualified: bool| if qualified { "qualified" } else { "unqualified" }.to_owned();
    let unsaid = context.tree.attribute(id, "form").is_none();
    if unsaid && local("element") {
        all.push(("form".to_owned(), form(context.qualified_elements)));
    }
    if unsaid && local("attribute") {
        all.push(("form".to_owned(), form(context.qualified_attributes)));
    }
    all.sort();
    all
}

/// What attributes mean that are not there (Part 1, sections 3.2.2 to 3.10.2).
const DEFAULTS: [(&str, &str); 8] = [
    ("abstract", "false"),
    ("maxOccurs", "1"),
    ("minOccurs", "1"),
    ("mixed", "false"),
    ("namespace", "##any"),
    ("nillable", "false"),
    ("processContents", "strict"),
    ("use", "optional"),
];

/// A list of QNames with the namespaces in the place of the prefixes.
fn names(context: &Context, id: ElementId, value: &str) -> String {
    let expanded = value.split_whitespace().map(|lexical| match context.tree.resolve_qname(id, lexical) {
        Some(name) if context.chameleon && name.namespace.is_empty() => {
            format!("{{{}}}{}", context.target, name.local)
        }
        Some(name) => name.to_string(),
        // What has no namespace is the same only where it is written alike.
        None => lexical.to_owned(),
    });
    expanded.collect::<Vec<_>>().join(" ")
}
