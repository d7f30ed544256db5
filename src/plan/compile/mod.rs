//! From the contract to the program: operations first, then every type that they reach, then what is known at the end.
//!
//! In this order, each file using those before it: `options`, `arena`, `prefixes`, `names`, `documentation`, `media`, `compiler` (what is known on the
//! way), `simple`, `model`, `content`, `attachment`, `encoding`, `types`, `message`, `reach`, `steps`, `writing`, `assemble`.

mod arena;
pub(super) mod assemble;
mod attachment;
mod compiler;
mod content;
mod documentation;
mod encoding;
mod media;
mod message;
mod model;
mod names;
mod options;
mod prefixes;
mod reach;
mod simple;
mod steps;
pub(super) mod types;
mod writing;

pub(super) use arena::Arena;
pub(super) use compiler::Compiler;
pub(super) use message::{OperationAt, operation};
pub use options::Numbers;
pub(super) use options::Options;
