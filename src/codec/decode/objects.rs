//! JSON objects while they are written: keys, commas, and lists whose items may stand apart in the document.

use super::pieces::{Object, Piece, Pieces, written};
use super::run::{Run, Target};
use crate::codec::order::Match;
use crate::json::write::write_string;
use crate::plan::{ComplexPlan, ScopeIx, SlotIx, Step};

impl<'p> Run<'_, 'p> {
    /// Writes members that stand ready as bytes.
    pub(super) fn put_members(&mut self, members: &[u8]) {
        self.members = true;
        if !members.is_empty() {
            self.comma();
            self.out.put_bytes(members);
        }
    }

    /// A value that is not an object, and began at `start`, stands beside the members that stand ready.
    pub(super) fn put_members_around(&mut self, start: usize) {
        if self.members || self.options.members.is_empty() {
            return;
        }
        let before = [b"{", self.options.members, b",\"$value\":"].concat();
        self.out.with(|out| out.splice(start..start, before).for_each(drop));
        self.out.push(b'}');
    }

    /// Writes a string.
    pub(super) fn put_string(&mut self, text: &str) {
        self.put_written(|out| write_string(out, text));
    }

    /// Writes what `write` writes.
    pub(super) fn put_written<R>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let mut out = std::mem::take(&mut self.buffers.written);
        out.clear();
        let result = write(&mut out);
        self.out.put_bytes(&out);
        self.buffers.written = out;
        result
    }

    /// Writes `byte` so many times.
    pub(super) fn put_times(&mut self, byte: u8, times: usize) {
        (0..times).for_each(|_| self.out.push(byte));
    }

    /// The place of the next item in the list of `slot`.
    pub(super) fn next_index(&self, slot: SlotIx) -> u32 {
        let open = self.buffers.objects.last().and_then(|object| object.list);
        open.filter(|(list, _)| *list == slot).map_or(0, |(_, count)| count)
    }

    /// Ends an object that no plan describes.
    pub(super) fn close_plain_object(&mut self) {
        self.out.push(b'}');
        self.buffers.objects.pop();
    }

    /// Writes `"key":`, where `key` is escaped already.
    pub(super) fn put_key(&mut self, json: &str) {
        self.comma();
        self.out.put_bytes(json.as_bytes());
    }

    /// Closes the turns that have ended and opens those that begin, so that the top object is the node's.
    pub(super) fn enter_scopes(&mut self, complex: &'p ComplexPlan, found: Match) {
        if complex.scopes.len() == 1 {
            return;
        }
        let keep = found.turn.map_or(complex.node(found.node).scope, |turn| complex.node(turn).scope);
        while self.top().is_some_and(|object| object.scope != keep && object.scope != ScopeIx::FIRST) {
            self.close_object(complex);
            self.path.pop();
        }
        for group in complex.groups_between(found.node, keep) {
            let node = complex.node(group);
            let Some(scope) = complex.turns(node) else { continue };
            let index = self.next_index(node.slot);
            self.begin_slot(complex, node.scope, node.slot);
            self.path.push("", Some(&complex.slot(node).key), Some(index));
            self.open_object(scope);
        }
    }

    /// Lists of the contract that are always there.
    pub(super) fn absent_lists(&mut self, complex: &'p ComplexPlan) {
        while self.top().is_some_and(|object| object.scope != ScopeIx::FIRST) {
            self.close_object(complex);
            self.path.pop();
        }
        let Some(scope) = complex.scopes.first() else { return };
        for (slot, ix) in scope.slots.iter().zip((0..).map(SlotIx)) {
            if slot.always && !self.has_piece(ix) {
                self.begin_slot(complex, ScopeIx::FIRST, ix);
            }
        }
    }

    pub(super) fn has_piece(&self, slot: SlotIx) -> bool {
        let Some(object) = self.top() else { return true };
        let pieces = object.pieces_in(&self.buffers.pieces);
        pieces.iter().any(|piece| piece.slot == slot)
    }

    /// Whether nothing is written into `object`, which is that of the message, but the members that stood ready.
    pub(super) fn is_blank(&self, object: &Object) -> bool {
        let ready = if object.flat { 0 } else { self.options.members.len() };
        self.out.len() == object.start + 1 + ready
    }

    pub(super) fn top(&self) -> Option<&Object> {
        self.buffers.objects.last()
    }

    pub(super) fn with_top(&mut self, change: impl FnOnce(&mut Object)) {
        if let Some(object) = self.buffers.objects.last_mut() {
            change(object);
        }
    }

    pub(super) fn open_object(&mut self, scope: ScopeIx) {
        let pieces = self.buffers.pieces.len();
        self.buffers.objects.push(Object {
            scope,
            start: self.out.len(),
            list: None,
            members: false,
            pieces,
            scattered: false,
            flat: false,
        });
        self.out.push(b'{');
    }

    /// An array whose wrapper does not show in JSON.
    pub(super) fn open_array(&mut self) {
        self.open_object(ScopeIx::FIRST);
        self.out.pop();
        self.out.push(b'[');
        self.with_top(|object| {
            object.flat = true;
            object.list = Some((SlotIx(0), 0));
        });
    }

    pub(super) fn close_array(&mut self) {
        self.out.push(b']');
        if let Some(object) = self.buffers.objects.pop() {
            self.buffers.pieces.truncate(object.pieces);
        }
        let depth = self.buffers.objects.len();
        self.unknown_members.take(depth + 1);
    }

    pub(super) fn close_object(&mut self, complex: &'p ComplexPlan) {
        self.close_list();
        self.out.push(b'}');
        let Some(object) = self.buffers.objects.pop() else { return };
        let bundled = object.scope == ScopeIx::FIRST && !complex.bundles.is_empty();
        if object.scattered || bundled {
            self.gather(complex, &object);
        }
        self.buffers.pieces.truncate(object.pieces);
        self.put_kept();
        if object.scope != ScopeIx::FIRST {
            self.end_piece();
        }
    }

    /// The members that were kept for the end of the object that has just been closed.
    fn put_kept(&mut self) {
        if self.unknown_members.is_empty() {
            return;
        }
        let depth = self.buffers.objects.len() + 1;
        for member in self.unknown_members.take(depth) {
            self.out.pop();
            if self.out.written().last() != Some(&b'{') {
                self.out.push(b',');
            }
            self.out.put_bytes(&member);
            self.out.push(b'}');
        }
    }

    /// Writes the object again, each list in one piece, where its first item stood.
    pub(super) fn gather(&mut self, complex: &ComplexPlan, object: &Object) {
        let mut gathered = std::mem::take(&mut self.buffers.gathered);
        gathered.clear();
        let pieces = object.pieces_in(&self.buffers.pieces);
        let head = pieces.first().map_or(self.out.len(), |piece| piece.head as usize);
        gathered.extend_from_slice(written(self.out.written(), object.start..head));
        let from = Pieces { scope: complex.scope(object.scope), out: self.out.written(), pieces };
        for (slot, ix) in from.scope.slots.iter().zip((0..).map(SlotIx)) {
            if slot.bundle.is_none() {
                from.gather_slot(&mut gathered, slot, ix);
            }
        }
        for (bundle, at) in complex.bundles.iter().zip(0..) {
            from.gather_bundle(&mut gathered, bundle, at);
        }
        gathered.push(b'}');
        self.out.truncate(object.start);
        self.out.put_bytes(&gathered);
        self.buffers.gathered = gathered;
    }

    pub(super) fn comma(&mut self) {
        if self.top().is_some_and(|object| object.members) {
            self.out.push(b',');
        }
        self.with_top(|object| object.members = true);
    }

    pub(super) fn close_list(&mut self) {
        if self.top().is_some_and(|object| object.list.is_some()) {
            self.out.push(b']');
            self.with_top(|object| object.list = None);
        }
    }

    pub(super) fn begin_value(&mut self, target: Target<'p>) {
        if let Some(complex) = target.parent {
            self.begin_slot(complex, target.scope, target.slot);
        }
    }

    /// The same for a value whose place is that of `step`, the first time that its elements are there.
    #[inline]
    pub(super) fn begin_step(&mut self, step: &Step) -> BeforeStep {
        let out = self.out.len();
        let Some(object) = self.buffers.objects.last_mut() else {
            return BeforeStep { out, list: None, members: false };
        };
        let (before, head) = (BeforeStep { out, list: object.list, members: object.members }, out as u32);
        match object.list {
            Some((open, count)) if open == step.slot => {
                if count > 0 || !object.flat {
                    self.out.push(b',');
                }
            }
            open => {
                if open.is_some() {
                    self.out.push(b']');
                }
                self.out.put_tag(if object.members { &step.lead } else { &step.first });
                object.members = true;
                object.list = step.list.then_some((step.slot, 0));
            }
        }
        let start = self.out.len() as u32;
        self.buffers.pieces.push(Piece { slot: step.slot, head, start, end: start });
        before
    }

    /// Forgets a value that was begun.
    #[cold]
    pub(super) fn undo_step(&mut self, before: BeforeStep) {
        self.out.truncate(before.out);
        if let Some(object) = self.buffers.objects.last_mut() {
            (object.list, object.members) = (before.list, before.members);
            self.buffers.pieces.pop();
        }
    }

    /// Writes what comes before a value: a comma, a key, the bracket of a list.
    pub(super) fn begin_slot(&mut self, complex: &'p ComplexPlan, scope: ScopeIx, ix: SlotIx) {
        let Some(slot) = complex.scope(scope).slots.get(ix.index()) else { return };
        let head = self.out.len() as u32;
        if self.top().and_then(|object| object.list).is_some_and(|(open, _)| open == ix) {
            if self.top().is_none_or(|object| !object.flat || object.list.is_some_and(|(_, count)| count > 0))
            {
                self.out.push(b',');
            }
        } else {
            self.close_list();
            self.comma();
            self.out.put_bytes(slot.json.as_bytes());
            if slot.list {
                self.out.push(b'[');
                let scattered = self.top().is_some_and(|object| object.scattered) || self.has_piece(ix);
                self.with_top(|object| {
                    object.list = Some((ix, 0));
                    object.scattered = scattered;
                });
            }
        }
        let start = self.out.len() as u32;
        self.buffers.pieces.push(Piece { slot: ix, head, start, end: start });
    }

    pub(super) fn end_value(&mut self, target: Target<'p>) {
        if target.parent.is_some() {
            self.end_piece();
        }
    }

    #[inline]
    pub(super) fn end_piece(&mut self) {
        let end = self.out.len() as u32;
        if let Some(piece) = self.buffers.pieces.last_mut() {
            piece.end = end;
        }
        if let Some(Object { list: Some((_, count)), .. }) = self.buffers.objects.last_mut() {
            *count += 1;
        }
    }
}

/// What an object was before one more value was begun.
#[derive(Clone, Copy)]
pub(super) struct BeforeStep {
    out: usize,
    list: Option<(SlotIx, u32)>,
    members: bool,
}
