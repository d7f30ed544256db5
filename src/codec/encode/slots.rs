//! The members of JSON objects, in the slots of the types that they are of.

use crate::json::Value;
use crate::plan::{ComplexPlan, ScopeIx, SlotIx};

/// An object whose members stand in the slots of one scope of a type: the whole of it, or one turn of a repeated group.
#[derive(Clone, Copy)]
pub(super) struct Object<'p> {
    pub(super) complex: &'p ComplexPlan,
    pub(super) scope: ScopeIx,
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
struct Filled {
    /// One more than the value's token; zero where there is none.
    place: u32,
    taken: u32,
}

impl Filled {
    fn put(&mut self, value: Value<'_>) {
        self.place = value.index() as u32 + 1;
    }
}

/// The slots of all objects that are open, to be used again and again.
#[derive(Debug, Default)]
pub(super) struct Slots(Vec<Filled>);

impl Slots {
    /// Forgets all objects.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Opens an object with empty slots.
    pub(super) fn open<'p>(&mut self, complex: &'p ComplexPlan, scope: ScopeIx) -> Object<'p> {
        let base = self.0.len();
        self.0.resize(base + complex.scope(scope).slots.len(), Filled::default());
        Object { complex, scope, base: base as u32 }
    }

    /// Gives the slots of `object` back.
    pub(super) fn close(&mut self, object: Object<'_>) {
        self.0.truncate(object.base as usize);
    }

    /// Where the value of a slot stands in the document; nothing when there is none.
    pub(super) fn token(&self, object: Object<'_>, slot: SlotIx) -> Option<u32> {
        self.0.get(object.place(slot)).and_then(|filled| filled.place.checked_sub(1))
    }

    /// How many items of the list in a slot are written; how many members the slot for unknown ones has.
    pub(super) fn taken(&self, object: Object<'_>, slot: SlotIx) -> usize {
        self.0.get(object.place(slot)).map_or(0, |filled| filled.taken as usize)
    }

    /// Says that so many items of the list in a slot are written.
    pub(super) fn take(&mut self, object: Object<'_>, slot: SlotIx, taken: usize) {
        if let Some(filled) = self.0.get_mut(object.place(slot)) {
            filled.taken = taken as u32;
        }
    }

    pub(super) fn put(&mut self, object: Object<'_>, slot: SlotIx, value: Value<'_>) {
        if let Some(filled) = self.0.get_mut(object.place(slot)) {
            filled.put(value);
        }
    }

    /// Remembers that `value` has one more member for the slot of unknown members.
    pub(super) fn put_unknown(&mut self, object: Object<'_>, value: Value<'_>) {
        let slot = object.complex.extra;
        if let Some(filled) = slot.and_then(|slot| self.0.get_mut(object.place(slot))) {
            filled.put(value);
            filled.taken += 1;
        }
    }
}
