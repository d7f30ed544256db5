//! What a decoder makes of messages whose elements are those that it expects next, and of all others: the same as the content
//! model alone.

#[path = "support/stepwise.rs"]
mod stepwise;
#[path = "support/mod.rs"]
mod support;

use std::fs;
use std::path::Path;

use saponify::plan::{MessagePlan, Plan, Rules, compile};
use saponify::service::Service;
use saponify::wsdl::{Fetch, FetchError, Fetched, Files, load};
use stepwise::{compare, mutants};
use support::system_service;

/// One mutant of so many is tried with one plan.
const MUTANTS: usize = 11;

const SYSTEMS: &[&str] = &["bancbox", "finzly", "helix", "stonex", "tabapay"];

fn messages(plan: &Plan) -> impl Iterator<Item = &MessagePlan> {
    plan.operations().iter().flat_map(|operation| std::iter::once(&operation.input).chain(&operation.output))
}

/// The contract of a system as it is, and as both of its services have it.
fn plans(system: &str) -> Vec<Plan> {
    let path = format!("{}/wsdl/{system}.wsdl", env!("CARGO_MANIFEST_DIR"));
    let contract = load(&path, &mut Files, &Default::default()).expect("contract");
    let services = ["soap-to-json.yaml", "json-to-soap.yaml"];
    let services = services.map(|name| system_service(system, name, "http://localhost/"));
    let served = services.into_iter().map(|Service { plan, .. }| plan);
    std::iter::once(compile(&contract, &Rules::default()).expect("plan").plan).chain(served).collect()
}

/// The messages in the files below `folder`.
fn documents(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for file in fs::read_dir(folder).expect("a folder").flatten().map(|file| file.path()) {
        if file.is_dir() {
            found.extend(documents(&file));
        } else if file.extension().is_some_and(|extension| extension == "xml") {
            found.push(fs::read_to_string(file).expect("a text"));
        }
    }
    found
}

#[test]
fn messages_of_the_systems_are_read_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for system in SYSTEMS {
        let documents = documents(&root.join("samples").join(system));
        let (mut taken, mut round) = (0, 0);
        for plan in plans(system) {
            for message in messages(&plan) {
                for document in &documents {
                    taken += compare(&plan, message, document);
                    // Others each time: all of them with all plans take minutes.
                    mutants(document).skip(round % MUTANTS).step_by(MUTANTS).for_each(|mutant| {
                        compare(&plan, message, &mutant);
                    });
                    round += 1;
                }
            }
        }
        assert!(taken > 10, "{system}: {taken}");
    }
}

#[test]
fn the_corpus_is_read_alike() {
    let corpus = documents(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/decode"));
    assert!(corpus.len() >= 5);
    for plan in plans("bancbox") {
        for message in messages(&plan) {
            for document in &corpus {
                compare(&plan, message, document);
            }
        }
    }
}

/// A contract of one document.
struct Alone(String);

impl Fetch for Alone {
    fn fetch(&mut self, _: &str, location: &str) -> Result<Fetched, FetchError> {
        Ok(Fetched { path: location.to_owned(), bytes: self.0.clone().into_bytes() })
    }
}

/// A schema may name an element as XML cannot; where it is expected as it stands, a document that is not well-formed is still none.
#[test]
fn a_name_that_xml_cannot_have_is_not_expected() {
    let wsdl = r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:t" targetNamespace="urn:t"
        xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified"><xs:element name="e"><xs:complexType><xs:sequence>
        <xs:element name="a NAME" type="xs:string"/></xs:sequence></xs:complexType></xs:element></xs:schema></types>
      <message name="m"><part name="p" element="t:e"/></message>
      <portType name="P"><operation name="o"><input message="t:m"/></operation></portType>
      <binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
        <operation name="o"><soap:operation soapAction=""/><input><soap:body use="literal"/></input></operation></binding>
      <service name="S"><port name="P" binding="t:B"><soap:address location="http://localhost/"/></port></service>
    </definitions>"#;
    for (name, taken) in [("a", true), ("a b", false), ("1", false)] {
        let mut alone = Alone(wsdl.replace("a NAME", name));
        let contract = load("alone.wsdl", &mut alone, &Default::default()).expect("contract");
        let plan = compile(&contract, &Rules::default()).expect("plan").plan;
        let document = format!("<e xmlns='urn:t'><{name}>1</{name}></e>");
        let read = messages(&plan).map(|message| compare(&plan, message, &document)).sum::<usize>();
        assert_eq!(read > 0, taken, "{name}");
    }
}
