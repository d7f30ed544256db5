//! `diff`: what has changed between two contracts or two service files, and whom it breaks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::contract::{ContractRoot, Source, WsdlFile};
use super::exit::Exit;
use super::output::{failed, print, print_json};
use super::report::report;
use super::sarif;
use super::services;
use super::typed;
use super::yaml::Tree;
use crate::describe::diff::{
    DiffReport, DiffSide, DiffTotals, FileSide, Found, Judgement, NamedText, Verdict, Way, diff,
    diff_services,
};
use crate::limits::Limits;
use crate::plan::{Compiled, Rules, compile};
use crate::service::Service;
use crate::wsdl::{self, Contract};
use crate::xml::Severity;

/// Say what has changed between two contracts or two service files, and whom it breaks.
///
/// Clients that speak SOAP, clients that speak JSON, and backends, each of which was made for OLD: `breaking`, `possible` where only
/// those break who are strict or nobody can tell, or `safe`. Exits with 1 when something breaks.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify diff --all wsdl/bancbox.wsdl wsdl/bancbox.wsdl
  saponify diff tests/diff/shop/v1.wsdl tests/diff/shop/v2.wsdl || echo someone breaks
  saponify diff --format sarif tests/diff/shop/v1.yaml tests/diff/shop/v2.yaml || echo $?")]
pub(super) struct Diff {
    /// The form of the report.
    #[arg(long, default_value = "human")]
    format: Format,
    /// Safe changes too.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    root: ContractRoot,
    /// The old WSDL or service file.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The new one, of the same kind.
    #[arg(value_name = "NEW")]
    new: PathBuf,
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

impl Diff {
    pub(super) fn run(self) -> Result<(), Exit> {
        let source = |file: &Path| Source::found(file).and_then(|source| self.root.of(source));
        let whole = match (source(&self.old)?, source(&self.new)?) {
            (Source::Wsdl(old), Source::Wsdl(new)) => contracts(&old, &new)?,
            (Source::Config(old), Source::Config(new)) => files(&old, &new)?,
            (Source::Config(config), Source::Wsdl(wsdl)) | (Source::Wsdl(wsdl), Source::Config(config)) => {
                let (config, wsdl) = (config.display(), wsdl.name());
                let reason = format!(
                    "{config} is a service file and {wsdl} a WSDL; expected two of one kind: the WSDL of a service file is in its `contract.wsdl`"
                );
                return Err(failed(&reason, Exit::Usage));
            }
        };
        let totals = whole.totals;
        let found = if self.all { whole } else { whole.without_safe() };
        match self.format {
            Format::Human => print(human(&found, self.all)),
            Format::Json => print_json(&found),
            Format::Sarif => print_json(&sarif::changes(&found)),
        }?;
        if totals.breaking > 0 { Err(Exit::Findings) } else { Ok(()) }
    }
}

fn contracts(old: &WsdlFile, new: &WsdlFile) -> Result<DiffReport, Exit> {
    let (old, new) = (Loaded::of(old)?, Loaded::of(new)?);
    Ok(diff(old.side(), new.side()))
}

/// A contract with its program.
struct Loaded {
    contract: Contract,
    compiled: Compiled,
}

impl Loaded {
    /// Errors: told.
    fn of(wsdl: &WsdlFile) -> Result<Self, Exit> {
        let told = |problems: Vec<_>| {
            report(&problems);
            Exit::Input
        };
        let contract =
            wsdl::load(&wsdl.name(), &mut wsdl.fetch(), &Limits::default().contract).map_err(told)?;
        let compiled = compile(&contract, &Rules::default()).map_err(told)?;
        // What is missing or broken is not compared, so that whoever reads the report has to know.
        let errors = contract.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        report(&errors.cloned().collect::<Vec<_>>());
        Ok(Self { contract, compiled })
    }

    fn side(&self) -> DiffSide<'_> {
        DiffSide { contract: &self.contract, plan: &self.compiled.plan, port: None }
    }
}

fn files(old: &Path, new: &Path) -> Result<DiffReport, Exit> {
    let (old, new) = (ServiceFile::of(old)?, ServiceFile::of(new)?);
    Ok(diff_services(old.side(), new.side()))
}

/// A service file with what it refers to.
struct ServiceFile {
    texts: Vec<NamedText>,
    service: Service,
    loaded: Loaded,
    limits: BTreeMap<String, u64>,
}

impl ServiceFile {
    /// Errors: told.
    fn of(path: &Path) -> Result<Self, Exit> {
        let service = services::load_one(path, None)?;
        let loaded = Loaded::of(&Source::Config(path.to_owned()).document()?)?;
        let limits = serde_json::to_value(service.limits).map_err(|error| failed(&error, Exit::Internal))?;
        let mut numbers = BTreeMap::new();
        add_numbers(&limits, "", &mut numbers);
        Ok(Self { texts: texts(path)?, service, loaded, limits: numbers })
    }

    fn side(&self) -> FileSide<'_> {
        FileSide {
            files: &self.texts,
            service: &self.service,
            contract: &self.loaded.contract,
            plain: &self.loaded.compiled.plan,
            limits: &self.limits,
        }
    }
}

/// The text of a service file, and that of the one that it includes.
fn texts(path: &Path) -> Result<Vec<NamedText>, Exit> {
    let own = text(path)?;
    // It was loaded, so that it can be read; what a parser says of it may show what must not be shown.
    let tree: Tree =
        typed::read(&own.text).map_err(|_| failed(&"the file has changed", Exit::Configuration))?;
    let folder = path.parent().expect("a file that was read is in a folder");
    let included = tree.get("include").map(|include| text(&folder.join(include.text())));
    Ok([own].into_iter().chain(included.transpose()?).collect())
}

fn text(path: &Path) -> Result<NamedText, Exit> {
    let name = path.to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| failed(&format!("{name}: {error}"), Exit::Configuration))?;
    Ok(NamedText { name, text })
}

fn add_numbers(value: &serde_json::Value, at: &str, found: &mut BTreeMap<String, u64>) {
    if let Some(members) = value.as_object() {
        for (key, value) in members {
            let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
            add_numbers(value, &at, found);
        }
    }
    found.extend(value.as_u64().map(|number| (at.to_owned(), number)));
}

fn human(found: &DiffReport, all: bool) -> String {
    let mut lines: Vec<String> = found.changes.iter().flat_map(change_lines).collect();
    lines.push(totals(&found.totals, all));
    lines.join("\n")
}

fn change_lines(change: &Found) -> Vec<String> {
    let Found { code, verdict, message, old, new, .. } = change;
    let mut lines = vec![format!("{:<9} {code}  {message}", verdict.name())];
    lines.extend(place(change).map(|place| format!("          {place}")));
    lines.push(format!("          old  {old}"));
    lines.push(format!("          new  {new}"));
    let parties = [
        ("SOAP clients", change.soap_clients),
        ("JSON clients", change.json_clients),
        ("backends", change.backends),
    ];
    let broken = parties.into_iter().filter(|(_, of)| of.verdict != Verdict::Safe);
    lines.extend(broken.map(|(name, Judgement { verdict, why })| {
        // Whoever is not safe is so for a reason.
        format!("          {name}: {}, {}", verdict.name(), why.unwrap_or_default())
    }));
    lines.push(String::new());
    lines
}

/// `in requests of updateClient, at /address`.
fn place(change: &Found) -> Option<String> {
    let Found { operations, more_operations, pointer, way, .. } = change;
    let way = match way {
        Way::Request => "requests",
        Way::Response => "responses",
    };
    let more = if *more_operations > 0 { format!(" and {more_operations} more") } else { String::new() };
    let at = if pointer.is_empty() { String::new() } else { format!(", at {pointer}") };
    (!operations.is_empty()).then(|| format!("in {way} of {}{more}{at}", operations.join(", ")))
}

fn totals(totals: &DiffTotals, all: bool) -> String {
    let DiffTotals { breaking, possible, safe } = *totals;
    let hidden = if safe > 0 && !all { " (--all shows them)" } else { "" };
    let changes = breaking + possible + safe;
    let s = if changes == 1 { "" } else { "s" };
    format!("{changes} change{s}: {breaking} breaking, {possible} possible, {safe} safe{hidden}")
}
