//! What rules select by: one value or several, HTTP statuses.

use serde::Deserialize;

/// One or a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// A list.
    Many(Vec<T>),
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl<T> OneOrMany<T> {
    /// All of them.
    pub fn all(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// An HTTP status, or a class of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum HttpFile {
    /// `404`
    Status(u16),
    /// `4xx`
    Class(String),
}
