//! What expressions and templates give.

use crate::json::write::write_string;

/// What a template or an expression gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Computed {
    /// `true` or `false`.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A list or an object, as JSON.
    Json(String),
    /// Nothing.
    Null,
    /// A number that is no such integer, in its own digits.
    Number(String),
    /// A text.
    Text(String),
}

impl Computed {
    /// As a text; `null` is empty.
    pub fn text(&self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Null => String::new(),
            Self::Json(text) | Self::Number(text) | Self::Text(text) => text.clone(),
        }
    }

    /// Appends it as JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Self::Integer(value) => out.extend_from_slice(itoa::Buffer::new().format(*value).as_bytes()),
            Self::Json(text) | Self::Number(text) => out.extend_from_slice(text.as_bytes()),
            Self::Null => out.extend_from_slice(b"null"),
            Self::Text(text) => write_string(out, text),
        }
    }
}
