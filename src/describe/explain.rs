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
Keep a copy of every imported document beside the WSDL; `saponify fetch` makes such a folder. Only files are read, and only those in
the folder of the contract: that of its WSDL, or, where that is called `wsdl`, the one around it. `--contract-root` or `contract.root` in the
service file names another one."),
    ("DOC0002", "The documents of the contract are larger, more or nested deeper than `limits.contract` allows.
Raise the limit in the service file if the contract is really that large."),
    ("DOC0003", "A document is not well-formed XML, is in a character encoding that is not supported, or has a <!DOCTYPE …>, which is always refused: entities are how
documents read files and exhaust memory. Take the declaration out; `saponify fetch` says where it stands."),
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
    ("WSDL0102", "A port has no SOAP binding, for example an HTTP GET binding. It is not served."),
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
    ("WSDL0113", "A document that wsdl:import names has another target namespace than the import says, which WS-I Basic Profile forbids
(R2005). What refers to the expected namespace finds nothing. Probably it is another document, or another version of it."),
    ("WSDL0114", "A service, a port, a binding, a port type, a message or a part is defined twice under one name, and the two say different things. The first is used, and
nobody knows whether it is the right one. Take one of them out, or ask the contract's owner which one is meant."),
    ("WSDL0115", "The WSDL has an extension with wsdl:required, which whoever uses the service must understand (WSDL 1.1, section 2.1.3), and
it is not supported: messages go out without it. Ask the service's owner what happens then, or use another port."),
    ("WSDL0116", "A policy (WS-Policy) asks for what is not supported, such as signatures, encryption, WS-Addressing or MTOM. Messages go out
without it, which the service probably refuses. Ask for a port or a policy without it, or have a gateway add it."),
    ("WSDL0117", "A reference to a policy leads nowhere, so what the service asks for is not known. Often the policy is in a document of
its own: keep a copy of it in the WSDL."),
    ("WSDL0118", "A policy asks for what the configuration can give: a UsernameToken, a Timestamp, Basic authentication or TLS. See that the
service file says so; docs/SERVICE_FILE.md has the keys."),
    ("WSDL0119", "The binding of a port uses SOAP over something else than HTTP, such as JMS or TCP. The port is not served; its messages
can be converted."),
    ("WSDL0120", "A part of a document/literal message has a type and not an element, which WS-I Basic Profile forbids (R2204). The content
of the Body is then that of the type, and has no element around it; toolkits differ in that."),
    ("WSDL0121", "A part of an rpc/literal message has an element and not a type, which WS-I Basic Profile forbids (R2203). The element stands
in the one that is named after the operation; toolkits differ in that."),
    ("WSDL0201", "An operation names a message that no document defines. Its content is carried as it is, unchecked."),
    ("WSDL0202", "soap:header names a part that does not exist. The header is passed over."),
    ("WSDL0203", "A message part refers to an element or type that no schema defines, or to nothing at all. Its content is
carried as it is, unchecked. Often a schema document is missing: look for DOC0001, XSD0001 and WSDL0003 above."),
    ("XSD0001", "A schema document that xs:import, xs:include or xs:redefine names cannot be read. See DOC0001."),
    ("XSD0002", "The chain of xs:import and xs:include is longer than `limits.contract.depth`."),
    ("XSD0003", "A schema document has another target namespace than the xs:import or xs:include says that names it (XML Schema Part 1, sections
4.2.1 and 4.2.3). What refers to the expected namespace finds nothing. Probably it is another document, or another version of it."),
    ("XSD0004", "What xs:import or xs:include names is XML, and no schema: often a page of a web server that was saved in its place."),
    ("XSD0005", "An xs:import without schemaLocation names a namespace that no other document of the contract defines, and something
refers to it. Give it a schemaLocation, and keep the schema beside the WSDL."),
    ("XSD0100", "A reference to a type, element, group or attribute that no schema defines. What refers to it has any content,
so that operations which hold it are unchecked."),
    ("XSD0101", "A type is derived from itself, directly or by way of others."),
    ("XSD0102", "The prefix of a reference is not declared."),
    ("XSD0103", "An attribute group holds itself, directly or by way of others."),
    ("XSD0104", "minOccurs or maxOccurs is not a number that is not negative, or `unbounded`."),
    ("XSD0105", "A model group holds itself, directly or by way of others."),
    ("XSD0106", "The content models, with groups and base types in their place, are larger than `limits.contract.particles`.
What is above is left out. Raise the limit in the service file if the contract is really that large."),
    ("XSD0107", "Model groups, with those that they refer to in their place, chains of substitution groups, or lists and unions in each
other are nested too deeply, or an array has too many dimensions. What is below is left out."),
    ("XSD0110", "A union has too many member types, with those of the unions in it in their place. It takes any value."),
    ("XSD0111", "Two schemas declare a component of one name in one namespace, and say different things (XML Schema Part 1, section 3.15.6). The
first is used, and nobody knows whether it is the right one, so that operations which hold it are unchecked. Take one of them out."),
    ("XSD0112", "A component is declared again with the same content, as generators do that write a type into each document which uses
it. Nothing is wrong; strict validators refuse such a schema."),
    ("XSD0113", "A type has content that is derived, and does not say from what: there is neither a restriction nor an extension, a list or a
union in it. It has any content."),
    ("XSD0200", "A facet cannot be: its value is not of the base type, contradicts another facet, or its pattern is malformed
or too large. The facet is left out, so values are checked less strictly than the schema says; of several patterns of one type all are,
for each of them takes values that the others refuse."),
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
        let pattern = regex::Regex::new(r#""((?:CFG|DOC|NET|PLAN|WSDL|XSD)\d{4})(?:"|: )"#).expect("pattern");
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
