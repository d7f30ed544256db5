//! Documents that list requirements, and the cases that keep them.

use std::collections::BTreeSet;

/// Checks that each row of the table of requirements in `docs/NAME` is kept by one of `cases`, and that each of these, with its name, keeps one.
pub fn check_requirements(name: &str, cases: impl Iterator<Item = (String, Vec<String>)>) {
    let path = format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(path).expect("document");
    let table = document.split("| requirement |").nth(1).expect("a table").lines().skip(2);
    let rows = table.take_while(|line| line.starts_with("| "));
    let documented: BTreeSet<String> =
        rows.map(|row| row.split('|').nth(1).unwrap_or("").trim().to_owned()).collect();
    assert!(!documented.is_empty(), "no rows");
    let all: Vec<(String, Vec<String>)> = cases.collect();
    let idle: Vec<&String> = all.iter().filter(|(_, keeps)| keeps.is_empty()).map(|(name, _)| name).collect();
    assert!(idle.is_empty(), "cases that keep nothing: {idle:?}");
    let kept: BTreeSet<String> = all.into_iter().flat_map(|(_, keeps)| keeps).collect();
    let lacking: Vec<_> = documented.difference(&kept).collect();
    let unknown: Vec<_> = kept.difference(&documented).collect();
    assert!(lacking.is_empty() && unknown.is_empty(), "kept by no case: {lacking:?}; in no row: {unknown:?}");
}
