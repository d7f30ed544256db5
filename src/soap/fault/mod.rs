//! Faults: SOAP 1.1 section 4.4, SOAP 1.2 Part 1 section 5.4.
//!
//! `code` is what a fault blames, `model` the faults themselves; `read` and `write` know of both, and not of each other.

mod code;
mod model;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use code::{FaultKind, SecurityCode};
pub use model::{BridgeFault, Detail, Fault, FaultOut};
pub use read::{is_fault, read_fault};
pub use write::write_fault;
