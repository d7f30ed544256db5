//! Content models that a language has no word for.

use std::collections::{HashMap, HashSet};

use super::names::members_of;
use super::survey::{Node, Survey, Trap};
use crate::limits::DERIVATION;
use crate::xml::{QName, ns};

pub(super) fn look(survey: &mut Survey<'_>) {
    wildcards(survey);
    substitutions(survey);
    groups(survey);
    lists(survey);
    repeated(survey);
    nested(survey);
    twice(survey);
    loose(survey);
    built_in(survey);
    imports(survey);
    deep(survey);
    untyped(survey);
    named_inside(survey);
}

const WILDCARDS: Trap = Trap {
    code: "INTEROP0301",
    trips: "wsimport 4.0.3 and CXF 4.0.5 give both the property `any`, and make no code",
    mend: "keep the wildcard of the base alone; where the contract cannot change, rename a property in a file of bindings \
           (jaxb:property)",
};

/// A wildcard in a type and in the type that it extends.
fn wildcards(survey: &mut Survey<'_>) {
    let types = named_types(survey);
    for wildcard in survey.xsd("any") {
        let bases = std::iter::successors(extended(wildcard), |base| extension_of(*types.get(base)?));
        let is_open = |base: &QName| types.get(base).is_some_and(|base| has_wildcard(*base));
        if let Some(base) = bases.take(DERIVATION).find(is_open) {
            survey.note(
                &WILDCARDS,
                wildcard,
                format!("a wildcard beside the one of the base {}", base.local),
            );
        }
    }
}

fn named_types<'c>(survey: &Survey<'c>) -> HashMap<QName, Node<'c>> {
    let all = survey.xsd("complexType").into_iter().filter(|node| node.is_global());
    all.filter_map(|node| Some((QName::new(node.target(), node.attribute("name")?), node))).collect()
}

/// The base of the extension around a node.
fn extended(node: Node<'_>) -> Option<QName> {
    let mut around = std::iter::successors(node.parent(), |node| node.parent());
    let nearest = around.find(|node| node.is_xsd("complexType") || node.is_xsd("extension"))?;
    nearest.is_xsd("extension").then(|| nearest.reference("base"))?
}

fn extension_of(complex: Node<'_>) -> Option<QName> {
    let mut contents =
        complex.children_xsd("complexContent").flat_map(|content| content.children_xsd("extension"));
    contents.next()?.reference("base")
}

fn has_wildcard(complex: Node<'_>) -> bool {
    let mut open: Vec<Node<'_>> = complex.children().collect();
    while let Some(node) = open.pop() {
        if node.is_xsd("any") {
            return true;
        }
        if !node.is_xsd("element") && !node.is_xsd("attribute") {
            open.extend(node.children());
        }
    }
    false
}

const SUBSTITUTIONS: Trap = Trap {
    code: "INTEROP0302",
    trips: "gowsdl 0.5.0 and KDSoap 1.9.1 write and read the head alone, never the elements that may stand in for it",
    mend: "write a choice of the elements where the head may stand: messages stay the same",
};

fn substitutions(survey: &mut Survey<'_>) {
    for element in survey.xsd("element") {
        if let (Some(head), Some(name)) = (element.attribute("substitutionGroup"), element.attribute("name"))
        {
            survey.note(&SUBSTITUTIONS, element, format!("the element {name} may stand in for {head}"));
        }
    }
}

const GROUPS: Trap = Trap {
    code: "INTEROP0303",
    trips: "gowsdl 0.5.0 leaves its members out, so that they are never on the wire",
    mend: "write the members where the group is referred to: messages stay the same",
};

fn groups(survey: &mut Survey<'_>) {
    for group in survey.xsd("group").into_iter().chain(survey.xsd("attributeGroup")) {
        if let Some(name) = group.attribute("ref") {
            survey.note(&GROUPS, group, format!("a reference to the group {name}"));
        }
    }
}

const LISTS: Trap = Trap {
    code: "INTEROP0304",
    trips: "gowsdl 0.5.0 writes an element for each item instead of one with all items",
    mend: "where the message may change, write a repeated element; where it may not, xs:string with the items as text",
};

fn lists(survey: &mut Survey<'_>) {
    for list in survey.xsd("list") {
        survey.note(&LISTS, list, "a list in one text (xs:list)".to_owned());
    }
}

const REPEATED: Trap = Trap {
    code: "INTEROP0305",
    trips: "gowsdl 0.5.0 keeps one of each element and no order, and zeep 4.3.3 takes and gives a list named `_value_1`",
    mend: "where the message may change, repeat an element of its own around the group",
};

/// Choices and sequences of several elements that repeat as a whole.
fn repeated(survey: &mut Survey<'_>) {
    for group in survey.xsd("choice").into_iter().chain(survey.xsd("sequence")) {
        if group.repeats() && group.children().filter(|child| child.is_xsd("element")).count() > 1 {
            let what = format!("a {} that repeats as a whole", group.element().name.local);
            survey.note(&REPEATED, group, what);
        }
    }
}

const NESTED: Trap = Trap {
    code: "INTEROP0306",
    trips: "Mono 6.8.0 (wsdl), xsd.exe 4.8 and dotnet-svcutil 2.1.0 make an array of arrays, which XmlSerializer fails to write \
            when a program runs",
    mend: "give the element around the list an optional attribute or a second optional element; users of .NET can also correct \
           XmlArrayItem(typeof(T[])) by hand",
};

/// A repeated element whose only content is a repeated element.
fn nested(survey: &mut Survey<'_>) {
    let types = named_types(survey);
    for element in survey.xsd("element").into_iter().filter(|element| element.repeats()) {
        let named = element.reference("type").and_then(|name| types.get(&name).copied());
        let complex = named.or_else(|| element.children_xsd("complexType").next());
        if let Some(only) =
            complex.and_then(only_member).filter(|only| only.repeats() && only.is_xsd("element"))
        {
            let inner = if only.attribute("ref").is_some() { only.value("ref") } else { only.value("name") };
            let outer = element.value("name");
            let what = format!("the repeated element {outer} holds nothing but the repeated element {inner}");
            survey.note(&NESTED, element, what);
        }
    }
}

fn only_member(complex: Node<'_>) -> Option<Node<'_>> {
    let mut children = complex.children().filter(|child| !child.is_xsd("annotation"));
    let sequence = children.next().filter(|child| child.is_xsd("sequence"))?;
    let mut members = sequence.children().filter(|child| !child.is_xsd("annotation"));
    let only = members.next()?;
    (children.next().is_none() && members.next().is_none()).then_some(only)
}

const TWICE: Trap = Trap {
    code: "INTEROP0307",
    trips: "gowsdl 0.5.0 makes two fields of one name, which do not compile, and wsimport 4.0.3 and CXF 4.0.5 make one list of \
            everything in the type",
    mend: "where the message may change, give the second a name of its own",
};

/// An element that stands in several places of one model.
fn twice(survey: &mut Survey<'_>) {
    for complex in survey.xsd("complexType") {
        let mut known: HashSet<&str> = HashSet::new();
        for member in members_of(complex).into_iter().filter(|member| member.is_xsd("element")) {
            if let Some(name) = member.attribute("name").filter(|name| !known.insert(name)) {
                survey.note(&TWICE, member, format!("the element {name} stands in two places of one type"));
            }
        }
    }
}

const LOOSE: Trap = Trap {
    code: "INTEROP0308",
    trips: "gowsdl 0.5.0 leaves it out, both when it writes and when it reads",
    mend: "where the message may change, declare the attributes, or put the text into an element",
};

/// Mixed content and any attributes.
fn loose(survey: &mut Survey<'_>) {
    for complex in survey.xsd("complexType").into_iter().chain(survey.xsd("complexContent")) {
        if complex.attribute("mixed").is_some_and(|mixed| matches!(mixed.trim(), "true" | "1")) {
            survey.note(&LOOSE, complex, "the text between the elements of mixed content".to_owned());
        }
    }
    for any in survey.xsd("anyAttribute") {
        survey.note(&LOOSE, any, "an attribute that a wildcard allows".to_owned());
    }
}

const BUILT_IN: Trap = Trap {
    code: "INTEROP0309",
    trips: "gowsdl 0.5.0 does not know the type, and its code does not compile",
    mend: "use xs:string, xs:int or xs:long with facets: the same values are valid",
};

const HOMONYMS: Trap = Trap {
    code: "INTEROP0310",
    trips: "gowsdl 0.5.0 looks at the local name alone, whatever its case, and takes it for the type of XML Schema",
    mend: "rename the type; its name is on the wire only in xsi:type",
};

/// Types of XML Schema that a tool lacks, and types that have the name of one that it has.
fn built_in(survey: &mut Survey<'_>) {
    for node in survey.xsd("element").into_iter().chain(survey.xsd("attribute")) {
        let type_name = node.reference("type").filter(|name| &*name.namespace == ns::XSD_URI);
        if let Some(name) = type_name.filter(|name| GOWSDL_LACKS.contains(&&*name.local)) {
            survey.note(&BUILT_IN, node, format!("the type xs:{}", name.local));
        }
    }
    for node in survey.xsd("complexType").into_iter().chain(survey.xsd("simpleType")) {
        if let Some(name) = node.attribute("name").filter(|name| is_homonym(name)) {
            survey.note(&HOMONYMS, node, format!("the type {name} has the name of a type of XML Schema"));
        }
    }
}

fn is_homonym(name: &str) -> bool {
    GOWSDL_HAS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

const GOWSDL_HAS: &[&str] = &[
    "string",
    "token",
    "float",
    "double",
    "decimal",
    "integer",
    "int",
    "short",
    "byte",
    "long",
    "boolean",
    "dateTime",
    "date",
    "time",
    "base64Binary",
    "hexBinary",
    "unsignedInt",
    "unsignedShort",
    "unsignedByte",
    "unsignedLong",
    "anyType",
    "NCName",
    "anyURI",
];

const GOWSDL_LACKS: &[&str] = &[
    "ENTITY",
    "ENTITIES",
    "ID",
    "IDREF",
    "IDREFS",
    "NMTOKEN",
    "NMTOKENS",
    "NOTATION",
    "Name",
    "QName",
    "anySimpleType",
    "duration",
    "gDay",
    "gMonth",
    "gMonthDay",
    "gYear",
    "gYearMonth",
    "language",
    "negativeInteger",
    "nonNegativeInteger",
    "nonPositiveInteger",
    "normalizedString",
    "positiveInteger",
];

const IMPORTS: Trap = Trap {
    code: "INTEROP0311",
    trips: "suds 1.2.0 loads nothing (`TypeNotFound`)",
    mend: "add an xs:import of the namespace to the schema; it needs no schemaLocation where the WSDL has the other schema",
};

/// A reference to another namespace that its schema does not import (Part 1, section 4.2.3).
fn imports(survey: &mut Survey<'_>) {
    for schema in survey.xsd("schema") {
        let mut known: HashSet<&str> = HashSet::from([ns::XSD_URI, ns::XML_URI, schema.target()]);
        known.extend(schema.children_xsd("import").map(|import| import.value("namespace")));
        let mut open: Vec<Node<'_>> = schema.children().collect();
        open.reverse();
        let mut missing: HashSet<QName> = HashSet::new();
        while let Some(node) = open.pop() {
            let references =
                ["type", "ref", "base", "itemType"].into_iter().filter_map(|local| node.reference(local));
            for name in references.filter(|name| !known.contains(&*name.namespace)) {
                if missing.insert(QName::new(&name.namespace, "")) {
                    let what = format!("{} is of a namespace that the schema does not import", name.local);
                    survey.note(&IMPORTS, node, what);
                }
            }
            let at = open.len();
            open.extend(node.children());
            open[at..].reverse();
        }
    }
}

const DEEP: Trap = Trap {
    code: "INTEROP0312",
    trips: "gowsdl 0.5.0 leaves it out, both when it writes and when it reads: it knows groups no deeper than a choice in a sequence, in \
            an extension no deeper than one, and no restrictions",
    mend: "write a sequence in a sequence as one, and what else means the same without the group around it: messages stay the same",
};

/// Elements where a tool does not look for them.
fn deep(survey: &mut Survey<'_>) {
    for element in survey.xsd("element").into_iter().filter(|element| !element.is_global()) {
        let path = path_of(element);
        if path.as_deref().is_some_and(|path| !READ_BY_GOWSDL.contains(&path)) {
            let name =
                if element.attribute("ref").is_some() { element.value("ref") } else { element.value("name") };
            survey.note(
                &DEEP,
                element,
                format!("the element {name} in groups of groups, or in a restriction"),
            );
        }
    }
}

/// The groups around an element, outermost first, up to its type; nothing in a group of its own.
fn path_of(element: Node<'_>) -> Option<String> {
    let mut path = Vec::new();
    for node in std::iter::successors(element.parent(), |node| node.parent()) {
        if node.is_xsd("complexType") {
            path.reverse();
            return Some(path.join(" "));
        }
        path.push(&*node.element().name.local);
    }
    None
}

const READ_BY_GOWSDL: &[&str] = &[
    "all",
    "choice",
    "sequence",
    "sequence choice",
    "complexContent extension sequence",
    "complexContent extension choice",
];

const UNTYPED: Trap = Trap {
    code: "INTEROP0313",
    trips: "gowsdl 0.5.0 makes no type of it, and its code does not compile",
    mend: "give the element a named type; for one that may hold anything, xs:anyType",
};

/// Elements that are referred to and have no type, or a simple type of their own.
fn untyped(survey: &mut Survey<'_>) {
    let parts = survey.wsdl("part").into_iter().filter_map(|part| part.reference("element"));
    let members = survey.xsd("element").into_iter().filter_map(|element| element.reference("ref"));
    let used: HashSet<QName> = parts.chain(members).collect();
    for element in survey.xsd("element").into_iter().filter(|element| element.is_global()) {
        let has_type =
            element.attribute("type").is_some() || element.children_xsd("complexType").next().is_some();
        if !has_type && used.contains(&QName::new(element.target(), element.value("name"))) {
            let what = format!("the element {} has no named type and no complex type", element.value("name"));
            survey.note(&UNTYPED, element, what);
        }
    }
}

const NAMED_INSIDE: Trap = Trap {
    code: "INTEROP0314",
    trips: "Mono 6.8.0 (wsdl) makes no code",
    mend: "take the name out (XML Schema Part 1, section 3.4.3): nothing can refer to it",
};

/// A type inside of an element or attribute that has a name.
fn named_inside(survey: &mut Survey<'_>) {
    for node in survey.xsd("complexType").into_iter().chain(survey.xsd("simpleType")) {
        let is_inside =
            node.parent().is_some_and(|parent| parent.is_xsd("element") || parent.is_xsd("attribute"));
        if let Some(name) = node.attribute("name").filter(|_| is_inside) {
            survey.note(&NAMED_INSIDE, node, format!("the type {name} inside of its element"));
        }
    }
}
