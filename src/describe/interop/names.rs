//! Names that become one name, or none, in a programming language.

use std::collections::HashMap;

use super::survey::{Node, Survey, Trap};
use crate::xml::QName;

pub(super) fn look(survey: &mut Survey<'_>) {
    components(survey);
    namespaces(survey);
    members(survey);
    words(survey);
    predeclared(survey);
}

const COMPONENTS: Trap = Trap {
    code: "INTEROP0101",
    trips: "wsimport 4.0.3 and CXF 4.0.5 (elements without a type of their own, and types) and gowsdl 0.5.0 give both one name, \
            and make no code or code that does not compile",
    mend: "name them differently, or take out the one that no message uses; names of types, and of elements that no message \
           uses, are never on the wire",
};

/// Global elements and types of one namespace.
fn components(survey: &mut Survey<'_>) {
    let mut known: HashMap<(&str, String), Node<'_>> = HashMap::new();
    for node in globals(survey) {
        let Some(name) = node.attribute("name") else { continue };
        match known.get(&(node.target(), mangled(name))) {
            Some(&first) if !is_own_type(first, node) && !is_own_type(node, first) => {
                let what = format!(
                    "the {} {name} and the {} {} of the same namespace",
                    sort(node),
                    sort(first),
                    first.value("name")
                );
                survey.note(&COMPONENTS, node, what);
            }
            Some(_) => {}
            None => {
                known.insert((node.target(), mangled(name)), node);
            }
        }
    }
}

/// The global components that become types of a program: simple types do where they have values to name.
fn globals<'c>(survey: &Survey<'c>) -> Vec<Node<'c>> {
    let named = ["complexType", "simpleType", "element"].into_iter().flat_map(|local| survey.xsd(local));
    named.filter(|node| node.is_global()).collect()
}

fn sort(node: Node<'_>) -> &'static str {
    if node.is_xsd("element") { "element" } else { "type" }
}

/// Whether an element has that type: generators make one class of both.
fn is_own_type(element: Node<'_>, of: Node<'_>) -> bool {
    let name = || Some(QName::new(of.target(), of.attribute("name")?));
    element.is_xsd("element") && element.reference("type").is_some_and(|own| name() == Some(own))
}

const NAMESPACES: Trap = Trap {
    code: "INTEROP0102",
    trips: "gowsdl 0.5.0 puts both into one package, which does not compile, and wsimport 4.0.3 with -p makes no code",
    mend: "rename one of the types; their names are on the wire only in xsi:type",
};

/// Types of one name in two namespaces.
fn namespaces(survey: &mut Survey<'_>) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for node in globals(survey).into_iter().filter(|node| !node.is_xsd("element")) {
        let Some(name) = node.attribute("name") else { continue };
        let first = *known.entry(mangled(name)).or_insert(node.target());
        if first != node.target() {
            let what = format!("type {name} of namespace {} has the name of one of {first}", node.target());
            survey.note(&NAMESPACES, node, what);
        }
    }
}

const MEMBERS: Trap = Trap {
    code: "INTEROP0103",
    trips: "wsimport 4.0.3, CXF 4.0.5 and gowsdl 0.5.0 give both one name, and make no code or code that does not compile",
    mend: "where the message may change, rename one of them; where it may not, tell users of wsimport and CXF to rename a \
           property in a file of bindings (jaxb:property)",
};

/// Elements and attributes of one type.
fn members(survey: &mut Survey<'_>) {
    for complex in survey.xsd("complexType") {
        let mut known: HashMap<String, Node<'_>> = HashMap::new();
        for member in members_of(complex) {
            let Some(name) = member.attribute("name") else { continue };
            match known.get(&mangled(name)) {
                Some(&first)
                    if first.attribute("name") != Some(name) || sort_of(first) != sort_of(member) =>
                {
                    let first = format!("the {} {}", sort_of(first), first.value("name"));
                    survey.note(
                        &MEMBERS,
                        member,
                        format!("the {} {name} and {first} of one type", sort_of(member)),
                    );
                }
                Some(_) => {}
                None => {
                    known.insert(mangled(name), member);
                }
            }
        }
    }
}

fn sort_of(member: Node<'_>) -> &'static str {
    if member.is_xsd("attribute") { "attribute" } else { "element" }
}

/// What stands in the content of a type itself, in document order, not in types inside of it.
pub(super) fn members_of(complex: Node<'_>) -> Vec<Node<'_>> {
    let mut members = Vec::new();
    let mut open: Vec<Node<'_>> = complex.children().collect();
    open.reverse();
    while let Some(node) = open.pop() {
        if node.is_xsd("element") || node.is_xsd("attribute") {
            members.push(node);
        } else {
            let at = open.len();
            open.extend(node.children());
            open[at..].reverse();
        }
    }
    members
}

const WORDS: Trap = Trap {
    code: "INTEROP0104",
    trips: "zeep 4.3.3 and suds 1.2.0 take it only as **{\"name\": value}, since it is a word of Python",
    mend: "tell users of Python so, or rename it where the message may change",
};

const PREDECLARED: Trap = Trap {
    code: "INTEROP0105",
    trips: "gowsdl 0.5.0 leaves the name as it is, so that a field is not exported and never on the wire, and a type is taken \
            for the one of Go",
    mend: "rename it where the message may change; the name of a type is on the wire only in xsi:type",
};

/// Elements that are words of a language.
fn words(survey: &mut Survey<'_>) {
    for node in survey.xsd("element").into_iter().filter(|node| !node.is_global()) {
        let name = node.value("name");
        if PYTHON.contains(&name) {
            survey.note(&WORDS, node, format!("the element {name}"));
        }
    }
}

/// Names that gowsdl takes for types of Go; only an element `string` it renames.
fn predeclared(survey: &mut Survey<'_>) {
    let local =
        survey.xsd("element").into_iter().chain(survey.xsd("attribute")).filter(|node| !node.is_global());
    for node in local.chain(survey.xsd("complexType")).collect::<Vec<_>>() {
        let name = node.value("name");
        if GO.contains(&name) && !(node.is_xsd("element") && name == "string") {
            let sort = if node.is_xsd("complexType") { "type" } else { sort_of(node) };
            survey.note(&PREDECLARED, node, format!("the {sort} {name}"));
        }
    }
}

/// The keywords of Python 3 that are names of XML and no calls of suds.
const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// The types of Go that gowsdl knows.
const GO: &[&str] = &[
    "bool", "byte", "float32", "float64", "int", "int16", "int32", "int64", "int8", "string", "uint16",
    "uint32",
];

/// The name as it becomes an identifier: separators are gone, and each word begins with a capital (JAXB 2.x, appendix D).
pub(super) fn mangled(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut begins = true;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            begins = true;
        } else if begins {
            out.extend(c.to_uppercase());
            begins = false;
        } else {
            out.push(c);
            begins = c.is_ascii_digit();
        }
    }
    out
}
