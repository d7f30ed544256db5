//! The documents of a contract in pieces: what is written as it is, and the places where addresses stand.

use std::sync::Arc;

use super::ports::ShownPort;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    /// The address of a port: the one at this path, else the front's.
    Address(Option<Arc<str>>),
    /// The address of document N.
    Document(usize),
    /// Nothing: the end, or what is left out.
    Nothing,
}

/// Which ports of a document clients are shown.
#[derive(Clone, Copy)]
pub(super) enum Shown<'p> {
    /// All.
    All,
    /// These; in the document with this number.
    These(&'p [ShownPort], usize),
}

impl<'p> Shown<'p> {
    /// The same in the document `number`.
    pub(super) fn within(self, number: usize) -> Self {
        match self {
            Self::All => Self::All,
            Self::These(ports, _) => Self::These(ports, number),
        }
    }

    fn port(self, tree: &Tree, id: ElementId) -> Option<&'p ShownPort> {
        let Self::These(ports, number) = self else { return None };
        let offset = tree.element(id).offset;
        let is_it = |at: &Origin| at.document as usize == number && at.offset as usize == offset;
        ports.iter().find(|port| is_it(&port.origin))
    }

    /// Where ports stand that are not shown, and services that have no other.
    pub(super) fn hidden(self, tree: &Tree) -> Vec<(usize, usize)> {
        if matches!(self, Self::All) {
            return Vec::new();
        }
        let named = |id: ElementId, local: &'static str| {
            tree.children(id, ns::WSDL_URI).filter(move |child| &*tree.element(*child).name.local == local)
        };
        let mut cut = Vec::new();
        for service in named(tree.root(), "service") {
            let (shown, hidden): (Vec<_>, Vec<_>) =
                named(service, "port").partition(|port| self.port(tree, *port).is_some());
            // A service without a port is no service to anybody.
            cut.extend(if shown.is_empty() && !hidden.is_empty() { vec![service] } else { hidden });
        }
        cut.into_iter().map(|id| tree.element(id)).map(|element| (element.offset, element.end)).collect()
    }

    /// Where the addresses of ports stand, and which they are.
    pub(super) fn addresses(self, tree: &Tree) -> Vec<(usize, usize, Hole)> {
        let mut found = Vec::new();
        self.add_addresses(tree, tree.root(), &mut found);
        found
    }

    fn add_addresses(self, tree: &Tree, id: ElementId, found: &mut Vec<(usize, usize, Hole)>) {
        let element = tree.element(id);
        let soap = matches!(&*element.name.namespace, ns::WSDL_SOAP11_URI | ns::WSDL_SOAP12_URI);
        if soap
            && &*element.name.local == "address"
            && let Some(location) = tree.attribute_of(id, "", "location")
            && let Some((start, end)) = value_span(tree.text(), location.offset)
        {
            let port = tree.parent(id).and_then(|port| self.port(tree, port));
            let own = port.and_then(|port| port.own.as_ref()).map(|own| own.path.clone());
            found.push((start, end, Hole::Address(own)));
        }
        for child in &element.children {
            self.add_addresses(tree, *child, found);
        }
    }
}
