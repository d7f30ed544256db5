//! WSDL 1.1 documents become services, ports, operations and messages, with their types resolved.
//!
//! [`load`] reads the main document and everything that it imports, lets room `xsd` resolve the schemas, and joins
//! what WSDL keeps apart: an operation of a port is its binding operation, its port type operation and their messages
//! together. What cannot be understood is noted on the operation that needs it and stops no other.
//!
//! In this order, each file using those before it: `model`, `alike`, `problem`, `place`, `demand`, `policy`, `addressing`, `definitions`, `extensions`, `joiner`, `mime`, `messages`, `overloads`,
//! `services`, `load`.

mod addressing;
mod alike;
mod definitions;
mod demand;
mod extensions;
mod joiner;
mod load;
mod messages;
mod mime;
mod model;
mod overloads;
mod place;
mod policy;
mod problem;
mod services;
#[cfg(test)]
mod tests;

pub use crate::xsd::{Document, Fetch, FetchError, Fetched, Files, References, Rooted, Within};
pub use alike::{Unlike, unlike};
pub use demand::{Demand, DemandKind, Demands};
pub use load::load;
pub use model::{
    Binding, Body, BoundPart, Contract, Encoding, FaultAction, HeaderPart, Message, Operation,
    OperationFault, Part, PartKind, Port, Service, SoapVersion, Style, Unserved, Use,
};
