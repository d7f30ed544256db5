//! Exit codes: stable, for scripts.

use std::process::ExitCode;

/// How a verb ended. Whoever makes a failure has told standard error why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Success,
    Findings,
    Usage,
    Configuration,
    Input,
    Network,
    Fault,
    Unfinished,
    Internal,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Configuration => 3,
            Exit::Input => 4,
            Exit::Network => 5,
            Exit::Fault => 6,
            Exit::Unfinished => 7,
            Exit::Internal => 70,
        })
    }
}
