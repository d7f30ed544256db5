//! The types and elements of the program while it is made.

use super::super::index::{ElementIx, TypeIx};
use super::super::program::{ElementPlan, TypePlan};

/// Types and elements by their numbers. A type may have its number before it has its plan.
#[derive(Debug, Default)]
pub(in crate::plan) struct Arena {
    types: Vec<Option<TypePlan>>,
    elements: Vec<ElementPlan>,
}

impl Arena {
    /// The number of a type whose plan comes later.
    pub(super) fn reserve_type(&mut self) -> TypeIx {
        self.types.push(None);
        TypeIx::at(self.types.len() - 1)
    }

    /// The plan of the type `ix`, which was reserved.
    pub(super) fn set_type(&mut self, ix: TypeIx, plan: TypePlan) {
        if let Some(place) = self.types.get_mut(ix.index()) {
            *place = Some(plan);
        }
    }

    /// A type that the schema does not have, such as the wrapper of an rpc message.
    pub(in crate::plan) fn add_type(&mut self, plan: TypePlan) -> TypeIx {
        let ix = self.reserve_type();
        self.set_type(ix, plan);
        ix
    }

    /// A compiled type; nothing for one that waits.
    pub(in crate::plan) fn type_plan(&self, ix: TypeIx) -> Option<&TypePlan> {
        self.types.get(ix.index())?.as_ref()
    }

    /// The compiled types.
    pub(in crate::plan) fn types(&self) -> impl Iterator<Item = &TypePlan> {
        self.types.iter().flatten()
    }

    /// The compiled types, to be changed.
    pub(in crate::plan) fn types_mut(&mut self) -> impl Iterator<Item = &mut TypePlan> {
        self.types.iter_mut().flatten()
    }

    /// Takes the first type out that `is` finds; its number stays.
    pub(in crate::plan) fn take_type(&mut self, is: impl Fn(&TypePlan) -> bool) -> Option<Taken> {
        let at = self.types.iter().position(|plan| plan.as_ref().is_some_and(&is))?;
        let plan = self.types.get_mut(at)?.take()?;
        Some(Taken { ix: TypeIx::at(at), plan })
    }

    /// Puts a type back that was taken out.
    pub(in crate::plan) fn put_back(&mut self, taken: Taken) {
        self.set_type(taken.ix, taken.plan);
    }

    pub(in crate::plan) fn add_element(&mut self, element: ElementPlan) -> ElementIx {
        self.elements.push(element);
        ElementIx::at(self.elements.len() - 1)
    }

    /// The element `ix`, which must be of this arena.
    #[expect(
        clippy::indexing_slicing,
        reason = "an ElementIx is made when its element is pushed, and none is removed"
    )]
    pub(in crate::plan) fn element(&self, ix: ElementIx) -> &ElementPlan {
        &self.elements[ix.index()]
    }

    /// The compiled type of the element `ix`.
    pub(in crate::plan) fn type_of(&self, ix: ElementIx) -> Option<&TypePlan> {
        self.type_plan(self.element(ix).type_ix)
    }

    /// A copy of the element `ix` whose type is `type_ix`.
    pub(in crate::plan) fn copy_element(&mut self, ix: ElementIx, type_ix: TypeIx) -> ElementIx {
        let element = ElementPlan { type_ix, ..self.element(ix).clone() };
        self.add_element(element)
    }

    /// The finished tables. A type that no message reaches has none of its own.
    pub(super) fn finish(self) -> (Vec<TypePlan>, Vec<ElementPlan>) {
        // Only what the bound on nodes cut off is not there; such a plan is not used.
        let types = self.types.into_iter().map(|plan| plan.unwrap_or_else(TypePlan::nothing));
        (types.collect(), self.elements)
    }
}

/// A type that is changed outside of the arena.
pub(in crate::plan) struct Taken {
    ix: TypeIx,
    pub(in crate::plan) plan: TypePlan,
}
