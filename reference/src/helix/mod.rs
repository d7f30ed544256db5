//! Helix (Q2) `customer/update`: the JSON service, and a SOAP service of the contract.

mod addresses;
pub mod json;
mod request;
mod rules;
pub mod soap;

pub use super::Behaviour;
