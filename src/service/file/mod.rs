//! The service file as it is typed: YAML, `version: 1`. Unknown keys are errors. Every value has a path of keys
//! (`key_path`), by which a problem (`finding`) is shown where it is (`locations`).

pub mod callers;
pub mod faults;
pub(super) mod finding;
pub mod fronts;
pub(super) mod key_path;
pub(super) mod locations;
pub mod rules;
pub mod selection;
pub mod service;
pub mod tls;
pub mod token;
pub mod web;
pub(super) mod yaml;

pub use service::DefaultsFile;
