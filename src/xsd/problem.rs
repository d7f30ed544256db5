//! What is wrong with a schema.

use super::simple::{FacetError, PatternDoubt};
use crate::limits::{ARRAY_NESTING, DERIVATION, GROUP_NESTING, UNION_MEMBERS};
use crate::xml::{QName, Severity};

/// Something that is wrong with a component of a schema. None stops the contract: what needs it has any content, or less.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Problem {
    /// An array of too many arrays (SOAP 1.1 section 5.4.2).
    #[error("an array of more than {ARRAY_NESTING} dimensions, those of arrays in it included")]
    ArrayTooDeep,
    /// An attribute group that holds itself (Part 1, section 3.6.6).
    #[error("an attribute group holds itself")]
    AttributeGroupInItself,
    /// A component that is declared again with other content (Part 1, section 3.15.6).
    #[error(
        "{what} {name} is declared twice with different content: here and at {other}; the first one is used"
    )]
    Disputed {
        /// The kind of component.
        what: &'static str,
        /// Its name.
        name: QName,
        /// Where the other one is.
        other: String,
    },
    /// A facet that cannot be (Part 2, section 4.3).
    #[error("the facet is left out: {0}")]
    Facet(FacetError),
    /// A model group that holds itself (Part 1, section 3.8.6).
    #[error("a group holds itself")]
    GroupInItself,
    /// A chain of imports over `limits.contract.depth`.
    #[error("too long a chain of imports")]
    ImportsTooDeep,
    /// A type that is not said to be derived from anything, where it must be (Part 1, sections 3.4.2 and 3.14.2).
    #[error("expected a restriction, an extension, a list or a union in the type")]
    NoDerivation,
    /// A document that is not a schema (Part 1, section 4.2.1).
    #[error("{location} is not a schema: its root is `{root}`")]
    NotSchema {
        /// What the schema says of where it is.
        location: String,
        /// The name of its root.
        root: String,
    },
    /// `minOccurs` or `maxOccurs` that is not a number (Part 1, section 3.9.2).
    #[error("expected a non-negative integer in minOccurs, and one or `unbounded` in maxOccurs")]
    Occurs,
    /// A document of another namespace than the one that it is imported for (Part 1, section 4.2.3).
    #[error("{location} defines {}, and is imported for {}", namespace(found), namespace(expected))]
    OtherNamespace {
        /// What the schema says of where it is.
        location: String,
        /// The namespace of the import.
        expected: String,
        /// The target namespace of the document.
        found: String,
    },
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
    /// A component that is declared again with the same content.
    #[error("{name} is declared again with the same content{}; the first one is used", more(*others))]
    Repeated {
        /// The name of the first of its kind.
        name: QName,
        /// How many others there are.
        others: usize,
    },
    /// Lists and unions in too many of their kind.
    #[error("lists and unions more than {DERIVATION} levels deep")]
    SimpleTooDeep,
    /// A type that is derived from itself (Part 1, section 3.4.6).
    #[error("a type derives from itself")]
    TypeFromItself,
    /// A union of too many types (Part 2, section 2.5.1.3).
    #[error("the union has more than {UNION_MEMBERS} member types, with those of the unions in it")]
    UnionTooLarge,
    /// An import that does not say where its schema is, which no other document has.
    #[error("the import of {0} does not say where its schema is, and no other document defines it")]
    Unlocated(String),
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
            Self::OtherNamespace { .. } => "XSD0003",
            Self::NotSchema { .. } => "XSD0004",
            Self::Unlocated(_) => "XSD0005",
            Self::Unresolved { .. } => "XSD0100",
            Self::TypeFromItself => "XSD0101",
            Self::Prefix(_) => "XSD0102",
            Self::AttributeGroupInItself => "XSD0103",
            Self::Occurs => "XSD0104",
            Self::GroupInItself => "XSD0105",
            Self::TooLarge(_) => "XSD0106",
            Self::ArrayTooDeep | Self::SimpleTooDeep | Self::TooDeep => "XSD0107",
            Self::UnionTooLarge => "XSD0110",
            Self::Disputed { .. } => "XSD0111",
            Self::Repeated { .. } => "XSD0112",
            Self::NoDerivation => "XSD0113",
            Self::Facet(_) => "XSD0200",
            Self::Pattern(_) => "XSD0201",
        }
    }

    /// How bad it is.
    pub(super) fn severity(&self) -> Severity {
        match self {
            Self::Repeated { .. } => Severity::Note,
            Self::Facet(_) | Self::Pattern(_) | Self::Unlocated(_) | Self::Unreadable { .. } => {
                Severity::Warning
            }
            _ => Severity::Error,
        }
    }
}

/// A namespace as it is told.
fn namespace(name: &str) -> String {
    if name.is_empty() { "no namespace".to_owned() } else { format!("the namespace {name}") }
}

/// How many others there are beside the first.
fn more(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => ", and so is 1 more component".to_owned(),
        others => format!(", and so are {others} more components"),
    }
}
