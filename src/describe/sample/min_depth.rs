//! The depth of the smallest value of each type: what is endless must be left out, what ends soonest is chosen.

use crate::plan::{ComplexPlan, NodeIx, NodeKind, Plan, Shape, TypeIx};

/// The depth of a type that has no finite value without a null.
pub(super) const ENDLESS: u32 = u32::MAX;

/// The depth of the smallest value of each type.
pub(super) struct MinDepth(Vec<u32>);

impl MinDepth {
    /// A fixed point: depths only fall, and each round settles at least one type.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut depths = Self(vec![ENDLESS; plan.type_count()]);
        while depths.settle(plan) {}
        depths
    }

    /// One round; says whether anything fell.
    fn settle(&mut self, plan: &Plan) -> bool {
        let mut fell = false;
        for at in (0..self.0.len()).rev() {
            let depth = self.depth(plan, TypeIx::at(at));
            if let Some(known) = self.0.get_mut(at) {
                fell |= *known != depth;
                *known = depth;
            }
        }
        fell
    }

    pub(super) fn of_type(&self, ix: TypeIx) -> u32 {
        *self.0.get(ix.index()).expect("there is a depth for each type of the plan")
    }

    fn depth(&self, plan: &Plan, ix: TypeIx) -> u32 {
        let of = plan.type_plan(ix);
        if of.is_abstract {
            // An abstract type without one that is derived has no value.
            return of.derived.iter().map(|derived| self.of_type(*derived)).min().unwrap_or(ENDLESS);
        }
        match &of.shape {
            Shape::Array(_) | Shape::Simple(_) => 0,
            Shape::Unwrap(inner) => self.of_type(plan.element(*inner).type_ix).saturating_add(1),
            Shape::Complex(complex) => {
                complex.root().map_or(0, |root| self.of_node(plan, complex, root)).saturating_add(1)
            }
        }
    }

    /// The depth of the least that `node` needs.
    pub(super) fn of_node(&self, plan: &Plan, complex: &ComplexPlan, ix: NodeIx) -> u32 {
        let node = complex.node(ix);
        if node.min == 0 {
            return 0;
        }
        let below = |child: NodeIx| self.of_node(plan, complex, child);
        match node.kind {
            NodeKind::Any(_) => 0,
            NodeKind::Element(element) => {
                let element = plan.element(element);
                if element.nillable { 0 } else { self.of_type(element.type_ix) }
            }
            // A group without children needs nothing.
            NodeKind::Choice(_) => complex.children(ix).map(below).min().unwrap_or(0),
            NodeKind::Accessors(_) | NodeKind::All(_) | NodeKind::Sequence(_) => {
                complex.children(ix).map(below).fold(0, u32::max)
            }
        }
    }
}
