//! The rooms: on which step each is, and what was counted there.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, io};

use regex::Regex;

use super::figures::Figures;

/// A room may use the rooms on the steps above its own in this list, and no other.
pub const STEPS: &[&[&str]] = &[
    &["limits", "octets"],
    &["json", "xml"],
    &["mcp"],
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
    &["samples"],
    &["bridge"],
    &["server"],
    &["mock", "scaffold"],
    &["contract_tests"],
    &["cli"],
];

/// At most this was found in a room. What is lower than the table says belongs into the table; it never goes up.
///
/// Where all of them are to go: three fallbacks in 1 000 lines, each with its reason; 1.5 % wide functions; 2 % errors that
/// are a `String`; no tuples; no circles; nothing printed outside of `cli`.
pub struct Room {
    pub name: &'static str,
    /// Where an error becomes a default or is passed over, in 1 000 lines: those without a reason, and all.
    pub silent: f64,
    pub fallbacks: f64,
    /// Percentage of functions with five or more parameters.
    pub wide: f64,
    /// Percentage of functions that can err whose error is a `String`.
    pub strings: f64,
    /// Functions with a tuple parameter.
    pub tuples: f64,
    /// Lines that write to standard error.
    pub printed: f64,
    /// Circles between the files and folders of the room.
    pub circles: usize,
}

#[rustfmt::skip]
pub const ROOMS: &[Room] = &[
    Room { name: "limits", silent: 0.0, fallbacks: 0.0, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "octets", silent: 0.0, fallbacks: 0.0, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "json", silent: 0.0, fallbacks: 0.9, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "xml", silent: 0.0, fallbacks: 2.3, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "mcp", silent: 0.0, fallbacks: 0.0, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "xsd", silent: 0.0, fallbacks: 5.9, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "wsdl", silent: 0.0, fallbacks: 4.2, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "plan", silent: 0.0, fallbacks: 2.2, wide: 0.4, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "codec", silent: 0.0, fallbacks: 1.1, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "soap", silent: 0.0, fallbacks: 2.6, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "jose", silent: 0.0, fallbacks: 3.9, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "wss", silent: 0.0, fallbacks: 2.3, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "service", silent: 0.0, fallbacks: 2.6, wide: 0.5, strings: 2.8, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "redact", silent: 0.0, fallbacks: 4.3, wide: 0.0, strings: 14.3, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "describe", silent: 0.0, fallbacks: 5.0, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "samples", silent: 0.0, fallbacks: 3.1, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "bridge", silent: 0.0, fallbacks: 2.8, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "server", silent: 0.0, fallbacks: 0.0, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "mock", silent: 0.0, fallbacks: 5.8, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "scaffold", silent: 0.0, fallbacks: 0.0, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "contract_tests", silent: 0.0, fallbacks: 3.9, wide: 0.0, strings: 0.0, tuples: 0.0, printed: 0.0, circles: 0 },
    Room { name: "cli", silent: 0.0, fallbacks: 4.7, wide: 0.0, strings: 2.7, tuples: 0.0, printed: 0.0, circles: 0 },
];

impl Room {
    /// What was found, without circles.
    pub fn of(name: &'static str, found: &Figures) -> Self {
        let part = |count: usize, of: usize, whole: f64| count as f64 * whole / of.max(1) as f64;
        Self {
            name,
            silent: part(found.silent.len(), found.lines, 1000.0),
            fallbacks: part(found.silent.len() + found.reasoned.len(), found.lines, 1000.0),
            wide: part(found.wide.len(), found.functions, 100.0),
            strings: part(found.strings.len(), found.fallible, 100.0),
            tuples: found.tuples.len() as f64,
            printed: found.printed.len() as f64,
            circles: 0,
        }
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, silent, fallbacks, wide, strings, tuples, printed, circles } = self;
        write!(
            f,
            "Room {{ name: \"{name}\", silent: {silent:.1}, fallbacks: {fallbacks:.1}, wide: {wide:.1}, "
        )?;
        write!(f, "strings: {strings:.1}, tuples: {tuples:.1}, printed: {printed:.1}, circles: {circles} }}")
    }
}

/// One line for each path that leads to a room which the room of `path` may not use.
pub fn violations(path: &str, code: &str) -> Vec<String> {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
    let Some((own, room)) = inside.split('/').next().and_then(|room| Some((step(room)?, room))) else {
        return vec![];
    };
    let judge = |(line, name): (usize, String)| match step(&name) {
        Some(other) if other < own || name == room => None,
        // Tests of every room have their seed from there.
        None if name == "seed" => None,
        Some(other) => {
            Some(format!("{path}:{line}: `{room}` (step {own}) may not use `{name}` (step {other})"))
        }
        None => Some(format!("{path}:{line}: `crate::{name}` is not a room")),
    };
    mentions(code).into_iter().filter_map(judge).collect()
}

static MENTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bcrate::(?:(\w+)|\{([^;]*)\}\s*;)").expect("pattern"));
static NESTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(::\s*)\{[^{}]*\}").expect("pattern"));

/// Every first name behind `crate::`, groups in braces included, with its line.
fn mentions(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for path in MENTION.captures_iter(code) {
        let line = code[..path.get(0).expect("whole").start()].matches('\n').count() + 1;
        let mut names = path.get(1).or(path.get(2)).expect("names").as_str().to_owned();
        while NESTED.is_match(&names) {
            names = NESTED.replace_all(&names, "").into_owned();
        }
        let first = |path: &str| path.trim().split([':', ' ']).next().unwrap_or_default().to_owned();
        found.extend(names.split(',').map(first).filter(|name| !name.is_empty()).map(|name| (line, name)));
    }
    found
}

pub fn step(room: &str) -> Option<usize> {
    STEPS.iter().position(|step| step.contains(&room))
}

/// Every Rust file under `folder` with its text.
pub fn texts(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let entries: Result<Vec<PathBuf>, _> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    for path in entries? {
        if path.is_dir() {
            found.extend(texts(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.to_string_lossy().into_owned(), fs::read_to_string(&path)?));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        violations(path, &Source::new(path, text).whole)
    }

    #[test]
    fn planted_violations_are_found_and_lower_rooms_are_not() {
        let planted = "use crate::limits::Limits;\nuse crate::{\n    json::{codec, Tape},\n    plan,\n    xml,\n};\nfn f() { crate::cli::main() }\n";
        let name = |room: &str| format!("`{room}` (step {})", step(room).expect("room"));
        let expected = [
            format!("src/xml/a.rs:2: {} may not use {}", name("xml"), name("json")),
            format!("src/xml/a.rs:2: {} may not use {}", name("xml"), name("plan")),
            format!("src/xml/a.rs:7: {} may not use {}", name("xml"), name("cli")),
        ];
        assert_eq!(found("src/xml/a.rs", planted), expected);
        assert_eq!(
            found("src/limits.rs", "use crate::xml;"),
            [format!("src/limits.rs:1: {} may not use {}", name("limits"), name("xml"))]
        );
        assert_eq!(found("src/xml/a.rs", "//! [`crate::codec`]\nuse crate::Odd;").len(), 1);
        assert_eq!(found("src/xml/a.rs", "#[cfg(test)]\nuse crate::cli;").len(), 1, "tests too");
        assert_eq!(found("src/cli/mod.rs", planted), Vec::<String>::new());
    }
}
