//! What a contract says about its components in words: `xs:documentation` in `xs:annotation` (XML Schema Part 1, section 3.13).

use std::sync::Arc;

use super::super::program::{ElementNotes, TypeNotes};
use crate::limits::DOCUMENTATION;
use crate::wsdl::Contract;
use crate::xml::{ElementId, Tree, ns};
use crate::xsd::Origin;

/// Where the element declaration at `origin` is, and what is said about it.
pub(super) fn of_element(contract: &Contract, origin: Origin) -> Option<Arc<ElementNotes>> {
    let (tree, id) = written(contract, origin, &["element"])?;
    let file = contract.documents.get(origin.document as usize)?.file.clone();
    let line = tree.position(origin.offset as usize).line;
    Some(Arc::new(ElementNotes { text: annotation(tree, id), file, line }))
}

/// About the type at `origin`, its attributes and the values of its enumeration.
pub(super) fn of_type(contract: &Contract, origin: Origin) -> Option<Arc<TypeNotes>> {
    let (tree, id) = written(contract, origin, &["complexType", "simpleType"])?;
    let mut notes = TypeNotes { text: annotation(tree, id), ..TypeNotes::default() };
    below(tree, id, &mut notes);
    (notes != TypeNotes::default()).then(|| Arc::new(notes))
}

/// `text` as it is shown: paragraphs without white space at the ends of their lines; nothing where nothing is said.
pub(super) fn shown(text: &str) -> Option<Arc<str>> {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    let text: String = lines.join("\n").chars().take(DOCUMENTATION).collect();
    (!text.is_empty()).then(|| text.into())
}

/// The element at `origin`, if it is a component with one of these names: those that are built in are written nowhere.
fn written<'c>(contract: &'c Contract, origin: Origin, names: &[&str]) -> Option<(&'c Tree, ElementId)> {
    let tree = &*contract.documents.get(origin.document as usize)?.tree;
    let id = tree.at_offset(origin.offset as usize)?;
    (is_schema(tree, id) && names.contains(&local(tree, id))).then_some((tree, id))
}

fn is_schema(tree: &Tree, id: ElementId) -> bool {
    &*tree.element(id).name.namespace == ns::XSD_URI
}

fn local(tree: &Tree, id: ElementId) -> &str {
    &tree.element(id).name.local
}

fn annotation(tree: &Tree, id: ElementId) -> Option<Arc<str>> {
    let children = |id| tree.children(id, ns::XSD_URI);
    let annotations = children(id).filter(|child| local(tree, *child) == "annotation");
    let texts = annotations.flat_map(children).filter(|child| local(tree, *child) == "documentation");
    let texts: Vec<Arc<str>> = texts.filter_map(|id| shown(&tree.element(id).text)).collect();
    shown(&texts.join("\n\n"))
}

/// Notes what is said within a type; other types and elements in it have notes of their own.
fn below(tree: &Tree, id: ElementId, notes: &mut TypeNotes) {
    for child in tree.children(id, ns::XSD_URI) {
        match local(tree, child) {
            "attribute" => {
                note(&mut notes.attributes, tree.attribute(child, "name"), annotation(tree, child))
            }
            "enumeration" => note(&mut notes.values, tree.attribute(child, "value"), annotation(tree, child)),
            "complexContent" | "extension" | "restriction" | "simpleContent" => below(tree, child, notes),
            _ => {}
        }
    }
}

fn note(notes: &mut Vec<(Arc<str>, Arc<str>)>, of: Option<&str>, text: Option<Arc<str>>) {
    notes.extend(of.zip(text).map(|(of, text)| (Arc::from(of), text)));
}
