//! Steps: the common case of content, for which the plan has its tags and knows what its values need.
//!
//! A step writes an element only where all of it is as expected. Otherwise nothing is written, and the general way of the same element
//! goes on from there: it writes what is merely unusual, and reports what is wrong.
//!
//! The members of most objects come in the order of their type, and are written while they are walked; those of other objects are put
//! into slots first. That an object is not in order may be seen when a part of it is written, which is then forgotten.

use super::options::EmptyAs;
use super::reserved::Reserved;
use super::run::{PassedOver, Run};
use super::slots::Object;
use crate::json::{Kind, Members, Span, Value};
use crate::plan::{
    ComplexPlan, ItemCount, Needed, ScopeIx, Shape, WriteChoice, WriteContent, WriteElement, WriteNumber,
    WriteObject, WriteStep,
};
use crate::xsd::simple::Quick;

/// An object whose members come in the order of its type, or probably do.
#[derive(Clone, Copy)]
pub(super) struct Ordered<'p> {
    complex: &'p ComplexPlan,
    steps: &'p [WriteStep],
    value: Value<'p>,
}

impl<'p> Run<'_, 'p> {
    /// How objects of `complex` are written whose members come in order, and what they need.
    fn in_order(&self, complex: &'p ComplexPlan) -> Option<(&'p [WriteStep], Needed)> {
        let writing = complex.writing.as_ref()?;
        let plain = self.options.empty_as != EmptyAs::Absent && self.encoding.is_none();
        writing.in_order.filter(|_| plain).map(|needed| (&*writing.steps, needed))
    }

    /// How `value` is written, if it is an object of `complex` with all that it needs, and in order.
    pub(super) fn ordered(&self, complex: &'p ComplexPlan, value: Value<'p>) -> Option<Ordered<'p>> {
        let (steps, needed) = self.in_order(complex)?;
        let ordered = value.kind() == Kind::Object && is_in_order(steps, needed, value);
        ordered.then_some(Ordered { complex, steps, value })
    }

    /// The children of an object, as long as its members come in the order of `steps`: which there are, each a bit. Nothing where there
    /// are others.
    pub(super) fn put_in_order(&mut self, object: Ordered<'p>) -> Option<u64> {
        let Ordered { complex, steps, value } = object;
        let mut members = value.members();
        let mut present = 0;
        for step in steps {
            match step {
                WriteStep::Element(step) => present |= self.put_next(complex, step, &mut members),
                WriteStep::Choice(choice) => {
                    present |= chosen(choice, |step| self.put_next(complex, step, &mut members))?;
                }
                WriteStep::Node(_) => return None,
            }
        }
        members.is_done().then_some(present)
    }

    #[inline]
    fn put_next(
        &mut self,
        complex: &'p ComplexPlan,
        step: &'p WriteElement,
        members: &mut Members<'p>,
    ) -> u64 {
        let next = if step.bit == 0 { None } else { members.next_if_key(&step.key) };
        let Some(value) = next else { return 0 };
        if !self.step_filled(step, value) {
            self.step_alone(complex, step, value);
        }
        step.bit
    }

    /// The general way of one element, for which nothing but its own slot counts.
    #[cold]
    fn step_alone(&mut self, complex: &'p ComplexPlan, step: &'p WriteElement, value: Value<'p>) {
        let object = self.buffers.slots.open(complex, ScopeIx::FIRST);
        self.buffers.slots.put(object, step.slot, value);
        self.element_slot(object, complex.node(step.node), step.element);
        self.buffers.slots.close(object);
    }

    /// The children of an object whose members are in slots.
    pub(super) fn steps(&mut self, object: Object<'p>, steps: &'p [WriteStep]) {
        for step in steps {
            match step {
                WriteStep::Element(step) => self.step(object, step),
                WriteStep::Choice(choice) => self.choice_step(object, choice),
                WriteStep::Node(node) => self.particle(object, *node),
            }
        }
    }

    fn choice_step(&mut self, object: Object<'p>, choice: &'p WriteChoice) {
        let is_filled = |step: &WriteElement| self.buffers.slots.token(object, step.slot).is_some();
        let mut present = choice.branches.iter().filter(|branch| branch.elements.iter().any(is_filled));
        match (present.next(), present.next()) {
            (Some(only), None) => only.elements.iter().for_each(|step| self.step(object, step)),
            _ => self.particle(object, choice.node),
        }
    }

    fn step(&mut self, object: Object<'p>, step: &'p WriteElement) {
        let written = match self.filled(object, step.slot) {
            None => step.optional,
            Some(value) => self.step_filled(step, value),
        };
        if !written {
            self.element_slot(object, object.complex.node(step.node), step.element);
        }
    }

    /// An element, or the items of a list. False where nothing is written.
    #[inline]
    fn step_filled(&mut self, step: &'p WriteElement, value: Value<'p>) -> bool {
        match step.items {
            None => self.step_one(step, value, None),
            Some(items) => self.step_items(step, items, value),
        }
    }

    fn step_items(&mut self, step: &'p WriteElement, items: ItemCount, value: Value<'p>) -> bool {
        if value.kind() != Kind::Array || !(items.least..=items.most).contains(&value.len()) {
            return false;
        }
        for (at, item) in value.items().enumerate() {
            let at = Some(at as u32);
            if !self.step_one(step, item, at) {
                self.push_step(step, at);
                self.element(!step.needed, step.element, item);
                self.path.pop();
            }
        }
        true
    }

    #[inline]
    fn push_step(&mut self, step: &'p WriteElement, at: Option<u32>) {
        self.path.push(&step.local, Some(step.key.as_str()), at);
    }

    /// An element, which is the item `at` of a list. False where nothing is written.
    #[inline]
    fn step_one(&mut self, step: &'p WriteElement, value: Value<'p>, at: Option<u32>) -> bool {
        match step.content {
            WriteContent::Object(_) => self.step_object(step, value, at),
            _ => self.step_value(step, value),
        }
    }

    /// An element with a simple value. False where nothing is written.
    fn step_value(&mut self, step: &WriteElement, value: Value<'p>) -> bool {
        let quick = match &step.content {
            WriteContent::Text => None,
            WriteContent::String(quick) => Some(&**quick),
            WriteContent::Number(expected) => return self.step_number(step, expected, value),
            WriteContent::Boolean if value.kind() == Kind::Bool => return self.step_raw(step, value.raw()),
            WriteContent::Boolean | WriteContent::Object(_) | WriteContent::Other => return false,
        };
        match value.plain_span() {
            Some(text) => self.step_str(step, quick, text),
            None => self.step_escaped(step, quick, value),
        }
    }

    fn step_number(&mut self, step: &WriteElement, expected: &WriteNumber, value: Value<'p>) -> bool {
        let Some(number) = value.number() else { return false };
        let text = number.text();
        let few = text.len() <= expected.digits && number.is_integer() && !number.is_negative();
        (few || expected.quick.takes(text)) && self.step_raw(step, text)
    }

    /// A value that is spelled in XML as in JSON.
    #[inline]
    fn step_raw(&mut self, step: &WriteElement, text: &str) -> bool {
        self.out.put_tag(&step.start);
        self.out.put(text);
        self.out.put_tag(&step.end);
        true
    }

    /// A text with escapes in JSON.
    #[inline(never)]
    fn step_escaped(&mut self, step: &WriteElement, quick: Option<&Quick>, value: Value<'p>) -> bool {
        let mut buffer = std::mem::take(&mut self.buffers.lexical);
        let text = value.str_in(&mut buffer).map(|text| Span { whole: text, start: 0, end: text.len() });
        let written = text.is_some_and(|text| self.step_str(step, quick, text));
        self.buffers.lexical = buffer;
        written
    }

    /// A text that is not empty, and certainly stays in the message: one of a type that takes all texts is no base64.
    #[inline(always)]
    fn step_str(&mut self, step: &WriteElement, quick: Option<&Quick>, text: Span<'_>) -> bool {
        let refused = |quick: &Quick| text.len() > self.over || !quick.takes(text.text());
        if text.is_empty() || quick.is_some_and(refused) {
            return false;
        }
        let before = self.out.len();
        self.out.put_tag(&step.start);
        if self.out.text_within(text.whole, text.start, text.end).is_err() {
            self.out.truncate(before);
            return false;
        }
        self.out.put_tag(&step.end);
        true
    }

    /// An element with children. False where nothing is written.
    fn step_object(&mut self, step: &'p WriteElement, value: Value<'p>, at: Option<u32>) -> bool {
        let WriteContent::Object(WriteObject { type_ix, .. }) = step.content else { return false };
        let Shape::Complex(complex) = &self.plan.type_plan(type_ix).shape else { return false };
        if value.kind() != Kind::Object {
            return false;
        }
        self.push_step(step, at);
        if !self.step_in_order(step, complex, value) {
            self.step_slots(step, complex, value);
        }
        self.path.pop();
        true
    }

    /// An object whose members come in order. False where it is none, and nothing is written.
    fn step_in_order(&mut self, step: &'p WriteElement, complex: &'p ComplexPlan, value: Value<'p>) -> bool {
        let Some((steps, needed)) = self.in_order(complex) else { return false };
        // Most objects are in order. In a message with one that is not, and where much would be written in vain, keys are looked at first.
        let probably = self.all_in_order && value.tokens() <= FEW;
        if !probably && !is_in_order(steps, needed, value) {
            return false;
        }
        let before = self.state();
        self.out.put_tag(&step.start);
        let content = self.out.len();
        match self.put_in_order(Ordered { complex, steps, value }) {
            Some(present) if needed.0 & !present == 0 => {
                self.step_end(step, content);
                true
            }
            _ => {
                self.back_to(before);
                self.all_in_order = false;
                false
            }
        }
    }

    #[inline]
    fn state(&self) -> State {
        let PassedOver { places, at_top } = &self.buffers.passed_over;
        State {
            out: self.out.len(),
            violations: self.violations.len(),
            notes: self.buffers.notes.len(),
            left_out: self.buffers.left_out.len(),
            places: places.len(),
            at_top: *at_top,
            reserved: self.reserved,
        }
    }

    /// Forgets what was written and told since `before`.
    #[cold]
    fn back_to(&mut self, before: State) {
        self.out.truncate(before.out);
        if let Some(attachments) = &mut self.attachments {
            attachments.truncate(before.out);
        }
        if let Some(parts) = &mut self.parts {
            parts.truncate(before.out);
        }
        self.violations.truncate(before.violations);
        self.buffers.notes.truncate(before.notes);
        self.buffers.left_out.truncate(before.left_out);
        self.buffers.passed_over.places.truncate(before.places);
        self.buffers.passed_over.at_top = before.at_top;
        self.reserved = before.reserved;
    }

    fn step_slots(&mut self, step: &'p WriteElement, complex: &'p ComplexPlan, value: Value<'p>) {
        let WriteContent::Object(content) = step.content else { return };
        let beside: &[&str] = if content.nillable { &["$nil"] } else { &[] };
        let Some(object) = self.open(complex, value, beside) else { return };
        let Some(writing) = complex.writing.as_ref().filter(|_| !content.attributes && !object.beside) else {
            let element = self.plan.element(step.element);
            self.put(&element.open);
            return self.object_element(element, object, value);
        };
        self.out.put_tag(&step.start);
        let before = self.out.len();
        self.steps(object, &writing.steps);
        self.step_end(step, before);
        self.buffers.slots.close(object);
    }

    /// An element without content is written as `<a/>`.
    #[inline]
    fn step_end(&mut self, step: &WriteElement, content: usize) {
        if self.out.len() == content {
            self.out.truncate(content - 1);
            self.put("/>");
        } else {
            self.out.put_tag(&step.end);
        }
    }
}

/// How far a message is written, and what was told of it.
#[derive(Clone, Copy)]
struct State {
    out: usize,
    violations: usize,
    notes: usize,
    left_out: usize,
    places: usize,
    at_top: usize,
    reserved: Reserved,
}

/// Whether the members of `value` come in the order of `steps`, with those that are needed. That is seen by their keys alone.
fn is_in_order(steps: &[WriteStep], needed: Needed, value: Value<'_>) -> bool {
    let mut members = value.members();
    let present = present(steps, &mut members);
    present.is_some_and(|present| members.is_done() && needed.0 & !present == 0)
}

/// The members that come in the order of `steps`, each a bit; nothing where a choice has not what it needs.
#[inline]
fn present(steps: &[WriteStep], members: &mut Members<'_>) -> Option<u64> {
    let mut present = 0;
    for step in steps {
        match step {
            WriteStep::Element(step) => present |= taken(step, members),
            WriteStep::Choice(choice) => present |= chosen(choice, |step| taken(step, members))?,
            WriteStep::Node(_) => return None,
        }
    }
    Some(present)
}

#[inline]
fn taken(step: &WriteElement, members: &mut Members<'_>) -> u64 {
    if step.bit != 0 && members.skip_if_key(&step.key) { step.bit } else { 0 }
}

/// The members of one branch, where `take` takes the next member if it is that of an element, and gives its bit.
fn chosen<'p>(choice: &'p WriteChoice, mut take: impl FnMut(&'p WriteElement) -> u64) -> Option<u64> {
    let mut found = None;
    for branch in &choice.branches {
        let present = branch.elements.iter().fold(0, |present, step| present | take(step));
        if present != 0 && (found.replace(present).is_some() || branch.needed & !present != 0) {
            return None;
        }
    }
    found.or(choice.emptiable.then_some(0))
}

/// So many values and keys may be written in vain, once in a message for each object around them.
const FEW: usize = 256;
