//! What each code of a diagnostic means, why it matters, and how to mend it.

use std::fmt;

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

/// All codes that a client, a log or a verb shows: those of service files, of contracts, and of the running bridge.
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
    files.chain(contracts).chain(running)
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
Keep a copy of every imported document beside the WSDL; `saponify fetch` makes such a folder."),
    ("DOC0002", "The documents of the contract are larger, more or nested deeper than `limits.contract` allows.
Raise the limit in the service file if the contract is really that large."),
    ("DOC0003", "A document is not well-formed XML, or has a <!DOCTYPE …>, which is always refused: entities are how
documents read files and exhaust memory. Take the declaration out; `saponify fetch` says where it stands."),
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

    /// Every code that the source makes has an explanation, and no other has one but those that service files give.
    #[test]
    fn every_code_is_explained() {
        let pattern =
            regex::Regex::new(r#""((?:BRG|CFG|DOC|NET|PLAN|WSDL|XSD)\d{4,5})(?:"|: )"#).expect("pattern");
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
