//! The service file as it is typed: YAML, `version: 1`. Unknown keys are errors.

pub mod callers;
pub mod fronts;
pub mod rules;
pub mod service;
pub mod tls;
pub mod token;

pub use service::DefaultsFile;
