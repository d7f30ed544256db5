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

/// A value or a key: a span of the document. A body has very many, so what they are fits into sixteen bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Where it begins: for a string, behind the quote.
    pub(super) start: u32,
    /// Where it ends: for a string, at the quote.
    pub(super) end: u32,
    /// Of a value, the token behind it and all that is in it; of a key, its mark (see `key`).
    pub(super) next: u32,
    /// The kind, and above it the form of a scalar or the count of a container.
    what: u32,
}

impl Token {
    /// A token of `kind` and `form`.
    #[inline]
    pub(super) fn new(kind: Kind, form: u32) -> Self {
        Self { start: 0, end: 0, next: 0, what: kind as u32 | form }
    }

    /// The same from `start` to `end`, with `next`. The parser refuses documents in which offsets or tokens need more bits.
    #[inline]
    pub(super) fn at(self, start: usize, end: usize, next: usize) -> Self {
        Self { start: start as u32, end: end as u32, next: next as u32, what: self.what }
    }

    #[inline]
    pub(super) fn kind(&self) -> Kind {
        match self.what & KIND {
            0 => Kind::Array,
            1 => Kind::Bool,
            2 => Kind::Null,
            3 => Kind::Number,
            4 => Kind::Object,
            _ => Kind::String,
        }
    }

    /// Whether a scalar has `form`.
    #[inline]
    pub(super) fn has(&self, form: u32) -> bool {
        self.what & form != 0
    }

    /// Whether it is a string without escapes.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        self.what == Kind::String as u32
    }

    /// How many items or members a container has.
    #[inline]
    pub(super) fn count(&self) -> u32 {
        match self.kind() {
            Kind::Array | Kind::Object => self.what >> COUNT,
            Kind::Bool | Kind::Null | Kind::Number | Kind::String => 0,
        }
    }

    /// The container that it is, with its `end`, the token behind it, and its count.
    #[inline]
    pub(super) fn close(&mut self, end: usize, next: usize, count: u32) {
        *self = Self { what: self.what & KIND | count << COUNT, ..*self }.at(self.start as usize, end, next);
    }
}

/// The bits of the kind.
const KIND: u32 = 0b111;
/// Where the count is.
const COUNT: u32 = 3;
/// So many bytes have an offset each.
pub(super) const MOST_BYTES: usize = u32::MAX as usize;
/// So many tokens have a count each.
pub(super) const MOST_TOKENS: usize = (u32::MAX >> COUNT) as usize;

/// A string has escapes.
pub(super) const ESCAPED: u32 = 1 << 3;
/// A boolean is `true`.
pub(super) const TRUE: u32 = 1 << 3;
/// A number has a minus sign.
pub(super) const NEGATIVE: u32 = 1 << 3;
/// A number has a fraction.
pub(super) const FRACTION: u32 = 1 << 4;
/// A number has an exponent.
pub(super) const EXPONENT: u32 = 1 << 5;

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
