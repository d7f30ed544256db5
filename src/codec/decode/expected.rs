//! The quick way through a content model: what the steps of the type expect next is compared with what stands there, and its
//! value goes straight to where it belongs.
//!
//! Where something else stands, `content` goes on from that point, with all that was read so far, so that nothing is read twice,
//! whatever stands there.

use super::run::{Run, Target};
use super::simple::{Given, Said, SimpleElement};
use crate::codec::order::Walk;
use crate::plan::{ComplexPlan, ScopeIx, Shape, Step, StepIx, StepValue, TextStep};
use crate::xml::{self, Leaf, LeafStart, Plain, Reader};
use crate::xsd::simple::Quick;

/// The children of an element while they are read.
pub(super) struct Children<'p> {
    complex: &'p ComplexPlan,
    /// The step that is expected.
    at: StepIx,
    /// How often its element was there.
    count: u32,
    /// The state of the content model; nothing while all children were those that were expected.
    pub(super) walk: Option<Walk<'p>>,
}

impl<'p> Children<'p> {
    pub(super) fn of(complex: &'p ComplexPlan) -> Self {
        Self { complex, at: complex.steps.first(), count: 0, walk: None }
    }

    /// Goes on behind a child that the content model has placed; false where only that can tell what may follow.
    pub(super) fn resume(&mut self, counts: &[u32]) -> bool {
        let walk = self.walk.as_ref().filter(|walk| !walk.is_scattered());
        let behind = walk.and_then(|walk| {
            let node = walk.at();
            self.complex.steps.behind(node, node.map_or(0, |node| walk.seen(counts, node)))
        });
        if let Some((at, count)) = behind {
            (self.at, self.count) = (at, count);
        }
        behind.is_some()
    }
}

impl<'p> Run<'_, 'p> {
    /// Reads children as long as each is one that is expected. Says whether that were all, so that the end tag was read as well.
    pub(super) fn expected(
        &mut self,
        children: &mut Children<'p>,
        reader: &mut Reader<'_>,
    ) -> Result<bool, xml::Error> {
        let complex = children.complex;
        while let Some(step) = complex.steps.get(children.at) {
            let pieces = self.buffers.pieces.len();
            if self.expected_child(complex, step, reader)? {
                if self.buffers.pieces.len() == pieces {
                    // Nothing shows that it was there.
                    self.walk(children);
                }
                children.count += 1;
                if let Some(walk) = &mut children.walk {
                    walk.place(&mut self.buffers.counts, step.node, children.count);
                }
                if children.count >= step.max {
                    (children.at, children.count) = (step.after, 0);
                }
            } else {
                (children.at, children.count) = (step.without(children.count), 0);
            }
        }
        Ok(children.at == StepIx::END && reader.close_expected())
    }

    /// Reads the child that `step` expects, if it is there.
    fn expected_child(
        &mut self,
        complex: &'p ComplexPlan,
        step: &'p Step,
        reader: &mut Reader<'_>,
    ) -> Result<bool, xml::Error> {
        match &step.value {
            StepValue::Text(of) => {
                let Some(found) = reader.leaf_start(step.name()) else { return Ok(false) };
                if of.any && self.put_leaf(step, found, reader) {
                    return Ok(true);
                }
                let Some(leaf) = reader.text_leaf_at(found) else { return Ok(false) };
                let text = match leaf {
                    Leaf::Plain(text) => text,
                    Leaf::Resolved { unescaped } => Plain::alone(reader.text(), unescaped),
                };
                if !self.expected_text(step, of, text) {
                    self.any_text(complex, step, Given { text: text.text(), reader });
                }
            }
            StepValue::Object | StepValue::Other => {
                if !reader.open_expected(step.name()) {
                    return Ok(false);
                }
                self.expected_element(complex, step, reader)?;
            }
        }
        Ok(true)
    }

    /// Writes any text that is the same in JSON while it is read; false for any other, of which nothing is read.
    #[inline]
    fn put_leaf(&mut self, step: &Step, found: LeafStart, reader: &mut Reader<'_>) -> bool {
        let before = self.begin_step(step);
        self.out.push(b'"');
        if !reader.put_leaf(found, &mut self.out) {
            self.undo_step(before);
            return false;
        }
        self.out.push(b'"');
        self.end_piece();
        true
    }

    /// Writes a value that is the same in JSON; false for any other.
    #[inline]
    fn expected_text(&mut self, step: &Step, of: &TextStep, text: Plain<'_>) -> bool {
        let takes = |quick: &Quick| quick.takes_all() || quick.takes(text.text());
        if text.len() == 0 || of.day && text.len() != DAY || !of.quick.as_ref().is_some_and(takes) {
            return false;
        }
        self.begin_step(step);
        let Plain { document, start, end, unescaped } = text;
        match (of.string, unescaped) {
            (false, _) => self.out.put_within(document.as_bytes(), start, end),
            (true, true) => {
                self.out.push(b'"');
                self.out.put_within(document.as_bytes(), start, end);
                self.out.push(b'"');
            }
            (true, false) => self.put_string(text.text()),
        }
        self.end_piece();
        true
    }

    /// Any text, empty ones and breaches included.
    fn any_text(&mut self, complex: &'p ComplexPlan, step: &'p Step, given: Given<'_, '_>) {
        let plan = self.plan;
        let (node, element) = (complex.node(step.node), plan.element(step.element));
        let Shape::Simple(simple) = &plan.type_plan(element.type_ix).shape else { return };
        self.enter_place(complex, node, element);
        let of = SimpleElement { element, simple, said: Said::Nothing };
        self.simple_value(of, Target::of(complex, node), given);
        self.leave_place(complex, node);
    }

    fn expected_element(
        &mut self,
        complex: &'p ComplexPlan,
        step: &'p Step,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let element = self.plan.element(step.element);
        self.enter_step(complex, step);
        match (&step.value, &self.plan.type_plan(element.type_ix).shape) {
            (StepValue::Object, Shape::Complex(inner)) => {
                self.begin_step(step);
                self.open_object(ScopeIx::FIRST);
                self.children(inner, None, reader)?;
                if inner.steps.fills() {
                    self.absent_lists(inner);
                }
                self.close_object(inner);
                self.end_piece();
            }
            _ => self.element(element, Target::of(complex, complex.node(step.node)), reader)?,
        }
        match step.key {
            Some(_) => self.path.pop(),
            None => self.leave_place(complex, complex.node(step.node)),
        }
        Ok(())
    }

    /// The path leads on to an element of `step`.
    #[inline]
    fn enter_step(&mut self, complex: &'p ComplexPlan, step: &'p Step) {
        match &step.key {
            Some(key) => {
                let index = step.list.then(|| self.next_index(step.slot));
                self.path.push(&step.local, Some(key), index);
            }
            None => self.enter_place(complex, complex.node(step.node), self.plan.element(step.element)),
        }
    }

    /// The state of the content model, for which it is looked up which children were there.
    pub(super) fn walk<'c>(&mut self, children: &'c mut Children<'p>) -> &'c mut Walk<'p> {
        let complex = children.complex;
        let (plan, steps) = (self.plan, &complex.steps);
        children.walk.get_or_insert_with(|| {
            let mut walk = Walk::begin(plan, complex, &mut self.buffers.counts);
            let pieces = self.buffers.objects.last().map(|object| object.pieces_in(&self.buffers.pieces));
            for step in pieces.into_iter().flatten().filter_map(|piece| steps.of_slot(piece.slot)) {
                let count = walk.seen(&self.buffers.counts, step.node) + 1;
                walk.place(&mut self.buffers.counts, step.node, count);
            }
            walk
        })
    }
}

/// `2026-11-21`, without a zone.
const DAY: usize = 10;
