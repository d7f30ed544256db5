//! Content models: the members of an object as elements in schema order.

use super::{NullAs, Run};
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::plan::{ComplexPlan, ElementIx, ElementPlan, Node, NodeIx, NodeKind, ScopeIx, Slot};

impl<'p> Run<'_, 'p> {
    /// The value of a slot, if there is one.
    pub(super) fn filled(&self, base: usize, slot: usize) -> Option<Value<'p>> {
        let token = self.buffers.token(base + slot);
        if token == 0 { None } else { self.document.value(token as usize) }
    }

    pub(super) fn particle(&mut self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) {
        let node = complex.node(ix);
        match node.kind {
            NodeKind::Element(element) => self.element_slot(complex, node, element, base),
            NodeKind::Any(_) => self.wild_slot(complex, node, base),
            _ => match complex.turns(node) {
                Some(scope) => self.turns(complex, ix, node, scope, base),
                None if node.min == 0 && !self.present(complex, ix, base) => {}
                None => self.group(complex, ix, base),
            },
        }
    }

    fn group(&mut self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) {
        if let NodeKind::Choice(_) = complex.node(ix).kind {
            return self.choice(complex, ix, base);
        }
        if let NodeKind::All(_) = complex.node(ix).kind {
            return self.all(complex, ix, base);
        }
        for child in complex.children(ix) {
            self.particle(complex, child, base);
        }
    }

    /// Any order is right, so the order of the keys is kept.
    fn all(&mut self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) {
        let mut children: Vec<NodeIx> = complex.children(ix).collect();
        let token = |child: &NodeIx| self.buffers.token(base + complex.node(*child).slot.index());
        children.sort_by_key(|child| match token(child) {
            0 => u32::MAX,
            token => token,
        });
        for child in children {
            self.particle(complex, child, base);
        }
    }

    fn choice(&mut self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) {
        let present = || complex.children(ix).filter(|child| self.present(complex, *child, base));
        let chosen = match (present().next(), present().nth(1)) {
            (None, _) if complex.node(ix).emptiable => return,
            (None, _) => return self.no_branch(complex, ix),
            (Some(only), None) => Some(only),
            (Some(_), Some(_)) => self.branch(complex, ix, base),
        };
        match chosen {
            Some(child) => self.particle(complex, child, base),
            None => self.exclusive(complex, ix, base),
        }
    }

    /// The branch that takes all that is there, best one that lacks nothing.
    fn branch(&self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) -> Option<NodeIx> {
        let covers =
            |child: &NodeIx| complex.children(ix).all(|other| self.covered(complex, other, *child, base));
        let mut covering = complex.children(ix).filter(covers);
        let first = covering.next()?;
        let complete =
            std::iter::once(first).chain(covering).find(|child| self.complete(complex, *child, base));
        Some(complete.unwrap_or(first))
    }

    /// Whether every slot that is filled below `node` also stands below `other`.
    fn covered(&self, complex: &'p ComplexPlan, node: NodeIx, other: NodeIx, base: usize) -> bool {
        let of = complex.node(node);
        if has_slot(complex, of) {
            return !self.present(complex, node, base) || stands_below(complex, other, of);
        }
        complex.children(node).all(|child| self.covered(complex, child, other, base))
    }

    fn complete(&self, complex: &'p ComplexPlan, node: NodeIx, base: usize) -> bool {
        let of = complex.node(node);
        if of.emptiable {
            return true;
        }
        if has_slot(complex, of) {
            return self.present(complex, node, base);
        }
        match of.kind {
            NodeKind::Choice(_) => complex.children(node).any(|child| self.complete(complex, child, base)),
            _ => complex.children(node).all(|child| self.complete(complex, child, base)),
        }
    }

    /// Whether anything below `ix` is filled.
    fn present(&self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) -> bool {
        let node = complex.node(ix);
        if !has_slot(complex, node) {
            return complex.children(ix).any(|child| self.present(complex, child, base));
        }
        let value = self.filled(base, node.slot.index());
        if complex.extra == Some(node.slot) {
            return self.buffers.values.get(base + node.slot.index()).is_some_and(|filled| filled.taken > 0);
        }
        value
            .is_some_and(|value| !complex.slot(node).list || value.kind() != Kind::Array || !value.is_empty())
    }

    fn no_branch(&mut self, complex: &'p ComplexPlan, ix: NodeIx) {
        let names: Vec<&str> = complex.children(ix).filter_map(|child| first_key(complex, child)).collect();
        self.report(Breach::Missing, format!("one of {} is required", names.join(", ")));
    }

    fn exclusive(&mut self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) {
        let present = complex.children(ix).filter(|child| self.present(complex, *child, base));
        let names: Vec<&str> = present.filter_map(|child| self.present_key(complex, child, base)).collect();
        let expected = format!("only one of {} is possible", names.join(", "));
        self.report_at(names.get(1).copied().unwrap_or(""), Breach::Exclusive, &expected);
    }

    /// The first key below `ix` that is there.
    fn present_key(&self, complex: &'p ComplexPlan, ix: NodeIx, base: usize) -> Option<&'p str> {
        let node = complex.node(ix);
        if has_slot(complex, node) {
            return self.present(complex, ix, base).then(|| &*complex.slot(node).key);
        }
        complex.children(ix).find_map(|child| self.present_key(complex, child, base))
    }

    fn turns(&mut self, complex: &'p ComplexPlan, ix: NodeIx, node: &'p Node, scope: ScopeIx, base: usize) {
        let slot = complex.slot(node);
        let value = self.filled(base, node.slot.index());
        let items = self.items(&slot.key, value);
        self.check_count(complex, node, items.map_or(0, |items| turns(items, node.min as usize)));
        for (at, item) in items.into_iter().flat_map(|items| items.items()).enumerate() {
            self.path.push("", Some(&slot.key), Some(at as u32));
            if item.kind() == Kind::Object {
                let inner = self.fill(complex, scope, item, &[]);
                self.group(complex, ix, inner);
                self.buffers.values.truncate(inner);
            } else {
                self.report(Breach::Type, "expected an object".to_owned());
            }
            self.path.pop();
        }
    }

    fn element_slot(&mut self, complex: &'p ComplexPlan, node: &'p Node, ix: ElementIx, base: usize) {
        let slot = complex.slot(node);
        if complex.extra == Some(node.slot) && node.scope == ScopeIx::FIRST {
            return self.extra(complex, node, ix, base);
        }
        let value = self.filled(base, node.slot.index());
        if slot.list {
            return self.list(complex, node, ix, base, value);
        }
        match (value, &slot.fill) {
            (Some(value), _) => {
                self.enter(complex, slot);
                self.path.push(&self.plan.element(ix).local, Some(&slot.key), None);
                self.element(node.min == 0, ix, value);
                self.path.pop();
                self.leave(slot);
            }
            (None, Some(text)) => self.filled_in(self.plan.element(ix), text),
            (None, None) if node.min > 0 => self.missing_slot(complex, node.scope, node.slot.index()),
            (None, None) => {}
        }
    }

    /// An element of which JSON says nothing.
    fn filled_in(&mut self, element: &'p ElementPlan, text: &str) {
        self.put(&element.open);
        self.put(self.declare.unwrap_or(""));
        self.out.push(b'>');
        let before = self.out.len();
        self.put(text);
        self.close(element, before);
    }

    /// Steps into the sub-object that `slot` is in.
    fn enter(&mut self, complex: &'p ComplexPlan, slot: &Slot) {
        if let Some(bundle) = slot.bundle(complex) {
            self.path.push("", Some(&bundle.key), None);
        }
    }

    fn leave(&mut self, slot: &Slot) {
        if slot.bundle.is_some() {
            self.path.pop();
        }
    }

    fn list(
        &mut self,
        complex: &'p ComplexPlan,
        node: &'p Node,
        ix: ElementIx,
        base: usize,
        value: Option<Value<'p>>,
    ) {
        let slot = complex.slot(node);
        let key = &slot.key;
        self.enter(complex, slot);
        let items = self.items(key, value);
        let place = base + node.slot.index();
        let taken = self.buffers.values.get(place).map_or(0, |filled| filled.taken as usize);
        let left = items.map_or(0, |items| items.len()).saturating_sub(taken);
        let reserved =
            if left > node.min as usize { left.saturating_sub(node.reserve as usize) } else { left };
        let take = if node.reserve == 0 && !complex.scope(node.scope).scattered {
            left
        } else {
            reserved.min(node.max as usize)
        };
        self.check_count(complex, node, take);
        for (at, item) in items.into_iter().flat_map(|items| items.items()).enumerate().skip(taken).take(take)
        {
            let key = (!complex.flat).then_some(&**key);
            self.path.push(&self.plan.element(ix).local, key, Some(at as u32));
            self.element(node.min == 0, ix, item);
            self.path.pop();
        }
        self.leave(slot);
        if let Some(filled) = self.buffers.values.get_mut(place) {
            filled.taken = (taken + take) as u32;
        }
    }

    /// The array in a list's slot.
    pub(super) fn items(&mut self, key: &str, value: Option<Value<'p>>) -> Option<Value<'p>> {
        let value = value?;
        if value.kind() == Kind::Array {
            return Some(value);
        }
        if value.kind() != Kind::Null || self.options.null_as != NullAs::Absent {
            self.report_at(key, Breach::Type, "expected an array");
        }
        None
    }

    pub(super) fn check_count(&mut self, complex: &'p ComplexPlan, node: &Node, count: usize) {
        let key = &complex.slot(node).key;
        let least = if node.emptiable { 0 } else { node.min };
        if count == 0 && least > 0 {
            self.report_at(key, Breach::Missing, "required");
        } else if count < least as usize {
            self.report_at(key, Breach::Length, &format!("expected at least {} items", node.min));
        } else if count > node.max as usize {
            self.report_at(key, Breach::Length, &format!("expected at most {} items", node.max));
        }
    }

    pub(super) fn missing_slot(&mut self, complex: &'p ComplexPlan, scope: ScopeIx, slot: usize) {
        let Some(slot) = complex.scope(scope).slots.get(slot) else { return };
        self.enter(complex, slot);
        self.report_at(&slot.key, Breach::Missing, "required");
        self.leave(slot);
    }
}

/// How many turns there are; where they are too few, each further item of a list in a turn may be one.
fn turns(items: Value<'_>, least: usize) -> usize {
    let count = items.len();
    if count >= least {
        return count;
    }
    let lists = items.items().flat_map(|turn| turn.members()).map(|member| member.value());
    let more: usize =
        lists.filter(|list| list.kind() == Kind::Array).map(|list| list.len().saturating_sub(1)).sum();
    least.min(count + more)
}

/// Elements and repeated groups have a slot of their own.
fn has_slot(complex: &ComplexPlan, node: &Node) -> bool {
    matches!(node.kind, NodeKind::Any(_) | NodeKind::Element(_)) || complex.turns(node).is_some()
}

fn stands_below(complex: &ComplexPlan, ix: NodeIx, wanted: &Node) -> bool {
    let node = complex.node(ix);
    let here = has_slot(complex, node) && node.scope == wanted.scope && node.slot == wanted.slot;
    here || (!has_slot(complex, node)
        && complex.children(ix).any(|child| stands_below(complex, child, wanted)))
}

fn first_key(complex: &ComplexPlan, ix: NodeIx) -> Option<&str> {
    let node = complex.node(ix);
    if has_slot(complex, node) {
        return Some(&complex.slot(node).key);
    }
    complex.children(ix).find_map(|child| first_key(complex, child))
}
