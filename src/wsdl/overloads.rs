//! Operations of one binding that are hard to tell apart: those of one name (WSDL 1.1 section 2.4), and those whose
//! requests have the same first element, which WS-I Basic Profile 1.1 forbids (R2304, R2710) and real contracts have.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::joiner::Joiner;
use super::model::{Body, Operation, PartKind};
use super::place::Place;
use super::problem::Problem;
use crate::xml::QName;
use crate::xsd::DeclId;

/// An operation and where its binding has it.
pub(super) struct Placed {
    pub(super) operation: Operation,
    pub(super) place: Place,
}

/// Gives every operation but the first of its name a name of its own, and reports requests that are alike.
pub(super) fn told_apart(joiner: &mut Joiner<'_>, mut all: Vec<Placed>) -> Vec<Operation> {
    let mut taken: HashSet<Arc<str>> = all.iter().map(|placed| placed.operation.name.clone()).collect();
    let mut met: HashMap<Arc<str>, usize> = HashMap::new();
    for placed in &mut all {
        let count = met.entry(placed.operation.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            rename(joiner, placed, *count, &mut taken);
        }
    }
    report_alike(joiner, &all);
    all.into_iter().map(|placed| placed.operation).collect()
}

/// Names the `nth` operation of a name after its input: `get` becomes `getByName`, or `get_getByName` where something else has that name.
/// The first of a name keeps it, so that an operation that is added to a contract changes no other.
fn rename(joiner: &mut Joiner<'_>, placed: &mut Placed, nth: usize, taken: &mut HashSet<Arc<str>>) {
    let name = placed.operation.name.clone();
    let input = placed.operation.input_name.clone();
    let wanted = match &input {
        Some(input) => format!("{name}_{input}"),
        None => name.to_string(),
    };
    let numbered = (nth..).map(|n| format!("{wanted}_{n}"));
    let named = [wanted.clone()].into_iter().chain(numbered).map(Arc::from);
    let mut free = input.into_iter().chain(named);
    let own: Arc<str> =
        free.find(|own| taken.insert(Arc::clone(own))).expect("of infinitely many names one is free");
    let problem = Problem::Overloaded { name: name.to_string(), own: own.to_string() };
    joiner.report(&placed.place, &problem);
    placed.operation.name = own;
}

/// What the Body of a request begins with, as far as one element decides that.
#[derive(PartialEq, Eq, Hash)]
enum First {
    Element(DeclId),
    Nothing,
    Wrapper(QName),
}

fn first(operation: &Operation) -> Option<First> {
    if operation.callback || operation.refused.is_some() {
        return None;
    }
    match &operation.input.as_ref()?.body {
        Body::Document(parts) => match parts.as_slice() {
            [] => Some(First::Nothing),
            [part] => match part.kind {
                PartKind::Element(id) => Some(First::Element(id)),
                PartKind::Type(_) | PartKind::Unknown(_) => None,
            },
            _ => None,
        },
        Body::Rpc { wrapper, .. } => Some(First::Wrapper(wrapper.clone())),
        Body::Unknown(_) => None,
    }
}

fn report_alike(joiner: &mut Joiner<'_>, all: &[Placed]) {
    let mut met: HashMap<First, Vec<&Operation>> = HashMap::new();
    for Placed { operation, place } in all {
        let Some(first) = first(operation) else { continue };
        let before = met.entry(first).or_default();
        let same = before.iter().find(|other| action(other) == action(operation));
        if let Some(other) = same.or(before.first()) {
            let (one, other) = (other.name.to_string(), operation.name.to_string());
            let problem = match same {
                Some(_) => Problem::Alike { one, other },
                None => Problem::AlikeButAction { one, other },
            };
            joiner.report(place, &problem);
        }
        before.push(operation);
    }
}

fn action(operation: &Operation) -> &str {
    // A binding that says nothing means the empty action (WSDL 1.1 section 3.4).
    operation.action.as_deref().unwrap_or_default()
}
