//! A problem and the value that it is about.

use std::fmt;

use super::key_path::KeyPath;
use super::locations::{Found, Locations};
use crate::service::problem::Problem;
use crate::xml::{Diagnostic, Position, Severity};

/// A problem, and the value that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct Finding {
    pub(in crate::service) at: KeyPath,
    pub(in crate::service) problem: Problem,
}

impl Finding {
    pub(in crate::service) fn new(at: KeyPath, problem: impl Into<Problem>) -> Self {
        Self { at, problem: problem.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.problem)
    }
}

/// A YAML file whose problems are shown.
#[derive(Debug)]
pub(in crate::service) struct Source<'s> {
    pub(in crate::service) path: &'s str,
    pub(in crate::service) text: &'s str,
    locations: Locations,
}

impl<'s> Source<'s> {
    pub(in crate::service) fn new(path: &'s str, text: &'s str) -> Self {
        Self { path, text, locations: Locations::of(text) }
    }

    /// The place of `path` in this file.
    pub(in crate::service) fn find(&self, path: &KeyPath) -> Option<Found> {
        self.locations.find(path)
    }

    /// How many items the list at the top named `key` has.
    pub(in crate::service) fn items(&self, key: &str) -> usize {
        self.locations.items(key)
    }

    /// A problem with the whole file `path`, such as one that is not there.
    pub(in crate::service) fn whole(path: &str, problem: &Problem) -> Diagnostic {
        Diagnostic::of_file(problem.code(), Severity::Error, path, problem.to_string()).help(problem.hint())
    }

    /// `finding`, which is at `found`.
    pub(in crate::service) fn diagnostic(&self, finding: &Finding, found: Option<Found>) -> Diagnostic {
        let message = finding.to_string();
        let problem = Diagnostic::of_file(finding.problem.code(), Severity::Error, self.path, message);
        let problem = problem.help(finding.problem.hint());
        match found {
            Some(found) => self.placed(problem, found.at.line() as usize, found.at.column() as usize),
            None => problem,
        }
    }

    /// `problem`, which has a place in this file and does not know the file.
    pub(in crate::service) fn own(&self, problem: Diagnostic) -> Diagnostic {
        let Position { line, column, .. } = problem.position;
        let problem = Diagnostic { file: self.path.into(), ..problem };
        // The first column of the first line is that of no place at all; `version` stands there.
        if (line, column) == (1, 1) { problem } else { self.placed(problem, line, column) }
    }

    /// `problem` at a line and a column, counted from one, with that line.
    pub(in crate::service) fn placed(&self, problem: Diagnostic, line: usize, column: usize) -> Diagnostic {
        let position = Position { offset: 0, line: line.max(1), column: column.max(1) };
        let shown = self.text.lines().nth(position.line - 1);
        // A place behind the last line, such as that of an unfinished list, has nothing to show.
        Diagnostic { position, line: shown.unwrap_or_default().to_owned(), ..problem }
    }
}
