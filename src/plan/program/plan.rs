//! The whole program of a contract.

use std::collections::HashMap;

use super::super::index::{ElementIx, TypeIx};
use super::complex::{AttributePlan, ComplexPlan, Scope};
use super::dispatch::Dispatch;
use super::element::ElementPlan;
use super::media::NAMESPACES;
use super::operation::{FaultPlan, HeaderFill, MessagePlan, OperationPlan};
use super::port::PortPlan;
use super::types::{Shape, TypePlan};
use super::wild::{Globals, NamedTypes};
use crate::xml::{Name, Namespaces, NsId};

/// A compiled contract.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) namespaces: Namespaces,
    pub(crate) types: Vec<TypePlan>,
    pub(crate) elements: Vec<ElementPlan>,
    pub(crate) operations: Vec<OperationPlan>,
    pub(crate) beside: Vec<PortPlan>,
    pub(crate) prefixes: HashMap<Box<str>, NsId>,
    pub(crate) headers: Vec<ElementIx>,
    pub(crate) globals: Globals,
    pub(crate) named: NamedTypes,
    pub(crate) dispatch: Dispatch,
    pub(crate) details: Vec<FaultPlan>,
    pub(crate) looks_at_octets: bool,
}

impl Plan {
    /// The same plan without [`ComplexPlan::writing`](super::ComplexPlan), which change no result: tests hold one way against the other.
    pub fn without_writing(mut self) -> Self {
        for plan in &mut self.types {
            if let Shape::Complex(complex) = &mut plan.shape {
                complex.writing = None;
            }
        }
        self
    }

    /// The same plan with `mark` in place of what rules fill in and `is_secret`, for whoever shows messages. It fits no message that is sent.
    pub fn masked(mut self, is_secret: impl Fn(&str) -> bool, mark: &str) -> Self {
        for plan in &mut self.types {
            let Shape::Complex(complex) = &mut plan.shape else { continue };
            for slot in complex.scopes.iter_mut().flat_map(|scope| &mut scope.slots) {
                if slot.fill.as_deref().is_some_and(&is_secret) {
                    slot.fill = Some(mark.into());
                }
            }
        }
        self
    }

    /// Keeps what `made` makes of each message as its [`MessagePlan::header_fill`].
    pub(crate) fn fill_headers(&mut self, made: impl Fn(&Self, &MessagePlan) -> Option<HeaderFill>) {
        let filled = |message: &MessagePlan| made(self, message).map(Box::new);
        let beside = || self.beside.iter().flat_map(|port| &port.operations);
        let fills: Vec<_> = self
            .operations
            .iter()
            .chain(beside())
            .map(|operation| (filled(&operation.input), operation.output.as_ref().and_then(filled)))
            .collect();
        let beside = self.beside.iter_mut().flat_map(|port| &mut port.operations);
        for (operation, (input, output)) in self.operations.iter_mut().chain(beside).zip(fills) {
            operation.input.header_fill = input;
            if let Some(message) = &mut operation.output {
                message.header_fill = output;
            }
        }
    }

    /// Whether the contract or a rule says something of the octets of some value of `xs:base64Binary`, beside how many there may be.
    pub fn looks_at_octets(&self) -> bool {
        self.looks_at_octets
    }

    /// The namespace names; give them to the reader of a message.
    pub fn namespaces(&self) -> &Namespaces {
        &self.namespaces
    }

    /// The operations, in contract order.
    pub fn operations(&self) -> &[OperationPlan] {
        &self.operations
    }

    /// The ports beside the one that it is of.
    pub fn beside(&self) -> &[PortPlan] {
        &self.beside
    }

    /// The operations of the port `beside`.
    pub fn operations_of<'p>(&'p self, beside: &'p PortPlan) -> PortOperations<'p> {
        PortOperations { plan: self, operations: &beside.operations, dispatch: &beside.dispatch }
    }

    /// The operations whose request may have a Body with the first child `first`, as positions in [`Plan::operations`] in
    /// contract order: exactly those of which [`Plan::begins`] is true. `None` is the empty Body.
    ///
    /// Several where operations share an element, or where rpc operations are overloaded; none where the contract has no
    /// such request.
    pub fn operations_for(&self, first: Option<Name<'_>>) -> &[usize] {
        self.dispatch.find(first)
    }

    /// Whether there are operations of one port that nothing but their action tells apart: [`Plan::operations_for`] gives several.
    pub fn has_alternatives(&self) -> bool {
        self.dispatch.has_alternatives() || self.beside.iter().any(|port| port.dispatch.has_alternatives())
    }

    /// The fault of `operation` whose detail has the root `root`: one that it declares, else one that another operation declares
    /// or a global element, whose name is then the fault's.
    pub fn fault<'p>(&'p self, operation: &'p OperationPlan, root: Name<'_>) -> Option<&'p FaultPlan> {
        self.faults(operation).find(|fault| self.begins(&fault.message, Some(root)))
    }

    /// The faults that may answer `operation`: those that it declares first.
    pub fn faults<'p>(&'p self, operation: &'p OperationPlan) -> impl Iterator<Item = &'p FaultPlan> {
        operation.faults.iter().chain(&self.details)
    }

    /// Whether a Body whose first child is `first` may hold `message`.
    pub fn begins(&self, message: &MessagePlan, first: Option<Name<'_>>) -> bool {
        match (message.root.map(|root| self.element(root)), first) {
            (None, None) => true,
            (Some(root), first) if message.bare => self.begins_bare(root, first),
            (Some(root), Some(name)) => root.is(name),
            _ => false,
        }
    }

    /// Whether it would, were its names in the namespaces that the contract has for them.
    pub fn begins_elsewhere(&self, message: &MessagePlan, first: Option<Name<'_>>) -> bool {
        let (Some(root), Some(first)) = (message.root.map(|root| self.element(root)), first) else {
            return false;
        };
        match &self.type_plan(root.type_ix).shape {
            _ if !message.bare => root.is_called(first.local),
            Shape::Complex(complex) => {
                complex.elements().any(|element| self.element(element).is_called(first.local))
            }
            _ => false,
        }
    }

    fn begins_bare(&self, root: &ElementPlan, first: Option<Name<'_>>) -> bool {
        let Shape::Complex(complex) = &self.type_plan(root.type_ix).shape else { return false };
        match first {
            None => complex.root().is_none_or(|root| complex.node(root).emptiable),
            Some(name) => {
                let wild = || complex.wildcards.iter().any(|wildcard| wildcard.allows(name.ns));
                complex.elements().any(|element| self.element(element).is(name)) || wild()
            }
        }
    }

    /// The namespace that messages bind `prefix` to.
    pub fn prefixed(&self, prefix: &str) -> Option<NsId> {
        self.prefixes.get(prefix).copied()
    }

    /// The prefix that messages bind to `ns`.
    pub fn prefix_of(&self, ns: NsId) -> Option<&str> {
        self.prefixes.iter().find(|(_, known)| **known == ns).map(|(prefix, _)| &**prefix)
    }

    /// Whether a message of the contract has the header block `name`.
    pub fn is_header(&self, name: Name<'_>) -> bool {
        self.headers.iter().any(|element| self.element(*element).is(name))
    }

    /// How many types there are.
    pub fn type_count(&self) -> usize {
        self.types.len()
    }

    /// The global elements that wildcards know.
    pub fn globals(&self) -> &Globals {
        &self.globals
    }

    /// The types that `xsi:type` and `@type` may name.
    pub fn named_types(&self) -> &NamedTypes {
        &self.named
    }

    /// Whether an instance of `base` may say that it is of type `ix`.
    pub fn may_be(&self, base: TypeIx, ix: TypeIx) -> bool {
        base == ix || self.type_plan(base).derived.binary_search(&ix).is_ok()
    }

    /// The keys of the lists that the JSON of `message` always has.
    pub fn always_lists(&self, message: &MessagePlan) -> impl Iterator<Item = &str> {
        let slots =
            message.root.and_then(|root| self.object_of(root)).into_iter().flat_map(|scope| &scope.slots);
        slots.filter(|slot| slot.always).map(|slot| &*slot.key)
    }

    /// Whether the JSON of `message` has a member `key` at its top.
    pub fn has_member(&self, message: &MessagePlan, key: &str) -> bool {
        let object = message.root.and_then(|root| self.object_of(root));
        object.is_some_and(|scope| scope.keys.find(key).is_some())
    }

    /// Whether the JSON of `message` may be an object.
    pub fn takes_object(&self, message: &MessagePlan) -> bool {
        let Some(mut root) = message.root else { return true };
        loop {
            match &self.type_plan(self.element(root).type_ix).shape {
                Shape::Array(_) | Shape::Simple(_) => return message.has_beside(),
                Shape::Complex(complex) => return !complex.flat || message.has_beside(),
                Shape::Unwrap(inner) => root = *inner,
            }
        }
    }

    /// Whether there is something that `message` may hold.
    pub fn has_content(&self, message: &MessagePlan) -> bool {
        message.root.is_some_and(|root| match &self.type_plan(self.element(root).type_ix).shape {
            Shape::Complex(complex) => {
                let members = complex.scopes.first().is_some_and(|scope| !scope.slots.is_empty());
                members || complex.any_type || complex.text.is_some() || !complex.wildcards.is_empty()
            }
            Shape::Array(_) | Shape::Simple(_) | Shape::Unwrap(_) => true,
        })
    }

    /// Whether all that `message` may hold are members that `covers` says: none of them, where it may hold nothing.
    pub fn is_within(&self, message: &MessagePlan, covers: &dyn Fn(&str) -> bool) -> bool {
        if message.attachments.is_some() {
            return false;
        }
        let Some(root) = message.root else { return true };
        let type_plan = self.type_plan(self.element(root).type_ix);
        let Shape::Complex(complex) = &type_plan.shape else { return false };
        let texts = complex.any_type || complex.mixed || complex.flat || complex.text.is_some();
        let wild =
            !complex.wildcards.is_empty() || complex.any_attribute.is_some() || complex.extra.is_some();
        let slots = complex.scopes.first().into_iter().flat_map(|scope| &scope.slots);
        let mut shown = slots.filter(|slot| !slot.hidden);
        let all = shown.all(|slot| slot.bundle.is_none() && covers(&slot.key));
        all && !texts && !wild && type_plan.derived.is_empty()
    }

    /// The attribute that says of which media type the octets of `complex` are (Describing Media Content of Binary Data in XML, section 2.1).
    pub fn content_type<'c>(&self, complex: &'c ComplexPlan) -> Option<&'c AttributePlan> {
        let [current, draft] = NAMESPACES.map(|namespace| self.namespaces().find(namespace));
        let is_it = |attribute: &&AttributePlan| {
            *attribute.local == *"contentType" && [current, draft].contains(&Some(attribute.ns))
        };
        complex.attributes.iter().find(is_it)
    }

    /// The JSON object that stands for `element`.
    fn object_of(&self, element: ElementIx) -> Option<&Scope> {
        match &self.type_plan(self.element(element).type_ix).shape {
            Shape::Complex(complex) => complex.scopes.first(),
            Shape::Simple(_) | Shape::Array(_) => None,
            Shape::Unwrap(inner) => match &self.type_plan(self.element(*inner).type_ix).shape {
                Shape::Complex(complex) => complex.scopes.first(),
                _ => None,
            },
        }
    }

    /// The type `ix`, which must be of this plan.
    #[expect(clippy::indexing_slicing, reason = "a TypeIx is made by the plan that holds the type")]
    #[inline]
    pub fn type_plan(&self, ix: TypeIx) -> &TypePlan {
        &self.types[ix.index()]
    }

    /// The element `ix`, which must be of this plan.
    #[expect(clippy::indexing_slicing, reason = "an ElementIx is made by the plan that holds the element")]
    #[inline]
    pub fn element(&self, ix: ElementIx) -> &ElementPlan {
        &self.elements[ix.index()]
    }
}

/// The operations of a plan, or those of a port beside it.
#[derive(Clone, Copy, Debug)]
pub struct PortOperations<'p> {
    /// The whole plan.
    pub plan: &'p Plan,
    /// The operations.
    pub operations: &'p [OperationPlan],
    dispatch: &'p Dispatch,
}

impl<'p> PortOperations<'p> {
    /// The operations whose request may have a Body with the first child `first`, as positions in `operations`:
    /// [`Plan::operations_for`].
    pub fn taking(&self, first: Option<Name<'_>>) -> &'p [usize] {
        self.dispatch.find(first)
    }
}

impl<'p> From<&'p Plan> for PortOperations<'p> {
    #[inline]
    fn from(plan: &'p Plan) -> Self {
        Self { plan, operations: &plan.operations, dispatch: &plan.dispatch }
    }
}
