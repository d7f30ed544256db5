//! `demo`: the systems of the samples with their reference backends, a bridge before each, and an exchange each way.

mod beside;
mod data;
mod outline;
mod screen;
mod show;
mod stage;
mod way;

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::output::{failed, internal, print};
use super::serve::{not_ready, write_json};
use crate::server::Signals;
use data::System;
use show::Show;
use stage::Stage;
use way::Way;

/// Start reference backends and bridges for the systems of the samples, and show exchanges in all directions.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify demo
  saponify demo --once
  saponify demo --curl bancbox")]
pub(super) struct Demo {
    /// Do the exchanges, print them, and end: with 0 when each answer is right, else with the difference.
    #[arg(long)]
    once: bool,
    /// Print whole URLs, the messages of an exchange as they are, and a command for each way.
    #[arg(long)]
    verbose: bool,
    /// Start, and print only the commands of this system, to be pasted into another terminal as long as this runs.
    #[arg(long, value_name = "SYSTEM", conflicts_with_all = ["once", "verbose"])]
    curl: Option<String>,
    /// A file for the addresses of the fronts, as JSON, written when they are ready.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

impl Demo {
    pub(super) fn run(self) -> Result<(), Exit> {
        // Without a wait for them, signals end the process as they always do.
        let signals = if self.once { None } else { Some(Signals::new().map_err(|error| internal(&error))?) };
        not_ready(self.ready_file.as_deref())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| internal(&error))?;
        let systems = data::systems()?;
        self.check_system(&systems)?;
        let stage = runtime.block_on(Stage::set(&systems))?;
        let ways = stage.ways(&systems)?;
        let right = self.show(&stage, &systems, &ways)?;
        let Some(signals) = signals else {
            return if right { Ok(()) } else { Err(Exit::Findings) };
        };
        if let Some(path) = &self.ready_file {
            write_json(path, &stage.ready())?;
        }
        signals.wait();
        stage.stop();
        Ok(())
    }

    /// Errors: there is no such system, told.
    fn check_system(&self, systems: &[System]) -> Result<(), Exit> {
        let Some(wanted) = &self.curl else { return Ok(()) };
        if systems.iter().any(|system| system.name == *wanted) {
            return Ok(());
        }
        Err(failed(&format!("--curl: expected {}", names(systems)), Exit::Usage))
    }

    /// True when every answer is right.
    fn show(&self, stage: &Stage, systems: &[System], ways: &[Way]) -> Result<bool, Exit> {
        if let Some(system) = &self.curl {
            ways.iter().filter(|way| way.system == *system).try_for_each(command)?;
            print("# Stop with Ctrl-C.")?;
            return Ok(true);
        }
        let show = Show::new(stage, ways, self.verbose);
        let right = show.ways()?;
        if self.verbose {
            show.messages()?
        } else {
            show.exchange(systems)?
        }
        if self.once {
            return Ok(right);
        }
        if self.verbose {
            print("\nPaste one of these:\n")?;
            ways.iter().try_for_each(command)?;
        }
        let page = format!("page   {} in a browser\n", stage.page());
        let more = format!("more   --verbose; --curl SYSTEM with {}", names(systems));
        print(format!("\n{page}{more}\nstop   Ctrl-C"))?;
        Ok(right)
    }
}

fn command(way: &Way) -> Result<(), Exit> {
    print(format!("# {}\n{}\n", way.name(), way.curl()))
}

fn names(systems: &[System]) -> String {
    systems.iter().map(|system| system.name.as_str()).collect::<Vec<_>>().join(", ")
}
