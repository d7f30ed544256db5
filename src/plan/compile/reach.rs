//! Which namespaces a message may need: a fixed point over the graph of types, a bit for each namespace.
//!
//! What a wildcard or `anyType` may hold is left out; it declares its namespaces where it stands.

use super::super::index::{ElementIx, TypeIx};
use super::super::program::{ComplexPlan, ElementPlan, NodeKind, Shape, TypePlan};
use crate::xml::NsId;

/// The namespaces below each type.
pub(in crate::plan) struct Reach {
    /// Those of elements and attributes.
    content: Vec<Bits>,
    /// Those of the names of types, which the SOAP encoding writes.
    names: Vec<Bits>,
}

type Bits = Vec<u64>;

impl Reach {
    pub(in crate::plan) fn of(types: &[TypePlan], elements: &[ElementPlan], namespaces: usize) -> Self {
        let words = namespaces.div_ceil(64);
        let mut reach = Self {
            content: types.iter().map(|plan| own_content(plan, elements, words)).collect(),
            names: types.iter().map(|plan| own_name(plan, words)).collect(),
        };
        let below: Vec<Vec<TypeIx>> = types.iter().map(|plan| below(plan, elements)).collect();
        let users = users(&below);
        settle(&mut reach.content, &below, &users);
        settle(&mut reach.names, &below, &users);
        reach
    }

    /// The namespaces that a value of `ix` needs; with those of type names if `encoded`.
    pub(in crate::plan) fn of_type(&self, ix: TypeIx, encoded: bool) -> Vec<NsId> {
        let mut all = self.content.get(ix.index()).cloned().expect("there are bits for every type");
        if encoded && let Some(names) = self.names.get(ix.index()) {
            add(&mut all, names);
        }
        let ids = (0..all.len() as u32 * 64).filter(|at| bit(&all, *at));
        ids.map(NsId).collect()
    }
}

/// Spreads the bits of each type to the types that use it until nothing changes. Every type is looked at again only
/// when one below it has grown.
fn settle(bits: &mut [Bits], below: &[Vec<TypeIx>], users: &[Vec<usize>]) {
    let mut waiting: Vec<usize> = (0..bits.len()).collect();
    let mut queued = vec![true; bits.len()];
    while let Some(at) = waiting.pop() {
        queued[at] = false;
        let mut all = bits[at].clone();
        for ix in &below[at] {
            add(&mut all, &bits[ix.index()]);
        }
        if all == bits[at] {
            continue;
        }
        bits[at] = all;
        for user in &users[at] {
            if !queued[*user] {
                queued[*user] = true;
                waiting.push(*user);
            }
        }
    }
}

fn users(below: &[Vec<TypeIx>]) -> Vec<Vec<usize>> {
    let mut users = vec![Vec::new(); below.len()];
    for (at, types) in below.iter().enumerate() {
        for ix in types {
            users[ix.index()].push(at);
        }
    }
    users
}

/// The types of the children, and the derived types that may stand in.
fn below(plan: &TypePlan, elements: &[ElementPlan]) -> Vec<TypeIx> {
    let type_of = |ix: &ElementIx| elements.get(ix.index()).map(|element| element.type_ix);
    let mut out: Vec<TypeIx> = match &plan.shape {
        Shape::Array(array) => type_of(&array.item).into_iter().collect(),
        Shape::Simple(_) => Vec::new(),
        Shape::Unwrap(element) => type_of(element).into_iter().collect(),
        Shape::Complex(complex) if complex.any_type => return Vec::new(),
        Shape::Complex(complex) => children(complex).filter_map(|ix| type_of(&ix)).collect(),
    };
    if !plan.is_open() {
        out.extend(&plan.derived);
    }
    out
}

fn children(complex: &ComplexPlan) -> impl Iterator<Item = ElementIx> + '_ {
    complex.nodes.iter().filter_map(|node| match node.kind {
        NodeKind::Element(element) => Some(element),
        _ => None,
    })
}

fn own_content(plan: &TypePlan, elements: &[ElementPlan], words: usize) -> Bits {
    let mut bits = vec![0; words];
    let ns_of = |ix: ElementIx| elements.get(ix.index()).map_or(NsId::default(), |element| element.ns);
    match &plan.shape {
        Shape::Array(array) => set(&mut bits, ns_of(array.item)),
        Shape::Simple(_) => {}
        Shape::Unwrap(element) => set(&mut bits, ns_of(*element)),
        Shape::Complex(complex) => {
            complex.attributes.iter().for_each(|attribute| set(&mut bits, attribute.ns));
            children(complex).for_each(|element| set(&mut bits, ns_of(element)));
        }
    }
    bits
}

fn own_name(plan: &TypePlan, words: usize) -> Bits {
    let mut bits = vec![0; words];
    if let Some((ns, _)) = &plan.name {
        set(&mut bits, *ns);
    }
    bits
}

fn set(bits: &mut Bits, ns: NsId) {
    if let Some(word) = bits.get_mut(ns.0 as usize / 64) {
        *word |= 1 << (ns.0 % 64);
    }
}

fn bit(bits: &Bits, at: u32) -> bool {
    bits.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

fn add(bits: &mut Bits, other: &Bits) {
    for (word, other) in bits.iter_mut().zip(other) {
        *word |= other;
    }
}
