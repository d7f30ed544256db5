//! All that messages reach, compared pair by pair: each pair of elements or types once, so that types may hold themselves.

use std::collections::HashMap;

use super::breach::{Breach, Effect, Ways};
use super::change::{At, Change, Pair, Side};
use super::content;
use super::kinds::{self, Kind};
use super::place::{Anchor, Spot};
use super::values;
use crate::limits::DIFF_PAIRS;
use crate::plan::{ElementIx, ElementPlan, Shape, TypeIx, TypePlan};

/// A pair that was compared.
#[derive(Debug)]
pub(super) struct Compared<'c> {
    pub(super) changes: Vec<Change<'c>>,
    pub(super) next: Vec<Next>,
}

/// A pair below another one.
#[derive(Clone, Debug)]
pub(super) struct Next {
    pub(super) pair: usize,
    /// The member that leads to it; empty for what is at the same place.
    pub(super) step: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Elements(Pair<ElementIx>),
    Types(Pair<TypeIx>),
}

/// The pairs that were met, and those that were compared.
pub(super) struct Walk<'c> {
    sides: Pair<Side<'c>>,
    known: HashMap<Key, usize>,
    compared: Vec<Compared<'c>>,
    waiting: Vec<Waiting<'c>>,
}

struct Waiting<'c> {
    pair: usize,
    key: Key,
    anchors: Pair<Anchor<'c>>,
}

impl<'c> Walk<'c> {
    pub(super) fn new(sides: Pair<Side<'c>>) -> Self {
        Self { sides, known: HashMap::new(), compared: Vec::new(), waiting: Vec::new() }
    }

    /// Compares the elements `pair` and all below them. Gives the number of the pair.
    pub(super) fn elements(&mut self, pair: Pair<ElementIx>, anchors: Pair<Anchor<'c>>) -> usize {
        let number = self.meet(Key::Elements(pair), anchors);
        while let Some(Waiting { pair, key, anchors }) = self.waiting.pop() {
            let at = At { sides: self.sides, anchors };
            let compared = match key {
                Key::Elements(of) => self.element(&at, of),
                Key::Types(of) => self.types(&at, of),
            };
            if let Some(place) = self.compared.get_mut(pair) {
                *place = compared;
            }
        }
        number
    }

    /// What was found, by the numbers of the pairs.
    pub(super) fn compared(&self) -> &[Compared<'c>] {
        &self.compared
    }

    fn meet(&mut self, key: Key, anchors: Pair<Anchor<'c>>) -> usize {
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let pair = self.compared.len();
        self.known.insert(key, pair);
        let mut compared = Compared { changes: Vec::new(), next: Vec::new() };
        if pair < DIFF_PAIRS {
            self.waiting.push(Waiting { pair, key, anchors });
        } else {
            let at = Pair { old: Spot::new(anchors.old), new: Spot::new(anchors.new) };
            let what = "there are more types than are compared".to_owned();
            compared.changes.push(Change::new(&kinds::UNDECIDED, what, at));
        }
        self.compared.push(compared);
        pair
    }

    fn element(&mut self, at: &At<'c>, of: Pair<ElementIx>) -> Compared<'c> {
        let sides = self.sides;
        let (old, new) = (sides.old.plan.element(of.old), sides.new.plan.element(of.new));
        let types = Pair { old: old.type_ix, new: new.type_ix };
        let anchors = Pair {
            old: sides.old.finder.type_of(at.anchors.old),
            new: sides.new.finder.type_of(at.anchors.new),
        };
        let next = Next { pair: self.meet(Key::Types(types), anchors), step: String::new() };
        Compared { changes: declarations(at, Pair { old, new }), next: vec![next] }
    }

    fn types(&mut self, at: &At<'c>, of: Pair<TypeIx>) -> Compared<'c> {
        let sides = self.sides;
        let (old, new) = (sides.old.plan.type_plan(of.old), sides.new.plan.type_plan(of.new));
        let plans = Pair { old, new };
        let (mut changes, mut next) = (named(at, of, plans), Vec::new());
        match (&old.shape, &new.shape) {
            (Shape::Simple(old), Shape::Simple(new)) => {
                changes.extend(values::changes(at, Pair { old, new }, "the value"));
            }
            (Shape::Complex(old), Shape::Complex(new)) => {
                let (found, matched) = content::compare(at, Pair { old, new });
                changes.extend(found);
                for content::Matched { members, anchors } in matched {
                    let pair = Pair { old: members.old.element, new: members.new.element };
                    let step = format!("{}/{}", members.new.group, members.new.key);
                    next.push(Next { pair: self.meet(Key::Elements(pair), anchors), step });
                }
            }
            (Shape::Array(old), Shape::Array(new)) => {
                if old.rank != new.rank {
                    changes.push(shape(at, "the array has other dimensions"));
                }
                let pair = Pair { old: old.item, new: new.item };
                let name = |side: Side<'c>, ix| side.element_name(ix);
                let anchors = Pair {
                    old: sides.old.finder.child(at.anchors.old, &name(sides.old, old.item)),
                    new: sides.new.finder.child(at.anchors.new, &name(sides.new, new.item)),
                };
                next.push(Next { pair: self.meet(Key::Elements(pair), anchors), step: "/-".to_owned() });
            }
            (Shape::Unwrap(old), Shape::Unwrap(new)) => {
                let pair = Pair { old: *old, new: *new };
                next.push(Next { pair: self.meet(Key::Elements(pair), at.anchors), step: String::new() });
            }
            _ => changes.push(self.kinds_of(at, plans)),
        }
        let derived = self.derived(at, plans);
        changes.extend(derived.changes);
        next.extend(derived.next);
        Compared { changes, next }
    }

    /// Types of different kinds.
    fn kinds_of(&self, at: &At<'c>, of: Pair<&TypePlan>) -> Change<'c> {
        let (text, complex, added) = match (&of.old.shape, &of.new.shape) {
            (Shape::Simple(text), Shape::Complex(complex)) => (text, complex, true),
            (Shape::Complex(complex), Shape::Simple(text)) => (text, complex, false),
            _ => return shape(at, "the content is of another kind"),
        };
        if complex.any_type {
            let widens = Ways::widens(Breach::Value);
            let xml = if added { widens } else { widens.turned() };
            return shape(at, "the content is anything, or was").with(Effect { xml, ..kinds::SHAPE.effect });
        }
        let Some(own) = &complex.text else { return shape(at, "elements became text, or text elements") };
        let required = complex.attributes.iter().any(|attribute| attribute.required);
        let attributes = Ways { narrows: required.then_some(Breach::Missing), widens: Some(Breach::Unknown) };
        let values = super::simple::ways(&text.simple, &own.simple);
        let ways = values.or(attributes);
        let xml = if added { ways } else { ways.turned() };
        let how = if added { "can have" } else { "cannot have" };
        let what = format!("the text {how} attributes");
        let json = kinds::TEXT_WITH_ATTRIBUTES.effect.json;
        Change::new(&kinds::TEXT_WITH_ATTRIBUTES, what, at.here()).with(Effect { xml, json })
    }

    /// The types that may stand in for the two. What stands in for anything is not looked at.
    fn derived(&mut self, at: &At<'c>, of: Pair<&TypePlan>) -> Compared<'c> {
        let mut compared = Compared { changes: Vec::new(), next: Vec::new() };
        if of.old.is_open() || of.new.is_open() {
            return compared;
        }
        let Pair { old, new } = self.sides;
        let names = |side: Side<'c>, plan: &TypePlan| -> HashMap<_, _> {
            plan.derived.iter().filter_map(|ix| Some((side.type_name(*ix)?, *ix))).collect()
        };
        let (was, is) = (names(old, of.old), names(new, of.new));
        let mut all: Vec<_> = was.keys().chain(is.keys().filter(|name| !was.contains_key(*name))).collect();
        all.sort();
        for name in all {
            let anchors = Pair {
                old: old.finder.named_type(name, at.anchors.old),
                new: new.finder.named_type(name, at.anchors.new),
            };
            let spots = Pair { old: Spot::new(anchors.old), new: Spot::new(anchors.new) };
            let mut told = |kind: &'static Kind, how: &str| {
                let what = format!("the type {} {how}", name.local);
                compared.changes.push(Change::new(kind, what, spots.clone()));
            };
            match (was.get(name), is.get(name)) {
                (Some(old), Some(new)) => {
                    let pair = self.meet(Key::Types(Pair { old: *old, new: *new }), anchors);
                    compared.next.push(Next { pair, step: String::new() });
                }
                (Some(_), None) => {
                    told(&kinds::DERIVED_REMOVED, "cannot stand in for the declared one any more")
                }
                (None, Some(_)) => told(&kinds::DERIVED_ADDED, "can stand in for the declared one"),
                (None, None) => {}
            }
        }
        compared
    }
}

fn shape<'c>(at: &At<'c>, what: &str) -> Change<'c> {
    Change::new(&kinds::SHAPE, what.to_owned(), at.here())
}

/// What declarations of elements say besides their type.
fn declarations<'c>(at: &At<'c>, of: Pair<&ElementPlan>) -> Vec<Change<'c>> {
    let Pair { old, new } = of;
    let mut found = Vec::new();
    let mut told = |kind: &'static Kind, how: &str| {
        found.push(Change::new(kind, format!("the element {} {how}", new.local), at.here()));
    };
    match (old.nillable, new.nillable) {
        (true, false) => told(&kinds::NOT_NILLABLE, "cannot be null"),
        (false, true) => told(&kinds::NILLABLE, "can be null"),
        _ => {}
    }
    if old.default != new.default {
        told(&kinds::DEFAULT, "has another default");
    }
    let same = |was: &str, is: &str| match &at.sides.new.plan.type_plan(new.type_ix).shape {
        Shape::Simple(simple) => simple.simple.same(was, is),
        _ => was == is,
    };
    match (&old.fixed, &new.fixed) {
        (None, Some(_)) => told(&kinds::FIXED_ADDED, "may have one value only"),
        (Some(_), None) => told(&kinds::FIXED_REMOVED, "may have other values than one"),
        (Some(was), Some(is)) if !same(was, is) => told(&kinds::FIXED, "has another value"),
        _ => {}
    }
    found
}

/// What types say of their names.
fn named<'c>(at: &At<'c>, of: Pair<TypeIx>, plans: Pair<&TypePlan>) -> Vec<Change<'c>> {
    let sides = at.sides;
    let mut found = Vec::new();
    if plans.old.is_abstract != plans.new.is_abstract {
        let (kind, how): (&'static Kind, _) = match plans.new.is_abstract {
            true => (&kinds::ABSTRACT, "is abstract"),
            false => (&kinds::CONCRETE, "is not abstract any more"),
        };
        found.push(Change::new(kind, format!("the type {} {how}", plans.new.key), at.here()));
    }
    let (Some(was), Some(is)) = (sides.old.type_name(of.old), sides.new.type_name(of.new)) else {
        return found;
    };
    // A built-in type in the place of another one is told by its values.
    if was == is || plans.old.is_open() || plans.new.is_open() {
        return found;
    }
    let said = sides.old.encoded || sides.new.encoded;
    let stands_in = |plan: &TypePlan| !plan.derived.is_empty();
    let xml = if said || stands_in(plans.old) || stands_in(plans.new) {
        Ways::both(Breach::Label)
    } else {
        Ways::NONE
    };
    let what = format!("the type {} was called {}", is.local, was.local);
    found.push(Change::new(&kinds::TYPE_RENAMED, what, at.here()).with(Effect::xml(xml)));
    found
}
