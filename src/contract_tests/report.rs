//! What contract tests found.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::samples::Problem;

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
}

impl CaseReport {
    /// A case that failed before anything was sent.
    pub(super) fn failed(name: &str, side: &'static str, problems: Vec<Problem>) -> Self {
        Self {
            name: name.to_owned(),
            side,
            status: Status::Failed,
            problems,
            curl: String::new(),
            updated: None,
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

    /// The files that were written anew.
    pub fn updated(&self) -> impl Iterator<Item = &Path> {
        self.cases.iter().filter_map(|case| case.updated.as_deref())
    }

    /// How many had nothing to send.
    pub fn skipped(&self) -> usize {
        self.cases.len() - self.passed - self.failed
    }
}
