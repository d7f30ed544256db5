//! Samples against the contract, before anything is sent.

use crate::json::Tape;
use crate::samples::{At, Case, ContractContext, MessageKey, Part, Problem};

/// What breaks the contract in the files of `case`.
pub(super) fn validate(case: &Case, operation: &str, context: &ContractContext) -> Vec<Problem> {
    let mut found = Vec::new();
    for part in Part::ALL {
        let Some(bytes) = case.get(part) else { continue };
        let problems = match part {
            // What the bridge says about a bad request may be what the case is about.
            Part::RequestJson if is_about_failure(case) => any_json(context, bytes),
            Part::RequestXml if is_about_failure(case) => Vec::new(),
            Part::RequestJson => request(case, context, operation, bytes),
            Part::ResponseJson => response(case, context, operation, bytes),
            Part::RequestXml => xml(context, MessageKey::request(operation), bytes),
            Part::ResponseXml => xml(context, MessageKey::response(operation), bytes),
            Part::FaultJson => any_json(context, bytes),
            Part::FaultXml => fault(context, bytes),
        };
        found.extend(problems.into_iter().map(|problem| in_file(part, problem)));
    }
    found
}

fn is_about_failure(case: &Case) -> bool {
    let fault = case.get(Part::FaultJson).or(case.get(Part::FaultXml));
    fault.is_some() || case.settings.http.status.is_some_and(|status| status >= 400)
}

fn in_file(part: Part, problem: Problem) -> Problem {
    Problem { message: format!("{}: {}", part.file(), problem.message), ..problem }
}

/// A request whose fields stand in a path too is whole only with that.
fn request(case: &Case, context: &ContractContext, operation: &str, bytes: &[u8]) -> Vec<Problem> {
    if case.settings.http.path.is_none() && !context.is_whole_in_body(operation) {
        return any_json(context, bytes);
    }
    json(context, MessageKey::request(operation), &context.whole_request(operation, bytes, &At::of(case)))
}

fn response(case: &Case, context: &ContractContext, operation: &str, bytes: &[u8]) -> Vec<Problem> {
    match context.response_of(operation, bytes, case.status()) {
        Ok(response) => json(context, MessageKey::response(operation), &response),
        Err(problems) => problems,
    }
}

fn json(context: &ContractContext, key: MessageKey<'_>, bytes: &[u8]) -> Vec<Problem> {
    match context.soap_of(key, bytes) {
        Ok(_) => Vec::new(),
        Err(problems) => problems,
    }
}

fn xml(context: &ContractContext, key: MessageKey<'_>, bytes: &[u8]) -> Vec<Problem> {
    context.json_of(key, bytes).err().into_iter().collect()
}

/// What a JSON client is told of a failure is not in the contract.
fn any_json(context: &ContractContext, bytes: &[u8]) -> Vec<Problem> {
    let mut tape = Tape::new();
    let parsed = tape.parse(bytes, &context.limits.json);
    parsed.err().map(|error| Problem::new(error.to_string())).into_iter().collect()
}

fn fault(context: &ContractContext, bytes: &[u8]) -> Vec<Problem> {
    match context.version_of(bytes) {
        Ok((_, true)) => Vec::new(),
        Ok((_, false)) => vec![Problem::new("there is no fault in the envelope")],
        Err(error) => vec![Problem::new(error.to_string())],
    }
}
