//! What a service may choose about JSON that is encoded.

use crate::limits::{JsonLimits, XmlLimits};

/// What a JSON `null` means for an element that is not nillable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NullAs {
    /// The element is left out.
    Absent,
    /// `xsi:nil="true"` all the same.
    Nil,
    /// A breach.
    #[default]
    Reject,
}

/// What happens to a key that the contract does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownFields {
    /// It is left out.
    Ignore,
    /// A breach.
    #[default]
    Reject,
}

/// What an empty string means for an element of a simple type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmptyAs {
    /// The element is left out.
    Absent,
    /// An empty element.
    #[default]
    Keep,
    /// A breach.
    Reject,
}

/// The choices that a service may make.
#[derive(Clone, Copy, Debug, Default)]
pub struct EncodeOptions {
    /// What an empty string means.
    pub empty_as: EmptyAs,
    /// Whether a value that an enumeration does not have is written all the same, and noted.
    pub open: bool,
    /// What a `null` means.
    pub null_as: NullAs,
    /// What happens to unknown keys.
    pub unknown_fields: UnknownFields,
    /// Bounds on numbers.
    pub limits: JsonLimits,
    /// Bounds on XML inside of JSON.
    pub xml: XmlLimits,
}
