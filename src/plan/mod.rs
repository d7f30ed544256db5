//! A contract becomes a program: everything that transcoding needs to know, decided when the contract is loaded.
//!
//! [`compile`] walks the types that the operations reach. Each complex type becomes *slots* (the keys of its JSON
//! object) and *nodes* (its content model, a tree that is walked forward while messages are read and written).
//! Tags, keys and namespace declarations are ready-made bytes. What cannot be mapped is refused here, with the
//! place in the document, never at the first message.
//!
//! A `Plan` is immutable and shared by all requests. It knows nothing of bytes on a socket: room `codec` runs it.

mod compile;
mod complex;
mod content;
mod dispatch;
mod edit;
mod encoding;
mod fields;
mod keys;
mod message;
mod names;
mod program;
mod reach;
mod rules;
mod shapes;
mod simple;
mod types;
mod wild;

pub use compile::{Compiled, Refused, compile};
pub use complex::{AttributePlan, Bundle, ComplexPlan, Node, NodeKind, Role, Scope, Slot};
pub use keys::KeyIndex;
pub(crate) use keys::nearest;
pub use program::{
    ElementIx, ElementPlan, FaultPlan, MessagePlan, NodeIx, OperationPlan, Plan, ScopeIx, SlotIx, TypeIx,
};
pub use rules::{As, FieldRule, Names, Numbers, OperationRules, Placed, Rules};
pub use types::{ArrayPlan, Form, Shape, SimplePlan, TypePlan, ValueMap};
pub use wild::{Allowed, Global, Globals, NamedTypes, WildcardPlan};
