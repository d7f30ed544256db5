//! What is wrong with a schema.

use super::simple::{FacetError, PatternDoubt};
use crate::limits::{ARRAY_NESTING, GROUP_NESTING};
use crate::xml::{QName, Severity};

/// Something that is wrong with a component of a schema. None stops the contract: what needs it has any content, or less.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Problem {
    /// An array of too many arrays (SOAP 1.1 section 5.4.2).
    #[error("an array of arrays more than {ARRAY_NESTING} levels deep")]
    ArrayTooDeep,
    /// An attribute group that holds itself (Part 1, section 3.6.6).
    #[error("an attribute group holds itself")]
    AttributeGroupInItself,
    /// A facet that cannot be (Part 2, section 4.3).
    #[error("the facet is left out: {0}")]
    Facet(FacetError),
    /// A model group that holds itself (Part 1, section 3.8.6).
    #[error("a group holds itself")]
    GroupInItself,
    /// A chain of imports over `limits.contract.depth`.
    #[error("too long a chain of imports")]
    ImportsTooDeep,
    /// `minOccurs` or `maxOccurs` that is not a number (Part 1, section 3.9.2).
    #[error("expected a non-negative integer in minOccurs, and one or `unbounded` in maxOccurs")]
    Occurs,
    /// A pattern that is read here, and not by others (Part 2, appendix F).
    #[error("other processors cannot read the pattern, or read another one: {0}")]
    Pattern(PatternDoubt),
    /// A prefix that is not declared.
    #[error("the prefix of {0} is not declared")]
    Prefix(String),
    /// Groups or substitution groups in too many of their kind.
    #[error("groups or substitution groups more than {GROUP_NESTING} levels deep")]
    TooDeep,
    /// Content models over `limits.contract.particles`.
    #[error("the content models have more than {0} particles")]
    TooLarge(usize),
    /// A type that is derived from itself (Part 1, section 3.4.6).
    #[error("a type derives from itself")]
    TypeFromItself,
    /// A schema document that cannot be read.
    #[error("{location} cannot be read: {reason}")]
    Unreadable {
        /// What the schema says of where it is.
        location: String,
        /// Why not.
        reason: String,
    },
    /// A reference to what no schema defines (Part 1, section 3.15.6).
    #[error("there is no {what} {name}")]
    Unresolved {
        /// The kind of component.
        what: &'static str,
        /// Its name.
        name: QName,
    },
}

impl Problem {
    /// The code that `explain` knows.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "XSD0001",
            Self::ImportsTooDeep => "XSD0002",
            Self::Unresolved { .. } => "XSD0100",
            Self::TypeFromItself => "XSD0101",
            Self::Prefix(_) => "XSD0102",
            Self::AttributeGroupInItself => "XSD0103",
            Self::Occurs => "XSD0104",
            Self::GroupInItself => "XSD0105",
            Self::TooLarge(_) => "XSD0106",
            Self::ArrayTooDeep | Self::TooDeep => "XSD0107",
            Self::Facet(_) => "XSD0200",
            Self::Pattern(_) => "XSD0201",
        }
    }

    /// How bad it is.
    pub(super) fn severity(&self) -> Severity {
        match self {
            Self::Facet(_) | Self::Pattern(_) | Self::Unreadable { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }
}
