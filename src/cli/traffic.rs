//! Samples of traffic, on the command line.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::output::failed;
use crate::bridge::Traffic;

/// Which samples of traffic are kept.
#[derive(Debug, Args)]
pub(super) struct TrafficArgs {
    /// A folder for the last exchanges with their messages, masked, a file each.
    #[arg(long, value_name = "DIR")]
    trace_dir: Option<PathBuf>,
    /// Show the last exchanges with their messages, masked, at /traffic of --admin.
    #[arg(long, requires = "admin")]
    traffic: bool,
}

impl TrafficArgs {
    /// Keeps samples, where there are to be any. Errors: no folder, told.
    pub(super) fn start(&self) -> Result<Option<Traffic>, Exit> {
        if self.trace_dir.is_none() && !self.traffic {
            return Ok(None);
        }
        let started = Traffic::start(self.traffic, self.trace_dir.clone());
        let shown = self.trace_dir.as_ref().map_or(String::new(), |dir| format!(" {}", dir.display()));
        started.map(Some).map_err(|error| failed(&format!("--trace-dir{shown}: {error}"), Exit::Usage))
    }
}
