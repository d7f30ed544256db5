//! The five systems, both directions, as data: `tests/systems/*.yaml`.
//!
//! A case is a request at one front, what the backend says, and everything that may be seen: what the backend heard, and
//! the answer. `*` stands for what differs each time.

#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::collections::HashMap;

use saponify::server::Running;
use serde::Deserialize;
use serde_json::Value;
use stub::Stub;
use support::{Answer, bridge, send, system_service};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// `soap-to-json` or `json-to-soap`.
    way: String,
    /// Method and path of a JSON request, below the front.
    line: Option<String>,
    /// The JSON body, or what is in the SOAP Body.
    request: String,
    /// What the backend says; nothing when it must not be called.
    reply: Option<Reply>,
    /// What the backend heard.
    heard: Option<Heard>,
    answer: Expected,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    #[serde(default = "ok")]
    http: u16,
    #[serde(default)]
    head: Vec<String>,
    body: String,
}

fn ok() -> u16 {
    200
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Heard {
    line: Option<String>,
    /// The whole body, byte for byte.
    body: Option<String>,
    /// What is in the SOAP Body.
    soap: Option<String>,
    head: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(default = "ok")]
    http: u16,
    #[serde(default)]
    head: Vec<String>,
    /// The JSON.
    json: Option<String>,
    /// What is in the SOAP Body.
    soap: Option<String>,
    #[serde(default)]
    never: Vec<String>,
}

const NAMESPACES: &[(&str, &str, &str)] = &[
    ("bancbox", "xmlns:sch", "schema.bancbox.com"),
    ("stonex", "xmlns:s", "urn:bridge:stonex:account:1"),
    ("helix", "xmlns:h", "urn:bridge:helix:customer:1"),
    ("finzly", "xmlns:f", "urn:bridge:finzly:account:1"),
    ("tabapay", "xmlns:t", "urn:bridge:tabapay:account:2"),
    ("harbor", "xmlns:p", "urn:harbor:shipments"),
];

#[test]
fn bancbox() {
    run("bancbox");
}

#[test]
fn stonex() {
    run("stonex");
}

#[test]
fn helix() {
    run("helix");
}

#[test]
fn finzly() {
    run("finzly");
}

#[test]
fn tabapay() {
    run("tabapay");
}

fn run(system: &'static str) {
    let cases = format!("{}/tests/systems/{system}.yaml", env!("CARGO_MANIFEST_DIR"));
    run_with(system, &cases, |way, backend| system_service(system, &format!("{way}.yaml"), backend));
}

/// A system that is nothing but the files of `tests/sixth`.
#[test]
fn a_sixth_system_is_data_alone() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sixth");
    run_with("harbor", &format!("{folder}/cases.yaml"), |way, backend| {
        let path = format!("{folder}/{way}.yaml");
        support::service(&path, &std::fs::read_to_string(&path).expect("service file"), backend)
    });
}

fn run_with(system: &'static str, path: &str, service: impl Fn(&str, &str) -> saponify::service::Service) {
    let text = std::fs::read_to_string(path).expect("cases");
    let cases: Vec<Case> = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!(cases.len() >= 4, "{path}: {} cases", cases.len());
    let mut stages = HashMap::new();
    for way in ["soap-to-json", "json-to-soap"] {
        let stub = Stub::start();
        let running = bridge(service(way, &stub.url()));
        stages.insert(way, (stub, running));
    }
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let (stub, running) = &stages[case.way.as_str()];
            check(system, case, stub, running).err().map(|reason| format!("== {}\n{reason}", case.name))
        })
        .collect();
    assert!(failed.is_empty(), "{} of {} failed\n{}", failed.len(), cases.len(), failed.join("\n"));
}

fn check(system: &str, case: &Case, stub: &Stub, running: &Running) -> Result<(), String> {
    let soap_front = case.way == "soap-to-json";
    if let Some(reply) = &case.reply {
        let head: String = reply.head.iter().map(|line| format!("{line}\r\n")).collect();
        let fault = reply.body.trim_start().starts_with("<soapenv:Fault")
            || reply.body.trim_start().starts_with("<html");
        let body = if soap_front || reply.body.trim_start().starts_with("<html") {
            reply.body.clone()
        } else {
            envelope(system, "", &reply.body)
        };
        let kind = if soap_front { "" } else { "Content-Type: text/xml\r\n" };
        stub.say(if fault && reply.http == 200 { 500 } else { reply.http }, &format!("{kind}{head}"), &body);
    } else {
        stub.say(500, "", "the backend must not be called");
    }
    let answer = if soap_front { ask_soap(system, case, running) } else { ask_json(system, case, running) };
    let heard = stub.heard();
    if heard.len() != usize::from(case.reply.is_some()) {
        return Err(format!("the backend heard {} requests; the answer was {answer:?}", heard.len()));
    }
    if let (Some(expected), Some(heard)) = (&case.heard, heard.first()) {
        compare_text("line", expected.line.as_deref(), &heard.line)?;
        compare_text("body", expected.body.as_deref().map(str::trim), heard.body.trim())?;
        compare_soap(expected.soap.as_deref(), &heard.body)?;
        for line in &expected.head {
            if !heard.head.to_ascii_lowercase().contains(&line.to_ascii_lowercase()) {
                return Err(format!("the backend did not hear {line}: {}", heard.head));
            }
        }
    }
    compare(&case.answer, &answer)
}

fn compare(expected: &Expected, answer: &Answer) -> Result<(), String> {
    if answer.status != expected.http {
        return Err(format!("expected HTTP {}, got {answer:?}", expected.http));
    }
    for line in &expected.head {
        if !answer.head.contains(&line.to_ascii_lowercase()) {
            return Err(format!("the answer has no {line}: {}", answer.head));
        }
    }
    for never in &expected.never {
        if answer.body.contains(never) {
            return Err(format!("the answer has {never}: {}", answer.body));
        }
    }
    if let Some(json) = &expected.json {
        let expected: Value = serde_json::from_str(json).map_err(|error| format!("{error} in {json}"))?;
        let got: Value =
            serde_json::from_str(&answer.body).map_err(|error| format!("{error} in {}", answer.body))?;
        if !matches(&expected, &got) {
            return Err(format!("expected {expected}\n     got {got}"));
        }
    }
    compare_soap(expected.soap.as_deref(), &answer.body)
}

/// Equal, but for what is `"*"`.
fn matches(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::String(any), _) if any == "*" => true,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| matches(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| matches(a, b)))
        }
        (a, b) => a == b,
    }
}

fn compare_text(what: &str, expected: Option<&str>, got: &str) -> Result<(), String> {
    match expected {
        Some(expected) if expected != got => {
            Err(format!("{what}: expected {expected}\n{what}:      got {got}"))
        }
        _ => Ok(()),
    }
}

/// What is in the Body, prefixes and white space between tags left out, numbers of requests any.
fn compare_soap(expected: Option<&str>, got: &str) -> Result<(), String> {
    let Some(expected) = expected else { return Ok(()) };
    let inner = got
        .split_once("Body>")
        .and_then(|(_, rest)| rest.rsplit_once("</soapenv:Body>"))
        .map_or(got, |(inner, _)| inner);
    let (expected, got) = (plain(expected), plain(inner));
    if expected == got { Ok(()) } else { Err(format!("expected {expected}\n     got {got}")) }
}

fn plain(xml: &str) -> String {
    let mut out = String::new();
    for part in xml.split_inclusive('>') {
        let (text, tag) = part.split_once('<').unwrap_or((part, ""));
        let text = if text.trim().is_empty() { "" } else { text };
        out.push_str(text);
        if tag.is_empty() {
            continue;
        }
        let declared = tag.trim_end_matches('>').trim_end_matches('/');
        let words: Vec<&str> = split_attributes(declared);
        let kept: Vec<String> =
            words.iter().filter(|word| !word.starts_with("xmlns")).map(|word| word.to_string()).collect();
        out.push('<');
        out.push_str(&kept.join(" "));
        out.push_str(if tag.ends_with("/>") { "/>" } else { ">" });
    }
    let mut out = out.replace("c:", "").replace("sch:", "").replace("<ns1:", "<").replace("</ns1:", "</");
    for prefix in ["s:", "h:", "f:", "t:", "p:"] {
        out = out.replace(&format!("<{prefix}"), "<").replace(&format!("</{prefix}"), "</");
    }
    if let Some((before, rest)) = out.clone().split_once("<requestId>")
        && let Some((_, after)) = rest.split_once("</requestId>")
    {
        out = format!("{before}<requestId>*</requestId>{after}");
    }
    out
}

/// The words of a start tag; a quoted value may have spaces.
fn split_attributes(tag: &str) -> Vec<&str> {
    let (mut words, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, letter) in tag.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => {
                words.push(&tag[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&tag[start..]);
    words
}

fn envelope(system: &str, header: &str, body: &str) -> String {
    let (_, prefix, namespace) = NAMESPACES.iter().find(|(name, ..)| *name == system).expect("system");
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" {prefix}=\"{namespace}\" xmlns:ns1=\"{namespace}\" xmlns:c=\"urn:bridge:common:1\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">{header}<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )
}

const SECURITY: &str = "<soapenv:Header><wsse:Security soapenv:mustUnderstand=\"1\" xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><wsse:UsernameToken><wsse:Username>ops@example.com</wsse:Username><wsse:Password Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText\">not-a-real-secret</wsse:Password></wsse:UsernameToken></wsse:Security></soapenv:Header>";

fn ask_soap(system: &str, case: &Case, running: &Running) -> Answer {
    let path =
        if system == "bancbox" { "/soap/bancbox/BBXPort".to_owned() } else { format!("/soap/{system}") };
    let headers = [("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\"")];
    let security = if system == "harbor" { "" } else { SECURITY };
    send(running.address(), "POST", &path, &headers, envelope(system, security, &case.request).as_bytes())
}

fn ask_json(system: &str, case: &Case, running: &Running) -> Answer {
    let default = match system {
        "bancbox" => "POST /v1/BBXPortRest/updateClient",
        "stonex" => "POST /account-api/v1/update-account",
        "helix" => "POST /customer/update",
        "finzly" => "PUT /v2/customers/111222/accounts/2156",
        _ => "PUT /v2/clients/AbCdEfGhIjKlMnOpQrSt_2_0042/accounts/ih0V8HSE2S6gAUqCkG29uw",
    };
    let (method, path) = case.line.as_deref().unwrap_or(default).split_once(' ').expect("line");
    let authorization =
        if system == "helix" { "Basic a2V5OmNhbmFyeS1zZWNyZXQ=" } else { "Bearer client-token" };
    let headers =
        [("Content-Type", "application/json"), ("Authorization", authorization), ("X-Branch", "north")];
    send(running.address(), method, &format!("/{system}{path}"), &headers, case.request.as_bytes())
}
