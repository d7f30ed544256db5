//! What a WSDL means: WSDL 1.1 sections 2 and 3.

use std::sync::Arc;

use super::demand::Demands;
use crate::xml::{Diagnostic, QName};
use crate::xsd::{DeclId, Document, Origin, References, Schema, TypeId};

/// A loaded contract: every document, every component, and what is wrong with them.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The WSDL and XSD documents in load order; [`Origin::document`] counts them.
    pub documents: Vec<Document>,
    /// Which of them each reference means.
    pub references: References,
    /// All schema components.
    pub schema: Schema,
    /// The services, in document order. A document without one gets a service per SOAP binding or port type.
    pub services: Vec<Service>,
    /// Ports that are served beside those of `services`, each with its service: they have the same operations, in other forms.
    pub beside: Vec<Service>,
    /// The ports that are not served, in document order.
    pub unserved: Vec<Unserved>,
    /// Warnings and notes; and errors that stop only the operations that they name.
    pub diagnostics: Vec<Diagnostic>,
}

/// A port that is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unserved {
    /// The service that it belongs to, by local name.
    pub service: Arc<str>,
    /// Its name.
    pub port: Arc<str>,
    /// Why not.
    pub reason: Arc<str>,
}

/// A WSDL service (section 2.7).
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name.
    pub name: QName,
    /// Its SOAP ports. Ports of other bindings are passed over with a note.
    pub ports: Vec<Port>,
}

/// A port and its binding (sections 2.5 and 2.6).
#[derive(Clone, Debug)]
pub struct Port {
    /// Its name.
    pub name: Arc<str>,
    /// The binding that it uses.
    pub binding: Binding,
    /// `soap:address location`.
    pub address: Option<Arc<str>>,
    /// Whether it is spoken over something else than HTTP: its messages convert, the bridge cannot serve it.
    pub elsewhere: bool,
    /// What it demands of all requests beside their messages.
    pub demands: Demands,
    /// Its operations, in binding order.
    pub operations: Vec<Operation>,
    /// Where it was written: that of its binding, in documents without a service.
    pub origin: Origin,
}

/// What a SOAP binding says for all its operations (section 3.3).
#[derive(Clone, Debug)]
pub struct Binding {
    /// Its name.
    pub name: QName,
    /// The version of SOAP.
    pub version: SoapVersion,
}

/// The version of SOAP that a binding uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SoapVersion {
    /// SOAP 1.1.
    V11,
    /// SOAP 1.2.
    V12,
}

/// An operation of a port: its port type operation and its binding operation together.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name, which no other operation of the port has: of overloaded operations the first keeps the name that they
    /// share, and each other one has that of its input, such as `getByName`.
    pub name: Arc<str>,
    /// The name of its input, or of its input's message.
    pub input_name: Option<Arc<str>>,
    /// Document or rpc.
    pub style: Style,
    /// `soapAction`, as written.
    pub action: Option<Arc<str>>,
    /// The action in the header block of WS-Addressing.
    pub addressing: Arc<str>,
    /// The same of its answers; empty where it has none.
    pub answer_action: Arc<str>,
    /// Other actions by which clients of ports beside its own ask for it.
    pub other_actions: Vec<Arc<str>>,
    /// What the client sends.
    pub input: Option<Message>,
    /// What the service answers; nothing for a one-way operation.
    pub output: Option<Message>,
    /// Whether the service calls the client (notification and solicit-response, sections 2.4.3 and 2.4.4).
    pub callback: bool,
    /// The declared faults.
    pub faults: Vec<OperationFault>,
    /// `xs:documentation` or `wsdl:documentation` of the operation.
    pub documentation: Option<Arc<str>>,
    /// Why some of its content is not checked: what it refers to is missing or broken. Each reason once.
    pub unchecked: Vec<Arc<str>>,
    /// What it demands of its requests beside what its port demands.
    pub demands: Demands,
    /// Why the operation cannot be mapped.
    pub refused: Option<Diagnostic>,
    /// Where the binding operation was written.
    pub origin: Origin,
}

/// `style` (section 3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The parts are the body.
    Document,
    /// The parts are children of an element named after the operation.
    Rpc,
}

/// A SOAP encoding: how values of abstract types look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// SOAP 1.1 section 5.
    Soap11,
    /// SOAP 1.2 Part 2, section 3.
    Soap12,
}

/// `use` (section 3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Types are abstract, this SOAP encoding says how they look.
    Encoded(Encoding),
    /// Schema types are the wire format.
    Literal,
}

/// A message as a binding puts it into an envelope.
#[derive(Clone, Debug)]
pub struct Message {
    /// The name of the WSDL message.
    pub name: QName,
    /// What is in the SOAP Body.
    pub body: Body,
    /// What is in the SOAP Header, in binding order.
    pub headers: Vec<HeaderPart>,
    /// Literal or encoded.
    pub body_use: Use,
    /// The parts that travel as MIME parts beside the envelope, in binding order.
    pub attachments: Vec<BoundPart>,
    /// Where the message was written.
    pub origin: Origin,
}

/// The content of a SOAP Body.
#[derive(Clone, Debug)]
pub enum Body {
    /// Document style: the elements of these parts, or the content of one part with a type.
    Document(Vec<Part>),
    /// The message does not exist: the element around its parts, in rpc style, with any content, or any content at all.
    Unknown(Option<QName>),
    /// Rpc style: one element with a child per part.
    Rpc {
        /// The element: the operation's name, with `Response` for an answer, in the namespace of `soap:body`.
        wrapper: QName,
        /// The namespace of the contract, which some stacks use where `soap:body` has none.
        target: Arc<str>,
        /// Its children, in message (or `parts`) order; their names are unqualified.
        parts: Vec<Part>,
    },
}

/// A message part (section 2.3).
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: Arc<str>,
    /// Its element or type.
    pub kind: PartKind,
    /// Where it was written.
    pub origin: Origin,
}

/// What a part refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// `element=`.
    Element(DeclId),
    /// `type=`.
    Type(TypeId),
    /// A reference to what does not exist: an element of this name, or one named after the part, with any content.
    Unknown(Option<QName>),
}

/// A part that travels in the SOAP Header (section 3.7).
#[derive(Clone, Debug)]
pub struct HeaderPart {
    /// The part.
    pub part: Part,
    /// Literal or encoded.
    pub header_use: Use,
}

/// A part that travels as a MIME part beside the envelope (section 5.4).
#[derive(Clone, Debug)]
pub struct BoundPart {
    /// Its name.
    pub name: Arc<str>,
    /// The media types that it may have, in lower case, such as `image/png` or `image/*`; nothing: any.
    pub media_types: Vec<Arc<str>>,
    /// Where its `mime:content` was written.
    pub origin: Origin,
}

impl PartialEq for BoundPart {
    /// Whether a message with the one can be read as one with the other.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.media_types == other.media_types
    }
}

/// A declared fault (sections 2.4.5 and 3.6).
#[derive(Clone, Debug)]
pub struct OperationFault {
    /// Its name.
    pub name: Arc<str>,
    /// Its action in the header block of WS-Addressing.
    pub action: FaultAction,
    /// The only part of its message: what is in the fault's detail.
    pub part: Option<Part>,
}

/// The action of a declared fault in the header block of WS-Addressing (Metadata, section 4.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultAction {
    /// The action.
    pub action: Arc<str>,
    /// Whether the contract says it; the submission of 2004 makes none of names.
    pub explicit: bool,
}
