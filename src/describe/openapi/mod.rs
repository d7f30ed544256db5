//! The OpenAPI document of a service's JSON front: 3.0, 3.1 or 3.2.
//!
//! Everything in it is of the plan and of the rules that serve requests. From the ground: `version`; `common`, what all operations share;
//! `examples`; `form`; `native`, the JSON of a system's own clients; `described`, an operation; `parameters`, `security` and `answers`, its parts; `warnings`;
//! `operation`, and `document`.

mod answers;
mod common;
mod described;
mod document;
mod examples;
mod form;
mod native;
mod operation;
mod parameters;
mod security;
mod version;
mod warnings;

pub(super) use common::Common;
pub(super) use document::messages;
pub use document::{OpenApi, openapi};
pub(super) use examples::Examples;
pub(super) use native::schema as native_schema;
pub(super) use operation::description as said_of;
pub use version::Version;
