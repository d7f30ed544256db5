//! TabaPay *update account* v2: the JSON service, and a SOAP service of the contract.

pub mod json;
mod owner;
mod packed;
mod path;
mod request;
mod rules;
pub mod soap;
mod stored;

pub use super::Behaviour;
