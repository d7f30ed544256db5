//! The program: data that the codec interprets.

mod complex;
mod dispatch;
mod keys;
mod plan;
mod types;
mod wild;

pub use complex::{AttributePlan, Bundle, ComplexPlan, Node, NodeKind, Role, Scope, Slot};
pub(in crate::plan) use dispatch::Dispatch;
pub use keys::KeyIndex;
pub(crate) use keys::nearest;
pub use plan::{
    ElementIx, ElementPlan, FaultPlan, MessagePlan, NodeIx, OperationPlan, Plan, ScopeIx, SlotIx, TypeIx,
};
pub use types::{ArrayPlan, Form, Shape, SimplePlan, TypePlan, ValueMap};
pub use wild::{Allowed, Global, Globals, NamedTypes, WildcardPlan};
