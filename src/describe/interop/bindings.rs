//! Bindings, services, and the documents that they stand in.

use std::collections::{HashMap, HashSet};

use super::names::mangled;
use super::survey::{Node, Survey, Trap};
use crate::wsdl::SoapVersion;
use crate::xml::{QName, ns};

pub(super) fn look(survey: &mut Survey<'_>) {
    encoded(survey);
    versions(survey);
    imports(survey);
    unsaid(survey);
    absent_parts(survey);
    no_service(survey);
    unmatched_faults(survey);
    unmatched_names(survey);
    services(survey);
}

const ENCODED: Trap = Trap {
    code: "INTEROP0406",
    trips: "wsimport 4.0.3 and CXF 4.0.5 make no code",
    mend: "offer a port with a literal binding beside it; users of Java need Axis 1.4",
};

/// A body with `use="encoded"`, once in each binding.
fn encoded(survey: &mut Survey<'_>) {
    let mut last = None;
    let bodies =
        [ns::WSDL_SOAP11_URI, ns::WSDL_SOAP12_URI].map(|namespace| survey.all(namespace, "body")).concat();
    for body in bodies.into_iter().filter(|body| body.attribute("use") == Some("encoded")) {
        let mut around = std::iter::successors(Some(body), |node| node.parent());
        let name = around.find(|node| node.is(ns::WSDL_URI, "binding")).map(|node| node.value("name"));
        if let Some(name) = name.filter(|_| last != name) {
            last = Some(name);
            survey.note(&ENCODED, body, format!("the binding {name} is encoded"));
        }
    }
}

const VERSIONS: Trap = Trap {
    code: "INTEROP0407",
    trips: "Mono 6.8.0 (wsdl) makes no class, and suds 1.2.0 and gowsdl 0.5.0 send it envelopes of SOAP 1.1",
    mend: "offer a port with a SOAP 1.1 binding beside it",
};

/// No port of a service speaks SOAP 1.1.
fn versions(survey: &mut Survey<'_>) {
    let contract = survey.contract;
    for service in &contract.services {
        let old = service.ports.iter().any(|port| port.binding.version == SoapVersion::V11);
        let node = survey
            .wsdl("service")
            .into_iter()
            .find(|node| node.attribute("name") == Some(&service.name.local));
        if let Some(node) = node.filter(|_| !old && !service.ports.is_empty()) {
            survey.note(
                &VERSIONS,
                node,
                format!("the service {} has no port with SOAP 1.1", service.name.local),
            );
        }
    }
}

const IMPORTS: Trap = Trap {
    code: "INTEROP0410",
    trips: "gowsdl 0.5.0 reads the first document alone: its code has no operations, and does not compile",
    mend: "offer the contract as one document, too; schemas may stay where they are",
};

/// A contract in several WSDL documents.
fn imports(survey: &mut Survey<'_>) {
    for import in survey.wsdl("import") {
        let what = format!("an import of the WSDL document of namespace {}", import.value("namespace"));
        survey.note(&IMPORTS, import, what);
    }
}

const UNSAID: Trap = Trap {
    code: "INTEROP0411",
    trips: "wsimport 4.0.3 makes no code, and for a fault Axis 1.4 and Mono 6.8.0 (wsdl) make none either",
    mend: "write <soap:body use=\"literal\"/>, or <soap:fault name=\"…\" use=\"literal\"/>, into it (WSDL 1.1, sections 3.5 and 3.6)",
};

/// An input, output or fault of a binding that does not say how it is written.
fn unsaid(survey: &mut Survey<'_>) {
    let bindings = survey.wsdl("binding").into_iter().filter(|binding| has_soap(*binding, "binding"));
    let operations = bindings.flat_map(Node::children).filter(|node| node.is(ns::WSDL_URI, "operation"));
    let sides =
        operations.flat_map(Node::children).filter(|side| &*side.element().name.namespace == ns::WSDL_URI);
    for side in sides.collect::<Vec<_>>() {
        let extension = match &*side.element().name.local {
            "input" | "output" => "body",
            "fault" => "fault",
            _ => continue,
        };
        if !has_soap(side, extension) {
            let what = format!("the {} of a binding has no soap:{extension}", side.element().name.local);
            survey.note(&UNSAID, side, what);
        }
    }
}

/// Whether an extension of SOAP stands in a node, or in the MIME parts inside of it.
fn has_soap(node: Node<'_>, local: &str) -> bool {
    let mut open: Vec<Node<'_>> = node.children().collect();
    while let Some(node) = open.pop() {
        if [ns::WSDL_SOAP11_URI, ns::WSDL_SOAP12_URI].iter().any(|uri| node.is(uri, local)) {
            return true;
        }
        open.extend(node.children());
    }
    false
}

const ABSENT_PARTS: Trap = Trap {
    code: "INTEROP0412",
    trips: "wsimport 4.0.3 and Mono 6.8.0 (wsdl) make no code",
    mend: "name parts of the message there, or take the attribute out, which means all parts",
};

/// A body that names a part which its message does not have.
fn absent_parts(survey: &mut Survey<'_>) {
    let operations = operations(survey);
    let messages: HashMap<QName, Node<'_>> = survey
        .wsdl("message")
        .into_iter()
        .map(|message| (QName::new(message.target(), message.value("name")), message))
        .collect();
    let bodies =
        [ns::WSDL_SOAP11_URI, ns::WSDL_SOAP12_URI].map(|namespace| survey.all(namespace, "body")).concat();
    for body in bodies {
        let of = messages_of(body, &operations);
        let parts: HashSet<&str> = of
            .iter()
            .filter_map(|name| messages.get(name))
            .flat_map(|message| message.children())
            .map(|part| part.value("name"))
            .collect();
        let absent = body.value("parts").split_whitespace().find(|name| !parts.contains(name));
        if let Some(name) = absent.filter(|_| of.iter().any(|name| messages.contains_key(name))) {
            survey.note(
                &ABSENT_PARTS,
                body,
                format!("a body of the part {name}, which its message does not have"),
            );
        }
    }
}

/// The operations of port types, by port type and name.
type Operations<'c> = HashMap<(QName, &'c str), Vec<Node<'c>>>;

fn operations<'c>(survey: &Survey<'c>) -> Operations<'c> {
    let mut operations = Operations::new();
    for port_type in survey.wsdl("portType") {
        let name = QName::new(port_type.target(), port_type.value("name"));
        for operation in port_type.children() {
            operations.entry((name.clone(), operation.value("name"))).or_default().push(operation);
        }
    }
    operations
}

/// The messages that a body of a binding may be of: several where operations share a name.
fn messages_of<'c>(body: Node<'c>, operations: &Operations<'c>) -> Vec<QName> {
    let mut around = std::iter::successors(body.parent(), |node| node.parent());
    let side = around.find(|node| node.is(ns::WSDL_URI, "input") || node.is(ns::WSDL_URI, "output"));
    let sides = side.into_iter().flat_map(|side| sides_of(side, operations));
    sides.filter_map(|side| side.reference("message")).collect()
}

/// What an input, output or fault of a binding binds: those of the kind in the operations of its name.
fn sides_of<'c>(bound: Node<'c>, operations: &Operations<'c>) -> Vec<Node<'c>> {
    let of = || {
        let operation = bound.parent()?;
        let port_type = operation.parent()?.reference("type")?;
        operations.get(&(port_type, operation.value("name")))
    };
    let sides = of().into_iter().flatten().flat_map(|operation| operation.children());
    sides.filter(|side| side.element().name == bound.element().name).collect()
}

const UNMATCHED: Trap = Trap {
    code: "INTEROP0415",
    trips: "wsimport 4.0.3 and Axis 1.4 make no code",
    mend: "give it the name of the fault of the operation (WSDL 1.1, section 2.5)",
};

/// A fault of a binding whose operation has none of its name.
fn unmatched_faults(survey: &mut Survey<'_>) {
    let operations = operations(survey);
    let in_binding = |fault: &Node<'_>| {
        fault.parent().and_then(Node::parent).is_some_and(|parent| parent.is(ns::WSDL_URI, "binding"))
    };
    for fault in survey.wsdl("fault").into_iter().filter(in_binding) {
        let bound = sides_of(fault, &operations);
        if !bound.iter().any(|side| side.value("name") == fault.value("name")) {
            let what =
                format!("the fault {} of a binding, which its operation does not have", fault.value("name"));
            survey.note(&UNMATCHED, fault, what);
        }
    }
}

const NAMES: Trap = Trap {
    code: "INTEROP0416",
    trips: "Mono 6.8.0 (wsdl) makes no code",
    mend: "write the same name in both, or none; it is not on the wire",
};

/// An input or output of a binding whose name is not that of the operation: one that has none has a default.
fn unmatched_names(survey: &mut Survey<'_>) {
    let operations = operations(survey);
    for side in survey.wsdl("input").into_iter().chain(survey.wsdl("output")) {
        let bound = sides_of(side, &operations);
        if !bound.is_empty() && !bound.iter().any(|other| name_of_side(*other) == name_of_side(side)) {
            let (kind, name) = (&side.element().name.local, name_of_side(side));
            survey.note(
                &NAMES,
                side,
                format!("the {kind} {name} of a binding, which has another name in the port type"),
            );
        }
    }
}

/// The name, or the one that it has by default (WSDL 1.1, section 2.4.5).
fn name_of_side(side: Node<'_>) -> String {
    if let Some(name) = side.attribute("name") {
        return name.to_owned();
    }
    let operation = side.parent();
    let answers =
        operation.is_some_and(|operation| operation.children().any(|node| node.is(ns::WSDL_URI, "output")));
    let ending = match &*side.element().name.local {
        "output" => "Response",
        _ if answers => "Request",
        _ => "",
    };
    operation.map_or("", |operation| operation.value("name")).to_owned() + ending
}

const SERVICES: Trap = Trap {
    code: "INTEROP0417",
    trips: "wsimport 4.0.3 makes one class of both, and no code",
    mend: "rename one of the services: their names are not on the wire",
};

/// Services whose names become one.
fn services(survey: &mut Survey<'_>) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for service in survey.wsdl("service") {
        let name = service.value("name");
        if let Some(other) = known.insert(mangled(name), name) {
            survey.note(&SERVICES, service, format!("the services {other} and {name}"));
        }
    }
}

const NO_SERVICE: Trap = Trap {
    code: "INTEROP0414",
    trips: "wsimport 4.0.3 makes no code, and of Axis 1.4 there is no class with the address",
    mend: "add a wsdl:service with a port and any address",
};

/// A contract that says nothing of where it is served.
fn no_service(survey: &mut Survey<'_>) {
    let definitions = survey.wsdl("definitions").first().copied();
    if let Some(definitions) = definitions.filter(|_| survey.wsdl("service").is_empty()) {
        survey.note(&NO_SERVICE, definitions, "a contract without a service".to_owned());
    }
}
