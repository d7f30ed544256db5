//! Simple types: XML Schema 1.0 Part 2, text in, verdict out.
//!
//! [`SimpleType`] is a compiled type: a built-in one, a restriction of another, a list or a union. Checking a value
//! normalises its white space, checks its lexical form and then every facet. Decimals are compared as text, whatever
//! their size. [`Quick`] knows most values at a glance, and leaves the others to the type.

mod blocks;
mod built_in;
mod calendar;
mod decimal;
mod facet;
mod lexical;
mod pattern;
mod patterns;
mod quick;
mod simple_type;
mod value;
mod violation;
mod white_space;

pub use built_in::{BuiltIn, JsonForm};
pub use facet::{Facet, FacetError, FacetKind, FacetReason, Facets};
pub use pattern::{PatternDoubt, PatternError, doubt, translate as expression};
pub use patterns::Patterns;
pub use quick::Quick;
pub use simple_type::{Checked, SimpleType, Size, Variety};
pub use value::compare as order;
pub use violation::{Category, Violation};
pub use white_space::WhiteSpace;
