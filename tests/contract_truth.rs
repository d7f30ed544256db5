//! What is said of contracts: what is missing in them, what is there twice, what they ask for, which ports are served. The cases are data.

use std::collections::{BTreeMap, HashMap};

use saponify::describe::{LintReport, lint};
use saponify::limits::ContractLimits;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// What stands in the places of the plain contract.
    #[serde(default)]
    with: BTreeMap<String, String>,
    /// The documents beside it.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Severity, code, the beginning of the place, and a part of the message.
    found: Vec<String>,
    /// That of the operation `o`.
    verdict: String,
    /// `service/port` of those that are not served.
    #[serde(default)]
    unserved: Vec<String>,
}

/// The plain contract, with its places.
const CONTRACT: &str = r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:http="http://schemas.xmlsoap.org/wsdl/http/" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:wsp="http://www.w3.org/ns/ws-policy" xmlns:sp="http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702" xmlns:wsam="http://www.w3.org/2007/05/addressing/metadata" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" xmlns:t="urn:t" xmlns:u="urn:u" xmlns:m="urn:m" targetNamespace="urn:t">
<types><xs:schema targetNamespace="urn:t">
@schema@
</xs:schema></types>
@import@

<message name="q"><part name="p" @part@/></message>
<portType name="P" @portType@><operation name="o"><input message="@message@"/>@fault@</operation>@operations@</portType>
<binding name="B" type="t:P">@binding@<soap:binding style="@style@" transport="@transport@"/><operation name="o">@operation@<soap:operation soapAction=""/><input>@input@</input></operation>@bound@</binding>
<service name="S"><port name="P" binding="t:B"><soap:address location="http://127.0.0.1:1/"/></port>@port@</service>
@more@
</definitions>
"#;

const PLAIN: &[(&str, &str)] = &[
    ("schema", r#"<xs:element name="q" type="xs:string"/>"#),
    ("import", ""),
    ("part", r#"element="t:q""#),
    ("portType", ""),
    ("message", "t:q"),
    ("fault", ""),
    ("operations", ""),
    ("binding", ""),
    ("style", "document"),
    ("transport", "http://schemas.xmlsoap.org/soap/http"),
    ("operation", ""),
    ("input", r#"<soap:body use="literal"/>"#),
    ("bound", ""),
    ("port", ""),
    ("more", ""),
];

impl Case {
    fn report(&self) -> LintReport {
        assert!(self.with.keys().all(|key| PLAIN.iter().any(|(known, _)| known == key)), "{self:?}");
        let mut main = CONTRACT.to_owned();
        for (key, plain) in PLAIN {
            let value = self.with.get(*key).map_or(*plain, |value| value.trim_end());
            main = main.replace(&format!("@{key}@"), value);
        }
        let main = main.replace("@unions@", &unions()).replace("@lists@", &lists());
        let main = main.replace("@policies@", &policies());
        let mut documents: HashMap<String, Vec<u8>> =
            self.files.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect();
        documents.insert("main.wsdl".to_owned(), main.into_bytes());
        lint(&["main.wsdl".to_owned()], &mut documents, &ContractLimits::default())
    }

    /// What is wrong with what is said.
    fn wrong(&self) -> Option<String> {
        let report = self.report();
        let told = |finding: &saponify::describe::Finding| {
            let place = format!("{}:{}:{}", finding.file, finding.line, finding.column);
            format!("{} {} {place} {}", finding.severity, finding.code, finding.message)
        };
        // What single tools trip over has cases of its own (tests/lint_interop).
        let about = report.diagnostics.iter().filter(|finding| !finding.code.starts_with("INTEROP"));
        let found: Vec<String> = about.map(told).collect();
        let right = found.len() == self.found.len()
            && found.iter().zip(&self.found).all(|(found, expected)| is(found, expected));
        let mut verdicts = report.services.iter().flat_map(|port| &port.operations);
        let verdict = verdicts.find(|of| of.name == "o").map(|of| format!("{:?}", of.verdict).to_lowercase());
        let unserved: Vec<String> =
            report.unserved.iter().map(|port| format!("{}/{}", port.service, port.port)).collect();
        let right = right && verdict.as_deref() == Some(&*self.verdict) && unserved == self.unserved;
        (!right).then(|| format!("{}: {verdict:?} {unserved:?}\n    {}", self.name, found.join("\n    ")))
    }
}

/// Whether `found` is the line `expected`: severity and code, the beginning of a place, a part of the message.
fn is(found: &str, expected: &str) -> bool {
    let parts = |line: &str| -> Vec<String> { line.splitn(4, ' ').map(str::to_owned).collect() };
    let (found, expected) = (parts(found), parts(expected));
    let message = expected.get(3).map_or("", String::as_str);
    found[0] == expected[0]
        && found[1] == expected[1]
        && found[2].starts_with(&expected[2])
        && found[3].contains(message)
}

/// Each union has the next one twice.
fn unions() -> String {
    let union = |n: usize| {
        let next = n + 1;
        format!(r#"<xs:simpleType name="U{n}"><xs:union memberTypes="t:U{next} t:U{next}"/></xs:simpleType>"#)
    };
    let last = r#"<xs:simpleType name="U31"><xs:restriction base="xs:int"/></xs:simpleType>"#;
    (0..31).map(union).collect::<String>() + last
}

/// Each policy refers to the next one ten times.
fn policies() -> String {
    let reference = |n: usize| format!("<wsp:PolicyReference URI='#P{n}'/>");
    let policy = |n: usize| format!("<wsp:Policy wsu:Id='P{n}'>{}</wsp:Policy>", reference(n + 1).repeat(10));
    (0..14).map(policy).collect::<String>() + "<wsp:Policy wsu:Id='P14'><wsam:Addressing/></wsp:Policy>"
}

/// Each is a list of the next one, and the last one comes first, so that each is made when the next one is there.
fn lists() -> String {
    let list = |n: usize| {
        let next = n + 1;
        format!(r#"<xs:simpleType name="L{n}"><xs:list itemType="t:L{next}"/></xs:simpleType>"#)
    };
    let last = r#"<xs:simpleType name="L66"><xs:restriction base="xs:int"/></xs:simpleType>"#;
    (0..66).map(list).collect::<String>() + last
}

#[test]
fn a_contract_is_told_the_truth_about() {
    let text = std::fs::read_to_string("tests/truth/cases.yaml").expect("cases");
    let cases: Vec<Case> = serde_saphyr::from_str(&text).expect("cases");
    assert!(cases.len() > 50, "{}", cases.len());
    let wrong: Vec<String> = cases.iter().filter_map(Case::wrong).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
