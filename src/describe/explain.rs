//! What each code of a diagnostic means, why it matters, and how to mend it.

use crate::service::problem;

/// The codes, each with its text: those of service files, which say theirs themselves, and those of contracts.
pub fn explanations() -> impl Iterator<Item = (&'static str, &'static str)> {
    problem::explanations().chain(CONTRACT.iter().copied())
}

/// The text of `code`; letter case is free.
pub fn explain(code: &str) -> Option<&'static str> {
    explanations().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, text)| text)
}

const CONTRACT: &[(&str, &str)] = &[
    ("DOC0001", "A document cannot be read. Nothing is read from the network when a contract is loaded.
Keep a copy of every imported document beside the WSDL; `saponify fetch` makes such a folder."),
    ("DOC0002", "The documents of the contract are larger, more or nested deeper than `limits.contract` allows.
Raise the limit in the service file if the contract is really that large."),
    ("DOC0003", "A document is not well-formed XML, or has a <!DOCTYPE …>, which is always refused: entities are how
documents read files and exhaust memory. Take the declaration out; `saponify fetch` says where it stands."),
    ("INTEROP0101", "Two components of a namespace have names that become one in a program, such as an element `order` and a type
`Order`. Generators make no code, or code that does not compile. Rename one, or take out what no message uses."),
    ("INTEROP0102", "Types of two namespaces have one name. Generators that put everything into one package make code that does not
compile. Rename one: names of types are on the wire only in xsi:type."),
    ("INTEROP0103", "Two members of one type have names that become one in a program, such as `item` and `Item`, `user-name` and
`userName`, or an element and an attribute. Generators make no code, or code that does not compile. Rename one, or tell users to
customise the name."),
    ("INTEROP0104", "A name is a word of Python, so that it cannot be the name of an argument: users pass a dictionary (`**{…}`)."),
    ("INTEROP0105", "A name is that of a type of Go, which gowsdl leaves as it is: a field of that name is never on the wire."),
    ("INTEROP0201", "Values of an enumeration become one constant, such as `true` and `True`. Generators make code that does not
compile. Write a pattern, or a union of two enumerations: the same values are valid."),
    ("INTEROP0202", "An enumeration of numbers or truth values, of which gowsdl makes texts: its code does not compile. Write bounds."),
    ("INTEROP0203", "A value of an enumeration has no letter and no digit, so that no constant can be named after it."),
    ("INTEROP0301", "A type has a wildcard, and the type that it extends has one too. JAXB gives both the property `any`."),
    ("INTEROP0302", "An element may stand in for another one (substitution group). Some generators know the head alone."),
    ("INTEROP0303", "A reference to a model group or an attribute group, which gowsdl leaves out. Write the members in its place."),
    ("INTEROP0304", "A list in one text (xs:list), of which gowsdl makes an element for each item."),
    ("INTEROP0305", "A choice or a sequence of several elements repeats as a whole. Some generators keep one of each and no order."),
    ("INTEROP0306", "A repeated element holds nothing but a repeated element. Tools of .NET make an array of arrays of it that cannot be
written, which shows when a program runs."),
    ("INTEROP0307", "An element stands in two places of one type. gowsdl makes two fields of one name, JAXB one list of everything."),
    ("INTEROP0308", "Mixed content or any attributes, which gowsdl leaves out in both directions."),
    ("INTEROP0309", "A type of XML Schema that gowsdl does not know: its code does not compile."),
    ("INTEROP0310", "A type has the name of a type of XML Schema, for which gowsdl takes it, whatever its namespace and case."),
    ("INTEROP0311", "A schema refers to a component of a namespace that it does not import (XML Schema Part 1, section 4.2.3). It is found
here, and by most tools; suds loads nothing."),
    ("INTEROP0312", "An element stands in groups of groups, or in a restriction of a complex type. gowsdl looks no deeper than a choice
in a sequence, in an extension no deeper than one group, and leaves the element out without a word."),
    ("INTEROP0313", "An element that something refers to has no type, or a simple type of its own, of which gowsdl makes no type."),
    ("INTEROP0314", "A type inside of an element has a name, which XML Schema does not allow: nothing can refer to it. Take it out."),
    ("INTEROP0401", "The element of a part `parameters` has no plain sequence. .NET takes such a part for a wrapper of parameters, and
Mono makes no code. Rename the part: in document style its name is not on the wire."),
    ("INTEROP0402", "The message of a fault has the name of its element, so that an exception and its content would have one name."),
    ("INTEROP0403", "A port type has two operations of one name, which WS-I Basic Profile forbids (R2304). Dynamic clients keep one of them."),
    ("INTEROP0404", "Two operations of a port type have names that become one in a program. Rename one of them."),
    ("INTEROP0405", "A port type has the name of a type or an element, so that gowsdl declares the name twice. Rename the port type."),
    ("INTEROP0406", "Messages are encoded (SOAP 1.1 section 5), which JAX-WS does not support. Offer a literal binding beside it."),
    ("INTEROP0407", "No port of a service has SOAP 1.1, which is all that some clients send. Offer such a port too."),
    ("INTEROP0408", "A part of a message in document style has a type instead of an element, which WS-I Basic Profile forbids (R2204)."),
    ("INTEROP0409", "An element in the wrapper of an operation is a word of Java, so that it cannot be the name of a parameter."),
    ("INTEROP0410", "The contract is in several WSDL documents, of which gowsdl reads the first alone. Offer it as one document, too."),
    ("INTEROP0411", "An input, an output or a fault of a binding has no soap:body or soap:fault, which WSDL 1.1 requires (sections 3.5 and
3.6). It is literal for us; generators make no code of it."),
    ("INTEROP0412", "The attribute `parts` of a body names a part that its message does not have. Generators make no code. Name parts of the
message, or take the attribute out."),
    ("INTEROP0413", "An element of another namespace stands where WSDL 1.1 allows none, such as in a portType. Some tools read no further."),
    ("INTEROP0414", "A contract without a service has no address and no port, of which generators make the class that programs use."),
    ("INTEROP0415", "A fault of a binding has a name that no fault of its operation has, so that nobody knows which one it is."),
    ("INTEROP0416", "An input or output has one name in the port type and another in the binding. Without a name it has that of the operation
with `Request` or `Response` at its end. Some tools match them by these names."),
    ("INTEROP0417", "Two services have names that become one in a program, such as `Test_Service` and `TestService`. Rename one."),
    ("NET0001", "The process cannot listen at an address: something else listens there, the machine has no such address, or the
port needs a privilege. Two processes never share a port. Stop the other one, or give another address."),
    ("PLAN0101", "The content model of a type is ambiguous: an element may belong to two places (Unique Particle
Attribution, XML Schema Part 1, section 3.8.6). Strict validators refuse such a schema. Here the first place that fits takes
the element. Mend it by giving the elements different names or by making the first of them not optional."),
    ("PLAN0102", "The operation uses rpc/encoded, which WS-I Basic Profile forbids (R2706). Messages are read and written by
SOAP 1.1 section 5. Values that are shared by reference become copies, so two references to one object become two objects."),
    ("PLAN0103", "A part of the message travels as a MIME attachment. Only the envelope is converted; the attachment is not
carried. Ask for an operation with the content in the Body, as xs:base64Binary."),
    ("PLAN0104", "The content models, with substitution groups in their place, are larger than `limits.contract.particles`.
No plan is made. Raise the limit in the service file if the contract is really that large."),
    ("PLAN0201", "A rule of the service file names a field that the message does not have, or wants what cannot be. The
message says which operation and which field."),
    ("PLAN0202", "With `defaults.names` two members of one object would have the same key. Rename one of them with `types`."),
    ("WSDL0001", "The document is not a WSDL 1.1. A WSDL 2.0 has the root `description`; services that have one nearly always
have a WSDL 1.1 too, often at ?wsdl."),
    ("WSDL0002", "The chain of wsdl:import is longer than `limits.contract.depth`."),
    ("WSDL0003", "A document that wsdl:import names cannot be read, so what it defines is missing. See DOC0001."),
    ("WSDL0101", "A port names a binding that no document defines. The port is passed over."),
    ("WSDL0102", "A port has no SOAP binding, for example an HTTP GET binding. It is passed over."),
    ("WSDL0103", "A binding names a port type that no document defines. The port is passed over."),
    ("WSDL0104", "The binding has an operation that its port type lacks, so nobody knows its messages."),
    ("WSDL0105", "The operation is a notification or solicit-response: the service calls the client. WSDL 1.1 has no SOAP
binding for that. Messages can be converted; the bridge does not serve the operation."),
    ("WSDL0106", "A reference has a prefix that is not declared. It is taken to mean the only definition of that local name."),
    ("WSDL0107", "Two operations of a port type have one name (overloading), which WS-I Basic Profile forbids (R2304). The first keeps
the name; each other one has that of its input, such as `getByName`, or both, such as `get_getByName`, where something else has it: in
paths, in the service file, everywhere but in SOAP messages."),
    ("WSDL0108", "The requests of two operations have the same first element, which WS-I Basic Profile forbids (R2710). A SOAP request
needs the action of its operation, in SOAPAction or wsa:Action; one without it is refused. JSON requests are not concerned."),
    ("WSDL0109", "The requests of two operations have the same first element and the same SOAPAction, so nothing tells SOAP requests
apart; they are refused rather than guessed. JSON requests are not concerned."),
    ("WSDL0110", "The style of a binding or an operation is neither `document` nor `rpc`. It is passed over: the binding's style, else
`document`, is used."),
    ("WSDL0111", "A definition has no name, or no attribute that says what it refers to. It is passed over."),
    ("WSDL0112", "The soap:body of an rpc/literal message has no attribute `namespace`, which WS-I Basic Profile wants (R2717). The element
around the parts is in no namespace then, as the specification says; toolkits that put it into the targetNamespace are understood."),
    ("WSDL0201", "An operation names a message that no document defines. Its content is carried as it is, unchecked."),
    ("WSDL0202", "soap:header names a part that does not exist. The header is passed over."),
    ("WSDL0203", "A message part refers to an element or type that no schema defines, or to nothing at all. Its content is
carried as it is, unchecked. Often a schema document is missing: look for DOC0001, XSD0001 and WSDL0003 above."),
    ("XSD0001", "A schema document that xs:import, xs:include or xs:redefine names cannot be read. See DOC0001."),
    ("XSD0002", "The chain of xs:import and xs:include is longer than `limits.contract.depth`."),
    ("XSD0100", "A reference to a type, element, group or attribute that no schema defines. What refers to it has any content."),
    ("XSD0101", "A type is derived from itself, directly or by way of others."),
    ("XSD0102", "The prefix of a reference is not declared."),
    ("XSD0103", "An attribute group holds itself, directly or by way of others."),
    ("XSD0104", "minOccurs or maxOccurs is not a number that is not negative, or `unbounded`."),
    ("XSD0105", "A model group holds itself, directly or by way of others."),
    ("XSD0106", "The content models, with groups and base types in their place, are larger than `limits.contract.particles`.
What is above is left out. Raise the limit in the service file if the contract is really that large."),
    ("XSD0107", "Model groups, with those that they refer to in their place, or chains of substitution groups are nested too
deeply. What is below is left out."),
    ("XSD0200", "A facet cannot be: its value is not of the base type, contradicts another facet, or its pattern is malformed
or too large. The facet is left out, so values are checked less strictly than the schema says."),
    ("XSD0201", "A pattern is read here, and Xerces or libxml2 refuses it or reads another one: a hyphen is the first or the last
character of its class or has a backslash before it, `]` always has one, and other characters have none that need none
(Part 2, appendix F). Values are checked as the pattern is meant."),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code that the source makes has an explanation, and no other has one.
    #[test]
    fn every_code_is_explained() {
        let pattern =
            regex::Regex::new(r#""((?:CFG|DOC|INTEROP|NET|PLAN|WSDL|XSD)\d{4})(?:"|: )"#).expect("pattern");
        let mut made = std::collections::BTreeSet::new();
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("explain.rs") {
                    let text = std::fs::read_to_string(&path).expect("a text");
                    made.extend(pattern.captures_iter(&text).map(|found| found[1].to_owned()));
                }
            }
        }
        let explained = explanations().map(|(code, _)| code.to_owned()).collect();
        assert_eq!(made, explained);
        assert!(explain("wsdl0203").is_some_and(|text| text.contains("no schema defines")));
        assert_eq!(explain("XSD9999"), None);
    }
}
