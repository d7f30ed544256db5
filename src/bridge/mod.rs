//! The exchange between a client and a backend: fronts, backends, and what stands between them.
//!
//! Every request takes one path ([`Bridge`]): route, read the body under its limits, see who calls, turn the message into
//! the backend's language, call, turn the reply back, answer. JSON is the language in the middle, so that two fronts and
//! two backends give all four ways. A failure at any step is a [`Failure`], and one total function for each kind of client
//! turns it into an answer.

#![allow(clippy::disallowed_methods, reason = "tasks begin and end here")]

mod answer;
mod auth;
mod backend;
mod exchange;
mod failure;
mod front;
mod idempotency;
mod metrics;
mod reply;
mod request;
mod state;
pub mod tls;

pub use auth::Unproven;
pub use backend::body::{Body, BodyError, collect};
pub use backend::client::{CallError, Client, Outgoing, Reply};
pub use backend::connect::Endpoint;
pub use backend::renewal::Renewal;
pub use exchange::{Bridge, defect, overloaded};
pub use failure::{BackendFailure, Failure};
pub use front::once::{Answered, Ready, Single};
pub use metrics::Metrics;
pub use state::peer::Peer;
pub use state::ready::Shared;
