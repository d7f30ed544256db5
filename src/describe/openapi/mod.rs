//! The OpenAPI document of a service's JSON front: 3.0, 3.1 or 3.2.
//!
//! Everything in it is of the plan and of the rules that serve requests. From the ground: `common`, what all operations share; `examples`;
//! `native`, the JSON of a system's own clients; `parameters`, `security` and `answers`, the parts of an operation; `operation`, and
//! `document`.

mod answers;
mod common;
mod document;
mod examples;
mod native;
mod operation;
mod parameters;
mod security;

pub use document::{OpenApi, Version, openapi};
pub(super) use native::schema as native_schema;
