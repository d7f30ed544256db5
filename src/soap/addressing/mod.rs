//! Message Addressing Properties as header blocks: WS-Addressing 1.0 Core and SOAP Binding, and the member submission of August 2004.
//!
//! Inside, from the ground: `version`, what the two versions call things; `fault`, what is told of properties that cannot be used;
//! `endpoint`, an endpoint reference; `read`, the properties of a message; `reply`, how a message that has them is answered; `request`, those
//! that a request to a backend has.

mod endpoint;
mod fault;
mod read;
mod reply;
mod request;
mod version;

pub use endpoint::Endpoint;
pub use fault::{AddressingCode, AddressingFault};
pub use read::{Addressed, NotRelated};
pub use reply::{AnswerProperties, AnswerTo, Replying};
pub use request::{RequestAddressing, RequestProperties};
pub use version::Addressing;
