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

    /// Whether the case is about a fault.
    pub(super) fn is_about_fault(&self) -> bool {
        self.case.get(Part::FaultJson).or(self.case.get(Part::FaultXml)).is_some()
    }

    /// The file with what this side is to be answered.
    pub(super) fn expected_part(&self) -> Part {
        match (self.side, self.is_about_fault()) {
            (Side::Json, false) => Part::ResponseJson,
            (Side::Soap, false) => Part::ResponseXml,
            (Side::Json, true) => Part::FaultJson,
            (Side::Soap, true) => Part::FaultXml,
        }
    }
}
