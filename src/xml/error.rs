//! What can be wrong with an XML document, and where.

use std::fmt::{self, Write};

use crate::limits::ENCODING_NAME;

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
    /// A declared encoding in which the bytes are not (XML 4.3.3).
    #[error("the XML declaration says that the character encoding is {declared}, and it is {found}")]
    EncodingDeclared {
        /// What the declaration says.
        declared: EncodingName,
        /// What the bytes are in.
        found: EncodingName,
    },
    /// An encoding that is not supported.
    #[error("the character encoding {0} is not supported; UTF-8 always is")]
    EncodingUnknown(EncodingName),
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
    /// Bytes that are no text in the encoding that they are said to be in.
    #[error("bytes that are no characters of {0}, which is the character encoding of the document")]
    Undecodable(EncodingName),
    /// White space in front of the XML declaration (XML 2.8).
    #[error("white space before the XML declaration, which must be the first thing in a document")]
    SpaceBeforeDeclaration,
    /// A prefix that is not declared (Namespaces 6.1).
    #[error("an undeclared namespace prefix")]
    UndeclaredPrefix,
}

/// The name of a character encoding, as far as it is one: letters, digits and some signs, and not many of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EncodingName {
    bytes: [u8; ENCODING_NAME],
    length: usize,
}

impl EncodingName {
    /// The name in `label`, which somebody else may have written.
    pub fn new(label: &str) -> Self {
        let mut name = Self { bytes: [0; ENCODING_NAME], length: 0 };
        let plain = label.bytes().filter(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte));
        for (place, byte) in name.bytes.iter_mut().zip(plain) {
            *place = byte;
            name.length += 1;
        }
        name
    }
}

impl fmt::Display for EncodingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.length == 0 {
            return f.write_str("(no name)");
        }
        // Only ASCII was put there.
        self.bytes.iter().take(self.length).try_for_each(|byte| f.write_char(char::from(*byte)))
    }
}

impl fmt::Debug for EncodingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
