//! Faults as part of the contract, in all four ways: `faults/cases.yaml` says what a backend answers, what the service file says of
//! it, and what each kind of client gets.

#[path = "support/stub.rs"]
mod stub;
mod support;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use saponify::bridge::{Bridge, ReadyService};
use saponify::codec::EncodeOptions;
use saponify::describe::{self, Candidate, Converter, Direction, Selection, Style};
use saponify::limits::Limits;
use saponify::plan::{Rules, compile};
use saponify::wsdl;
use serde::Deserialize;
use serde_json::Value;
use stub::Stub;
use tower::Service as _;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// Keys of the service file besides contract, fronts and backend.
    #[serde(default)]
    rules: String,
    /// What the backend answers; it hangs up where there is nothing.
    reply: Option<Reply>,
    /// What the log says, whoever asked.
    #[serde(default)]
    log: Vec<String>,
    /// What each client gets: `json`, `problem`, `german`, `soap11`, `soap12`.
    clients: BTreeMap<String, Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    #[serde(default = "error")]
    http: u16,
    /// What is in the Fault of SOAP 1.1.
    soap11: Option<String>,
    /// What is in that of SOAP 1.2.
    soap12: Option<String>,
    /// The body of a JSON backend.
    json: Option<String>,
}

fn error() -> u16 {
    500
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    http: u16,
    /// Values of the JSON, by JSON Pointer, as JSON texts; `absent` for one that is not there.
    #[serde(default)]
    at: BTreeMap<String, String>,
    /// What is in the body.
    #[serde(default)]
    has: Vec<String>,
    /// What is not.
    #[serde(default)]
    lacks: Vec<String>,
}

const V11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const V12: &str = "http://www.w3.org/2003/05/soap-envelope";
const REQUEST: &str = r#"{"orderId":17,"amount":12.50,"ssn":"078-05-1120"}"#;
const REQUEST_XML: &str = "<f:getOrder xmlns:f=\"urn:faults\"><f:orderId>17</f:orderId><f:amount>12.50</f:amount>\
                           <f:ssn>078-05-1120</f:ssn></f:getOrder>";

fn envelope(namespace: &str, body: &str) -> String {
    format!("<e:Envelope xmlns:e=\"{namespace}\" xmlns:f=\"urn:faults\"><e:Body>{body}</e:Body></e:Envelope>")
}

impl Reply {
    fn play(&self, stub: &Stub) {
        let fault = |namespace, inner: &str| envelope(namespace, &format!("<e:Fault>{inner}</e:Fault>"));
        let (kind, body) = match (&self.soap11, &self.soap12, &self.json) {
            (Some(inner), None, None) => ("text/xml", fault(V11, inner)),
            (None, Some(inner), None) => ("application/soap+xml", fault(V12, inner)),
            (None, None, Some(json)) => ("application/json", json.clone()),
            _ => panic!("a reply has one body"),
        };
        stub.say(self.http, &format!("Content-Type: {kind}\r\n"), &body);
    }

    fn is_json(&self) -> bool {
        self.json.is_some()
    }
}

fn bridge(case: &Case, url: &str) -> Bridge {
    let json = case.reply.as_ref().is_some_and(Reply::is_json);
    let backend = if json { "json" } else { "soap" };
    let text = format!(
        "version: 1\nservice: orders\ncontract: {{ wsdl: contract.wsdl }}\n\
         fronts: {{ json: {{ path: /orders, auth: none }}, soap: {{ path: /soap, auth: none }} }}\n\
         backend: {{ {backend}: {{ url: \"http://127.0.0.1:9/\" }} }}\n{}",
        case.rules
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/faults/service.yaml");
    let service = support::service(path, &text, url);
    let limits = service.limits;
    Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge")
}

async fn ask(bridge: &Bridge, client: &str) -> (u16, String) {
    let request = match client {
        "json" | "german" => ("/orders/getOrder", "application/json", REQUEST.to_owned()),
        "problem" => ("/orders/getOrder", "application/json", REQUEST.to_owned()),
        "soap11" => ("/soap", "text/xml", envelope(V11, REQUEST_XML)),
        "soap12" => ("/soap", "application/soap+xml", envelope(V12, REQUEST_XML)),
        client => panic!("no such client: {client}"),
    };
    let (path, kind, body) = request;
    let mut request = Request::post(path).header("content-type", kind);
    if client == "problem" {
        request = request.header("accept", "application/problem+json");
    }
    if client == "german" {
        request = request.header("accept-language", "it, de;q=0.8, en;q=0.5");
    }
    let request = request.body(Full::new(Bytes::from(body))).expect("request");
    let answer = bridge.clone().call(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.expect("whole").to_bytes();
    (status, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

impl Expected {
    /// What is not as it must be.
    fn misses(&self, status: u16, body: &str) -> Vec<String> {
        let mut misses = Vec::new();
        if status != self.http {
            misses.push(format!("HTTP {status}, not {}", self.http));
        }
        misses
            .extend(self.has.iter().filter(|text| !body.contains(*text)).map(|text| format!("lacks {text}")));
        misses
            .extend(self.lacks.iter().filter(|text| body.contains(*text)).map(|text| format!("has {text}")));
        if !self.at.is_empty() {
            let json: Value = serde_json::from_str(body).expect("JSON");
            for (pointer, expected) in &self.at {
                // Numbers are compared by their digits: `serde_json` keeps them.
                let found = json.pointer(pointer).map_or("absent".to_owned(), Value::to_string);
                if found != *expected {
                    misses.push(format!("{pointer} is {found}, not {expected}"));
                }
            }
        }
        misses
    }
}

/// The log of one exchange.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Status and body of the answer, and the log.
async fn logged(bridge: &Bridge, client: &str) -> (u16, String, String) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let (status, body) = ask(bridge, client).await;
    drop(guard);
    let log = String::from_utf8(log.0.lock().expect("log").clone()).expect("UTF-8");
    (status, body, log)
}

#[tokio::test]
async fn every_client_gets_what_is_known_of_a_fault() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/cases.yaml");
    let cases: Vec<Case> =
        serde_saphyr::from_str(&std::fs::read_to_string(path).expect("cases")).expect("cases");
    assert!(cases.len() > 20, "the table is read");
    let mut misses = Vec::new();
    for case in &cases {
        let stub = Stub::start();
        if let Some(reply) = &case.reply {
            reply.play(&stub);
        }
        let bridge = bridge(case, &stub.url());
        for (client, expected) in &case.clients {
            let (status, body, log) = logged(&bridge, client).await;
            let mut found = expected.misses(status, &body);
            let unsaid = case.log.iter().filter(|text| !log.contains(*text));
            found.extend(unsaid.map(|text| format!("the log lacks {text}: {log}")));
            misses
                .extend(found.into_iter().map(|miss| format!("{} / {client}: {miss}\n  {body}", case.name)));
        }
    }
    assert!(misses.is_empty(), "\n{}", misses.join("\n"));
}

/// Whatever fault a contract declares: its sample is converted to SOAP, to JSON and to SOAP again, and nothing is lost.
#[test]
fn declared_faults_are_converted_both_ways() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tried = 0;
    for wsdl in
        ["wsdl/helix.wsdl", "tests/contracts/faults/contract.wsdl", "tests/contracts/shop/contract.wsdl"]
    {
        let path = root.join(wsdl).to_string_lossy().into_owned();
        let contract = wsdl::load(&path, &mut wsdl::Files, &Limits::default().contract).expect("contract");
        let plan = compile(&contract, &Rules::default()).expect("plan").plan;
        let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), false);
        for operation in plan.operations() {
            for fault in &operation.faults {
                let direction = Direction::Response;
                let candidate = Candidate { operation, direction, message: &fault.message };
                let json = describe::sample(&plan, &candidate, Style::Full, 7).expect("a sample");
                let told = describe::sample_json(&describe::sample_fault(fault, json));
                let soap = converter.soap_of(&told).expect("SOAP").message;
                let back = converter.json_of(&soap).expect("JSON").message;
                let texts = [&told, &back].map(|json| String::from_utf8_lossy(json).into_owned());
                assert_eq!(texts[0], texts[1], "{wsdl} {}", fault.name);
                tried += 1;
            }
        }
    }
    assert!(tried > 3, "{tried}");
}
