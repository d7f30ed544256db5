//! Which types the messages of a document reach, and from which side.

use std::collections::{HashMap, HashSet};

use super::key::Sent;
use super::view::Side;
use crate::plan::{ComplexPlan, ElementIx, NodeKind, Plan, Shape, TypeIx};

/// The types that are reached.
#[derive(Debug, Default)]
pub(super) struct Reached {
    sides: HashMap<TypeIx, HashSet<Side>>,
    /// The types that have a name, by it.
    named: HashMap<Box<str>, Vec<TypeIx>>,
    /// Whether the views of both sides are one.
    alike: bool,
    /// Whether a type has members that the service file fills, so that requests may lack them.
    pub(super) fills: bool,
}

impl Reached {
    pub(super) fn of(plan: &Plan, sent: &[Sent<'_>], alike: bool) -> Self {
        let mut reached = Self { alike, ..Self::default() };
        for sent in sent {
            let message = sent.message;
            let roots = message.root.into_iter().chain(message.headers).chain(message.attachments);
            let mut waiting: Vec<TypeIx> = roots.map(|root| plan.element(root).type_ix).collect();
            while let Some(ix) = waiting.pop() {
                if reached.sides.entry(ix).or_default().insert(sent.side) {
                    reached.enter(plan, ix, &mut waiting);
                }
            }
        }
        for ix in reached.sides.keys() {
            let key = &plan.type_plan(*ix).key;
            if !key.is_empty() {
                reached.named.entry(key.clone()).or_default().push(*ix);
            }
        }
        reached
    }

    fn enter(&mut self, plan: &Plan, ix: TypeIx, waiting: &mut Vec<TypeIx>) {
        let type_plan = plan.type_plan(ix);
        let mut add = |ix: ElementIx| waiting.push(plan.element(ix).type_ix);
        match &type_plan.shape {
            Shape::Array(array) => add(array.item),
            Shape::Complex(complex) => {
                self.fills |= fills(complex);
                complex.elements().for_each(&mut add);
                for wildcard in complex.wildcards.iter().filter(|_| !complex.any_type) {
                    let allowed = plan.globals().all().map(|global| global.element);
                    let allowed =
                        allowed.filter(|ix| wildcard.typed && wildcard.allows(plan.element(*ix).ns));
                    allowed.for_each(&mut add);
                }
            }
            Shape::Simple(_) => {}
            Shape::Unwrap(inner) => add(*inner),
        }
        if !type_plan.is_open() {
            waiting.extend(&type_plan.derived);
        }
    }

    /// Whether a component of the type `ix` has the type's own name: of copies that rules made, and the type itself, only one has it.
    pub(super) fn owns_name(&self, plan: &Plan, ix: TypeIx) -> bool {
        let key = &plan.type_plan(ix).key;
        let Some(copies) = self.named.get(key) else { return false };
        match plan.named_types().keyed(key).filter(|own| copies.contains(own)) {
            Some(own) => own == ix,
            None => copies.iter().min() == Some(&ix),
        }
    }

    /// Whether the two sides need a component of the type `ix` each.
    pub(super) fn has_both_sides(&self, ix: TypeIx) -> bool {
        let both = self.sides.get(&ix).is_some_and(|sides| sides.len() > 1);
        both && (!self.alike || self.fills)
    }
}

fn fills(complex: &ComplexPlan) -> bool {
    let needed = complex.nodes.iter().any(|node| {
        matches!(node.kind, NodeKind::Element(_)) && node.min > 0 && complex.slot(node).fill.is_some()
    });
    let attributes = complex.attributes.iter().any(|attribute| {
        let slot = complex.scopes.first().and_then(|scope| scope.slots.get(attribute.slot.index()));
        attribute.required && slot.is_some_and(|slot| slot.fill.is_some())
    });
    needed || attributes
}
