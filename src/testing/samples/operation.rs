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
        [] => Err(format!("it is of no operation of the contract; there are {}", known(terms))),
        several => {
            let several = several.join(", ");
            Err(format!("it could be of {several}; say `operation:` in case.yaml"))
        }
    }
}

fn known(terms: &Terms) -> String {
    let mut names: Vec<&str> = terms.plan.operations().iter().map(|operation| &*operation.name).collect();
    names.dedup();
    names.join(", ")
}

/// The operations that take the first message that some operation takes. SOAP messages say best whose they are.
fn by_messages(case: &Case, terms: &Terms) -> Vec<String> {
    let order = [
        (Part::RequestXml, Direction::Request),
        (Part::ResponseXml, Direction::Response),
        (Part::RequestJson, Direction::Request),
        (Part::ResponseJson, Direction::Response),
    ];
    let found = order.into_iter().filter_map(|(part, direction)| {
        let bytes = case.get(part)?;
        let names = match part {
            Part::RequestXml | Part::ResponseXml => of_xml(terms, direction, bytes),
            _ => of_json(terms, direction, bytes),
        };
        (!names.is_empty()).then_some(names)
    });
    let found = found.into_iter().next();
    found.or_else(|| only(terms)).unwrap_or_default()
}

fn of_xml(terms: &Terms, direction: Direction, xml: &[u8]) -> Vec<String> {
    let begun = terms.begun(direction, xml).unwrap_or_default();
    unique(begun.iter().map(|operation| operation.name.to_string()))
}

fn of_json(terms: &Terms, direction: Direction, json: &[u8]) -> Vec<String> {
    let fits = |name: &String| terms.soap_of((name, None), direction, json).is_ok();
    unique(terms.plan.operations().iter().map(|operation| operation.name.to_string()).filter(fits))
}

/// A contract with one operation leaves no choice.
fn only(terms: &Terms) -> Option<Vec<String>> {
    let names = unique(terms.plan.operations().iter().map(|operation| operation.name.to_string()));
    (names.len() == 1).then_some(names)
}

fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
