//! What is wrong with a value, in terms of what its type expects. Never the value itself.

use std::fmt;
use std::sync::Arc;

use super::built_in::BuiltIn;
use crate::limits::ENUMERATION_SHOWN;

/// Why a value is not of its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Violation {
    /// An attachment, which a value of this type cannot be.
    Attachment,
    /// Beyond the bounds that a built-in integer type has.
    BuiltInRange {
        /// The type.
        expected: BuiltIn,
    },
    /// Too many digits (`totalDigits`, `fractionDigits`).
    Digits {
        /// `digits` or `digits after the point`.
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// Not one of the values of `enumeration`.
    Enumeration {
        /// Those values.
        allowed: Arc<[String]>,
    },
    /// Too long or too short (`length`, `minLength`, `maxLength`).
    Length {
        /// `exactly`, `at least` or `at most`.
        how: &'static str,
        /// How much there may be.
        bound: usize,
        /// `characters`, `octets` or `items`.
        unit: &'static str,
    },
    /// Not in the lexical space.
    Lexical {
        /// The type.
        expected: BuiltIn,
    },
    /// Not of the form of `pattern`.
    Pattern {
        /// The pattern, as written in the schema.
        pattern: Arc<str>,
    },
    /// Beyond `minInclusive`, `maxExclusive` and so on.
    Range {
        /// `at least`, `more than`, `at most` or `less than`.
        how: &'static str,
        /// The bound, as written in the schema.
        bound: Arc<str>,
    },
    /// Of no member of a union.
    Union,
}

/// The kinds of violations that peers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Not one of the allowed values.
    Enumeration,
    /// Malformed.
    Format,
    /// Too long or too short.
    Length,
    /// Out of bounds.
    Range,
    /// Not of the type at all.
    Type,
}

impl Violation {
    /// Which kind it is.
    pub fn category(&self) -> Category {
        match self {
            Self::Attachment => Category::Format,
            Self::BuiltInRange { .. } | Self::Range { .. } => Category::Range,
            Self::Digits { .. } => Category::Range,
            Self::Enumeration { .. } => Category::Enumeration,
            Self::Length { .. } => Category::Length,
            Self::Lexical { expected } => lexical_category(*expected),
            Self::Pattern { .. } => Category::Format,
            Self::Union => Category::Type,
        }
    }
}

/// Letters in a number are the wrong type, a thirteenth month is the wrong form.
fn lexical_category(expected: BuiltIn) -> Category {
    match expected.primitive() {
        BuiltIn::Boolean | BuiltIn::Decimal | BuiltIn::Double | BuiltIn::Float => Category::Type,
        _ => Category::Format,
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attachment => {
                f.write_str("expected no attachment, which only a value of xs:base64Binary can be")
            }
            Self::BuiltInRange { expected } => write!(f, "out of the range of xs:{}", expected.name()),
            Self::Digits { what, most } => write!(f, "expected at most {most} {what}"),
            Self::Enumeration { allowed } => write_allowed(f, allowed),
            Self::Length { how, bound, unit } => write!(f, "expected {how} {bound} {unit}"),
            Self::Lexical { expected } => write!(f, "expected a value of xs:{}", expected.name()),
            Self::Pattern { pattern } => write!(f, "expected the form {pattern}"),
            Self::Range { how, bound } => write!(f, "expected {how} {bound}"),
            Self::Union => f.write_str("expected a value of one of the member types"),
        }
    }
}

fn write_allowed(f: &mut fmt::Formatter<'_>, allowed: &[String]) -> fmt::Result {
    let shown: Vec<&str> = allowed.iter().take(ENUMERATION_SHOWN).map(String::as_str).collect();
    write!(f, "expected one of {}", shown.join(", "))?;
    if allowed.len() > ENUMERATION_SHOWN {
        write!(f, " and {} more", allowed.len() - ENUMERATION_SHOWN)
    } else {
        Ok(())
    }
}
