//! The values of JSON objects that are open: where each stands in the output, so that lists can be gathered.

use std::ops::Range;

use crate::plan::{Bundle, Scope, ScopeIx, Slot, SlotIx};

/// A JSON object that is being written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object {
    pub(super) scope: ScopeIx,
    /// Where it begins, at its brace.
    pub(super) start: usize,
    /// The list that is open, and how many items it has.
    pub(super) list: Option<(SlotIx, u32)>,
    /// Whether it has a member.
    pub(super) members: bool,
    /// Where its pieces begin.
    pub(super) pieces: usize,
    /// Whether the elements of a list stand apart.
    pub(super) scattered: bool,
    /// Whether it is an array, without an object around it.
    pub(super) flat: bool,
}

impl Object {
    /// Its pieces among those of all open objects.
    pub(super) fn pieces_in<'d>(&self, pieces: &'d [Piece]) -> &'d [Piece] {
        pieces.get(self.pieces..).expect("pieces are given back when their object is closed, and not before")
    }
}

/// A value of an object whose lists may be scattered. There may be as many as elements, so they are small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) slot: SlotIx,
    /// Where its comma or key begins.
    pub(super) head: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Piece {
    fn of<'o>(&self, out: &'o [u8]) -> &'o [u8] {
        written(out, self.start as usize..self.end as usize)
    }
}

/// A part of what was written.
pub(super) fn written(out: &[u8], part: Range<usize>) -> &[u8] {
    out.get(part)
        .expect("places in the output are kept of what was written, and it only grows while they are used")
}

/// The values of an object that is written again.
pub(super) struct Pieces<'g> {
    pub(super) scope: &'g Scope,
    /// What the pieces are of.
    pub(super) out: &'g [u8],
    pub(super) pieces: &'g [Piece],
}

impl Pieces<'_> {
    /// A sub-object that only JSON has; none when none of its members is there.
    pub(super) fn gather_bundle(&self, out: &mut Vec<u8>, bundle: &Bundle, at: u32) {
        let before = out.len();
        separate(out);
        out.extend_from_slice(bundle.json.as_bytes());
        out.push(b'{');
        let empty = out.len();
        let slots = self.scope.slots.iter().zip((0..).map(SlotIx));
        for (slot, ix) in slots.filter(|(slot, _)| slot.bundle == Some(at)) {
            self.gather_slot(out, slot, ix);
        }
        if out.len() == empty {
            return out.truncate(before);
        }
        out.push(b'}');
    }

    pub(super) fn gather_slot(&self, out: &mut Vec<u8>, slot: &Slot, ix: SlotIx) {
        let mut pieces = self.pieces.iter().filter(|piece| piece.slot == ix);
        let Some(first) = pieces.next() else { return };
        separate(out);
        out.extend_from_slice(slot.json.as_bytes());
        if slot.list {
            out.push(b'[');
        }
        out.extend_from_slice(first.of(self.out));
        for piece in pieces {
            out.push(b',');
            out.extend_from_slice(piece.of(self.out));
        }
        if slot.list {
            out.push(b']');
        }
    }
}

/// A comma, unless an object begins.
fn separate(out: &mut Vec<u8>) {
    if out.last().is_some_and(|byte| *byte != b'{') {
        out.push(b',');
    }
}
