//! Which members of an object must be there, and which may not: what the content model of a type says, as the bridge reads it.
//!
//! The model becomes a formula over the presence of members. What must be there whatever else is there becomes `required`; the rest are
//! conditions.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::view::View;
use crate::describe::tree::{Object, Tree};
use crate::plan::{ComplexPlan, Node, NodeIx, NodeKind, ScopeIx, Slot, SlotIx};

/// What is said of the presence of members.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Formula {
    All(Vec<Formula>),
    Any(Vec<Formula>),
    /// A member is there; of a list with at least one item, where an empty one counts as absent.
    Has(Member),
    Never,
    Not(Box<Formula>),
    /// Exactly one.
    One(Vec<Formula>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Member {
    pub(super) key: String,
    /// The sub-object that it is in.
    pub(super) bundle: Option<String>,
    /// Whether it must have an item to be there.
    list: bool,
}

/// The content model of a type and who looks at it.
#[derive(Clone, Copy)]
pub(super) struct Model<'p> {
    pub(super) complex: &'p ComplexPlan,
    pub(super) view: View,
}

/// What objects need.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// Members that are always there: their sub-objects by their keys.
    required: HashMap<String, Vec<Option<String>>>,
    /// What else holds.
    pub(super) conditions: Vec<Formula>,
}

impl Needs {
    /// What `formula` comes to.
    pub(super) fn of(formula: Formula) -> Self {
        let mut needs = Self::default();
        let parts = match formula {
            Formula::All(parts) => parts,
            other => vec![other],
        };
        for part in parts {
            match part {
                Formula::Has(Member { key, bundle, .. }) => {
                    needs.required.entry(key).or_default().push(bundle)
                }
                condition => needs.conditions.push(condition),
            }
        }
        needs
    }

    pub(super) fn requires(&self, key: &str, bundle: Option<&str>) -> bool {
        self.required.get(key).is_some_and(|known| known.iter().any(|known| known.as_deref() == bundle))
    }
}

impl<'p> Model<'p> {
    /// What the whole content needs.
    pub(super) fn whole(self) -> Formula {
        self.complex.root().map_or(ALWAYS, |root| self.needed(root))
    }

    /// What a turn of the group `ix` needs.
    pub(super) fn turn(self, ix: NodeIx) -> Formula {
        self.inside(ix)
    }

    /// What the branch `ix` of a choice needs that was chosen.
    pub(super) fn branch(self, ix: NodeIx) -> Formula {
        self.needed(ix)
    }

    /// What the node needs where it may not be left out.
    fn needed(self, ix: NodeIx) -> Formula {
        let node = self.complex.node(ix);
        if has_slot(self.complex, node) {
            return self.slot_needed(node);
        }
        let inside = self.inside(ix);
        let choice = matches!(node.kind, NodeKind::Choice(_));
        // Of a choice that may be left out one of the possibilities is that there is nothing.
        if node.min > 0 || choice { inside } else { any(vec![not(self.present(ix)), inside]) }
    }

    fn slot_needed(self, node: &Node) -> Formula {
        let slot = self.complex.slot(node);
        let filled = slot.fill.is_some() && self.view.fills;
        let needed = node.min > 0 && !node.emptiable && !filled && !slot.hidden && !self.is_extra(node);
        // `minItems` says how many items a list has.
        if needed { Formula::Has(self.member(slot, false)) } else { ALWAYS }
    }

    fn is_extra(self, node: &Node) -> bool {
        node.scope == ScopeIx::FIRST && self.complex.extra == Some(node.slot)
    }

    fn inside(self, ix: NodeIx) -> Formula {
        let children: Vec<NodeIx> = self.complex.children(ix).collect();
        match self.complex.node(ix).kind {
            NodeKind::Choice(_) => self.choice(ix, &children),
            _ => all(children.into_iter().map(|child| self.needed(child)).collect()),
        }
    }

    fn choice(self, ix: NodeIx, children: &[NodeIx]) -> Formula {
        let slots: Vec<Vec<(ScopeIx, SlotIx)>> = children.iter().map(|child| self.slots(*child)).collect();
        let all_slots = slots.concat();
        let shared = distinct(all_slots.clone()).len() < all_slots.len();
        let present: Vec<Formula> = children.iter().map(|child| self.present(*child)).collect();
        // Of a group that repeats it is that of a turn: where the turns stand is none of its members.
        let nothing = self.complex.node(ix).emptiable.then(|| not(any(present.clone())));
        if shared {
            return any(self.covered(children).into_iter().chain(nothing).collect());
        }
        let whole = children.iter().zip(&present).map(|(child, present)| {
            let needed = self.needed(*child);
            if needed == *present { ALWAYS } else { any(vec![not(present.clone()), needed]) }
        });
        let whole: Vec<Formula> = whole.collect();
        let one = exactly_one(present.into_iter().chain(nothing).collect());
        all(std::iter::once(one).chain(whole).collect())
    }

    /// The branches of a choice that have members in common, each with nothing of the others.
    fn covered(self, children: &[NodeIx]) -> Vec<Formula> {
        let every: Vec<(ScopeIx, SlotIx)> = children.iter().flat_map(|child| self.slots(*child)).collect();
        let branches = children.iter().map(|child| {
            let own = self.slots(*child);
            let others = every.iter().filter(|slot| !own.contains(slot)).map(|slot| not(self.has(*slot)));
            all(std::iter::once(self.needed(*child)).chain(others).collect())
        });
        branches.collect()
    }

    /// Whether anything of the node is there.
    fn present(self, ix: NodeIx) -> Formula {
        any(self.slots(ix).into_iter().map(|slot| self.has(slot)).collect())
    }

    fn has(self, slot: (ScopeIx, SlotIx)) -> Formula {
        let (scope, ix) = slot;
        let extra = scope == ScopeIx::FIRST && self.complex.extra == Some(ix);
        match self.complex.scope(scope).slots.get(ix.index()) {
            Some(slot) if !slot.hidden && !extra => Formula::Has(self.member(slot, slot.list)),
            Some(_) | None => Formula::Never,
        }
    }

    fn member(self, slot: &Slot, list: bool) -> Member {
        let bundle = slot.bundle(self.complex).map(|bundle| bundle.key.to_string());
        Member { key: slot.key.to_string(), bundle, list }
    }

    /// The slots at and below a node, each once.
    pub(super) fn slots(self, ix: NodeIx) -> Vec<(ScopeIx, SlotIx)> {
        let mut found = Vec::new();
        self.collect(ix, &mut found);
        distinct(found)
    }

    fn collect(self, ix: NodeIx, found: &mut Vec<(ScopeIx, SlotIx)>) {
        let node = self.complex.node(ix);
        if !has_slot(self.complex, node) {
            return self.complex.children(ix).for_each(|child| self.collect(child, found));
        }
        found.push((node.scope, node.slot));
    }
}

/// Elements, wildcards and repeated groups have a slot of their own.
pub(super) fn has_slot(complex: &ComplexPlan, node: &Node) -> bool {
    matches!(node.kind, NodeKind::Any(_) | NodeKind::Element(_)) || complex.turns(node).is_some()
}

const ALWAYS: Formula = Formula::All(Vec::new());

fn all(parts: Vec<Formula>) -> Formula {
    let mut flat: Vec<Formula> = Vec::new();
    for part in parts {
        match part {
            Formula::All(inner) => flat.extend(inner),
            Formula::Never => return Formula::Never,
            other => flat.push(other),
        }
    }
    let mut out = distinct(flat);
    match out.len() {
        1 => out.remove(0),
        _ => Formula::All(out),
    }
}

fn any(parts: Vec<Formula>) -> Formula {
    let mut flat: Vec<Formula> = Vec::new();
    for part in parts {
        match part {
            Formula::Any(inner) => flat.extend(inner),
            Formula::Never => {}
            part if part == ALWAYS => return ALWAYS,
            other => flat.push(other),
        }
    }
    let mut out = distinct(flat);
    match out.len() {
        0 => Formula::Never,
        1 => out.remove(0),
        _ => Formula::Any(out),
    }
}

/// Each once, where it comes first.
fn distinct<T: Eq + Hash>(items: Vec<T>) -> Vec<T> {
    let mut known = HashSet::new();
    let is_first: Vec<bool> = items.iter().map(|item| known.insert(item)).collect();
    items.into_iter().zip(is_first).filter_map(|(item, is_first)| is_first.then_some(item)).collect()
}

fn not(part: Formula) -> Formula {
    match part {
        Formula::Never => ALWAYS,
        Formula::Not(inner) => *inner,
        part if part == ALWAYS => Formula::Never,
        part => Formula::Not(Box::new(part)),
    }
}

fn exactly_one(parts: Vec<Formula>) -> Formula {
    let mut parts: Vec<Formula> = parts.into_iter().filter(|part| *part != Formula::Never).collect();
    match parts.len() {
        0 => Formula::Never,
        1 => parts.remove(0),
        _ => Formula::One(parts),
    }
}

/// A formula as a schema of objects.
pub(super) fn schema(formula: &Formula) -> Tree {
    let list = |parts: &[Formula]| parts.iter().map(schema).collect::<Vec<_>>();
    match formula {
        Formula::All(parts) if parts.is_empty() => Object::new().into(),
        Formula::All(parts) => match simple_members(parts) {
            Some(keys) => Object::new().with("required", Tree::texts(keys)).into(),
            None => Object::new().with("allOf", list(parts)).into(),
        },
        Formula::Any(parts) => Object::new().with("anyOf", list(parts)).into(),
        Formula::Has(member) => has(member).into(),
        Formula::Never => Object::new().with("not", Object::new()).into(),
        Formula::Not(part) => Object::new().with("not", schema(part)).into(),
        Formula::One(parts) => Object::new().with("oneOf", list(parts)).into(),
    }
}

fn simple_members(parts: &[Formula]) -> Option<Vec<&str>> {
    let key = |part| match part {
        &Formula::Has(Member { ref key, bundle: None, list: false }) => Some(key.as_str()),
        _ => None,
    };
    Some(parts.iter().map(key).collect::<Option<Vec<_>>>()?).filter(|keys| !keys.is_empty())
}

fn has(member: &Member) -> Object {
    let mut own = Object::new().with("required", Tree::texts([member.key.as_str()]));
    if member.list {
        let items = Object::new().with("minItems", 1_u64);
        own.put("properties", Object::new().with(member.key.clone(), items));
    }
    match &member.bundle {
        None => own,
        Some(bundle) => Object::new()
            .with("required", Tree::texts([bundle.as_str()]))
            .with("properties", Object::new().with(bundle.clone(), own)),
    }
}

/// A formula in words; nothing for one that is no sentence.
pub(super) fn words(formula: &Formula) -> Option<String> {
    let Formula::One(parts) = formula else { return None };
    let mut names = Vec::new();
    let mut none = false;
    for part in parts {
        match part {
            Formula::Has(member) => names.push(format!("`{}`", member.key)),
            Formula::Any(inner) => {
                let keys: Option<Vec<String>> = inner
                    .iter()
                    .map(|part| match part {
                        Formula::Has(member) => Some(format!("`{}`", member.key)),
                        _ => None,
                    })
                    .collect();
                names.push(keys?.join(" with "));
            }
            Formula::Not(_) => none = true,
            _ => return None,
        }
    }
    let how = if none { "At most one of" } else { "Exactly one of" };
    Some(format!("{how} {}.", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(key: &str) -> Formula {
        Formula::Has(Member { key: key.to_owned(), bundle: None, list: false })
    }

    #[test]
    fn formulas_are_as_short_as_they_can_be() {
        assert_eq!(
            all(vec![ALWAYS, member("a"), all(vec![member("a"), member("b")])]),
            Formula::All(vec![member("a"), member("b")])
        );
        assert_eq!(any(vec![Formula::Never, member("a"), member("a")]), member("a"));
        assert_eq!(
            (any(vec![member("a"), ALWAYS]), all(vec![member("a"), Formula::Never])),
            (ALWAYS, Formula::Never)
        );
        assert_eq!(
            (not(not(member("a"))), not(ALWAYS), exactly_one(vec![Formula::Never])),
            (member("a"), Formula::Never, Formula::Never)
        );
    }

    /// A sequence of choices has as many parts as it likes: to compare each with all others would take minutes here.
    #[test]
    fn parts_that_are_very_many_are_told_apart_at_once() {
        let parts = || (0..50_000).map(|number| member(&format!("m{number}")));
        assert_eq!(all(parts().chain(parts()).collect()), Formula::All(parts().collect()));
        assert_eq!(any(parts().chain(parts()).collect()), Formula::Any(parts().collect()));
        let needs = Needs::of(Formula::All(parts().collect()));
        assert!((0..50_000).all(|number| needs.requires(&format!("m{number}"), None)));
    }

    #[test]
    fn what_is_always_there_is_required_and_the_rest_are_conditions() {
        let one = exactly_one(vec![member("b"), member("c")]);
        let needs = Needs::of(all(vec![member("a"), one.clone()]));
        assert!(needs.requires("a", None) && !needs.requires("b", None) && !needs.requires("a", Some("x")));
        assert_eq!(needs.conditions, std::slice::from_ref(&one));
        assert_eq!(words(&one).as_deref(), Some("Exactly one of `b`, `c`."));
    }
}
