//! What is written in steps is what the nodes of the content model say: the same bytes, the same breaches, the same notes.
//!
//! Every message is encoded with the plan of its contract and with the same plan without steps.

#[path = "steps/changes.rs"]
mod changes;
#[allow(dead_code, reason = "each test crate uses its own part")]
#[path = "support/particles.rs"]
mod particles;
#[path = "support/seed.rs"]
mod seed;
#[path = "support/mod.rs"]
mod support;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use changes::{Tree, change, changes};
use particles::{Particle, TYPES, particle, write};
use proptest::prelude::*;
use saponify::codec::{
    EmptyAs, Encode, EncodeOptions, Encoder, NullAs, UnknownFields, Violation, Violations,
};
use saponify::describe::{Converter, Selection, Style, sample};
use saponify::json::{Tape, Value};
use saponify::limits::Limits;
use saponify::plan::{ElementIx, FieldRule, MessagePlan, Plan, Rules, Shape, WriteStep, compile};
use saponify::wsdl::{Files, load};
use seed::seeded;
use support::{service, system_service};

/// A plan and the same without steps.
struct Both {
    name: String,
    with: Plan,
    without: Plan,
}

impl Both {
    fn new(name: &str, plan: Plan) -> Self {
        Self { name: name.to_owned(), without: plan.clone().without_writing(), with: plan }
    }

    /// Each message with samples of it.
    fn samples(&self, styles: &[Style], seeds: u64) -> Vec<(usize, Vec<u8>)> {
        let converter = Converter::new(&self.with, EncodeOptions::default(), &Selection::default(), true);
        let candidates = converter.candidates().iter();
        let samples = candidates.flat_map(|candidate| {
            let styles = styles.iter().flat_map(|style| (0..seeds).map(move |seed| (*style, seed)));
            let made = styles.filter_map(|(style, seed)| sample(&self.with, candidate, style, seed).ok());
            let at =
                messages(&self.with).iter().position(|message| std::ptr::eq(*message, candidate.message));
            made.map(move |json| (at.expect("a message of the plan"), json)).collect::<Vec<_>>()
        });
        samples.collect()
    }

    fn agree(&self, at: usize, json: &[u8], options: &EncodeOptions) {
        let mut tape = Tape::new();
        let Ok(value) = tape.parse(json, &options.limits) else { return };
        let [one, other] = [&self.with, &self.without]
            .map(|plan| Made::of(Encode { plan, message: messages(plan)[at], options }, value));
        assert_eq!(one, other, "{}: {} {options:?}", self.name, String::from_utf8_lossy(json));
    }
}

fn messages(plan: &Plan) -> Vec<&MessagePlan> {
    let operations = plan.operations().iter();
    let all = operations.flat_map(|operation| {
        let faults = operation.faults.iter().map(|fault| &fault.message);
        std::iter::once(&operation.input).chain(&operation.output).chain(faults)
    });
    all.collect()
}

/// All that may be seen of a message that was encoded.
#[derive(Debug, PartialEq)]
struct Made {
    result: Result<String, Violations>,
    left_out: Vec<u32>,
    notes: Vec<Violation>,
    passed_over: (Vec<String>, usize),
}

impl Made {
    fn of(encode: Encode<'_, '_>, value: Value<'_>) -> Self {
        let (mut encoder, mut out) = (Encoder::default(), Vec::new());
        let result = encoder.encode(encode, value, &mut out);
        Self {
            // What is written before something is wrong is of no use.
            result: result.map(|()| String::from_utf8(out).expect("UTF-8")),
            left_out: encoder.left_out().to_vec(),
            notes: encoder.notes().to_vec(),
            passed_over: (encoder.passed_over().places.clone(), encoder.passed_over().at_top),
        }
    }
}

/// Every choice that a service has.
fn all_options() -> Vec<EncodeOptions> {
    let mut all = Vec::new();
    for empty_as in [EmptyAs::Keep, EmptyAs::Absent, EmptyAs::Reject] {
        for null_as in [NullAs::Reject, NullAs::Absent, NullAs::Nil] {
            for unknown_fields in [UnknownFields::Reject, UnknownFields::Ignore] {
                for open in [false, true] {
                    all.push(EncodeOptions {
                        empty_as,
                        null_as,
                        unknown_fields,
                        open,
                        ..EncodeOptions::default()
                    });
                }
            }
        }
    }
    all
}

/// The contracts of this project.
fn contracts() -> Vec<Both> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![root.join("tests/mapping/orders.wsdl"), root.join("benches/support/orders.wsdl")];
    for folder in ["wsdl", "tests/contracts"] {
        let entries = std::fs::read_dir(root.join(folder)).expect("contracts");
        paths.extend(entries.map(|entry| match entry.expect("an entry").path() {
            path if path.is_dir() => path.join("contract.wsdl"),
            path => path,
        }));
    }
    paths.sort();
    assert!(paths.len() > 15, "{paths:?}");
    let both = paths.iter().map(|path| {
        let path = path.to_str().expect("UTF-8");
        let contract = load(path, &mut Files, &Limits::default().contract).expect(path);
        Both::new(path, compile(&contract, &Rules::default()).expect(path).plan)
    });
    both.collect()
}

/// The services of this project: their rules change plans.
fn services() -> Vec<Both> {
    let mut all = Vec::new();
    for system in ["bancbox", "finzly", "helix", "stonex", "tabapay"] {
        for way in ["soap-to-json.yaml", "json-to-soap.yaml"] {
            let service = system_service(system, way, "http://localhost/");
            all.push(Both::new(&format!("{system} {way}"), service.plan));
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mapping/orders.yaml");
    for example in FieldRule::ALL.iter().flat_map(|rule| rule.examples) {
        let text = format!(
            "version: 1\nservice: orders\ncontract: {{ wsdl: orders.wsdl }}\nfronts: {{ json: {{ auth: none }} }}\n\
             backend: {{ soap: {{ url: \"http://localhost/\" }} }}\noperations:\n  placeOrder: {}\n",
            example.rules
        );
        all.push(Both::new(example.rules, service(path, &text, "http://localhost/").plan));
    }
    all
}

#[test]
fn samples_are_encoded_alike_whatever_the_options() {
    let options = all_options();
    for both in contracts().into_iter().chain(services()) {
        for (at, json) in both.samples(&[Style::Minimal, Style::Full, Style::Random], 3) {
            options.iter().for_each(|options| both.agree(at, &json, options));
        }
    }
}

#[test]
fn what_differs_in_one_place_is_encoded_alike() {
    let options = all_options();
    let mut tried = 0;
    for both in contracts().into_iter().chain(services()) {
        for (at, json) in both.samples(&[Style::Full, Style::Random], 1) {
            let mut tape = Tape::new();
            let tree = Tree::of(tape.parse(&json, &Limits::default().json).expect("JSON"));
            // Of a large message a part of the changes, spread over all places.
            let all = tree.count() * changes();
            for nth in (0..all).step_by(1 + all / CHANGES) {
                let mut changed = tree.clone();
                let place = changed.at(nth / changes()).expect("a value");
                if change(place, nth % changes()) {
                    tried += 1;
                    both.agree(at, changed.text().as_bytes(), &options[tried % options.len()]);
                    both.agree(at, changed.text().as_bytes(), &EncodeOptions::default());
                }
            }
        }
    }
    assert!(tried > 10_000, "{tried}");
}

/// So many changes of one sample are tried.
const CHANGES: usize = 600;

#[test]
fn the_corpora_are_encoded_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut messages_read = 0;
    for both in contracts().into_iter().chain(services()) {
        for folder in ["fuzz/corpus/encode", "fuzz/corpus/json"] {
            for file in std::fs::read_dir(root.join(folder)).expect("corpus") {
                let json = std::fs::read(file.expect("a file").path()).expect("file");
                messages_read += 1;
                (0..messages(&both.with).len())
                    .for_each(|at| both.agree(at, &json, &EncodeOptions::default()));
            }
        }
    }
    assert!(messages_read > 100, "{messages_read}");
}

/// The messages of the five systems go in steps wherever there are children, and nothing in them needs another way.
#[test]
fn the_five_systems_go_in_steps() {
    for both in contracts().iter().filter(|both| both.name.contains("/wsdl/")) {
        let roots = messages(&both.with).into_iter().filter_map(|message| message.root);
        let mut left: Vec<ElementIx> = roots.collect();
        let mut seen = HashSet::new();
        while let Some(element) = left.pop() {
            let element = both.with.element(element);
            let plan = both.with.type_plan(element.type_ix);
            let Shape::Complex(complex) = &plan.shape else { continue };
            if seen.insert(element.type_ix) && complex.root().is_some() {
                let writing = complex.writing.as_ref().expect(&element.local);
                let by_node = writing.steps.iter().any(|step| matches!(step, WriteStep::Node(_)));
                assert!(
                    !by_node && writing.in_order.is_some(),
                    "{}: {}: {writing:?}",
                    both.name,
                    element.local
                );
                left.extend(complex.elements());
            }
        }
        assert!(seen.len() > 5, "{}: {}", both.name, seen.len());
    }
}

const TEMPLATE: &str = "\
<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/'
    xmlns:x='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' targetNamespace='urn:t'>
  <w:types><x:schema targetNamespace='urn:t' elementFormDefault='qualified'>
    <x:element name='root'><x:complexType mixed='MIXED'>MODEL<x:attribute name='id' type='x:int'/></x:complexType></x:element>
    TYPES
  </x:schema></w:types>
  <w:message name='m'><w:part name='p' element='t:root'/></w:message>
  <w:portType name='P'><w:operation name='o'><w:input message='t:m'/></w:operation></w:portType>
  <w:binding name='B' type='t:P'><s:binding transport='http://schemas.xmlsoap.org/soap/http'/>
    <w:operation name='o'><w:input><s:body use='literal'/></w:input></w:operation></w:binding>
</w:definitions>";

fn generated(model: &Particle, mixed: bool) -> Both {
    let mut content = String::new();
    write(&Particle::Group("sequence", vec![(model.clone(), 1, Some(1))]), "", false, &mut 0, &mut content);
    let wsdl =
        TEMPLATE.replace("TYPES", TYPES).replace("MODEL", &content).replace("MIXED", &mixed.to_string());
    let mut documents = HashMap::from([("a.wsdl".to_owned(), wsdl.into_bytes())]);
    let contract = load("a.wsdl", &mut documents, &Limits::default().contract).expect("contract");
    Both::new(&content, compile(&contract, &Rules::default()).expect("plan").plan)
}

proptest! {
    #![proptest_config(seeded(200))]

    #[test]
    fn messages_of_any_schema_are_encoded_alike(
        model in particle(), mixed in prop::bool::weighted(0.1), seed: u64, places in any::<[prop::sample::Index; 64]>(),
    ) {
        let both = generated(&model, mixed);
        let options = all_options();
        for (at, json) in both.samples(&[Style::Full, Style::Random], seed % 3) {
            both.agree(at, &json, &options[seed as usize % options.len()]);
            let mut tape = Tape::new();
            let tree = Tree::of(tape.parse(&json, &Limits::default().json).expect("JSON"));
            for place in &places {
                let nth = place.index(tree.count() * changes());
                let mut changed = tree.clone();
                if change(changed.at(nth / changes()).expect("a value"), nth % changes()) {
                    both.agree(at, changed.text().as_bytes(), &options[nth % options.len()]);
                }
            }
        }
    }
}
