//! SOAP in front of JSON, JSON in front of SOAP, driven by the WSDL.
//!
//! The crate is a staircase of rooms: a room may use only the rooms above it in this list, and
//! `tests/layering.rs` holds it to that. Those up to `describe` are pure: bytes in, bytes out; time, randomness and
//! I/O come in as arguments. `docs/ARCHITECTURE.md` tells the whole story.

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
#![warn(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "they panic when nobody reads; see `cli::output`"
)]

pub mod limits;
mod octets;

pub mod json;
pub mod xml;

pub mod mcp;

pub mod xsd;

pub mod wsdl;

pub mod plan;

pub mod codec;

pub mod soap;

pub mod wss;

/// Verifying needs the feature `server`, which brings the cryptography; the names of algorithms are always there.
pub mod jose;

pub mod service;

pub mod redact;

pub mod describe;

#[cfg(feature = "server")]
pub mod samples;

#[cfg(feature = "server")]
pub mod bridge;
#[cfg(feature = "server")]
pub mod server;

#[cfg(feature = "server")]
pub mod mock;
#[cfg(feature = "server")]
pub mod scaffold;

#[cfg(feature = "server")]
pub mod contract_tests;

#[cfg(feature = "server")]
pub mod cli;

#[cfg(test)]
#[path = "../tests/support/seed.rs"]
mod seed;
