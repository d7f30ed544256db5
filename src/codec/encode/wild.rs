//! What wildcards allow, and mixed content.

use super::run::Run;
use super::slots::Object;
use crate::codec::order::{Misfit, Walk, name_of};
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::limits::XmlLimits;
use crate::plan::{Global, Node, NodeKind, Plan, ScopeIx, SlotIx, WildcardPlan};
use crate::xml::{self, Event, Name, NsId, Reader};

impl<'p> Run<'_, 'p> {
    /// The items of `$any`.
    pub(super) fn wild_slot(&mut self, object: Object<'p>, node: &'p Node) {
        let complex = object.complex;
        let slot = complex.slot(node);
        let items = self.items(&slot.key, self.filled(object, node.slot));
        self.check_count(complex, node, items.map_or(0, |items| items.len()));
        let Some(wildcard) = complex.wildcard(node) else { return };
        for (at, item) in items.into_iter().flat_map(|items| items.items()).enumerate() {
            self.path.push("", Some(&slot.key), Some(at as u32));
            self.wild_item(wildcard, item);
            self.path.pop();
        }
    }

    /// An element as XML in a string, or an object with the name of a declared element.
    fn wild_item(&mut self, wildcard: &'p WildcardPlan, item: Value<'p>) {
        match self.wild(wildcard, item) {
            Some(Wild::Raw(raw)) if wildcard.allows(raw.ns) => self.put(&raw.text),
            Some(Wild::Typed(global, value)) if wildcard.allows(self.plan.element(global.element).ns) => {
                self.global(global, value);
            }
            Some(_) => {
                self.report(Breach::Unknown, "an element of a namespace that is not possible here".to_owned())
            }
            None => {}
        }
    }

    fn global(&mut self, global: &'p Global, value: Value<'p>) {
        let declare = self.declare.replace(&global.declarations);
        self.path.push("", Some(&global.key), None);
        self.element(false, global.element, value);
        self.path.pop();
        self.declare = declare;
    }

    /// What `item` stands for; nothing, after a report, when it is not an element.
    fn wild(&mut self, wildcard: &WildcardPlan, item: Value<'p>) -> Option<Wild<'p>> {
        if item.kind() == Kind::String {
            return self.raw(item).map(Wild::Raw);
        }
        let member =
            Some(item).filter(|item| item.kind() == Kind::Object && item.len() == 1 && wildcard.typed);
        let Some(member) = member.and_then(|item| item.members().next()) else {
            self.report(Breach::Type, "expected a string with XML or an object with one element".to_owned());
            return None;
        };
        let global = self.plan.globals().keyed(&member.key());
        if global.is_none() {
            self.report_at(&member.key(), Breach::Unknown, "the contract declares no such element");
        }
        global.map(|global| Wild::Typed(global, member.value()))
    }

    /// The XML in a string: one element that needs nothing from around it.
    fn raw(&mut self, item: Value<'p>) -> Option<Raw> {
        let text = item.as_str()?;
        let read = xml::decode(text.as_bytes(), Some("utf-8"));
        let read = read.and_then(|text| read_raw(&text, self.plan, &self.options.xml));
        match read {
            Ok(raw) => Some(raw),
            Err(error) => {
                self.report(Breach::Format, format!("expected one XML element: {}", error.kind));
                None
            }
        }
    }

    /// The items of `$content`: strings are text, objects are children.
    pub(super) fn mixed(&mut self, object: Object<'p>) {
        let complex = object.complex;
        let content = complex.scope(ScopeIx::FIRST).keys.find(CONTENT);
        let value = content.and_then(|slot| self.filled(object, slot));
        let mut walk = Walk::begin(self.plan, complex, &mut self.buffers.counts);
        let items = self.items(CONTENT, value);
        for (at, item) in items.into_iter().flat_map(|items| items.items()).enumerate() {
            self.path.push("", Some(CONTENT), Some(at as u32));
            self.mixed_item(&mut walk, item);
            self.path.pop();
        }
        if let Err(Misfit::Missing(node)) = walk.finish(&mut self.buffers.counts) {
            let node = complex.node(node);
            self.missing_slot(complex, node.scope, node.slot);
        }
        walk.end(&mut self.buffers.counts);
    }

    fn mixed_item(&mut self, walk: &mut Walk<'p>, item: Value<'p>) {
        if item.kind() == Kind::String {
            return self.put_text(item);
        }
        let member = Some(item).filter(|item| item.kind() == Kind::Object && item.len() == 1);
        let Some(member) = member.and_then(|item| item.members().next()) else {
            return self.report(Breach::Type, "expected a string or an object with one element".to_owned());
        };
        let key = member.key();
        let scope = walk.complex.scope(ScopeIx::at(1));
        match scope.keys.find(&key) {
            Some(slot) => self.mixed_child(walk, slot, member.value()),
            None => self.unknown(&scope.keys, &key),
        }
    }

    fn mixed_child(&mut self, walk: &mut Walk<'p>, slot: SlotIx, value: Value<'p>) {
        let complex = walk.complex;
        let Some(node) = complex.nodes.iter().find(|node| has_slot(node, slot)) else { return };
        match (node.kind, complex.wildcard(node)) {
            (NodeKind::Element(ix), _) => {
                if let Some(NodeKind::Element(ix)) = self.mixed_step(walk, name_of(self.plan.element(ix))) {
                    self.path.push("", complex.slot_key(node), None);
                    self.element(false, ix, value);
                    self.path.pop();
                }
            }
            (_, Some(wildcard)) => self.mixed_wild(walk, wildcard, value),
            _ => {}
        }
    }

    fn mixed_wild(&mut self, walk: &mut Walk<'p>, wildcard: &'p WildcardPlan, value: Value<'p>) {
        match self.wild(wildcard, value) {
            Some(Wild::Raw(raw))
                if self.mixed_step(walk, Name { ns: raw.ns, local: &raw.local }).is_some() =>
            {
                self.put(&raw.text);
            }
            Some(Wild::Typed(global, value))
                if self.mixed_step(walk, name_of(self.plan.element(global.element))).is_some() =>
            {
                self.global(global, value);
            }
            Some(_) | None => {}
        }
    }

    /// What `name` means in this place; nothing, after a report, when it is not possible there.
    fn mixed_step(&mut self, walk: &mut Walk<'p>, name: Name<'_>) -> Option<NodeKind> {
        // Whatever the misfit is, the place of the item is what has to be mended.
        let Ok(found) = walk.step(&mut self.buffers.counts, name) else {
            self.report(Breach::Order, "not possible here".to_owned());
            return None;
        };
        Some(walk.complex.node(found.node).kind)
    }
}

/// What an item of a wildcard stands for.
enum Wild<'p> {
    Raw(Raw),
    Typed(&'p Global, Value<'p>),
}

/// An element as it will be written.
struct Raw {
    ns: NsId,
    local: String,
    text: String,
}

fn read_raw(text: &str, plan: &Plan, limits: &XmlLimits) -> Result<Raw, xml::Error> {
    let mut reader = Reader::new(text, plan.namespaces(), limits);
    let mut raw = Raw { ns: NsId::default(), local: String::new(), text: String::new() };
    if let Event::Start(name) = reader.next()? {
        raw.ns = name.ns;
        raw.local = name.local.to_owned();
        reader.raw(&mut raw.text)?;
    }
    reader.next()?;
    Ok(raw)
}

fn has_slot(node: &Node, slot: SlotIx) -> bool {
    node.scope == ScopeIx::at(1) && node.slot == slot
}

/// The key of mixed content.
const CONTENT: &str = "$content";
