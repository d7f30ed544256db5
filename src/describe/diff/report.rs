//! What is told of a comparison.

use std::collections::HashMap;

use serde::Serialize;

use super::breach::{Effect, Reader, Verdict, Way};
use super::kinds::Kind;
use super::place::Place;
use crate::limits::DIFF_NAMED;

/// What has changed between two contracts, or two service files.
#[derive(Clone, Debug, Serialize)]
pub struct DiffReport {
    /// The version of this form.
    pub schema_version: u32,
    /// The old file.
    pub old: String,
    /// The new file.
    pub new: String,
    /// How many changes there are of each verdict, those included that are not told.
    pub totals: DiffTotals,
    /// The changes, the worst first.
    pub changes: Vec<Found>,
}

/// How many changes there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DiffTotals {
    /// Those that break someone.
    pub breaking: usize,
    /// Those that break who is strict, or of which nobody can tell.
    pub possible: usize,
    /// Those that break nobody.
    pub safe: usize,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Its stable code.
    pub code: &'static str,
    /// What kind of change it is.
    pub title: &'static str,
    /// The worst of the three verdicts.
    pub verdict: Verdict,
    /// What has changed.
    pub message: String,
    /// In what clients send, or in what they get.
    pub way: Way,
    /// Where in the message, as a JSON Pointer, by the first operation.
    pub pointer: String,
    /// The operations; not more than a few.
    pub operations: Vec<String>,
    /// How many more operations there are.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_operations: usize,
    /// For clients that speak SOAP.
    pub soap_clients: Judgement,
    /// For clients that speak JSON.
    pub json_clients: Judgement,
    /// For backends.
    pub backends: Judgement,
    /// Where it was.
    pub old: Place,
    /// Where it is.
    pub new: Place,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// What a change is for one party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// How bad it is.
    pub verdict: Verdict,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
}

/// The language of backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackendLanguage {
    /// JSON.
    Json,
    /// SOAP.
    Soap,
}

/// Who is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// A backend that was made for the old contract.
    Backend(BackendLanguage),
    /// A client that was made for the old contract and speaks JSON.
    JsonClient,
    /// The same in SOAP.
    SoapClient,
}

impl Party {
    /// What `effect` is for the party in messages that go this way.
    pub fn judge(self, effect: &Effect, way: Way) -> Judgement {
        let (ways, reader) = match self {
            Self::Backend(BackendLanguage::Json) => (effect.json, Reader::of_backend(way)),
            Self::Backend(BackendLanguage::Soap) => (effect.xml, Reader::of_backend(way)),
            Self::JsonClient => (effect.json, Reader::of_client(way)),
            Self::SoapClient => (effect.xml, Reader::of_client(way)),
        };
        match reader.meets(ways) {
            None => Judgement { verdict: Verdict::Safe, why: None },
            Some(breach) => Judgement { verdict: reader.verdict(breach), why: Some(reader.reason(breach)) },
        }
    }
}

/// A change in messages that go one way.
pub(super) struct Told<'k> {
    pub(super) kind: &'k Kind,
    pub(super) what: String,
    pub(super) effect: Effect,
    pub(super) way: Way,
    pub(super) pointer: String,
    pub(super) operations: Vec<String>,
    pub(super) old: Place,
    pub(super) new: Place,
}

impl DiffReport {
    /// The report on `told`, the changes between the files `old` and `new`.
    pub(super) fn new(old: &str, new: &str, language: BackendLanguage, told: Vec<Told<'static>>) -> Self {
        let mut changes: Vec<Found> = Vec::new();
        let mut known: HashMap<_, usize> = HashMap::new();
        for told in told {
            let found = told.judged(language);
            // Copies of a type, as messages of rpc have them, are one.
            let key = (found.code, found.way, found.old.clone(), found.new.clone(), found.message.clone());
            match known.get(&key).and_then(|at| changes.get_mut(*at)) {
                Some(known) => known.add(found),
                None => {
                    known.insert(key, changes.len());
                    changes.push(found);
                }
            }
        }
        changes.sort_by(|a, b| {
            let key =
                |of: &Found| (std::cmp::Reverse(of.verdict), of.new.clone(), of.old.clone(), of.code, of.way);
            key(a).cmp(&key(b))
        });
        let mut report = Self {
            schema_version: 1,
            old: old.to_owned(),
            new: new.to_owned(),
            totals: DiffTotals::default(),
            changes,
        };
        report.totals = DiffTotals::of(&report.changes);
        report
    }

    /// Without the changes that break nobody.
    pub fn without_safe(self) -> Self {
        let changes = self.changes.into_iter().filter(|change| change.verdict != Verdict::Safe).collect();
        Self { changes, ..self }
    }
}

impl DiffTotals {
    fn of(changes: &[Found]) -> Self {
        let of = |verdict| changes.iter().filter(|change| change.verdict == verdict).count();
        Self { breaking: of(Verdict::Breaking), possible: of(Verdict::Possible), safe: of(Verdict::Safe) }
    }
}

impl Told<'static> {
    fn judged(self, language: BackendLanguage) -> Found {
        let Self { kind, what, effect, way, pointer, mut operations, old, new } = self;
        let soap_clients = Party::SoapClient.judge(&effect, way);
        let json_clients = Party::JsonClient.judge(&effect, way);
        let backends = Party::Backend(language).judge(&effect, way);
        let verdict = soap_clients.verdict.max(json_clients.verdict).max(backends.verdict);
        let more_operations = operations.len().saturating_sub(DIFF_NAMED);
        operations.truncate(DIFF_NAMED);
        Found {
            code: kind.code,
            title: kind.title,
            verdict,
            message: what,
            way,
            pointer,
            operations,
            more_operations,
            soap_clients,
            json_clients,
            backends,
            old,
            new,
        }
    }
}

impl Found {
    /// The same change found again: in a copy of the type, or in the other language.
    fn add(&mut self, other: Self) {
        for (own, of) in [
            (&mut self.soap_clients, other.soap_clients),
            (&mut self.json_clients, other.json_clients),
            (&mut self.backends, other.backends),
        ] {
            if own.verdict < of.verdict {
                *own = of;
            }
        }
        self.verdict = self.verdict.max(other.verdict);
        let new: Vec<String> =
            other.operations.into_iter().filter(|name| !self.operations.contains(name)).collect();
        self.operations.extend(new);
        self.more_operations = self.more_operations.max(other.more_operations);
        self.more_operations += self.operations.len().saturating_sub(DIFF_NAMED);
        self.operations.truncate(DIFF_NAMED);
    }
}
