//! How the content of a complex type is written: one step after the other, each with its tags and with what its values need.
//!
//! Steps say nothing that the nodes of the type do not say; they say it in the form that the common case wants. What they do not
//! cover is left to the node.

use std::sync::Arc;

use super::super::index::{ElementIx, NodeIx, SlotIx, TypeIx};
use crate::json::Key;
use crate::xml::Tag;
use crate::xsd::simple::Quick;

/// The content of a type.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The steps, in the order of the document.
    pub steps: Box<[WriteStep]>,
    /// Of a type whose objects may be written while their members are walked, if these come in order: the members that it needs.
    pub in_order: Option<Needed>,
}

/// The members that an object needs, each a bit.
#[derive(Clone, Copy, Debug)]
pub struct Needed(pub u64);

/// One step.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are elements")]
pub enum WriteStep {
    /// The elements of one branch of a choice.
    Choice(WriteChoice),
    /// An element, or all items of its list.
    Element(WriteElement),
    /// Whatever the node says.
    Node(NodeIx),
}

/// A choice between elements, and sequences of elements.
#[derive(Clone, Debug)]
pub struct WriteChoice {
    /// Its node.
    pub node: NodeIx,
    /// Whether there may be none of them.
    pub emptiable: bool,
    /// The branches.
    pub branches: Box<[WriteBranch]>,
}

/// A branch of a choice.
#[derive(Clone, Debug)]
pub struct WriteBranch {
    /// Its elements.
    pub elements: Box<[WriteElement]>,
    /// Their members, each a bit.
    pub members: u64,
    /// Those that it needs.
    pub needed: u64,
}

/// An element in its place.
#[derive(Clone, Debug)]
pub struct WriteElement {
    /// Its key in JSON.
    pub key: Key,
    /// Its local name.
    pub local: Box<str>,
    /// The bit of its member; none where it is hidden, or there are no bits left.
    pub bit: u64,
    /// Whether it must be there once.
    pub needed: bool,
    /// Its node.
    pub node: NodeIx,
    /// Its slot in the first scope.
    pub slot: SlotIx,
    /// The element.
    pub element: ElementIx,
    /// `<p:local>`.
    pub start: Tag,
    /// `</p:local>`.
    pub end: Tag,
    /// Whether nothing is written where it is absent.
    pub optional: bool,
    /// Of a list: how many items there may be.
    pub items: Option<ItemCount>,
    /// What is between the tags.
    pub content: WriteContent,
}

/// How many items a list may have.
#[derive(Clone, Copy, Debug)]
pub struct ItemCount {
    /// At least so many.
    pub least: usize,
    /// At most so many.
    pub most: usize,
}

/// What is in an element.
#[derive(Clone, Debug)]
pub enum WriteContent {
    /// The children of an object.
    Object(WriteObject),
    /// A JSON boolean.
    Boolean,
    /// Something for the general way.
    Other,
    /// Any text.
    Text,
    /// A JSON number as it is spelled.
    Number(WriteNumber),
    /// A JSON string, if this takes it.
    String(Arc<Quick>),
}

/// What is known of a number.
#[derive(Clone, Debug)]
pub struct WriteNumber {
    /// Takes it.
    pub quick: Arc<Quick>,
    /// So many digits are taken unseen.
    pub digits: usize,
}

/// What is known of an object.
#[derive(Clone, Copy, Debug)]
pub struct WriteObject {
    /// Its type, which is complex and says all about it.
    pub type_ix: TypeIx,
    /// Whether there may be attributes in the start tag.
    pub attributes: bool,
    /// Whether `$nil` may stand beside its members.
    pub nillable: bool,
}
