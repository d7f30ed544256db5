//! The actions of an operation's messages in a header block: WS-Addressing 1.0 Metadata, section 4.4.

use std::sync::Arc;

use super::model::FaultAction;
use super::place::Place;
use crate::xml::ns;

/// The action of the requests of the port type operation `half`: the one that its input names, else `soap_action`, else one that is
/// made of names (section 4.4.4).
pub(super) fn action(half: &Place, soap_action: Option<&str>) -> Arc<str> {
    let input = half.wsdl_children("input").next();
    let explicit = input.as_ref().and_then(named);
    let said = explicit.or(soap_action).map(str::trim).filter(|action| !action.is_empty());
    said.map_or_else(|| made(half, input.as_ref()), Arc::from)
}

/// The action of the answers of the port type operation `half`; empty where it has none.
pub(super) fn answer(half: &Place) -> Arc<str> {
    let Some(output) = half.wsdl_children("output").next() else { return Arc::default() };
    let own = output.name("name");
    // An output without a name is called so (WSDL 1.1, section 2.4.5).
    let name = if own.is_empty() { format!("{}Response", half.name("name")) } else { own.to_owned() };
    match explicit(&output) {
        Some(action) => action,
        None => joined(half, &name),
    }
}

/// The action of a `fault` of the port type operation that it is in.
pub(super) fn fault(half: &Place, fault: &Place) -> FaultAction {
    let delimiter = delimiter(&half.target);
    let name = format!("{}{delimiter}Fault{delimiter}{}", half.name("name"), fault.name("name"));
    match explicit(fault) {
        Some(action) => FaultAction { action, explicit: true },
        None => FaultAction { action: joined(half, &name), explicit: false },
    }
}

/// The action that `message` itself says.
fn explicit(message: &Place) -> Option<Arc<str>> {
    named(message).map(str::trim).filter(|action| !action.is_empty()).map(Arc::from)
}

/// `wsam:Action`, or what it was called before.
fn named(input: &Place) -> Option<&str> {
    let mut all = NAMESPACES.iter();
    all.find_map(|namespace| Some(&*input.tree.attribute_of(input.element, namespace, "Action")?.value))
}

/// `[target namespace][delimiter][port type name][delimiter][input name]`.
fn made(half: &Place, input: Option<&Place>) -> Arc<str> {
    let name = half.name("name");
    let input = match input.map_or("", |input| input.name("name")) {
        // Of an operation with a response the input is called so where it has no name (WSDL 1.1, section 2.4.5).
        "" if half.wsdl_children("output").next().is_some() => format!("{name}Request"),
        "" => name.to_owned(),
        own => own.to_owned(),
    };
    joined(half, &input)
}

/// `[target namespace][delimiter][port type name][delimiter]` and `name`.
fn joined(half: &Place, name: &str) -> Arc<str> {
    let target = &*half.target;
    let delimiter = delimiter(target);
    let around = half.tree.parent(half.element).map(|port_type| half.at(port_type));
    let port_type = around.as_ref().map_or("", |port_type| port_type.name("name"));
    let target = target.strip_suffix(delimiter).map_or(target, |target| target);
    format!("{target}{delimiter}{port_type}{delimiter}{name}").into()
}

fn delimiter(target: &str) -> char {
    if target.starts_with("urn:") { ':' } else { '/' }
}

const NAMESPACES: [&str; 8] = [
    "http://www.w3.org/2007/05/addressing/metadata",
    "http://www.w3.org/2006/05/addressing/wsdl",
    "http://www.w3.org/2006/02/addressing/wsdl",
    "http://www.w3.org/2005/08/addressing/wsdl",
    "http://www.w3.org/2005/02/addressing/wsdl",
    ns::WSA_URI,
    ns::WSA2004_URI,
    "http://schemas.xmlsoap.org/ws/2004/03/addressing",
];
