//! The exchange between a client and a backend: fronts, backends, and what stands between them.
//!
//! Every request takes one path ([`Bridge`]): route, read the body under its limits, see who calls, turn the message into
//! the backend's language, call, turn the reply back, answer. JSON is the language in the middle, so that two fronts and
//! two backends give all four ways. A failure at any step is a [`Failure`], and one total function for each kind of client
//! turns it into an answer.

#![allow(clippy::disallowed_methods, reason = "tasks begin and end here")]

mod action;
mod answer;
mod auth;
mod body;
mod client;
mod documents;
mod endpoint;
mod exchange;
mod failure;
mod fresh;
mod headers;
mod idempotency;
mod json_answer;
mod json_front;
mod log;
mod messages;
mod metrics;
mod native_reply;
mod oauth2;
mod peer;
mod renewal;
mod replay;
mod reply;
mod reply_security;
mod request_id;
mod routes;
mod scatter;
mod scratch;
mod shared;
mod single;
mod soap_front;
mod store;
pub mod tls;

pub use auth::Unproven;
pub use body::{Body, BodyError, collect};
pub use client::{CallError, Client, Outgoing, Reply};
pub use endpoint::Endpoint;
pub use exchange::{Bridge, defect, overloaded};
pub use failure::{BackendFailure, Failure};
pub use log::LogWriter;
pub use metrics::Metrics;
pub use peer::Peer;
pub use renewal::Renewal;
pub use shared::Shared;
pub use single::{Answered, Ready, Single};
