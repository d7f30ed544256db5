//! What each code of a diagnostic means, why it matters, and how to mend it.

use std::fmt;

use super::diff::KINDS;
use super::explain_bridge::{ANY_CONTRACT, REMEDIES, RUNNING};
use crate::service::problem;

/// What a code means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The code.
    pub code: &'static str,
    /// What leads to it, and why it matters.
    pub causes: &'static str,
    /// How to mend it.
    pub remedy: String,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\nHow to mend it: {}", self.causes, self.remedy)
    }
}

/// All codes that a client, a log or a verb shows: those of service files, of contracts, of changes, and of the running bridge.
pub fn explanations() -> impl Iterator<Item = Explanation> {
    let files = problem::explanations().map(|(code, causes, hint)| {
        let remedy = format!("{}.", without_values(hint).trim_end_matches('.'));
        Explanation { code, causes, remedy }
    });
    let contracts = CONTRACT.iter().map(|(code, causes)| {
        let remedy =
            REMEDIES.iter().find(|(known, _)| known == code).map_or(ANY_CONTRACT, |(_, remedy)| remedy);
        Explanation { code, causes, remedy: remedy.to_owned() }
    });
    let running = RUNNING.iter();
    let running =
        running.map(|(code, causes, remedy)| Explanation { code, causes, remedy: (*remedy).to_owned() });
    let changes = KINDS.iter().map(|kind| Explanation {
        code: kind.code,
        causes: kind.causes,
        remedy: kind.remedy.to_owned(),
    });
    files.chain(contracts).chain(changes).chain(running)
}

/// What `code` means; letter case is free.
pub fn explain(code: &str) -> Option<Explanation> {
    let status = code.to_ascii_uppercase();
    match status.as_bytes() {
        [b'H', b'T', b'T', b'P', b'4' | b'5', b'0'..=b'9', b'0'..=b'9'] => {
            Some(Explanation { code: "HTTP", causes: STATUS.0, remedy: STATUS.1.to_owned() })
        }
        _ => explanations().find(|known| known.code.eq_ignore_ascii_case(code)),
    }
}

/// A hint as it stands in the source, with dots where a message has values.
fn without_values(hint: &str) -> String {
    let (mut out, mut rest) = (String::new(), hint);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let doubled = ["{{", "}}"].iter().find_map(|two| Some((two.split_at(1).0, from.strip_prefix(two)?)));
        let value = from.split_once('}').map(|(_, rest)| ("\u{2026}", rest));
        let Some((shown, after)) = doubled.or(value) else { break };
        out.push_str(shown);
        rest = after;
    }
    out + rest
}

/// `HTTP404` and the like.
const STATUS: (&str, &str) = (
    "A JSON backend answered with this HTTP status, and its body has no code of its own. What it said stands in the message.",
    "Correct the request as the message says. `outcome` of the operation gives replies codes of their own.",
);

const CONTRACT: &[(&str, &str)] = &[
    ("DOC0001", "A document cannot be read. Nothing is read from the network when a contract is loaded.
Keep a copy of every imported document beside the WSDL; `saponify fetch` makes such a folder. Only files are read, and only those in
the folder of the contract: that of its WSDL, or, where that is called `wsdl`, the one around it. `--contract-root` or `contract.root` in the
service file names another one."),
    ("DOC0002", "The documents of the contract are larger, more or nested deeper than `limits.contract` allows.
Raise the limit in the service file if the contract is really that large."),
    ("DOC0003", "A document is not well-formed XML, is in a character encoding that is not supported, or has a <!DOCTYPE …>, which is always refused: entities are how
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
    ("INTEROP0501", "The bridge checks something that neither OpenAPI nor JSON Schema can say. It stands in the description of the schema
and in `x-saponify-unexpressed`; validators, and clients that are made of the document, do not know of it."),
    ("INTEROP0502", "An operation has a name that no tool of the Model Context Protocol may have: 1 to 128 letters of ASCII, digits, `_`, `-` and `.`. It is
served all the same; to make a tool of it, `name` in `fronts.mcp.operations` of the service file gives it another name."),
    ("NET0001", "The process cannot listen at an address: something else listens there, the machine has no such address, or the
port needs a privilege. Two processes never share a port. Stop the other one, or give another address."),
    ("PLAN0101", "The content model of a type is ambiguous: an element may belong to two places (Unique Particle
Attribution, XML Schema Part 1, section 3.8.6). Strict validators refuse such a schema. Here the first place that fits takes
the element. Mend it by giving the elements different names or by making the first of them not optional."),
    ("PLAN0102", "The operation uses rpc/encoded, which WS-I Basic Profile forbids (R2706). Messages are read and written by
SOAP 1.1 section 5. Values that are shared by reference become copies, so two references to one object become two objects."),
    ("PLAN0104", "The content models, with substitution groups in their place, are larger than `limits.contract.particles`.
No plan is made. Raise the limit in the service file if the contract is really that large."),
    ("PLAN0130", "One service file does not serve this port together with the first one of the contract: it has other operations, other messages or
another form, or its policy demands what the bridge cannot do. The message says which, and where. Clients of the other ports are served all the same."),
    ("PLAN0131", "What an element or a type says in xmime:expectedContentTypes is no list of media types as the header field Accept has them, so it is passed over:
nothing is said of what the octets are."),
    ("PLAN0120", "A mime:content or mime:mimeXml names a part that its message does not have, or none where the message has several. It is
passed over: the messages of the operation have no such attachment."),
    ("PLAN0121", "A part of the message is in `parts` of the soap:body and in a mime:content. Nobody can tell in which of them peers send it, so
the operation is refused."),
    ("PLAN0122", "A mime:multipartRelated stands in a part of another one. No stack writes such messages; the operation is refused."),
    ("PLAN0123", "A message has a second soap:body, as in two parts of a mime:multipartRelated. There is one envelope: the first one says what is
in it."),
    ("PLAN0124", "An attribute, the text of a complex type, a list or a union is of the type ref:swaRef. Its value stays a URI, and the part that it
refers to is not carried: a request with such a part is refused. Elements of that type are carried."),
    ("PLAN0125", "The type of a mime:content is no media type, such as image/png or image/*. It is passed over: the attachment may be of any."),
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
    ("WSDL0116", "A policy (WS-Policy) asks for what is not supported, such as signatures, encryption or reliable messaging. Messages go out
without it, which the service probably refuses. Ask for a port or a policy without it, or have a gateway add it."),
    ("WSDL0117", "A reference to a policy leads nowhere, so what the service asks for is not known. Often the policy is in a document of
its own: keep a copy of it in the WSDL."),
    ("WSDL0118", "A policy asks for what the configuration can give: a UsernameToken, a Timestamp, WS-Addressing, Basic authentication or TLS. See that the
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

    /// Every code that the source makes has an explanation, and no other has one but those that service files give.
    #[test]
    fn every_code_is_explained() {
        let pattern =
            regex::Regex::new(r#""((?:BRG|CFG|DIFF|DOC|INTEROP|NET|PLAN|WSDL|XSD)\d{4,5})(?:"|: )"#)
                .expect("pattern");
        let mut made = std::collections::BTreeSet::from(["BRG00110", "BRG00120"].map(str::to_owned));
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let here = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("explain"));
                if path.is_dir() {
                    folders.push(path);
                } else if !here {
                    let text = std::fs::read_to_string(&path).expect("a text");
                    made.extend(pattern.captures_iter(&text).map(|found| found[1].to_owned()));
                }
            }
        }
        let explained: std::collections::BTreeSet<_> =
            explanations().map(|known| known.code.to_owned()).collect();
        assert_eq!(made, explained);
        assert!(explain("wsdl0203").is_some_and(|text| text.causes.contains("no schema defines")));
        assert!(explain("http404").is_some_and(|text| text.causes.contains("JSON backend")));
        assert_eq!(explain("XSD9999"), None);
        assert_eq!(explain("HTTP200"), None);
    }

    #[test]
    fn every_code_has_causes_and_a_remedy() {
        for Explanation { code, causes, remedy } in explanations() {
            assert!(causes.len() > 20 && causes.ends_with('.'), "{code}: {causes}");
            assert!(
                remedy.len() > 4 && !remedy.contains("{{") && remedy.ends_with(['.', ')']),
                "{code}: {remedy}"
            );
        }
        assert_eq!(without_values("one of {known}, or `{{ a }}`"), "one of \u{2026}, or `{ a }`");
        let known = |code: &str| CONTRACT.iter().any(|(known, _)| *known == code);
        assert!(REMEDIES.iter().all(|(code, _)| known(code)));
    }
}
