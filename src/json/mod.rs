//! Strict, bounded reading and writing of JSON (RFC 8259).
//!
//! [`Tape::parse`] reads a body once, into a flat tape of tokens that are spans of that body: nothing is copied,
//! numbers stay the text that they are, and a container knows where it ends, so that its members can be taken in any
//! order. Duplicate keys are refused, for two readers would then read two messages. [`write`] writes compactly.

#![warn(clippy::unwrap_used, clippy::indexing_slicing)]

mod error;
mod keys;
mod number;
mod parse;
mod pointer;
mod string;
mod tape;
mod value;
pub mod write;

pub use error::{Error, ErrorKind};
pub use number::{TooManyDigits, plain_decimal};
pub use pointer::push_segment;
pub use tape::{Kind, Tape};
pub use value::{Document, Items, Member, Members, Value};
