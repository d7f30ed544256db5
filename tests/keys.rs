//! `docs/KEYS.md`: what each key of a service file changes, shown by what is exchanged without it and with it. The document is made of
//! `tests/keys/keys.yaml`, which says what must come of each, and is held to what does.

#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use regex::Regex;
use saponify::bridge::{Bridge, ReadyService};
use saponify::describe::{Converter, Direction, Selection};
use saponify::redact::{Masks, masked_json};
use saponify::service::{Service, load};
use saponify::wsdl::Files;
use serde::Deserialize;
use stub::Stub;
use support::Variables;
use tokio::runtime::Runtime;
use tower::Service as _;

/// A key, and what is exchanged without it and with it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Pair {
    key: String,
    operation: Option<String>,
    /// Lines of the service file.
    file: String,
    /// The fronts, where they are not those of all others.
    fronts: Option<String>,
    request: Option<String>,
    response: Option<String>,
    send: Option<String>,
    send_with: Option<String>,
    /// What a SOAP client sends: what is in its Envelope.
    soap: Option<String>,
    /// JSON as it is recorded.
    masked: Option<String>,
    /// What a SOAP backend answers: its response, or the detail of its fault.
    reply: Option<String>,
    fault: Option<String>,
    /// What a JSON backend answers.
    json: Option<String>,
    json_with: Option<String>,
    show: Show,
    without: String,
    with: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Show {
    Backend,
    #[default]
    Client,
}

/// One of the two sides of a pair.
struct Half<'p> {
    pair: &'p Pair,
    with: bool,
}

impl Half<'_> {
    fn text(&self) -> String {
        let fronts = self.pair.fronts.as_deref().filter(|_| self.with).unwrap_or(FRONTS);
        let backend = if self.pair.json.is_some() { "json" } else { "soap" };
        let file = if self.with { self.pair.file.as_str() } else { "" };
        format!(
            "version: 1\nservice: orders\ncontract: {{ wsdl: orders.wsdl }}\nfronts: {fronts}\n\
             backend: {{ {backend}: {{ url: \"http://localhost/\" }} }}\n{file}\n"
        )
    }

    fn service(&self, backend: Option<&str>) -> Service {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/orders.yaml");
        let variables = Variables([("ANA", "a-password")].into());
        load(path, &self.text(), &variables, &mut Files, backend)
            .unwrap_or_else(|problems| panic!("{}: {problems:?}", self.pair.key))
    }

    fn expected(&self) -> &str {
        if self.with { &self.pair.with } else { &self.pair.without }
    }

    /// What comes of it.
    fn found(&self, runtime: &Runtime, stub: &Stub) -> String {
        let Pair { request, response, masked, .. } = self.pair;
        let operation = self.pair.operation();
        match (request, response, masked) {
            (Some(xml), ..) => self.converted(xml, operation, Direction::Request),
            (None, Some(xml), _) => self.converted(xml, &format!("{operation}Response"), Direction::Response),
            (None, None, Some(json)) => self.recorded(json),
            (None, None, None) => runtime.block_on(self.exchanged(stub)),
        }
    }

    /// The JSON of a message, which is its message again.
    fn converted(&self, xml: &str, element: &str, direction: Direction) -> String {
        let service = self.service(None);
        let operation = Some(self.pair.operation().to_owned());
        let selection = Selection { operation, direction: Some(direction), ..Selection::default() };
        let converter = Converter::new(&service.plan, service.encode, &selection, true);
        let whole = format!("<{element} xmlns=\"urn:orders\">{xml}</{element}>");
        let json =
            converter.json_of(whole.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", self.pair.key));
        let back =
            converter.soap_of(&json.message).unwrap_or_else(|error| panic!("{}: {error}", self.pair.key));
        assert_eq!(inner(&String::from_utf8_lossy(&back.message), element), xml, "{}", self.pair.key);
        String::from_utf8(json.message).expect("UTF-8")
    }

    fn recorded(&self, json: &str) -> String {
        let service = self.service(None);
        let masked = masked_json(json.as_bytes(), &Masks::of(&service), &service.limits.json).expect("JSON");
        // One line, as all others.
        String::from_utf8(masked)
            .expect("UTF-8")
            .lines()
            .map(str::trim)
            .collect::<String>()
            .replace("\": ", "\":")
    }

    async fn exchanged(&self, stub: &Stub) -> String {
        self.answer(stub);
        let service = self.service(Some(&stub.url()));
        let limits = service.limits;
        let ready = ReadyService::new(service).expect("ready");
        let bridge = Bridge::new(vec![ready], limits).expect("a bridge");
        let answer = bridge.clone().call(self.sent()).await.expect("an answer");
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.expect("whole").to_bytes();
        match self.pair.show {
            Show::Client => numbered(&format!("{status} {}", String::from_utf8_lossy(&body))),
            Show::Backend => stub.heard().first().map_or(String::new(), |heard| {
                if heard.body.starts_with('{') {
                    heard.body.clone()
                } else {
                    inner(&heard.body, self.pair.operation())
                }
            }),
        }
    }

    fn answer(&self, stub: &Stub) {
        let soap = |inner: &str| {
            format!(
                "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>{inner}</e:Body></e:Envelope>"
            )
        };
        let Pair { reply, fault, json, json_with, .. } = self.pair;
        let json = json_with.as_ref().filter(|_| self.with).or(json.as_ref());
        match (reply, fault, json) {
            (Some(inner), ..) => {
                let element = format!("{}Response", self.pair.operation());
                let inner = format!("<{element} xmlns=\"urn:orders\">{inner}</{element}>");
                stub.say(200, "Content-Type: text/xml\r\n", &soap(&inner));
            }
            (None, Some(detail), _) => {
                let fault = format!(
                    "<e:Fault><faultcode>e:Client</faultcode><faultstring>no</faultstring><detail>{detail}</detail></e:Fault>"
                );
                stub.say(500, "Content-Type: text/xml\r\n", &soap(&fault));
            }
            (None, None, Some(json)) => stub.say(200, "Content-Type: application/json\r\n", json),
            (None, None, None) => panic!("{}: no answer", self.pair.key),
        }
    }

    fn send(&self) -> &str {
        let Pair { send, send_with, .. } = self.pair;
        send_with.as_ref().filter(|_| self.with).or(send.as_ref()).expect("a request")
    }

    /// `METHOD /path Name:value {…}`, or only the JSON; or what a SOAP client sends.
    fn sent(&self) -> Request<Full<Bytes>> {
        if let Some(soap) = &self.pair.soap {
            let envelope = format!(
                "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:o=\"urn:orders\">{soap}</e:Envelope>"
            );
            let request = Request::post("/soap/orders").header("content-type", "text/xml; charset=utf-8");
            return request.body(Full::new(Bytes::from(envelope))).expect("a request");
        }
        let (head, body) =
            self.send().split_once('{').map(|(head, body)| (head, format!("{{{body}"))).expect("JSON");
        let mut words = head.split_whitespace();
        let plain = format!("/orders/{}", self.pair.operation());
        let (method, path) = (words.next().unwrap_or("POST"), words.next().unwrap_or(&plain));
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("content-type", "application/json");
        for header in words {
            let (name, value) = header.split_once(':').expect("a header");
            request = request.header(name, value);
        }
        request.body(Full::new(Bytes::from(body))).expect("a request")
    }
}

impl Pair {
    fn operation(&self) -> &str {
        self.operation.as_deref().unwrap_or("placeOrder")
    }
}

/// The fronts where a pair says nothing of them.
const FRONTS: &str = "{ json: { auth: none }, soap: { auth: none } }";

/// What is in the element of this name, without prefixes.
fn inner(xml: &str, element: &str) -> String {
    let prefixes = Regex::new(r"(</?)\w+:").expect("pattern");
    let plain = prefixes.replace_all(xml, "$1").into_owned();
    let begin = plain.find(&format!("<{element}")).and_then(|at| Some(at + plain.get(at..)?.find('>')? + 1));
    let end = plain.find(&format!("</{element}>"));
    begin.zip(end).and_then(|(begin, end)| plain.get(begin..end)).map_or(String::new(), str::to_owned)
}

/// The number of a request is another one each time.
fn numbered(text: &str) -> String {
    Regex::new(r#""requestId":\d+"#).expect("pattern").replace_all(text, "\"requestId\":1").into_owned()
}

fn pairs() -> Vec<Pair> {
    let text = std::fs::read_to_string(root().join("tests/keys/keys.yaml")).expect("pairs");
    serde_saphyr::from_str(&text).expect("pairs")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_key_does_what_its_pair_says() {
    let (runtime, stub) = (Runtime::new().expect("runtime"), Stub::start());
    let mut wrong = Vec::new();
    for pair in pairs() {
        for with in [false, true] {
            let half = Half { pair: &pair, with };
            let (found, expected) = (half.found(&runtime, &stub), half.expected());
            if found != expected {
                wrong.push(format!("{} ({with})\n  expected {expected}\n  found    {found}", pair.key));
            }
        }
        if pair.without == pair.with && pair.send_with.is_none() {
            wrong.push(format!("{} does nothing", pair.key));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The blocks of YAML in the document about tasks are pieces of service files that load.
#[test]
fn every_block_of_the_tasks_loads() {
    let document = std::fs::read_to_string(root().join("docs/HOW_TO.md")).expect("docs/HOW_TO.md");
    let blocks = document.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut count = 0;
    for block in blocks {
        let has = |key: &str| block.lines().any(|line| line.starts_with(&format!("{key}:")));
        let rest = BASE.iter().filter(|(key, _)| !has(key)).map(|(key, value)| format!("{key}: {value}\n"));
        let text = rest.collect::<String>() + block;
        let path = root().join("tests/keys/orders.yaml");
        let variables = Variables([("APP_KEY", "a-long-enough-key"), ("BACKEND_PASSWORD", "x")].into());
        let loaded = load(&path.to_string_lossy(), &text, &variables, &mut Files, None);
        assert!(loaded.is_ok(), "{block}\n{:?}", loaded.err());
        count += 1;
    }
    assert!(count > 7, "only {count} blocks");
}

const BASE: &[(&str, &str)] = &[
    ("version", "1"),
    ("service", "orders"),
    ("contract", "{ wsdl: orders.wsdl }"),
    ("fronts", "{ json: { auth: none } }"),
    ("backend", "{ soap: { url: \"http://localhost/\" } }"),
];

/// The pairs as the document shows them.
fn shown(pair: &Pair) -> String {
    let mut out = format!("## `{}`\n\n```yaml\n", pair.key);
    let fronts = pair.fronts.as_ref().map(|fronts| format!("fronts: {fronts}\n"));
    let file = Some(&pair.file).filter(|file| !file.is_empty()).map(|file| format!("{}\n", file.trim_end()));
    out.extend(fronts.into_iter().chain(file));
    out += "```\n\n";
    let half = |with| Half { pair, with };
    let told = |what: &str, text: &str| {
        format!("{what}\n\n```text\n{}\n```\n\n", if text.is_empty() { "nothing" } else { text })
    };
    let message = pair.request.as_ref().map(|xml| ("The request in SOAP:", "Its JSON without the key:", xml));
    let answer =
        pair.response.as_ref().map(|xml| ("The response in SOAP:", "Its JSON without the key:", xml));
    let record = pair.masked.as_ref().map(|json| ("The JSON:", "A recording without the key:", json));
    let sent = pair.send.as_ref().or(pair.soap.as_ref());
    match (message.or(answer).or(record), sent) {
        (Some((what, without, text)), _) => {
            out += &told(what, text);
            out += &told(without, &pair.without);
            out += &told("With it:", &pair.with);
        }
        (None, Some(send)) => {
            match &pair.send_with {
                Some(with) => {
                    out += &told("A client sends without the key:", send);
                    out += &told("With it:", with);
                }
                None if pair.soap.is_some() => out += &told("A SOAP client sends:", send),
                None => out += &told("A client sends:", send),
            }
            let reply = pair
                .reply
                .as_ref()
                .filter(|_| pair.show == Show::Client)
                .or(pair.fault.as_ref())
                .or(pair.json.as_ref().filter(|_| pair.show == Show::Client));
            out += &reply.map_or(String::new(), |reply| told("The backend answers:", reply));
            out += &pair
                .json_with
                .as_ref()
                .map_or(String::new(), |json| told("With the key its JSON is:", json));
            let who = if pair.show == Show::Backend { "The backend gets" } else { "The client gets" };
            if pair.without == pair.with {
                out += &told(&format!("{who} the same:"), half(true).expected());
            } else {
                out += &told(&format!("{who} without the key:"), &pair.without);
                out += &told("With it:", &pair.with);
            }
        }
        (None, None) => {}
    }
    out
}

#[test]
fn the_document_shows_the_pairs() {
    let path: PathBuf = root().join("docs/KEYS.md");
    let document = std::fs::read_to_string(&path).expect("docs/KEYS.md");
    let (before, rest) = document.split_once("## `").expect("the first pair");
    let (_, after) = rest.split_once(BEHIND).expect("the keys without a pair");
    let made = format!("{before}{}{BEHIND}{after}", pairs().iter().map(shown).collect::<String>());
    if std::env::var_os("SAPONIFY_WRITE_DOCUMENTS").is_some() {
        return std::fs::write(&path, &made).expect("written");
    }
    assert!(
        document == made,
        "docs/KEYS.md is not what tests/keys/keys.yaml says; SAPONIFY_WRITE_DOCUMENTS=1 writes it anew"
    );
}

/// The heading behind the pairs.
const BEHIND: &str = "## Keys that change no message\n";

/// The structs that read a service file, each with what its keys are called in the document. Those of one value, such as a token, are with it.
const STRUCTS: &[(&str, &str, &str)] = &[
    ("service", "ServiceFile", ""),
    ("service", "ContractFile", "contract."),
    ("service", "DefaultsFile", "defaults."),
    ("service", "SoapBackendFile", "backend."),
    ("service", "JsonBackendFile", "backend."),
    ("fronts", "FrontFile", "fronts."),
    ("rules", "OperationFile", ""),
    ("rules", "UnwrapFile", "unwrap."),
    ("rules", "AnswerFile", "answer."),
];

/// A key that is new has a pair, or a row that says why it has none.
#[test]
fn every_key_is_in_the_document() {
    let document = std::fs::read_to_string(root().join("docs/KEYS.md")).expect("docs/KEYS.md");
    let (_, rows) = document.split_once(BEHIND).expect("the keys without a pair");
    let span = Regex::new("`([a-z_0-9.*]+)`").expect("pattern");
    let cells = rows.lines().filter_map(|line| line.split('|').nth(1));
    let mut told: Vec<String> = cells
        .flat_map(|cell| span.captures_iter(cell).map(|found| found.extract::<1>().1[0].to_owned()))
        .collect();
    told.extend(pairs().into_iter().map(|pair| pair.key));
    let own = STRUCTS.iter().flat_map(|(file, name, before)| {
        keys_of(file, name).into_iter().map(move |key| format!("{before}{key}"))
    });
    let is_told = |key: &String| {
        told.iter().any(|told| {
            // `fronts.json.path` is that of both fronts.
            let told = told.replace(".json.", ".").replace(".soap.", ".").replace(".*.", ".");
            told == *key || told.starts_with(&format!("{key}."))
        })
    };
    let missing: Vec<String> = own.chain(field_rules()).filter(|key| !is_told(key)).collect();
    assert!(missing.is_empty(), "neither a pair nor a row: {missing:?}");
}

/// The keys of a struct that reads a part of a service file.
fn keys_of(file: &str, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(format!("src/service/file/{file}.rs"))).expect("a source");
    let (_, body) = text.split_once(&format!("pub struct {name} {{\n")).expect("the struct");
    let (body, _) = body.split_once("\n}").expect("its end");
    let field =
        Regex::new(r#"(?m)^(?:    #\[serde\(.*rename = "(\w+)".*\)\]\n)?    pub (\w+):"#).expect("pattern");
    let name_of =
        |found: regex::Captures<'_>| found.get(1).or(found.get(2)).map(|name| name.as_str().to_owned());
    let own = field.captures_iter(body).filter_map(name_of);
    let keys: Vec<String> = own.filter(|key| !["fields", "included"].contains(&key.as_str())).collect();
    assert!(!keys.is_empty(), "{name}");
    keys
}

/// The rules of fields: the first cells of their table.
fn field_rules() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("docs/MAPPING.md")).expect("docs/MAPPING.md");
    let (_, rows) = text.split_once("| key | value | example |").expect("the table");
    let rows = rows.lines().skip(2).take_while(|line| line.starts_with("| `"));
    let rules: Vec<String> = rows.filter_map(|row| Some(row.split('`').nth(1)?.to_owned())).collect();
    assert!(rules.len() > 8, "{rules:?}");
    rules
}
