//! XML to JSON: elements come in document order, their lists are gathered, and every value gets the form of its type.

use super::forms;
use super::order::{Match, Misfit, Walk, is_element};
use super::path::Path;
use super::violation::{Breach, MOST, Violation, Violations};
use crate::plan::{
    ComplexPlan, ElementPlan, MessagePlan, NodeIx, NodeKind, Plan, Role, Scope, ScopeIx, Shape, SimplePlan,
    Slot, SlotIx, TypeIx,
};
use crate::xml::{self, Event, Name, NsId, Reader, ns};

/// The choices that a service may make.
#[derive(Clone, Copy, Debug)]
pub struct DecodeOptions<'o> {
    /// Whether elements must stand in schema order and unknown ones are refused. A reply of a backend is read in any
    /// order, and what is unknown in it is passed over.
    pub strict: bool,
    /// Members to put first into the JSON object, such as credentials: `"key":value`, without braces.
    pub members: &'o [u8],
}

/// What a decoded message was like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The names of elements and attributes that were passed over, each once.
    pub passed_over: Vec<String>,
}

/// Why a message could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It breaks the contract.
    #[error(transparent)]
    Contract(#[from] Violations),
    /// It is not well-formed.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}

/// Buffers for decoding, to be used again and again.
#[derive(Debug, Default)]
pub struct Decoder {
    counts: Vec<u32>,
    objects: Vec<Object>,
    pieces: Vec<Piece>,
    gathered: Vec<u8>,
}

/// A JSON object that is being written.
#[derive(Clone, Copy, Debug)]
struct Object {
    scope: ScopeIx,
    /// Where it begins, at its brace.
    start: usize,
    /// The list that is open, and how many items it has.
    list: Option<(SlotIx, u32)>,
    /// Whether it has a member.
    members: bool,
    /// Where its pieces begin.
    pieces: usize,
    /// Whether the elements of a list stand apart.
    scattered: bool,
}

/// A value of an object whose lists may be scattered.
#[derive(Clone, Copy, Debug)]
struct Piece {
    slot: SlotIx,
    /// Where its comma or key begins.
    head: usize,
    start: usize,
    end: usize,
}

impl Decoder {
    /// Appends the JSON of `message` to `out`. The reader stands at the start tag of the only child of a SOAP Body, and
    /// stands at its end tag afterwards.
    ///
    /// Errors: an ill-formed document; every breach of the contract, at most 32. `out` then holds a broken piece.
    pub fn decode<'p>(
        &mut self,
        plan: &'p Plan,
        message: &'p MessagePlan,
        reader: &mut Reader<'_>,
        options: DecodeOptions<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Decoded, DecodeError> {
        self.counts.clear();
        self.objects.clear();
        self.pieces.clear();
        let mut run = Run {
            plan,
            options,
            out,
            buffers: self,
            path: Path::default(),
            violations: Vec::new(),
            decoded: Decoded::default(),
        };
        if let Some(root) = message.root {
            run.root(plan.element(root), reader)?;
        }
        let Run { violations, decoded, .. } = run;
        if violations.is_empty() { Ok(decoded) } else { Err(Violations(violations).into()) }
    }
}

struct Run<'d, 'p> {
    plan: &'p Plan,
    options: DecodeOptions<'d>,
    out: &'d mut Vec<u8>,
    buffers: &'d mut Decoder,
    path: Path<'p>,
    violations: Vec<Violation>,
    decoded: Decoded,
}

/// Where the value of an element goes.
#[derive(Clone, Copy)]
struct Target {
    /// The key and its slot; nothing for the root.
    slot: Option<(ScopeIx, SlotIx)>,
}

impl<'p> Run<'_, 'p> {
    fn root(&mut self, element: &'p ElementPlan, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.path.push(&element.local, None, None);
        self.element(element, None, Target { slot: None }, reader)?;
        self.path.pop();
        Ok(())
    }

    /// Reads an element, from its start tag to its end tag.
    fn element(
        &mut self,
        element: &'p ElementPlan,
        parent: Option<&'p ComplexPlan>,
        target: Target,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let type_ix = self.actual_type(element, reader);
        let nil = reader.attribute(ns::XSI, "nil").map(|nil| matches!(nil.trim(), "true" | "1"));
        if nil == Some(true) {
            return self.nil(element, parent, target, reader);
        }
        match &self.plan.type_plan(type_ix).shape {
            Shape::Simple(simple) => self.simple_element(element, simple, parent, target, reader),
            Shape::Complex(complex) => {
                self.begin_value(parent, target);
                let named = (type_ix != element.type_ix).then_some(type_ix);
                self.complex(complex, named, reader)?;
                self.end_value(parent, target);
                Ok(())
            }
            Shape::Unwrap(inner) => self.unwrap(self.plan.element(*inner), target, reader),
        }
    }

    /// The only child of a wrapper that does not show in JSON.
    fn unwrap(
        &mut self,
        inner: &'p ElementPlan,
        target: Target,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let mut seen = false;
        loop {
            match reader.next()? {
                Event::Start(name) if !seen && inner.is(name) => {
                    seen = true;
                    self.path.push(&inner.local, None, None);
                    self.element(inner, None, target, reader)?;
                    self.path.pop();
                }
                Event::Start(name) => self.stranger(name, reader)?,
                Event::End if seen => {
                    self.no_text(reader);
                    return Ok(());
                }
                Event::End | Event::Eof => {
                    self.report(Breach::Missing, format!("element {} is required", inner.local));
                    return Ok(());
                }
            }
        }
    }

    /// The type that `xsi:type` names, if the schema allows it there.
    fn actual_type(&mut self, element: &'p ElementPlan, reader: &Reader<'_>) -> TypeIx {
        let base = self.plan.type_plan(element.type_ix);
        let Some(lexical) = reader.attribute(ns::XSI, "type") else {
            if base.is_abstract {
                self.report(
                    Breach::Missing,
                    "the type is abstract, xsi:type must name a derived type".to_owned(),
                );
            }
            return element.type_ix;
        };
        let (prefix, local) = lexical.trim().split_once(':').unwrap_or(("", lexical.trim()));
        let space = reader.resolve(prefix);
        let mut types = std::iter::once(element.type_ix).chain(base.derived.iter().copied());
        let named = |ix: &TypeIx| {
            let name = self.plan.type_plan(*ix).name.as_ref();
            name.is_some_and(|(ns, name)| Some(*ns) == space && **name == *local)
        };
        match types.find(named) {
            Some(ix) => ix,
            None => {
                self.complain(Breach::Enumeration, "expected xsi:type to name a derived type".to_owned());
                element.type_ix
            }
        }
    }

    fn nil(
        &mut self,
        element: &'p ElementPlan,
        parent: Option<&'p ComplexPlan>,
        target: Target,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        if !element.nillable {
            self.complain(Breach::Null, "xsi:nil is not possible here".to_owned());
        }
        self.begin_value(parent, target);
        self.out.extend_from_slice(b"null");
        self.end_value(parent, target);
        match reader.next()? {
            Event::Start(name) => {
                self.stranger(name, reader)?;
                reader.skip()
            }
            _ => {
                self.no_text(reader);
                Ok(())
            }
        }
    }

    fn simple_element(
        &mut self,
        element: &'p ElementPlan,
        simple: &'p SimplePlan,
        parent: Option<&'p ComplexPlan>,
        target: Target,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.strange_attributes(None, reader);
        while let Event::Start(name) = reader.next()? {
            self.stranger(name, reader)?;
        }
        let text = match (reader.text(), &element.default) {
            ("", Some(default)) => default,
            (text, _) => text,
        };
        let slot = target.slot.and_then(|(scope, slot)| parent?.scope(scope).slots.get(slot.index()));
        if text.is_empty() && slot.is_some_and(|slot| slot.blank_absent) {
            return Ok(());
        }
        let fixed = element.fixed.as_deref().is_some_and(|fixed| !same(simple, fixed, text));
        self.begin_value(parent, target);
        match forms::to_json(self.out, simple, text) {
            Ok(()) if fixed => self.report(Breach::Enumeration, "expected the fixed value".to_owned()),
            Ok(()) => {}
            Err(violation) => self.report(Breach::from(&violation), violation.to_string()),
        }
        self.end_value(parent, target);
        Ok(())
    }

    fn complex(
        &mut self,
        complex: &'p ComplexPlan,
        named: Option<TypeIx>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let root = self.buffers.objects.is_empty();
        self.open_object(ScopeIx::FIRST);
        if root && !self.options.members.is_empty() {
            self.out.extend_from_slice(self.options.members);
            self.with_top(|object| object.members = true);
        }
        if let Some((_, local)) = named.and_then(|ix| self.plan.type_plan(ix).name.as_ref()) {
            self.comma();
            self.out.extend_from_slice(b"\"@type\":");
            crate::json::write::write_string(self.out, local);
        }
        self.attributes(complex, reader);
        match &complex.text {
            Some(simple) => self.text(complex, simple, reader)?,
            None => self.children(complex, reader)?,
        }
        self.absent_lists(complex);
        self.close_object(complex);
        Ok(())
    }

    fn attributes(&mut self, complex: &'p ComplexPlan, reader: &Reader<'_>) {
        for attribute in &complex.attributes {
            let slot = complex.scope(ScopeIx::FIRST).slots.get(attribute.slot.index());
            let Some(slot) = slot else { continue };
            match reader.attribute(attribute.ns, &attribute.local) {
                None if attribute.required => self.report_at(&slot.key, Breach::Missing, "required"),
                None => {}
                Some(text) => {
                    self.comma();
                    self.out.extend_from_slice(slot.json.as_bytes());
                    let fixed =
                        attribute.fixed.as_deref().is_some_and(|fixed| !same(&attribute.simple, fixed, text));
                    if fixed {
                        self.report_at(&slot.key, Breach::Enumeration, "expected the fixed value");
                    }
                    if let Err(violation) = forms::to_json(self.out, &attribute.simple, text) {
                        self.report_at(&slot.key, Breach::from(&violation), &violation.to_string());
                    }
                }
            }
        }
        self.strange_attributes(Some(complex), reader);
    }

    fn strange_attributes(&mut self, complex: Option<&'p ComplexPlan>, reader: &Reader<'_>) {
        for attribute in reader.attributes() {
            let Name { ns, local } = attribute.name;
            let mut known = complex.into_iter().flat_map(|complex| &complex.attributes);
            let allowed = is_neutral(ns) || known.any(|known| known.ns == ns && *known.local == *local);
            if !allowed {
                self.unknown(&format!("@{local}"), "unknown attribute");
            }
        }
    }

    fn text(
        &mut self,
        complex: &'p ComplexPlan,
        simple: &'p SimplePlan,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        while let Event::Start(name) = reader.next()? {
            self.stranger(name, reader)?;
        }
        let slots = &complex.scope(ScopeIx::FIRST).slots;
        let Some(slot) = slots.iter().find(|slot| slot.role == Role::Text) else { return Ok(()) };
        self.comma();
        self.out.extend_from_slice(slot.json.as_bytes());
        if let Err(violation) = forms::to_json(self.out, simple, reader.text()) {
            self.report_at(&slot.key, Breach::from(&violation), &violation.to_string());
        }
        Ok(())
    }

    fn children(&mut self, complex: &'p ComplexPlan, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        let mut walk = Walk::begin(complex, &mut self.buffers.counts);
        loop {
            let event = reader.next()?;
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
                Some(node) => self.place(complex, Match { node, turn: None }, reader),
                None => self.stranger(name, reader),
            };
        }
        match walk.step(self.plan, complex, &mut self.buffers.counts, name) {
            Ok(found) => self.place(complex, found, reader),
            Err(misfit) => self.misfit(complex, misfit, name, reader),
        }
    }

    /// A reply may hold the elements of a type in any order, unless order tells the turns of a group apart.
    fn any_order(&self, complex: &ComplexPlan) -> bool {
        !self.options.strict && complex.scopes.len() == 1
    }

    fn find(&mut self, complex: &'p ComplexPlan, walk: &Walk, name: Name<'_>) -> Option<NodeIx> {
        let at = complex.nodes.iter().position(|node| is_element(self.plan, node, name))?;
        let node = complex.nodes.get(at)?;
        let again = walk.see(&mut self.buffers.counts, at);
        if again > 1 && !complex.slot(node).list {
            self.report_at(&complex.slot(node).key, Breach::Duplicate, "expected only once");
        }
        Some(NodeIx(at as u32))
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
            _ if !known => return self.stranger(name, reader),
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
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.enter_scopes(complex, found);
        let node = complex.node(found.node);
        let NodeKind::Element(ix) = node.kind else { return reader.skip() };
        let element = self.plan.element(ix);
        let slot = complex.slot(node);
        let index = slot.list.then(|| self.next_index(node.slot));
        self.path.push(&element.local, Some(&slot.key), index);
        let target = Target { slot: Some((node.scope, node.slot)) };
        self.element(element, Some(complex), target, reader)?;
        self.path.pop();
        Ok(())
    }

    fn next_index(&self, slot: SlotIx) -> u32 {
        let open = self.buffers.objects.last().and_then(|object| object.list);
        open.filter(|(list, _)| *list == slot).map_or(0, |(_, count)| count)
    }

    /// Closes the turns that have ended and opens those that begin, so that the top object is the node's.
    fn enter_scopes(&mut self, complex: &'p ComplexPlan, found: Match) {
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
    fn absent_lists(&mut self, complex: &'p ComplexPlan) {
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

    fn has_piece(&self, slot: SlotIx) -> bool {
        let Some(object) = self.top() else { return true };
        let pieces = self.buffers.pieces.get(object.pieces..).unwrap_or_default();
        pieces.iter().any(|piece| piece.slot == slot)
    }

    fn top(&self) -> Option<&Object> {
        self.buffers.objects.last()
    }

    fn with_top(&mut self, change: impl FnOnce(&mut Object)) {
        if let Some(object) = self.buffers.objects.last_mut() {
            change(object);
        }
    }

    fn open_object(&mut self, scope: ScopeIx) {
        let pieces = self.buffers.pieces.len();
        self.buffers.objects.push(Object {
            scope,
            start: self.out.len(),
            list: None,
            members: false,
            pieces,
            scattered: false,
        });
        self.out.push(b'{');
    }

    fn close_object(&mut self, complex: &'p ComplexPlan) {
        self.close_list();
        self.out.push(b'}');
        let Some(object) = self.buffers.objects.pop() else { return };
        let scope = complex.scope(object.scope);
        if object.scattered {
            self.gather(scope, &object);
        }
        self.buffers.pieces.truncate(object.pieces);
        if object.scope != ScopeIx::FIRST {
            self.end_piece();
        }
    }

    fn count_item(&mut self) {
        self.with_top(|object| {
            if let Some((_, count)) = &mut object.list {
                *count += 1;
            }
        });
    }

    /// Writes the object again, each list in one piece, where its first item stood.
    fn gather(&mut self, scope: &Scope, object: &Object) {
        let mut gathered = std::mem::take(&mut self.buffers.gathered);
        gathered.clear();
        let pieces = self.buffers.pieces.get(object.pieces..).unwrap_or_default();
        let head = pieces.first().map_or(self.out.len(), |piece| piece.head);
        gathered.extend_from_slice(self.out.get(object.start..head).unwrap_or_default());
        for (at, slot) in scope.slots.iter().enumerate() {
            let of_slot = pieces.iter().filter(|piece| piece.slot.index() == at);
            gather_slot(&mut gathered, self.out, slot, of_slot);
        }
        gathered.push(b'}');
        self.out.truncate(object.start);
        self.out.extend_from_slice(&gathered);
        self.buffers.gathered = gathered;
    }

    fn comma(&mut self) {
        if self.top().is_some_and(|object| object.members) {
            self.out.push(b',');
        }
        self.with_top(|object| object.members = true);
    }

    fn close_list(&mut self) {
        if self.top().is_some_and(|object| object.list.is_some()) {
            self.out.push(b']');
            self.with_top(|object| object.list = None);
        }
    }

    fn begin_value(&mut self, parent: Option<&'p ComplexPlan>, target: Target) {
        if let (Some(complex), Some((scope, slot))) = (parent, target.slot) {
            self.begin_slot(complex, scope, slot);
        }
    }

    /// Writes what comes before a value: a comma, a key, the bracket of a list.
    fn begin_slot(&mut self, complex: &'p ComplexPlan, scope: ScopeIx, ix: SlotIx) {
        let Some(slot) = complex.scope(scope).slots.get(ix.index()) else { return };
        let head = self.out.len();
        if self.top().and_then(|object| object.list).is_some_and(|(open, _)| open == ix) {
            self.out.push(b',');
        } else {
            self.close_list();
            self.comma();
            self.out.extend_from_slice(slot.json.as_bytes());
            if slot.list {
                self.out.push(b'[');
                let scattered = self.top().is_some_and(|object| object.scattered) || self.has_piece(ix);
                self.with_top(|object| {
                    object.list = Some((ix, 0));
                    object.scattered = scattered;
                });
            }
        }
        let start = self.out.len();
        self.buffers.pieces.push(Piece { slot: ix, head, start, end: start });
    }

    fn end_value(&mut self, parent: Option<&'p ComplexPlan>, target: Target) {
        if parent.is_none() || target.slot.is_none() {
            return;
        }
        self.end_piece();
    }

    fn end_piece(&mut self) {
        let end = self.out.len();
        if let Some(piece) = self.buffers.pieces.last_mut() {
            piece.end = end;
        }
        self.count_item();
    }

    /// An element that has no place: passed over in a reply, else a breach.
    fn stranger(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.unknown(name.local, "unknown element");
        reader.skip()
    }

    fn unknown(&mut self, name: &str, what: &str) {
        if self.options.strict {
            return self.report_at(name, Breach::Unknown, what);
        }
        let path = format!("{}/{name}", self.path.elements());
        if !self.decoded.passed_over.contains(&path) && self.decoded.passed_over.len() < MOST {
            self.decoded.passed_over.push(path);
        }
    }

    fn no_text(&mut self, reader: &Reader<'_>) {
        if !reader.text().bytes().all(|byte| byte.is_ascii_whitespace()) {
            self.report(Breach::Type, "expected no text between the elements".to_owned());
        }
    }

    /// A breach that a reply is forgiven.
    fn complain(&mut self, breach: Breach, expected: String) {
        if self.options.strict {
            self.report(breach, expected);
        }
    }

    fn report_at(&mut self, key: &str, breach: Breach, expected: &str) {
        if self.violations.len() < MOST {
            let mut pointer = self.path.pointer();
            crate::json::push_segment(&mut pointer, key);
            let path = format!("{}/{key}", self.path.elements());
            self.violations.push(Violation { breach, pointer, path, expected: expected.to_owned() });
        }
    }

    fn report(&mut self, breach: Breach, expected: String) {
        if self.violations.len() < MOST {
            let (pointer, path) = (self.path.pointer(), self.path.elements());
            self.violations.push(Violation { breach, pointer, path, expected });
        }
    }
}

fn gather_slot<'a>(out: &mut Vec<u8>, from: &[u8], slot: &Slot, mut pieces: impl Iterator<Item = &'a Piece>) {
    let Some(first) = pieces.next() else { return };
    if out.last().is_some_and(|byte| *byte != b'{') {
        out.push(b',');
    }
    out.extend_from_slice(slot.json.as_bytes());
    if slot.list {
        out.push(b'[');
    }
    out.extend_from_slice(from.get(first.start..first.end).unwrap_or_default());
    for piece in pieces {
        out.push(b',');
        out.extend_from_slice(from.get(piece.start..piece.end).unwrap_or_default());
    }
    if slot.list {
        out.push(b']');
    }
}

/// Whether another node of the slot of `at` was seen.
fn shared_seen(complex: &ComplexPlan, walk: &Walk, counts: &[u32], at: usize) -> bool {
    let Some(node) = complex.nodes.get(at) else { return false };
    let same = |other: &crate::plan::Node| other.scope == node.scope && other.slot == node.slot;
    let mut others = complex.nodes.iter().enumerate().filter(|(_, other)| same(other));
    others.any(|(at, _)| walk.seen(counts, at) > 0)
}

/// Attributes that say something about the document, not about the message.
fn is_neutral(ns: NsId) -> bool {
    matches!(ns, ns::XSI | ns::XML | ns::SOAP11 | ns::SOAP12 | ns::WSU)
}

fn same(simple: &SimplePlan, fixed: &str, text: &str) -> bool {
    match (simple.simple.check(fixed), simple.simple.check(text)) {
        (Ok(fixed), Ok(text)) => fixed.value == text.value,
        _ => true,
    }
}
