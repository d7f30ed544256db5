//! What a document is read into: tokens, which are spans of its text.

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `[…]`
    Array,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
    /// A number.
    Number,
    /// `{…}`
    Object,
    /// `"…"`
    String,
}

/// A value or a key: a span of the document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Whether a string has escapes.
    pub(super) escaped: bool,
    /// Where it begins: for a string, behind the quote.
    pub(super) start: u32,
    /// Where it ends: for a string, at the quote.
    pub(super) end: u32,
    /// The token behind it and all that is in it.
    pub(super) next: u32,
    /// How many items or members a container has.
    pub(super) count: u32,
}

/// A document that was read: its tokens and its text.
#[derive(Clone, Copy)]
pub struct Document<'t> {
    pub(super) tokens: &'t [Token],
    pub(super) text: &'t str,
}

/// A body may hold credentials, so it is not printed.
impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} tokens)", self.tokens.len())
    }
}
