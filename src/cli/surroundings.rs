//! The process's environment and files, for rooms that do no I/O themselves.

use std::collections::HashMap;
use std::io::ErrorKind;

use crate::service::Environment;

/// The environment and the files of this process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process;

impl Environment for Process {
    fn variable(&self, name: &str) -> Option<String> {
        // One that is not UTF-8 cannot be used either; whoever needs it says that it is not set.
        std::env::var(name).ok()
    }

    fn file(&self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| match error.kind() {
            ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
            _ => error.to_string(),
        })
    }
}

/// An environment that is made up.
#[derive(Clone, Debug, Default)]
#[cfg_attr(not(feature = "demo"), expect(dead_code, reason = "only `demo` makes one up"))]
pub(super) struct MadeUp(pub(super) HashMap<String, String>);

impl Environment for MadeUp {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn file(&self, _: &str) -> Result<String, String> {
        Err("there are no files here".to_owned())
    }
}

/// The time, as RFC 3339 has it.
pub(super) fn rfc3339_now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
