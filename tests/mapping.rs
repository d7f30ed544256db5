//! The rules of the service file, each both ways, and each mistake with what is said about it.

#[path = "support/stepwise.rs"]
mod stepwise;

use std::collections::HashMap;

use saponify::describe::{Converter, Direction, Selection};
use saponify::plan::{About, FieldRule};
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

#[derive(Debug, Default, Deserialize)]
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
    /// The SOAP message that is read, where it is not that which was written.
    received: Option<String>,
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
    assert!(cases.len() >= 5);
    cases.iter().for_each(goes_both_ways);
}

/// Each field rule has examples and mistakes in its own file.
#[test]
fn every_field_rule_does_what_its_examples_say() {
    for rule in FieldRule::ALL {
        assert!(!rule.examples.is_empty(), "`{}` has no example", rule.key);
        for example in rule.examples {
            let back = Some(example.back).filter(|back| !back.is_empty()).map(str::to_owned);
            let rules = serde_saphyr::from_str(example.rules).expect("rules");
            let (json, xml) = (example.json.to_owned(), example.xml.to_owned());
            let received = Some(example.received).filter(|xml| !xml.is_empty()).map(str::to_owned);
            goes_both_ways(&Rule { rules, json, xml, received, back, ..Rule::default() });
        }
    }
}

#[test]
fn every_field_rule_refuses_its_mistakes() {
    for rule in FieldRule::ALL {
        assert!(!rule.mistakes.is_empty(), "`{}` refuses nothing", rule.key);
        for mistake in rule.mistakes {
            let rules = serde_saphyr::from_str(mistake.rules).expect("rules");
            is_said(&Mistake { rules, types: Value::Null, says: mistake.says.to_owned() });
        }
    }
}

/// The table of docs/MAPPING.md is what the rules say of themselves.
#[test]
fn the_table_of_field_rules_is_that_of_the_document() {
    let mut table = "| key | value | example | meaning | what is lost |\n|---|---|---|---|---|\n".to_owned();
    for About { key, value, example, meaning, lost, .. } in FieldRule::ALL {
        table += &format!("| `{key}` | {value} | `{example}` | {meaning} | {lost} |\n");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/MAPPING.md");
    let document = std::fs::read_to_string(path).expect("docs/MAPPING.md");
    assert!(document.contains(&table), "docs/MAPPING.md should have this table:\n{table}");
}

fn goes_both_ways(case: &Rule) {
    let service = service(&case.defaults, &case.types, &case.rules)
        .unwrap_or_else(|problems| panic!("{case:?}: {problems:?}"));
    let selection = Selection { direction: Some(Direction::Request), ..Selection::default() };
    let converter = Converter::new(&service.plan, service.encode, &selection, true);
    let xml = converter
        .soap_of(case.json.as_bytes())
        .map(|converted| converted.message)
        .unwrap_or_else(|reason| panic!("{case:?}: {reason}"));
    assert_eq!(plain(&String::from_utf8_lossy(&xml)), case.xml, "{case:?}");
    let received = case
        .received
        .as_ref()
        .map(|inner| format!("<placeOrder xmlns=\"urn:orders\">{inner}</placeOrder>").into_bytes());
    let text = String::from_utf8(received.clone().unwrap_or_else(|| xml.clone())).expect("UTF-8");
    let message = converter.candidates()[0].message;
    assert!(stepwise::compare(&service.plan, message, &text) > 0, "{case:?}");
    stepwise::mutants(&text).for_each(|mutant| {
        stepwise::compare(&service.plan, message, &mutant);
    });
    let json = converter.json_of(received.as_ref().unwrap_or(&xml)).map(|converted| converted.message);
    let json = json.unwrap_or_else(|reason| panic!("{case:?}: {reason}"));
    let json: Value = serde_json::from_slice(&json)
        .unwrap_or_else(|error| panic!("{case:?}: {error} in {}", String::from_utf8_lossy(&json)));
    let expected: Value = serde_json::from_str(case.back.as_ref().unwrap_or(&case.json)).expect("JSON");
    assert_eq!(json, expected, "{case:?}");
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
    let json = converter.json_of(xml.as_bytes()).expect("JSON").message;
    assert_eq!(String::from_utf8_lossy(&json), r#"{"custNo":"1","currency":"EUR"}"#);
    let refused = converter.soap_of(br#"{"custNo":"1","currency":"EUR","internal":"x"}"#);
    assert!(refused.is_err_and(|error| error.to_string().contains("internal")));
}

#[test]
fn every_mistake_is_said() {
    let cases: Vec<Mistake> = cases("mistakes.yaml");
    assert!(cases.len() > 15);
    cases.iter().for_each(is_said);
}

fn is_said(case: &Mistake) {
    let problems = match service(&Value::Null, &case.types, &case.rules) {
        Ok(_) => panic!("{case:?} is accepted"),
        Err(problems) => problems,
    };
    let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(all.iter().any(|problem| problem.contains(&case.says)), "{case:?}: {all:?}");
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

/// The place of a field rule is that of its value.
#[test]
fn a_mistaken_field_rule_has_a_place() {
    let problems = service(&Value::Null, &Value::Null, &serde_json::json!({ "rename": { "cstNo": "x" } }))
        .expect_err("a mistake");
    let place = (problems[0].position.line, problems[0].position.column);
    assert_eq!(place, (8, 34), "{problems:?}");
    assert!(problems[0].line.contains("cstNo"), "{problems:?}");
}

/// An unknown key has its place, the key that was probably meant, and all that are known: the operation's own and those of
/// field rules.
#[test]
fn an_unknown_key_has_a_place_and_the_keys_that_are_known() {
    for (types, rules, near, place) in [
        (Value::Null, serde_json::json!({ "renam": {} }), "did you mean `rename`?", (8, 16)),
        (Value::Null, serde_json::json!({ "chek": [] }), "did you mean `check`?", (8, 16)),
        (serde_json::json!({ "Address": { "hied": [] } }), Value::Null, "did you mean `hide`?", (6, 20)),
    ] {
        let problems = service(&Value::Null, &types, &rules).expect_err("a mistake");
        let problem = &problems[0];
        assert!(problem.message.contains(near), "{problem:?}");
        let known = problem.help.as_deref().is_some_and(|help| help.contains("flatten, group, h"));
        assert!(known, "{problem:?}");
        assert_eq!((problem.position.line, problem.position.column), place, "{problem:?}");
    }
}

/// What cannot be applied to the field of the request is not passed over since the response has a field of that name.
#[test]
fn a_rule_that_cannot_be_applied_in_the_request_is_refused() {
    let rules = serde_json::json!({ "hide": ["channel"] });
    let problems = service(&Value::Null, &Value::Null, &rules).expect_err("a mistake");
    assert!(problems[0].message.contains("the field is required"), "{problems:?}");
}

/// An operation and a type may be named and have no rules.
#[test]
fn rules_may_be_empty() {
    for nothing in ["", "{}", "~"] {
        let text = format!(
            "version: 1\nservice: orders\ncontract: {{ wsdl: orders.wsdl }}\nfronts: {{ json: {{ auth: none }} }}\n\
             backend: {{ soap: {{ url: \"http://localhost/\" }} }}\noperations:\n  placeOrder: {nothing}\ntypes:\n  Address: {nothing}\n"
        );
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mapping/orders.yaml");
        assert!(load(path, &text, &Nothing, &mut Files, None).is_ok(), "{nothing:?}");
    }
}
