//! `lint`: what is wrong with a contract, and which operations can be mapped.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::contract::Source;
use super::exit::Exit;
use super::output::{print, print_json};
use super::report::report;
use super::sarif;
use crate::describe::{self, LintReport};
use crate::limits::Limits;
use crate::wsdl::Files;

/// Say what is wrong with a contract, and which operations can be mapped.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify lint wsdl/bancbox.wsdl
  saponify lint --format json wsdl/bancbox.wsdl
  saponify lint --format sarif wsdl/*.wsdl > target/lint.sarif")]
pub(super) struct Lint {
    /// The form of the report.
    #[arg(long, default_value = "human")]
    format: Format,
    /// The WSDLs, or service files whose WSDLs are meant.
    #[arg(required_unless_present_any = ["wsdl", "config"], value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A WSDL; may be repeated.
    #[arg(long, value_name = "FILE")]
    wsdl: Vec<PathBuf>,
    /// A service file: its WSDL; may be repeated.
    #[arg(short, long, value_name = "FILE")]
    config: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// SARIF 2.1.0, which code hosts read.
    Sarif,
}

impl Lint {
    pub(super) fn run(self) -> Result<(), Exit> {
        let files = self.documents()?;
        let found = describe::lint(&files, &mut Files, &Limits::default().contract);
        match self.format {
            Format::Human => print(human(&found)),
            Format::Json => print_json(&found),
            Format::Sarif => print_json(&sarif::log(&found)),
        }?;
        verdict(&found)
    }

    /// The WSDLs that are meant.
    fn documents(&self) -> Result<Vec<String>, Exit> {
        let found = self.files.iter().chain(&self.wsdl).map(|file| Source::likely(file));
        let named = self.config.iter().map(|file| Source::Config(file.clone()));
        let documents = found.chain(named).map(|source| source.document());
        documents.map(|file| Ok(file?.to_string_lossy().into_owned())).collect()
    }
}

fn verdict(found: &LintReport) -> Result<(), Exit> {
    match (found.unreadable, found.diagnostics.is_empty()) {
        (true, _) => Err(Exit::Input),
        (false, true) => Ok(()),
        (false, false) => Err(Exit::Findings),
    }
}

/// The diagnostics on standard error, and a table of the operations.
fn human(found: &LintReport) -> String {
    let diagnostics: Vec<_> = found.diagnostics.iter().map(|finding| finding.diagnostic.clone()).collect();
    report(&diagnostics);
    let mut lines = Vec::new();
    for service in &found.services {
        lines.push(format!("{} {}", service.name, service.port));
        for operation in &service.operations {
            let verdict = format!("{:?}", operation.verdict).to_lowercase();
            lines.push(format!("  {verdict:<9} {}", operation.name));
            lines.extend(operation.reasons.iter().map(|reason| format!("            {reason}")));
        }
    }
    lines.join("\n")
}
