//! What can be wrong with a message in several parts: in `multipart/related`, or a form.

use crate::xml;

/// A message in several parts that cannot be read, or says what nobody here can do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MultipartError {
    /// Its content types name different actions.
    #[error("its content types name different actions")]
    Action,
    /// No boundary, or one that RFC 2046 section 5.1.1 does not allow.
    #[error("expected a `boundary` of 1 to 70 characters in the Content-Type")]
    Boundary,
    /// A part that is not what its transfer encoding says.
    #[error("a part is not valid {0}, which its Content-Transfer-Encoding says")]
    Coding(&'static str),
    /// A `Content-Disposition` that is malformed (RFC 7578 section 4.2).
    #[error(
        "the Content-Disposition of a part is malformed: expected `form-data; name=\"…\"` in UTF-8, with one `name`"
    )]
    Disposition,
    /// A header of a part that is there twice.
    #[error("the {0} of a part is there twice")]
    Duplicate(&'static str),
    /// Two parts with the same number, one of which the message means.
    #[error("two parts have the Content-ID <{0}>")]
    DuplicateId(String),
    /// The head of a part is no header (RFC 5322 section 2.2).
    #[error("the head of a part is malformed")]
    Head,
    /// An `xop:Include` that does not stand alone, or refers to something else than a part (XOP 1.0 section 2.1).
    #[error("an xop:Include must be the only content of its element, with an `href` that begins with cid:")]
    Include,
    /// More than a limit allows.
    #[error("more than {max} {what}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much there may be.
        max: usize,
    },
    /// An attachment that the message refers to and that is not there.
    #[error("the message refers to the attachment <{0}>, which is not there")]
    Missing(String),
    /// A part of a form without a name (RFC 7578 section 4.2).
    #[error("a part is not a field of a form: expected `Content-Disposition: form-data; name=\"…\"`")]
    NoName,
    /// No part.
    #[error("it has no part")]
    NoPart,
    /// `start` names no part.
    #[error("no part has the Content-ID that `start` names")]
    NoStart,
    /// Octets that are only where a stand-in can be, referred to from where none can be.
    #[error(
        "a header block or a fault refers to an attachment that is in a file, or that the content of the Body refers to, too"
    )]
    Outside,
    /// A parameter of a content type that is malformed, or there twice.
    #[error("a parameter of a Content-Type is malformed or there twice")]
    Parameter,
    /// A root part that is no message.
    #[error("the root part is not SOAP: expected text/xml, application/soap+xml or application/xop+xml")]
    Root,
    /// No closing boundary.
    #[error("it is cut short, for the closing boundary is missing")]
    Truncated,
    /// A transfer encoding that nobody knows.
    #[error(
        "unknown Content-Transfer-Encoding of a part: expected 7bit, 8bit, binary, base64 or quoted-printable"
    )]
    UnknownCoding,
    /// An attachment that nothing in the message refers to.
    #[error("nothing in the message refers to the attachment <{0}>, and the contract binds no such part")]
    Unreferenced(String),
    /// A root part that is not well-formed.
    #[error("the root part: {0}")]
    Xml(#[from] xml::Error),
}
