//! Reference backends of five systems: a second implementation of their wire formats, which shares no code with the bridge.
//!
//! Each system ([`bancbox`], [`finzly`], [`helix`], [`stonex`], [`tabapay`]) has its own JSON API and a SOAP service with the
//! system's WSDL. Both are typed (`serde` for JSON, `yaserde` for SOAP), check what the system's documents say, and can be
//! told to misbehave ([`Behaviour`]). Tests compare them with the bridge, `saponify demo` starts them ([`systems`]), and a
//! developer without a sandbox has them.
//!
//! They are for tests: what they read is small, and nothing here is meant for the open network.

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
#![allow(clippy::disallowed_methods, reason = "the tasks of a backend begin here, and end with its runtime")]

#[macro_use]
mod record;

mod auth;
pub mod bancbox;
mod behaviour;
mod contract;
mod envelope;
pub mod finzly;
pub mod helix;
mod ids;
mod leaves;
mod server;
mod shape;
pub mod stonex;
pub mod systems;
pub mod tabapay;
mod tokens;
mod usernames;
mod xml;

pub use behaviour::Behaviour;
pub use server::{Exchange, Handle};
pub use tokens::Tokens;
