//! Operations and their messages.

use std::sync::Arc;

use super::super::index::ElementIx;
use crate::json::Kept;
use crate::wsdl::{Encoding, FaultAction, SoapVersion, Style};

/// An operation of a port.
#[derive(Clone, Debug)]
pub struct OperationPlan {
    /// The service that it belongs to, by local name.
    pub service: Arc<str>,
    /// The port that it belongs to.
    pub port: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Document or rpc.
    pub style: Style,
    /// The version of SOAP that its binding uses.
    pub version: SoapVersion,
    /// `soapAction`; empty when the binding says nothing.
    pub action: Arc<str>,
    /// The action in the header block of WS-Addressing, for those who send one.
    pub addressing: Arc<str>,
    /// The same of its answers; empty where it has none.
    pub answer_action: Arc<str>,
    /// Other actions that clients have for it, whose WSDL has it at ports beside its own.
    pub other_actions: Box<[Arc<str>]>,
    /// Where the contract says that the service is.
    pub address: Option<Arc<str>>,
    /// What the contract demands of requests to its port beside their messages, in words; empty where that is nothing.
    pub port_demands: Arc<str>,
    /// What it demands of the requests of this operation beside that.
    pub demands: Arc<str>,
    /// Whether the service calls the client, which SOAP over HTTP cannot.
    pub callback: bool,
    /// Why some of its content is not checked: what the contract refers to is missing or broken.
    pub unchecked: Vec<Arc<str>>,
    /// What the client sends.
    pub input: MessagePlan,
    /// What the service answers; nothing for a one-way operation.
    pub output: Option<MessagePlan>,
    /// The declared faults.
    pub faults: Vec<FaultPlan>,
    /// What the contract says about it.
    pub documentation: Option<Arc<str>>,
}

impl OperationPlan {
    /// Whether `action` is that of its requests. Peers write that of the header block into HTTP too, and the other way round.
    pub fn has_action(&self, action: &str) -> bool {
        let is_other = || self.other_actions.iter().any(|other| **other == *action);
        !action.is_empty() && (*self.action == *action || *self.addressing == *action || is_other())
    }
}

/// A declared fault.
#[derive(Clone, Debug)]
pub struct FaultPlan {
    /// Its name.
    pub name: Arc<str>,
    /// Its action in the header block of WS-Addressing.
    pub action: FaultAction,
    /// What stands in its detail.
    pub message: MessagePlan,
}

/// Header blocks of which rules fill all that they need.
#[derive(Clone, Debug)]
pub struct HeaderFill {
    /// Their XML, where a message has no header blocks of its own.
    pub xml: Box<str>,
    /// What stands for them in JSON: the value of `$headers`, with nothing in it but objects.
    pub json: Kept,
    /// Those that are objects in JSON.
    pub blocks: Vec<FilledBlock>,
}

/// A header block that rules fill, where JSON has others and not this one.
#[derive(Clone, Debug)]
pub struct FilledBlock {
    /// Its key.
    pub key: Box<str>,
    /// Its element.
    pub element: ElementIx,
    /// What stands for it in JSON.
    pub json: Kept,
    /// Its XML.
    pub xml: Box<str>,
    /// Whether it has places for credentials, which are in no such XML.
    pub takes_credentials: bool,
}

/// The content of one SOAP envelope.
#[derive(Clone, Debug, Default)]
pub struct MessagePlan {
    /// The only child of Body; nothing for an empty Body.
    pub root: Option<ElementIx>,
    /// Whether the root has no tags of its own: its children are those of Body.
    pub bare: bool,
    /// Whether it is one of rpc: the children of its root are accessors of its parts.
    pub rpc: bool,
    /// The SOAP encoding that says how values look; nothing for a literal message.
    pub encoding: Option<Encoding>,
    /// Declarations of every namespace that the Body needs, as attributes.
    pub declarations: Box<str>,
    /// The element whose children are the header blocks; nothing when there are none.
    pub headers: Option<ElementIx>,
    /// The same as `encoding` for the header blocks.
    pub header_encoding: Option<Encoding>,
    /// Declarations of every namespace that a header block needs.
    pub header_declarations: Box<str>,
    /// The header blocks that it has although JSON says nothing of them.
    pub header_fill: Option<Box<HeaderFill>>,
    /// Whether header blocks have places for credentials.
    pub takes_credentials: bool,
    /// The element whose children are the parts that go beside the envelope; nothing when there are none.
    pub attachments: Option<ElementIx>,
    /// Whether its elements may refer to parts beside the envelope (`ref:swaRef`).
    pub refers: bool,
}

impl MessagePlan {
    /// Whether it is sent with parts beside its envelope, or may be.
    #[inline]
    pub fn has_parts(&self) -> bool {
        self.refers || self.attachments.is_some()
    }

    /// Whether its JSON may have members beside those of its Body.
    pub fn has_beside(&self) -> bool {
        self.headers.is_some() || self.attachments.is_some()
    }
}

/// The key under which the JSON of a message has its header blocks.
pub const HEADERS: &str = "$headers";

/// The key under which it has the parts that go beside its envelope.
pub const ATTACHMENTS: &str = "$attachments";
