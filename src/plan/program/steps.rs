//! The quick way through a content model: which element is expected next, and where its value goes.
//!
//! Most messages have the elements of their types in order, without attributes. Each step is such an element; it leads to the
//! step behind it, and to the one to try when its element is not there. Where neither is known, the content model itself
//! decides.

use super::super::index::{ElementIx, NodeIx, SlotIx};
use crate::xml::{Name, NsId, Tag};
use crate::xsd::simple::Quick;

/// The steps of a complex type; none of a type whose content model has to decide everything.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    pub(in crate::plan) steps: Box<[Step]>,
    pub(in crate::plan) first: StepIx,
    /// The steps of slots: each slot has one element.
    pub(in crate::plan) of_slots: Box<[StepIx]>,
    /// The steps of nodes; empty where elements may stand in any order, so that the last one does not tell which are there.
    pub(in crate::plan) of_nodes: Box<[StepIx]>,
    /// Whether there may be something to write at the end of the object.
    pub(in crate::plan) fills: bool,
}

/// A step of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepIx(pub(in crate::plan) u32);

impl StepIx {
    /// The end of the content.
    pub const END: Self = Self(u32::MAX);
    /// The content model has to decide.
    pub const UNKNOWN: Self = Self(u32::MAX - 1);
}

impl Default for StepIx {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

/// An element that is expected.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its namespace.
    pub ns: NsId,
    /// Its local name.
    pub local: Box<str>,
    /// Its key in JSON, where that is a member of the object itself; nothing for an item of an array, and in a sub-object.
    pub key: Option<Box<str>>,
    /// Its node in the content model.
    pub node: NodeIx,
    /// Where its value goes.
    pub slot: SlotIx,
    /// Whether that is a list.
    pub list: bool,
    /// `,"key":`, escaped, with the bracket of a list.
    pub lead: Tag,
    /// The same without the comma.
    pub first: Tag,
    /// What it is.
    pub element: ElementIx,
    /// At least so often, if at all.
    pub min: u32,
    /// At most so often.
    pub max: u32,
    /// What follows it.
    pub after: StepIx,
    /// What to try where it is not there.
    pub absent: StepIx,
    /// How it is read.
    pub value: StepValue,
}

/// How the value of a step is read.
#[derive(Clone, Debug)]
pub enum StepValue {
    /// An object of elements, of which none of the attributes is required.
    Object,
    /// A value of another kind.
    Other,
    /// A text.
    Text(TextStep),
}

/// A text, and what is known of its form in JSON.
#[derive(Clone, Debug)]
pub struct TextStep {
    /// Tells texts that are the same in JSON; nothing where each must be looked at.
    pub quick: Option<Quick>,
    /// Whether it is a string in JSON.
    pub string: bool,
    /// Whether it is any text, which is the same in JSON.
    pub any: bool,
    /// Whether it is a day, of which JSON has no zone: a text of another length than that of a day without one is not the same.
    pub day: bool,
}

impl Steps {
    /// The first one.
    pub fn first(&self) -> StepIx {
        self.first
    }

    /// The step `ix`; nothing at the end and where the content model has to decide.
    #[inline]
    pub fn get(&self, ix: StepIx) -> Option<&Step> {
        self.steps.get(ix.0 as usize)
    }

    /// Whether there may be something to write at the end of the object: lists that are always there.
    #[inline]
    pub fn fills(&self) -> bool {
        self.fills
    }

    /// The step whose values go into `slot`.
    pub fn of_slot(&self, slot: SlotIx) -> Option<&Step> {
        self.get(*self.of_slots.get(slot.index())?)
    }

    /// Where to go on behind the element of `node`, which is there for the `count`th time, and how often the element that is
    /// expected was there; nothing where the content model has to decide.
    pub fn behind(&self, node: Option<NodeIx>, count: u32) -> Option<(StepIx, u32)> {
        let Some(node) = node else { return (!self.of_nodes.is_empty()).then_some((self.first, 0)) };
        let ix = *self.of_nodes.get(node.index())?;
        let step = self.get(ix)?;
        Some(if count < step.max { (ix, count) } else { (step.after, 0) })
    }
}

impl Step {
    /// The name of its element.
    #[inline]
    pub fn name(&self) -> Name<'_> {
        Name { ns: self.ns, local: &self.local }
    }

    /// What to try where its element is not there, after it was there `count` times.
    #[inline]
    pub fn without(&self, count: u32) -> StepIx {
        match count {
            0 => self.absent,
            _ if count >= self.min => self.after,
            _ => StepIx::UNKNOWN,
        }
    }
}
