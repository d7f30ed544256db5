//! What a reply comes to.

use bytes::Bytes;

use crate::bridge::failure::CredentialOwner;
use crate::bridge::operation::Operation;
use crate::codec::Violation;
use crate::service::outcome::Notice;
use crate::service::{Code, checks};

/// A request that was sent, of which the reply is understood.
pub(in crate::bridge) struct Pending<'p> {
    pub(in crate::bridge) operation: Operation<'p>,
    /// The number of the request.
    pub(in crate::bridge) id: i64,
    /// Whose credentials the backend got.
    pub(in crate::bridge) owner: CredentialOwner,
    /// What was found about the request.
    pub(in crate::bridge) warnings: Vec<Notice>,
}

/// A backend's answer in the JSON of the contract.
#[derive(Clone, Debug, Default)]
pub(in crate::bridge) struct Answer {
    pub(in crate::bridge) json: Bytes,
    /// What is worth knowing and not yet in `json`.
    pub(in crate::bridge) warnings: Vec<Notice>,
    /// What was in the reply and not in the contract.
    pub(in crate::bridge) passed_over: Vec<String>,
}

impl Answer {
    /// The answer of an operation that has no response.
    pub(super) fn empty() -> Self {
        Self { json: Bytes::from_static(b"{}"), ..Self::default() }
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
