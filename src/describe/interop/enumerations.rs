//! Values that become constants of a program.

use std::collections::HashMap;

use super::survey::{Node, Survey, Trap};
use crate::xml::{QName, ns};

pub(super) fn look(survey: &mut Survey<'_>) {
    for restriction in survey.xsd("restriction") {
        let values: Vec<_> = restriction.children_xsd("enumeration").collect();
        if !values.is_empty() {
            alike(survey, &values);
            numbers(survey, restriction, &values);
            nameless(survey, &values);
        }
    }
}

const ALIKE: Trap = Trap {
    code: "INTEROP0201",
    trips: "gowsdl 0.5.0 and KDSoap 1.9.1 give both one constant, in code that does not compile",
    mend: "write the values as one xs:pattern, such as [Tt]rue|[Ff]alse: the same values are valid, and no constants are made",
};

fn alike(survey: &mut Survey<'_>, values: &[Node<'_>]) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for value in values {
        let text = value.value("value");
        let constant = constant(text);
        if constant.is_empty() {
            continue;
        }
        let first = *known.entry(constant).or_insert(text);
        if first != text {
            survey.note(&ALIKE, *value, format!("the values `{first}` and `{text}` of an enumeration"));
        }
    }
}

/// A value as a constant: its letters and digits, beginning with a capital.
fn constant(value: &str) -> String {
    let mut rest = value.chars().filter(|c| c.is_alphanumeric() || *c == '_');
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &rest.collect::<String>()
}

const NUMBERS: Trap = Trap {
    code: "INTEROP0202",
    trips: "gowsdl 0.5.0 makes texts of the values, which its constants of a number do not take: the code does not compile",
    mend: "where the values have no gap, write bounds (xs:minInclusive, xs:maxInclusive); else derive from xs:token",
};

fn numbers(survey: &mut Survey<'_>, restriction: Node<'_>, values: &[Node<'_>]) {
    let Some(base) = restriction.reference("base") else { return };
    let is_number = NUMBERS_OF_GO.iter().any(|known| base == QName::new(ns::XSD_URI, known));
    if let Some(first) = values.first().filter(|_| is_number) {
        survey.note(&NUMBERS, *first, format!("an enumeration of xs:{}", base.local));
    }
}

/// The types that are numbers or truth values to gowsdl.
const NUMBERS_OF_GO: &[&str] = &[
    "boolean",
    "byte",
    "decimal",
    "double",
    "float",
    "int",
    "integer",
    "long",
    "short",
    "unsignedByte",
    "unsignedInt",
    "unsignedLong",
    "unsignedShort",
];

const NAMELESS: Trap = Trap {
    code: "INTEROP0203",
    trips: "gowsdl 0.5.0 gives the constant the name of the type, in code that does not compile",
    mend: "write the values as one xs:pattern: the same values are valid, and no constants are made",
};

/// Values without a letter or a digit.
fn nameless(survey: &mut Survey<'_>, values: &[Node<'_>]) {
    let nameless = |value: &&Node<'_>| value.attribute("value").is_some_and(|text| constant(text).is_empty());
    if let Some(value) = values.iter().find(nameless) {
        let text = value.value("value");
        survey.note(
            &NAMELESS,
            *value,
            format!("the value `{text}` of an enumeration has no letter and no digit"),
        );
    }
}
