//! Deadlines towards a backend: those of all operations, and those of one.

use std::time::Duration;

use super::checker::Checker;
use super::rule_loader::RuleLoader;
use crate::service::duration::duration;
use crate::service::file::key_path::KeyPath;
use crate::service::file::timeout::{KeepAliveFile, TimeoutFile};
use crate::service::model::backend::{ConnectionLimits, OwnDeadlines};
use crate::service::problem::ValueProblem;

impl Checker<'_> {
    /// The time `text`; `default`, in milliseconds, where there is none.
    pub(super) fn deadline(&mut self, at: &KeyPath, text: Option<&str>, default: u64) -> Duration {
        let default = Duration::from_millis(default);
        match text.map(time) {
            None => default,
            Some(Ok(time)) => time,
            Some(Err(problem)) => {
                self.problem(at, problem);
                default
            }
        }
    }

    /// The connections to a backend, which rest as `keep_alive` says.
    pub(super) fn connection_limits(&mut self, at: &KeyPath, keep_alive: &KeepAliveFile) -> ConnectionLimits {
        let mut limits = ConnectionLimits::new(&self.limits.http);
        match keep_alive {
            KeepAliveFile::Always(true) => {}
            KeepAliveFile::Always(false) => limits.rest = Duration::ZERO,
            KeepAliveFile::For(text) => {
                if let Some(rest) = self.checked(&at.key("keep_alive"), time(text)) {
                    limits.rest = rest;
                }
            }
        }
        limits
    }
}

impl RuleLoader<'_> {
    /// The deadlines that the operation has of its own.
    pub(super) fn deadlines(&mut self, file: &TimeoutFile) -> OwnDeadlines {
        let at = self.at.key("timeout");
        let mut own = |name: &str, text: &Option<String>| {
            text.as_deref().and_then(|text| self.checked(&at.key(name), time(text)))
        };
        OwnDeadlines {
            connect: own("connect", &file.connect),
            first_byte: own("first_byte", &file.first_byte),
            total: own("total", &file.total),
        }
    }
}

/// The time `text`. Errors: it is none.
fn time(text: &str) -> Result<Duration, ValueProblem> {
    match duration(text) {
        Ok(time) if !time.is_zero() => Ok(time),
        Ok(_) | Err(_) => Err(ValueProblem::Duration { range: "such as 500ms or 15s, from 1ms to 60m" }),
    }
}
