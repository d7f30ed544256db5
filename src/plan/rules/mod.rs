//! What a service file may say about the JSON form of a contract, and what that does to the program.

mod choices;
mod fields;
pub(in crate::plan) mod operation;
pub(in crate::plan) mod types;

pub use choices::{As, FieldRule, Names, Numbers, OperationRules, Placed, Rules};
