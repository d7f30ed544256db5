//! A declared fault as every answer: a sample of it, else the least one.

use super::answer::Answer;
use super::generate::NoResponse;
use super::mocked_case::MockedCase;
use crate::codec::EncodeOptions;
use crate::describe::{self, Candidate, Converter, Direction, Selection, Style, TooLarge};
use crate::json::Tape;
use crate::plan::{FaultPlan, OperationPlan};
use crate::samples::{ContractContext, Part};
use crate::soap::{FaultKind, Version};

/// The fault that a client of a SOAP mock gets.
pub(super) struct Asked<'a> {
    pub(super) operation: &'a OperationPlan,
    pub(super) version: Version,
    pub(super) name: &'a str,
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

/// The fault from a SOAP backend.
pub(super) fn soap(context: &ContractContext, cases: &[&MockedCase], asked: &Asked<'_>) -> Answer {
    let Asked { operation, version, name } = *asked;
    let Some(fault) = declared(operation, name) else {
        return Answer::fault(version, FaultKind::Client, &not_declared(operation, name), None);
    };
    if let Some(case) = cases.iter().find(|case| shows(context, case, fault)) {
        return case.soap(context, operation, version);
    }
    let reason = format!("sample of the fault {name}");
    match detail_xml(context, operation, fault) {
        Ok(detail) => Answer::fault(version, FaultKind::Server, &reason, detail.as_deref()),
        Err(error) => Answer::fault(version, FaultKind::Server, &error.to_string(), None),
    }
}

/// The fault from a JSON backend.
pub(super) fn json(
    context: &ContractContext,
    cases: &[&MockedCase],
    operation: &OperationPlan,
    name: &str,
) -> Answer {
    if let Some(case) = cases.iter().find(|case| case.case.get(Part::FaultJson).is_some()) {
        return case.json(context, operation);
    }
    let least = |fault| Ok(detail(context, operation, fault)?.map(|json| (fault, json)));
    match declared(operation, name).map_or(Ok::<_, TooLarge>(None), least) {
        Ok(Some((fault, json))) => {
            Answer::json(500, describe::sample_json(&describe::sample_fault(fault, json)))
        }
        Ok(None) => Answer::failure(500, &not_declared(operation, name)),
        Err(error) => Answer::failure(500, &error.to_string()),
    }
}

fn declared<'p>(operation: &'p OperationPlan, name: &str) -> Option<&'p FaultPlan> {
    operation.faults.iter().find(|fault| *fault.name == *name)
}

fn not_declared(operation: &OperationPlan, name: &str) -> String {
    format!("{} declares no fault {name}", operation.name)
}

/// Whether `fault` is in the sample's `fault.xml`.
fn shows(context: &ContractContext, case: &MockedCase, fault: &FaultPlan) -> bool {
    let Some((found, root)) = case.detail.as_ref().zip(fault.message.root) else { return false };
    let element = context.plan.element(root);
    *found.local == *element.local && *found.namespace == *context.plan.namespaces().name(element.ns)
}

/// The least detail, if the fault has one.
fn detail(
    context: &ContractContext,
    operation: &OperationPlan,
    fault: &FaultPlan,
) -> Result<Option<Vec<u8>>, TooLarge> {
    if fault.message.root.is_none() {
        return Ok(None);
    }
    let candidate = Candidate { operation, direction: Direction::Response, message: &fault.message };
    describe::sample(&context.plan, &candidate, Style::Minimal, 0).map(Some)
}

fn detail_xml(
    context: &ContractContext,
    operation: &OperationPlan,
    fault: &FaultPlan,
) -> Result<Option<Vec<u8>>, NoResponse> {
    let Some(json) = detail(context, operation, fault).map_err(|_| NoResponse)? else { return Ok(None) };
    let selection = Selection { operation: Some(operation.name.to_string()), ..Selection::default() };
    let converter = Converter::new(&context.plan, EncodeOptions::default(), &selection, true);
    let candidate = Candidate { operation, direction: Direction::Response, message: &fault.message };
    let mut tape = Tape::new();
    let value = tape.parse(&json, &context.limits.json).map_err(|_| NoResponse)?;
    converter.encode(&candidate, value).map(Some).map_err(|_| NoResponse)
}
