//! StoneX `update-account`: the JSON service, and a SOAP service of the contract.

pub mod json;
mod request;
mod rules;
pub mod soap;

pub use super::Behaviour;
