//! Reference backends: a second implementation of the wire formats, that shares no code with the codec.
//!
//! They are typed (`yaserde` for SOAP, `serde` for JSON), check what the documented systems check, and can be told to
//! misbehave. Tests compare them with the bridge, `demo` starts them, and a developer without a sandbox has them.

#![allow(clippy::disallowed_methods, reason = "tasks begin and end here")]

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
pub mod reference;
mod server;
mod shape;
pub mod stonex;
pub mod tabapay;
mod tokens;
mod usernames;
mod xml;

pub use behaviour::Behaviour;
pub use server::{Exchange, Handle};
pub use tokens::Tokens;
