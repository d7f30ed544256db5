//! Answers that nobody has written: made from the contract.

use super::answer::Answer;
use crate::plan::OperationPlan;
use crate::samples::{ContractContext, MessageKey};
use crate::soap::{FaultKind, Version};

/// A contract that no valid message was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no valid response can be made from the contract; write a sample")]
pub(super) struct NoResponse;

/// The least response of a SOAP backend.
pub(super) fn soap(context: &ContractContext, operation: &OperationPlan, version: Version) -> Answer {
    let json = match context.sample(operation) {
        Ok(Some(json)) => json,
        Ok(None) => return Answer::accepted(),
        Err(error) => return Answer::fault(version, FaultKind::Server, &error.to_string(), None),
    };
    let key = MessageKey { version: Some(version), ..MessageKey::response(&operation.name) };
    match context.soap_of(key, &json) {
        Ok(body) => Answer::soap(200, version, body),
        Err(_) => Answer::fault(version, FaultKind::Server, &NoResponse.to_string(), None),
    }
}

/// The least response of a JSON backend.
pub(super) fn json(context: &ContractContext, operation: &OperationPlan, status: u16) -> Answer {
    match context.sample(operation) {
        Ok(Some(json)) => match context.native_response(&operation.name, &json, status) {
            Ok(json) => Answer::json(status, json),
            Err(problem) => Answer::failure(500, &problem.message),
        },
        Ok(None) => Answer::accepted(),
        Err(error) => Answer::failure(500, &error.to_string()),
    }
}
