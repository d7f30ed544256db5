//! The rules of the service file, each both ways, and each mistake with what is said about it.

use std::collections::HashMap;

use saponify::describe::{Converter, Direction, Selection};
use saponify::service::{Environment, Service, load};
use saponify::wsdl::Files;
use saponify::xml::Diagnostic;
use serde::Deserialize;
use serde_json::Value;

struct Nothing;

impl Environment for Nothing {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn file(&self, _: &str) -> Result<String, String> {
        Err("there are no files here".to_owned())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(default)]
    defaults: Value,
    #[serde(default)]
    types: Value,
    #[serde(default)]
    rules: Value,
    json: String,
    xml: String,
    /// The JSON of the SOAP message, where it is not that which it was made of.
    back: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistake {
    #[serde(default)]
    types: Value,
    #[serde(default)]
    rules: Value,
    says: String,
}

fn cases<T: for<'d> Deserialize<'d>>(name: &str) -> Vec<T> {
    let path = format!("{}/tests/mapping/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_saphyr::from_str(&std::fs::read_to_string(path).expect("cases")).expect("cases")
}

/// JSON is YAML, so the rules of a case go into the file as JSON.
fn service(defaults: &Value, types: &Value, rules: &Value) -> Result<Service, Vec<Diagnostic>> {
    let object = |value: &Value| if value.is_null() { "{}".to_owned() } else { value.to_string() };
    let defaults = if defaults.is_null() { String::new() } else { format!("defaults: {defaults}\n") };
    let text = format!(
        "version: 1\nservice: orders\ncontract: {{ wsdl: orders.wsdl }}\nfronts: {{ json: {{ auth: none }} }}\n\
         backend: {{ soap: {{ url: \"http://localhost/\" }} }}\n{defaults}types: {}\noperations:\n  placeOrder: {}\n",
        object(types),
        object(rules)
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mapping/orders.yaml");
    load(path, &text, &Nothing, &mut Files, None)
}

#[test]
fn every_rule_goes_both_ways() {
    let cases: Vec<Rule> = cases("rules.yaml");
    assert!(cases.len() > 15);
    for case in cases {
        let service = service(&case.defaults, &case.types, &case.rules)
            .unwrap_or_else(|problems| panic!("{case:?}: {problems:?}"));
        let selection = Selection { direction: Some(Direction::Request), ..Selection::default() };
        let converter = Converter::new(&service.plan, service.encode, &selection, true);
        let xml =
            converter.soap_of(case.json.as_bytes()).unwrap_or_else(|reason| panic!("{case:?}: {reason}"));
        assert_eq!(plain(&String::from_utf8_lossy(&xml)), case.xml, "{case:?}");
        let json = converter.json_of(&xml).unwrap_or_else(|reason| panic!("{case:?}: {reason}"));
        let json: Value = serde_json::from_slice(&json)
            .unwrap_or_else(|error| panic!("{case:?}: {error} in {}", String::from_utf8_lossy(&json)));
        let expected: Value = serde_json::from_str(case.back.as_ref().unwrap_or(&case.json)).expect("JSON");
        assert_eq!(json, expected, "{case:?}");
    }
}

/// What is in the only element, without prefixes.
fn plain(xml: &str) -> String {
    let inner = xml.split_once('>').map_or("", |(_, rest)| rest);
    inner.rsplit_once("</").map_or("", |(inner, _)| inner).replace("o:", "")
}

#[test]
fn a_hidden_field_of_a_message_does_not_show() {
    let rules = serde_json::json!({ "hide": ["internal"], "const": { "channel": "API" } });
    let service = service(&Value::Null, &Value::Null, &rules).expect("service");
    let selection = Selection { direction: Some(Direction::Request), ..Selection::default() };
    let converter = Converter::new(&service.plan, service.encode, &selection, true);
    let xml = "<o:placeOrder xmlns:o=\"urn:orders\"><o:custNo>1</o:custNo><o:channel>API</o:channel><o:internal>secret</o:internal><o:currency>EUR</o:currency></o:placeOrder>";
    let json = converter.json_of(xml.as_bytes()).expect("JSON");
    assert_eq!(String::from_utf8_lossy(&json), r#"{"custNo":"1","currency":"EUR"}"#);
    let refused = converter.soap_of(br#"{"custNo":"1","currency":"EUR","internal":"x"}"#);
    assert!(refused.is_err_and(|error| error.to_string().contains("internal")));
}

#[test]
fn every_mistake_is_said_at_its_place() {
    let cases: Vec<Mistake> = cases("mistakes.yaml");
    assert!(cases.len() > 30);
    for case in cases {
        let problems = match service(&Value::Null, &case.types, &case.rules) {
            Ok(_) => panic!("{case:?} is accepted"),
            Err(problems) => problems,
        };
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(all.iter().any(|problem| problem.contains(&case.says)), "{case:?}: {all:?}");
    }
}

/// A mistake in an expression is shown with its line.
#[test]
fn a_mistake_has_a_line() {
    let rules = serde_json::json!({ "check": [{ "when": "custNr == '1'", "code": "X", "message": "m" }] });
    let problems = service(&Value::Null, &Value::Null, &rules).expect_err("a mistake");
    let places: HashMap<usize, &str> =
        problems.iter().map(|problem| (problem.position.line, problem.line.as_str())).collect();
    assert!(places.get(&8).is_some_and(|line| line.contains("custNr")), "{places:?}");
}
