//! Where the documents of a contract refer to others.

use crate::xml::{ElementId, Tree, ns};

/// A reference, and where it stands in the text of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it says.
    pub value: String,
    /// Bytes before its value.
    pub start: usize,
    /// Bytes up to the end of its value.
    pub end: usize,
}

/// The references of `tree` to other documents, in document order.
pub fn of(tree: &Tree) -> Vec<Reference> {
    let mut out = Vec::new();
    find(tree, tree.root(), &mut out);
    out.sort_by_key(|reference| reference.start);
    out
}

fn find(tree: &Tree, id: ElementId, out: &mut Vec<Reference>) {
    let element = tree.element(id);
    let name = match (&*element.name.namespace, &*element.name.local) {
        (ns::WSDL_URI, "import") => Some("location"),
        (ns::XSD_URI, "import" | "include" | "redefine") => Some("schemaLocation"),
        _ => None,
    };
    if let Some(found) = name.and_then(|name| tree.attribute_of(id, "", name))
        && let Some((start, end)) = value_span(tree.text(), found.offset)
    {
        out.push(Reference { value: found.value.clone(), start, end });
    }
    for child in &element.children {
        find(tree, *child, out);
    }
}

/// Where the value of the attribute at `offset` stands, between its quotes.
pub fn value_span(text: &str, offset: usize) -> Option<(usize, usize)> {
    let rest = text.get(offset..)?;
    let open = offset + rest.find(['"', '\''])?;
    let quote = text.get(open..)?.chars().next()?;
    let start = open + 1;
    Some((start, start + text.get(start..)?.find(quote)?))
}

/// Where the text behind the XML declaration begins: a document that is written as UTF-8 must not say otherwise.
pub fn declaration_end(text: &str) -> usize {
    if text.starts_with("<?xml") { text.find("?>").map_or(0, |end| end + 2) } else { 0 }
}
