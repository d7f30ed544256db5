//! Objects: attributes and content models.

use std::collections::BTreeMap;

use super::{Sampler, Style, heights, json, list};
use crate::json::write::{write_key, write_string};
use crate::limits::SAMPLE_DEPTH;
use crate::plan::{ComplexPlan, Node, NodeIx, NodeKind, Role, ScopeIx, TypeIx, WildcardPlan};

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
            let text = self.text(&simple.simple);
            values.insert(slot.unwrap_or(0), vec![json(simple, &text)]);
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
        self.written(complex, ScopeIx::FIRST, named, &values)
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
        self.written(complex, ScopeIx::FIRST, None, &values)
    }

    fn attributes(&mut self, complex: &'p ComplexPlan, values: &mut Values) {
        for attribute in &complex.attributes {
            if attribute.required || self.whim() {
                let fixed = attribute.fixed.as_deref().map(str::to_owned);
                let text = fixed.unwrap_or_else(|| self.text(&attribute.simple.simple));
                values.insert(attribute.slot.index(), vec![json(&attribute.simple, &text)]);
            }
        }
    }

    fn written(
        &self,
        complex: &ComplexPlan,
        scope: ScopeIx,
        named: Option<TypeIx>,
        values: &Values,
    ) -> Vec<u8> {
        let mut members = Vec::new();
        if let Some(ix) = named {
            let mut member = Vec::new();
            write_key(&mut member, if complex.has_type_attribute() { "@xsi_type" } else { "@type" });
            write_string(&mut member, &self.plan.type_plan(ix).key);
            members.push(member);
        }
        for (slot, values) in values {
            let Some(slot) = complex.scope(scope).slots.get(*slot) else { continue };
            let mut member = slot.json.as_bytes().to_vec();
            let single = values.first().filter(|_| !slot.list);
            member.extend_from_slice(&single.cloned().unwrap_or_else(|| list(values)));
            members.push(member);
        }
        let mut out = b"{".to_vec();
        out.extend_from_slice(&members.join(&b','));
        out.push(b'}');
        out
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
        if wanted { least.max(more).min(node.max as usize) } else { least }
    }

    /// Whether one turn of a group has an end.
    fn ends(&self, complex: &ComplexPlan, ix: NodeIx) -> bool {
        let height = |child: NodeIx| self.heights.of_node(self.plan, complex, child);
        let heights = complex.children(ix).map(height);
        let of = match complex.node(ix).kind {
            NodeKind::Choice(_) => heights.min(),
            _ => heights.max(),
        };
        of.unwrap_or(0) != heights::ENDLESS
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
            NodeKind::Any(_) => self.wild_items(complex, node, times, values),
            _ => match complex.turns(node) {
                Some(scope) => self.turns(complex, ix, scope, times, values),
                None if times > 0 => self.turn(complex, ix, 0, values),
                None => {}
            },
        }
    }

    /// The turns of a repeated group. A turn with nothing in it leaves no trace, so there is none.
    fn turns(
        &mut self,
        complex: &'p ComplexPlan,
        ix: NodeIx,
        scope: ScopeIx,
        times: usize,
        values: &mut Values,
    ) {
        let branches = complex.children(ix).count();
        let choice = matches!(complex.node(ix).kind, NodeKind::Choice(_));
        let full = choice && self.style == Style::Full && times > 1;
        let times = if full { times.max(branches).min(complex.node(ix).max as usize) } else { times };
        for at in 0..times {
            let mut inner = Values::new();
            self.turn(complex, ix, at, &mut inner);
            if !inner.is_empty() {
                let object = self.written(complex, scope, None, &inner);
                values.entry(complex.node(ix).slot.index()).or_default().push(object);
            }
        }
    }

    /// One turn of a group; `nth` says which branch of a choice.
    fn turn(&mut self, complex: &'p ComplexPlan, ix: NodeIx, nth: usize, values: &mut Values) {
        if !matches!(complex.node(ix).kind, NodeKind::Choice(_)) {
            for child in complex.children(ix) {
                self.node(complex, child, values);
            }
            return;
        }
        if let Some(branch) = self.branch(complex, ix, nth) {
            self.node(complex, branch, values);
        }
    }

    fn branch(&mut self, complex: &'p ComplexPlan, ix: NodeIx, nth: usize) -> Option<NodeIx> {
        let height = |child: &NodeIx| self.heights.of_node(self.plan, complex, *child);
        let mut all: Vec<NodeIx> =
            complex.children(ix).filter(|child| height(child) != heights::ENDLESS).collect();
        if self.style == Style::Minimal || self.budget == 0 || self.depth >= SAMPLE_DEPTH {
            all.sort_by_key(height);
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
                    let wild = complex.wildcard(node).and_then(|wildcard| self.wild(complex, wildcard));
                    items.extend(wild.map(|value| member(complex, node, &value)));
                }
                NodeKind::Choice(_) => {
                    if let Some(branch) = self.branch(complex, ix, nth) {
                        self.mixed_node(complex, branch, items);
                    }
                }
                NodeKind::All(_) | NodeKind::Sequence(_) => {
                    for child in complex.children(ix) {
                        self.mixed_node(complex, child, items);
                    }
                }
            }
        }
    }

    fn wild_items(&mut self, complex: &'p ComplexPlan, node: &'p Node, times: usize, values: &mut Values) {
        let Some(wildcard) = complex.wildcard(node) else { return };
        for _ in 0..times {
            if let Some(item) = self.wild(complex, wildcard) {
                values.entry(node.slot.index()).or_default().push(item);
            }
        }
    }

    /// An element that a wildcard takes and its siblings do not.
    fn wild(&mut self, complex: &'p ComplexPlan, wildcard: &'p WildcardPlan) -> Option<Vec<u8>> {
        if let Some(raw) = raw(self.plan, wildcard).filter(|_| !wildcard.typed || wildcard.lax) {
            return Some(raw);
        }
        let plan = self.plan;
        let fits = |ix: &crate::plan::ElementIx| {
            let element = plan.element(*ix);
            let sibling = complex.elements().any(|sibling| plan.element(sibling).local == element.local);
            wildcard.allows(element.ns) && !sibling && self.heights.of_type(element.type_ix) < 3
        };
        let global = plan.globals().all().find(|global| fits(&global.element))?;
        let mut out = b"{".to_vec();
        write_key(&mut out, &global.key);
        out.extend_from_slice(&self.element(global.element));
        out.push(b'}');
        Some(out)
    }
}

/// An element that no contract declares, in a namespace that `wildcard` allows.
fn raw(plan: &crate::plan::Plan, wildcard: &WildcardPlan) -> Option<Vec<u8>> {
    let names = ["urn:example:any", ""];
    let strange = plan.namespaces().find(names[0]).is_none();
    let allowed = names.iter().find(|name| match **name {
        "" => wildcard.allows(crate::xml::ns::NONE),
        _ => strange && wildcard.allows(crate::xml::ns::UNKNOWN),
    })?;
    let mut out = Vec::new();
    let text = if allowed.is_empty() {
        "<any>1</any>".to_owned()
    } else {
        format!("<any xmlns=\"{allowed}\">1</any>")
    };
    write_string(&mut out, &text);
    Some(out)
}

/// `{"key": value}` of mixed content.
fn member(complex: &ComplexPlan, node: &Node, value: &[u8]) -> Vec<u8> {
    let mut out = b"{".to_vec();
    out.extend_from_slice(complex.slot(node).json.as_bytes());
    out.extend_from_slice(value);
    out.push(b'}');
    out
}
