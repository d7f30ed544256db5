//! Steps: the common case of content, for which the plan has its tags and knows what its values need.
//!
//! A step writes an element only where all of it is as expected. Otherwise nothing is written, and the general way of the same element
//! goes on from there: it writes what is merely unusual, and reports what is wrong.
//!
//! The members of most objects come in the order of their type. That is seen by their keys alone, and they are then written while they
//! are walked; those of other objects are put into slots first.

use super::options::EmptyAs;
use super::run::Run;
use super::slots::Object;
use crate::json::{Key, Kind, Members, Value};
use crate::plan::{
    ComplexPlan, ItemCount, ScopeIx, Shape, WriteChoice, WriteContent, WriteElement, WriteNumber,
    WriteObject, WriteStep, Writing,
};
use crate::xsd::simple::Quick;

/// An object whose members come in the order of its type.
#[derive(Clone, Copy)]
pub(super) struct Ordered<'p> {
    complex: &'p ComplexPlan,
    writing: &'p Writing,
    value: Value<'p>,
    /// The members that are there, each a bit.
    present: u64,
}

impl<'p> Run<'_, 'p> {
    /// `value` as an object of `complex` with all that it needs, and in order.
    pub(super) fn ordered(&self, complex: &'p ComplexPlan, value: Value<'p>) -> Option<Ordered<'p>> {
        let writing = complex.writing.as_ref()?;
        let needed = writing.in_order?;
        let plain = self.options.empty_as != EmptyAs::Absent && self.encoding.is_none();
        if !plain || value.kind() != Kind::Object {
            return None;
        }
        let mut members = value.members();
        let present = present(&writing.steps, &mut members)?;
        (members.is_done() && needed.0 & !present == 0).then_some(Ordered {
            complex,
            writing,
            value,
            present,
        })
    }

    /// The children of an object.
    pub(super) fn put_ordered(&mut self, object: Ordered<'p>) {
        let mut members = object.value.members();
        for step in &object.writing.steps {
            match step {
                WriteStep::Element(step) => self.ordered_step(object, step, &mut members),
                WriteStep::Choice(choice) => {
                    for step in choice.branches.iter().flat_map(|branch| &branch.elements) {
                        self.ordered_step(object, step, &mut members);
                    }
                }
                WriteStep::Node(_) => {}
            }
        }
    }

    #[inline]
    fn ordered_step(&mut self, object: Ordered<'p>, step: &'p WriteElement, members: &mut Members<'p>) {
        if object.present & step.bit == 0 {
            return;
        }
        let Some(member) = members.next() else { return };
        if !self.step_filled(step, member.value()) {
            self.step_alone(object.complex, step, member.value());
        }
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
            None => self.step_value(step, value) || self.step_object(step, value, None),
            Some(items) => self.step_items(step, items, value),
        }
    }

    fn step_items(&mut self, step: &'p WriteElement, items: ItemCount, value: Value<'p>) -> bool {
        if value.kind() != Kind::Array || !(items.least..=items.most).contains(&value.len()) {
            return false;
        }
        for (at, item) in value.items().enumerate() {
            let at = Some(at as u32);
            if !self.step_value(step, item) && !self.step_object(step, item, at) {
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

    /// An element with a simple value. False where nothing is written.
    #[inline]
    fn step_value(&mut self, step: &WriteElement, value: Value<'p>) -> bool {
        match &step.content {
            WriteContent::Text => self.step_text(step, None, value),
            WriteContent::String(quick) => self.step_text(step, Some(quick), value),
            WriteContent::Number(expected) => self.step_number(step, expected, value),
            WriteContent::Boolean if value.kind() == Kind::Bool => self.step_raw(step, value.raw()),
            WriteContent::Boolean | WriteContent::Object(_) | WriteContent::Other => false,
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

    /// A text that is not empty.
    fn step_text(&mut self, step: &WriteElement, quick: Option<&Quick>, value: Value<'p>) -> bool {
        if let Some(text) = value.plain_str() {
            return self.step_str(step, quick, text);
        }
        let mut buffer = std::mem::take(&mut self.buffers.lexical);
        let text = value.str_in(&mut buffer);
        let written = text.is_some_and(|text| self.step_str(step, quick, text));
        self.buffers.lexical = buffer;
        written
    }

    #[inline]
    fn step_str(&mut self, step: &WriteElement, quick: Option<&Quick>, text: &str) -> bool {
        if text.is_empty() || quick.is_some_and(|quick| !quick.takes(text)) {
            return false;
        }
        let before = self.out.len();
        self.out.put_tag(&step.start);
        if self.out.text(text).is_err() {
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
        match self.ordered(complex, value) {
            Some(object) => self.step_ordered(step, object),
            None => self.step_slots(step, complex, value),
        }
        self.path.pop();
        true
    }

    #[inline]
    fn step_ordered(&mut self, step: &'p WriteElement, object: Ordered<'p>) {
        self.out.put_tag(&step.start);
        let before = self.out.len();
        self.put_ordered(object);
        self.step_end(step, before);
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

/// The members that come in the order of `steps`, each a bit; nothing where a choice has not what it needs.
#[inline]
fn present(steps: &[WriteStep], members: &mut Members<'_>) -> Option<u64> {
    let mut present = 0;
    for step in steps {
        match step {
            WriteStep::Element(step) => present |= taken(step, members),
            WriteStep::Choice(choice) => present |= chosen(choice, members)?,
            WriteStep::Node(_) => return None,
        }
    }
    Some(present)
}

#[inline]
fn taken(step: &WriteElement, members: &mut Members<'_>) -> u64 {
    let is_next = |key: &Key, members: &mut Members<'_>| members.next_if_key(key).is_some();
    if step.bit != 0 && is_next(&step.key, members) { step.bit } else { 0 }
}

/// The members of one branch.
fn chosen(choice: &WriteChoice, members: &mut Members<'_>) -> Option<u64> {
    let mut found = None;
    for branch in &choice.branches {
        let present = branch.elements.iter().fold(0, |present, step| present | taken(step, members));
        if present != 0 && (found.replace(present).is_some() || branch.needed & !present != 0) {
            return None;
        }
    }
    found.or(choice.emptiable.then_some(0))
}
