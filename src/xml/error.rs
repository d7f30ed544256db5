//! What can be wrong with an XML document, and where.

use std::fmt;

/// A place in a document, counted from one, in characters; `offset` counts bytes of the decoded text from zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Bytes before the place.
    pub offset: usize,
    /// Line, from one.
    pub line: usize,
    /// Column in characters, from one.
    pub column: usize,
}

impl Position {
    /// The place of byte `offset` of `text`.
    pub fn of(text: &str, offset: usize) -> Self {
        // Places behind the text, and within a character, are those of its end.
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
        let column = 1 + before.get(line_start..).map_or(0, |line| line.chars().count());
        Self { offset, line, column }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A document that is not well-formed, not namespace-well-formed, or over a bound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at {position}")]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where.
    pub position: Position,
}

/// What is wrong with a document. The sections are those of XML 1.0 (fifth edition) and Namespaces in XML 1.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An attribute without a value, without quotes, or not separated by white space (XML 3.1).
    #[error("malformed attribute")]
    Attribute,
    /// `]]>` in character data (XML 2.4).
    #[error("`]]>` in character data")]
    CdataEnd,
    /// A character that XML 1.0 cannot carry (XML 2.2).
    #[error("a character that XML 1.0 does not allow")]
    Character,
    /// `--` in a comment, or a comment that ends in `--->` (XML 2.5).
    #[error("`--` in a comment")]
    Comment,
    /// A malformed XML declaration, or one that is not the first thing (XML 2.8).
    #[error("malformed or misplaced XML declaration")]
    Declaration,
    /// A document type declaration: always refused.
    #[error("a document type declaration, which is refused")]
    Doctype,
    /// Two attributes of one element with the same expanded name (Namespaces 6.3).
    #[error("a repeated attribute")]
    DuplicateAttribute,
    /// An encoding that is unknown, not supported, or not the one that the bytes are in.
    #[error("unsupported or wrong character encoding")]
    Encoding,
    /// `<` in an attribute value (XML 3.1).
    #[error("`<` in an attribute value")]
    LessThan,
    /// A bound of [`crate::limits::XmlLimits`] is passed.
    #[error("more than {max} {what}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much is accepted.
        max: usize,
    },
    /// Markup that is not closed, or not markup at all (XML 2.1).
    #[error("malformed markup")]
    Markup,
    /// An end tag that does not match its start tag (XML 3).
    #[error("an end tag that does not match the start tag")]
    Mismatch,
    /// A name that is not a QName (Namespaces 4).
    #[error("a malformed name")]
    Name,
    /// A namespace declaration that Namespaces 1.0 forbids (`xmlns:p=""`, `xmlns:xml`, `xmlns:xmlns`).
    #[error("a forbidden namespace declaration")]
    NamespaceDeclaration,
    /// No root element (XML 2.1).
    #[error("no root element")]
    NoRoot,
    /// A processing instruction where none is allowed (SOAP 1.1 section 3, SOAP 1.2 section 5).
    #[error("a processing instruction, which is refused")]
    ProcessingInstruction,
    /// A reference to anything but the five predefined entities and characters (XML 4.1).
    #[error("a reference to an unknown entity or a forbidden character")]
    Reference,
    /// Something other than white space, comments and one element at the top (XML 2.1).
    #[error("content outside the root element")]
    TextOutsideRoot,
    /// The document ends inside an element or a piece of markup.
    #[error("the document ends too early")]
    Truncated,
    /// A prefix that is not declared (Namespaces 6.1).
    #[error("an undeclared namespace prefix")]
    UndeclaredPrefix,
}

impl ErrorKind {
    /// What the tokenizer found.
    pub(super) fn of_syntax(error: &quick_xml::Error) -> Self {
        use quick_xml::Error as Syntax;
        use quick_xml::errors::{IllFormedError as Ill, SyntaxError};
        match error {
            Syntax::IllFormed(Ill::DoubleHyphenInComment) => Self::Comment,
            Syntax::IllFormed(Ill::MismatchedEndTag { .. } | Ill::UnmatchedEndTag(_)) => Self::Mismatch,
            Syntax::IllFormed(Ill::MissingEndTag(_)) => Self::Truncated,
            Syntax::IllFormed(Ill::UnclosedReference) => Self::Reference,
            Syntax::Syntax(SyntaxError::InvalidBangMarkup) => Self::Markup,
            Syntax::Syntax(_) => Self::Truncated,
            _ => Self::Markup,
        }
    }
}
