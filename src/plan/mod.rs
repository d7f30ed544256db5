//! A contract becomes a program: everything that transcoding needs to know, decided when the contract is loaded.
//!
//! [`compile`] walks the types that the operations reach. Each complex type becomes *slots* (the keys of its JSON
//! object) and *nodes* (its content model, a tree that is walked forward while messages are read and written).
//! Tags, keys and namespace declarations are ready-made bytes. What cannot be mapped is refused here, with the
//! place in the document, never at the first message.
//!
//! A `Plan` is immutable and shared by all requests. It knows nothing of bytes on a socket: room `codec` runs it.
//!
//! The parts of the room, each using those before it:
//!
//! - `index`: positions in tables, each of a type of its own;
//! - `program`: what the codec interprets, and the look-up of operations;
//! - `compile`: from the components of a contract to types, elements and messages;
//! - `rules`: what a service file changes; a field rule is a file;
//! - `pipeline`: the three stages in their order.

mod compile;
mod index;
mod pipeline;
mod program;
mod rules;

pub use compile::Numbers;
pub use index::{ElementIx, NodeIx, ScopeIx, SlotIx, TypeIx};
pub use pipeline::{Compiled, Refused, compile};
pub(crate) use program::nearest;
pub use program::{
    ATTACHMENTS, Allowed, ArrayPlan, ArrayStart, AttributePlan, Bundle, ComplexPlan, Credential,
    CredentialPath, ElementNotes, ElementPlan, FaultPlan, FilledBlock, Form, Global, Globals, HEADERS,
    HeaderFill, ItemCount, KeyIndex, MapError, MediaTypes, MessagePlan, NamedTypes, Needed, Node, NodeKind,
    OperationPlan, Parts, Plan, PortOperations, PortPlan, Role, Scope, Shape, SimplePlan, Slot, Step, StepIx,
    StepValue, Steps, TextStep, TypeNotes, TypePlan, ValueMap, WildcardPlan, WriteBranch, WriteChoice,
    WriteContent, WriteElement, WriteNumber, WriteObject, WriteStep, Writing,
};
pub use rules::{
    About, ConstantField, CredentialField, Example, FieldRule, FieldRules, Mistake, Names, OperationRules,
    Placed, Rules, pointer,
};
