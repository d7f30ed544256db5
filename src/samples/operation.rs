//! Which operation a case is of.

use super::case::{Case, Part};
use super::terms::Terms;
use crate::describe::Direction;

/// The operation of `case`: the one that `case.yaml` names, else the one whose messages it has.
///
/// Errors: none or several.
pub fn operation_of(case: &Case, terms: &Terms) -> Result<String, String> {
    let names = match &case.settings.operation {
        Some(name) => terms.operation(name, None).map(|found| found.name.to_string()).into_iter().collect(),
        None => by_messages(case, terms),
    };
    match names.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(format!("it is of no operation of the contract; there are {}", terms.names().join(", "))),
        several => {
            let several = several.join(", ");
            Err(format!("it could be of {several}; say `operation:` in case.yaml"))
        }
    }
}

/// The operations that take the first message that some operation takes. SOAP messages say best whose they are.
fn by_messages(case: &Case, terms: &Terms) -> Vec<String> {
    let mut found = MESSAGES.into_iter().filter_map(|(part, direction)| {
        let bytes = case.get(part)?;
        let names = match part {
            Part::RequestXml | Part::ResponseXml => of_xml(terms, direction, bytes),
            _ => of_json(terms, direction, bytes),
        };
        (!names.is_empty()).then_some(names)
    });
    found.next().or_else(|| only(terms)).unwrap_or_default()
}

const MESSAGES: [(Part, Direction); 4] = [
    (Part::RequestXml, Direction::Request),
    (Part::ResponseXml, Direction::Response),
    (Part::RequestJson, Direction::Request),
    (Part::ResponseJson, Direction::Response),
];

fn of_xml(terms: &Terms, direction: Direction, xml: &[u8]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for operation in terms.begun(direction, xml).unwrap_or_default() {
        if !names.iter().any(|name| **name == *operation.name) {
            names.push(operation.name.to_string());
        }
    }
    names
}

fn of_json(terms: &Terms, direction: Direction, json: &[u8]) -> Vec<String> {
    let fits = |name: &&str| terms.soap_of((name, None), direction, json).is_ok();
    terms.names().into_iter().filter(fits).map(str::to_owned).collect()
}

/// A contract with one operation leaves no choice.
fn only(terms: &Terms) -> Option<Vec<String>> {
    match terms.names().as_slice() {
        [one] => Some(vec![(*one).to_owned()]),
        _ => None,
    }
}
