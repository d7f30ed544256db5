//! `lint`: what is wrong with a contract, and which operations can be mapped.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::contract::{ContractRoot, Source, WsdlFile};
use super::exit::Exit;
use super::output::{failed, print, print_json};
use super::report::report;
use super::sarif;
use crate::describe::{self, LintReport, Totals};
use crate::limits::Limits;
use crate::wsdl::{Files, Rooted};
use crate::xml::Severity;

/// Say what is wrong with a contract, and which operations can be mapped.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify lint wsdl/bancbox.wsdl
  saponify lint --format json --fail-on error wsdl/bancbox.wsdl
  saponify lint --format sarif wsdl/*.wsdl > target/lint.sarif")]
pub(super) struct Lint {
    /// The form of the report.
    #[arg(long, default_value = "human")]
    format: Format,
    /// What makes the exit code 1: findings of this severity, and of graver ones.
    #[arg(long, default_value = "warning", value_name = "SEVERITY")]
    fail_on: FailOn,
    #[command(flatten)]
    root: ContractRoot,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// What does not work.
    Error,
    /// What perhaps works otherwise than it is meant.
    Warning,
    /// Whatever is worth knowing.
    Note,
}

impl FailOn {
    /// The least severity that fails.
    fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

impl Lint {
    pub(super) fn run(self) -> Result<(), Exit> {
        let documents = self.documents()?;
        let files: Vec<String> = documents.iter().map(WsdlFile::name).collect();
        let found = describe::lint(&files, &mut fetch(&documents)?, &Limits::default().contract);
        match self.format {
            Format::Human => print(human(&found)),
            Format::Json => print_json(&found),
            Format::Sarif => print_json(&sarif::log(&found)),
        }?;
        verdict(&found, self.fail_on.severity())
    }

    /// The WSDLs that are meant.
    fn documents(&self) -> Result<Vec<WsdlFile>, Exit> {
        let found = self.files.iter().chain(&self.wsdl).map(|file| Source::likely(file));
        let named = self.config.iter().map(|file| Source::Config(file.clone()));
        found.chain(named).map(|source| self.root.of(source)?.document()).collect()
    }
}

/// What reads all `documents`. Errors: they are in several folders that service files name, told.
fn fetch(documents: &[WsdlFile]) -> Result<Rooted<Files>, Exit> {
    let mut roots = documents.iter().map(WsdlFile::root);
    let first = roots.next().flatten();
    if roots.all(|root| root == first) {
        return Ok(Rooted::new(Files, first.map(Path::to_owned)));
    }
    let reason = "the service files name several folders with `contract.root`; lint them one by one";
    Err(failed(&reason, Exit::Usage))
}

fn verdict(found: &LintReport, least: Severity) -> Result<(), Exit> {
    let fails = found.diagnostics.iter().any(|finding| finding.diagnostic.severity >= least);
    match (found.unreadable, fails) {
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
    lines.extend(
        found
            .unserved
            .iter()
            .map(|port| format!("{} {} is not served: {}", port.service, port.port, port.reason)),
    );
    lines.push(totals(&found.totals));
    lines.join("\n")
}

/// `47 operations: 40 lossless, 7 unchecked; 1 error, 2 notes`.
fn totals(totals: &Totals) -> String {
    let Totals { operations, lossless, lossy, unchecked, refused, errors, warnings, notes } = *totals;
    let verdicts = [(lossless, "lossless"), (lossy, "lossy"), (unchecked, "unchecked"), (refused, "refused")];
    let verdicts = verdicts.iter().filter(|(count, _)| *count > 0);
    let verdicts: Vec<String> = verdicts.map(|(count, name)| format!("{count} {name}")).collect();
    let found = [(errors, "error"), (warnings, "warning"), (notes, "note")];
    let found = found.iter().filter(|(count, _)| *count > 0);
    let found: Vec<String> = found.map(|(count, name)| counted(*count, name)).collect();
    let verdicts = if verdicts.is_empty() { String::new() } else { format!(": {}", verdicts.join(", ")) };
    let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
    format!("{}{verdicts}; {found}", counted(operations, "operation"))
}

fn counted(count: usize, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}
