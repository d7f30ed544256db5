//! What a service is tried with: reference backends, mocks and contract tests.
//!
//! The reference backends ([`bancbox`]) are a second implementation of the wire formats, that shares no code with the codec.
//! They are typed (`yaserde` for SOAP, `serde` for JSON), check what the documented systems check, and can be told to
//! misbehave. Tests compare them with the bridge, `demo` starts them, and a developer without a sandbox has them.
//!
//! [`mock`] and [`trial`] know no system: they have a contract and a folder of [`samples`].

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
pub mod mock;
pub mod reference;
pub mod samples;
mod server;
mod shape;
pub mod starter;
pub mod stonex;
pub mod tabapay;
mod tokens;
pub mod trial;
mod usernames;
mod xml;

pub use behaviour::Behaviour;
pub use server::{Exchange, Handle};
pub use tokens::Tokens;
