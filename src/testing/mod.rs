//! Reference backends: a second implementation of the wire formats, that shares no code with the codec.
//!
//! They are typed (`yaserde` for SOAP, `serde` for JSON), check what the documented systems check, and can be told to
//! misbehave. Tests compare them with the bridge, `demo` starts them, and a developer without a sandbox has them.

#![allow(clippy::disallowed_methods, reason = "tasks begin and end here")]

pub mod bancbox;
mod server;

pub use server::{Exchange, Handle};
