//! What was probably meant.

use std::fmt;

/// A name like the one that is not there, if any; for the end of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Near(pub Option<String>);

impl Near {
    /// The nearest of `known` to `name`.
    pub fn of<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Self {
        Self(crate::plan::nearest(name, known).map(str::to_owned))
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
