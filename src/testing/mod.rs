//! What a service is tried with: contract tests.
//!
//! [`trial`] knows no system: it has a contract and a folder of [`crate::samples`].

#![allow(clippy::disallowed_methods, reason = "tasks begin and end here")]

pub mod starter;
pub mod trial;
