//! What a reply comes to.

use bytes::Bytes;
use http::Uri;

use crate::bridge::attached::{Attached, Sources};
use crate::bridge::auth::Authenticated;
use crate::bridge::failure::CredentialOwner;
use crate::bridge::operation::Operation;
use crate::bridge::state::entropy::MessageId;
use crate::bridge::undeclared::Passing;
use crate::codec::Violation;
use crate::service::outcome::Notice;
use crate::service::{Code, Service, checks};
use crate::wss::Secret;

/// A request that was sent, of which the reply is understood.
pub(in crate::bridge) struct Pending<'p> {
    pub(in crate::bridge) operation: Operation<'p>,
    /// The number of the request.
    pub(in crate::bridge) id: i64,
    /// Whose credentials the backend got.
    pub(in crate::bridge) owner: CredentialOwner,
    /// What was found about the request.
    pub(in crate::bridge) warnings: Vec<Notice>,
    /// What the backend got, which it may repeat.
    pub(in crate::bridge) sent: Sent<'p>,
    /// Whether attachments of its reply may stay apart.
    pub(in crate::bridge) keeps_apart: bool,
    /// Appends what stands before the body of a response that the client gets as XML.
    pub(in crate::bridge) opening: &'p dyn Fn(&mut Vec<u8>),
}

/// What a backend got.
pub(in crate::bridge) struct Sent<'p> {
    /// For whom.
    pub(in crate::bridge) caller: &'p Authenticated,
    /// With this token of a token server.
    pub(in crate::bridge) token: Option<Secret>,
    /// At this target.
    pub(in crate::bridge) target: Uri,
    /// The body.
    pub(in crate::bridge) body: Bytes,
    /// With this `MessageID`, where it has one.
    pub(in crate::bridge) message_id: Option<MessageId>,
    /// The request in the JSON of the contract, where something may need it.
    pub(in crate::bridge) request: Option<&'p [u8]>,
}

impl Sent<'_> {
    /// The secrets that a backend of `service` got for this caller, and the caller's own.
    pub(super) fn secrets(&self, service: &Service) -> Vec<Secret> {
        let credentials = service.backend.credentials().filter_map(|kind| self.caller.for_backend(kind));
        let passwords = credentials.map(|credentials| credentials.password.clone());
        passwords.chain(self.token.clone()).chain(self.caller.password().cloned()).collect()
    }
}

/// A backend's answer in the JSON of the contract.
#[derive(Clone, Debug, Default)]
pub(in crate::bridge) struct Answer {
    pub(in crate::bridge) json: Bytes,
    /// The same in XML, behind what stands before it, where checking it has written that, and it is whole without a Header.
    pub(in crate::bridge) xml: Option<Vec<u8>>,
    /// What is worth knowing and not yet in `json`.
    pub(in crate::bridge) warnings: Vec<Notice>,
    /// What was in the reply and not in the contract.
    pub(in crate::bridge) passed_over: Vec<String>,
    /// Its header blocks that the contract does not declare, which SOAP clients get.
    pub(in crate::bridge) passing: Option<Passing>,
    /// Its attachments, where `json` has stand-ins for them.
    pub(in crate::bridge) attached: Option<Box<Attached>>,
}

impl Answer {
    /// The answer of an operation that has no response.
    pub(super) fn empty() -> Self {
        Self { json: Bytes::from_static(b"{}"), ..Self::default() }
    }

    /// What it is made of.
    pub(in crate::bridge) fn sources(&self) -> Sources<'_> {
        Sources { attached: self.attached.as_deref(), text: Some(&self.json) }
    }

    /// The same with warnings before its own.
    pub(super) fn after(mut self, mut warnings: Vec<Notice>) -> Self {
        warnings.append(&mut self.warnings);
        self.warnings = warnings;
        self
    }
}

/// Warnings about what was read although the contract has it otherwise.
pub(in crate::bridge) fn suspicious(notes: &[Violation]) -> Vec<Notice> {
    let notice =
        |note: &Violation| Notice::new(Code::Suspicious, checks::message(note)).at(note.pointer.clone());
    notes.iter().map(notice).collect()
}
