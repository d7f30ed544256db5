//! A reply that cannot be understood, and why.

use std::fmt;

use crate::codec::{DecodeError, Violations};
use crate::json;
use crate::soap::{self, MultipartError, NotRelated};
use crate::xml;

/// Why a reply cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadReply {
    /// In one word.
    pub cause: BadReplyCause,
    /// In a sentence, for the log. Nothing of what was sent.
    pub reason: String,
}

/// Why a reply cannot be understood, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadReplyCause {
    /// Addressing properties that say that it is the reply to another request.
    Addressing,
    /// A body that is coded, although nobody asked for that.
    Compressed,
    /// A `Content-Type` that says nothing, or two things.
    ContentType,
    /// A message that breaks the contract.
    Contract,
    /// A document type declaration.
    Doctype,
    /// No body.
    Empty,
    /// A character encoding that is not known, or in which the bytes are not.
    Encoding,
    /// A page.
    Html,
    /// JSON of a SOAP backend.
    Json,
    /// A bound of the service.
    Limit,
    /// JSON that is none.
    MalformedJson,
    /// XML that is none.
    MalformedXml,
    /// Several parts that are no message.
    Multipart,
    /// A header block that must be understood and is not.
    MustUnderstand,
    /// A message that is no fault with the status of an error.
    NoFault,
    /// XML that is no envelope.
    NotSoap,
    /// The response of another operation.
    OtherMessage,
    /// A Security header that is not what the service file asks for.
    Security,
    /// An envelope whose parts are not in their place.
    Structure,
    /// Neither XML nor JSON.
    Text,
    /// Nothing in it is known.
    Unknown,
    /// Another version of SOAP.
    Version,
    /// XML of a JSON backend.
    Xml,
}

impl BadReply {
    /// A reply that cannot be understood because of `cause`; `reason` says more.
    pub(super) fn new(cause: BadReplyCause, reason: impl fmt::Display) -> Self {
        Self { cause, reason: reason.to_string() }
    }
}

impl fmt::Display for BadReply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.reason)
    }
}

impl BadReplyCause {
    /// Its name in metrics and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Addressing => "reply_addressing",
            Self::Compressed => "reply_compressed",
            Self::ContentType => "reply_content_type",
            Self::Contract => "reply_contract",
            Self::Doctype => "reply_doctype",
            Self::Empty => "reply_empty",
            Self::Encoding => "reply_encoding",
            Self::Html => "reply_html",
            Self::Json => "reply_json",
            Self::Limit => "reply_limit",
            Self::MalformedJson => "reply_malformed_json",
            Self::MalformedXml => "reply_malformed_xml",
            Self::Multipart => "reply_multipart",
            Self::MustUnderstand => "reply_must_understand",
            Self::NoFault => "reply_no_fault",
            Self::NotSoap => "reply_not_soap",
            Self::OtherMessage => "reply_other_message",
            Self::Security => "reply_security",
            Self::Structure => "reply_structure",
            Self::Text => "reply_text",
            Self::Unknown => "reply_unknown",
            Self::Version => "reply_version",
            Self::Xml => "reply_xml",
        }
    }

    /// Whether it only says that a body is not in the language of the backend: what it is in says more.
    pub(super) fn is_of_language(self) -> bool {
        matches!(self, Self::MalformedJson | Self::MalformedXml | Self::NotSoap)
    }
}

/// What does not fit the contract, where nothing more is known.
impl From<&str> for BadReply {
    fn from(reason: &str) -> Self {
        Self::new(BadReplyCause::Contract, reason)
    }
}

impl From<DecodeError> for BadReply {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Contract(violations) => violations.into(),
            DecodeError::Xml(error) => error.into(),
        }
    }
}

impl From<Violations> for BadReply {
    fn from(violations: Violations) -> Self {
        Self::new(BadReplyCause::Contract, violations)
    }
}

impl From<MultipartError> for BadReply {
    fn from(error: MultipartError) -> Self {
        soap::Error::from(error).into()
    }
}

impl From<json::Error> for BadReply {
    fn from(error: json::Error) -> Self {
        let cause = match error.kind {
            json::ErrorKind::Limit { .. } => BadReplyCause::Limit,
            _ => BadReplyCause::MalformedJson,
        };
        Self::new(cause, error)
    }
}

impl From<soap::Error> for BadReply {
    fn from(error: soap::Error) -> Self {
        let cause = match &error {
            soap::Error::Addressing(_) => BadReplyCause::Addressing,
            soap::Error::Action | soap::Error::Structure(_) => BadReplyCause::Structure,
            soap::Error::MustUnderstand { .. } => BadReplyCause::MustUnderstand,
            soap::Error::Multipart(_) => BadReplyCause::Multipart,
            soap::Error::NotSoap => BadReplyCause::NotSoap,
            soap::Error::ContentType { .. }
            | soap::Error::VersionMismatch
            | soap::Error::VersionNotServed(_) => BadReplyCause::Version,
            soap::Error::Xml(error) => of_xml(error),
        };
        Self::new(cause, error)
    }
}

impl From<NotRelated> for BadReply {
    fn from(error: NotRelated) -> Self {
        Self::new(BadReplyCause::Addressing, error)
    }
}

impl From<xml::Error> for BadReply {
    fn from(error: xml::Error) -> Self {
        Self::new(of_xml(&error), error)
    }
}

fn of_xml(error: &xml::Error) -> BadReplyCause {
    match error.kind {
        xml::ErrorKind::Doctype => BadReplyCause::Doctype,
        xml::ErrorKind::EncodingDeclared { .. }
        | xml::ErrorKind::EncodingUnknown(_)
        | xml::ErrorKind::Undecodable(_) => BadReplyCause::Encoding,
        xml::ErrorKind::Limit { .. } => BadReplyCause::Limit,
        _ => BadReplyCause::MalformedXml,
    }
}
