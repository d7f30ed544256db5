//! Samples against the contract, before anything is sent.

use crate::describe::Direction;
use crate::json::Tape;
use crate::testing::samples::{Case, Part, Problem, Terms};

/// What breaks the contract in the files of `case`.
pub(super) fn problems(case: &Case, operation: &str, terms: &Terms) -> Vec<Problem> {
    let mut found = Vec::new();
    for part in Part::ALL {
        let Some(bytes) = case.get(part) else { continue };
        let problems = match part {
            Part::RequestJson => json(terms, operation, Direction::Request, bytes),
            Part::ResponseJson => json(terms, operation, Direction::Response, bytes),
            Part::RequestXml => xml(terms, operation, Direction::Request, bytes),
            Part::ResponseXml => xml(terms, operation, Direction::Response, bytes),
            Part::FaultJson => any_json(terms, bytes),
            Part::FaultXml => fault(terms, bytes),
        };
        found.extend(problems.into_iter().map(|problem| in_file(part, problem)));
    }
    found
}

fn in_file(part: Part, problem: Problem) -> Problem {
    Problem { message: format!("{}: {}", part.file(), problem.message), ..problem }
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
