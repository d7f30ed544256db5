//! What a service may choose about XML that is decoded, and what becomes of it.

use crate::codec::encode::EmptyAs;
use crate::codec::violation::{Violation, Violations};
use crate::xml;

/// How closely a message is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Whatever can be shown is shown: unknown elements, values of the wrong form, nulls anywhere. For saying everything
    /// that is wrong with a message by encoding what is shown.
    Forgiving,
    /// In any order; what is unknown is passed over.
    #[default]
    Lenient,
    /// In schema order; what is unknown is refused.
    Strict,
}

/// The choices that a service may make.
#[derive(Clone, Copy, Debug, Default)]
pub struct DecodeOptions<'o> {
    /// How closely the message is read. A reply of a backend is usually read leniently.
    pub strictness: Strictness,
    /// What an empty string means.
    pub empty_as: EmptyAs,
    /// Whether a value that an enumeration does not have is shown all the same, and noted.
    pub open: bool,
    /// Members to put first into the JSON object, such as credentials: `"key":value`, without braces.
    pub members: &'o [u8],
}

/// What a decoded message was like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The names of elements and attributes that were passed over, each once.
    pub passed_over: Vec<String>,
    /// The values that the message has and their enumerations have not.
    pub notes: Vec<Violation>,
}

/// Why a message could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It breaks the contract.
    #[error(transparent)]
    Contract(#[from] Violations),
    /// It is not well-formed.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}
