//! What has changed between two contracts, and whom it breaks: clients that speak SOAP, clients that speak JSON, backends.
//!
//! Whoever was made for the old contract meets messages of the new one, and the bridge with the new contract meets theirs. A change
//! *narrows* where the new contract refuses what the old one has, and *widens* where it has what the old one refuses; each in SOAP, by
//! the rules of XML Schema, and in JSON, by the compiled plan. Who reads a message says which of the two matters (`breach`).
//!
//! In this order, each file using those before it: `breach`, `kinds`, `place`, `report`; `change`; `language`, `objects`, `simple`;
//! `members`, `model`, `values`, `attributes`, `content`, `walk`; `ports`, `operations`, `contracts`; `files`.

mod attributes;
mod breach;
mod change;
mod content;
mod contracts;
mod files;
mod kinds;
mod language;
mod members;
mod model;
mod objects;
mod operations;
mod place;
mod ports;
mod report;
mod simple;
mod values;
mod walk;

pub use breach::{Breach, Effect, Reader, Verdict, Way, Ways};
pub use files::{FileSide, NamedText, diff_services};
pub use kinds::{KINDS, Kind};
pub use place::Place as DiffPlace;
pub use ports::{Compiled as DiffSide, PortName};
pub use report::{BackendLanguage, DiffReport, DiffTotals, Found, Judgement, Party};

use change::Pair;
use contracts::Faces;

/// What has changed from the contract `old` to the contract `new`.
pub fn diff(old: DiffSide<'_>, new: DiffSide<'_>) -> DiffReport {
    let told = contracts::compare(Pair { old, new }, Faces::Both);
    DiffReport::new(&file(old), &file(new), BackendLanguage::Soap, told)
}

/// The main document of a contract.
fn file(of: DiffSide<'_>) -> String {
    of.contract.documents.first().map_or_else(String::new, |document| document.file.to_string())
}
