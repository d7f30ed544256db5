//! The members of one JSON object, put into the slots of the type that it is of.

use super::{EmptyAs, Encoder, HEADERS, Run};
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::plan::{ComplexPlan, Role, ScopeIx, SlotIx};

/// An object whose members stand in the slots of one scope of a type: the whole of it, or one turn of a repeated group.
#[derive(Clone, Copy)]
pub(super) struct Object<'p> {
    pub(super) complex: &'p ComplexPlan,
    scope: ScopeIx,
    /// Where its slots begin among those of all open objects.
    base: u32,
}

impl Object<'_> {
    fn place(self, slot: SlotIx) -> usize {
        self.base as usize + slot.index()
    }
}

/// A slot's value, and how many items of a list are written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Filled {
    /// One more than the value's token; zero where there is none.
    place: u32,
    taken: u32,
}

impl Filled {
    fn put(&mut self, value: Value<'_>) {
        self.place = value.index() as u32 + 1;
    }
}

impl Encoder {
    /// Opens an object with empty slots.
    pub(super) fn open<'p>(&mut self, complex: &'p ComplexPlan, scope: ScopeIx) -> Object<'p> {
        let base = self.values.len();
        self.values.resize(base + complex.scope(scope).slots.len(), Filled::default());
        Object { complex, scope, base: base as u32 }
    }

    /// Gives the slots of `object` back.
    pub(super) fn close(&mut self, object: Object<'_>) {
        self.values.truncate(object.base as usize);
    }

    /// Where the value of a slot stands in the document; nothing when there is none.
    pub(super) fn token(&self, object: Object<'_>, slot: SlotIx) -> Option<u32> {
        self.values.get(object.place(slot)).and_then(|filled| filled.place.checked_sub(1))
    }

    /// How many items of the list in a slot are written; how many members the slot for unknown ones has.
    pub(super) fn taken(&self, object: Object<'_>, slot: SlotIx) -> usize {
        self.values.get(object.place(slot)).map_or(0, |filled| filled.taken as usize)
    }

    /// Says that so many items of the list in a slot are written.
    pub(super) fn take(&mut self, object: Object<'_>, slot: SlotIx, taken: usize) {
        if let Some(filled) = self.values.get_mut(object.place(slot)) {
            filled.taken = taken as u32;
        }
    }

    pub(super) fn put(&mut self, object: Object<'_>, slot: SlotIx, value: Value<'_>) {
        if let Some(filled) = self.values.get_mut(object.place(slot)) {
            filled.put(value);
        }
    }

    /// Remembers that `value` has one more member for the slot of unknown members.
    fn put_unknown(&mut self, object: Object<'_>, value: Value<'_>) {
        let slot = object.complex.extra;
        if let Some(filled) = slot.and_then(|slot| self.values.get_mut(object.place(slot))) {
            filled.put(value);
            filled.taken += 1;
        }
    }
}

impl<'p> Run<'_, 'p> {
    /// The value of a slot, if there is one.
    pub(super) fn filled(&self, object: Object<'p>, slot: SlotIx) -> Option<Value<'p>> {
        self.document.value(self.buffers.token(object, slot)? as usize)
    }

    /// Opens the object `value`; nothing, after a report, when it is another kind of value. The keys `beside` are not of its
    /// type and are read elsewhere.
    pub(super) fn open(
        &mut self,
        complex: &'p ComplexPlan,
        value: Value<'p>,
        beside: &[&str],
    ) -> Option<Object<'p>> {
        if value.kind() != Kind::Object {
            self.report(Breach::Type, "expected an object".to_owned());
            return None;
        }
        let object = self.buffers.open(complex, ScopeIx::FIRST);
        self.fill(object, value, beside);
        Some(object)
    }

    /// Puts the members of `value` into the slots of `object`.
    pub(super) fn fill(&mut self, object: Object<'p>, value: Value<'p>, beside: &[&str]) {
        let complex = object.complex;
        let keys = &complex.scope(object.scope).keys;
        let whole = object.scope == ScopeIx::FIRST;
        let headers = std::mem::take(&mut self.headers);
        for member in value.members() {
            let key = member.key();
            match keys.find(&key) {
                None if headers && key == HEADERS => {}
                None if beside.contains(&&*key) => {}
                None if whole && self.is_wild_attribute(complex, &key) => {}
                None if whole && complex.extra.is_some() => self.buffers.put_unknown(object, value),
                None => self.unknown(keys, &key),
                Some(slot) => self.fill_slot(object, slot, member.value()),
            }
        }
    }

    fn fill_slot(&mut self, object: Object<'p>, ix: SlotIx, value: Value<'p>) {
        let Some(slot) = object.complex.scope(object.scope).slots.get(ix.index()) else { return };
        if let Role::Bundle(bundle) = slot.role {
            return self.fill_bundle(object, bundle, value);
        }
        let absent = slot.blank_absent || self.options.empty_as == EmptyAs::Absent;
        if !(absent && is_blank(value)) {
            self.buffers.put(object, ix, value);
        }
    }

    /// The members of a sub-object that only JSON has.
    fn fill_bundle(&mut self, object: Object<'p>, bundle: u32, value: Value<'p>) {
        let Some(bundle) = object.complex.bundles.get(bundle as usize) else { return };
        self.path.push("", Some(&bundle.key), None);
        if value.kind() != Kind::Object {
            self.report(Breach::Type, "expected an object".to_owned());
        }
        for member in value.members() {
            match bundle.keys.find(&member.key()) {
                Some(slot) => self.fill_slot(object, slot, member.value()),
                None => self.unknown(&bundle.keys, &member.key()),
            }
        }
        self.path.pop();
    }
}

pub(super) fn is_blank(value: Value<'_>) -> bool {
    value.kind() == Kind::String && value.raw().len() == "\"\"".len()
}
