//! The elements of a complex type, each with how often it may be there and where it is in JSON.

use std::collections::HashMap;

use super::change::{Pair, Side};
use super::language::Times;
use crate::plan::{ComplexPlan, ElementIx, Node, NodeIx, NodeKind, Role, ScopeIx, Slot};
use crate::xml::QName;

/// An element of a content model.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: QName,
    pub(super) element: ElementIx,
    /// How often it may be there in the whole content.
    pub(super) times: Times,
    /// Its member of the JSON object.
    pub(super) key: String,
    /// The keys that lead to the object.
    pub(super) group: String,
    /// Whether it is an array in JSON.
    pub(super) list: bool,
    /// Whether no client sees it in JSON.
    pub(super) hidden: bool,
    /// Whether JSON may leave it out, as a rule fills it in.
    pub(super) filled: bool,
    /// Whether an absent list is `[]`.
    pub(super) always: bool,
}

/// The elements of `complex` in their order, each name once.
pub(super) fn members(side: Side<'_>, complex: &ComplexPlan) -> Vec<Member> {
    let groups = groups(complex);
    let times = complex.root().map_or_else(HashMap::new, |root| occurrences(side, complex, root));
    let mut members: Vec<Member> = Vec::new();
    let mut known = HashMap::new();
    for node in &complex.nodes {
        let NodeKind::Element(element) = node.kind else { continue };
        let name = side.element_name(element);
        if known.insert(name.clone(), ()).is_some() {
            continue;
        }
        let times = times.get(&name).copied().expect("it is counted wherever it is");
        let group = groups.get(node.scope.index()).cloned().expect("each scope has its keys");
        let slot = complex.scope(node.scope).slots.get(node.slot.index());
        members.extend(slot.map(|slot| Member {
            name,
            element,
            times,
            key: slot.key.to_string(),
            group: within(&group, slot, complex),
            list: slot.list,
            hidden: slot.hidden,
            filled: slot.fill.is_some(),
            always: slot.always,
        }));
    }
    members
}

/// The keys that lead to a slot of the group `group`.
fn within(group: &str, slot: &Slot, complex: &ComplexPlan) -> String {
    match slot.bundle(complex) {
        Some(bundle) => format!("{group}/{}", bundle.key),
        None => group.to_owned(),
    }
}

/// The keys that lead to the objects of a type, by scope.
pub(super) fn groups(complex: &ComplexPlan) -> Vec<String> {
    let mut groups = vec![String::new(); complex.scopes.len()];
    for (at, scope) in complex.scopes.iter().enumerate() {
        for slot in &scope.slots {
            let inner = match slot.role {
                Role::Group(inner) => inner,
                // The children of mixed content have a scope of their own.
                Role::Content => ScopeIx(1),
                _ => continue,
            };
            // An inner scope comes behind the one that it is in.
            let path = groups.get(at).map(|outer| format!("{outer}/{}", slot.key));
            if let (Some(place), Some(path)) = (groups.get_mut(inner.index()), path) {
                *place = path;
            }
        }
    }
    groups
}

/// How often each element may be there below `ix`.
fn occurrences(side: Side<'_>, complex: &ComplexPlan, ix: NodeIx) -> HashMap<QName, Times> {
    let node = complex.node(ix);
    if let NodeKind::Element(element) = node.kind {
        return HashMap::from([(side.element_name(element), times(node))]);
    }
    let mut children = complex.children(ix).map(|child| occurrences(side, complex, child));
    let choice = matches!(node.kind, NodeKind::Choice(_));
    // A group without children has no elements.
    let mut all: HashMap<QName, Times> = children.next().unwrap_or_default();
    for child in children {
        if choice {
            all.iter_mut().filter(|(name, _)| !child.contains_key(*name)).for_each(|(_, own)| own.least = 0);
        }
        for (name, times) in child {
            let absent = if choice { Times { least: 0, ..times } } else { times };
            let both = |own: &mut Times| {
                *own = if choice { either(*own, times) } else { sum(*own, times) };
            };
            all.entry(name).and_modify(both).or_insert(absent);
        }
    }
    let around = times(node);
    all.values_mut().for_each(|own| {
        own.least = own.least.saturating_mul(around.least);
        own.most = own.most.saturating_mul(around.most);
    });
    all
}

fn either(one: Times, other: Times) -> Times {
    Times { least: one.least.min(other.least), most: one.most.max(other.most) }
}

fn sum(one: Times, other: Times) -> Times {
    Times { least: one.least.saturating_add(other.least), most: one.most.saturating_add(other.most) }
}

/// How often a node occurs.
pub(super) fn times(node: &Node) -> Times {
    Times { least: node.min, most: node.max }
}

/// The elements of two content models.
pub(super) struct Pairs {
    pub(super) both: Vec<Pair<Member>>,
    pub(super) removed: Vec<Member>,
    pub(super) added: Vec<Member>,
}

impl Pairs {
    /// By their names; those that are left by their local names.
    pub(super) fn of(old: Vec<Member>, new: Vec<Member>) -> Self {
        let mut left: Vec<Option<Member>> = new.into_iter().map(Some).collect();
        let mut both: Vec<Result<Pair<Member>, Member>> = Vec::new();
        for was in old {
            let at = left.iter().position(|is| is.as_ref().is_some_and(|is| is.name == was.name));
            both.push(match at.and_then(|at| left.get_mut(at)).and_then(Option::take) {
                Some(is) => Ok(Pair { old: was, new: is }),
                None => Err(was),
            });
        }
        let (mut pairs, mut removed) = (Vec::new(), Vec::new());
        for found in both {
            let was = match found {
                Ok(pair) => {
                    pairs.push(pair);
                    continue;
                }
                Err(was) => was,
            };
            let same = |is: &Option<Member>| is.as_ref().is_some_and(|is| is.name.local == was.name.local);
            let at = left.iter().position(same);
            match at.and_then(|at| left.get_mut(at)).and_then(Option::take) {
                Some(is) => pairs.push(Pair { old: was, new: is }),
                None => removed.push(was),
            }
        }
        Self { both: pairs, removed, added: left.into_iter().flatten().collect() }
    }
}
