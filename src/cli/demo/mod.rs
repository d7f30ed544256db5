//! `demo`: the systems of the samples with their reference backends, a bridge before each, and an exchange each way.

mod data;
mod stage;
mod way;

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::output::{internal, print, print_error};
use super::serve::{not_ready, write_json};
use crate::server::Signals;
use stage::Stage;
use way::Way;

/// Start reference backends and bridges for the systems of the samples, and show exchanges in all directions.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify demo
  saponify demo --once
  saponify demo --ready-file /tmp/ready.json")]
pub(super) struct Demo {
    /// Do the exchanges, print them, and end: with 0 when each answer is right, else with the difference.
    #[arg(long)]
    once: bool,
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
        let stage = runtime.block_on(Stage::set(&systems))?;
        let ways = stage.ways(&systems)?;
        let right = show(&stage, &ways)?;
        let Some(signals) = signals else {
            return if right { Ok(()) } else { Err(Exit::Findings) };
        };
        print("\nPaste one of these:\n")?;
        ways.iter().try_for_each(|way| print(format!("# {}\n{}\n", way.name, way.curl())))?;
        print(format!("Or look at {} in a browser.\nStop with Ctrl-C.", stage.page()))?;
        if let Some(path) = &self.ready_file {
            write_json(path, &stage.ready())?;
        }
        signals.wait();
        stage.stop();
        Ok(())
    }
}

/// Goes each way once, the first one in full; true when every answer is right.
fn show(stage: &Stage, ways: &[Way]) -> Result<bool, Exit> {
    let mut right = true;
    for (at, way) in ways.iter().enumerate() {
        let (status, body) = way.send().map_err(|error| internal(&format!("{}: {error}", way.name)))?;
        let good = status.contains(" 20") && body.contains(&way.expected);
        print(format!("== {}: {}", way.name, if good { "right" } else { "WRONG" }))?;
        if at == 0 {
            print(format!("\n-- JSON in\n{}", stage.masked(&way.body)))?;
            print(format!("-- SOAP sent\n{}\n", stage.masked(&stage.heard()?)))?;
            print(format!("-- SOAP received\n{}\n", stage.said()))?;
            print(format!("-- JSON out\n{body}\n"))?;
        }
        if !good {
            print_error(format_args!("expected HTTP status 20x and {}, got {status}\n{body}", way.expected));
            right = false;
        }
    }
    Ok(right)
}
