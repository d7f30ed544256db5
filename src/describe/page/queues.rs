//! Where in an object of JSON the elements of its content are from: those of a slot stand in a message in the order of their values.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use crate::json::{Kind, Value, push_segment};
use crate::plan::{ComplexPlan, Node, Role, ScopeIx, SlotIx};

/// A value of a message, and where it is.
#[derive(Clone)]
pub(super) struct Pointed<'t> {
    pub(super) value: Value<'t>,
    /// The last step to it; none to the whole.
    at: Option<Rc<Step>>,
}

/// A step of a JSON Pointer. Values share what they have in common: the pointers of a deep and wide message are far longer than the message.
struct Step {
    before: Option<Rc<Step>>,
    segment: Segment,
}

/// A segment of a JSON Pointer.
enum Segment {
    Item(usize),
    Key(String),
}

impl<'t> Pointed<'t> {
    /// The whole of a message.
    pub(super) fn whole(value: Value<'t>) -> Self {
        Self { value, at: None }
    }

    /// The member `key` of an object, with the value `value`.
    pub(super) fn member(&self, key: &str, value: Value<'t>) -> Self {
        self.below(Segment::Key(key.to_owned()), value)
    }

    /// The items of an array.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> {
        self.value.items().enumerate().map(|(item, value)| self.below(Segment::Item(item), value))
    }

    /// Its JSON Pointer.
    pub(super) fn pointer(&self) -> String {
        let steps: Vec<&Step> =
            std::iter::successors(self.at.as_deref(), |step| step.before.as_deref()).collect();
        let mut out = String::new();
        for step in steps.iter().rev() {
            match &step.segment {
                Segment::Item(item) => push_segment(&mut out, &item.to_string()),
                Segment::Key(key) => push_segment(&mut out, key),
            }
        }
        out
    }

    fn below(&self, segment: Segment, value: Value<'t>) -> Self {
        Self { value, at: Some(Rc::new(Step { before: self.at.clone(), segment })) }
    }
}

/// A slot of a complex type.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SlotAt {
    pub(super) scope: ScopeIx,
    pub(super) slot: SlotIx,
}

impl SlotAt {
    pub(super) fn of(node: &Node) -> Self {
        Self { scope: node.scope, slot: node.slot }
    }
}

/// The values of an object that are not yet met, by slot.
#[derive(Default)]
pub(super) struct Queues<'t>(HashMap<SlotAt, VecDeque<Pointed<'t>>>);

impl<'t> Queues<'t> {
    /// Those of the object `from`, which is of the type `complex`.
    pub(super) fn of(complex: &ComplexPlan, from: &Pointed<'t>) -> Self {
        let mut queues = Self::default();
        match complex.nodes.iter().find(|node| complex.flat && complex.slot(node).role == Role::Element) {
            Some(only) => queues.0.entry(SlotAt::of(only)).or_default().extend(from.items()),
            None => queues.gather(complex, ScopeIx::FIRST, from),
        }
        queues
    }

    /// The next value of a slot. A null is met by an element that says so, and by none otherwise.
    pub(super) fn next(&mut self, of: SlotAt, is_nil: bool) -> Option<Pointed<'t>> {
        let waiting = self.0.get_mut(&of)?;
        while !is_nil && waiting.front().is_some_and(|next| next.value.kind() == Kind::Null) {
            waiting.pop_front();
        }
        waiting.pop_front()
    }

    fn gather(&mut self, complex: &ComplexPlan, scope: ScopeIx, from: &Pointed<'t>) {
        for member in from.value.members() {
            let key = member.key();
            if let Some(slot) = complex.scope(scope).keys.find(&key) {
                self.put(complex, SlotAt { scope, slot }, from.member(&key, member.value()));
            }
        }
    }

    fn put(&mut self, complex: &ComplexPlan, of: SlotAt, from: Pointed<'t>) {
        let Some(slot) = complex.scope(of.scope).slots.get(of.slot.index()) else { return };
        match slot.role {
            Role::Bundle(bundle) => self.put_bundle(complex, bundle, &from),
            Role::Group(turn) => from.items().for_each(|item| self.gather(complex, turn, &item)),
            // A list in one text is no list of elements.
            Role::Any | Role::Element if slot.list && from.value.kind() == Kind::Array => {
                self.0.entry(of).or_default().extend(from.items());
            }
            Role::Any | Role::Attribute(_) | Role::Content | Role::Element | Role::Hidden | Role::Text => {
                self.0.entry(of).or_default().push_back(from);
            }
        }
    }

    /// The members of a sub-object that only JSON has are of the object around it.
    fn put_bundle(&mut self, complex: &ComplexPlan, bundle: u32, from: &Pointed<'t>) {
        let Some(bundle) = complex.bundles.get(bundle as usize) else { return };
        for member in from.value.members() {
            let key = member.key();
            if let Some(slot) = bundle.keys.find(&key) {
                let of = SlotAt { scope: ScopeIx::FIRST, slot };
                self.put(complex, of, from.member(&key, member.value()));
            }
        }
    }
}
