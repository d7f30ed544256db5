//! What is told about a message.

/// Something in a message that is not as it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The JSON Pointer of the field; empty where there is none.
    pub pointer: String,
    /// What was expected; empty where the message says it.
    pub expected: String,
    /// What was there; `***` for what must not be shown.
    pub got: String,
    /// What is wrong.
    pub message: String,
}

impl Problem {
    /// A problem of a whole message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let or = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
        let place = if self.pointer.is_empty() { String::new() } else { format!("{}: ", self.pointer) };
        match (self.expected.as_str(), self.got.as_str()) {
            ("", "") => write!(f, "{place}{}", self.message),
            (expected, "") if self.message != "missing" => {
                write!(f, "{place}expected {expected} ({})", self.message)
            }
            (expected, got) => {
                write!(f, "{place}expected {}, got {} ({})", or(expected), or(got), self.message)
            }
        }
    }
}
