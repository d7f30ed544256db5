//! JSON Schemas of messages, made of the plan that reads and writes them.
//!
//! From the ground: `pattern`, `lexical` and `names`; `dialect` and `told`, what dialects and words say; `view` is who looks at a message;
//! `simple` and `numbers` make the schemas of simple types; `presence` says which members an object needs; `components` and `reach` keep
//! the components of a document; `values`, `object`, `complex`, `wild` and `message` make them.

mod complex;
mod components;
mod dialect;
mod lexical;
mod message;
mod names;
mod numbers;
mod object;
mod pattern;
mod presence;
mod reach;
mod simple;
mod told;
mod values;
mod view;
mod wild;

pub use components::{Choices, Schemas, Sent};
pub use dialect::Dialect;
pub use message::{Divided, Outside};
pub(super) use names::Names;
pub use view::Side;
