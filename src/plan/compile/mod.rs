//! From the contract to the program.

pub(in crate::plan) mod compiler;
pub(in crate::plan) mod content;
mod encoding;
mod message;
mod names;
mod reach;
mod simple;

pub use compiler::{Compiled, Refused, compile};
