//! XML to JSON: elements come in document order, their lists are gathered, and every value gets the form of its type.
//!
//! [`run`] is one message while it is decoded; each stage below it is a part of what [`run::Run`] can do. A message begins at
//! its `root`; an `element` looks at its type, which is `simple` or `complex`, or what `xsi:type` names
//! (`instance`); `content` finds the place of each child, unless all are `expected`; `objects` writes keys and commas and
//! gathers the `pieces` of lists that stand apart; `attached` puts `parts` that came beside the message where it refers to them. `options`, `pieces`, `references` and `unknown_members` know nothing of the run, `run`
//! nothing of the stages, and stages call each other through it.

mod array_type;
mod attached;
mod binary;
mod complex;
mod content;
mod element;
mod elsewhere;
mod encoded;
mod expected;
mod extra;
mod instance;
mod objects;
mod options;
mod pieces;
mod references;
mod renamed;
mod report;
mod root;
mod run;
mod simple;
mod unknown_members;
mod wild;

pub use options::{DecodeError, DecodeOptions, Decoded, Leeway, Strictness};
pub(super) use run::HeaderMember;
pub use run::{Decode, Decoder};
