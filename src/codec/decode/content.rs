//! Content models: which child may stand where, and whether all are there.

use super::elsewhere::Elsewhere;
use super::expected::Children;
use super::run::{Run, Target};
use crate::codec::order::{Match, Misfit, Walk};
use crate::codec::violation::Breach;
use crate::plan::{ComplexPlan, ElementPlan, Node, NodeIx, NodeKind, ScopeIx};
use crate::xml::{self, Event, Name, Reader};

impl<'p> Run<'_, 'p> {
    pub(super) fn children(
        &mut self,
        complex: &'p ComplexPlan,
        mut first: Option<Event<'_>>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let quick = self.references.is_none() && !self.options.stepwise;
        let mut children = Children::of(complex);
        if quick && first.is_none() && self.expected(&mut children, reader)? {
            return Ok(());
        }
        loop {
            let event = match first.take() {
                Some(event) => event,
                None => {
                    let event = reader.next()?;
                    self.no_text(reader);
                    event
                }
            };
            match event {
                Event::Start(name) => {
                    let walk = self.walk(&mut children);
                    self.child(walk, name, reader)?;
                }
                Event::End | Event::Eof => break,
            }
            if quick && children.resume(&self.buffers.counts) && self.expected(&mut children, reader)? {
                break;
            }
        }
        let walk = *self.walk(&mut children);
        self.end_children(walk, reader)
    }

    fn end_children(&mut self, mut walk: Walk<'p>, reader: &Reader<'_>) -> Result<(), xml::Error> {
        if !self.renamed.is_empty() && self.path.depth() == 1 {
            self.place_renamed(&mut walk, reader)?;
        }
        self.complete(&walk);
        if !self.decoded.passed_over.is_empty() && self.buffers.objects.len() == 1 {
            self.decoded.strange = self.is_strange(&walk);
        }
        walk.end(&mut self.buffers.counts);
        Ok(())
    }

    /// Whether the object of the message, which is not closed yet, has elements, and nothing that the contract has room for.
    fn is_strange(&self, walk: &Walk<'p>) -> bool {
        let around = self.path.elements();
        let mut below = self.decoded.passed_over.iter().filter_map(|path| path.strip_prefix(&around));
        let mut nodes = (0..walk.complex.nodes.len()).map(NodeIx::at);
        let has_room = walk.complex.scopes.iter().any(|scope| !scope.slots.is_empty());
        has_room
            && self.top().is_some_and(|object| self.is_blank(object))
            && below.any(|name| name.starts_with('/') && !name.starts_with("/@"))
            && nodes.all(|node| walk.seen(&self.buffers.counts, node) == 0)
    }

    fn child(
        &mut self,
        walk: &mut Walk<'p>,
        name: Name<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let misfit = match walk.step(&mut self.buffers.counts, name) {
            Ok(found) => return self.place(walk.complex, found, reader),
            Err(misfit) => misfit,
        };
        if self.any_order(walk.complex)
            && let Some(node) = self.find(walk, name)
        {
            self.scatter(walk);
            return self.place(walk.complex, Match { node, turn: None }, reader);
        }
        if walk.find(name).is_some() {
            return self.misplaced(walk, misfit, reader);
        }
        match self.own_name(walk, name, reader) {
            // It has the name of an element, so that this happens once.
            Elsewhere::Read(own) => self.child(walk, own, reader),
            Elsewhere::Refused => reader.skip(),
            Elsewhere::Unknown if self.keep_accessor(name, reader)? => Ok(()),
            Elsewhere::Unknown => self.unknown_child(walk.complex, name, reader),
        }
    }

    /// Whether the elements of a type may stand in any order where they do not follow the schema: in a reply, in the SOAP
    /// encoding, which tells accessors apart by their names alone (SOAP 1.1 section 5.4), and where the service says so. Not
    /// where order tells the turns of a group apart.
    fn any_order(&self, complex: &ComplexPlan) -> bool {
        let free = !self.is_strict() || self.references.is_some() || self.options.leeway.order;
        free && complex.scopes.len() == 1
    }

    /// From here on elements are found by their names.
    fn scatter(&mut self, walk: &mut Walk<'p>) {
        walk.scatter();
        self.decoded.reordered = true;
    }

    fn find(&mut self, walk: &Walk<'p>, name: Name<'_>) -> Option<NodeIx> {
        let complex = walk.complex;
        let Some(found) = walk.find(name) else { return self.find_wild(complex, name) };
        let node = complex.node(found);
        let slot = complex.slot(node);
        if !slot.list && is_seen(walk, &self.buffers.counts, node) {
            if let Some(wild) = self.find_wild(complex, name) {
                return Some(wild);
            }
            self.report_at(&slot.key, Breach::Duplicate, "expected only once");
        }
        walk.see(&mut self.buffers.counts, found);
        Some(found)
    }

    /// An element of the type that may not stand in this place.
    fn misplaced(
        &mut self,
        walk: &Walk<'p>,
        misfit: Misfit,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let name = reader.name();
        match misfit {
            Misfit::Missing(node) => {
                let needed = self.key(walk.complex, node);
                self.report_at(needed, Breach::Missing, &format!("required before {}", name.local));
            }
            Misfit::Unexpected => self.report_at(name.local, Breach::Order, "not possible here"),
        }
        reader.skip()
    }

    /// In a reply, and in what stands in another order, only that is missed here which all messages of the type need.
    fn complete(&mut self, walk: &Walk<'p>) {
        let free = !self.is_strict() && walk.complex.scopes.len() == 1;
        if !free && !walk.is_scattered() {
            return self.complete_in_order(walk);
        }
        if walk.is_scattered() || walk.finish(&mut self.buffers.counts).is_err() {
            self.decoded.reordered = true;
            self.complete_any(walk);
        }
    }

    fn complete_in_order(&mut self, walk: &Walk<'p>) {
        if let Err(Misfit::Missing(node)) = walk.finish(&mut self.buffers.counts) {
            let key = self.key(walk.complex, node);
            self.report_at(key, Breach::Missing, "required");
        }
    }

    /// In any order, an element is required when no choice and no optional group stands above it.
    fn complete_any(&mut self, walk: &Walk<'p>) {
        let complex = walk.complex;
        for node in &complex.nodes {
            let needed =
                node.min > 0 && matches!(node.kind, NodeKind::Element(_)) && complex.always_needed(node);
            if needed && !is_seen(walk, &self.buffers.counts, node) {
                self.report_at(&complex.slot(node).key, Breach::Missing, "required");
            }
        }
    }

    fn key(&self, complex: &'p ComplexPlan, node: NodeIx) -> &'p str {
        &complex.slot(complex.node(node)).key
    }

    /// Reads the element that found its node, into the object of its scope.
    pub(super) fn place(
        &mut self,
        complex: &'p ComplexPlan,
        found: Match,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.enter_scopes(complex, found);
        let node = complex.node(found.node);
        let NodeKind::Element(ix) = node.kind else {
            return self.wild_element(complex, node, reader);
        };
        let element = self.plan.element(ix);
        let slot = complex.slot(node);
        if complex.extra == Some(node.slot) && node.scope == ScopeIx::FIRST {
            return self.extra(complex, element, reader);
        }
        if slot.hidden {
            return reader.skip();
        }
        self.enter_place(complex, node, element);
        self.element(element, Target::of(complex, node), reader)?;
        self.leave_place(complex, node);
        Ok(())
    }

    /// The path leads on to an element of `node`.
    pub(super) fn enter_place(&mut self, complex: &'p ComplexPlan, node: &Node, element: &'p ElementPlan) {
        let slot = complex.slot(node);
        if let Some(bundle) = slot.bundle(complex) {
            self.path.push("", Some(&bundle.key), None);
        }
        let index = slot.list.then(|| self.next_index(node.slot));
        self.path.push(&element.local, (!complex.flat).then_some(&*slot.key), index);
    }

    pub(super) fn leave_place(&mut self, complex: &ComplexPlan, node: &Node) {
        self.path.pop();
        if complex.slot(node).bundle.is_some() {
            self.path.pop();
        }
    }

    /// Text and children in their order. `first` is what follows the start tag, if it has been read.
    pub(super) fn mixed(
        &mut self,
        complex: &'p ComplexPlan,
        first: Option<Event<'_>>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let (event, text) = match first {
            Some(first) => (first, ""),
            None => (reader.next()?, reader.text()),
        };
        if text.is_empty() && !matches!(event, Event::Start(_)) {
            return self.nothing_mixed(complex);
        }
        let items = self.begin_mixed(complex, text);
        self.mixed_items(items, reader)
    }

    /// Mixed content without text and children.
    fn nothing_mixed(&mut self, complex: &'p ComplexPlan) -> Result<(), xml::Error> {
        let walk = Walk::begin(self.plan, complex, &mut self.buffers.counts);
        self.complete(&walk);
        walk.end(&mut self.buffers.counts);
        Ok(())
    }

    pub(super) fn begin_mixed(&mut self, complex: &'p ComplexPlan, text: &str) -> Items<'p> {
        self.put_key("\"$content\":[");
        let walk = Walk::begin(self.plan, complex, &mut self.buffers.counts);
        let mut items = Items { walk, count: 0 };
        self.mixed_text(&mut items, text);
        items
    }

    /// The child at whose start tag the reader stands, if it stands at one, and what follows it.
    pub(super) fn mixed_items(
        &mut self,
        mut items: Items<'p>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        while let Event::Start(name) = reader.current() {
            self.mixed_element(&mut items, name, reader)?;
            reader.next()?;
            self.mixed_text(&mut items, reader.text());
        }
        self.complete_in_order(&items.walk);
        items.walk.end(&mut self.buffers.counts);
        self.out.push(b']');
        Ok(())
    }

    fn mixed_element(
        &mut self,
        items: &mut Items<'p>,
        name: Name<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let misfit = match items.walk.step(&mut self.buffers.counts, name) {
            Ok(found) => return self.mixed_child(items, found.node, reader),
            Err(misfit) => misfit,
        };
        if items.walk.find(name).is_some() {
            return self.misplaced(&items.walk, misfit, reader);
        }
        match self.own_name(&items.walk, name, reader) {
            Elsewhere::Read(own) => self.mixed_element(items, own, reader),
            Elsewhere::Refused => reader.skip(),
            Elsewhere::Unknown => self.unknown_child(items.walk.complex, name, reader),
        }
    }

    fn mixed_text(&mut self, items: &mut Items<'p>, text: &str) {
        if !text.is_empty() {
            self.mixed_comma(items);
            self.put_string(text);
        }
    }

    fn mixed_comma(&mut self, items: &mut Items<'p>) {
        if items.count > 0 {
            self.out.push(b',');
        }
        items.count += 1;
    }

    /// `{"key": value}`
    fn mixed_child(
        &mut self,
        items: &mut Items<'p>,
        ix: NodeIx,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let complex = items.walk.complex;
        let node = complex.node(ix);
        let slot = complex.slot(node);
        self.path.push("", Some("$content"), Some(items.count));
        self.mixed_comma(items);
        self.out.push(b'{');
        self.out.put_bytes(slot.json.as_bytes());
        match (node.kind, complex.wildcard(node)) {
            (NodeKind::Element(ix), _) => {
                let element = self.plan.element(ix);
                self.path.push(&element.local, Some(&slot.key), None);
                self.element(element, Target::NOWHERE, reader)?;
                self.path.pop();
            }
            (_, Some(wildcard)) => self.wild_value(wildcard, reader)?,
            _ => reader.skip()?,
        }
        self.out.push(b'}');
        self.path.pop();
        Ok(())
    }
}

/// The items of mixed content while they are written.
pub(super) struct Items<'p> {
    walk: Walk<'p>,
    count: u32,
}

/// Whether an element of `node` was seen, or one of another node of its slot.
fn is_seen(walk: &Walk<'_>, counts: &[u32], node: &Node) -> bool {
    let mut nodes = walk.complex.nodes.iter().zip((0..).map(NodeIx::at));
    nodes.any(|(other, ix)| other.scope == node.scope && other.slot == node.slot && walk.seen(counts, ix) > 0)
}
