//! Content models: which child may stand where, and whether all are there.

use super::{Run, Target};
use crate::codec::order::{Match, Misfit, Walk, is_element};
use crate::codec::violation::Breach;
use crate::json::write::write_string;
use crate::plan::{ComplexPlan, NodeIx, NodeKind, ScopeIx};
use crate::xml::{self, Event, Name, Reader};

impl<'p> Run<'_, 'p> {
    pub(super) fn children(
        &mut self,
        complex: &'p ComplexPlan,
        mut first: Option<Event<'_>>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let mut walk = Walk::begin(complex, &mut self.buffers.counts);
        loop {
            let event = match first.take() {
                Some(Event::Start(name)) => {
                    self.child(complex, &mut walk, name, reader)?;
                    continue;
                }
                Some(_) => break,
                None => reader.next()?,
            };
            self.no_text(reader);
            match event {
                Event::Start(name) => self.child(complex, &mut walk, name, reader)?,
                Event::End | Event::Eof => break,
            }
        }
        self.complete(complex, &walk);
        walk.end(&mut self.buffers.counts);
        Ok(())
    }

    fn child(
        &mut self,
        complex: &'p ComplexPlan,
        walk: &mut Walk,
        name: Name<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        if self.any_order(complex) {
            return match self.find(complex, walk, name) {
                Some(node) => self.place(complex, Match { node, turn: None }, name, reader),
                None => self.stranger_of(complex, name, reader),
            };
        }
        match walk.step(self.plan, complex, &mut self.buffers.counts, name) {
            Ok(found) => self.place(complex, found, name, reader),
            Err(misfit) => self.misfit(complex, misfit, name, reader),
        }
    }

    /// A reply may hold the elements of a type in any order, unless order tells the turns of a group apart.
    fn any_order(&self, complex: &ComplexPlan) -> bool {
        !self.is_strict() && complex.scopes.len() == 1
    }

    fn find(&mut self, complex: &'p ComplexPlan, walk: &Walk, name: Name<'_>) -> Option<NodeIx> {
        let Some(at) = complex.nodes.iter().position(|node| is_element(self.plan, node, name)) else {
            return self.find_wild(complex, name);
        };
        let node = complex.nodes.get(at)?;
        let again = walk.see(&mut self.buffers.counts, at);
        if again > 1 && !complex.slot(node).list {
            self.report_at(&complex.slot(node).key, Breach::Duplicate, "expected only once");
        }
        Some(NodeIx::at(at))
    }

    fn misfit(
        &mut self,
        complex: &'p ComplexPlan,
        misfit: Misfit,
        name: Name<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let known = complex.nodes.iter().any(|node| is_element(self.plan, node, name));
        match misfit {
            _ if !known => return self.stranger_of(complex, name, reader),
            Misfit::Missing(node) => {
                let needed = self.key(complex, node);
                self.report_at(needed, Breach::Missing, &format!("required before {}", name.local));
            }
            Misfit::Unexpected => self.report_at(name.local, Breach::Order, "not possible here"),
        }
        reader.skip()
    }

    fn complete(&mut self, complex: &'p ComplexPlan, walk: &Walk) {
        if self.any_order(complex) {
            return self.complete_any(complex, walk);
        }
        if let Err(Misfit::Missing(node)) = walk.finish(self.plan, complex, &mut self.buffers.counts) {
            let key = self.key(complex, node);
            self.report_at(key, Breach::Missing, "required");
        }
    }

    /// In any order, an element is required when no choice and no optional group stands above it.
    fn complete_any(&mut self, complex: &'p ComplexPlan, walk: &Walk) {
        for (at, node) in complex.nodes.iter().enumerate() {
            let needed =
                node.min > 0 && matches!(node.kind, NodeKind::Element(_)) && complex.always_needed(node);
            if needed
                && walk.seen(&self.buffers.counts, at) == 0
                && !shared_seen(complex, walk, &self.buffers.counts, at)
            {
                self.report_at(&complex.slot(node).key, Breach::Missing, "required");
            }
        }
    }

    fn key(&self, complex: &'p ComplexPlan, node: NodeIx) -> &'p str {
        &complex.slot(complex.node(node)).key
    }

    /// Reads an element that found its node, into the object of its scope.
    fn place(
        &mut self,
        complex: &'p ComplexPlan,
        found: Match,
        name: Name<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.enter_scopes(complex, found);
        let node = complex.node(found.node);
        let NodeKind::Element(ix) = node.kind else {
            return self.wild_element(complex, found.node, name, reader);
        };
        let element = self.plan.element(ix);
        let slot = complex.slot(node);
        if complex.extra == Some(node.slot) && node.scope == ScopeIx::FIRST {
            return self.extra(complex, element, reader);
        }
        if slot.hidden {
            return reader.skip();
        }
        if let Some(bundle) = slot.bundle(complex) {
            self.path.push("", Some(&bundle.key), None);
        }
        let index = slot.list.then(|| self.next_index(node.slot));
        self.path.push(&element.local, (!complex.flat).then_some(&*slot.key), index);
        let target = Target { slot: Some((node.scope, node.slot)) };
        self.element(element, Some(complex), target, reader)?;
        self.path.pop();
        if slot.bundle.is_some() {
            self.path.pop();
        }
        Ok(())
    }

    /// The items of mixed content: `text`, then `event`, then what follows.
    pub(super) fn mixed_items<'i>(
        &mut self,
        complex: &'p ComplexPlan,
        text: &str,
        mut event: Event<'i>,
        reader: &mut Reader<'i>,
    ) -> Result<(), xml::Error> {
        let mut walk = Walk::begin(complex, &mut self.buffers.counts);
        let mut count = 0;
        self.mixed_text(text, &mut count);
        while let Event::Start(name) = event {
            match walk.step(self.plan, complex, &mut self.buffers.counts, name) {
                Ok(found) => self.mixed_child(complex, found.node, name, &mut count, reader)?,
                Err(misfit) => self.misfit(complex, misfit, name, reader)?,
            }
            event = reader.next()?;
            self.mixed_text(reader.text(), &mut count);
        }
        if let Err(Misfit::Missing(node)) = walk.finish(self.plan, complex, &mut self.buffers.counts) {
            let key = self.key(complex, node);
            self.report_at(key, Breach::Missing, "required");
        }
        walk.end(&mut self.buffers.counts);
        Ok(())
    }

    /// Mixed content without text and children.
    pub(super) fn nothing_mixed(&mut self, complex: &'p ComplexPlan) -> Result<(), xml::Error> {
        let walk = Walk::begin(complex, &mut self.buffers.counts);
        self.complete(complex, &walk);
        walk.end(&mut self.buffers.counts);
        Ok(())
    }

    fn mixed_text(&mut self, text: &str, count: &mut u32) {
        if !text.is_empty() {
            self.mixed_comma(count);
            write_string(self.out, text);
        }
    }

    fn mixed_comma(&mut self, count: &mut u32) {
        if *count > 0 {
            self.out.push(b',');
        }
        *count += 1;
    }

    /// `{"key": value}`
    fn mixed_child(
        &mut self,
        complex: &'p ComplexPlan,
        ix: NodeIx,
        name: Name<'_>,
        count: &mut u32,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let node = complex.node(ix);
        let slot = complex.slot(node);
        self.path.push("", Some("$content"), Some(*count));
        self.mixed_comma(count);
        self.out.push(b'{');
        self.out.extend_from_slice(slot.json.as_bytes());
        match (node.kind, complex.wildcard(node)) {
            (NodeKind::Element(ix), _) => {
                let element = self.plan.element(ix);
                self.path.push(&element.local, Some(&slot.key), None);
                self.element(element, None, Target::NOWHERE, reader)?;
                self.path.pop();
            }
            (_, Some(wildcard)) => self.wild_value(wildcard, name, reader)?,
            _ => reader.skip()?,
        }
        self.out.push(b'}');
        self.path.pop();
        Ok(())
    }
}

/// Whether another node of the slot of `at` was seen.
fn shared_seen(complex: &ComplexPlan, walk: &Walk, counts: &[u32], at: usize) -> bool {
    let Some(node) = complex.nodes.get(at) else { return false };
    let same = |other: &crate::plan::Node| other.scope == node.scope && other.slot == node.slot;
    let mut others = complex.nodes.iter().enumerate().filter(|(_, other)| same(other));
    others.any(|(at, _)| walk.seen(counts, at) > 0)
}
