//! What is wrong with a WSDL.

use crate::xml::{QName, Severity};

/// Something that is wrong with a WSDL document. The sections are those of WSDL 1.1.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Problem {
    /// Two requests with one first element and one action.
    #[error(
        "operations {one} and {other} have the same request element and the same SOAPAction: SOAP requests cannot be told apart"
    )]
    Alike {
        /// An operation.
        one: String,
        /// Another one.
        other: String,
    },
    /// Two requests with one first element (WS-I Basic Profile 1.1, R2710).
    #[error(
        "operations {one} and {other} have the same request element (WS-I Basic Profile, R2710); only the SOAPAction tells them apart"
    )]
    AlikeButAction {
        /// An operation.
        one: String,
        /// Another one.
        other: String,
    },
    /// A notification or solicit-response (sections 2.4.3 and 2.4.4).
    #[error(
        "the service calls the client (notification or solicit-response), which SOAP over HTTP cannot; its messages can be converted"
    )]
    Callback,
    /// A chain of imports over `limits.contract.depth`.
    #[error("too long a chain of imports")]
    ImportsTooDeep,
    /// A header that names no part (section 3.7).
    #[error("the header names no part that exists and is passed over")]
    NoHeaderPart,
    /// A definition without a name, which nothing can refer to.
    #[error("{0} without a name is passed over")]
    Nameless(&'static str),
    /// An operation whose input or output names no message.
    #[error("the {0} names no message that exists; its content is carried as it is")]
    NoMessage(&'static str),
    /// An rpc/literal message whose `soap:body` has no namespace (WS-I Basic Profile 1.1, R2717).
    #[error(
        "the soap:body of {0} has no namespace (WS-I Basic Profile, R2717), so its wrapper is in none; peers may differ"
    )]
    NoNamespace(String),
    /// A missing attribute that would say what is meant.
    #[error("the attribute `{0}` is missing, so this is passed over")]
    NoReference(&'static str),
    /// A port without a SOAP binding (section 3).
    #[error("port {0} has no SOAP binding and is passed over")]
    NoSoap(String),
    /// A document whose root is something else.
    #[error("the document is not a WSDL 1.1: its root is not wsdl:definitions")]
    NotWsdl,
    /// An operation that only the binding has.
    #[error("the port type has no operation {0}")]
    OnlyBound(String),
    /// An operation of a name that another one has (WS-I Basic Profile 1.1, R2304).
    #[error(
        "operation {name} is overloaded, which WS-I Basic Profile forbids (R2304); this one is called {own}"
    )]
    Overloaded {
        /// The name that they share.
        name: String,
        /// The name that this one is given.
        own: String,
    },
    /// A part that refers to nothing (section 2.3).
    #[error("part {part}: {reason}; its content is carried as it is")]
    Part {
        /// The part.
        part: String,
        /// What is wrong with its reference.
        reason: PartProblem,
    },
    /// A prefix that is not declared.
    #[error("the prefix of {0} is not declared")]
    Prefix(String),
    /// A `style` that does not exist (sections 3.3 and 3.4).
    #[error("expected the style `document` or `rpc`, found `{0}`, which is passed over")]
    Style(String),
    /// A document that cannot be read.
    #[error("{location} cannot be read: {reason}")]
    Unreadable {
        /// What the import says of where it is.
        location: String,
        /// Why not.
        reason: String,
    },
    /// A reference to a binding that does not exist.
    #[error("there is no binding {0}")]
    UnknownBinding(QName),
    /// A reference to a port type that does not exist.
    #[error("there is no port type {0}")]
    UnknownPortType(QName),
    /// A WSDL 2.0.
    #[error("WSDL 2.0 is not supported; the service probably has a WSDL 1.1 as well")]
    Wsdl2,
}

/// What is wrong with the reference of a part.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum PartProblem {
    /// No schema has the element.
    #[error("there is no element {0}")]
    NoElement(QName),
    /// Neither `element` nor `type`.
    #[error("it has neither an element nor a type")]
    NoReference,
    /// No schema has the type.
    #[error("there is no type {0}")]
    NoType(QName),
    /// A prefix that is not declared.
    #[error("its prefix is not declared")]
    Prefix,
}

impl Problem {
    /// The code that `explain` knows.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::NotWsdl | Self::Wsdl2 => "WSDL0001",
            Self::ImportsTooDeep => "WSDL0002",
            Self::Unreadable { .. } => "WSDL0003",
            Self::UnknownBinding(_) => "WSDL0101",
            Self::NoSoap(_) => "WSDL0102",
            Self::UnknownPortType(_) => "WSDL0103",
            Self::OnlyBound(_) => "WSDL0104",
            Self::Callback => "WSDL0105",
            Self::Prefix(_) => "WSDL0106",
            Self::Overloaded { .. } => "WSDL0107",
            Self::AlikeButAction { .. } => "WSDL0108",
            Self::Alike { .. } => "WSDL0109",
            Self::Style(_) => "WSDL0110",
            Self::Nameless(_) | Self::NoReference(_) => "WSDL0111",
            Self::NoNamespace(_) => "WSDL0112",
            Self::NoMessage(_) => "WSDL0201",
            Self::NoHeaderPart => "WSDL0202",
            Self::Part { .. } => "WSDL0203",
        }
    }

    /// How bad it is.
    pub(super) fn severity(&self) -> Severity {
        match self {
            Self::AlikeButAction { .. }
            | Self::NoNamespace(_)
            | Self::NoSoap(_)
            | Self::Overloaded { .. } => Severity::Note,
            Self::Alike { .. } | Self::Callback | Self::Style(_) | Self::Unreadable { .. } => {
                Severity::Warning
            }
            _ => Severity::Error,
        }
    }
}
