//! The documents of a contract in pieces: what is written as it is, and the places where addresses stand.

use super::references::value_span;
use crate::xml::{ElementId, Tree, ns};

/// A document cut at its references.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// Text, and what stands behind it.
    pub(super) pieces: Vec<(String, Hole)>,
}

/// What stands between two pieces of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    /// The address of the front.
    Address,
    /// The address of document N.
    Document(usize),
    /// Nothing: the end.
    End,
}

/// Where the addresses of the service stand.
pub(super) fn addresses(tree: &Tree, id: ElementId, found_at: &mut dyn FnMut(usize, usize)) {
    let element = tree.element(id);
    let soap = matches!(&*element.name.namespace, ns::WSDL_SOAP11_URI | ns::WSDL_SOAP12_URI);
    if soap
        && &*element.name.local == "address"
        && let Some(found) = tree.attribute_of(id, "", "location")
        && let Some((start, end)) = value_span(tree.text(), found.offset)
    {
        found_at(start, end);
    }
    for child in &element.children {
        addresses(tree, *child, found_at);
    }
}
