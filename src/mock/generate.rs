//! Answers that nobody has written: made from the contract.

use super::answer::Answer;
use super::mocked_case::MockedCase;
use crate::codec::EncodeOptions;
use crate::describe::{self, Candidate, Converter, Direction, Selection, Style};
use crate::json::Tape;
use crate::plan::{FaultPlan, MessagePlan, OperationPlan};
use crate::samples::{ContractContext, Part, detail_name};
use crate::soap::{FaultKind, Version};

/// The least response of a SOAP backend.
pub(super) fn soap(context: &ContractContext, operation: &OperationPlan, version: Version) -> Answer {
    let Some(json) = context.sample(operation) else { return Answer::accepted() };
    match context.soap_of((&operation.name, Some(version)), Direction::Response, &json) {
        Ok(body) => Answer::soap(200, version, body),
        Err(_) => Answer::fault(version, FaultKind::Server, NONE, None),
    }
}

/// The least response of a JSON backend.
pub(super) fn json(context: &ContractContext, operation: &OperationPlan, status: u16) -> Answer {
    context.sample(operation).map_or_else(Answer::accepted, |json| Answer::json(status, json))
}

/// What to say when no operation declares the fault `name`.
pub fn undeclared(context: &ContractContext, name: &str) -> Option<String> {
    let faults = context.plan.operations().iter().flat_map(|operation| &operation.faults);
    let mut known: Vec<&str> = faults.map(|fault| &*fault.name).collect();
    known.sort_unstable();
    known.dedup();
    let list = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    (!known.contains(&name)).then(|| format!("no operation declares the fault {name}; declared: {list}"))
}

/// The declared fault `name` of `operation` from a SOAP backend: a sample of it, else the least one.
pub(super) fn soap_fault(
    (context, mocked_cases): (&ContractContext, &[&MockedCase]),
    operation: &OperationPlan,
    version: Version,
    name: &str,
) -> Answer {
    let Some(fault) = declared(operation, name) else { return not_declared(version, operation, name) };
    if let Some(mocked) = mocked_cases.iter().find(|mocked| shows(context, mocked, fault)) {
        return mocked.soap(context, operation, version);
    }
    let detail = detail(context, operation, &fault.message)
        .and_then(|json| detail_xml(context, operation, fault, &json));
    let reason = format!("sample of the fault {name}");
    Answer::fault(version, FaultKind::Server, &reason, detail.as_deref())
}

/// The same from a JSON backend.
pub(super) fn json_fault(
    context: &ContractContext,
    mocked_cases: &[&MockedCase],
    operation: &OperationPlan,
    name: &str,
) -> Answer {
    let sample = mocked_cases.iter().find(|mocked| mocked.case.get(Part::FaultJson).is_some());
    if let Some(mocked) = sample {
        return mocked.json(context, operation);
    }
    let json = declared(operation, name).and_then(|fault| detail(context, operation, &fault.message));
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
fn shows(context: &ContractContext, mocked: &MockedCase, fault: &FaultPlan) -> bool {
    let found = mocked.case.get(Part::FaultXml).and_then(|xml| detail_name(xml, &context.limits.xml));
    let Some((found, root)) = found.zip(fault.message.root) else { return false };
    let element = context.plan.element(root);
    *found.local == *element.local && *found.namespace == *context.plan.namespaces().name(element.ns)
}

fn detail(context: &ContractContext, operation: &OperationPlan, message: &MessagePlan) -> Option<Vec<u8>> {
    message.root?;
    let candidate = Candidate { operation, direction: Direction::Response, message };
    Some(describe::sample(&context.plan, &candidate, Style::Minimal, 0))
}

fn detail_xml(
    context: &ContractContext,
    operation: &OperationPlan,
    fault: &FaultPlan,
    json: &[u8],
) -> Option<Vec<u8>> {
    let selection = Selection { operation: Some(operation.name.to_string()), ..Selection::default() };
    let converter = Converter::new(&context.plan, EncodeOptions::default(), &selection, true);
    let candidate = Candidate { operation, direction: Direction::Response, message: &fault.message };
    let mut tape = Tape::new();
    converter.encode(&candidate, tape.parse(json, &context.limits.json).ok()?).ok()
}

const NONE: &str = "no valid response can be made from the contract; write a sample";
