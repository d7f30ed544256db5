//! Everything that can be wrong with a service file: its code, its place, and what is said about it.

use std::collections::{BTreeMap, BTreeSet};

use saponify::service::{Environment, load, problem};
use saponify::wsdl::{Fetch, FetchError, Fetched, Files};
use saponify::xml::Diagnostic;
use serde::Deserialize;

/// A mistake, what is around it, and what is said.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    code: String,
    /// Line and column; with `file` where it is not in the service file itself.
    at: String,
    file: Option<String>,
    /// The message behind the path of keys, or the path of keys too.
    says: String,
    /// Keys of the file in place of the plain ones.
    #[serde(default)]
    with: BTreeMap<String, String>,
    /// Lines at the end of the file.
    #[serde(default)]
    and: String,
    /// What is replaced in the contract.
    contract: Option<(String, String)>,
    /// The text of included.yaml or users.yaml.
    #[serde(default)]
    other: String,
    /// Environment variables.
    #[serde(default)]
    env: BTreeMap<String, String>,
}

const SECRETS: &[(&str, &str)] = &[
    ("COLON", "not-a-name:secret"),
    ("CONTROL", "not-a-real\u{1}secret"),
    ("EMPTY", ""),
    ("LINE_FEED", "not-a-real-secret\n"),
    ("SECRET", "not-a-real-secret"),
    ("SPACE", " not-a-real-secret"),
    ("UMLAUT", "not-a-real-s\u{eb}cret"),
];

struct Made<'c>(&'c Case);

impl Environment for Made<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        if let Some(value) = self.0.env.get(name) {
            return Some(value.clone());
        }
        SECRETS.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    fn file(&self, path: &str) -> Result<String, String> {
        match path {
            "two-lines" => Ok("not-a-real-secret\n\n".to_owned()),
            "one-line" => Ok("not-a-real-secret\n".to_owned()),
            _ if path.ends_with("/users.yaml") => Ok(self.0.other.clone()),
            _ => Err("there is no such file".to_owned()),
        }
    }
}

impl Fetch for Made<'_> {
    fn fetch(&mut self, base: &str, location: &str) -> Result<Fetched, FetchError> {
        if location.ends_with("/included.yaml") {
            return Ok(Fetched { path: location.to_owned(), bytes: self.0.other.clone().into_bytes() });
        }
        let mut fetched = Files.fetch(base, location)?;
        if let Some((from, to)) = &self.0.contract {
            let text = String::from_utf8(fetched.bytes).expect("a contract");
            assert!(text.contains(from), "{from}");
            fetched.bytes = text.replace(from, to).into_bytes();
        }
        Ok(fetched)
    }
}

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mapping");

/// The keys of a file with nothing wrong.
const PLAIN: &[(&str, &str)] = &[
    ("version", "1"),
    ("service", "orders"),
    ("contract", "{ wsdl: orders.wsdl }"),
    ("fronts", "{ json: { auth: none } }"),
    ("backend", "{ soap: { url: \"http://localhost/\" } }"),
];

impl Case {
    fn text(&self) -> String {
        let line = |(key, value): &(&str, &str)| {
            format!("{key}: {}\n", self.with.get(*key).map_or(*value, String::as_str))
        };
        let lines: String = PLAIN.iter().map(line).collect();
        assert!(self.with.keys().all(|key| PLAIN.iter().any(|(known, _)| known == key)), "{self:?}");
        // Written out it would be a line of four thousand characters.
        (lines + &self.and).replace("LONG", &"custNo == 'x' || ".repeat(300))
    }

    fn said(&self) -> Vec<Diagnostic> {
        let path = format!("{FOLDER}/service.yaml");
        match load(&path, &self.text(), &Made(self), &mut Made(self), None) {
            Ok(_) => Vec::new(),
            Err(problems) => problems,
        }
    }
}

fn cases() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/config/problems.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(path).expect("cases")).expect("cases")
}

#[test]
fn every_problem_is_said_at_its_place() {
    let mut wrong = Vec::new();
    for case in cases() {
        let said = case.said();
        let file = format!("{FOLDER}/{}", case.file.as_deref().unwrap_or("service.yaml"));
        let fits = |problem: &&Diagnostic| {
            problem.code == case.code
                && *problem.file == *file
                && problem.position.to_string() == case.at
                && problem.message.contains(&case.says)
                && problem.help.is_some()
                && !problem.line.is_empty()
        };
        let shown: Vec<String> = said.iter().map(|said| said.to_string().replace(FOLDER, "")).collect();
        // One problem where there is one mistake.
        if said.len() != 1 || !said.iter().any(|problem| fits(&problem)) {
            wrong.push(format!("{} {} {}: {shown:#?}", case.code, case.at, case.says));
        }
        // Whoever shows a line masks the values of keys that hold secrets; a misspelt key is none of them.
        let misspelt = said.iter().filter(|said| matches!(said.code, "CFG0003" | "CFG0007"));
        misspelt.for_each(|said| assert!(!said.line.contains("not-a-real"), "{}", said.line));
        let told = said.iter().flat_map(|said| [said.message.as_str(), said.help.as_deref().unwrap_or("")]);
        for told in told {
            assert!(!told.contains("not-a-real") && !told.contains("not-a-name"), "{case:?}: {told}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A new problem needs a case, a row in the documents and a text for `explain`, which it cannot be without.
#[test]
fn every_code_has_a_case_and_is_documented() {
    let documents =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ERRORS.md")).expect("ERRORS.md");
    let tried: BTreeSet<String> = cases().into_iter().map(|case| case.code).collect();
    let mut codes = Vec::new();
    for (code, meaning) in problem::explanations() {
        assert!(tried.contains(code), "{code} has no case");
        assert!(documents.contains(&format!("| {code} |")), "{code} is not in docs/ERRORS.md");
        assert!(meaning.len() > 20 && meaning.ends_with('.'), "{code}: {meaning}");
        codes.push(code);
    }
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    assert_eq!(tried.len(), codes.len(), "a case has a code that there is not");
}

/// They were told in the order in which they were looked for, most of them without a line.
#[test]
fn all_problems_are_told_in_the_order_of_the_file() {
    let with = BTreeMap::from([
        ("version".to_owned(), "2".to_owned()),
        (
            "fronts".to_owned(),
            "{ json: { path: orders, auth: { tokens: [{ name: a, token: \"${env:LINE_FEED}\" }] } } }"
                .to_owned(),
        ),
        ("backend".to_owned(), "{ soap: { url: \"ftp://localhost/\" } }".to_owned()),
    ]);
    let and = "operations: { placeOrder: { http: PUT, check: [{ when: custNr, code: a, message: b }] } }\n"
        .to_owned();
    let case = Case { with, and, ..Case::default() };
    let said: Vec<String> =
        case.said().iter().map(|problem| format!("{} {}", problem.position, problem.code)).collect();
    let expected =
        ["1:10 CFG0006", "4:25 CFG0403", "4:68 CFG0104", "5:25 CFG0105", "6:35 CFG0821", "6:56 CFG0903"];
    assert_eq!(said, expected);
}

/// A contract that cannot be read, or a field rule that does not fit, was all that was told.
#[test]
fn what_does_not_need_the_contract_is_told_with_it() {
    let version = ("version".to_owned(), "2".to_owned());
    let wsdl = ("contract".to_owned(), "{ wsdl: missing.wsdl }".to_owned());
    let backend = ("backend".to_owned(), "{ soap: { url: \"ftp://localhost/\" } }".to_owned());
    let rule = "operations: { placeOrder: { rename: { custNr: customer } } }\n".to_owned();
    let codes = |case: Case| case.said().iter().map(|problem| problem.code).collect::<Vec<_>>();
    let case = Case { with: BTreeMap::from([version, wsdl]), ..Case::default() };
    assert_eq!(codes(case), ["CFG0006", "DOC0001"]);
    let case = Case { with: BTreeMap::from([backend]), and: rule, ..Case::default() };
    let mut found = codes(case);
    found.sort_unstable();
    assert_eq!(found, ["CFG0105", "PLAN0201"]);
}

/// Text files end in a line end, which is no part of a secret.
#[test]
fn one_line_end_of_a_file_is_not_part_of_a_token() {
    let with = [(
        "fronts".to_owned(),
        "{ json: { auth: { tokens: [{ name: a, token: \"${file:one-line}\" }] } } }".to_owned(),
    )];
    let case = Case { with: BTreeMap::from(with), ..Case::default() };
    assert_eq!(case.said(), []);
}
