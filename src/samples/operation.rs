//! Which operation a case is of.

use super::case::{Case, Part};
use super::context::ContractContext;
use crate::describe::Direction;

/// The operation of `case`: the one that `case.yaml` names, else the one whose messages it has.
///
/// Errors: none or several.
pub fn operation_of(case: &Case, context: &ContractContext) -> Result<String, String> {
    let names = match &case.settings.operation {
        Some(name) => context.operation(name, None).map(|found| found.name.to_string()).into_iter().collect(),
        None => by_messages(case, context),
    };
    match names.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(format!("it is of no operation of the contract; there are {}", context.names().join(", "))),
        several => {
            let several = several.join(", ");
            Err(format!("it could be of {several}; say `operation:` in case.yaml"))
        }
    }
}

/// The operations that take the first message that some operation takes. SOAP messages say best whose they are.
fn by_messages(case: &Case, context: &ContractContext) -> Vec<String> {
    let mut found = MESSAGES.into_iter().filter_map(|(part, direction)| {
        let bytes = case.get(part)?;
        let names = match part {
            Part::RequestXml | Part::ResponseXml => of_xml(context, direction, bytes),
            _ => of_json(context, direction, bytes),
        };
        (!names.is_empty()).then_some(names)
    });
    found.next().or_else(|| only(context)).unwrap_or_default()
}

const MESSAGES: [(Part, Direction); 4] = [
    (Part::RequestXml, Direction::Request),
    (Part::ResponseXml, Direction::Response),
    (Part::RequestJson, Direction::Request),
    (Part::ResponseJson, Direction::Response),
];

fn of_xml(context: &ContractContext, direction: Direction, xml: &[u8]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for operation in context.begun(direction, xml).unwrap_or_default() {
        if !names.iter().any(|name| **name == *operation.name) {
            names.push(operation.name.to_string());
        }
    }
    names
}

fn of_json(context: &ContractContext, direction: Direction, json: &[u8]) -> Vec<String> {
    let fits = |name: &&str| context.soap_of((name, None), direction, json).is_ok();
    context.names().into_iter().filter(fits).map(str::to_owned).collect()
}

/// A contract with one operation leaves no choice.
fn only(context: &ContractContext) -> Option<Vec<String>> {
    match context.names().as_slice() {
        [one] => Some(vec![(*one).to_owned()]),
        _ => None,
    }
}
