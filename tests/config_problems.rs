//! Everything that can be wrong with a service file: its code, its place, and what is said about it.

use std::collections::{BTreeMap, BTreeSet};

use saponify::service::{Environment, file, load, problem};
use saponify::wsdl::{Fetch, FetchError, Fetched, Files};
use saponify::xml::{Diagnostic, Severity};
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
    /// The whole file, in place of the plain one.
    text: Option<String>,
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
        let text = self.text.clone().unwrap_or(lines + &self.and);
        text.replace("LONG", &"custNo == 'x' || ".repeat(300))
            .replace("NESTED", &("[".repeat(3000) + &"]".repeat(3000)))
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

/// A pointer with `**` looks into each type once, however many ways lead there.
#[test]
fn a_name_that_no_type_has_is_looked_for_in_each_type_once() {
    let members = |n: usize| -> String {
        let one = |m: usize| format!(r#"<xs:element name="m{m}" type="o:T{n}" minOccurs="0"/>"#);
        (0..60).map(one).collect()
    };
    let types = (0..8).map(|n| {
        let members = members((n + 1) % 8);
        format!(r#"<xs:complexType name="T{n}"><xs:sequence>{members}</xs:sequence></xs:complexType>"#)
    });
    let contract = format!(
        r#"<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:o="urn:o" targetNamespace="urn:o">
        <w:types><xs:schema targetNamespace="urn:o"><xs:element name="q" type="o:T0"/>{}</xs:schema></w:types>
        <w:message name="q"><w:part name="p" element="o:q"/></w:message>
        <w:portType name="P"><w:operation name="q"><w:input message="o:q"/></w:operation></w:portType>
        <w:binding name="B" type="o:P"><s:binding transport="http://schemas.xmlsoap.org/soap/http"/>
        <w:operation name="q"><s:operation soapAction=""/><w:input><s:body use="literal"/></w:input></w:operation></w:binding>
        <w:service name="S"><w:port name="P" binding="o:B"><s:address location="http://localhost/"/></w:port></w:service></w:definitions>"#,
        types.collect::<String>()
    );
    let mut documents = std::collections::HashMap::from([("wide.wsdl".to_owned(), contract.into_bytes())]);
    let case = Case::default();
    let mut codes = |mask: &str| {
        let text = format!(
            "version: 1\nservice: s\ncontract: {{ wsdl: wide.wsdl }}\nfronts: {{ json: {{ auth: none }} }}\n\
             backend: {{ soap: {{ url: \"http://localhost/\" }} }}\nmask: {{ {mask}: hide }}\n"
        );
        let loaded = load("service.yaml", &text, &Made(&case), &mut documents, None);
        loaded.map(drop).map_err(|problems| problems.iter().map(|problem| problem.code).collect::<Vec<_>>())
    };
    assert_eq!(codes("\"/**/none\""), Err(vec!["CFG0804"]));
    assert_eq!(codes("\"/**/**/none\""), Err(vec!["CFG0804"]));
    assert_eq!(codes("\"/**/m59\""), Ok(()));
}

/// The URL of a file is the same, from whichever folder.
#[test]
fn a_contract_may_be_named_by_the_url_of_its_file() {
    let wsdl = format!("{{ wsdl: \"file://{FOLDER}/orders.wsdl\" }}");
    let with = BTreeMap::from([("contract".to_owned(), wsdl)]);
    assert!(Case { with, ..Case::default() }.said().is_empty());
}

/// What is wrong with each operation was left out where none of them was left: the problem said that others say why, and there were none.
#[test]
fn where_nothing_can_be_served_the_contract_says_why() {
    let unserved = cases().into_iter().find(|case| case.code == "CFG0301").expect("a case");
    let said = unserved.said();
    let codes: Vec<&str> = said.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["CFG0301", "WSDL0105"]);
    assert!(said.iter().all(|problem| problem.position.line > 0));
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
                && (case.at.is_empty() || problem.position.to_string() == case.at)
                && problem.message.contains(&case.says)
                && problem.help.is_some()
                && !problem.line.is_empty()
        };
        let shown: Vec<String> = said.iter().map(|said| said.to_string().replace(FOLDER, "")).collect();
        // One error where there is one mistake.
        let errors = said.iter().filter(|problem| problem.severity == Severity::Error);
        if errors.count() != 1 || !said.iter().any(|problem| fits(&problem)) {
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
    let tried = cases().into_iter().map(|case| case.code);
    // Files that are no text, operations at one path, and what is found out when a service is made ready have tests of their own.
    let tried: BTreeSet<String> = tried
        .chain(["CFG0010", "CFG0024", "CFG0111", "CFG0640", "CFG0836", "CFG0837"].map(str::to_owned))
        .collect();
    let mut codes = Vec::new();
    for (code, meaning, _) in problem::explanations() {
        assert!(tried.contains(code), "{code} has no case");
        assert!(documents.contains(&format!("| {code} |")), "{code} is not in docs/ERRORS.md");
        assert!(meaning.len() > 20 && meaning.ends_with('.'), "{code}: {meaning}");
        codes.push(code);
    }
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    // Rules that do not fit the contract have the codes of the plan.
    let own = tried.iter().filter(|code| code.starts_with("CFG")).count();
    assert_eq!(own, codes.len(), "a case has a code that there is not");
}

/// A whole file with mistakes, and all that is told of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrong {
    name: String,
    from: Option<String>,
    #[serde(default)]
    to: String,
    #[serde(default)]
    and: String,
    text: Option<String>,
    /// Line and column, code, and the message from its beginning.
    told: Vec<String>,
}

/// A service file with nothing wrong, as people write one.
const WHOLE: &str = "\
version: 1
service: orders
contract:
  wsdl: orders.wsdl
fronts:
  json:
    path: /orders
    auth: none
  soap:
    path: /soap
    auth: none
backend:
  soap:
    url: http://localhost:9000/soap
    timeout:
      total: 15s
operations:
  placeOrder:
    http: PUT /v1/orders/{custNo}
";

/// Only the first mistake was told, half of them without a place, and many in the words of a library.
#[test]
fn all_mistakes_of_a_file_are_told_at_their_places_and_in_own_words() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/config/wrong.yaml");
    let files: Vec<Wrong> =
        serde_saphyr::from_str(&std::fs::read_to_string(path).expect("files")).expect("files");
    assert!(files.len() > 130, "{}", files.len());
    let mut wrong = Vec::new();
    for Wrong { name, from, to, and, text, told } in files {
        let replaced = match &from {
            Some(from) => {
                assert!(WHOLE.contains(from), "{name}");
                WHOLE.replace(from, &to)
            }
            None => WHOLE.to_owned(),
        } + &and;
        let case = Case { text: Some(text.unwrap_or(replaced)), ..Case::default() };
        let problems = case.said();
        let shown = |problem: &Diagnostic| {
            format!("{} {} {}", problem.position, problem.code, problem.message).replace(FOLDER, "")
        };
        let said: Vec<String> = problems.iter().map(shown).collect();
        let same =
            said.len() == told.len() && said.iter().zip(&told).all(|(said, told)| said.starts_with(told));
        if !same {
            wrong.push(format!("{name}:\n  {said:#?}\n  {told:#?}"));
        }
        for problem in &problems {
            assert!(problem.width > 0 && problem.help.is_some(), "{name}: {problem}");
            let own = FOREIGN.iter().all(|words| !problem.message.contains(words));
            assert!(own && !problem.message.contains("not-a-real"), "{name}: {problem}");
            assert!(!problem.line.contains("tokn: not-a-real"), "{name}: {problem}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words of parsers.
const FOREIGN: [&str; 16] = [
    "untagged enum",
    "variant",
    "struct ",
    "usize",
    "u32",
    "while parsing",
    "while scanning",
    "did not find",
    "Syntax error",
    "token recognition",
    "mismatched input",
    "simple key",
    "mapping values",
    "block mapping",
    "expecting",
    "scalar",
];

#[test]
fn a_file_that_is_no_text_is_told_at_its_first_byte_that_is_none() {
    for (bytes, at) in [
        (&b"version: 1\nservice: b\xe4r\n"[..], "2:11"),
        (b"\xff\xfev\0e\0", "1:1"),
        ("# \u{e4}".as_bytes(), "none"),
    ] {
        match file::decode("a.yaml", bytes) {
            Ok(_) => assert_eq!(at, "none"),
            Err(problem) => {
                assert_eq!((problem.code, &*problem.position.to_string()), ("CFG0010", at));
                assert!(problem.help.is_some());
            }
        }
    }
    let problem = file::unreadable("a.yaml", "there is no such file");
    assert_eq!(problem.to_string(), "a.yaml: the file cannot be read: there is no such file [CFG0024]");
}

/// The first of two operations at one path ran, whichever was meant.
#[test]
fn two_operations_at_one_path_are_told_at_both_places() {
    let taken = "CFG0836";
    for (rules, expected) in [
        ("  buy: { http: PUT /a }\n  count: { http: PUT /a }\n", vec![("7:16", taken), ("8:18", taken)]),
        ("  buy: { http: PUT /a }\n  count: { http: POST /a }\n", vec![]),
        ("  buy: { http: POST /count }\n", vec![("7:16", "CFG0837")]),
        ("  buy: { http: PUT /count }\n", vec![]),
        ("  count: { http: POST /count }\n", vec![]),
    ] {
        let contract = "{ wsdl: ../replies/replies.wsdl }".to_owned();
        let with = BTreeMap::from([("contract".to_owned(), contract)]);
        let case = Case { with, and: format!("operations:\n{rules}"), ..Case::default() };
        let problems = case.said();
        let found: Vec<(String, &str)> =
            problems.iter().map(|problem| (problem.position.to_string(), problem.code)).collect();
        let expected: Vec<_> = expected.into_iter().map(|(at, code)| (at.to_owned(), code)).collect();
        assert_eq!(found, expected, "{rules}: {problems:?}");
    }
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
    assert_eq!(codes(case), ["CFG0006", "CFG0305"]);
    let case = Case { with: BTreeMap::from([backend]), and: rule, ..Case::default() };
    let mut found = codes(case);
    found.sort_unstable();
    assert_eq!(found, ["CFG0105", "PLAN0201"]);
}

/// The file is right where an option says something else.
#[test]
fn what_an_option_says_is_told_of_the_option() {
    let case = Case::default();
    for url in ["ftp://localhost/", "http://localhost:99999/", "http://me@localhost/"] {
        let path = format!("{FOLDER}/service.yaml");
        let Err(said) = load(&path, &case.text(), &Made(&case), &mut Made(&case), Some(url)) else {
            panic!("{url} is taken")
        };
        let places: Vec<_> = said.iter().map(|said| (&*said.file, said.position.line)).collect();
        assert_eq!(places, [("--backend-url", 0)], "{url}: {said:?}");
    }
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
