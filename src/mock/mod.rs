//! A backend made from a contract and its samples alone: SOAP or JSON.
//!
//! A request is read through the contract, and what it says decides which sample is played: the one whose request is the
//! same, else the one with most in common, else the only one. Without samples the least valid response is made. The mock
//! can also stand before a real backend and write down what passes.
//!
//! [`Mock`] is what is played. A request comes in by `server`, and `respond` says who answers it: the authenticator, the
//! recorder, or the `soap` or the `json` side, which `pick` a [mocked case](mocked_case), let `generate` make a response, or
//! answer with a declared `fault`.

#![allow(clippy::disallowed_methods, reason = "the tasks of a mock begin here, and end with its runtime")]

mod answer;
mod authenticator;
mod error;
mod fault;
mod generate;
mod incoming;
mod json;
mod mocked_case;
mod pick;
mod recorder;
mod request_log;
mod respond;
mod server;
mod soap;
mod state;

pub use authenticator::Authenticator;
pub use error::{InvalidUrl, RecordError, UnusableSample};
pub use fault::undeclared;
pub use recorder::Recorder;
pub use request_log::RequestLog;
pub use state::{Mock, MockConfig};
