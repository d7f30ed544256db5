//! A document that is kept: parsed once, and looked at again and again.

use super::error::Error;
use super::parse::{self, Buffers};
use super::token::{Document, Token};
use super::value::Value;
use crate::limits::JsonLimits;

/// A JSON document with its text.
#[derive(Clone)]
pub struct Kept {
    text: Box<str>,
    tokens: Box<[Token]>,
}

impl Kept {
    /// Reads `text`, one JSON value. Errors: those of [`super::Tape::parse`].
    pub fn parse(text: &str, limits: &JsonLimits) -> Result<Self, Error> {
        let mut buffers = Buffers::default();
        let Document { text, tokens } = parse::parse(&mut buffers, text.as_bytes(), limits)?;
        Ok(Self { text: text.into(), tokens: tokens.into() })
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> Value<'_> {
        Value::root(Document { tokens: &self.tokens, text: &self.text })
    }
}

/// As of a [`Document`].
impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept({} tokens)", self.tokens.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_once() {
        let kept = Kept::parse("\u{FEFF} {\"a\":[1,\"\\u0062\"]} ", &JsonLimits::default()).expect("JSON");
        for kept in [&kept, &kept.clone()] {
            let items: Vec<String> =
                kept.value().get("a").expect("a member").items().map(|item| item.raw().to_owned()).collect();
            assert_eq!(items, ["1", "\"\\u0062\""]);
        }
        assert!(Kept::parse("{", &JsonLimits::default()).is_err());
    }
}
