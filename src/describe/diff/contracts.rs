//! A contract against a contract: what is found once is told for each way that messages go.

use std::collections::BTreeMap;

use super::breach::{Effect, Way, Ways};
use super::change::{Change, Pair};
use super::kinds;
use super::operations::{Operations, Start};
use super::place::{Finder, Place};
use super::ports::Compiled;
use super::report::Told;
use super::walk::{Compared, Walk};
use crate::wsdl::Contract;

/// Which languages are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Faces {
    Both,
    Json,
    Xml,
}

/// What has changed from `old` to `new`.
pub(super) fn compare(contracts: Pair<Compiled<'_>>, faces: Faces) -> Vec<Told<'static>> {
    let operations = Operations::of(contracts);
    let mut walk = Walk::new(Pair { old: contracts.old.side(), new: contracts.new.side() });
    let finders = Pair { old: Finder::new(contracts.old.contract), new: Finder::new(contracts.new.contract) };
    let teller = Teller { finders, faces };
    let mut told: Vec<Told<'static>> = Vec::new();
    let numbers: Vec<usize> =
        operations.starts.iter().map(|start| walk.elements(start.elements, start.anchors)).collect();
    for of in &operations.found {
        let at = Reached { operations: of.operation.iter().cloned().collect(), pointer: String::new() };
        told.extend(teller.tell(&of.change, of.way, at));
    }
    for (key, reached) in reach(walk.compared(), &operations.starts, &numbers) {
        let changes = walk.compared().get(key.pair).into_iter().flat_map(|pair| &pair.changes);
        told.extend(changes.filter_map(|change| teller.tell(change, key.way, reached.clone())));
    }
    if faces != Faces::Json {
        told.extend(policies(Pair { old: contracts.old.contract, new: contracts.new.contract }));
    }
    told
}

struct Teller<'c> {
    finders: Pair<Finder<'c>>,
    faces: Faces,
}

impl<'c> Teller<'c> {
    /// Nothing where the change is in the language that is not compared.
    fn tell(&self, change: &Change<'c>, way: Way, at: Reached) -> Option<Told<'static>> {
        let Effect { xml, json } = change.effect;
        let effect = match self.faces {
            Faces::Both => change.effect,
            Faces::Json => Effect::json(json),
            Faces::Xml => Effect::xml(xml),
        };
        // What is in the other language alone is told there.
        let elsewhere = effect == Effect::NONE && change.effect != Effect::NONE;
        (!elsewhere).then(|| Told {
            kind: change.kind,
            what: change.what.clone(),
            effect,
            way,
            pointer: at.pointer,
            operations: at.operations,
            old: self.finders.old.place(&change.at.old),
            new: self.finders.new.place(&change.at.new),
        })
    }
}

/// Messages of one way that reach a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    pair: usize,
    way: Way,
}

#[derive(Clone, Debug)]
struct Reached {
    operations: Vec<String>,
    pointer: String,
}

/// The pairs with changes, and which messages reach them.
fn reach(compared: &[Compared<'_>], starts: &[Start<'_>], numbers: &[usize]) -> BTreeMap<Key, Reached> {
    let mut found: BTreeMap<Key, Reached> = BTreeMap::new();
    let mut seen = vec![usize::MAX; compared.len()];
    for (round, (start, number)) in starts.iter().zip(numbers).enumerate() {
        let mut path = Path { steps: vec![Step { of: start.pointer, before: None }], waiting: Vec::new() };
        path.waiting.push(Visit { pair: *number, step: 0 });
        // The nearest place first.
        let mut next = 0;
        while let Some(visit) = path.waiting.get(next).copied() {
            next += 1;
            let Some(mark) = seen.get_mut(visit.pair).filter(|mark| **mark != round) else { continue };
            *mark = round;
            let Some(pair) = compared.get(visit.pair) else { continue };
            if !pair.changes.is_empty() {
                let key = Key { pair: visit.pair, way: start.way };
                let fresh = || Reached { operations: Vec::new(), pointer: path.pointer(visit.step) };
                let reached = found.entry(key).or_insert_with(fresh);
                if !reached.operations.contains(&start.operation) {
                    reached.operations.push(start.operation.clone());
                }
            }
            for next in &pair.next {
                path.steps.push(Step { of: &next.step, before: Some(visit.step) });
                path.waiting.push(Visit { pair: next.pair, step: path.steps.len() - 1 });
            }
        }
    }
    found
}

/// The ways from a message to the pairs that it reaches.
struct Path<'s> {
    steps: Vec<Step<'s>>,
    waiting: Vec<Visit>,
}

struct Step<'s> {
    of: &'s str,
    before: Option<usize>,
}

#[derive(Clone, Copy)]
struct Visit {
    pair: usize,
    step: usize,
}

impl Path<'_> {
    fn pointer(&self, step: usize) -> String {
        let steps = std::iter::successors(self.steps.get(step), |step| self.steps.get(step.before?));
        let mut all: Vec<&str> = steps.map(|step| step.of).collect();
        all.reverse();
        all.concat()
    }
}

/// What the policies of the one ask for and those of the other do not.
fn policies(of: Pair<&Contract>) -> Vec<Told<'static>> {
    let asked = |contract: &Contract| -> Vec<(String, Place)> {
        let known =
            contract.diagnostics.iter().filter(|known| ["WSDL0116", "WSDL0118"].contains(&known.code));
        let place = |known: &crate::xml::Diagnostic| Place {
            file: known.file.to_string(),
            line: known.position.line,
            column: known.position.column,
        };
        known.map(|known| (known.message.clone(), place(known))).collect()
    };
    let (old, new) = (asked(of.old), asked(of.new));
    let whole = |contract: &Contract| {
        let file = contract.documents.first().map(|document| document.file.to_string());
        // A contract has the document that it was loaded from.
        Place { file: file.unwrap_or_default(), line: 0, column: 0 }
    };
    let mut told: Vec<Told<'static>> = Vec::new();
    let mut tell = |what: String, ways: Ways, old: Place, new: Place| {
        let (effect, way) = (Effect::xml(ways), Way::Request);
        let (kind, pointer, operations) = (&kinds::POLICY, String::new(), Vec::new());
        told.push(Told { kind, what, effect, way, pointer, operations, old, new });
    };
    for (message, place) in new.iter().filter(|(message, _)| old.iter().all(|(known, _)| known != message)) {
        tell(message.clone(), kinds::POLICY.effect.xml, whole(of.old), place.clone());
    }
    for (message, place) in old.iter().filter(|(message, _)| new.iter().all(|(known, _)| known != message)) {
        let ways = Ways { narrows: None, ..kinds::POLICY.effect.xml };
        tell(format!("not any more: {message}"), ways, place.clone(), whole(of.new));
    }
    told
}
