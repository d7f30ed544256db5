//! Writing what was answered as what is expected.

use std::path::PathBuf;

use super::response::Response;
use crate::describe::Direction;
use crate::redact::{masked_json, masked_xml};
use crate::samples::{Case, ContractContext, Part, Side};

/// Writes the response that `side` gave as the expected one, without its secrets. Gives the file; nothing when the case
/// is about a fault or the answer is none that a sample may have.
///
/// Errors: the file cannot be written.
pub(super) fn update(
    case: &Case,
    side: Side,
    got: &Response,
    operation: &str,
    context: &ContractContext,
) -> Result<Option<PathBuf>, String> {
    let fault = case.get(Part::FaultJson).or(case.get(Part::FaultXml));
    if fault.is_some() || !got.reply.status.is_success() || !valid(side, got, operation, context) {
        return Ok(None);
    }
    let (masks, body) = (&case.settings.rules.mask, &got.reply.body);
    let (part, text) = match side {
        Side::Json => (Part::ResponseJson, masked_json(body, masks, &context.limits.json).ok()),
        Side::Soap => (Part::ResponseXml, masked_xml(body, masks, &context.limits.xml).ok()),
    };
    let Some(text) = text else { return Ok(None) };
    let path = case.path(part);
    let written = std::fs::write(&path, text);
    written.map(|()| Some(path.clone())).map_err(|error| format!("{}: {error}", path.display()))
}

fn valid(side: Side, got: &Response, operation: &str, context: &ContractContext) -> bool {
    match side {
        Side::Soap => !got.failed,
        Side::Json => {
            let response = context.response_of(operation, &got.reply.body, got.reply.status.as_u16());
            response.is_ok_and(|response| {
                context.soap_of((operation, None), Direction::Response, &response).is_ok()
            })
        }
    }
}
