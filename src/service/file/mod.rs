//! The service file as it is typed: YAML, `version: 1`. Unknown keys are errors. Every value has a path of keys
//! (`key_path`), by which a problem (`finding`) is shown where it is (`locations`). A file that is not what it should be is a
//! `tree`, or no YAML (`syntax`); all of its mistakes are told at once (`repair`). Two files are compared by their `leaves`.

pub mod callers;
pub mod faults;
pub(super) mod finding;
pub mod fronts;
pub(super) mod key_path;
mod leaves;
pub(super) mod locations;
pub mod proxy;
mod repair;
pub mod rules;
pub mod selection;
pub mod service;
mod syntax;
pub mod timeout;
pub mod tls;
pub mod token;
pub mod tools;
pub(super) mod tree;
pub mod web;
pub(super) mod yaml;

pub use leaves::{Leaf, leaves};
pub use service::DefaultsFile;
pub use yaml::{decode, parse, unreadable, unusable, unwritable};
