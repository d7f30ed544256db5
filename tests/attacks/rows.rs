//! Every row of the list of attacks is there: as entries, in another test, or with the reason why not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::data::{entries, read};

/// A row that no entry is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Elsewhere {
    #[serde(default)]
    not_yet: Option<String>,
    /// `file::function` of tests.
    #[serde(default)]
    tests: Vec<String>,
}

#[test]
fn every_row_is_there() {
    let elsewhere: BTreeMap<String, Elsewhere> = read("rows");
    let mut rows: BTreeSet<String> = entries().into_iter().map(|entry| entry.row).collect();
    rows.extend(super::tokens::rows());
    rows.extend(super::smuggling::rows());
    for (row, reason) in &elsewhere {
        assert!(reason.not_yet.is_some() || !reason.tests.is_empty(), "{row}: no reason");
        rows.insert(row.clone());
    }
    let missing: Vec<String> =
        (1..=ROWS).map(|number| format!("A{number}")).filter(|row| !rows.contains(row)).collect();
    assert!(missing.is_empty() && rows.len() == ROWS, "{missing:?} of {}", rows.len());
}

/// The rows of the list of attacks.
const ROWS: usize = 55;

/// SECURITY.md says how many there are.
#[test]
fn the_security_policy_counts_the_attacks() {
    let files = ["xml", "encoded", "json", "http", "tokens", "smuggling"];
    let entries: usize = files.into_iter().map(|name| read::<Vec<IgnoredAny>>(name).len()).sum();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md");
    let policy = std::fs::read_to_string(path).expect("the policy");
    let expected = format!("{ROWS} attacks with {entries} entries");
    assert!(policy.contains(&expected), "SECURITY.md should say: {expected}");
}

#[test]
fn tests_that_rows_are_left_to_exist() {
    let elsewhere: BTreeMap<String, Elsewhere> = read("rows");
    for test in elsewhere.values().flat_map(|row| &row.tests) {
        let (file, function) = test.split_once("::").expect("file::function");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(&format!("fn {function}(")), "{test}");
    }
}

/// Everything that is refused is counted under a name; the names are those of `metrics.yaml`.
#[test]
fn what_is_refused_has_a_name_to_be_counted_under() {
    let names: Vec<String> = read("metrics");
    for entry in entries().iter().filter(|entry| !entry.expect.accepted) {
        let name = entry.metric.as_ref().unwrap_or_else(|| panic!("{} {}: no name", entry.row, entry.name));
        assert!(names.contains(name), "{}: {name}", entry.name);
    }
}
