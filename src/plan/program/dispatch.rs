//! Which operations a request may be of, by the first child of its Body: looked up, not searched for.
//!
//! The answer is that of `Plan::begins` for every operation, computed when the contract is compiled. Several operations
//! where they share an element (or, in rpc style, a name); whoever asks then needs the action to tell them apart.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

use super::super::index::{ElementIx, TypeIx};
use super::complex::ComplexPlan;
use super::element::ElementPlan;
use super::operation::{MessagePlan, OperationPlan};
use super::types::{Shape, TypePlan};
use super::wild::WildcardPlan;
use crate::xml::{Name, NsId};

/// Positions in the operations of the plan, in contract order.
type Found = Box<[usize]>;

/// The types and elements that operations refer to.
#[derive(Clone, Copy)]
pub(in crate::plan) struct Tables<'p> {
    pub(in crate::plan) types: &'p [TypePlan],
    pub(in crate::plan) elements: &'p [ElementPlan],
}

#[expect(clippy::indexing_slicing, reason = "an index is made by the plan whose tables these are")]
impl<'p> Tables<'p> {
    fn type_plan(self, ix: TypeIx) -> &'p TypePlan {
        &self.types[ix.index()]
    }

    fn element(self, ix: ElementIx) -> &'p ElementPlan {
        &self.elements[ix.index()]
    }
}

/// The look-up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dispatch {
    /// By the name of the first child, in the order of [`order`].
    named: Box<[Named]>,
    /// Where no operation names the child: those with a wildcard that allows its namespace, by the namespaces of the plan.
    wild: Vec<Found>,
    /// The same for namespaces that the plan does not have.
    foreign: Found,
    /// Those whose Body may be empty.
    empty: Found,
    /// Whether there is a Body that several operations take.
    alternatives: bool,
}

impl Dispatch {
    /// The look-up for `operations`, whose types and elements are in `tables`, over `namespaces` namespaces.
    pub(in crate::plan) fn new(operations: &[OperationPlan], tables: Tables<'_>, namespaces: usize) -> Self {
        let starts: Vec<Start<'_>> =
            operations.iter().map(|operation| Start::of(tables, &operation.input)).collect();
        let known = (0..namespaces as u32).map(NsId);
        let made = Self {
            named: named(&starts),
            wild: known.map(|ns| positions(&starts, |start| start.allows(ns))).collect(),
            foreign: positions(&starts, |start| start.allows(FOREIGN)),
            empty: positions(&starts, |start| start.empty),
            alternatives: false,
        };
        let alternatives = made.all().any(|found| found.len() > 1);
        Self { alternatives, ..made }
    }

    /// What is found for each Body.
    fn all(&self) -> impl Iterator<Item = &Found> {
        let named = self.named.iter().map(|named| &named.found);
        named.chain(&self.wild).chain([&self.foreign, &self.empty])
    }

    /// Whether there is a Body that several operations take.
    #[inline]
    pub(in crate::plan) fn has_alternatives(&self) -> bool {
        self.alternatives
    }

    pub(in crate::plan) fn find(&self, first: Option<Name<'_>>) -> &[usize] {
        let Some(name) = first else { return &self.empty };
        let found = match self.named.binary_search_by(|named| order(named.name(), name)) {
            Ok(at) => self.named.get(at).map(|named| &named.found),
            Err(_) => self.wild.get(name.ns.0 as usize),
        };
        // A namespace that the plan does not have is numbered after its own.
        found.unwrap_or(&self.foreign)
    }
}

/// What begins with an element.
#[derive(Clone, Debug)]
struct Named {
    ns: NsId,
    local: Box<str>,
    found: Found,
}

impl Named {
    fn name(&self) -> Name<'_> {
        Name { ns: self.ns, local: &self.local }
    }
}

/// Texts are compared where nothing else tells names apart.
fn order(a: Name<'_>, b: Name<'_>) -> Ordering {
    let short = |name: Name<'_>| (name.ns.0, name.local.len());
    short(a).cmp(&short(b)).then_with(|| a.local.cmp(b.local))
}

fn named(starts: &[Start<'_>]) -> Box<[Named]> {
    let mut by_name: HashMap<Name<'_>, BTreeSet<usize>> = HashMap::new();
    for (at, start) in starts.iter().enumerate() {
        for (ns, local) in start.elements.iter().flat_map(|element| names(element)) {
            by_name.entry(Name { ns, local }).or_default().insert(at);
        }
    }
    let found = by_name.into_iter().map(|(Name { ns, local }, mut at)| {
        at.extend(positions(starts, |start| start.allows(ns)));
        Named { ns, local: local.into(), found: at.into_iter().collect() }
    });
    let mut named: Vec<Named> = found.collect();
    named.sort_by(|a, b| order(a.name(), b.name()));
    named.into()
}

/// The names under which `element` is read.
fn names(element: &ElementPlan) -> impl Iterator<Item = (NsId, &str)> {
    let also = element.also.iter().map(|(ns, local)| (*ns, &**local));
    std::iter::once((element.ns, &*element.local)).chain(also)
}

fn positions(starts: &[Start<'_>], is: impl Fn(&Start<'_>) -> bool) -> Found {
    starts.iter().enumerate().filter(|(_, start)| is(start)).map(|(at, _)| at).collect()
}

/// What the Body of one request may begin with.
#[derive(Default)]
struct Start<'p> {
    elements: Vec<&'p ElementPlan>,
    wildcards: &'p [WildcardPlan],
    empty: bool,
}

impl<'p> Start<'p> {
    fn of(tables: Tables<'p>, message: &MessagePlan) -> Self {
        let Some(root) = message.root.map(|root| tables.element(root)) else {
            return Self { empty: true, ..Self::default() };
        };
        if !message.bare {
            return Self { elements: vec![root], ..Self::default() };
        }
        match &tables.type_plan(root.type_ix).shape {
            Shape::Complex(complex) => Self::of_content(tables, complex),
            Shape::Array(_) | Shape::Simple(_) | Shape::Unwrap(_) => Self::default(),
        }
    }

    fn of_content(tables: Tables<'p>, complex: &'p ComplexPlan) -> Self {
        Self {
            elements: complex.elements().map(|element| tables.element(element)).collect(),
            wildcards: &complex.wildcards,
            empty: complex.root().is_none_or(|root| complex.node(root).emptiable),
        }
    }

    fn allows(&self, ns: NsId) -> bool {
        self.wildcards.iter().any(|wildcard| wildcard.allows(ns))
    }
}

/// Stands for every namespace that a plan does not have: its readers number those after the plan's own.
const FOREIGN: NsId = crate::xml::ns::UNKNOWN;
