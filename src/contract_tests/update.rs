//! Writing what was answered as what is expected.

use std::path::PathBuf;

use super::case_run::CaseRun;
use super::error::RunError;
use super::response::Response;
use crate::redact::{masked_json, masked_xml};
use crate::samples::Side;

/// Writes what was answered as what is expected, without its secrets: a response, or the failure of a case about a fault. Gives the
/// file; nothing when the answer is none that such a case may have.
///
/// Errors: it cannot be masked, or the file cannot be written.
pub(super) fn update(run: &CaseRun<'_>, response: &Response) -> Result<Option<PathBuf>, RunError> {
    // A one-way message is answered with nothing, and there is no file for that.
    if response.reply.body.is_empty() || !is_expected(run, response) {
        return Ok(None);
    }
    let (masks, body) = (&run.case.settings.rules.mask, &response.reply.body);
    let text = match run.side {
        Side::Json => masked_json(body, masks, &run.context.limits.json)?,
        Side::Soap => masked_xml(body, masks, &run.context.limits.xml)?,
    };
    let path = run.case.path(run.expected_part());
    match std::fs::write(&path, text) {
        Ok(()) => Ok(Some(path)),
        Err(error) => Err(RunError::Write { path, error }),
    }
}

/// A case about a fault stays one, and one about a response too: what turned into the other is told, and not written.
fn is_expected(run: &CaseRun<'_>, response: &Response) -> bool {
    if run.is_about_fault() {
        return response.failed;
    }
    response.reply.status.is_success() && is_valid(run, response)
}

fn is_valid(run: &CaseRun<'_>, response: &Response) -> bool {
    let Response { reply, failed, .. } = response;
    match run.side {
        Side::Soap => !failed,
        Side::Json => {
            let response = run.context.response_of(run.operation, &reply.body, reply.status.as_u16());
            response.is_ok_and(|response| run.context.soap_of(run.response(), &response).is_ok())
        }
    }
}
