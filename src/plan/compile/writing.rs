//! From nodes to steps, once all rules are applied.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::index::{ElementIx, NodeIx, ScopeIx, TypeIx};
use super::super::program::{
    ComplexPlan, ElementPlan, Form, ItemCount, Needed, Node, NodeKind, Role, Shape, SimplePlan, TypePlan,
    WriteBranch, WriteChoice, WriteContent, WriteElement, WriteNumber, WriteObject, WriteStep, Writing,
};
use crate::json::Key;
use crate::xml::Tag;
use crate::xsd::simple::Quick;

/// Gives the complex ones of `types` their steps.
pub(super) fn set(types: &mut [TypePlan], elements: &[ElementPlan]) {
    let mut maker = Maker { types, elements, known: HashMap::new(), next: 1 };
    let all: Vec<_> = maker.types.iter().map(|plan| plan.shape.complex()).collect();
    let made: Vec<_> =
        all.into_iter().map(|complex| complex.and_then(|complex| maker.writing(complex))).collect();
    for (plan, writing) in types.iter_mut().zip(made) {
        if let Shape::Complex(complex) = &mut plan.shape {
            complex.writing = writing;
        }
    }
}

struct Maker<'t> {
    types: &'t [TypePlan],
    elements: &'t [ElementPlan],
    /// Types that several elements have.
    known: HashMap<TypeIx, WriteContent>,
    /// The bit of the next member of the current type.
    next: u64,
}

impl<'t> Maker<'t> {
    /// Nothing for content that is no sequence, or where text or turns of the whole have a say.
    fn writing(&mut self, complex: &'t ComplexPlan) -> Option<Writing> {
        let root = complex.root().filter(|_| !complex.mixed && !complex.flat)?;
        let node = complex.node(root);
        let once = node.min == 1 && node.max == 1;
        self.next = 1;
        let steps: Box<[WriteStep]> = match node.kind {
            NodeKind::Accessors(_) | NodeKind::Sequence(_) if once => {
                complex.children(root).map(|child| self.step(complex, child)).collect()
            }
            NodeKind::Choice(_) if once => [self.step(complex, root)].into(),
            NodeKind::Element(_) => [self.step(complex, root)].into(),
            _ => return None,
        };
        let in_order = is_plain(complex).then(|| needed(&steps)).flatten();
        Some(Writing { steps, in_order })
    }

    fn step(&mut self, complex: &'t ComplexPlan, ix: NodeIx) -> WriteStep {
        let node = complex.node(ix);
        let step = match node.kind {
            NodeKind::Element(element) => self.element(complex, ix, element).map(WriteStep::Element),
            NodeKind::Choice(_) if node.max == 1 => self.choice(complex, ix),
            _ => None,
        };
        step.unwrap_or(WriteStep::Node(ix)) // the node says all
    }

    fn choice(&mut self, complex: &'t ComplexPlan, ix: NodeIx) -> Option<WriteStep> {
        let branches = complex.children(ix).map(|child| self.branch(complex, child));
        let branches: Box<[WriteBranch]> = branches.collect::<Option<_>>()?;
        // A list that is there may be empty.
        let lists =
            branches.iter().flat_map(|branch| &branch.elements).any(|element| element.items.is_some());
        let choice = WriteChoice { node: ix, emptiable: complex.node(ix).emptiable, branches };
        (!lists).then_some(WriteStep::Choice(choice))
    }

    fn branch(&mut self, complex: &'t ComplexPlan, ix: NodeIx) -> Option<WriteBranch> {
        let node = complex.node(ix);
        let mut single = |ix: NodeIx| match complex.node(ix).kind {
            NodeKind::Element(element) => self.element(complex, ix, element),
            _ => None,
        };
        let elements: Box<[WriteElement]> = match node.kind {
            NodeKind::Sequence(_) if node.max == 1 => {
                complex.children(ix).map(single).collect::<Option<_>>()?
            }
            _ => [single(ix)?].into(),
        };
        let members = elements.iter().fold(0, |members, element| members | element.bit);
        let needed = elements.iter().filter(|element| !element.optional);
        let needed = needed.fold(0, |needed, element| needed | element.bit);
        Some(WriteBranch { elements, members, needed })
    }

    /// The bit of one more member; none for the 65th.
    fn bit(&mut self) -> u64 {
        let bit = self.next;
        self.next <<= 1;
        bit
    }

    fn element(&mut self, complex: &'t ComplexPlan, ix: NodeIx, element: ElementIx) -> Option<WriteElement> {
        let node = complex.node(ix);
        let shared = node.reserve != 0 || complex.scope(node.scope).scattered;
        if node.scope != ScopeIx::FIRST || shared || complex.extra == Some(node.slot) {
            return None;
        }
        let slot = complex.slot(node);
        if slot.role != Role::Element || slot.bundle.is_some() {
            return None;
        }
        let plan = self.elements.get(element.index())?;
        Some(WriteElement {
            key: Key::new(&slot.key),
            local: plan.local.clone(),
            bit: if slot.hidden { 0 } else { self.bit() },
            needed: node.min > 0,
            node: ix,
            slot: node.slot,
            element,
            start: Tag::new(&format!("{}>", plan.open)),
            end: Tag::new(&plan.close),
            optional: node.min == 0 && slot.fill.is_none(),
            items: slot.list.then(|| items(node)),
            content: self.content(plan),
        })
    }

    fn content(&mut self, element: &ElementPlan) -> WriteContent {
        if element.fixed.is_some() {
            return WriteContent::Other;
        }
        let known = self.known.get(&element.type_ix).cloned();
        let content = known.unwrap_or_else(|| self.content_of(element.type_ix)); // seen for the first time
        self.known.insert(element.type_ix, content.clone());
        match content {
            WriteContent::Object(object) => {
                WriteContent::Object(WriteObject { nillable: element.nillable, ..object })
            }
            content => content,
        }
    }

    fn content_of(&self, ix: TypeIx) -> WriteContent {
        match self.types.get(ix.index()) {
            Some(TypePlan { is_abstract: false, shape: Shape::Simple(simple), .. }) => of_simple(simple),
            Some(TypePlan { is_abstract: false, shape: Shape::Complex(complex), derived, .. })
                if derived.is_empty()
                    && !complex.any_type
                    && !complex.flat
                    && complex.attachment.is_none() =>
            {
                let attributes = !complex.attributes.is_empty() || complex.any_attribute.is_some();
                WriteContent::Object(WriteObject { type_ix: ix, attributes, nillable: false })
            }
            _ => WriteContent::Other,
        }
    }
}

/// Whether members and text have no other places than elements, and none counts as absent.
fn is_plain(complex: &ComplexPlan) -> bool {
    let slots = || complex.scopes.iter().flat_map(|scope| &scope.slots);
    let attributes = complex.attributes.iter().all(|attribute| !attribute.required);
    let filled = slots().any(|slot| slot.fill.is_some() && slot.role != Role::Element);
    let bundles = !complex.bundles.is_empty() || complex.extra.is_some() || complex.text.is_some();
    attributes && !filled && !bundles && !complex.any_type && !slots().any(|slot| slot.blank_absent)
}

/// The members that the steps need; nothing where one of them has no bit and may have a value.
fn needed(steps: &[WriteStep]) -> Option<Needed> {
    let mut all = 0;
    for step in steps {
        match step {
            WriteStep::Element(element) if element.bit == 0 && !element.optional => return None,
            WriteStep::Element(element) if element.optional => {}
            WriteStep::Element(element) => all |= element.bit,
            WriteStep::Choice(choice) if choice.branches.iter().all(has_bits) => {}
            WriteStep::Choice(_) | WriteStep::Node(_) => return None,
        }
    }
    Some(Needed(all))
}

fn has_bits(branch: &WriteBranch) -> bool {
    branch.elements.iter().all(|element| element.bit != 0)
}

fn items(node: &Node) -> ItemCount {
    let least = if node.emptiable { 0 } else { node.min as usize };
    ItemCount { least, most: node.max as usize }
}

fn of_simple(plan: &SimplePlan) -> WriteContent {
    if plan.map.is_some() {
        return WriteContent::Other;
    }
    let quick = Quick::of(&plan.simple);
    match plan.form {
        Form::Boolean if quick.is_boolean() => WriteContent::Boolean,
        Form::Float | Form::Number | Form::NumberText => {
            let digits = quick.digits();
            WriteContent::Number(WriteNumber { quick: Arc::new(quick), digits })
        }
        Form::String if quick.takes_all() => WriteContent::Text,
        Form::String => WriteContent::String(Arc::new(quick)),
        _ => WriteContent::Other,
    }
}
