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
use saponify::wsdl::{Files, load};
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
