//! What can be wrong with a JSON document, and where.

use super::token::{MOST_BYTES, MOST_TOKENS};
use crate::limits::JsonLimits;

/// A document that is not JSON, or over a bound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at {line}:{column}")]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Bytes before it, a byte order mark not counted.
    pub offset: usize,
    /// Its line, from one.
    pub line: usize,
    /// Its column in characters, from one.
    pub column: usize,
    /// The JSON Pointer of the value around it.
    pub pointer: String,
}

impl Error {
    /// The error `kind` at byte `offset` of `text`, below `pointer`. What is not UTF-8 before it counts as one character each.
    pub(super) fn at(text: &[u8], kind: ErrorKind, offset: usize, pointer: String) -> Self {
        let before = String::from_utf8_lossy(text.get(..offset).expect("what is wrong is in the text"));
        let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
        let column = 1 + before.chars().rev().take_while(|c| *c != '\n').count();
        Self { kind, offset, line, column, pointer }
    }

    /// The same error at byte `offset` of `text`, which the document was made of.
    pub fn moved(self, text: &[u8], offset: usize) -> Self {
        Self::at(text, self.kind, offset, self.pointer)
    }
}

/// What is wrong, in one byte: the parser hands it on at every step, and says more when it has stopped.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wrong {
    Bytes,
    Control,
    Depth,
    DuplicateKey,
    Empty,
    Escape,
    KeyLength,
    LoneSurrogate,
    Number,
    NumberLength,
    Syntax,
    Tokens,
    Trailing,
    Truncated,
}

impl Wrong {
    /// The same with the bound of `limits` that is passed.
    pub(super) fn kind(self, limits: &JsonLimits) -> ErrorKind {
        let limit = |what, max| ErrorKind::Limit { what, max };
        match self {
            Self::Bytes => limit("bytes", MOST_BYTES),
            Self::Control => ErrorKind::Control,
            Self::Depth => limit("nested values", limits.depth),
            Self::DuplicateKey => ErrorKind::DuplicateKey,
            Self::Empty => ErrorKind::Empty,
            Self::Escape => ErrorKind::Escape,
            Self::KeyLength => limit("bytes of a key", limits.key),
            Self::LoneSurrogate => ErrorKind::LoneSurrogate,
            Self::Number => ErrorKind::Number,
            Self::NumberLength => limit("bytes of a number", limits.number),
            Self::Syntax => ErrorKind::Syntax,
            Self::Tokens => limit("values and keys", limits.tokens.min(MOST_TOKENS)),
            Self::Trailing => ErrorKind::Trailing,
            Self::Truncated => ErrorKind::Truncated,
        }
    }
}

/// What is wrong with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A control character in a string.
    #[error("an unescaped control character")]
    Control,
    /// The same key twice in an object.
    #[error("a repeated key")]
    DuplicateKey,
    /// Nothing but white space.
    #[error("an empty document")]
    Empty,
    /// An escape that JSON does not have.
    #[error("a malformed escape")]
    Escape,
    /// A bound of [`crate::limits::JsonLimits`] is passed.
    #[error("more than {max} {what}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much is accepted.
        max: usize,
    },
    /// Half of a surrogate pair.
    #[error("a lone surrogate")]
    LoneSurrogate,
    /// A number that JSON does not have.
    #[error("a malformed number")]
    Number,
    /// Something else than what JSON has in this place.
    #[error("unexpected text")]
    Syntax,
    /// Text after the value.
    #[error("text after the value")]
    Trailing,
    /// The document ends inside a value.
    #[error("the document ends too early")]
    Truncated,
    /// Bytes that are not UTF-8.
    #[error("bytes that are not UTF-8")]
    Utf8,
}
