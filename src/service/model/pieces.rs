//! The documents of a contract in pieces: what is written as it is, and the places where addresses stand.

use super::references::value_span;
use crate::xml::{ElementId, Tree, ns};
use crate::xsd::Origin;

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
    /// Nothing: the end, or what is left out.
    Nothing,
}

/// What of a document is left out, of which its number is given: from where to where.
pub(super) type LeftOut<'l> = &'l dyn Fn(&Tree, usize) -> Vec<(usize, usize)>;

/// What of the document `number` clients are not shown: ports at other places than `served`, and services that have no other. From where
/// to where.
pub(super) fn unserved(tree: &Tree, number: usize, served: &[Origin]) -> Vec<(usize, usize)> {
    let is_served = |id: &ElementId| {
        let offset = tree.element(*id).offset;
        served.iter().any(|at| at.document as usize == number && at.offset as usize == offset)
    };
    let named = |id: ElementId, local: &'static str| {
        tree.children(id, ns::WSDL_URI).filter(move |child| &*tree.element(*child).name.local == local)
    };
    let mut cut = Vec::new();
    for service in named(tree.root(), "service") {
        let (shown, hidden): (Vec<_>, Vec<_>) = named(service, "port").partition(is_served);
        // A service without a port is no service to anybody.
        cut.extend(if shown.is_empty() && !hidden.is_empty() { vec![service] } else { hidden });
    }
    cut.into_iter().map(|id| tree.element(id)).map(|element| (element.offset, element.end)).collect()
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
