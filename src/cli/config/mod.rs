//! `config`: the configuration that is in force, and hashes of passwords for it.

mod effective;
mod hash;
mod show;
mod warnings;

use clap::{Args, Subcommand};

use super::exit::Exit;

/// Show the configuration that is in force, and make hashes of passwords for it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify config show -c samples/bancbox/json-to-soap.yaml
  saponify config show -c samples/bancbox/json-to-soap.yaml | grep '^# warning'
  saponify config hash --help")]
pub(super) struct Config {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Read a password from standard input and write its Argon2id hash.
    Hash(hash::Hash),
    /// Write the configuration with its defaults, as YAML, without its secrets.
    Show(show::Show),
}

impl Config {
    pub(super) fn run(self) -> Result<(), Exit> {
        match self.what {
            What::Hash(hash) => hash.run(),
            What::Show(show) => show.run(),
        }
    }
}
