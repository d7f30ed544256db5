//! What a service file may say about the JSON form of a contract, and what that does to the program.
//!
//! A field rule is one file here: how it is typed, what it does, what it says of itself, its examples. The list below names
//! all of them; whoever reads service files (`file`), applies rules (`operation`, `types`) or prints the table of
//! docs/MAPPING.md goes by it. docs/ADDING.md says how one is added.
//!
//! In this order, each file using those before it: `about`, `misfit`, `field`, `rule`, the rules, `file`, `choices`,
//! `problem`, `spelling`, `operation`, `types`, `apply`.

mod about;
mod apply;
mod as_form;
mod choices;
mod constant;
mod default_text;
mod enumeration;
mod field;
mod file;
mod fill;
mod flatten;
mod group;
mod hide;
mod misfit;
mod operation;
mod problem;
mod rename;
#[macro_use]
mod rule;
mod spelling;
mod trim;
mod types;
mod unwrap;

// In the order in which they apply: values first, then shapes, then keys, so that every pointer names a field as it is before
// keys change.
field_rules! {
    trim::Trim,
    as_form::As,
    enumeration::Enumeration,
    constant::Constant,
    default_text::DefaultText,
    hide::Hide,
    flatten::Flatten,
    unwrap::Unwrap,
    rename::Rename,
    group::Group,
}

impl FieldRule {
    /// The text that the field gets, where the rule says one.
    pub fn text_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Constant(Constant(text)) | Self::DefaultText(DefaultText(text)) => Some(text),
            _ => None,
        }
    }
}

pub use about::{About, Example, Mistake};
pub(super) use apply::{apply, apply_to};
pub use choices::{ConstantField, CredentialField, Names, OperationRules, Rules};
pub use file::{FieldRules, Placed, pointer};
