//! JSON Schemas of messages, made of the plan that reads and writes them.
//!
//! From the ground: `pattern`, `lexical` and `names`; `dialect` and `told`, what dialects and words say; `view` is who looks at a message;
//! `shapes`, `numbers` and `simple` make the schemas of simple types; `presence` says which members an object needs; `key` is what
//! components are, `reach` and `components` keep those of a document; `values`, `object`, `wild`, `complex` and `message` make them.

mod complex;
mod components;
mod dialect;
mod key;
mod lexical;
mod message;
mod names;
mod numbers;
mod object;
mod pattern;
mod presence;
mod reach;
mod shapes;
mod simple;
mod told;
mod values;
mod view;
mod wild;

pub use components::{Choices, Schemas};
pub(super) use components::{Unexpressed, referred};
pub use dialect::Dialect;
pub use key::Sent;
pub use message::{Divided, Outside};
pub(super) use names::Names;
pub use view::Side;
