//! What can be wrong with a JSON document, and where.

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
