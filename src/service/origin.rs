//! Where a value comes from: the service file, or what a `${env:NAME}` or `${file:PATH}` in it leads to.

use std::fmt;

/// Where a value comes from, for a message that must not repeat it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The text of the file at this path.
    File(String),
    /// The service file itself.
    Typed,
    /// The environment variable of this name.
    Variable(String),
}

impl Origin {
    /// That of the value for which `text` stands in a service file.
    pub fn of(text: &str) -> Self {
        match inner(text).and_then(|inner| inner.split_once(':')) {
            Some(("env", name)) => Self::Variable(name.to_owned()),
            Some(("file", path)) => Self::File(path.to_owned()),
            _ => Self::Typed,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the text of the file {path}"),
            Self::Typed => f.write_str("the value"),
            Self::Variable(name) => write!(f, "the value of environment variable {name}"),
        }
    }
}

/// What is between the braces, where `text` is a reference and nothing else.
pub(super) fn inner(text: &str) -> Option<&str> {
    text.strip_prefix("${")?.strip_suffix('}')
}
