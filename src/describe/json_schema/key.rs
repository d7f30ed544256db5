//! What components are: a part of a type, in the messages of a side.

use super::view::Side;
use crate::plan::{ComplexPlan, ElementIx, MessagePlan, NodeIx, TypeIx};

/// A message, and who sends it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'p> {
    /// Its plan.
    pub message: &'p MessagePlan,
    /// Who sends it.
    pub side: Side,
}

/// A component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) type_ix: TypeIx,
    pub(super) part: Part,
    pub(super) at: At,
}

/// In which messages a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) side: Side,
    /// Whether they have the SOAP encoding, in which everything may be null.
    pub(super) encoded: bool,
}

/// Which part of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// A branch of the choice that the type is.
    Branch(NodeIx),
    /// The type of a body, with what stands beside its members.
    Headed(Extras),
    /// A null that has attributes.
    Nil,
    /// The type itself, where others may stand in.
    Plain,
    /// A turn of a repeated group.
    Turn(NodeIx),
    /// The type where it says its name.
    Typed,
    /// All that may stand where the type is declared.
    Whole,
}

/// What stands beside the members of a body: header blocks under `$headers`, parts beside the envelope under `$attachments`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Extras {
    pub(super) headers: Option<ElementIx>,
    pub(super) attachments: Option<ElementIx>,
}

impl Extras {
    /// Those of `message`, where it has some.
    pub(super) fn of(message: &MessagePlan) -> Option<Self> {
        let MessagePlan { headers, attachments, .. } = *message;
        (headers.is_some() || attachments.is_some()).then_some(Self { headers, attachments })
    }
}

/// A component of a complex type, and how it is called.
#[derive(Clone, Copy)]
pub(super) struct Subject<'p, 's> {
    pub(super) key: Key,
    pub(super) complex: &'p ComplexPlan,
    pub(super) name: &'s str,
}
