//! Policies of a contract: what they demand, in words, and which service files send less, as data in `tests/policy/cases.yaml`;
//! `docs/POLICY.md` has what each of the cases keeps.

#[path = "support/requirements.rs"]
mod requirements;
mod support;

use std::collections::{BTreeMap, HashMap};

use requirements::check_requirements;
use saponify::limits::{ContractLimits, POLICY_ELEMENTS, POLICY_NESTING, POLICY_PARTS};
use saponify::service::{FrontAddressing, load};
use saponify::wsdl::{self, Contract};
use serde::Deserialize;
use support::Variables;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    keeps: Vec<String>,
    /// Places of the contract.
    #[serde(default)]
    with: BTreeMap<String, String>,
    /// What another document of it has.
    #[serde(default)]
    other: String,
    /// What is demanded of all requests.
    port: Option<String>,
    /// What is demanded of those of the operation.
    operation: Option<String>,
    /// Whether a SOAP front asks for addressing: `required` or `accepted`.
    front: Option<String>,
    #[serde(default)]
    files: Vec<File>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "here")]
    url: String,
    /// Keys of the backend.
    backend: String,
    /// Code, place and a part of the message of each thing that is wrong.
    wrong: Vec<String>,
}

fn here() -> String {
    "http://localhost/".to_owned()
}

const CONTRACT: &str = r#"<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:wsp="http://www.w3.org/ns/ws-policy" xmlns:p2="http://schemas.xmlsoap.org/ws/2004/09/policy" xmlns:sp="http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702" xmlns:s5="http://schemas.xmlsoap.org/ws/2005/07/securitypolicy" xmlns:wsam="http://www.w3.org/2007/05/addressing/metadata" xmlns:wsaw="http://www.w3.org/2006/05/addressing/wsdl" xmlns:w4="http://schemas.xmlsoap.org/ws/2004/08/addressing/policy" xmlns:wsoma="http://schemas.xmlsoap.org/ws/2004/09/policy/optimizedmimeserialization" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" xmlns:t="urn:t" targetNamespace="urn:t">
<wsdl:types><xs:schema targetNamespace="urn:t"><xs:element name="q" type="xs:string"/></xs:schema></wsdl:types>
<wsdl:message name="q">@message@<wsdl:part name="p" element="t:q"/></wsdl:message>
<wsdl:portType name="P" @portType@>@portTypePolicy@
<wsdl:operation name="o">@portOperation@<wsdl:input message="t:q" @portInput@/>@portMore@</wsdl:operation></wsdl:portType>
<wsdl:binding name="B" type="t:P">@binding@<soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
<wsdl:operation name="o">@operation@<soap:operation soapAction=""/><wsdl:input>@input@<soap:body use="literal"/></wsdl:input></wsdl:operation></wsdl:binding>
<wsdl:service name="S">@service@<wsdl:port name="P" binding="t:B">@port@<soap:address location="http://localhost/"/></wsdl:port></wsdl:service>
@more@
</wsdl:definitions>
"#;

const PLACES: [&str; 12] = [
    "binding",
    "input",
    "message",
    "more",
    "operation",
    "port",
    "portInput",
    "portMore",
    "portOperation",
    "portType",
    "portTypePolicy",
    "service",
];

/// The main document of a contract.
fn main(with: &BTreeMap<String, String>) -> String {
    assert!(with.keys().all(|key| PLACES.contains(&&**key)), "{with:?}");
    let mut text = CONTRACT.to_owned();
    for place in PLACES {
        text = text.replace(&format!("@{place}@"), with.get(place).map_or("", String::as_str));
    }
    text
}

fn contract(with: &BTreeMap<String, String>) -> Contract {
    let mut documents = HashMap::from([("main.wsdl".to_owned(), main(with).into_bytes())]);
    wsdl::load("main.wsdl", &mut documents, &ContractLimits::default()).expect("contract")
}

impl Case {
    fn documents(&self) -> HashMap<String, Vec<u8>> {
        let head = CONTRACT
            .lines()
            .next()
            .expect("a head")
            .replace("targetNamespace=\"urn:t\"", "targetNamespace=\"urn:o\"");
        let other = format!("{head}{}</wsdl:definitions>", self.other);
        let all = [("main.wsdl", main(&self.with)), ("other.wsdl", other)];
        all.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect()
    }

    fn contract(&self) -> Contract {
        wsdl::load("main.wsdl", &mut self.documents(), &ContractLimits::default()).expect("contract")
    }
}

fn service(case: &Case, file: &File) -> Result<FrontAddressing, Vec<String>> {
    let text = format!(
        "version: 1\nservice: s\ncontract: {{ wsdl: main.wsdl }}\nfronts: {{ soap: {{ auth: none }} }}\n\
         backend: {{ soap: {{ url: \"{}\", {} }} }}\n",
        file.url, file.backend
    );
    let known = Variables(HashMap::from([("P", "not-a-real-secret")]));
    let loaded = load("service.yaml", &text, &known, &mut case.documents(), None);
    loaded.map(|service| service.soap_front.expect("a front").addressing).map_err(|problems| {
        problems.iter().map(|found| format!("{} {} {}", found.code, found.position, found.message)).collect()
    })
}

fn cases() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/policy/cases.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(path).expect("cases")).expect("cases")
}

#[test]
fn demands_are_told_in_words() {
    for case in cases() {
        let contract = case.contract();
        let port = &contract.services[0].ports[0];
        if let Some(words) = &case.port {
            assert_eq!(port.demands.to_string(), *words, "{}", case.name);
        }
        if let Some(words) = &case.operation {
            assert_eq!(port.operations[0].demands.to_string(), *words, "{}", case.name);
        }
    }
}

#[test]
fn a_service_file_that_would_send_less_is_refused() {
    for case in cases() {
        for file in &case.files {
            let found = service(&case, file).err().unwrap_or_default();
            let at = format!("{}: {}: {found:#?}", case.name, file.backend);
            assert_eq!(found.len(), file.wrong.len(), "{at}");
            for (found, wrong) in found.iter().zip(&file.wrong) {
                let parts = |line: &str| line.splitn(3, ' ').map(str::to_owned).collect::<Vec<_>>();
                let (found, wrong) = (parts(found), parts(wrong));
                let says = wrong.get(2).is_none_or(|text| found[2].contains(text.as_str()));
                assert!(found[..2] == wrong[..2] && says, "{at}");
            }
        }
    }
}

#[test]
fn a_front_asks_for_what_its_contract_demands() {
    for case in cases() {
        let Some(front) = &case.front else { continue };
        let file =
            File { url: here(), backend: "ignore_policy: tested elsewhere".to_owned(), wrong: Vec::new() };
        let wanted = match &**front {
            "accepted" => FrontAddressing::Accept,
            _ => FrontAddressing::Require,
        };
        assert_eq!(service(&case, &file), Ok(wanted), "{}", case.name);
    }
}

#[test]
fn each_requirement_is_kept_by_a_case_and_each_case_keeps_one() {
    let all = cases().into_iter().map(|case| (case.name, case.keeps));
    check_requirements("POLICY.md", all);
}

fn nested(depth: usize) -> String {
    let (open, close) = ("<wsp:All>".repeat(depth), "</wsp:All>".repeat(depth));
    format!("<wsp:Policy>{open}<wsam:Addressing/>{close}</wsp:Policy>")
}

/// The policy and the assertion are elements too.
#[test]
fn nesting_is_followed_up_to_its_bound() {
    for (depth, found) in
        [(POLICY_NESTING - 3, true), (POLICY_NESTING - 2, true), (POLICY_NESTING - 1, false)]
    {
        let with = BTreeMap::from([("binding".to_owned(), nested(depth))]);
        assert_eq!(!contract(&with).services[0].ports[0].demands.is_empty(), found, "{depth}");
    }
}

/// What is read no further from deep inside is read whole from elsewhere.
#[test]
fn a_policy_is_read_as_far_as_it_may_be_from_where_it_is_referred_to() {
    let reference = "<wsp:PolicyReference URI='#P'/>";
    let (open, close) = ("<wsp:All>".repeat(POLICY_NESTING - 3), "</wsp:All>".repeat(POLICY_NESTING - 3));
    let binding = format!("<wsp:Policy>{open}{reference}{close}{reference}</wsp:Policy>");
    let more = "<wsp:Policy wsu:Id='P'><wsp:All><wsam:Addressing/></wsp:All></wsp:Policy>".to_owned();
    let with = BTreeMap::from([("binding".to_owned(), binding), ("more".to_owned(), more)]);
    assert_eq!(
        contract(&with).services[0].ports[0].demands.to_string(),
        "header blocks of WS-Addressing 1.0"
    );
}

/// Each refers to the next one ten times, each time with something else beside it.
#[test]
fn policies_that_grow_with_the_power_of_their_depth_are_bounded() {
    let reference = |n: usize, at: usize| {
        format!("<wsp:All><wsp:PolicyReference URI='#P{n}'/><x:A{at} xmlns:x='urn:x'/></wsp:All>")
    };
    let policy = |n: usize| {
        let all: String = (0..10).map(|at| reference(n + 1, at)).collect();
        format!("<wsp:Policy wsu:Id='P{n}'><wsp:ExactlyOne>{all}</wsp:ExactlyOne></wsp:Policy>")
    };
    let more =
        (0..14).map(policy).collect::<String>() + "<wsp:Policy wsu:Id='P14'><wsam:Addressing/></wsp:Policy>";
    let binding = "<wsp:PolicyReference URI='#P0'/>".to_owned();
    let with = BTreeMap::from([("binding".to_owned(), binding), ("more".to_owned(), more)]);
    assert!(contract(&with).services[0].ports[0].demands.to_string().len() < 40 * POLICY_ELEMENTS);
}

#[test]
fn assertions_are_kept_up_to_their_bound() {
    for (count, kept) in [(POLICY_PARTS - 1, 1), (POLICY_PARTS, 1), (POLICY_PARTS + 1, 0)] {
        let assertions: String = (1..count).map(|n| format!("<x:A{n} xmlns:x='urn:x'/>")).collect();
        let policy = format!("<wsp:Policy>{assertions}<wsam:Addressing/></wsp:Policy>");
        let with = BTreeMap::from([("binding".to_owned(), policy)]);
        let words = contract(&with).services[0].ports[0].demands.to_string();
        assert_eq!(words.matches("WS-Addressing").count(), kept, "{count}");
    }
}
