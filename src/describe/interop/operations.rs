//! Messages and operations.

use std::collections::{HashMap, HashSet};

use super::names::{mangled, members_of};
use super::survey::{Node, Survey, Trap};
use crate::service::Tool;
use crate::wsdl::Style;
use crate::xml::{QName, ns};

pub(super) fn look(survey: &mut Survey<'_>) {
    wrapped(survey);
    faults(survey);
    overloads(survey);
    port_types(survey);
    typed(survey);
    keywords(survey);
    strangers(survey);
    tools(survey);
}

const WRAPPED: Trap = Trap {
    code: "INTEROP0401",
    trips: "Mono 6.8.0 (wsdl) takes the part `parameters` for a wrapper of parameters, which must be a sequence, and makes no code",
    mend: "name the part otherwise, for example `body`: names of parts are not on the wire in document style",
};

/// A part `parameters` whose element is no plain sequence.
fn wrapped(survey: &mut Survey<'_>) {
    let elements = named(survey, "element");
    let types = named(survey, "complexType");
    for part in survey.wsdl("part").into_iter().filter(|part| part.attribute("name") == Some("parameters")) {
        let Some(element) = part.reference("element").and_then(|name| elements.get(&name).copied()) else {
            continue;
        };
        if let Some(why) = no_sequence(content_of(element, &types)) {
            let name = element.value("name");
            survey.note(&WRAPPED, part, format!("the element {name} of the part `parameters` {why}"));
        }
    }
}

/// The complex type of an element, named or its own.
fn content_of<'c>(element: Node<'c>, types: &HashMap<QName, Node<'c>>) -> Option<Node<'c>> {
    match element.reference("type") {
        Some(name) => types.get(&name).copied(),
        None => element.children_xsd("complexType").next(),
    }
}

fn no_sequence(complex: Option<Node<'_>>) -> Option<&'static str> {
    let Some(complex) = complex else { return Some("has a simple type") };
    let mut content = complex.children().filter(|child| !child.is_xsd("annotation"));
    match content.next() {
        Some(derived) if derived.is_xsd("complexContent") => Some("has a type that is derived from another"),
        Some(text) if text.is_xsd("simpleContent") => Some("has a simple content"),
        _ => None,
    }
}

/// The global components of a kind, by name.
fn named<'c>(survey: &Survey<'c>, kind: &str) -> HashMap<QName, Node<'c>> {
    let all = survey.xsd(kind).into_iter().filter(|node| node.is_global());
    all.filter_map(|node| Some((QName::new(node.target(), node.attribute("name")?), node))).collect()
}

const FAULTS: Trap = Trap {
    code: "INTEROP0402",
    trips: "wsimport 4.0.3 and CXF 4.0.5 name the exception after the message and the class after the element, and have to \
            invent a second name (`…_Exception`) where both are one",
    mend: "rename the message, for example with Message at its end: names of messages are not on the wire",
};

/// A fault message with the name of its element.
fn faults(survey: &mut Survey<'_>) {
    let messages = survey.wsdl("message");
    let faults: Vec<QName> =
        survey.wsdl("fault").iter().filter_map(|fault| fault.reference("message")).collect();
    for message in messages {
        let Some(name) = message.attribute("name") else { continue };
        let element = message
            .children()
            .filter(|part| part.is(ns::WSDL_URI, "part"))
            .find_map(|part| part.reference("element"));
        let own = QName::new(message.target(), name);
        if element.is_some_and(|element| mangled(&element.local) == mangled(name)) && faults.contains(&own) {
            survey.note(
                &FAULTS,
                message,
                format!("the message {name} of a fault has the name of its element"),
            );
        }
    }
}

const OVERLOADS: Trap = Trap {
    code: "INTEROP0403",
    trips: "node-soap 1.13.0 and zeep 4.3.3 keep the last one alone, and gowsdl 0.5.0 makes code that does not compile",
    mend: "give each operation a name of its own; in document style it is not on the wire",
};

const CASES: Trap = Trap {
    code: "INTEROP0404",
    trips: "gowsdl 0.5.0 makes one method of both, which does not compile",
    mend: "rename one of them; in document style names of operations are not on the wire",
};

/// Operations of one port type with one name, and with names that a capital alone tells apart.
fn overloads(survey: &mut Survey<'_>) {
    for port_type in survey.wsdl("portType") {
        let mut known: HashMap<String, &str> = HashMap::new();
        for operation in port_type.children().filter(|child| child.is(ns::WSDL_URI, "operation")) {
            let Some(name) = operation.attribute("name") else { continue };
            match known.insert(capital(name), name) {
                Some(other) if other == name => {
                    survey.note(&OVERLOADS, operation, format!("the operation {name} is overloaded"));
                }
                Some(other) => survey.note(&CASES, operation, format!("the operations {other} and {name}")),
                None => {}
            }
        }
    }
}

fn capital(name: &str) -> String {
    let mut rest = name.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    first + rest.as_str()
}

const PORT_TYPES: Trap = Trap {
    code: "INTEROP0405",
    trips: "gowsdl 0.5.0 gives both one name, in code that does not compile",
    mend: "rename the port type: its name is not on the wire",
};

/// A port type with the name of a type or an element.
fn port_types(survey: &mut Survey<'_>) {
    let components = ["complexType", "simpleType", "element"].map(|kind| survey.xsd(kind)).concat();
    let names: HashMap<String, &str> = components
        .into_iter()
        .filter(|node| node.is_global())
        .filter_map(|node| node.attribute("name"))
        .map(|name| (capital(name), name))
        .collect();
    for port_type in survey.wsdl("portType") {
        let name = port_type.value("name");
        if let Some(other) = names.get(&capital(name)) {
            survey.note(&PORT_TYPES, port_type, format!("the port type {name} and {other} of a schema"));
        }
    }
}

const TYPED: Trap = Trap {
    code: "INTEROP0408",
    trips: "wsimport 4.0.3 makes no code",
    mend: "let the part refer to an element (WS-I Basic Profile R2204, R2205); for the same message its name must be that \
           on the wire",
};

/// A part with a type in a message of document style, or in a fault of any.
fn typed(survey: &mut Survey<'_>) {
    let contract = survey.contract;
    let ports = contract.services.iter().flat_map(|service| &service.ports);
    let documents =
        ports.flat_map(|port| &port.operations).filter(|operation| operation.style == Style::Document);
    let documents: HashSet<QName> = documents
        .flat_map(|operation| operation.input.iter().chain(&operation.output))
        .map(|message| message.name.clone())
        .collect();
    let faults = survey.wsdl("fault");
    let faults: HashSet<QName> = faults.into_iter().filter_map(|fault| fault.reference("message")).collect();
    for message in survey.wsdl("message") {
        let name = QName::new(message.target(), message.value("name"));
        let of = match (documents.contains(&name), faults.contains(&name)) {
            (true, _) => "a message in document style",
            (false, true) => "a fault",
            (false, false) => continue,
        };
        for part in message.children().filter(|part| part.attribute("type").is_some()) {
            survey.note(&TYPED, part, format!("the part {} of {of} has a type", part.value("name")));
        }
    }
}

const KEYWORDS: Trap = Trap {
    code: "INTEROP0409",
    trips: "wsimport 4.0.3 makes no code, since it would be the name of a parameter, and it is a word of Java",
    mend: "rename it where the message may change; else tell users of wsimport to switch the wrapper style off in a file of \
           bindings (jaxws:enableWrapperStyle)",
};

/// A child of an operation's wrapper that is a word of Java.
fn keywords(survey: &mut Survey<'_>) {
    let operations: HashSet<&str> =
        survey.wsdl("operation").iter().filter_map(|operation| operation.attribute("name")).collect();
    let types = named(survey, "complexType");
    for element in survey.xsd("element").into_iter().filter(|element| element.is_global()) {
        let wraps = element.attribute("name").is_some_and(|name| operations.contains(name));
        let members = content_of(element, &types).filter(|_| wraps).into_iter().flat_map(members_of);
        for member in members.filter(|member| member.is_xsd("element")) {
            if let Some(name) = member.attribute("name").filter(|name| JAVA.contains(name)) {
                survey.note(&KEYWORDS, member, format!("the element {name} in the wrapper of an operation"));
            }
        }
    }
}

const STRANGERS: Trap = Trap {
    code: "INTEROP0413",
    trips: "Axis 1.4 makes no code, and wsimport 4.0.3 makes none for one in an input or an output",
    mend: "take it out, or put it where WSDL 1.1 (section A4) allows extensions, such as in the binding",
};

/// Elements of other namespaces where the schema of WSDL has none.
fn strangers(survey: &mut Survey<'_>) {
    let port_types = survey.wsdl("portType");
    let operations = port_types.iter().flat_map(|port_type| port_type.children());
    let sides = operations.filter(|node| node.is(ns::WSDL_URI, "operation")).flat_map(Node::children);
    let closed: Vec<Node<'_>> =
        survey.wsdl("part").into_iter().chain(port_types.iter().copied()).chain(sides).collect();
    for stranger in closed.into_iter().flat_map(Node::children) {
        let name = &stranger.element().name;
        if &*name.namespace != ns::WSDL_URI {
            let place = stranger.parent().map_or("", |place| &*place.element().name.local);
            survey.note(&STRANGERS, stranger, format!("the element {} inside of wsdl:{place}", name.local));
        }
    }
}

const TOOLS: Trap = Trap {
    code: "INTEROP0502",
    trips: "the Model Context Protocol (2025-11-25, server/tools) has 1 to 128 letters of ASCII, digits, `_`, `-` and `.` for the \
            names of tools, and clients refuse others",
    mend: "nothing, unless it is to be a tool; then `name` in `fronts.mcp.operations` of the service file gives another one",
};

/// Operations that could be no tools by their names.
fn tools(survey: &mut Survey<'_>) {
    for port_type in survey.wsdl("portType") {
        for operation in port_type.children().filter(|child| child.is(ns::WSDL_URI, "operation")) {
            if let Some(name) = operation.attribute("name").filter(|name| !Tool::may_be_called(name)) {
                survey.note(&TOOLS, operation, format!("the operation {name}"));
            }
        }
    }
}

/// The words of Java that no identifier may be (Java Language Specification, section 3.9).
const JAVA: &[&str] = &[
    "abstract",
    "assert",
    "boolean",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extends",
    "false",
    "final",
    "finally",
    "float",
    "for",
    "goto",
    "if",
    "implements",
    "import",
    "instanceof",
    "int",
    "interface",
    "long",
    "native",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "static",
    "strictfp",
    "super",
    "switch",
    "synchronized",
    "this",
    "throw",
    "throws",
    "transient",
    "true",
    "try",
    "void",
    "volatile",
    "while",
];
