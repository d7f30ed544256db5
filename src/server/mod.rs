//! The HTTP server: accepting, protecting, stopping, with or without TLS.
//!
//! Each thread has a runtime and connections to backends of its own, so that nothing is locked on the way of a request
//! ([`run`]). One more thread accepts, and hands each connection to the one that has the fewest ([`acceptor`]). A connection
//! is bounded from its first byte: hyper's own deadline for the head does nothing without a timer, and waits for no timer before
//! it knows the protocol.

#![allow(clippy::disallowed_methods, reason = "tasks begin and end here")]

mod accept;
mod acceptor;
mod admin;
mod answers;
mod bounds;
mod connection;
mod drain;
mod framing;
mod life;
mod lifecycle;
mod listener;
mod manager;
mod meter;
mod protocol;
mod proxied;
mod reloads;
mod run;
mod signals;
mod stop;
mod stream;
mod talk;
mod timer;
mod tls;
mod traffic;

pub use admin::Admin;
pub use framing::{Framing, Refused};
pub use lifecycle::Lifecycle;
pub use listener::Listener;
pub use proxied::proxy_header;
pub use reloads::{Asked, Asking, Files, Reloaded, reloads};
pub use run::{Running, Settings, Unfinished, start, start_at, start_with};
pub use signals::Signals;
pub use stop::Stop;
pub use tls::{NewTls, Tls, TlsError};
