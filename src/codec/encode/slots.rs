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
    /// Whether there are members that are not of its type.
    pub(super) beside: bool,
}

impl Object<'_> {
    #[inline]
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
    #[inline]
    fn put(&mut self, value: Value<'_>) {
        self.place = value.index() as u32 + 1;
    }
}

/// The slots of all objects that are open, to be used again and again.
#[derive(Debug, Default)]
pub(super) struct Slots {
    filled: Vec<Filled>,
    /// So many of them are in use.
    open: usize,
}

impl Slots {
    /// Forgets all objects.
    pub(super) fn clear(&mut self) {
        self.open = 0;
    }

    /// Opens an object with empty slots.
    #[inline]
    pub(super) fn open<'p>(&mut self, complex: &'p ComplexPlan, scope: ScopeIx) -> Object<'p> {
        let base = self.open;
        self.open += complex.scope(scope).slots.len();
        match self.filled.get_mut(base..self.open) {
            Some(slots) => slots.iter_mut().for_each(|slot| *slot = Filled::default()),
            None => self.grow(base),
        }
        Object { complex, scope, base: base as u32, beside: false }
    }

    #[cold]
    fn grow(&mut self, base: usize) {
        self.filled.truncate(base);
        self.filled.resize(self.open, Filled::default());
    }

    /// Gives the slots of `object` back.
    #[inline]
    pub(super) fn close(&mut self, object: Object<'_>) {
        self.open = object.base as usize;
    }

    /// Where the value of a slot stands in the document; nothing when there is none.
    #[inline]
    pub(super) fn token(&self, object: Object<'_>, slot: SlotIx) -> Option<u32> {
        self.filled.get(object.place(slot)).and_then(|filled| filled.place.checked_sub(1))
    }

    /// How many items of the list in a slot are written; how many members the slot for unknown ones has.
    #[inline]
    pub(super) fn taken(&self, object: Object<'_>, slot: SlotIx) -> usize {
        self.filled.get(object.place(slot)).map_or(0, |filled| filled.taken as usize)
    }

    /// Says that so many items of the list in a slot are written.
    #[inline]
    pub(super) fn take(&mut self, object: Object<'_>, slot: SlotIx, taken: usize) {
        if let Some(filled) = self.filled.get_mut(object.place(slot)) {
            filled.taken = taken as u32;
        }
    }

    #[inline]
    pub(super) fn put(&mut self, object: Object<'_>, slot: SlotIx, value: Value<'_>) {
        if let Some(filled) = self.filled.get_mut(object.place(slot)) {
            filled.put(value);
        }
    }

    /// Remembers that `value` has one more member for the slot of unknown members.
    pub(super) fn put_unknown(&mut self, object: Object<'_>, value: Value<'_>) {
        let slot = object.complex.extra;
        if let Some(filled) = slot.and_then(|slot| self.filled.get_mut(object.place(slot))) {
            filled.put(value);
            filled.taken += 1;
        }
    }
}
