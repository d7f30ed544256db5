//! Contract tests: samples are checked against the contract, sent through a bridge, and the answers compared.

mod case_run;
mod curl;
mod error;
mod expected;
mod junit;
mod report;
mod request;
mod response;
mod runner;
mod update;
mod validate;
mod wait;

pub use curl::Reproduction;
pub use error::RunError;
pub use junit::junit;
pub use report::{CaseReport, Report, Status};
pub use runner::{Options, Runner};
pub use wait::{Unreachable, wait};
