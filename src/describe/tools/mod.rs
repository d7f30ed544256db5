//! Operations as tools of the Model Context Protocol: names, what they do, and schemas of their arguments and results.
//!
//! `hidden` are the members of which a model sees nothing, or not all; `tool` describes one operation.

mod hidden;
mod tool;

pub use hidden::Hidden;
pub use tool::tool;
