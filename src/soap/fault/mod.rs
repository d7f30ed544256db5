//! Faults: SOAP 1.1 section 4.4, SOAP 1.2 Part 1 section 5.4.
//!
//! From below: `code` is what a fault blames, `bridge_fault` the detail of our own, `model` the faults themselves; `read` and `write` know of
//! all three, and not of each other.

mod bridge_fault;
mod code;
mod contract;
mod json;
mod model;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use bridge_fault::BridgeFault;
pub use code::{FaultCode, FaultKind, SecurityCode};
pub use contract::{DecodedDetails, DetailError, FaultContract, FaultDetail, LeftOut, LeftOutReason};
pub use json::{FaultJsonError, FaultJsonErrorKind, FaultMessage, FaultView};
pub use model::{Detail, DetailElement, Fault, FaultOut, Language, Reason};
pub use read::{is_fault, read_fault};
pub use write::write_fault;
