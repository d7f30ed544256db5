//! What a service is tried with: mocks and contract tests.
//!
//! [`mock`] and [`trial`] know no system: they have a contract and a folder of [`crate::samples`].

#![allow(clippy::disallowed_methods, reason = "tasks begin and end here")]

pub mod mock;
pub mod starter;
pub mod trial;
