//! From the file to the service: every problem is found, in one pass, before anything runs.
//!
//! [`load`] reads the file and what it includes, compiles the contract with its field rules, and then checks the rest, part by
//! part, against it. A problem is noted with the path of the value that it is about ([`checker`]); where that stands in the
//! file is looked up at the end.

mod backend;
mod certificates;
mod checker;
mod choices;
mod cleartext;
mod constants;
mod convert;
mod credentials;
mod deadlines;
mod demands;
mod effects;
mod faults;
mod fronts;
mod include;
mod jwt;
mod limits;
mod mcp;
mod operations;
mod pointers;
mod ports;
mod proxy;
mod quick;
mod replies;
mod requests;
mod rule_loader;
mod service;
mod tls;
mod token;
mod url;
mod web;

pub use cleartext::is_exposed;
pub use ports::served_ports;
pub use quick::{Quick, path_name, quick};
pub use service::{NamedDocuments, contract_of, load};
