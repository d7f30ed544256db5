//! The elements of a contract's own documents, by name.

use std::collections::HashMap;

use crate::limits::INTEROP_PLACES;
use crate::wsdl::{Contract, Document};
use crate::xml::{Diagnostic, Element, ElementId, Place, QName, Severity, ns};

/// A trap: what it is called, who steps into it, and how to mend the contract.
pub(super) struct Trap {
    pub(super) code: &'static str,
    /// The tools, with their versions, and what becomes of it with them.
    pub(super) trips: &'static str,
    pub(super) mend: &'static str,
}

/// An element of a document of the contract.
#[derive(Clone, Copy)]
pub(super) struct Node<'c> {
    document: &'c Document,
    id: ElementId,
}

impl<'c> Node<'c> {
    pub(super) fn element(self) -> &'c Element {
        self.document.tree.element(self.id)
    }

    pub(super) fn is(self, namespace: &str, local: &str) -> bool {
        let name = &self.element().name;
        &*name.namespace == namespace && &*name.local == local
    }

    pub(super) fn is_xsd(self, local: &str) -> bool {
        self.is(ns::XSD_URI, local)
    }

    pub(super) fn attribute(self, local: &str) -> Option<&'c str> {
        self.document.tree.attribute(self.id, local)
    }

    /// What an attribute says, or nothing.
    pub(super) fn value(self, local: &str) -> &'c str {
        // The contract was loaded: what must be there is, and of the rest only what is there matters here.
        self.attribute(local).unwrap_or_default()
    }

    /// What the QName in an attribute means; nothing where there is none, or its prefix is not declared.
    pub(super) fn reference(self, local: &str) -> Option<QName> {
        self.attribute(local).and_then(|lexical| self.document.tree.resolve_qname(self.id, lexical))
    }

    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        self.element().children.iter().map(move |&id| Self { document: self.document, id })
    }

    pub(super) fn children_xsd(self, local: &'static str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.is_xsd(local))
    }

    pub(super) fn parent(self) -> Option<Self> {
        self.document.tree.parent(self.id).map(|id| Self { document: self.document, id })
    }

    /// Whether it is a component of its own: a child of `xs:schema`.
    pub(super) fn is_global(self) -> bool {
        self.parent().is_some_and(|parent| parent.is_xsd("schema"))
    }

    /// The namespace of what is defined here.
    pub(super) fn target(self) -> &'c str {
        let ancestors = std::iter::successors(Some(self), |node| node.parent());
        let mut around =
            ancestors.filter(|node| node.is_xsd("schema") || node.is(ns::WSDL_URI, "definitions"));
        around.next().map_or("", |node| node.value("targetNamespace"))
    }

    /// Whether it may occur several times.
    pub(super) fn repeats(self) -> bool {
        self.attribute("maxOccurs").is_some_and(|most| !matches!(most.trim(), "0" | "1"))
    }
}

/// All elements, and what was found about them.
pub(super) struct Survey<'c> {
    pub(super) contract: &'c Contract,
    nodes: HashMap<(&'c str, &'c str), Vec<Node<'c>>>,
    found: Vec<Diagnostic>,
    /// How often each code was found.
    counts: HashMap<&'static str, usize>,
}

impl<'c> Survey<'c> {
    pub(super) fn of(contract: &'c Contract) -> Self {
        let mut survey = Self { contract, nodes: HashMap::new(), found: Vec::new(), counts: HashMap::new() };
        let own = contract.documents.iter().filter(|document| !document.file.starts_with("bundled:"));
        own.for_each(|document| survey.visit(document));
        survey
    }

    fn visit(&mut self, document: &'c Document) {
        let mut open = vec![document.tree.root()];
        while let Some(id) = open.pop() {
            let node = Node { document, id };
            let name = &node.element().name;
            self.nodes.entry((&*name.namespace, &*name.local)).or_default().push(node);
            open.extend(node.element().children.iter().rev());
        }
    }

    /// The elements of a name, in document order.
    pub(super) fn all(&self, namespace: &str, local: &str) -> Vec<Node<'c>> {
        self.nodes.get(&(namespace, local)).into_iter().flatten().copied().collect()
    }

    pub(super) fn xsd(&self, local: &str) -> Vec<Node<'c>> {
        self.all(ns::XSD_URI, local)
    }

    pub(super) fn wsdl(&self, local: &str) -> Vec<Node<'c>> {
        self.all(ns::WSDL_URI, local)
    }

    /// Notes the trap at `node`. Only the first few places of a trap are told: a generated contract has it everywhere.
    pub(super) fn note(&mut self, trap: &Trap, node: Node<'_>, what: String) {
        let count = self.counts.entry(trap.code).or_default();
        *count += 1;
        if *count > INTEROP_PLACES {
            return;
        }
        let offset = node.element().offset;
        let place = Place { file: &node.document.file, tree: &node.document.tree, offset };
        let message = format!("{what}: {}", trap.trips);
        self.found.push(Diagnostic::at(trap.code, Severity::Note, place, message).help(trap.mend));
    }

    /// What was found, the last place of a trap saying how many more there are.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        for (code, count) in self.counts {
            let more = count.saturating_sub(INTEROP_PLACES);
            let last = self.found.iter_mut().rev().find(|found| found.code == code);
            if let Some(last) = last.filter(|_| more > 0) {
                let places = if more == 1 { "place" } else { "places" };
                last.message.push_str(&format!("; {more} more {places} like this"));
            }
        }
        self.found
    }
}
