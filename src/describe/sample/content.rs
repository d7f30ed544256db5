//! Objects: attributes and content models.

use std::collections::BTreeMap;

use super::min_depth::ENDLESS;
use super::{Sampler, Style, json, list};
use crate::json::write::{write_key, write_string};
use crate::limits::SAMPLE_DEPTH;
use crate::plan::{ComplexPlan, Node, NodeIx, NodeKind, Role, Scope, ScopeIx, TypeIx};

/// The values of an object by slot.
type Values = BTreeMap<usize, Vec<Vec<u8>>>;

impl<'p> Sampler<'p> {
    pub(super) fn object(&mut self, complex: &'p ComplexPlan, named: Option<TypeIx>) -> Vec<u8> {
        if complex.any_type && named.is_none() {
            return if self.whim() { b"\"any\"".to_vec() } else { b"\"\"".to_vec() };
        }
        let mut values = Values::new();
        self.attributes(complex, &mut values);
        if let Some(simple) = &complex.text {
            let slot = complex.scope(ScopeIx::FIRST).slots.iter().position(|slot| slot.role == Role::Text);
            let slot = slot.expect("a type with a text has a slot for it");
            let text = self.text(&simple.simple);
            values.insert(slot, vec![json(simple, &text)]);
        }
        if complex.mixed {
            let items = self.mixed(complex);
            let slot = complex.scope(ScopeIx::FIRST).keys.find("$content");
            if let Some(slot) = slot.filter(|_| !items.is_empty()) {
                values.insert(slot.index(), vec![list(&items)]);
            }
        } else if let Some(root) = complex.root() {
            self.node(complex, root, &mut values);
        }
        if let Some(ranges) = &complex.attachment {
            let mut name = Vec::new();
            write_string(&mut name, &media_type(ranges));
            // The first member says the type, and is there in all JSON that is written.
            values.insert(0, vec![name]);
        }
        let kind = named.map(|ix| self.type_member(complex, ix));
        written(complex.scope(ScopeIx::FIRST), kind, &values)
    }

    /// All parts of an encoded message: they may be absent, and receivers expect them.
    pub(super) fn parts(&mut self, complex: &'p ComplexPlan, root: NodeIx) -> Vec<u8> {
        let mut values = Values::new();
        let group: Vec<NodeIx> = complex.children(root).collect();
        for ix in if group.is_empty() { vec![root] } else { group } {
            let node = complex.node(ix);
            if let NodeKind::Element(element) = node.kind {
                let value = self.element(element);
                values.insert(node.slot.index(), vec![value]);
            }
        }
        written(complex.scope(ScopeIx::FIRST), None, &values)
    }

    fn attributes(&mut self, complex: &'p ComplexPlan, values: &mut Values) {
        for attribute in &complex.attributes {
            if attribute.required || self.whim() {
                let said = self.plan.content_type(complex).filter(|said| said.slot == attribute.slot);
                let media = said.and(self.media).filter(|media| attribute.simple.simple.check(media).is_ok());
                let text = match attribute.fixed.as_deref().or(media) {
                    Some(only) => only.to_owned(),
                    None => self.text(&attribute.simple.simple),
                };
                values.insert(attribute.slot.index(), vec![json(&attribute.simple, &text)]);
            }
        }
    }

    /// The member that names the type `ix`.
    fn type_member(&self, complex: &ComplexPlan, ix: TypeIx) -> Vec<u8> {
        let mut member = Vec::new();
        write_key(&mut member, if complex.has_type_attribute() { "@xsi_type" } else { "@type" });
        write_string(&mut member, &self.plan.type_plan(ix).key);
        member
    }

    /// How often `node` occurs in the sample.
    fn times(&mut self, complex: &'p ComplexPlan, ix: NodeIx) -> usize {
        let node = complex.node(ix);
        let least = node.min as usize;
        let wanted = match node.kind {
            NodeKind::Element(element) => self.wanted(self.plan.element(element).type_ix),
            _ => self.whim() && self.budget > 0 && self.ends(complex, ix),
        };
        let more = if node.max > 1 { 2 } else { 1 };
        let times = if wanted { least.max(more).min(node.max as usize) } else { least };
        if self.room.holds(times) { times } else { 0 }
    }

    /// Whether one turn of a group has an end.
    fn ends(&self, complex: &ComplexPlan, ix: NodeIx) -> bool {
        let depth = |child: NodeIx| self.min_depth.of_node(self.plan, complex, child);
        let mut endless = complex.children(ix).map(|child| depth(child) == ENDLESS).peekable();
        let empty = endless.peek().is_none();
        match complex.node(ix).kind {
            NodeKind::Choice(_) => empty || !endless.all(|endless| endless),
            _ => !endless.any(|endless| endless),
        }
    }

    fn node(&mut self, complex: &'p ComplexPlan, ix: NodeIx, values: &mut Values) {
        let node = complex.node(ix);
        let times = self.times(complex, ix);
        match node.kind {
            NodeKind::Element(element) => {
                for _ in 0..times {
                    let value = self.element(element);
                    values.entry(node.slot.index()).or_default().push(value);
                }
            }
            NodeKind::Any(_) => {
                let items = (0..times).filter_map(|_| self.wild_item(complex, node));
                let items: Vec<_> = items.collect();
                if !items.is_empty() {
                    values.entry(node.slot.index()).or_default().extend(items);
                }
            }
            _ => match complex.turns(node) {
                Some(scope) => {
                    let turns = self.turns(complex, ix, times);
                    let turns = turns.iter().map(|turn| written(complex.scope(scope), None, turn));
                    let turns: Vec<_> = turns.collect();
                    if !turns.is_empty() {
                        values.entry(node.slot.index()).or_default().extend(turns);
                    }
                }
                None if times > 0 => {
                    for child in self.turn(complex, ix, 0) {
                        self.node(complex, child, values);
                    }
                }
                None => {}
            },
        }
    }

    /// The turns of a repeated group. A turn with nothing in it leaves no trace, so there is none.
    fn turns(&mut self, complex: &'p ComplexPlan, ix: NodeIx, times: usize) -> Vec<Values> {
        let node = complex.node(ix);
        let choice = matches!(node.kind, NodeKind::Choice(_));
        let full = choice && self.style == Style::Full && times > 1;
        let branches = complex.children(ix).count();
        let times = if full { times.max(branches).min(node.max as usize) } else { times };
        let mut turns = Vec::new();
        for nth in 0..times {
            let mut values = Values::new();
            for child in self.turn(complex, ix, nth) {
                self.node(complex, child, &mut values);
            }
            if !values.is_empty() {
                turns.push(values);
            }
        }
        turns
    }

    /// The nodes of one turn of a group; `nth` says which branch of a choice.
    fn turn(&mut self, complex: &'p ComplexPlan, ix: NodeIx, nth: usize) -> Vec<NodeIx> {
        match complex.node(ix).kind {
            NodeKind::Choice(_) => Vec::from_iter(self.branch(complex, ix, nth)),
            _ => complex.children(ix).collect(),
        }
    }

    fn branch(&mut self, complex: &'p ComplexPlan, ix: NodeIx, nth: usize) -> Option<NodeIx> {
        let depth = |child: &NodeIx| self.min_depth.of_node(self.plan, complex, *child);
        let mut all: Vec<NodeIx> = complex.children(ix).filter(|child| depth(child) != ENDLESS).collect();
        if self.style == Style::Minimal || self.budget == 0 || self.depth >= SAMPLE_DEPTH {
            all.sort_by_key(depth);
            return all.first().copied();
        }
        let at = if self.style == Style::Full { nth } else { self.random.below(all.len() as u64) as usize };
        all.get(at % all.len().max(1)).copied()
    }

    fn mixed(&mut self, complex: &'p ComplexPlan) -> Vec<Vec<u8>> {
        let mut items = Vec::new();
        if self.whim() {
            items.push(b"\"text \"".to_vec());
        }
        if let Some(root) = complex.root() {
            self.mixed_node(complex, root, &mut items);
        }
        items
    }

    fn mixed_node(&mut self, complex: &'p ComplexPlan, ix: NodeIx, items: &mut Vec<Vec<u8>>) {
        let node = complex.node(ix);
        for nth in 0..self.times(complex, ix) {
            match node.kind {
                NodeKind::Element(element) => {
                    let value = self.element(element);
                    items.push(member(complex, node, &value));
                }
                NodeKind::Any(_) => {
                    let item = self.wild_item(complex, node);
                    items.extend(item.map(|value| member(complex, node, &value)));
                }
                NodeKind::Choice(_) => {
                    if let Some(branch) = self.branch(complex, ix, nth) {
                        self.mixed_node(complex, branch, items);
                    }
                }
                NodeKind::Accessors(_) | NodeKind::All(_) | NodeKind::Sequence(_) => {
                    for child in complex.children(ix) {
                        self.mixed_node(complex, child, items);
                    }
                }
            }
        }
    }
}

/// A media type that a part may have: one that people know.
fn media_type(ranges: &[Box<str>]) -> String {
    match ranges.first().map(|range| (range.split_once("/*"), range)) {
        None => "application/octet-stream".to_owned(),
        Some((None, range)) => range.to_string(),
        Some((Some((kind, _)), _)) => {
            let known = [
                ("image", "png"),
                ("text", "plain"),
                ("audio", "mpeg"),
                ("video", "mp4"),
                ("application", "pdf"),
            ];
            let sub = known.iter().find(|(known, _)| *known == kind).map_or("x-sample", |(_, sub)| sub);
            format!("{kind}/{sub}")
        }
    }
}

/// An object of `scope`, with a member that names its type first.
fn written(scope: &Scope, kind: Option<Vec<u8>>, values: &Values) -> Vec<u8> {
    let mut members = Vec::from_iter(kind);
    for (at, values) in values {
        let slot = scope.slots.get(*at).expect("values are put into slots of their scope");
        // What is not in JSON is filled, or may be absent.
        if slot.hidden {
            continue;
        }
        let mut member = slot.json.as_bytes().to_vec();
        match values.first() {
            Some(single) if !slot.list => member.extend_from_slice(single),
            _ => member.extend_from_slice(&list(values)),
        }
        members.push(member);
    }
    let mut out = b"{".to_vec();
    out.extend_from_slice(&members.join(&b','));
    out.push(b'}');
    out
}

/// `{"key": value}` of mixed content.
fn member(complex: &ComplexPlan, node: &Node, value: &[u8]) -> Vec<u8> {
    let mut out = b"{".to_vec();
    out.extend_from_slice(complex.slot(node).json.as_bytes());
    out.extend_from_slice(value);
    out.push(b'}');
    out
}
