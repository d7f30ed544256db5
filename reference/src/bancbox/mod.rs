//! BancBox (Finxera) `updateClient`: the SOAP service and the REST service.

pub mod json;
mod rules;
pub mod soap;

pub use super::Behaviour;
