//! Responses that nobody has written.

use super::context::{ContractContext, MessageKey};
use crate::describe::{self, Candidate, Direction, Style, TooLarge};
use crate::json::write::{compact, write_key};
use crate::json::{Tape, Value};
use crate::plan::OperationPlan;

impl ContractContext {
    /// A response of an operation with all that may be in it; nothing where there is none. Where that is too large, or has a value that
    /// nothing was found for, it is what must be in it and no more. One that says of itself whether it is a success is one.
    pub(crate) fn sample(&self, operation: &OperationPlan) -> Result<Option<Vec<u8>>, TooLarge> {
        let Some(message) = &operation.output else { return Ok(None) };
        let candidate = Candidate { operation, direction: Direction::Response, message };
        let made = |style| describe::sample(&self.plan, &candidate, style, 0);
        match made(Style::Full) {
            Ok(full) if self.takes(operation, &full) => return Ok(Some(self.best(operation, full))),
            // The least there is may be small enough, or have no such value.
            Ok(_) | Err(_) => {}
        }
        made(Style::Minimal).map(|least| Some(self.best(operation, least)))
    }

    fn takes(&self, operation: &OperationPlan, json: &[u8]) -> bool {
        let version = Some(operation.version.into());
        let key = MessageKey { version, ..MessageKey::response(&operation.name) };
        self.soap_of(key, json).is_ok()
    }

    /// `json` as a success where it says whether it is one and the contract takes that, else as it is.
    pub(super) fn best(&self, operation: &OperationPlan, json: Vec<u8>) -> Vec<u8> {
        match self.success(&json) {
            Some(success) if self.takes(operation, &success) => success,
            Some(_) | None => json,
        }
    }

    /// Whether the response `json` says which status HTTP has.
    pub(super) fn says_http_status(&self, json: &[u8]) -> bool {
        let mut tape = Tape::new();
        let parsed = tape.parse(json, &self.limits.json);
        parsed.is_ok_and(|value| value.get("httpStatus").is_some())
    }

    /// A response of the outward shape, with `status` 1 and without errors; nothing for any other.
    fn success(&self, json: &[u8]) -> Option<Vec<u8>> {
        let mut tape = Tape::new();
        let value = match tape.parse(json, &self.limits.json) {
            Ok(value) => value,
            // What is over the bounds of reading is no message, which is told by whoever takes it.
            Err(_) => return None,
        };
        let succeeds = value.get("status")?.as_number()? == "1";
        let failed = !succeeds && value.get("requestId").is_some();
        failed.then(|| succeeded(value))
    }
}

fn succeeded(failure: Value<'_>) -> Vec<u8> {
    let mut out = b"{".to_vec();
    for member in failure.members().filter(|member| member.key() != "errors") {
        if out.len() > 1 {
            out.push(b',');
        }
        write_key(&mut out, &member.key());
        if member.key() == "status" { out.push(b'1') } else { compact(member.value(), &mut out) }
    }
    out.push(b'}');
    out
}
