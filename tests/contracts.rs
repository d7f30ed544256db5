//! Contracts with what XML Schema and WSDL allow: messages as data, both ways.

use std::path::{Path, PathBuf};

use saponify::codec::EncodeOptions;
use saponify::describe::{ConvertError, Converter, Selection, Style, sample};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{Plan, Rules, compile};
use saponify::wsdl::{Files, load};

/// A message, and its JSON or what is said of it.
struct Case {
    line: usize,
    xml: String,
    expected: String,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contracts").join(name)
}

fn plan(name: &str) -> Plan {
    let path = folder(name).join("contract.wsdl").to_string_lossy().into_owned();
    let contract = load(&path, &mut Files, &Limits::default().contract).expect("contract");
    let compiled = compile(&contract, &Rules::default()).expect("plan");
    assert!(compiled.refused.is_empty(), "{:?}", compiled.refused);
    compiled.plan
}

fn cases(name: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(folder(name).join("cases.txt")).expect("cases");
    let lines: Vec<(usize, &str)> =
        text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).collect();
    let case = |pair: &[(usize, &str)]| Case {
        line: pair[0].0 + 1,
        xml: pair[0].1.to_owned(),
        expected: pair[1].1.to_owned(),
    };
    lines.chunks(2).map(case).collect()
}

/// Every case of a contract; all that fail are told at once.
fn check(name: &str) {
    let plan = plan(name);
    let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), true);
    let cases = cases(name);
    assert!(cases.len() > 5, "{name} has cases");
    let failed: Vec<String> = cases.iter().filter_map(|case| wrong(&converter, name, case)).collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// What is wrong with `case`.
fn wrong(converter: &Converter<'_>, name: &str, case: &Case) -> Option<String> {
    let json = text(converter.json_of(case.xml.as_bytes()));
    let told = |what: String| Some(format!("tests/contracts/{name}/cases.txt:{}: {what}", case.line));
    if let Some(said) = case.expected.strip_prefix("! ") {
        let refused = json.as_ref().is_err_and(|reason| reason.contains(said));
        return if refused { None } else { told(format!("{json:?}")) };
    }
    if json.as_ref() != Ok(&case.expected) {
        return told(json.unwrap_or_else(|reason| reason));
    }
    let xml = converter.soap_of(case.expected.as_bytes());
    let again = xml.as_ref().map_err(ToString::to_string).and_then(|xml| text(converter.json_of(xml)));
    if again == json { None } else { told(format!("{again:?} from {:?}", text(xml))) }
}

fn text(bytes: Result<Vec<u8>, ConvertError>) -> Result<String, String> {
    bytes.map(|bytes| String::from_utf8(bytes).expect("UTF-8")).map_err(|error| error.to_string())
}

#[test]
fn constructs_of_xml_schema_have_their_json() {
    check("constructs");
}

#[test]
fn the_soap_encoding_is_read_and_written() {
    check("encoded");
}

#[test]
fn bodies_of_every_kind_are_told_apart() {
    check("messages");
}

/// Whatever is sampled is valid, and comes back as it was.
#[test]
fn samples_of_every_operation_go_both_ways() {
    for name in ["constructs", "encoded", "messages"] {
        let plan = plan(name);
        let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), true);
        for candidate in converter.candidates() {
            for (style, seed) in
                [(Style::Minimal, 0), (Style::Full, 0)].into_iter().chain((0..20).map(|n| (Style::Random, n)))
            {
                let json = sample(&plan, candidate, style, seed).expect("a small sample");
                let place = format!(
                    "{name} {} {style:?} {seed}: {}",
                    candidate.operation.name,
                    String::from_utf8_lossy(&json)
                );
                let mut tape = Tape::new();
                let value = tape.parse(&json, &Limits::default().json).expect(&place);
                let xml =
                    converter.encode(candidate, value).unwrap_or_else(|found| panic!("{place}: {found}"));
                let back = converter.json_of(&xml).unwrap_or_else(|found| panic!("{place}: {found}"));
                let marked = converter.marked(candidate, json.clone());
                let (back, marked): (serde_json::Value, serde_json::Value) = (
                    serde_json::from_slice(&back).expect("JSON"),
                    serde_json::from_slice(&marked).expect("JSON"),
                );
                assert_eq!(back, marked, "{place}: {}", String::from_utf8_lossy(&xml));
            }
        }
    }
}

/// The encoding of a contract is that of its document: UTF-8 with a mark, UTF-16 either way.
#[test]
fn contracts_may_be_in_utf_16() {
    let text = std::fs::read_to_string(folder("messages").join("contract.wsdl")).expect("contract");
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let marked = format!("\u{FEFF}{text}");
    for bytes in [marked.clone().into_bytes(), little(&marked), big(&marked)] {
        let mut documents = std::collections::HashMap::from([("a.wsdl".to_owned(), bytes)]);
        let contract = load("a.wsdl", &mut documents, &Limits::default().contract).expect("contract");
        assert_eq!(contract.services[0].ports[0].operations.len(), 6);
    }
}
