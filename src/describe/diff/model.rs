//! What two content models allow, compared as a whole: as sequences of elements in SOAP, as objects in JSON.

use std::collections::{BTreeMap, BTreeSet};

use super::breach::{Breach, Effect, Ways};
use super::change::{Pair, Side};
use super::language::{Expression, Inclusion, Language, Symbol, Times};
use super::members::{groups, times};
use super::objects::Objects;
use crate::plan::{Allowed, ComplexPlan, Node, NodeIx, NodeKind, WildcardPlan};

/// What one of the content models allows that the other does not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdicts {
    pub(super) effect: Effect,
    /// Whether there was too much to compare, so that nothing is known of `effect` but that it may be.
    pub(super) undecided: bool,
}

pub(super) fn compare(sides: Pair<Side<'_>>, types: Pair<&ComplexPlan>) -> Verdicts {
    let mut alphabet = Alphabet::of(sides, types);
    let mut language = Language::default();
    let old = alphabet.expression(&mut language, Half { side: sides.old, complex: types.old });
    let new = alphabet.expression(&mut language, Half { side: sides.new, complex: types.new });
    let narrows = language.is_within(old, new);
    let widens = language.is_within(new, old);
    let undecided = [&narrows, &widens].iter().any(|found| **found == Inclusion::Undecided);
    let xml = Ways { narrows: breach(&narrows), widens: breach(&widens) };
    // The order of what is mixed is kept in JSON too.
    let json = if types.old.mixed || types.new.mixed { xml } else { objects(types) };
    Verdicts { effect: Effect { xml, json }, undecided }
}

fn breach(found: &Inclusion) -> Option<Breach> {
    match found {
        Inclusion::Yes => None,
        Inclusion::No(_) | Inclusion::Undecided => Some(Breach::Choice),
    }
}

/// A content model and its contract.
#[derive(Clone, Copy)]
struct Half<'c, 't> {
    side: Side<'c>,
    complex: &'t ComplexPlan,
}

/// The names that occur in two content models, and one more for the other names of each namespace.
struct Alphabet {
    symbols: BTreeMap<(String, Option<String>), Symbol>,
    scale: Scale,
}

/// Smaller numbers for those of `minOccurs` and `maxOccurs`, in the same order: which of 5000 and 6000 is more is all that matters where
/// each element stands in one place, and small numbers have fewer states.
#[derive(Default)]
struct Scale(BTreeMap<u32, u32>);

impl Scale {
    fn of(types: Pair<&ComplexPlan>) -> Self {
        let both = [types.old, types.new];
        let nodes = || both.iter().flat_map(|complex| &complex.nodes);
        let is_single = |node: &Node| matches!(node.kind, NodeKind::Element(_)) || node.max == 1;
        let scattered = both.iter().flat_map(|complex| &complex.scopes).any(|scope| scope.scattered);
        if scattered || !nodes().all(is_single) {
            return Self::default();
        }
        let numbers: BTreeSet<u32> =
            [0, 1].into_iter().chain(nodes().flat_map(|node| [node.min, node.max])).collect();
        Self(numbers.into_iter().filter(|number| *number != u32::MAX).zip(0..).collect())
    }

    fn times(&self, node: &Node) -> Times {
        let Times { least, most } = times(node);
        let scaled = |number: u32| self.0.get(&number).copied().map_or(number, |small| small);
        Times { least: scaled(least), most: scaled(most) }
    }
}

impl Alphabet {
    fn of(sides: Pair<Side<'_>>, types: Pair<&ComplexPlan>) -> Self {
        let mut names = BTreeSet::new();
        let halves = [(sides.old, types.old), (sides.new, types.new)];
        for (side, complex) in halves {
            for element in complex.elements() {
                let name = side.element_name(element);
                names.insert((name.namespace.to_string(), Some(name.local.to_string())));
            }
            for wildcard in complex.wildcards.iter() {
                let of = namespaces(side, wildcard);
                names.extend(of.into_iter().map(|namespace| (namespace, None)));
            }
        }
        if halves.iter().any(|(_, complex)| !complex.wildcards.is_empty()) {
            let known: Vec<String> = names.iter().map(|(namespace, _)| namespace.clone()).collect();
            let others = known.into_iter().chain([String::new(), FOREIGN.to_owned()]);
            names.extend(others.map(|namespace| (namespace, None)));
        }
        Self { symbols: names.into_iter().zip(0..).collect(), scale: Scale::of(types) }
    }

    fn expression(&mut self, language: &mut Language, half: Half<'_, '_>) -> Expression {
        match half.complex.root() {
            Some(root) => self.node(language, half, root),
            None => language.empty(),
        }
    }

    fn node(&mut self, language: &mut Language, half: Half<'_, '_>, ix: NodeIx) -> Expression {
        let Half { side, complex } = half;
        let node = complex.node(ix);
        let children = |own: &mut Self, language: &mut Language| -> Vec<Expression> {
            complex.children(ix).map(|child| own.node(language, half, child)).collect()
        };
        match node.kind {
            NodeKind::Element(element) => {
                let name = side.element_name(element);
                let known = self.symbols.get(&(name.namespace.to_string(), Some(name.local.to_string())));
                language.leaf(known.copied().into_iter().collect(), self.scale.times(node))
            }
            NodeKind::Any(_) => {
                let wildcard = complex.wildcard(node).expect("a node for a wildcard has one");
                let symbols =
                    self.symbols.iter().filter(|((namespace, _), _)| allows(side, wildcard, namespace));
                let symbols = symbols.map(|(_, symbol)| *symbol).collect();
                language.leaf(symbols, times(node))
            }
            NodeKind::Accessors(_) | NodeKind::All(_) => {
                let of = children(self, language);
                let all = language.all(of);
                language.turns(all, times(node))
            }
            NodeKind::Choice(_) => {
                let of = children(self, language);
                let choice = language.choice(of);
                language.turns(choice, times(node))
            }
            NodeKind::Sequence(_) => {
                let of = children(self, language);
                let sequence = language.sequence(&of);
                language.turns(sequence, times(node))
            }
        }
    }
}

/// A namespace that no contract has.
const FOREIGN: &str = "\u{0}";

/// The namespaces that a wildcard names.
pub(super) fn namespaces(side: Side<'_>, wildcard: &WildcardPlan) -> Vec<String> {
    let name = |ns| side.plan.namespaces().name(ns).to_owned();
    match &wildcard.namespaces {
        Allowed::Any => Vec::new(),
        Allowed::Not(ns) => vec![name(*ns)],
        Allowed::OneOf(all) => all.iter().map(|ns| name(*ns)).collect(),
    }
}

fn allows(side: Side<'_>, wildcard: &WildcardPlan, namespace: &str) -> bool {
    let named = namespaces(side, wildcard);
    match &wildcard.namespaces {
        Allowed::Any => true,
        Allowed::Not(_) => !namespace.is_empty() && !named.iter().any(|name| name == namespace),
        Allowed::OneOf(_) => named.iter().any(|name| name == namespace),
    }
}

/// Whether `inner` allows names that `outer` does not.
pub(super) fn is_wider(sides: Pair<Side<'_>>, inner: &WildcardPlan, outer: &WildcardPlan) -> bool {
    let mut all: BTreeSet<String> = namespaces(sides.old, inner).into_iter().collect();
    all.extend(namespaces(sides.new, outer));
    all.extend([String::new(), FOREIGN.to_owned()]);
    all.iter().any(|name| allows(sides.old, inner, name) && !allows(sides.new, outer, name))
}

/// The objects that two types have in JSON, compared group by group.
fn objects(types: Pair<&ComplexPlan>) -> Ways {
    let (old, new) = (Groups::of(types.old), Groups::of(types.new));
    let paths = old.roots.keys().filter(|path| new.roots.contains_key(*path));
    let ways = paths.map(|path| {
        let keys: BTreeSet<String> = old.keys(path).chain(new.keys(path)).collect();
        let keys: BTreeMap<String, usize> = keys.into_iter().zip(0..).collect();
        let breach = |fits: Option<bool>| (fits != Some(true)).then_some(Breach::Choice);
        let of = |groups: &Groups<'_>, who| groups.objects(path, &Members { keys: &keys, who });
        let taken = of(&old, Who::Sends).are_within(&of(&new, Who::Sends));
        let read = of(&new, Who::Reads).are_within(&of(&old, Who::Reads));
        Ways { narrows: breach(taken), widens: breach(read) }
    });
    ways.fold(Ways::NONE, Ways::or)
}

/// What a client does with an object: what a rule fills in it need not send, and always gets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Reads,
    Sends,
}

/// The members of an object by their numbers.
struct Members<'k> {
    keys: &'k BTreeMap<String, usize>,
    who: Who,
}

/// The groups of a type by the keys that lead to them, each with the node that it begins with.
struct Groups<'t> {
    complex: &'t ComplexPlan,
    roots: BTreeMap<String, Option<NodeIx>>,
}

impl<'t> Groups<'t> {
    fn of(complex: &'t ComplexPlan) -> Self {
        let paths = groups(complex);
        let mut roots = BTreeMap::from([(String::new(), complex.root())]);
        for (at, node) in complex.nodes.iter().enumerate() {
            if let Some(inner) = complex.turns(node)
                && let Some(path) = paths.get(inner.index())
            {
                roots.insert(path.clone(), Some(NodeIx(at as u32)));
            }
        }
        Self { complex, roots }
    }

    fn keys(&self, path: &str) -> impl Iterator<Item = String> {
        let scope = groups(self.complex).iter().position(|known| known == path);
        let slots =
            scope.and_then(|at| self.complex.scopes.get(at)).into_iter().flat_map(|scope| &scope.slots);
        slots.filter(|slot| !slot.hidden).map(|slot| self.key(slot)).collect::<Vec<_>>().into_iter()
    }

    fn key(&self, slot: &crate::plan::Slot) -> String {
        match slot.bundle(self.complex) {
            Some(bundle) => format!("{}/{}", bundle.key, slot.key),
            None => slot.key.to_string(),
        }
    }

    fn objects(&self, path: &str, members: &Members<'_>) -> Objects {
        let Some(Some(root)) = self.roots.get(path) else { return Objects::empty(members.keys.len()) };
        let is_turn = self.complex.turns(self.complex.node(*root)).is_some();
        // The turns of a group are counted where it is a member.
        if is_turn && !path.is_empty() { self.group(*root, members) } else { self.node(*root, members) }
    }

    fn node(&self, ix: NodeIx, members: &Members<'_>) -> Objects {
        let node = self.complex.node(ix);
        let is_member = node.kind.first().is_none() || self.complex.turns(node).is_some();
        if is_member {
            let slot = self.complex.slot(node);
            let Some(at) = members.keys.get(&self.key(slot)).filter(|_| !slot.hidden) else {
                return Objects::empty(members.keys.len());
            };
            let own = times(node);
            let least = if slot.fill.is_some() && members.who == Who::Sends { 0 } else { own.least };
            return Objects::member(members.keys.len(), *at, Times { least, ..own });
        }
        let group = self.group(ix, members);
        if node.min == 0 { group.or(Objects::empty(members.keys.len())) } else { group }
    }

    /// One turn of a group.
    fn group(&self, ix: NodeIx, members: &Members<'_>) -> Objects {
        let children: Vec<Objects> =
            self.complex.children(ix).map(|child| self.node(child, members)).collect();
        let choice = matches!(self.complex.node(ix).kind, NodeKind::Choice(_));
        let mut children = children.into_iter();
        let Some(first) = children.next() else { return Objects::empty(members.keys.len()) };
        children.fold(first, |all, child| if choice { all.or(child) } else { all.and(&child) })
    }
}
