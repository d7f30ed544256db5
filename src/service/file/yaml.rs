//! YAML into the types of this folder, with the mistakes that people make said in one line.

use serde::de::DeserializeOwned;
use serde_saphyr::Error;

use super::finding::Source;
use crate::limits::NEAREST_CHARACTERS;
use crate::service::problem::{FileProblem, Near};
use crate::xml::{Diagnostic, Severity};

/// Reads `text`, the text of the file `path`. Errors: the first place that is not what it should be.
pub(in crate::service) fn read<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, Diagnostic> {
    serde_saphyr::from_str(text).map_err(|error| unreadable(path, text, &error))
}

fn unreadable(path: &str, text: &str, error: &Error) -> Diagnostic {
    let problem = problem(error);
    let shown = Diagnostic::of_file(problem.code(), Severity::Error, path, problem.to_string());
    let shown = shown.help(problem.hint());
    let Some(at) = error.location() else { return shown };
    let mut placed = Source::new(path, text).placed(shown, at.line() as usize, at.column() as usize);
    let column = placed.position.column;
    match problem {
        FileProblem::UnknownChoice { near: Near(None), .. } => placed.line = up_to(&placed.line, column),
        FileProblem::UnknownChoice { .. } | FileProblem::UnknownKey { .. } => {
            placed.line = up_to_value(&placed.line, column);
        }
        _ => {}
    }
    placed
}

/// `line` up to `column`: what is no word that is known there could be a secret.
fn up_to(line: &str, column: usize) -> String {
    line.chars().take(column - 1).chain(['…']).collect()
}

/// `line` up to the value of the key at `column`: that of a misspelt key could be a secret, and nobody would know it for one.
fn up_to_value(line: &str, column: usize) -> String {
    let before: String = line.chars().take(column - 1).collect();
    match line.get(before.len()..).and_then(|key| key.split_once(':')) {
        Some((key, value)) if !value.trim().is_empty() => format!("{before}{key}: …"),
        _ => line.to_owned(),
    }
}

/// What is said of an error, in this program's words and without the value, which could be a secret.
fn problem(error: &Error) -> FileProblem {
    match error.without_snippet() {
        Error::SerdeUnknownField { field, expected, .. } => FileProblem::UnknownKey {
            name: field.clone(),
            near: Near::of(field, expected.iter().copied()),
            known: expected.join(", "),
        },
        Error::SerdeUnknownVariant { variant, expected, .. } => unknown_choice(variant, expected),
        Error::SerdeMissingField { field, .. } => FileProblem::MissingKey { name: (*field).to_owned() },
        Error::SerdeInvalidType { expected, .. } | Error::SerdeInvalidValue { expected, .. } => {
            wrong(expected)
        }
        Error::InvalidScalar { ty: "boolean", .. } | Error::InvalidBooleanStrict { .. } => {
            wrong("true or false")
        }
        Error::InvalidScalar { .. } => wrong("a whole number that is not negative"),
        Error::NullIntoString { .. } => wrong("a text"),
        Error::Unexpected { expected: "mapping start", .. } => wrong("a mapping of keys to values"),
        Error::Unexpected { expected: "sequence start", .. } => wrong("a list"),
        Error::Unexpected { expected: "string scalar", .. } => wrong("a text"),
        // What the library says of these is meant for who calls it.
        Error::DuplicateMappingKey { .. } => said("the key is there twice"),
        Error::MultipleDocuments { .. } => said("a second document, and a file is one"),
        other => FileProblem::Unreadable { reason: first_line(&other.to_string()) },
    }
}

/// What was given is told only where it is probably a misspelt word; anything else could be a secret.
fn unknown_choice(given: &str, expected: &[&str]) -> FileProblem {
    // Of a longer text only the beginning would be compared, and all would be near to it.
    let short = given.chars().count() <= NEAREST_CHARACTERS;
    let near = if short { Near::of(given, expected.iter().copied()) } else { Near::default() };
    let given = if near.0.is_some() { format!("`{given}`") } else { "this".to_owned() };
    FileProblem::UnknownChoice { given, near, known: expected.join(", ") }
}

fn wrong(expected: &str) -> FileProblem {
    FileProblem::WrongType { expected: expected.to_owned() }
}

fn said(reason: &str) -> FileProblem {
    FileProblem::Unreadable { reason: reason.to_owned() }
}

/// `message` up to its first line end, without the place that stands behind it, and without texts between double quotes.
fn first_line(message: &str) -> String {
    let line = message.split_once('\n').map_or(message, |(line, _)| line);
    let said = line.split_once(" at line ").map_or(line, |(said, _)| said);
    match (said.find('"'), said.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            let (before, after) = (said.split_at(first).0, said.split_at(last + 1).1);
            format!("{}{after}", before.trim_end())
        }
        _ => said.to_owned(),
    }
}
