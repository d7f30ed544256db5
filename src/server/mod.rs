//! The HTTP server: accepting, protecting, stopping, with or without TLS.
//!
//! Each thread has a runtime, a listener on the shared port and connections to backends of its own, so that nothing is
//! locked on the way of a request ([`run`]). A connection is bounded from its first byte: hyper's own deadline for the
//! head does nothing without a timer, and waits for no timer before it knows the protocol.

#![allow(clippy::disallowed_methods, reason = "tasks begin and end here")]

mod accept;
mod admin;
mod connection;
mod protocol;
mod run;
mod stop;
mod tls;

pub use admin::Admin;
pub use run::{Running, start, start_tls};
pub use stop::{Stop, on_hangups, on_signals};
pub use tls::Tls;
