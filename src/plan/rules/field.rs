//! The field that a rule is applied to.

use super::super::compile::Arena;
use super::super::index::{ElementIx, SlotIx, TypeIx};
use super::super::program::{ComplexPlan, Node, NodeKind, Role, Shape, SimplePlan, Slot, TypePlan};
use super::misfit::Misfit;

/// A member of an object, by its key.
pub(super) struct Field<'f> {
    pub(super) arena: &'f mut Arena,
    /// The object; rules are for the members of its first scope.
    pub(super) object: &'f mut ComplexPlan,
    pub(super) key: &'f str,
}

impl Field<'_> {
    /// Its slot.
    pub(super) fn at(&self) -> Result<SlotIx, Misfit> {
        slot_at(self.object, self.key)
    }

    pub(super) fn slot_mut(&mut self) -> Result<&mut Slot, Misfit> {
        let at = self.at()?;
        let slots = self.object.scopes.first_mut().map(|scope| &mut scope.slots);
        slots.and_then(|slots| slots.get_mut(at.index())).ok_or(Misfit::NoMembers)
    }

    /// Makes the look-up by keys anew.
    pub(super) fn reindex(&mut self) {
        if let Some(scope) = self.object.scopes.first_mut() {
            scope.index();
        }
    }

    /// Whether a message may do without it.
    pub(super) fn may_be_absent(&mut self) -> Result<bool, Misfit> {
        let at = self.at()?;
        Ok(match self.slot_mut()?.role {
            Role::Attribute(attribute) => {
                self.object.attributes.get(attribute as usize).is_some_and(|known| !known.required)
            }
            _ => nodes_at(self.object, at)
                .all(|node| !matches!(node.kind, NodeKind::Element(_)) || !self.object.always_needed(node)),
        })
    }

    /// What it holds. Errors: it has members or items of its own.
    pub(super) fn simple(&mut self) -> Result<SimplePlan, Misfit> {
        let role = self.slot_mut()?.role;
        let plan = match role {
            Role::Attribute(attribute) => {
                self.object.attributes.get(attribute as usize).map(|known| &known.simple)
            }
            Role::Text => self.object.text.as_ref(),
            _ => match self.element_type().map(|(_, plan)| &plan.shape) {
                Ok(Shape::Simple(simple)) => Some(simple),
                _ => None,
            },
        };
        plan.cloned().ok_or(Misfit::Unfit("the field is not simple"))
    }

    /// Makes it hold `simple`.
    pub(super) fn set_simple(&mut self, simple: SimplePlan) -> Result<(), Misfit> {
        match self.slot_mut()?.role {
            Role::Attribute(attribute) => {
                if let Some(attribute) = self.object.attributes.get_mut(attribute as usize) {
                    attribute.simple = simple;
                }
            }
            Role::Text => self.object.text = Some(simple),
            _ => self.set_type(TypePlan::anonymous(Shape::Simple(simple)))?,
        }
        Ok(())
    }

    /// The type of its elements. Errors: it has none.
    pub(super) fn element_type(&self) -> Result<(TypeIx, &TypePlan), Misfit> {
        let at = self.at()?;
        let element = nodes_at(self.object, at).find_map(element).ok_or(NO_ELEMENT)?;
        let ix = self.arena.element(element).type_ix;
        Ok((ix, self.arena.type_plan(ix).ok_or(NO_ELEMENT)?))
    }

    /// Gives its elements another type.
    pub(super) fn set_type(&mut self, plan: TypePlan) -> Result<(), Misfit> {
        let at = self.at()?;
        let type_ix = self.arena.add_type(plan);
        for node in &mut self.object.nodes {
            if let (true, NodeKind::Element(element)) = (is_at(node, at), &mut node.kind) {
                *element = self.arena.copy_element(*element, type_ix);
            }
        }
        Ok(())
    }
}

/// The slot of the member `key` of `object`.
pub(super) fn slot_at(object: &ComplexPlan, key: &str) -> Result<SlotIx, Misfit> {
    let scope = object.scopes.first().ok_or(Misfit::NoMembers)?;
    let known = scope.slots.iter().map(|slot| &*slot.key);
    scope.keys.find(key).ok_or_else(|| Misfit::absent(key, known))
}

fn nodes_at(object: &ComplexPlan, at: SlotIx) -> impl Iterator<Item = &Node> {
    object.nodes.iter().filter(move |node| is_at(node, at))
}

/// Whether `node` is of the slot `at` of the first scope.
pub(super) fn is_at(node: &Node, at: SlotIx) -> bool {
    node.scope.index() == 0 && node.slot == at
}

fn element(node: &Node) -> Option<ElementIx> {
    match node.kind {
        NodeKind::Element(element) => Some(element),
        _ => None,
    }
}

const NO_ELEMENT: Misfit = Misfit::Unfit("the field is not an element");
