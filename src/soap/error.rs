//! What can be wrong with an envelope.

use super::addressing::AddressingFault;
use super::multipart::MultipartError;
use super::version::Version;
use crate::xml;

/// A message that is not an envelope, or not one that may be processed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The action of another message (SOAP 1.1 section 6.1.1, SOAP 1.2 Part 2 section 6.5.3).
    #[error("SOAPAction is not that of the message")]
    Action,
    /// Properties of WS-Addressing that cannot be used (SOAP Binding, section 6.4).
    #[error("WS-Addressing: {0}")]
    Addressing(AddressingFault),
    /// A content type of another version than the envelope (SOAP 1.1 section 6.1, SOAP 1.2 Part 2 section 7.1.4).
    #[error("the envelope is in {envelope}, and its content type is that of {content_type}")]
    ContentType {
        /// The version of the envelope.
        envelope: Version,
        /// That of its content type.
        content_type: Version,
    },
    /// A header block for this node that must be understood and is not (SOAP 1.1 section 4.2.3, SOAP 1.2 section 5.2.3).
    #[error("the header block {{{namespace}}}{local} must be understood and is not")]
    MustUnderstand {
        /// Its namespace name.
        namespace: String,
        /// Its local name.
        local: String,
    },
    /// A `multipart/related` message that cannot be read.
    #[error("multipart/related: {0}")]
    Multipart(#[from] MultipartError),
    /// A root that is not an envelope.
    #[error("the root element is not a SOAP envelope")]
    NotSoap,
    /// An envelope whose parts are not in their place.
    #[error("the envelope is malformed: {0}")]
    Structure(&'static str),
    /// An envelope of an unknown version.
    #[error("the envelope is of an unknown version of SOAP")]
    VersionMismatch,
    /// An envelope of a version that is not served.
    #[error("{0} is not served here")]
    VersionNotServed(Version),
    /// A document that is not well-formed.
    #[error(transparent)]
    Xml(#[from] xml::Error),
}
