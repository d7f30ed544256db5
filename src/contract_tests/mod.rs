//! Contract tests: samples are checked against the contract, sent through a bridge, and the answers compared.

mod bench;
mod checked;
mod curl;
mod expected;
mod got;
mod junit;
mod report;
mod sent;
mod update;
mod wait;

pub use bench::{Bench, Plan};
pub use curl::{Again, quote};
pub use junit::junit;
pub use report::{CaseReport, Report, Status};
pub use wait::{NotThere, wait};
