//! Content models: the members of an object as elements in schema order.

use super::options::NullAs;
use super::run::Run;
use super::simple::Leaf;
use super::slots::Object;
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::plan::{
    ComplexPlan, ElementIx, ElementPlan, Node, NodeIx, NodeKind, ScopeIx, Shape, Slot, SlotIx,
};

impl<'p> Run<'_, 'p> {
    pub(super) fn particle(&mut self, object: Object<'p>, ix: NodeIx) {
        let complex = object.complex;
        let node = complex.node(ix);
        match node.kind {
            NodeKind::Element(element) => self.element_slot(object, node, element),
            NodeKind::Any(_) => self.wild_slot(object, node),
            _ => match complex.turns(node) {
                Some(scope) => self.turns(object, ix, scope),
                None if node.min == 0 && !self.present(object, ix) => {}
                None => self.group(object, ix),
            },
        }
    }

    fn group(&mut self, object: Object<'p>, ix: NodeIx) {
        match object.complex.node(ix).kind {
            NodeKind::Choice(_) => self.choice(object, ix),
            NodeKind::All(_) => self.all(object, ix),
            _ => {
                for child in object.complex.children(ix) {
                    self.particle(object, child);
                }
            }
        }
    }

    /// Any order is right, so the order of the keys is kept.
    fn all(&mut self, object: Object<'p>, ix: NodeIx) {
        let mut children: Vec<NodeIx> = object.complex.children(ix).collect();
        let token = |child: &NodeIx| self.buffers.slots.token(object, object.complex.node(*child).slot);
        children.sort_by_key(|child| token(child).map_or((true, 0), |token| (false, token)));
        for child in children {
            self.particle(object, child);
        }
    }

    fn choice(&mut self, object: Object<'p>, ix: NodeIx) {
        let complex = object.complex;
        let present = || complex.children(ix).filter(|child| self.present(object, *child));
        let chosen = match (present().next(), present().nth(1)) {
            (None, _) if complex.node(ix).emptiable => return,
            (None, _) => return self.no_branch(complex, ix),
            (Some(only), None) => Some(only),
            (Some(_), Some(_)) => self.branch(object, ix),
        };
        match chosen {
            Some(child) => self.particle(object, child),
            None => self.exclusive(object, ix),
        }
    }

    /// The branch that takes all that is there, best one that lacks nothing.
    fn branch(&self, object: Object<'p>, ix: NodeIx) -> Option<NodeIx> {
        let complex = object.complex;
        let covers = |child: &NodeIx| complex.children(ix).all(|other| self.covered(object, other, *child));
        let mut covering = complex.children(ix).filter(covers);
        let first = covering.next()?;
        let complete = std::iter::once(first).chain(covering).find(|child| self.complete(object, *child));
        // Where each lacks something, the first one says what.
        complete.or(Some(first))
    }

    /// Whether every slot that is filled below `node` also stands below `other`.
    fn covered(&self, object: Object<'p>, node: NodeIx, other: NodeIx) -> bool {
        let complex = object.complex;
        let of = complex.node(node);
        if has_slot(complex, of) {
            return !self.present(object, node) || stands_below(complex, other, of);
        }
        complex.children(node).all(|child| self.covered(object, child, other))
    }

    fn complete(&self, object: Object<'p>, node: NodeIx) -> bool {
        let complex = object.complex;
        let of = complex.node(node);
        if of.emptiable {
            return true;
        }
        if has_slot(complex, of) {
            return self.present(object, node);
        }
        match of.kind {
            NodeKind::Choice(_) => complex.children(node).any(|child| self.complete(object, child)),
            _ => complex.children(node).all(|child| self.complete(object, child)),
        }
    }

    /// Whether anything below `ix` is filled.
    pub(super) fn present(&self, object: Object<'p>, ix: NodeIx) -> bool {
        let complex = object.complex;
        let node = complex.node(ix);
        if !has_slot(complex, node) {
            return complex.children(ix).any(|child| self.present(object, child));
        }
        if complex.extra == Some(node.slot) {
            return self.buffers.slots.taken(object, node.slot) > 0;
        }
        let value = self.filled(object, node.slot);
        value
            .is_some_and(|value| !complex.slot(node).list || value.kind() != Kind::Array || !value.is_empty())
    }

    fn no_branch(&mut self, complex: &'p ComplexPlan, ix: NodeIx) {
        let names: Vec<&str> = complex.children(ix).filter_map(|child| first_key(complex, child)).collect();
        self.report(Breach::Missing, format!("one of {} is required", names.join(", ")));
    }

    fn exclusive(&mut self, object: Object<'p>, ix: NodeIx) {
        let present = object.complex.children(ix).filter(|child| self.present(object, *child));
        let names: Vec<&str> = present.filter_map(|child| self.present_key(object, child)).collect();
        let expected = format!("only one of {} is possible", names.join(", "));
        let second = names.get(1).expect("a choice is exclusive when two of its branches are there");
        self.report_at(second, Breach::Exclusive, &expected);
    }

    /// The first key below `ix` that is there.
    fn present_key(&self, object: Object<'p>, ix: NodeIx) -> Option<&'p str> {
        let complex = object.complex;
        let node = complex.node(ix);
        if has_slot(complex, node) {
            return self.present(object, ix).then(|| &*complex.slot(node).key);
        }
        complex.children(ix).find_map(|child| self.present_key(object, child))
    }

    fn turns(&mut self, object: Object<'p>, ix: NodeIx, scope: ScopeIx) {
        let complex = object.complex;
        let node = complex.node(ix);
        let slot = complex.slot(node);
        let items = self.items(&slot.key, self.filled(object, node.slot));
        self.check_count(complex, node, items.map_or(0, |items| turns(items, node.min as usize)));
        for (at, item) in items.into_iter().flat_map(|items| items.items()).enumerate() {
            self.path.push("", Some(&slot.key), Some(at as u32));
            if item.kind() == Kind::Object {
                let turn = self.buffers.slots.open(complex, scope);
                self.fill(turn, item, &[]);
                self.group(turn, ix);
                self.buffers.slots.close(turn);
            } else {
                self.report(Breach::Type, "expected an object".to_owned());
            }
            self.path.pop();
        }
    }

    pub(super) fn element_slot(&mut self, object: Object<'p>, node: &'p Node, ix: ElementIx) {
        let complex = object.complex;
        let slot = complex.slot(node);
        if complex.extra == Some(node.slot) && node.scope == ScopeIx::FIRST {
            return self.extra(object, node.slot, ix);
        }
        if slot.list {
            return self.list(object, node, ix);
        }
        match (self.filled(object, node.slot), &slot.fill) {
            (Some(value), _) => {
                self.enter(complex, slot);
                self.path.push(&self.plan.element(ix).local, Some(&slot.key), None);
                self.element(node.min == 0, ix, value);
                self.path.pop();
                self.leave(slot);
            }
            (None, Some(text)) => match slot.credential.zip(self.given) {
                Some((credential, given)) => self.given_in(slot, self.plan.element(ix), given.of(credential)),
                None => self.filled_in(self.plan.element(ix), text),
            },
            (None, None) if node.min > 0 => self.missing_slot(complex, node.scope, node.slot),
            (None, None) => {}
        }
    }

    /// An element of which JSON says nothing.
    fn filled_in(&mut self, element: &'p ElementPlan, text: &str) {
        self.put(&element.open);
        self.put_declarations();
        self.put(">");
        let before = self.out.len();
        self.put(text);
        self.close(element, before);
    }

    /// An element with a credential of whoever calls.
    fn given_in(&mut self, slot: &'p Slot, element: &'p ElementPlan, text: &str) {
        let Shape::Simple(simple) = &self.plan.type_plan(element.type_ix).shape else {
            unreachable!("only a simple field is a credential");
        };
        self.path.push(&element.local, Some(&slot.key), None);
        self.put(&element.open);
        self.put_declarations();
        self.put(">");
        let before = self.out.len();
        let fixed = element.fixed.as_deref();
        self.checked(&Leaf { simple, fixed, write: |out, text| out.text(text) }, text);
        self.close(element, before);
        self.path.pop();
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

    fn list(&mut self, object: Object<'p>, node: &'p Node, ix: ElementIx) {
        let complex = object.complex;
        let slot = complex.slot(node);
        self.enter(complex, slot);
        let items = self.items(&slot.key, self.filled(object, node.slot));
        let taken = self.buffers.slots.taken(object, node.slot);
        let left = items.map_or(0, |items| items.len()).saturating_sub(taken);
        let take = share(complex, node, left);
        self.check_count(complex, node, take);
        let key = (!complex.flat).then_some(&*slot.key);
        let items = items.into_iter().flat_map(|items| items.items());
        for (at, item) in items.enumerate().skip(taken).take(take) {
            self.path.push(&self.plan.element(ix).local, key, Some(at as u32));
            self.element(node.min == 0, ix, item);
            self.path.pop();
        }
        self.leave(slot);
        self.buffers.slots.take(object, node.slot, taken + take);
    }

    /// The array in a list's slot.
    pub(super) fn items(&mut self, key: &str, value: Option<Value<'p>>) -> Option<Value<'p>> {
        let value = value?;
        if value.kind() == Kind::Array {
            return Some(value);
        }
        if value.kind() == Kind::Null && self.options.null_as == NullAs::Absent {
            self.leave_out(value);
        } else {
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

    pub(super) fn missing_slot(&mut self, complex: &'p ComplexPlan, scope: ScopeIx, slot: SlotIx) {
        let Some(slot) = complex.scope(scope).slots.get(slot.index()) else { return };
        self.enter(complex, slot);
        self.report_at(&slot.key, Breach::Missing, "required");
        self.leave(slot);
    }
}

/// How many of the items that are left in a list `node` takes: nodes behind it may need some of them.
fn share(complex: &ComplexPlan, node: &Node, left: usize) -> usize {
    if node.reserve == 0 && !complex.scope(node.scope).scattered {
        return left;
    }
    let beyond = if left > node.min as usize { left.saturating_sub(node.reserve as usize) } else { left };
    beyond.min(node.max as usize)
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
