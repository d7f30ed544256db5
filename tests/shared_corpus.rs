//! Real contracts, where they are at hand: every document loads in bounded time, and samples of its operations go both
//! ways. Without them the tests pass and say so.

use std::path::{Path, PathBuf};

use saponify::codec::EncodeOptions;
use saponify::describe::{Candidate, Converter, Selection, Style, Verdict, lint, sample};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{Plan, Rules, compile};
use saponify::service::{OtherPort, served_ports};
use saponify::wsdl::{Files, load};

/// The main documents; nothing where the corpus is absent.
fn contracts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/bundles");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not there", folder.display());
        return Vec::new();
    };
    let mut all: Vec<PathBuf> = entries.flatten().map(|entry| entry.path().join("main.wsdl")).collect();
    all.sort();
    all
}

#[test]
fn documents_load_or_say_why_not() {
    let limits = Limits::default().contract;
    let (mut unreadable, mut refused) = (0, 0);
    let contracts = contracts();
    for contract in &contracts {
        let report = lint(&[contract.to_string_lossy().into_owned()], &mut Files, &limits);
        unreadable += usize::from(report.unreadable);
        let operations = report.services.iter().flat_map(|service| &service.operations);
        refused += operations.filter(|operation| operation.verdict == Verdict::Refused).count();
        if report.unreadable {
            assert!(!report.diagnostics.is_empty(), "{}", contract.display());
        }
    }
    assert!(unreadable * 20 <= contracts.len(), "{unreadable} of {} cannot be read", contracts.len());
    assert!(refused <= 20, "{refused} operations are refused");
}

/// Of a port that is not served the reason is told, with a place where it is one of the contract's.
#[test]
fn ports_are_served_together_or_said_why_not() {
    let (mut several, mut together, mut whole) = (0, 0, 0);
    for contract in contracts() {
        let Ok(model) = load(&contract.to_string_lossy(), &mut Files, &Limits::default().contract) else {
            continue;
        };
        let soap = model.services.iter().flat_map(|service| &service.ports).filter(|port| !port.elsewhere);
        let soap = soap.count();
        let Some(ports) = served_ports(&model, None).filter(|_| soap > 1) else { continue };
        several += 1;
        together += usize::from(!ports.beside.is_empty());
        whole += usize::from(ports.beside.len() + 1 == soap);
        for OtherPort { name, reason, .. } in &ports.others {
            assert!(!reason.is_empty() && reason != "another port", "{}: {name}", contract.display());
        }
    }
    println!(
        "{several} contracts with several SOAP ports: {together} serve some together, {whole} of them all"
    );
    assert!(together * 2 >= several, "{together} of {several} serve ports together");
}

#[test]
fn samples_go_both_ways() {
    let mut failed = Vec::new();
    for contract in contracts().iter().step_by(3) {
        let Ok(contract_model) = load(&contract.to_string_lossy(), &mut Files, &Limits::default().contract)
        else {
            continue;
        };
        let plan = compile(&contract_model, &Rules::default()).expect("plan").plan;
        let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), false);
        for candidate in converter.candidates().iter().take(4) {
            // Others may have the same message.
            let only = Selection {
                service: Some(candidate.operation.service.to_string()),
                port: Some(candidate.operation.port.to_string()),
                operation: Some(candidate.operation.name.to_string()),
                direction: Some(candidate.direction),
            };
            let only = Converter::new(&plan, EncodeOptions::default(), &only, false);
            for seed in 0..2 {
                let gone = round(&plan, &only, candidate, seed);
                failed.extend(gone.err().map(|reason| format!("{}: {reason}", contract.display())));
            }
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// JSON to SOAP to JSON.
fn round(plan: &Plan, converter: &Converter<'_>, candidate: &Candidate<'_>, seed: u64) -> Result<(), String> {
    let style = if seed == 0 { Style::Full } else { Style::Random };
    let json = sample(plan, candidate, style, seed).map_err(|error| error.to_string())?;
    let name = &candidate.operation.name;
    let mut tape = Tape::new();
    let value = tape.parse(&json, &Limits::default().json).map_err(|error| format!("{name}: {error}"))?;
    let Ok(xml) = converter.encode(candidate, value) else {
        // A facet for which no value was found.
        return Ok(());
    };
    let back = converter.json_of(&xml).map_err(|reason| format!("{name} {seed}: {reason}"))?;
    let parsed =
        |json: &[u8]| serde_json::from_slice::<serde_json::Value>(json).map_err(|error| error.to_string());
    let same = parsed(&back.message)? == parsed(&converter.marked(candidate, json))?;
    if same { Ok(()) } else { Err(format!("{name} {seed} differs")) }
}
