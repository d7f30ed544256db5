//! Operations of one binding that are hard to tell apart: those of one name (WSDL 1.1 section 2.4), and those whose
//! requests have the same first element, which WS-I Basic Profile 1.1 forbids (R2304, R2710) and real contracts have.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::load::Place;
use super::model::{Body, Operation, PartKind};
use super::services::Builder;
use crate::xml::{QName, Severity};
use crate::xsd::DeclId;

/// An operation and where its binding has it.
pub(super) struct Placed {
    pub(super) operation: Operation,
    pub(super) place: Place,
}

/// Gives every operation but the first of its name a name of its own, and reports requests that are alike.
pub(super) fn told_apart(builder: &mut Builder<'_>, mut all: Vec<Placed>) -> Vec<Operation> {
    let mut taken: HashSet<Arc<str>> = all.iter().map(|placed| placed.operation.name.clone()).collect();
    let mut met = HashSet::new();
    for placed in &mut all {
        if !met.insert(placed.operation.name.clone()) {
            rename(builder, placed, &mut taken);
        }
    }
    report_alike(builder, &all);
    all.into_iter().map(|placed| placed.operation).collect()
}

/// `get` becomes `get_getByName`, after the name of its input. The first of a name keeps it, so that an operation that is
/// added to a contract changes no other.
fn rename(builder: &mut Builder<'_>, placed: &mut Placed, taken: &mut HashSet<Arc<str>>) {
    let name = placed.operation.name.clone();
    let wanted = match &placed.operation.input_name {
        Some(input) => format!("{name}_{input}"),
        None => name.to_string(),
    };
    let numbered = (2_usize..).map(|n| format!("{wanted}_{n}"));
    let mut free = std::iter::once(wanted.clone()).chain(numbered).map(Arc::from);
    let own: Arc<str> =
        free.find(|own| taken.insert(Arc::clone(own))).expect("of infinitely many names one is free");
    let message = format!(
        "operation {name} is overloaded, which WS-I Basic Profile forbids (R2304); this one is called {own}"
    );
    builder.report(placed.place.diagnostic("WSDL0107", Severity::Note, message));
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

fn report_alike(builder: &mut Builder<'_>, all: &[Placed]) {
    let mut met: HashMap<First, Vec<&Operation>> = HashMap::new();
    for Placed { operation, place } in all {
        let Some(first) = first(operation) else { continue };
        let before = met.entry(first).or_default();
        if let Some(other) = before.iter().find(|other| action(other) == action(operation)) {
            let message = format!(
                "operations {} and {} have the same request element and the same SOAPAction: SOAP requests cannot be told apart",
                other.name, operation.name
            );
            builder.report(place.diagnostic("WSDL0109", Severity::Warning, message));
        } else if let Some(other) = before.first() {
            let message = format!(
                "operations {} and {} have the same request element (WS-I Basic Profile, R2710); only the SOAPAction tells them apart",
                other.name, operation.name
            );
            builder.report(place.diagnostic("WSDL0108", Severity::Note, message));
        }
        before.push(operation);
    }
}

fn action(operation: &Operation) -> &str {
    // A binding that says nothing means the empty action (WSDL 1.1 section 3.4).
    operation.action.as_deref().unwrap_or_default()
}
