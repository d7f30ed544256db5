//! Traffic, on the command line.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::output::failed;
use crate::bridge::Traffic;

/// Which exchanges are kept, and where.
#[derive(Debug, Args)]
pub(super) struct TrafficArgs {
    /// A folder for the last exchanges with their messages, masked, a file each.
    #[arg(long, value_name = "DIR")]
    trace_dir: Option<PathBuf>,
    /// Keep the last exchanges with their messages, masked, for /traffic and its page /traffic/page of --admin.
    #[arg(long, requires = "admin")]
    traffic: bool,
}

impl TrafficArgs {
    /// Keeps exchanges, where there are to be any. Errors: no folder, told.
    pub(super) fn start(&self) -> Result<Option<Traffic>, Exit> {
        if self.trace_dir.is_none() && !self.traffic {
            return Ok(None);
        }
        let started = Traffic::start(self.traffic, self.trace_dir.clone());
        let shown = self.trace_dir.as_ref().map_or(String::new(), |dir| format!(" {}", dir.display()));
        started.map(Some).map_err(|error| failed(&format!("--trace-dir{shown}: {error}"), Exit::Usage))
    }
}
