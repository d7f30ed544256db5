//! The staircase: a room may use the rooms on lower steps, and no other.

use std::path::{Path, PathBuf};
use std::{fs, io};

use regex::Regex;

const STEPS: &[&[&str]] = &[
    &["limits"],
    &["json", "xml"],
    &["xsd"],
    &["wsdl"],
    &["plan"],
    &["codec"],
    &["soap"],
    &["wss"],
    &["jose"],
    &["service"],
    &["redact"],
    &["describe"],
    &["bridge"],
    &["server"],
    &["testing"],
    &["cli"],
];

#[test]
fn a_room_uses_only_lower_rooms() {
    let files = sources(Path::new("src")).unwrap();
    assert!(files.len() >= STEPS.len(), "only {} files under src", files.len());
    let found: Vec<String> = files.iter().flat_map(|(path, text)| violations(path, text)).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_room_is_there_and_every_module_of_the_root_is_a_room() {
    for room in STEPS.iter().copied().flatten() {
        let (folder, file) = (format!("src/{room}/mod.rs"), format!("src/{room}.rs"));
        assert!(Path::new(&folder).is_file() || Path::new(&file).is_file(), "{folder} is not there");
    }
    let root = fs::read_to_string("src/lib.rs").unwrap();
    for module in Regex::new(r"(?m)^\s*(?:pub )?mod (\w+)").unwrap().captures_iter(&root) {
        assert!(
            step(&module[1]).is_some(),
            "src/lib.rs: `{}` is on no step of tests/layering.rs",
            &module[1]
        );
    }
}

#[test]
fn planted_violations_are_found_and_lower_rooms_are_not() {
    let planted = "use crate::limits::Limits;\nuse crate::{\n    json::{codec, Tape},\n    plan,\n    xml,\n};\nfn f() { crate::cli::main() }\n";
    let expected = [
        "src/xml/a.rs:2: `xml` (step 1) may not use `json` (step 1)",
        "src/xml/a.rs:2: `xml` (step 1) may not use `plan` (step 4)",
        "src/xml/a.rs:7: `xml` (step 1) may not use `cli` (step 15)",
    ];
    assert_eq!(violations("src/xml/a.rs", planted), expected);
    assert_eq!(
        violations("src/limits.rs", "use crate::xml;"),
        ["src/limits.rs:1: `limits` (step 0) may not use `xml` (step 1)"]
    );
    assert_eq!(violations("src/xml/a.rs", "//! [`crate::codec`]\nuse crate::Odd;").len(), 1);
    assert_eq!(violations("src/cli/mod.rs", planted), Vec::<String>::new());
}

/// One line for each path that leads to a room which the room of `path` may not use.
fn violations(path: &str, text: &str) -> Vec<String> {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
    let Some((own, room)) = inside.split('/').next().and_then(|room| Some((step(room)?, room))) else {
        return vec![];
    };
    let judge = |(line, name): (usize, String)| match step(&name) {
        Some(other) if other < own || name == room => None,
        Some(other) => {
            Some(format!("{path}:{line}: `{room}` (step {own}) may not use `{name}` (step {other})"))
        }
        None => Some(format!("{path}:{line}: `crate::{name}` is no room")),
    };
    mentions(text).into_iter().filter_map(judge).collect()
}

/// Every first name behind `crate::`, groups in braces included, with its line. Comments may name any room.
fn mentions(text: &str) -> Vec<(usize, String)> {
    let code = Regex::new(r"(?m)//.*$").unwrap().replace_all(text, "");
    let nested = Regex::new(r"(::\s*)\{[^{}]*\}").unwrap();
    let mut found = Vec::new();
    for path in Regex::new(r"\bcrate::(?:(\w+)|\{([^;]*)\}\s*;)").unwrap().captures_iter(&code) {
        let line = code[..path.get(0).unwrap().start()].matches('\n').count() + 1;
        let mut names = path.get(1).or(path.get(2)).unwrap().as_str().to_owned();
        while nested.is_match(&names) {
            names = nested.replace_all(&names, "").into_owned();
        }
        let first = |path: &str| path.trim().split([':', ' ']).next().unwrap_or_default().to_owned();
        found.extend(names.split(',').map(first).filter(|name| !name.is_empty()).map(|name| (line, name)));
    }
    found
}

fn step(room: &str) -> Option<usize> {
    STEPS.iter().position(|step| step.contains(&room))
}

/// Every Rust file under `folder` with its text.
fn sources(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let entries: Result<Vec<PathBuf>, _> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect();
    for path in entries? {
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.to_string_lossy().into_owned(), fs::read_to_string(&path)?));
        }
    }
    found.sort();
    Ok(found)
}
