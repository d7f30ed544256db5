//! Strict, bounded reading and writing of JSON (RFC 8259).
//!
//! [`Tape::parse`] reads a body once, into a flat tape of tokens that are spans of that body: nothing is copied,
//! numbers stay the text that they are, and a container knows where it ends, so that its members can be taken in any
//! order. Duplicate keys are refused, for two readers would then read two messages. [`write`] writes compactly.
//!
//! Inside, from the ground: `token`, `error` and `plain`; `string`, `number` and `key`; `pointer` and `keys`, which look at tokens;
//! `parse` makes them; `value` is a cursor over them; `tape` joins the two, and `kept` does so for a document that stays; `write` needs values alone.

#![warn(clippy::unwrap_used, clippy::indexing_slicing)]

mod error;
mod kept;
mod key;
mod keys;
mod number;
mod parse;
mod plain;
mod pointer;
mod string;
mod tape;
mod token;
mod value;
pub mod write;

pub use error::{Error, ErrorKind};
pub use kept::Kept;
pub use key::Key;
pub use number::{Number, TooManyDigits, plain_decimal};
pub use pointer::{push_segment, unescape};
pub use tape::Tape;
pub use token::{Document, Kind};
pub use value::{Items, Member, Members, Span, Value};
