//! Samples against the contract, before anything is sent.

use crate::describe::Direction;
use crate::json::Tape;
use crate::samples::{Case, Part, Problem, Terms};

/// What breaks the contract in the files of `case`.
pub(super) fn problems(case: &Case, operation: &str, terms: &Terms) -> Vec<Problem> {
    let mut found = Vec::new();
    for part in Part::ALL {
        let Some(bytes) = case.get(part) else { continue };
        let problems = match part {
            // What the bridge says about a bad request may be what the case is about.
            Part::RequestJson if is_about_failure(case) => any_json(terms, bytes),
            Part::RequestXml if is_about_failure(case) => Vec::new(),
            Part::RequestJson => request(case, terms, operation, bytes),
            Part::ResponseJson => response(case, terms, operation, bytes),
            Part::RequestXml => xml(terms, operation, Direction::Request, bytes),
            Part::ResponseXml => xml(terms, operation, Direction::Response, bytes),
            Part::FaultJson => any_json(terms, bytes),
            Part::FaultXml => fault(terms, bytes),
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
fn request(case: &Case, terms: &Terms, operation: &str, bytes: &[u8]) -> Vec<Problem> {
    let path = case.settings.http.path.as_deref();
    if path.is_none() && !terms.is_whole(operation) {
        return any_json(terms, bytes);
    }
    json(terms, operation, Direction::Request, &terms.gathered(operation, bytes, path))
}

fn response(case: &Case, terms: &Terms, operation: &str, bytes: &[u8]) -> Vec<Problem> {
    let http = case.settings.http.status.unwrap_or(200);
    match terms.response_of(operation, bytes, http) {
        Ok(response) => json(terms, operation, Direction::Response, &response),
        Err(problems) => problems,
    }
}

fn json(terms: &Terms, operation: &str, direction: Direction, bytes: &[u8]) -> Vec<Problem> {
    terms.soap_of((operation, None), direction, bytes).err().unwrap_or_default()
}

fn xml(terms: &Terms, operation: &str, direction: Direction, bytes: &[u8]) -> Vec<Problem> {
    terms.json_of(operation, direction, bytes).err().into_iter().collect()
}

/// What a JSON client is told of a failure is not in the contract.
fn any_json(terms: &Terms, bytes: &[u8]) -> Vec<Problem> {
    let mut tape = Tape::new();
    let parsed = tape.parse(bytes, &terms.limits.json);
    parsed.err().map(|error| Problem::new(error.to_string())).into_iter().collect()
}

fn fault(terms: &Terms, bytes: &[u8]) -> Vec<Problem> {
    match terms.version_of(bytes) {
        Ok((_, true)) => Vec::new(),
        Ok((_, false)) => vec![Problem::new("there is no fault in the envelope")],
        Err(reason) => vec![Problem::new(reason)],
    }
}
