//! `diff`: pairs of contracts with the right verdicts, a second judge, and what holds for every contract.

#[path = "diff/cases.rs"]
mod cases;
#[path = "diff/files.rs"]
mod files;
#[path = "diff/judge.rs"]
mod judge;
#[path = "support/particles.rs"]
#[allow(dead_code, reason = "each test crate uses its own part")]
mod particles;
#[path = "support/seed.rs"]
mod seed;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use cases::{Case, cases};
use judge::{Loaded, judge};
use particles::{Particle, TYPES, particle, write};
use proptest::prelude::*;
use saponify::describe::diff::{BackendLanguage, DiffReport, Found, KINDS, Party, Verdict, Way, diff};
use saponify::limits::Limits;
use saponify::wsdl::Rooted;
use seed::seeded;

/// One line for each change: its code, the way of the messages, and the verdicts for clients that speak SOAP, for those that speak
/// JSON, and for backends.
fn lines(report: &DiffReport) -> Vec<String> {
    let line = |change: &Found| {
        let way = format!("{:?}", change.way).to_lowercase();
        let verdicts = [change.soap_clients, change.json_clients, change.backends];
        format!("{} {way} {}", change.code, verdicts.map(|of| of.verdict.name()).join(" "))
    };
    let mut lines: Vec<String> = report.changes.iter().map(line).collect();
    lines.sort();
    lines.dedup();
    lines
}

#[test]
fn every_pair_has_the_verdicts_that_xml_schema_gives() {
    let all = cases();
    assert!(all.len() >= 60, "only {} pairs", all.len());
    let mut wrong = Vec::new();
    for case in &all {
        let (old, new) = (Loaded::of("old.wsdl", &case.old), Loaded::of("new.wsdl", &case.new));
        let found = lines(&diff(old.side(), new.side()));
        wrong.extend(other_than(case, &found));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What is wrong where `found` is not what `case` expects.
fn other_than(case: &Case, found: &[String]) -> Option<String> {
    let (name, expected) = (&case.name, case.expected.join("\n  "));
    let is_other = found != case.expected;
    is_other.then(|| format!("{name}: expected\n  {expected}\nfound\n  {}", found.join("\n  ")))
}

#[test]
fn every_pair_of_service_files_has_the_right_verdicts() {
    let (mut wrong, all) =
        (Vec::new(), cases::in_file(&std::fs::read_to_string("tests/diff/files.cases").expect("pairs")));
    assert!(all.len() >= 15, "only {} pairs", all.len());
    for case in &all {
        let found = lines(&files::report(&case.old, &case.new));
        wrong.extend(other_than(case, &found));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Samples of the one contract load under the other one exactly where no break is told.
#[test]
fn a_second_judge_agrees() {
    let wrong: Vec<String> = cases().iter().flat_map(judged).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn judged(case: &Case) -> Vec<String> {
    let (old, new) = (Loaded::of("old.wsdl", &case.old), Loaded::of("new.wsdl", &case.new));
    let found = judge(&old, &new, case);
    found.into_iter().map(|wrong| format!("{}: {wrong}", case.name)).collect()
}

/// The table of docs/DIFF.md says what the program does.
#[test]
fn the_document_has_every_kind_of_change() {
    let document = std::fs::read_to_string("docs/DIFF.md").expect("docs/DIFF.md");
    let table = table();
    assert!(document.contains(&table), "the table of docs/DIFF.md should be:\n{table}");
}

fn table() -> String {
    let mut out = HEADING.to_owned();
    for kind in KINDS {
        let in_way = |way: Way| {
            if kind.only.is_some_and(|only| only != way) {
                return "–".to_owned();
            }
            let parties = [Party::SoapClient, Party::JsonClient, Party::Backend(BackendLanguage::Soap)];
            let of = parties.map(|party| party.judge(&kind.effect, way).verdict);
            if of == [Verdict::Safe; 3] { "safe".to_owned() } else { of.map(Verdict::name).join(", ") }
        };
        let (request, response) = (in_way(Way::Request), in_way(Way::Response));
        let causes = kind.causes.replace('|', "\\|");
        out.push_str(&format!("| {} | {} | {request} | {response} | {causes} |\n", kind.code, kind.title));
    }
    out
}

const HEADING: &str = "\
| code | change | in requests: SOAP clients, JSON clients, backends | in responses | why |
|---|---|---|---|---|
";

/// From new to old, what was added is removed: each way narrows what the other one widens.
#[test]
fn turned_round_a_pair_breaks_the_other_side() {
    for case in cases() {
        let (old, new) = (Loaded::of("old.wsdl", &case.old), Loaded::of("new.wsdl", &case.new));
        let (there, back) = (diff(old.side(), new.side()), diff(new.side(), old.side()));
        assert_eq!(there.changes.is_empty(), back.changes.is_empty(), "{}", case.name);
        let same = |file: &Loaded| diff(file.side(), file.side()).changes;
        assert_eq!((same(&old), same(&new)), (Vec::new(), Vec::new()), "{}", case.name);
    }
}

fn model(particle: &Particle) -> String {
    let mut content = String::new();
    write(
        &Particle::Group("sequence", vec![(particle.clone(), 1, Some(1))]),
        "",
        false,
        &mut 0,
        &mut content,
    );
    cases::contract(&format!("{TYPES}<x:complexType name=\"T\">{content}</x:complexType>"))
}

proptest! {
    #![proptest_config(seeded(150))]

    /// Content models that nobody wrote: what no break is told of loads.
    #[test]
    fn what_is_told_safe_loads(old in particle(), new in particle()) {
        let case = Case { name: "made".to_owned(), old: model(&old), new: model(&new), ..Case::default() };
        let (old, new) = (Loaded::of("old.wsdl", &case.old), Loaded::of("new.wsdl", &case.new));
        let report = diff(old.side(), new.side());
        let untold = judge::untold(&old, &new, &report);
        prop_assert!(untold.is_empty(), "{}\n{}\n{}", untold.join("\n"), case.old, case.new);
    }
}

/// A contract against itself has no change, whatever is in it.
#[test]
fn a_contract_against_itself_has_no_change() {
    let mut found = Vec::new();
    for folder in ["wsdl", "tests", "samples"] {
        contracts(Path::new(folder), &mut found);
    }
    assert!(found.len() >= 20, "only {} contracts", found.len());
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    match shared.is_dir() {
        true => {
            let mut all = Vec::new();
            contracts(&shared, &mut all);
            found.extend(all.into_iter().filter(|file| file.ends_with("main.wsdl")));
        }
        false => eprintln!("skipped: {} is not there", shared.display()),
    }
    let changed: Vec<String> = found.iter().filter_map(|file| changed(file)).collect();
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

/// What changes when nothing changes; nothing for a document that is no contract.
fn changed(file: &Path) -> Option<String> {
    let name = file.to_string_lossy();
    let mut files = Rooted::new(saponify::wsdl::Files, None);
    let contract = saponify::wsdl::load(&name, &mut files, &Limits::default().contract).ok()?;
    let again = Loaded::from(contract)?;
    let report = diff(again.side(), again.side());
    let first = report.changes.first()?;
    Some(format!("{name}: {} {}", first.code, first.message))
}

fn contracts(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            contracts(&path, found);
        } else if path.extension().is_some_and(|end| end == "wsdl") {
            found.push(path);
        }
    }
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_saponify")).arg("diff").args(arguments).output().expect("a program");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const SHOP: [&str; 2] = ["tests/diff/shop/v1.wsdl", "tests/diff/shop/v2.wsdl"];

#[test]
fn the_verb_tells_both_places_and_whom_it_breaks() {
    let (code, human, _) = run(&SHOP);
    assert_eq!(code, Some(1));
    for part in [
        "breaking  DIFF0201  the required element shop is new\n          in requests of getItem\n",
        "          old  tests/diff/shop/v1.wsdl:7:9\n          new  tests/diff/shop/v2.wsdl:9:11\n",
        "JSON clients: breaking, a request without it was valid, and is refused",
        "3 changes: 1 breaking, 1 possible, 1 safe (--all shows them)",
    ] {
        assert!(human.contains(part), "{part}: {human}");
    }
    assert!(!human.contains("DIFF0106"));
    let (_, all, _) = run(&[&["--all"], &SHOP[..]].concat());
    assert!(all.contains("safe      DIFF0106") && all.ends_with("1 safe\n"), "{all}");
}

#[test]
fn machines_read_the_same() {
    let (code, json, _) = run(&[&["--format", "json"], &SHOP[..]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((code, &json["schema_version"], &json["totals"]["safe"]), (Some(1), &1.into(), &1.into()));
    let first = &json["changes"][0];
    assert_eq!((&first["code"], &first["new"]["line"]), (&"DIFF0201".into(), &9.into()));
    assert_eq!(first["backends"]["verdict"], "possible");
    let (_, sarif, _) = run(&[&["--format", "sarif"], &SHOP[..]].concat());
    let sarif: serde_json::Value = serde_json::from_str(&sarif).expect("JSON");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"DIFF0201".into(), &"error".into()));
    let place = |of: &str| result[of][0]["physicalLocation"]["region"]["startLine"].clone();
    assert_eq!((place("locations"), place("relatedLocations")), (9.into(), 7.into()));
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][0]["id"], "DIFF0201");
}

#[test]
fn exit_codes_say_how_it_ended() {
    let yaml = ["tests/diff/shop/v1.yaml", "tests/diff/shop/v2.yaml"];
    assert_eq!(run(&[SHOP[0], SHOP[0]]).0, Some(0));
    assert_eq!(run(&[yaml[0], yaml[0]]).0, Some(0));
    let (code, human, _) = run(&yaml);
    assert_eq!(code, Some(1));
    assert!(human.contains("getItem is GET /items/{code} and was POST /items"), "{human}");
    let (code, _, mixed) = run(&[yaml[0], SHOP[1]]);
    assert_eq!(code, Some(2));
    assert!(mixed.contains("v1.yaml is a service file and tests/diff/shop/v2.wsdl a WSDL"), "{mixed}");
    assert_eq!(run(&[SHOP[0]]).0, Some(2));
    assert_eq!(run(&[SHOP[0], "tests/diff/shop/v3.wsdl"]).0, Some(4));
    assert_eq!(run(&[yaml[0], "tests/config/wrong.yaml"]).0, Some(3));
}

/// A map of documents, as tests have them.
pub fn documents(name: &str, text: &str) -> HashMap<String, Vec<u8>> {
    HashMap::from([(name.to_owned(), text.as_bytes().to_vec())])
}
