//! What in a message breaks its contract, and where.

use crate::xsd::simple::{Category, Violation as SimpleViolation};

/// All breaches found in one message, in the order of the schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", summary(.0))]
pub struct Violations(pub Vec<Violation>);

fn summary(all: &[Violation]) -> String {
    match all {
        [] => "no breach".to_owned(),
        [one] => one.to_string(),
        [first, rest @ ..] => format!("{first}, and {} more", rest.len()),
    }
}

/// One breach of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What kind of breach.
    pub breach: Breach,
    /// The JSON Pointer of the field in the JSON form of the message.
    pub pointer: String,
    /// The path of element names, for a breach found in XML; else empty.
    pub path: String,
    /// What was expected. Never the value that was found.
    pub expected: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = if self.path.is_empty() { &self.pointer } else { &self.path };
        let place = if place.is_empty() { "/" } else { place };
        write!(f, "{place}: {}", self.expected)
    }
}

/// Kinds of breaches, in the terms in which peers report them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Breach {
    /// A single element or a key that is there more than once.
    Duplicate,
    /// An empty string where a service refuses them.
    Empty,
    /// A value that is not one of the allowed ones.
    Enumeration,
    /// Branches of a choice together.
    Exclusive,
    /// A value of the wrong form, a pattern that does not match, a character that XML cannot carry.
    Format,
    /// Too long, too short, too many, too few.
    Length,
    /// A required field that is absent.
    Missing,
    /// `null` where the contract has no null.
    Null,
    /// An element that is not in its place.
    Order,
    /// Beyond the bounds of its type.
    Range,
    /// A string for a number, an object for a string, and so on.
    Type,
    /// A field that the contract does not know.
    Unknown,
}

impl From<&SimpleViolation> for Breach {
    fn from(violation: &SimpleViolation) -> Self {
        match violation.category() {
            Category::Enumeration => Self::Enumeration,
            Category::Format => Self::Format,
            Category::Length => Self::Length,
            Category::Range => Self::Range,
            Category::Type => Self::Type,
        }
    }
}
