//! Which messages a Body may hold by the names of all its parts, where its first child is that of several.

use std::collections::BTreeSet;

use super::super::index::ElementIx;
use super::complex::{ComplexPlan, NodeKind};
use super::operation::OperationPlan;
use super::plan::Plan;
use super::types::Shape;
use super::wild::WildcardPlan;
use crate::wsdl::Style;
use crate::xml::{Name, NsId};

/// The names of the children of Body, and of those of its first child.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// The children of Body.
    pub outer: BTreeSet<(NsId, String)>,
    /// The children of the first of them.
    pub inner: BTreeSet<(NsId, String)>,
}

impl Plan {
    /// Whether a request of `operation` may have these parts, as far as their names say: all that are there are its own, and all that
    /// it must have are there.
    pub fn may_have(&self, operation: &OperationPlan, parts: &Parts) -> bool {
        let inner = self.inner(operation).is_none_or(|inner| inner.fits(&parts.inner));
        inner && self.outer(operation).is_none_or(|outer| outer.fits(&parts.outer))
    }

    /// Whether there may be a request that is of `one` and of `other` by the names of all its parts.
    pub fn are_alike(&self, one: &OperationPlan, other: &OperationPlan) -> bool {
        let apart = |one: Option<Children<'_>>, other: Option<Children<'_>>| {
            one.zip(other)
                .is_some_and(|(one, other)| one.asks_more_than(&other) || other.asks_more_than(&one))
        };
        let inner = apart(self.inner(one), self.inner(other));
        !inner && !apart(self.outer(one), self.outer(other))
    }

    /// The children of the Body of a request; nothing where they may be anything.
    fn outer(&self, operation: &OperationPlan) -> Option<Children<'_>> {
        match operation.input.root {
            None => Some(Children { plan: self, known: Vec::new(), required: Vec::new(), wildcards: &[] }),
            Some(root) if operation.input.bare => self.children(root),
            Some(root) => {
                Some(Children { plan: self, known: vec![root], required: vec![root], wildcards: &[] })
            }
        }
    }

    /// The parts in the element of an rpc request. What is in that of a document has no say: elements are told apart by their names.
    fn inner(&self, operation: &OperationPlan) -> Option<Children<'_>> {
        let root = operation.input.root.filter(|_| operation.style == Style::Rpc && !operation.input.bare)?;
        self.children(root)
    }

    fn children(&self, root: ElementIx) -> Option<Children<'_>> {
        match &self.type_plan(self.element(root).type_ix).shape {
            Shape::Complex(complex) if !complex.any_type => Some(Children {
                plan: self,
                known: complex.elements().collect(),
                required: required(complex),
                wildcards: &complex.wildcards,
            }),
            Shape::Array(_) | Shape::Complex(_) | Shape::Simple(_) | Shape::Unwrap(_) => None,
        }
    }
}

/// The elements that every instance has, as far as that is seen at once.
fn required(complex: &ComplexPlan) -> Vec<ElementIx> {
    let Some(root) = complex.root() else { return Vec::new() };
    let whole = match complex.node(root).kind {
        NodeKind::Accessors(_) | NodeKind::All(_) | NodeKind::Sequence(_) => complex.node(root).min > 0,
        NodeKind::Any(_) | NodeKind::Choice(_) | NodeKind::Element(_) => false,
    };
    let children = complex.children(root).filter(|_| whole);
    let elements = std::iter::once(root).chain(children).filter_map(|ix| match complex.node(ix).kind {
        NodeKind::Element(element) if complex.node(ix).min > 0 => Some(element),
        _ => None,
    });
    elements.collect()
}

/// What may be, and what must be, in an element.
struct Children<'p> {
    plan: &'p Plan,
    known: Vec<ElementIx>,
    required: Vec<ElementIx>,
    wildcards: &'p [WildcardPlan],
}

impl Children<'_> {
    fn fits(&self, given: &BTreeSet<(NsId, String)>) -> bool {
        let is_there = |element: &ElementIx| {
            given.iter().any(|(ns, local)| self.plan.element(*element).is(Name { ns: *ns, local }))
        };
        given.iter().all(|(ns, local)| self.takes(Name { ns: *ns, local }))
            && self.required.iter().all(is_there)
    }

    fn takes(&self, name: Name<'_>) -> bool {
        self.known.iter().any(|element| self.plan.element(*element).is(name))
            || self.wildcards.iter().any(|wildcard| wildcard.allows(name.ns))
    }

    /// Whether every instance has an element that no instance of `other` has.
    fn asks_more_than(&self, other: &Self) -> bool {
        self.required.iter().any(|element| {
            let element = self.plan.element(*element);
            let also = element.also.iter().map(|(ns, local)| Name { ns: *ns, local });
            let own = std::iter::once(Name { ns: element.ns, local: &element.local });
            !own.chain(also).any(|name| other.takes(name))
        })
    }
}
