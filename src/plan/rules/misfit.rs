//! Why a rule cannot be applied.

use std::fmt;

use super::super::program::{MapError, nearest};
use crate::xsd::simple::Violation;

/// Why a rule cannot be applied to a field, a message or a type.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(super) enum Misfit {
    /// The message does not have the field.
    #[error("there is no `{key}`{near}")]
    Absent {
        /// The key that is not there.
        key: String,
        /// One that is.
        near: Near,
    },
    /// The message has nothing in it.
    #[error("the message is empty")]
    Empty,
    /// The pointer goes on below a value that has no members.
    #[error("the pointer goes on below a simple value")]
    IntoSimple,
    /// The texts of an enumeration are not one to one.
    #[error(transparent)]
    Map(#[from] MapError),
    /// The message or the type has no members.
    #[error("there are no members")]
    NoMembers,
    /// The contract does not have the type.
    #[error("there is no type `{key}`{near}")]
    NoType {
        /// The name that is not there.
        key: String,
        /// One that is.
        near: Near,
    },
    /// The key is that of another member.
    #[error("there is a member `{0}` already")]
    Taken(String),
    /// The field is not of the kind that the rule is for.
    #[error("{0}")]
    Unfit(&'static str),
    /// A text of the type has none in JSON.
    #[error("`{0}` has no text in JSON")]
    Unmapped(String),
    /// A value is not of the field's type.
    #[error("{value} does not fit: {violation}")]
    Value {
        /// The value, or what it is.
        value: String,
        /// Why not.
        violation: Violation,
    },
    /// A member that is to be kept from the message is one of its own.
    #[error("`{0}` is a member of the message, it cannot be hidden")]
    Visible(String),
}

impl Misfit {
    /// A key that is not one of `known`.
    pub(super) fn absent<'k>(key: &str, known: impl Iterator<Item = &'k str>) -> Self {
        Self::Absent { key: key.to_owned(), near: Near::of(key, known) }
    }

    /// Whether the message just does not have the field, as requests do not have the fields of responses.
    pub(super) fn is_elsewhere(&self) -> bool {
        matches!(self, Self::Absent { .. } | Self::Empty | Self::IntoSimple | Self::NoMembers)
    }
}

/// The name that was probably meant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Near(Option<String>);

impl Near {
    pub(super) fn of<'k>(key: &str, known: impl Iterator<Item = &'k str>) -> Self {
        Self(nearest(key, known).map(str::to_owned))
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => Ok(()),
        }
    }
}
