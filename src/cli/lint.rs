//! `lint`: what is wrong with a contract, and which operations can be mapped.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::output::{print, print_json};
use super::report::report;
use super::sarif;
use crate::describe::{self, LintReport};
use crate::limits::Limits;
use crate::wsdl::Files;
use crate::xml::Severity;

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
    /// The WSDL documents.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
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
        let files: Vec<String> = self.files.iter().map(|file| file.to_string_lossy().into_owned()).collect();
        let found = describe::lint(&files, &mut Files, &Limits::default().contract);
        match self.format {
            Format::Human => print(human(&found)),
            Format::Json => print_json(&found),
            Format::Sarif => print_json(&sarif::log(&found)),
        }?;
        verdict(&found)
    }
}

/// With notes alone nothing is wrong.
fn verdict(found: &LintReport) -> Result<(), Exit> {
    let is_wrong = found.diagnostics.iter().any(|finding| finding.diagnostic.severity > Severity::Note);
    match (found.unreadable, is_wrong) {
        (true, _) => Err(Exit::Input),
        (false, false) => Ok(()),
        (false, true) => Err(Exit::Findings),
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
