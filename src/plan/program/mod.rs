//! The program: data that the codec interprets.

mod complex;
mod credential_path;
mod dispatch;
mod element;
mod keys;
mod media;
mod operation;
mod parts;
mod plan;
mod port;
mod simple;
mod steps;
mod types;
mod wild;
mod writing;

pub(in crate::plan) use complex::json_key;
pub use complex::{AttributePlan, Bundle, ComplexPlan, Credential, Node, NodeKind, Role, Scope, Slot};
pub use credential_path::CredentialPath;
pub(in crate::plan) use dispatch::{Dispatch, Tables};
pub use element::{ElementNotes, ElementPlan};
pub use keys::KeyIndex;
pub(crate) use keys::nearest;
pub use media::MediaTypes;
pub use operation::{ATTACHMENTS, FaultPlan, FilledBlock, HEADERS, HeaderFill, MessagePlan, OperationPlan};
pub use parts::Parts;
pub use plan::{Plan, PortOperations};
pub use port::PortPlan;
pub use simple::{Form, MapError, SimplePlan, ValueMap};
pub use steps::{Step, StepIx, StepValue, Steps, TextStep};
pub use types::{ArrayPlan, ArrayStart, Shape, TypeNotes, TypePlan};
pub use wild::{Allowed, Global, Globals, NamedTypes, WildcardPlan};
pub use writing::{
    ItemCount, Needed, WriteBranch, WriteChoice, WriteContent, WriteElement, WriteNumber, WriteObject,
    WriteStep, Writing,
};
