//! A problem and the value that it is about.

use std::fmt;

use super::key_path::KeyPath;
use super::locations::{Found, Locations};
use super::tree::Place;
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

    /// `finding`, which is at `found`.
    pub(in crate::service) fn diagnostic(&self, finding: &Finding, found: Option<Found>) -> Diagnostic {
        let message = finding.to_string();
        let problem = Diagnostic::of_file(finding.problem.code(), Severity::Error, self.path, message);
        let problem = problem.help(finding.problem.hint());
        match found {
            Some(found) => self.placed(problem, found.at),
            None => problem,
        }
    }

    /// `problem` at a place of this file, with its line.
    pub(in crate::service) fn placed(&self, problem: Diagnostic, at: Place) -> Diagnostic {
        let Some(shown) = at.line.checked_sub(1) else { return problem };
        let position = Position { offset: 0, line: at.line, column: at.column.max(1) };
        let file = self.path.into();
        // A place behind the last line, such as that of an unfinished list, has nothing to show.
        let line = self.text.lines().nth(shown).unwrap_or_default().to_owned();
        Diagnostic { file, position, width: at.width, line, ..problem }
    }
}
