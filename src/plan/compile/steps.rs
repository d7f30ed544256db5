//! The quick way through the content model of each type, made when everything else is decided.

use std::collections::HashSet;

use super::super::index::NodeIx;
use super::super::program::{
    ComplexPlan, ElementPlan, Form, Node, NodeKind, Shape, SimplePlan, Step, StepIx, StepValue, Steps,
    TextStep, TypePlan,
};
use crate::xml::{NsId, Tag, is_ncname};
use crate::xsd::simple::Quick;

/// Gives each complex type its steps.
pub(super) fn set(types: &mut [TypePlan], elements: &[ElementPlan]) {
    let steps: Vec<Steps> = types.iter().map(|plan| of_type(plan, types, elements)).collect();
    for (plan, steps) in types.iter_mut().zip(steps) {
        if let Shape::Complex(complex) = &mut plan.shape {
            complex.steps = steps;
        }
    }
}

fn of_type(plan: &TypePlan, types: &[TypePlan], elements: &[ElementPlan]) -> Steps {
    let Shape::Complex(complex) = &plan.shape else { return Steps::default() };
    let plain = complex.scopes.len() == 1 && complex.text.is_none() && !complex.mixed && !complex.any_type;
    let builder = Builder { complex, types, elements, steps: Vec::new() };
    let steps = if plain && builder.names_differ() { builder.build() } else { Steps::default() };
    // Turns of groups are objects within, which are closed there as well.
    let fills = complex.scopes.len() != 1
        || complex.scopes.iter().flat_map(|scope| &scope.slots).any(|slot| slot.always);
    Steps { fills, ..steps }
}

struct Builder<'b> {
    complex: &'b ComplexPlan,
    types: &'b [TypePlan],
    elements: &'b [ElementPlan],
    /// The last ones first are made, so that each knows what follows it.
    steps: Vec<Step>,
}

impl Builder<'_> {
    /// Whether a name tells which node of the content model its element is of. One that XML cannot have, which a schema may, is not
    /// expected: the reader takes what is expected as it stands.
    fn names_differ(&self) -> bool {
        let mut names: HashSet<(NsId, &str)> = HashSet::new();
        let mut slots = HashSet::new();
        self.complex.nodes.iter().all(|node| match self.element(node) {
            Some(element) => {
                let mut also = element.also.iter().map(|(ns, local)| (*ns, &**local));
                is_ncname(&element.local)
                    && names.insert((element.ns, &element.local))
                    && also.all(|name| names.insert(name))
                    && slots.insert(node.slot)
            }
            None => true,
        })
    }

    fn element(&self, node: &Node) -> Option<&ElementPlan> {
        let NodeKind::Element(ix) = node.kind else { return None };
        self.elements.get(ix.index())
    }

    fn build(mut self) -> Steps {
        let Some(root) = self.complex.root() else {
            return Steps { first: StepIx::END, ..Steps::default() };
        };
        let absent = if self.complex.node(root).emptiable { StepIx::END } else { StepIx::UNKNOWN };
        let first = self.enter(root, StepIx::END, absent);
        let ordered = !matches!(self.complex.node(root).kind, NodeKind::Accessors(_) | NodeKind::All(_));
        let slots = self.complex.scopes.first().map_or(0, |scope| scope.slots.len());
        let mut of_slots = vec![StepIx::UNKNOWN; slots];
        let mut of_nodes = vec![StepIx::UNKNOWN; if ordered { self.complex.nodes.len() } else { 0 }];
        for (step, at) in self.steps.iter().zip((0..).map(StepIx)) {
            of_slots.get_mut(step.slot.index()).into_iter().for_each(|slot| *slot = at);
            of_nodes.get_mut(step.node.index()).into_iter().for_each(|node| *node = at);
        }
        let [of_slots, of_nodes] = [of_slots, of_nodes].map(Vec::into_boxed_slice);
        Steps { steps: self.steps.into(), first, of_slots, of_nodes, ..Steps::default() }
    }

    /// The step with which `node` begins, where `after` follows it and `absent` is tried without it.
    fn enter(&mut self, ix: NodeIx, after: StepIx, absent: StepIx) -> StepIx {
        let node = self.complex.node(ix);
        match node.kind {
            // A wildcard may take whatever follows, so that only the end is certain.
            NodeKind::Any(_) => self.only_end(absent),
            NodeKind::Element(_) => self.step(ix, after, absent),
            NodeKind::Choice(_) => {
                let branches: Vec<NodeIx> = self.complex.children(ix).collect();
                branches.into_iter().rev().fold(absent, |absent, branch| self.enter(branch, after, absent))
            }
            NodeKind::Accessors(_) | NodeKind::All(_) | NodeKind::Sequence(_) => {
                self.sequence(ix, after, absent)
            }
        }
    }

    /// Elements in order. Those that may stand in any order mostly do stand in it.
    fn sequence(&mut self, ix: NodeIx, after: StepIx, absent: StepIx) -> StepIx {
        let children: Vec<NodeIx> = self.complex.children(ix).collect();
        let emptiable = |child: &NodeIx| self.complex.node(*child).emptiable;
        if children.iter().all(emptiable) && absent != after {
            return StepIx::UNKNOWN;
        }
        let mut next = after;
        for (at, child) in children.iter().enumerate().rev() {
            let without = match self.complex.node(*child).emptiable {
                true => next,
                false if at == 0 => absent,
                false => StepIx::UNKNOWN,
            };
            next = self.enter(*child, next, without);
        }
        next
    }

    fn step(&mut self, ix: NodeIx, after: StepIx, absent: StepIx) -> StepIx {
        let node = self.complex.node(ix);
        let (NodeKind::Element(of), Some(element)) = (node.kind, self.element(node)) else {
            return StepIx::UNKNOWN;
        };
        // The content model knows what becomes of it.
        if self.complex.slot(node).hidden || self.complex.extra == Some(node.slot) {
            return absent;
        }
        let (value, slot) = (self.value(element), self.complex.slot(node));
        let lead = format!("{}{}", slot.json, if slot.list { "[" } else { "" });
        let step = Step {
            ns: element.ns,
            local: element.local.clone(),
            key: (!self.complex.flat && slot.bundle.is_none()).then(|| slot.key.clone()),
            node: ix,
            slot: node.slot,
            list: slot.list,
            lead: Tag::new(&format!(",{lead}")),
            first: Tag::new(&lead),
            element: of,
            min: node.min,
            max: node.max,
            after,
            absent,
            value,
        };
        self.steps.push(step);
        StepIx(self.steps.len() as u32 - 1)
    }

    /// The end, if all that is tried from `ix` on may be absent.
    fn only_end(&self, mut ix: StepIx) -> StepIx {
        while let Some(step) = self.steps.get(ix.0 as usize) {
            ix = step.absent;
        }
        ix
    }

    fn value(&self, element: &ElementPlan) -> StepValue {
        let Some(plan) = self.types.get(element.type_ix.index()) else { return StepValue::Other };
        match &plan.shape {
            Shape::Simple(simple) if !plan.is_abstract => StepValue::Text(text(element, simple)),
            Shape::Complex(complex) if !plan.is_abstract && is_object(complex) => StepValue::Object,
            _ => StepValue::Other,
        }
    }
}

/// Whether its values without attributes are objects of elements.
fn is_object(complex: &ComplexPlan) -> bool {
    let required = complex.attributes.iter().any(|attribute| attribute.required);
    let elements = !complex.flat && !complex.mixed && !complex.any_type && complex.attachment.is_none();
    elements && complex.text.is_none() && !required
}

fn text(element: &ElementPlan, plan: &SimplePlan) -> TextStep {
    let string = !matches!(plan.form, Form::Boolean | Form::Float | Form::Number);
    // Only these forms have the text of XML.
    let same = matches!(
        plan.form,
        Form::Boolean
            | Form::BooleanText
            | Form::Day
            | Form::Float
            | Form::Number
            | Form::NumberText
            | Form::String
    );
    let quick = (same && element.fixed.is_none() && plan.map.is_none()).then(|| Quick::of(&plan.simple));
    let any = plan.form == Form::String && quick.as_ref().is_some_and(Quick::takes_all);
    TextStep { quick, string, any, day: plan.form == Form::Day }
}
