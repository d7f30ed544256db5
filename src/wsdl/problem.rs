//! What is wrong with a WSDL.

use crate::xml::{QName, Severity};

/// Something that is wrong with a WSDL document. The sections are those of WSDL 1.1.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Problem {
    /// Two requests with one first element and one action.
    #[error(
        "operations {one} and {other} have the same request element (WS-I Basic Profile, R2710) and the same SOAPAction: SOAP requests cannot be told apart"
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
    /// A part that is in the Body and beside the envelope.
    #[error("part {0} is bound to the Body and to a MIME part: a message cannot have it in both")]
    BoundTwice(String),
    /// A notification or solicit-response (sections 2.4.3 and 2.4.4).
    #[error(
        "the service calls the client (notification or solicit-response), which SOAP over HTTP cannot; its messages can be converted"
    )]
    Callback,
    /// A component that is defined again with other content (section 2.1).
    #[error(
        "{what} {name} is defined twice with different content: here and at {other}; the first one is used"
    )]
    Disputed {
        /// The kind of definition.
        what: &'static str,
        /// Its name.
        name: QName,
        /// Where the other one is.
        other: String,
    },
    /// An rpc/literal message whose part has an element (WS-I Basic Profile 1.1, R2203).
    #[error("part {0} of an rpc/literal message has an element, which WS-I Basic Profile forbids (R2203)")]
    ElementInRpc(String),
    /// A chain of imports over `limits.contract.depth`.
    #[error("too long a chain of imports")]
    ImportsTooDeep,
    /// A MIME part that may hold something of which the type is malformed (section 5.4).
    #[error("`{0}` is not a media type, and is passed over: the part may be of any")]
    MediaType(String),
    /// A package within a package, which WSDL 1.1 section 5.6 does not rule out and no stack writes.
    #[error("a mime:multipartRelated within another one is not supported")]
    NestedPackage,
    /// A MIME part that names no part of the message (section 5.4).
    #[error("the {0} names no part of the message and is passed over")]
    NoMimePart(String),
    /// A header that names no part (section 3.7).
    #[error("the header names no part that exists and is passed over")]
    NoHeaderPart,
    /// A definition without a name, which nothing can refer to.
    #[error("{0} without a name is passed over")]
    Nameless(&'static str),
    /// A reference to a policy that no document has (WS-PolicyAttachment, section 3.4).
    #[error("there is no policy {0}; what it asks for is not known")]
    NoPolicy(String),
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
    #[error("port {port} is not served: it has {kind}")]
    NoSoap {
        /// The port.
        port: String,
        /// What it has instead.
        kind: OtherBinding,
    },
    /// A document whose root is something else.
    #[error("the document is not a WSDL 1.1: its root is not wsdl:definitions")]
    NotWsdl,
    /// An operation that only the binding has.
    #[error("the port type has no operation {0}")]
    OnlyBound(String),
    /// A second `soap:body` of one message, as in two parts of a package: there is one envelope.
    #[error("a second soap:body of the message is passed over")]
    OtherBody,
    /// A document of another namespace than the one that it is imported for (WS-I Basic Profile 1.1, R2005).
    #[error(
        "{location} defines {}, and is imported for the namespace {expected} (WS-I Basic Profile, R2005)",
        namespace(found)
    )]
    OtherNamespace {
        /// What the import says of where it is.
        location: String,
        /// The namespace of the import.
        expected: String,
        /// The target namespace of the document.
        found: String,
    },
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
    /// An operation of a name that another one has, where the binding has fewer of them (WS-I Basic Profile 1.1, R2304).
    #[error(
        "operation {0} is overloaded, which WS-I Basic Profile forbids (R2304), and the binding does not have each of them"
    )]
    OverloadedUnbound(String),
    /// A part that refers to nothing (section 2.3).
    #[error("part {part}: {reason}; its content is carried as it is")]
    Part {
        /// The part.
        part: String,
        /// What is wrong with its reference.
        reason: PartProblem,
    },
    /// A policy that asks for what is not done here (WS-PolicyAttachment).
    #[error("the policy asks for what is not supported: {0}")]
    Policy(String),
    /// A policy that asks for what the service file can say.
    #[error("the policy asks for {0}")]
    PolicyByConfiguration(String),
    /// A prefix that is not declared.
    #[error("the prefix of {0} is not declared")]
    Prefix(String),
    /// An extension that must be understood and is not (section 2.1.3).
    #[error("the extension {0} must be understood (wsdl:required), and is not supported")]
    RequiredExtension(QName),
    /// A `style` that does not exist (sections 3.3 and 3.4).
    #[error("expected the style `document` or `rpc`, found `{0}`, which is passed over")]
    Style(String),
    /// A SOAP binding to something else than HTTP (section 3.3).
    #[error(
        "port {port} is not served: its transport is {transport}, and not HTTP; its messages can be converted"
    )]
    Transport {
        /// The port.
        port: String,
        /// What the binding says.
        transport: String,
    },
    /// A document/literal message whose part has a type (WS-I Basic Profile 1.1, R2204).
    #[error("part {0} of a document/literal message has a type, which WS-I Basic Profile forbids (R2204)")]
    TypeInDocument(String),
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

/// What a port has in the place of a SOAP binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum OtherBinding {
    /// `http:binding verb="GET"` (section 4).
    #[error("an HTTP GET binding")]
    Get,
    /// `http:binding` with another verb.
    #[error("an HTTP POST binding")]
    Post,
    /// Anything else.
    #[error("no SOAP binding")]
    Unknown,
}

impl PartProblem {
    /// The name that nobody defines.
    pub(super) fn name(&self) -> Option<&QName> {
        match self {
            Self::NoElement(name) | Self::NoType(name) => Some(name),
            Self::NoReference | Self::Prefix => None,
        }
    }
}

/// A namespace as it is told.
fn namespace(name: &str) -> String {
    if name.is_empty() { "no namespace".to_owned() } else { format!("the namespace {name}") }
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
            Self::NoSoap { .. } => "WSDL0102",
            Self::UnknownPortType(_) => "WSDL0103",
            Self::OnlyBound(_) => "WSDL0104",
            Self::Callback => "WSDL0105",
            Self::Prefix(_) => "WSDL0106",
            Self::Overloaded { .. } | Self::OverloadedUnbound(_) => "WSDL0107",
            Self::AlikeButAction { .. } => "WSDL0108",
            Self::Alike { .. } => "WSDL0109",
            Self::Style(_) => "WSDL0110",
            Self::Nameless(_) | Self::NoReference(_) => "WSDL0111",
            Self::NoNamespace(_) => "WSDL0112",
            Self::OtherNamespace { .. } => "WSDL0113",
            Self::Disputed { .. } => "WSDL0114",
            Self::RequiredExtension(_) => "WSDL0115",
            Self::Policy(_) => "WSDL0116",
            Self::NoPolicy(_) => "WSDL0117",
            Self::PolicyByConfiguration(_) => "WSDL0118",
            Self::Transport { .. } => "WSDL0119",
            Self::TypeInDocument(_) => "WSDL0120",
            Self::ElementInRpc(_) => "WSDL0121",
            Self::NoMimePart(_) => "PLAN0120",
            Self::BoundTwice(_) => "PLAN0121",
            Self::NestedPackage => "PLAN0122",
            Self::OtherBody => "PLAN0123",
            Self::MediaType(_) => "PLAN0125",
            Self::NoMessage(_) => "WSDL0201",
            Self::NoHeaderPart => "WSDL0202",
            Self::Part { .. } => "WSDL0203",
        }
    }

    /// How bad it is.
    pub(super) fn severity(&self) -> Severity {
        match self {
            Self::AlikeButAction { .. }
            | Self::ElementInRpc(_)
            | Self::NoNamespace(_)
            | Self::NoSoap { .. }
            | Self::Overloaded { .. }
            | Self::OverloadedUnbound(_)
            | Self::PolicyByConfiguration(_)
            | Self::TypeInDocument(_) => Severity::Note,
            Self::Alike { .. }
            | Self::Callback
            | Self::MediaType(_)
            | Self::NoPolicy(_)
            | Self::OtherBody
            | Self::Policy(_)
            | Self::Style(_)
            | Self::Transport { .. }
            | Self::Unreadable { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }
}
