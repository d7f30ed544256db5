//! Group `interop` of `lint`: what the tools of others trip over in contracts that are right, as data in `lint_interop/`.

use std::collections::BTreeSet;

use saponify::describe::{Finding, explain, lint};
use saponify::limits::ContractLimits;
use saponify::wsdl::{Fetch, FetchError, Fetched, Files};
use serde::Deserialize;

const HEAD: &str = r#"<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/SOAP/" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" xmlns:u="urn:u" targetNamespace="urn:t" name="S">
<w:types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified">
"#;
const OTHER: &str = r#"<xs:schema targetNamespace="urn:u" elementFormDefault="qualified"><xs:complexType name="NAME"><xs:sequence><xs:element name="z" type="xs:string"/></xs:sequence></xs:complexType></xs:schema>
"#;
const SERVICE: &str = r#"<w:service name="S"><w:port name="PPort" binding="t:B"><s:address location="http://localhost/x"/></w:port></w:service>
</w:definitions>
"#;

/// What a contract may import.
const SECOND: &str =
    r#"<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:second"/>"#;

/// A contract of one operation `get`, in the parts that it has of its own, and what is found in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The components of its schema.
    #[serde(default = "schema")]
    schema: String,
    /// A type of a second schema, of namespace `urn:u`.
    other: Option<String>,
    #[serde(default = "messages")]
    messages: String,
    #[serde(default = "port_type")]
    port_type: String,
    #[serde(default = "binding")]
    binding: String,
    #[serde(default)]
    soap12: bool,
    #[serde(default)]
    no_service: bool,
    /// Code, line and column, and what is said before the tools.
    found: Vec<String>,
}

fn schema() -> String {
    r#"<xs:element name="get"><xs:complexType><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="getResponse"><xs:complexType><xs:sequence><xs:element name="b" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
"#
    .to_owned()
}

fn messages() -> String {
    r#"<w:message name="getIn"><w:part name="body" element="t:get"/></w:message>
<w:message name="getOut"><w:part name="body" element="t:getResponse"/></w:message>
"#
    .to_owned()
}

fn port_type() -> String {
    r#"<w:portType name="P">
<w:operation name="get"><w:input message="t:getIn"/><w:output message="t:getOut"/></w:operation>
</w:portType>
"#
    .to_owned()
}

fn binding() -> String {
    r#"<w:binding name="B" type="t:P"><s:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
<w:operation name="get"><s:operation soapAction="urn:get"/><w:input><s:body use="literal"/></w:input><w:output><s:body use="literal"/></w:output></w:operation>
</w:binding>
"#
    .to_owned()
}

impl Case {
    fn contract(&self) -> String {
        let head = HEAD.replace("/SOAP/", if self.soap12 { "/soap12/" } else { "/soap/" });
        let other = self.other.as_ref().map(|name| OTHER.replace("NAME", name)).unwrap_or_default();
        let (schema, messages) = (&self.schema, &self.messages);
        let (port_type, binding) = (&self.port_type, &self.binding);
        let service = if self.no_service { "</w:definitions>" } else { SERVICE };
        format!("{head}{schema}</xs:schema>\n{other}</w:types>\n{messages}{port_type}{binding}{service}")
    }

    fn findings(&self) -> Vec<Finding> {
        let mut contract = Contract { main: self.contract(), second: SECOND };
        let report = lint(&["main.wsdl".to_owned()], &mut contract, &ContractLimits::default());
        assert!(!report.unreadable, "{}: {:?}", self.name, report.diagnostics);
        report.diagnostics.into_iter().filter(|finding| finding.code.starts_with("INTEROP")).collect()
    }
}

struct Contract {
    main: String,
    second: &'static str,
}

impl Fetch for Contract {
    fn fetch(&mut self, _base: &str, location: &str) -> Result<Fetched, FetchError> {
        let text = if location == "second.wsdl" { self.second } else { &self.main };
        Ok(Fetched { path: location.to_owned(), bytes: text.into() })
    }
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string("tests/lint_interop/cases.yaml").expect("the cases");
    serde_saphyr::from_str(&text).expect("cases")
}

#[test]
fn each_trap_is_told_at_its_place_and_its_siblings_are_not() {
    let mut wrong = Vec::new();
    for case in cases() {
        let findings = case.findings();
        let said: Vec<String> = findings
            .iter()
            .map(|f| {
                format!("{} {}:{} {}", f.code, f.line, f.column, f.message.split(": ").next().unwrap_or(""))
            })
            .collect();
        if said != case.found {
            wrong.push(format!("{}\n  expected {:#?}\n  found {said:#?}", case.name, case.found));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whoever reads it must know which tool, of which version, and what to do; and nothing is wrong with the contract.
#[test]
fn each_trap_names_tool_and_version_and_how_to_mend_it() {
    let document = std::fs::read_to_string("docs/LINT_INTEROP.md").expect("docs/LINT_INTEROP.md");
    let mut codes = BTreeSet::new();
    for finding in cases().iter().flat_map(Case::findings) {
        codes.insert(finding.code);
        let tools = finding.message.split_once(": ").map_or("", |(_, tools)| tools);
        assert!(tools.contains(|c: char| c.is_ascii_digit()), "{}", finding.message);
        assert!(finding.help.is_some_and(|help| !help.is_empty()), "{}", finding.message);
        assert_eq!(finding.severity, "note");
        assert!(
            document.contains(&format!("| {} |", finding.code)),
            "{} is not in the document",
            finding.code
        );
    }
    let text = std::fs::read_to_string("src/describe/explain.rs").expect("source");
    let explained = text.matches("(\"INTEROP").count();
    assert_eq!(codes.len(), explained, "each trap has a case, and a text: {codes:?}");
    assert!(codes.iter().all(|code| explain(code).is_some()));
}

/// A contract that a generator made has a trap everywhere.
#[test]
fn only_the_first_places_of_a_trap_are_told_and_the_others_are_counted() {
    let cases = cases();
    let case = cases.iter().find(|case| case.name == "more places than are told").expect("the case");
    let findings = case.findings();
    assert_eq!(findings.len(), saponify::limits::INTEROP_PLACES);
    assert!(findings[4].message.ends_with("; 2 more places like this"), "{}", findings[4].message);
    assert!(!findings[3].message.contains("more places"), "{}", findings[3].message);
}

/// wsimport, gowsdl, KDSoap, Mono and Axis compile them: `tests/interop/generators`. That an owner of TabaPay has either the name of a
/// company or the parts of a name cannot be said without a sequence in a choice.
#[test]
fn the_contracts_of_the_five_systems_have_one_trap() {
    let systems = [("bancbox", 0), ("finzly", 0), ("helix", 0), ("stonex", 0), ("tabapay", 4)];
    for (system, expected) in systems {
        let report = lint(&[format!("wsdl/{system}.wsdl")], &mut Files, &ContractLimits::default());
        let (trap, others): (Vec<_>, Vec<_>) =
            report.diagnostics.iter().partition(|finding| finding.code == "INTEROP0312");
        let others: Vec<&str> = others.iter().map(|finding| finding.message.as_str()).collect();
        assert!(others.is_empty(), "{system}: {others:?}");
        assert_eq!(trap.len(), expected, "{system}");
    }
}
