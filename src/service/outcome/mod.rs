//! What became of an exchange, as every peer sees it.
//!
//! Rows of the service file say what a JSON backend's reply means ([`outcome_rules`]), its own JSON becomes that of the contract and
//! is made of it again ([`native`]), rows say what becomes of faults and failures ([`fault_rules`]), and what went wrong is written in the outward shape, with the bridge's own codes.

pub(super) mod code;
mod detail_template;
pub mod fault_rules;
pub mod native;
pub mod outcome_rules;
pub(super) mod shape;

pub use code::Code;
pub use detail_template::{DetailTemplate, Wanted};
pub use shape::{
    Notice, RequestIds, Source, write_canonical, write_canonical_failure, write_failure, write_list,
    write_notice, write_problem,
};
