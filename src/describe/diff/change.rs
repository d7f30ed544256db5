//! A change, and what it was found in.

use super::breach::Effect;
use super::kinds::Kind;
use super::place::{Anchor, Finder, Spot};
use crate::plan::{ElementIx, Plan, TypeIx};
use crate::xml::{NsId, QName};

/// The same thing of the two contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pair<T> {
    pub(super) old: T,
    pub(super) new: T,
}

/// A contract that is compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side<'c> {
    pub(super) plan: &'c Plan,
    pub(super) finder: Finder<'c>,
    /// Whether messages say the types of their values.
    pub(super) encoded: bool,
}

impl<'c> Side<'c> {
    pub(super) fn name(self, ns: NsId, local: &str) -> QName {
        QName::new(self.plan.namespaces().name(ns), local)
    }

    pub(super) fn element_name(self, ix: ElementIx) -> QName {
        let element = self.plan.element(ix);
        self.name(element.ns, &element.local)
    }

    pub(super) fn type_name(self, ix: TypeIx) -> Option<QName> {
        let name = self.plan.type_plan(ix).name.as_ref();
        name.map(|(ns, local)| self.name(*ns, local))
    }
}

/// What a comparison is at.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'c> {
    pub(super) sides: Pair<Side<'c>>,
    pub(super) anchors: Pair<Anchor<'c>>,
}

impl<'c> At<'c> {
    /// Both places themselves.
    pub(super) fn here(&self) -> Pair<Spot<'c>> {
        Pair { old: Spot::new(self.anchors.old), new: Spot::new(self.anchors.new) }
    }
}

/// A change at one place, whichever messages have it.
#[derive(Clone, Debug)]
pub(super) struct Change<'c> {
    pub(super) kind: &'static Kind,
    /// What has changed, in words.
    pub(super) what: String,
    pub(super) effect: Effect,
    pub(super) at: Pair<Spot<'c>>,
}

impl<'c> Change<'c> {
    pub(super) fn new(kind: &'static Kind, what: String, at: Pair<Spot<'c>>) -> Self {
        Self { kind, what, effect: kind.effect, at }
    }

    pub(super) fn with(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }
}
