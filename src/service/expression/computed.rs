//! What expressions and templates give.

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
            Self::Json(text) | Self::Text(text) => text.clone(),
        }
    }
}
