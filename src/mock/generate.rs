//! Answers that nobody has written: made from the contract.

use super::answer::Answer;
use super::scene::Scene;
use crate::codec::EncodeOptions;
use crate::describe::{self, Candidate, Converter, Direction, Selection, Style};
use crate::json::Tape;
use crate::plan::{FaultPlan, MessagePlan, OperationPlan};
use crate::samples::{Part, Terms, detail_name};
use crate::soap::{FaultKind, Version};

/// The least response of a SOAP backend.
pub(super) fn soap(terms: &Terms, operation: &OperationPlan, version: Version) -> Answer {
    let Some(json) = terms.sample(operation) else { return Answer::accepted() };
    match terms.soap_of((&operation.name, Some(version)), Direction::Response, &json) {
        Ok(body) => Answer::soap(200, version, body),
        Err(_) => Answer::fault(version, FaultKind::Server, NONE, None),
    }
}

/// The least response of a JSON backend.
pub(super) fn json(terms: &Terms, operation: &OperationPlan, status: u16) -> Answer {
    terms.sample(operation).map_or_else(Answer::accepted, |json| Answer::json(status, json))
}

/// What to say when no operation declares the fault `name`.
pub fn undeclared(terms: &Terms, name: &str) -> Option<String> {
    let faults = terms.plan.operations().iter().flat_map(|operation| &operation.faults);
    let mut known: Vec<&str> = faults.map(|fault| &*fault.name).collect();
    known.sort_unstable();
    known.dedup();
    let list = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    (!known.contains(&name)).then(|| format!("no operation declares the fault {name}; declared: {list}"))
}

/// The declared fault `name` of `operation` from a SOAP backend: a sample of it, else the least one.
pub(super) fn soap_fault(
    (terms, scenes): (&Terms, &[&Scene]),
    operation: &OperationPlan,
    version: Version,
    name: &str,
) -> Answer {
    let Some(fault) = declared(operation, name) else { return not_declared(version, operation, name) };
    if let Some(scene) = scenes.iter().find(|scene| shows(terms, scene, fault)) {
        return scene.soap(terms, operation, version);
    }
    let detail =
        detail(terms, operation, &fault.message).and_then(|json| detail_xml(terms, operation, fault, &json));
    let reason = format!("sample of the fault {name}");
    Answer::fault(version, FaultKind::Server, &reason, detail.as_deref())
}

/// The same from a JSON backend.
pub(super) fn json_fault(terms: &Terms, scenes: &[&Scene], operation: &OperationPlan, name: &str) -> Answer {
    let sample = scenes.iter().find(|scene| scene.case.get(Part::FaultJson).is_some());
    if let Some(scene) = sample {
        return scene.json(terms, operation);
    }
    let json = declared(operation, name).and_then(|fault| detail(terms, operation, &fault.message));
    match json {
        Some(json) => Answer::json(500, json),
        None => Answer::failure(500, &format!("{} declares no fault {name}", operation.name)),
    }
}

fn declared<'p>(operation: &'p OperationPlan, name: &str) -> Option<&'p FaultPlan> {
    operation.faults.iter().find(|fault| *fault.name == *name)
}

fn not_declared(version: Version, operation: &OperationPlan, name: &str) -> Answer {
    let reason = format!("{} declares no fault {name}", operation.name);
    Answer::fault(version, FaultKind::Client, &reason, None)
}

/// Whether `fault` is in the sample's `fault.xml`.
fn shows(terms: &Terms, scene: &Scene, fault: &FaultPlan) -> bool {
    let found = scene.case.get(Part::FaultXml).and_then(|xml| detail_name(xml, &terms.limits.xml));
    let Some((found, root)) = found.zip(fault.message.root) else { return false };
    let element = terms.plan.element(root);
    *found.local == *element.local && *found.namespace == *terms.plan.namespaces().name(element.ns)
}

fn detail(terms: &Terms, operation: &OperationPlan, message: &MessagePlan) -> Option<Vec<u8>> {
    message.root?;
    let candidate = Candidate { operation, direction: Direction::Response, message };
    Some(describe::sample(&terms.plan, &candidate, Style::Minimal, 0))
}

fn detail_xml(terms: &Terms, operation: &OperationPlan, fault: &FaultPlan, json: &[u8]) -> Option<Vec<u8>> {
    let selection = Selection { operation: Some(operation.name.to_string()), ..Selection::default() };
    let converter = Converter::new(&terms.plan, EncodeOptions::default(), &selection, true);
    let candidate = Candidate { operation, direction: Direction::Response, message: &fault.message };
    let mut tape = Tape::new();
    converter.encode(&candidate, tape.parse(json, &terms.limits.json).ok()?).ok()
}

const NONE: &str = "no valid response can be made from the contract; write a sample";
