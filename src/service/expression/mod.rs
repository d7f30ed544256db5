//! Expressions of the service file, in the Common Expression Language.
//!
//! An expression is compiled and checked when the service file is loaded: whatever it names must be there
//! ([`Names`]), and what it compares must be comparable. At run time it reads the members of a message as variables,
//! and the whole message as `body`. A member that is absent makes a condition false and a text empty; `has(a.b)` asks
//! whether it is there. The text is short, loops nest at most twice, and messages are bounded, so its work is too.
//!
//! The library parses, and its tree is made into operations (`operation`) that are done over the message as it stands
//! (`evaluation`), mostly without a copy. Its own interpreter, which makes a value of everything that it looks at, does what the
//! operations do not cover (`values`); what they give is held against it in tests.

mod check;
mod compiled;
mod computed;
mod evaluation;
mod expr_type;
mod names;
mod operation;
mod patterns;
mod presence;
mod slot;
mod syntax;
mod template;
mod values;
mod variables;

pub use compiled::{Decision, Expression};
pub use computed::Computed;
pub use expr_type::ExprType;
pub use names::Names;
pub use template::Template;
pub use variables::{Tables, Variables};
