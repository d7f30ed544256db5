//! A case as it is run on one side.

use crate::samples::{Case, ContractContext, MessageKey, Part, Side};

/// A case on one side, its operation, and the contract that both are of.
#[derive(Clone, Copy)]
pub(super) struct CaseRun<'r> {
    pub(super) case: &'r Case,
    pub(super) operation: &'r str,
    pub(super) side: Side,
    pub(super) context: &'r ContractContext,
}

impl<'r> CaseRun<'r> {
    pub(super) fn request(&self) -> MessageKey<'r> {
        MessageKey::request(self.operation)
    }

    pub(super) fn response(&self) -> MessageKey<'r> {
        MessageKey::response(self.operation)
    }

    /// The file that this side expects as response.
    pub(super) fn response_part(&self) -> Part {
        match self.side {
            Side::Json => Part::ResponseJson,
            Side::Soap => Part::ResponseXml,
        }
    }
}
