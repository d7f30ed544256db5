//! HTTP as browsers and clients of REST services speak it, and what becomes of it at the backend: `tests/rest/*.yaml`.

#[path = "support/stub.rs"]
mod stub;
mod support;

use saponify::server::Running;
use serde::Deserialize;
use stub::Stub;
use support::{bridge, raw};

/// Exchanges with one service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    about: String,
    #[serde(default = "fronts")]
    fronts: String,
    /// What the backend speaks.
    #[serde(default = "soap")]
    speaks: String,
    /// More of the service file.
    #[serde(default)]
    file: String,
    cases: Vec<Case>,
}

fn fronts() -> String {
    "{ json: { path: /shop, auth: none }, soap: { path: /soap, auth: none } }".to_owned()
}

fn soap() -> String {
    "soap".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Method and target.
    send: String,
    #[serde(default = "host")]
    host: String,
    #[serde(default)]
    head: Vec<String>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    reply: Reply,
    http: u16,
    /// Lines that the head of the answer has, or has not; in lower case.
    #[serde(default)]
    says: Vec<String>,
    #[serde(default)]
    never: Vec<String>,
    /// What is in the body; nothing at all where it is empty.
    has: Option<String>,
    /// What the backend heard; nothing where it was not asked.
    heard: Option<Heard>,
}

fn host() -> String {
    "api.example".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Reply {
    http: u16,
    head: Vec<String>,
    body: Option<String>,
}

impl Default for Reply {
    fn default() -> Self {
        Self { http: 200, head: Vec::new(), body: None }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Heard {
    line: String,
    says: Vec<String>,
    never: Vec<String>,
    /// What is in the body; nothing at all where it is empty.
    has: String,
}

fn service(group: &Group, url: &str) -> saponify::service::Service {
    let Group { fronts, speaks, file, .. } = group;
    let text = format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: shop.wsdl }}\nfronts: {fronts}\n\
         backend: {{ {speaks}: {{ url: \"{url}/api\" }} }}\n{file}"
    );
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rest");
    support::service(&format!("{folder}/service.yaml"), &text, &format!("{url}/api"))
}

const ENVELOPE: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:shop\"><s:Body>@</s:Body></s:Envelope>";

/// A body that is an element is what is in an envelope.
fn message(body: &str) -> String {
    if body.starts_with('<') { ENVELOPE.replace('@', body) } else { body.to_owned() }
}

/// What is wrong with one exchange.
fn problems(group: &Group, case: &Case, running: &Running, stub: &Stub) -> Vec<String> {
    let (kind, body) = match group.speaks.as_str() {
        "json" => ("application/json", "{}"),
        _ => ("text/xml", "<findResponse/>"),
    };
    let reply = message(case.reply.body.as_deref().unwrap_or(body));
    stub.say(case.reply.http, &format!("Content-Type: {kind}\r\n{}", lines(&case.reply.head)), &reply);
    let body = message(&case.body);
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let (send, host, head) = (&case.send, &case.host, lines(&case.head));
    let request = format!("{send} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{head}{length}\r\n{body}");
    let answer = raw(running.address(), request.as_bytes());
    let mut found = Vec::new();
    if answer.status != case.http {
        found.push(format!("not {}", case.http));
    }
    compare(&case.says, &case.never, &answer.head, &mut found);
    if let Some(has) = &case.has
        && (if has.is_empty() { !answer.body.is_empty() } else { !answer.body.contains(has) })
    {
        found.push(format!("its body is not `{has}`"));
    }
    let heard = stub.heard();
    match (&case.heard, heard.as_slice()) {
        (None, []) => {}
        (Some(expected), [heard]) => {
            if !expected.line.is_empty() && heard.line != expected.line {
                found.push(format!("the backend heard {}", heard.line));
            }
            compare(&expected.says, &expected.never, &heard.head, &mut found);
            let fits = if expected.has.is_empty() {
                heard.body.is_empty() || group.speaks == "soap"
            } else {
                heard.body.contains(&expected.has)
            };
            if !fits {
                found.push(format!("the backend heard {}", heard.body));
            }
        }
        (_, heard) => found.push(format!("the backend heard {heard:?}")),
    }
    found
        .into_iter()
        .map(|found| format!("{}: {send} {:?}: {found}: {answer:?}", group.about, case.head))
        .collect()
}

fn lines(head: &[String]) -> String {
    head.iter().map(|line| format!("{line}\r\n")).collect()
}

fn compare(says: &[String], never: &[String], head: &str, found: &mut Vec<String>) {
    let head = head.to_ascii_lowercase();
    let missing = says.iter().filter(|line| !head.lines().any(|known| known == line.as_str()));
    found.extend(missing.map(|line| format!("without `{line}`, but {head}")));
    let there = never.iter().filter(|line| head.contains(line.as_str()));
    found.extend(there.map(|line| format!("with `{line}`")));
}

fn try_all(name: &str) {
    let path = format!("{}/tests/rest/{name}", env!("CARGO_MANIFEST_DIR"));
    let groups: Vec<Group> =
        serde_saphyr::from_str(&std::fs::read_to_string(path).expect("cases")).expect("groups of cases");
    assert!(!groups.is_empty());
    let mut found = Vec::new();
    for group in &groups {
        let stub = Stub::start();
        let running = bridge(service(group, &stub.url()));
        found.extend(group.cases.iter().flat_map(|case| problems(group, case, &running, &stub)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn fields_stand_in_the_path_and_the_query_and_a_body_is_there_where_it_says_something() {
    try_all("routes.yaml");
}

#[test]
fn pages_of_other_sites_call_where_they_may() {
    try_all("pages.yaml");
}

#[test]
fn proxies_are_believed_where_they_are_trusted() {
    try_all("proxies.yaml");
}

#[test]
fn answers_and_requests_have_a_coding_where_a_client_wants_one() {
    try_all("coding.yaml");
}

/// The answer to a request with a coded body, and its own body without its coding.
fn coded(running: &Running, coding: &str, body: &[u8]) -> (String, Vec<u8>) {
    use std::io::{Read, Write};
    let head = format!(
        "POST /shop/find HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Encoding: {coding}\r\nAccept-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = std::net::TcpStream::connect(running.address()).expect("connection");
    stream.write_all(&[head.as_bytes(), body].concat()).expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answered");
    let at = answer.windows(4).position(|end| end == b"\r\n\r\n").expect("a head");
    let body = answer.split_off(at + 4);
    let head = String::from_utf8(answer).expect("text").to_ascii_lowercase();
    let body = if head.contains("content-encoding") { decode(coding, &body) } else { body };
    (head, body)
}

fn encode(coding: &str, text: &[u8]) -> Vec<u8> {
    use std::io::Write;
    match coding {
        "br" => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 4, 19);
            encoder.write_all(text).expect("coded");
            encoder.into_inner()
        }
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(text).expect("coded");
            encoder.finish().expect("coded")
        }
        _ => zstd::bulk::compress(text, 3).expect("coded"),
    }
}

fn decode(coding: &str, body: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut out = Vec::new();
    match coding {
        "br" => brotli::Decompressor::new(body, 4096).read_to_end(&mut out).expect("decoded"),
        "gzip" => flate2::read::GzDecoder::new(body).read_to_end(&mut out).expect("decoded"),
        _ => zstd::Decoder::new(body).expect("decoded").read_to_end(&mut out).expect("decoded"),
    };
    out
}

#[test]
fn coded_requests_are_read_up_to_their_bound_and_answers_are_what_they_would_be() {
    let group = Group {
        about: String::new(),
        fronts: fronts(),
        speaks: soap(),
        file: "limits: { http: { request_body: 3000, compress_from: 20 } }\n".to_owned(),
        cases: Vec::new(),
    };
    let stub = Stub::start();
    let running = bridge(service(&group, &stub.url()));
    // Larger ones are compressed elsewhere.
    for name in ["x".repeat(50), "y".repeat(100_000)] {
        stub.say(
            200,
            "Content-Type: text/xml\r\n",
            &message(&format!("<findResponse><name>{name}</name></findResponse>")),
        );
        for coding in ["br", "gzip", "zstd"] {
            let (head, body) = coded(&running, coding, &encode(coding, b"{\"id\":\"a\"}"));
            assert!(head.contains("http/1.1 200") && head.contains(&format!("content-encoding: {coding}")));
            assert_eq!(
                String::from_utf8(body).expect("text"),
                format!("{{\"name\":\"{name}\"}}"),
                "{coding}"
            );
            // Thirty bytes that are a hundred thousand.
            let bomb = encode(coding, &[b"{\"id\":\"", &b"a".repeat(100_000)[..], b"\"}"].concat());
            assert!(bomb.len() < 3000, "{coding}");
            let (head, body) = coded(&running, coding, &bomb);
            let body = String::from_utf8_lossy(&body).into_owned();
            assert!(head.contains("http/1.1 413") && body.contains("BRG00402"), "{coding}: {head} {body}");
            for broken in [&bomb[..bomb.len() / 2], b"\xff\xff\xff\xff"] {
                let (head, body) = coded(&running, coding, broken);
                assert!(
                    head.contains("http/1.1 400") || head.contains("http/1.1 413"),
                    "{coding}: {head} {body:?}"
                );
            }
        }
    }
}

/// A contract that is read from one document and nothing else.
struct Alone(String);

impl saponify::wsdl::Fetch for Alone {
    fn fetch(
        &mut self,
        _: &str,
        location: &str,
    ) -> Result<saponify::wsdl::Fetched, saponify::wsdl::FetchError> {
        assert_eq!(location, "single.wsdl", "it refers to another document");
        Ok(saponify::wsdl::Fetched { path: location.to_owned(), bytes: self.0.clone().into_bytes() })
    }
}

/// What `inspect` shows of a contract.
fn shown(path: &str, fetch: &mut dyn saponify::wsdl::Fetch) -> String {
    let contract = saponify::wsdl::load(path, fetch, &Default::default()).expect("a contract");
    let compiled = saponify::plan::compile(&contract, &Default::default()).expect("compiled");
    let operations = compiled.plan.operations().iter().map(|operation| {
        let sample = |message| format!("{:?}", saponify::plan::Plan::has_content(&compiled.plan, message));
        format!("{} {} {}", operation.name, sample(&operation.input), operation.action)
    });
    format!("{}\n{:?}", operations.collect::<Vec<_>>().join("\n"), compiled.plan.type_count())
}

/// An import may lead to a WSDL with schemas in it, which can stand in no `types`: it stays a reference.
#[test]
fn what_is_no_schema_stays_outside_of_the_one_document() {
    let inner = r#"<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:i"><w:types><xs:schema targetNamespace="urn:i"><xs:element name="q" type="xs:string"/></xs:schema></w:types></w:definitions>"#;
    let outer = r#"<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:i="urn:i" xmlns:o="urn:o" targetNamespace="urn:o"><w:types><xs:schema targetNamespace="urn:o"><xs:import namespace="urn:i" schemaLocation="inner.wsdl"/></xs:schema></w:types><w:message name="q"><w:part name="p" element="i:q"/></w:message></w:definitions>"#;
    let documents = [("outer.wsdl", outer), ("inner.wsdl", inner)];
    let mut documents: std::collections::HashMap<String, Vec<u8>> =
        documents.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    let contract = saponify::wsdl::load("outer.wsdl", &mut documents, &Default::default()).expect("contract");
    let published = saponify::service::Published::new(&contract);
    let single =
        published.document("singleWsdl", |_| "https://api.example/soap".to_owned()).expect("one document");
    assert!(single.contains(r#"schemaLocation="https://api.example/soap?xsd=1""#), "{single}");
    assert_eq!(single.matches("definitions ").count(), 1, "{single}");
}

#[test]
fn a_contract_in_one_document_is_the_same_contract() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let own = ["tests/rest/single/main.wsdl", "tests/rest/shop.wsdl"].map(str::to_owned);
    let systems = ["bancbox", "finzly", "helix", "stonex", "tabapay"].map(|name| format!("wsdl/{name}.wsdl"));
    for path in own.into_iter().chain(systems) {
        let path = format!("{folder}/{path}");
        let whole = shown(&path, &mut saponify::wsdl::Files);
        let contract = saponify::wsdl::load(&path, &mut saponify::wsdl::Files, &Default::default());
        let published = saponify::service::Published::new(&contract.expect("a contract"));
        let single = published
            .document("singleWsdl", |_| "https://api.example/soap".to_owned())
            .expect("one document");
        assert!(single.contains("https://api.example/soap"), "{path}: its address");
        assert!(!single.contains("?xsd="), "{path}: {single}");
        assert_eq!(shown("single.wsdl", &mut Alone(single)), whole, "{path}");
    }
}
