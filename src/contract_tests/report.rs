//! What contract tests found.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::samples::{OperationError, Problem};

/// How a case went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As it should.
    Passed,
    /// Otherwise.
    Failed,
    /// Not at all; the problem says why.
    Skipped,
}

/// One case on one side.
#[derive(Clone, Debug, Serialize)]
pub struct CaseReport {
    /// The case.
    pub name: String,
    /// `json`, `soap`, or `contract` for the samples themselves.
    pub side: &'static str,
    /// How it went.
    pub status: Status,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// A command that sends the same again; empty where nothing was sent.
    pub curl: String,
    /// The file that was written anew.
    #[serde(skip)]
    pub updated: Option<PathBuf>,
    /// How long the exchange took.
    #[serde(skip)]
    pub time: Duration,
    /// Whether no operation of the port has its messages.
    #[serde(skip)]
    pub(super) of_no_operation: bool,
}

impl CaseReport {
    /// A case that is of no operation, or of several.
    pub(super) fn of_no_operation(name: &str, error: &OperationError) -> Self {
        let of_no_operation = matches!(error, OperationError::Unknown(_));
        Self { of_no_operation, ..Self::failed(name, "contract", vec![Problem::new(error.to_string())]) }
    }

    /// A case that failed before anything was sent.
    pub(super) fn failed(name: &str, side: &'static str, problems: Vec<Problem>) -> Self {
        Self {
            name: name.to_owned(),
            side,
            status: Status::Failed,
            problems,
            curl: String::new(),
            updated: None,
            time: Duration::ZERO,
            of_no_operation: false,
        }
    }

    /// A case with nothing to send.
    pub(super) fn skipped(name: &str, side: &'static str, reason: &str) -> Self {
        let problems = vec![Problem::new(reason)];
        Self {
            name: name.to_owned(),
            side,
            status: Status::Skipped,
            problems,
            curl: String::new(),
            updated: None,
            time: Duration::ZERO,
            of_no_operation: false,
        }
    }
}

/// All cases.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this form: 1.
    pub schema_version: u32,
    /// The cases, in order.
    pub cases: Vec<CaseReport>,
    /// How many passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
}

impl Report {
    /// The report of `cases`.
    pub(super) fn new(cases: Vec<CaseReport>) -> Self {
        let count = |status| cases.iter().filter(|case| case.status == status).count();
        let (passed, failed) = (count(Status::Passed), count(Status::Failed));
        Self { schema_version: 1, cases, passed, failed }
    }

    /// Whether the case of this name is of no operation of the port that was tried.
    pub fn is_of_no_operation(&self, name: &str) -> bool {
        self.cases.iter().any(|case| case.name == name && case.of_no_operation)
    }

    /// Both, where `other` tried some of the cases again.
    pub fn and(self, other: Self) -> Self {
        let tried = |case: &CaseReport| other.cases.iter().any(|other| other.name == case.name);
        let mut cases: Vec<CaseReport> = self.cases.into_iter().filter(|case| !tried(case)).collect();
        cases.extend(other.cases);
        Self::new(cases)
    }

    /// The files that were written anew.
    pub fn updated(&self) -> impl Iterator<Item = &Path> {
        self.cases.iter().filter_map(|case| case.updated.as_deref())
    }

    /// How many had nothing to send.
    pub fn skipped(&self) -> usize {
        self.cases.len() - self.passed - self.failed
    }
}
