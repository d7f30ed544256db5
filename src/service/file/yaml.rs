//! YAML into the types of this folder, with the mistakes that people make said in one line each.

use serde::de::DeserializeOwned;
use serde_saphyr::Error;

use super::finding::{Finding, Source};
use super::key_path::KeyPath;
use super::repair::{Noted, Repaired, repair};
use super::syntax::{self, NotYaml};
use super::tree::Place;
use crate::service::problem::{BackendProblem, FileProblem, Near};
use crate::xml::{Diagnostic, Severity};

/// A file that was read, as far as that goes.
#[derive(Debug)]
pub(in crate::service) struct Read<T> {
    /// The file; with mistakes in it, what is left of it where they are mended.
    pub(in crate::service) file: Option<T>,
    /// What is wrong with it.
    pub(in crate::service) problems: Vec<Diagnostic>,
    /// What was mended: of that nothing more is said.
    pub(in crate::service) mended: Vec<KeyPath>,
}

/// Reads `text`, the text of the file `path`.
pub(in crate::service) fn read<T: DeserializeOwned>(path: &str, text: &str) -> Read<T> {
    match serde_saphyr::from_str(text) {
        Ok(file) => Read { file: Some(file), problems: Vec::new(), mended: Vec::new() },
        Err(error) => mistaken(path, text, &error),
    }
}

/// The text of `bytes`, those of the file `path`. Errors: they are not UTF-8.
pub fn decode(path: &str, bytes: &[u8]) -> Result<String, Diagnostic> {
    syntax::decode(bytes).map(str::to_owned).map_err(|NotYaml { problem, at }| {
        Lines { path, text: &String::from_utf8_lossy(bytes) }.problem(None, &problem, at)
    })
}

/// That the file `path` cannot be read.
pub fn unreadable(path: &str, reason: &str) -> Diagnostic {
    let problem = FileProblem::NotThere { reason: reason.to_owned() };
    Diagnostic::of_file(problem.code(), Severity::Error, path, problem.to_string()).help(problem.hint())
}

/// That what `keys` of the file `path` lead to was read, and cannot be used. `text` is that of the file.
pub fn unusable(path: &str, text: &str, keys: &[&str], reason: &str) -> Diagnostic {
    let (source, at) = (Source::new(path, text), keys.iter().map(|key| (*key).to_owned()).collect());
    let found = source.find(&at);
    // The keys are told anyway.
    let reason = match reason.strip_prefix(&format!("{at}: ")) {
        Some(reason) => reason.to_owned(),
        None => reason.to_owned(),
    };
    source.diagnostic(&Finding::new(at, BackendProblem::Unusable { reason }), found)
}

/// Reads `text` as a `T`. Errors: what is wrong with it, each with its line and column.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let Read { file, problems, .. } = read("", text);
    let told: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.position, problem.message)).collect();
    file.filter(|_| told.is_empty()).ok_or_else(|| told.join("; "))
}

fn mistaken<T: DeserializeOwned>(path: &str, text: &str, error: &Error) -> Read<T> {
    let lines = Lines { path, text };
    let document = match syntax::parse(text) {
        Ok(document) => document,
        Err(NotYaml { problem, at }) => {
            return Read {
                file: None,
                problems: vec![lines.problem(None, &problem, at)],
                mended: Vec::new(),
            };
        }
    };
    let Repaired { file, noted, mended } = repair(document.tree);
    let twice = document.twice.iter().map(|at| lines.problem(None, &FileProblem::KeyTwice, *at));
    let mut problems: Vec<Diagnostic> = twice.chain(noted.iter().map(|noted| lines.noted(noted))).collect();
    if problems.is_empty() {
        // The two readers do not agree, which no file is known for; the place is that of the stricter one.
        let at = match error.location() {
            Some(at) => Place { line: at.line() as usize, column: at.column() as usize, width: 1 },
            None => Place::default(),
        };
        problems.push(lines.problem(None, &FileProblem::Unreadable, at));
    }
    problems.sort_by_key(|problem| (problem.position.line, problem.position.column));
    lines.hide(&mut problems, &noted);
    Read { file, problems, mended }
}

/// The lines of a file, as problems show them.
struct Lines<'l> {
    path: &'l str,
    text: &'l str,
}

impl Lines<'_> {
    fn noted(&self, Noted { path, problem, at }: &Noted) -> Diagnostic {
        self.problem(Some(path), problem, *at)
    }

    fn problem(&self, path: Option<&KeyPath>, problem: &FileProblem, at: Place) -> Diagnostic {
        let message = match (path, problem) {
            // The key is named anyway.
            (_, FileProblem::UnknownKey { .. }) | (None, _) => problem.to_string(),
            (Some(path), _) if path.is_whole() => problem.to_string(),
            (Some(path), _) => format!("{path}: {problem}"),
        };
        let shown = Diagnostic::of_file(problem.code(), Severity::Error, self.path, message);
        Source::new(self.path, self.text).placed(shown.help(problem.hint()), at)
    }

    /// Cuts the lines of `problems` where a value that nobody knows the key of could be a secret.
    fn hide(&self, problems: &mut [Diagnostic], noted: &[Noted]) {
        for Noted { problem, at, .. } in noted {
            let (cut, all) = match problem {
                FileProblem::UnknownChoice { near: Near(None), .. } => (at.column - 1, true),
                FileProblem::UnknownChoice { .. } | FileProblem::UnknownKey { .. } => {
                    (at.column - 1 + at.width, false)
                }
                _ => continue,
            };
            for problem in problems.iter_mut().filter(|problem| problem.position.line == at.line) {
                problem.line = up_to(&problem.line, cut, all);
                // A place that does not show any more still has its column.
                let missing = problem.position.column.saturating_sub(problem.line.chars().count());
                problem.line.extend(std::iter::repeat_n(' ', missing));
            }
        }
    }
}

/// `line` up to a column, and the colon behind it, where a value follows; `all` of what is behind the column is a value.
fn up_to(line: &str, column: usize, all: bool) -> String {
    let (shown, rest): (String, String) =
        (line.chars().take(column).collect(), line.chars().skip(column).collect());
    match rest.trim_start().strip_prefix(':') {
        _ if rest.trim().is_empty() => line.to_owned(),
        Some(value) if value.trim().is_empty() => line.to_owned(),
        Some(_) => format!("{shown}: \u{2026}"),
        None if all => format!("{shown}\u{2026}"),
        None => line.to_owned(),
    }
}
