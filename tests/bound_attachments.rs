//! SOAP with Attachments: parts that a contract binds to MIME, and references to parts (`ref:swaRef`), between clients and backends of both languages.
//! The cases are `tests/attachments/bound.yaml`; `docs/ATTACHMENTS.md` has what each of them keeps.

#[path = "support/stub.rs"]
mod stub;
mod support;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use saponify::bridge::{Body, Bridge, ReadyService};
use saponify::limits::{MIME_PARTS, REFERENCES_FLOOR};
use saponify::service::{Service, load};
use serde::Deserialize;
use stub::Stub;
use support::Variables;
use tower::Service as _;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attachments");

/// A message.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Message {
    r#type: String,
    text: String,
}

/// What is in a message.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expected {
    status: u16,
    r#type: Vec<String>,
    root: Vec<String>,
    never: Vec<String>,
    parts: Option<Vec<[String; 3]>>,
}

fn soap11() -> u8 {
    11
}

fn main_port() -> String {
    "P".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(rename = "keeps")]
    _keeps: Vec<String>,
    operation: String,
    #[serde(default = "main_port")]
    port: String,
    #[serde(default = "soap11")]
    soap: u8,
    /// Keys of the backend.
    #[serde(default)]
    backend: String,
    /// Whether the backend speaks JSON.
    #[serde(default)]
    native: bool,
    json: Option<String>,
    form: Option<Vec<(String, String)>>,
    message: Option<Message>,
    sent: Option<Expected>,
    #[serde(default)]
    reply: Message,
    answer: Expected,
}

/// A message with its parts, as another reader has it.
struct Package {
    root: String,
    /// Content-ID, media type and text of each part.
    parts: Vec<[String; 3]>,
}

impl Package {
    fn read(content_type: &str, body: &[u8]) -> Self {
        let parameter = |name: &str| {
            let (_, rest) = content_type.split_once(&format!("; {name}=\"")).expect(content_type);
            rest.split_once('"').expect(content_type).0.to_owned()
        };
        let text = String::from_utf8(body.to_vec()).expect("these octets are texts");
        let delimiter = format!("--{}", parameter("boundary"));
        let text = text.strip_prefix(&delimiter).expect("it begins with its boundary");
        let text = text.strip_suffix(&format!("\r\n{delimiter}--\r\n")).expect("it ends with its boundary");
        let between = format!("\r\n{delimiter}");
        let mut parts = text.split(&between).map(|part| {
            let (head, octets) = part.split_once("\r\n\r\n").expect("a head");
            let header = |name: &str| {
                let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                line.unwrap_or_else(|| panic!("{name}: {head}")).to_owned()
            };
            assert_eq!(header("Content-Transfer-Encoding"), "binary");
            [header("Content-ID"), header("Content-Type"), octets.to_owned()]
        });
        let [id, kind, root] = parts.next().expect("a root");
        assert_eq!(id, parameter("start"), "the root is the first part");
        assert_eq!(kind, format!("{}; charset=UTF-8", parameter("type")));
        let inside = |id: String| id.trim_start_matches('<').trim_end_matches('>').to_owned();
        let parts = parts.map(|[id, kind, octets]| [inside(id), kind, octets]).collect();
        Self { root, parts }
    }
}

impl Expected {
    fn check(&self, at: &str, content_type: &str, body: &[u8]) {
        let at = format!("{at}: {content_type}: {}", String::from_utf8_lossy(body));
        self.r#type.iter().for_each(|text| assert!(content_type.contains(text), "{text}: {at}"));
        let Some(wanted) = &self.parts else {
            assert!(!content_type.starts_with("multipart"), "{at}");
            return self.texts(&at, &String::from_utf8_lossy(body), &[]);
        };
        let Package { root, parts } = Package::read(content_type, body);
        assert_eq!(parts.len(), wanted.len(), "{at}");
        for ([id, kind, octets], [named, wanted_kind, wanted_octets]) in parts.iter().zip(wanted) {
            let (before, after) = named.split_once("@u").expect("a name ends with what no other message has");
            let unique = id.strip_prefix(before).and_then(|id| id.strip_suffix(after)).expect(&at);
            assert!(unique.len() == 36 + "@saponify".len() && unique.ends_with("@saponify"), "{id}");
            assert_eq!((kind, octets), (wanted_kind, wanted_octets), "{at}");
        }
        let ids: Vec<String> = parts.into_iter().map(|[id, ..]| id).collect();
        self.texts(&at, &root, &ids);
    }

    fn texts(&self, at: &str, text: &str, ids: &[String]) {
        let filled = |wanted: &String| {
            ids.iter().enumerate().fold(wanted.clone(), |text, (at, id)| text.replace(&format!("@{at}"), id))
        };
        self.root.iter().for_each(|wanted| assert!(text.contains(&filled(wanted)), "{wanted}: {at}"));
        self.never.iter().for_each(|never| assert!(!text.contains(never), "{never}: {at}"));
    }
}

fn envelope(soap: u8, body: &str) -> String {
    let uri = if soap == 12 {
        "http://www.w3.org/2003/05/soap-envelope"
    } else {
        "http://schemas.xmlsoap.org/soap/envelope/"
    };
    format!("<s:Envelope xmlns:s=\"{uri}\" xmlns:d=\"urn:bound\"><s:Body>{body}</s:Body></s:Envelope>")
}

fn media_type(soap: u8) -> &'static str {
    if soap == 12 { "application/soap+xml" } else { "text/xml" }
}

impl Message {
    /// Its content type, and its octets with line ends of MIME.
    fn filled(&self, soap: u8, native: bool) -> (String, Vec<u8>) {
        if native {
            return ("application/json".to_owned(), self.text.clone().into_bytes());
        }
        if self.r#type.is_empty() {
            return (media_type(soap).to_owned(), envelope(soap, &self.text).into_bytes());
        }
        let (before, rest) = self.text.split_once("@root(").expect("a root");
        let (body, after) = rest.split_once(")@").expect("the end of the root");
        let root =
            format!("--b\nContent-Type: {}\nContent-ID: <r>\n\n{}", media_type(soap), envelope(soap, body));
        (self.r#type.clone(), format!("{before}{root}{after}").replace('\n', "\r\n").into_bytes())
    }
}

fn bridge(case: &Case, url: &str) -> Bridge {
    let service = service(case, url);
    let limits = service.limits;
    Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge")
}

fn service(case: &Case, url: &str) -> Service {
    let kind = if case.native { "json" } else { "soap" };
    let keys: Vec<&str> =
        ["url: \"http://127.0.0.1:9/\"", &case.backend].into_iter().filter(|key| !key.is_empty()).collect();
    let (service, strict) = match case.backend.strip_prefix("strict_responses: ") {
        Some(strict) => (&keys[..1], format!("defaults: {{ strict_responses: {strict} }}\n")),
        None => (&keys[..], String::new()),
    };
    let text = format!(
        "version: 1\nservice: bound\ncontract: {{ wsdl: bound.wsdl, port: {} }}\n{strict}\
         fronts: {{ json: {{ path: /bound, auth: none }}, soap: {{ path: /soap, auth: none }} }}\nbackend: {{ {kind}: {{ {} }} }}\n",
        case.port,
        service.join(", ")
    );
    let contract = std::fs::read_to_string(format!("{FOLDER}/bound.wsdl")).expect("contract");
    let contract = contract.replace("@soap@", if case.soap == 12 { "12" } else { "" });
    let mut documents = HashMap::from([("bound.wsdl".to_owned(), contract.into_bytes())]);
    let loaded = load("service.yaml", &text, &Variables(HashMap::new()), &mut documents, Some(url));
    loaded.unwrap_or_else(|problems| panic!("{}: {problems:?}", case.name))
}

impl Case {
    fn request(&self) -> Request<Full<Bytes>> {
        let request = Request::builder().method("POST");
        let to_json = || format!("/bound/{}", self.operation);
        let (request, body) = match (&self.json, &self.form, &self.message) {
            (Some(json), None, None) => {
                (request.uri(to_json()).header("content-type", "application/json"), json.clone().into_bytes())
            }
            (None, Some(fields), None) => {
                let part = |(name, text): &(String, String)| {
                    format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
                };
                let body = format!("{}--b--\r\n", fields.iter().map(part).collect::<String>());
                (
                    request.uri(to_json()).header("content-type", "multipart/form-data; boundary=b"),
                    body.into_bytes(),
                )
            }
            (None, None, Some(message)) => {
                let (kind, body) = message.filled(self.soap, false);
                let action = format!("\"urn:{}\"", self.operation);
                (request.uri("/soap").header("content-type", kind).header("soapaction", action), body)
            }
            _ => panic!("{}: one of json, form and message", self.name),
        };
        request.body(Full::new(body.into())).expect("request")
    }
}

async fn ask(bridge: &Bridge, request: Request<Full<Bytes>>) -> (u16, String, Vec<u8>) {
    let answer: Response<Body> = bridge.clone().call(request).await.expect("an answer");
    let kind =
        answer.headers().get("content-type").map_or("", |kind| kind.to_str().expect("ASCII")).to_owned();
    let status = answer.status().as_u16();
    (status, kind, answer.into_body().collect().await.expect("whole").to_bytes().to_vec())
}

#[tokio::test]
async fn parts_that_a_contract_wants_go_beside_its_messages_both_ways() {
    let text = std::fs::read_to_string(format!("{FOLDER}/bound.yaml")).expect("cases");
    for case in serde_saphyr::from_str::<Vec<Case>>(&text).expect("cases") {
        let stub = Stub::start();
        let (kind, body) = case.reply.filled(case.soap, case.native);
        stub.say_octets(200, &format!("Content-Type: {kind}\r\n"), &body);
        let (status, kind, answer) = ask(&bridge(&case, &stub.url()), case.request()).await;
        let at = format!("{}: {}", case.name, String::from_utf8_lossy(&answer));
        assert_eq!(status, if case.answer.status == 0 { 200 } else { case.answer.status }, "{at}");
        case.answer.check(&at, &kind, &answer);
        match (stub.heard().first(), &case.sent) {
            (None, None) => {}
            (Some(heard), Some(sent)) => {
                sent.check(&at, &heard.header("content-type"), &heard.octets);
                let accepts = heard.header("accept").starts_with("multipart/related, ");
                assert!(accepts || case.native || !case.reply.r#type.starts_with("multipart"), "{at}");
            }
            (heard, _) => panic!("whether the backend is called, {}: {at}", heard.is_some()),
        }
    }
}

/// A message has as many parts as other stacks read, whoever sends it.
#[tokio::test]
async fn a_message_refers_to_so_many_parts() {
    let text = std::fs::read_to_string(format!("{FOLDER}/bound.yaml")).expect("cases");
    let all = serde_saphyr::from_str::<Vec<Case>>(&text).expect("cases");
    let case = all.into_iter().find(|case| case.name == "no reference").expect("a case");
    for (count, expected) in [(MIME_PARTS - 1, 200), (MIME_PARTS, 422)] {
        let stub = Stub::start();
        stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, "<d:referred/>"));
        let bridge = bridge(&case, &stub.url());
        let more = vec!["{\"type\":\"a/b\",\"content\":\"QUJD\"}"; count].join(",");
        let request =
            Request::builder().method("POST").uri("/bound/refer").header("content-type", "application/json");
        let request = request.body(Full::new(format!("{{\"more\":[{more}]}}").into())).expect("request");
        let (status, _, answer) = ask(&bridge, request).await;
        assert_eq!(status, expected, "{}", String::from_utf8_lossy(&answer));
        assert_eq!(stub.heard().len(), usize::from(expected == 200));
    }
    for (count, expected) in [(MIME_PARTS - 1, 200), (MIME_PARTS, 500), (10_000, 500)] {
        let stub = Stub::start();
        stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, "<d:referred/>"));
        let bridge = bridge(&case, &stub.url());
        let references: String = (0..count).map(|at| format!("<d:more>cid:{at}</d:more>")).collect();
        let parts: String =
            (0..count).map(|at| format!("\n--b\nContent-Type: a/b\nContent-ID: <{at}>\n\nABC")).collect();
        let text = format!("@root(<d:refer>{references}</d:refer>)@{parts}\n--b--\n");
        let (kind, body) =
            Message { r#type: "multipart/related; boundary=b".to_owned(), text }.filled(11, false);
        let request = Request::builder().method("POST").uri("/soap").header("content-type", kind);
        let (status, _, answer) = ask(&bridge, request.body(Full::new(body.into())).expect("request")).await;
        assert_eq!(status, expected, "{count}: {}", String::from_utf8_lossy(&answer));
        assert_eq!(stub.heard().len(), usize::from(expected == 200));
    }
}

/// A small message does not become a large one by referring to a part many times.
#[tokio::test]
async fn what_is_referred_to_many_times_has_a_bound() {
    let text = std::fs::read_to_string(format!("{FOLDER}/bound.yaml")).expect("cases");
    let all = serde_saphyr::from_str::<Vec<Case>>(&text).expect("cases");
    let case = all.into_iter().find(|case| case.name == "no reference").expect("a case");
    // The floor and twice the part: three times the part, which is as long as the floor.
    for (count, expected) in [(2, 200), (3, 200), (4, 500), (2000, 500)] {
        let stub = Stub::start();
        stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, "<d:referred/>"));
        let references = "<d:more>cid:1</d:more>".repeat(count);
        let octets = "x".repeat(REFERENCES_FLOOR);
        let text = format!(
            "@root(<d:refer>{references}</d:refer>)@\n--b\nContent-Type: a/b\nContent-ID: <1>\n\n{octets}\n--b--\n"
        );
        let (kind, body) =
            Message { r#type: "multipart/related; boundary=b".to_owned(), text }.filled(11, false);
        let request = Request::builder().method("POST").uri("/soap").header("content-type", kind);
        let (status, _, answer) =
            ask(&bridge(&case, &stub.url()), request.body(Full::new(body.into())).expect("request")).await;
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(status, expected, "{count}: {answer}");
        assert_eq!(
            answer.contains("octets of parts that are referred to several times"),
            expected == 500,
            "{answer}"
        );
        assert_eq!(stub.heard().len(), usize::from(expected == 200));
    }
}

/// A backend that answers once, and closes the connection when it is asked on it again; gives its URL, and what the request after that is on
/// both connections.
fn breaking_backend() -> (String, Receiver<[String; 2]>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("port");
    let url = format!("http://{}", listener.local_addr().expect("address"));
    let (sender, heard) = channel();
    std::thread::spawn(move || {
        let body = envelope(11, "<d:referred/>");
        let reply = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let (mut one, _) = listener.accept().expect("a connection");
        one_request(&mut one);
        one.write_all(reply.as_bytes()).expect("an answer");
        let first = one_request(&mut one);
        drop(one);
        let (mut other, _) = listener.accept().expect("another connection");
        let second = one_request(&mut other);
        other.write_all(reply.as_bytes()).expect("an answer");
        sender.send([first, second]).expect("somebody waits");
    });
    (url, heard)
}

/// The body of a request.
fn one_request(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a head");
        match line.to_ascii_lowercase().strip_prefix("content-length: ") {
            Some(value) => length = value.trim().parse().expect("a length"),
            None if line == "\r\n" => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    String::from_utf8(body).expect("these octets are texts")
}

/// A token is made anew where it stands, whether or not anything goes beside its envelope.
#[tokio::test]
async fn another_attempt_has_a_fresh_token() {
    let text = "version: 1\nservice: bound\ncontract: { wsdl: bound.wsdl, port: P }\nfronts: { json: { path: /bound, auth: none } }\n\
                backend: { soap: { url: \"http://127.0.0.1:9/\", username_token: { password: digest, \
                credentials: { fixed: { username: a, password: \"${env:P}\" } } } } }\n\
                operations: { refer: { idempotent: true } }\n";
    for (json, ends) in
        [("{}", "</soapenv:Envelope>"), ("{\"document\":{\"type\":\"a/b\",\"content\":\"QUJD\"}}", "--\r\n")]
    {
        let (url, heard) = breaking_backend();
        let contract = std::fs::read_to_string(format!("{FOLDER}/bound.wsdl")).expect("contract");
        let mut documents =
            HashMap::from([("bound.wsdl".to_owned(), contract.replace("@soap@", "").into_bytes())]);
        let variables = Variables(HashMap::from([("P", "secret")]));
        let service = load("service.yaml", text, &variables, &mut documents, Some(&url)).expect("service");
        let limits = service.limits;
        let bridge = Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge");
        for _ in 0..2 {
            let request = Request::builder()
                .method("POST")
                .uri("/bound/refer")
                .header("content-type", "application/json");
            let (status, _, answer) =
                ask(&bridge, request.body(Full::new(json.into())).expect("request")).await;
            assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
        }
        let [first, second] = heard.recv().expect("two attempts");
        let is_alone = second.starts_with("<soapenv:Envelope");
        let parted = |body: &str| {
            let (before, rest) = body.split_once("<wsse:UsernameToken").expect("a token");
            let (token, after) = rest.split_once("</wsse:UsernameToken>").expect("its end");
            [before.to_owned(), token.to_owned(), after.to_owned()]
        };
        let [first, second] = [first, second].map(|body| parted(&body));
        assert_ne!(first[1], second[1], "the tokens");
        let without_times = |text: &str| text.split("<wsu:Timestamp").next().unwrap_or("").to_owned();
        assert_eq!((without_times(&first[0]), &first[2]), (without_times(&second[0]), &second[2]));
        assert!(second[2].ends_with(ends), "{json}: {}", second[2]);
        assert_eq!(is_alone, json == "{}");
    }
}

/// All octets come through, from one SOAP peer to another.
#[tokio::test]
async fn octets_come_through() {
    let octets: Vec<u8> = (0..=255).cycle().take(70_000).chain(*b"\r\n--\r\n\r\n--x--\r\n").collect();
    let text = std::fs::read_to_string(format!("{FOLDER}/bound.yaml")).expect("cases");
    let all = serde_saphyr::from_str::<Vec<Case>>(&text).expect("cases");
    let case = all.into_iter().find(|case| case.name == "no reference").expect("a case");
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, "<d:done/>"));
    let root = format!("--b\r\nContent-Type: text/xml\r\n\r\n{}", envelope(11, ""));
    let part = "\r\n--b\r\nContent-Type: application/pdf\r\n\r\n";
    let body = [root.as_bytes(), part.as_bytes(), &octets, b"\r\n--b--\r\n"].concat();
    let request = Request::builder()
        .method("POST")
        .uri("/soap")
        .header("content-type", "multipart/related; boundary=b");
    let request = request.header("soapaction", "urn:alone").body(Full::new(body.into())).expect("request");
    let (status, _, answer) = ask(&bridge(&case, &stub.url()), request).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    let heard = stub.heard();
    assert!(memchr::memmem::find(&heard[0].octets, &octets).is_some(), "the octets are sent as they came");
}

/// A folder of this test, which is gone at its end, with the contract and a service file.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("saponify-bound-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("folder");
        let contract = std::fs::read_to_string(format!("{FOLDER}/bound.wsdl")).expect("contract");
        std::fs::write(folder.join("bound.wsdl"), contract.replace("@soap@", "")).expect("contract");
        let text = "version: 1\nservice: bound\ncontract: { wsdl: bound.wsdl, port: P }\n\
                    fronts: { json: { path: /bound, auth: none }, soap: { path: /soap, auth: none } }\n\
                    backend: { soap: { url: \"http://127.0.0.1:9/\" } }\n";
        std::fs::write(folder.join("service.yaml"), text).expect("file");
        Self(folder)
    }

    /// What the program writes to standard output and to standard error. It ends with `code`.
    fn run(&self, words: &[&str], code: i32) -> [String; 2] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_saponify"));
        let done = command.current_dir(&self.0).args(words).output().expect("the program runs");
        let [out, err] = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
        assert_eq!(done.status.code(), Some(code), "{words:?}: {out}{err}");
        [out, err]
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left of it is in a folder for what is left.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const OPERATIONS: [&str; 6] = ["alone", "both", "keep", "refer", "text", "twins"];

#[test]
fn a_message_with_parts_is_a_file_that_is_converted_both_ways() {
    let folder = Folder::new("convert");
    for operation in OPERATIONS {
        for style in ["minimal", "full"] {
            let sample = |language: &str, file: &str| {
                let [made, _] = folder
                    .run(&["sample", "-c", "service.yaml", operation, "--style", style, "--as", language], 0);
                std::fs::write(folder.0.join(file), &made).expect("file");
                made
            };
            let (json, soap) = (sample("json", "a.json"), sample("soap", "a.xml"));
            let convert = |file: &str| {
                folder.run(&["convert", "-c", "service.yaml", "--operation", operation, file], 0)[0].clone()
            };
            assert_eq!(convert("a.json"), soap, "{operation}");
            let read = convert("a.xml");
            std::fs::write(folder.0.join("b.json"), &read).expect("file");
            assert_eq!(convert("b.json"), soap, "{operation}");
            // JSON need not say a media type that is the only one.
            assert!(read == json || style == "minimal", "{operation}: {read}");
            assert_eq!(soap.starts_with("MIME-Version: 1.0\r\n"), operation != "refer" || style == "full");
        }
    }
    std::fs::write(folder.0.join("a.json"), "{\"document\":{\"type\":\"a/b\",\"content\":\"QUJD\"}}")
        .expect("file");
    let words = ["convert", "-c", "service.yaml", "--operation", "refer", "--body-only", "a.json"];
    assert!(folder.run(&words, 4)[1].contains("attachments stand beside an envelope, which is left out"));
    let packed = format!(
        "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/xml\r\n\r\n{}\r\n--b\r\nContent-ID: <z>\r\n\r\nX\r\n--b--\r\n",
        envelope(11, "<d:refer/>")
    );
    std::fs::write(folder.0.join("a.xml"), packed).expect("file");
    let words = ["convert", "-c", "service.yaml", "--operation", "refer", "a.xml"];
    assert!(folder.run(&words, 4)[1].contains("the contract binds no such part"));
}

/// A message in which the first boundaries are gets the next one.
#[test]
fn a_boundary_is_not_in_the_message() {
    let folder = Folder::new("boundary");
    let name: String = (1..=3000).map(|number: u32| format!("{number:032x} ")).collect();
    let json = format!(
        "{{\"name\":\"{name}\",\"$attachments\":{{\"photo\":{{\"content\":\"QUJD\"}},\"note\":{{\"type\":\"text/plain\",\"content\":\"\"}}}}}}"
    );
    std::fs::write(folder.0.join("a.json"), json).expect("file");
    let convert = |file: &str| {
        folder.run(&["convert", "-c", "service.yaml", "--operation", "keep", file], 0)[0].clone()
    };
    let soap = convert("a.json");
    assert!(soap.lines().nth(1).expect("a content type").contains(&format!("boundary=\"{:032x}\"", 3001)));
    std::fs::write(folder.0.join("a.xml"), soap).expect("file");
    assert!(convert("a.xml").contains(&name));
}

#[test]
fn cases_with_parts_are_tested_and_mocked() {
    let folder = Folder::new("test");
    folder.run(&["sample", "-c", "service.yaml", "--as", "case", "-o", "cases"], 0);
    let [told, _] = folder.run(&["test", "-c", "service.yaml", "--samples", "cases"], 0);
    assert!(told.contains("12 passed, 0 failed, 0 skipped"), "{told}");
    // Binary parts are sent as they are.
    let request = folder.0.join("cases/alone/request.xml");
    let packed = format!(
        "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/xml\r\n\r\n{}\r\n--b\r\nContent-Type: application/pdf\r\n\r\n",
        envelope(11, "")
    );
    std::fs::write(&request, [packed.as_bytes(), &[0, 255, 254], b"\r\n--b--\r\n"].concat()).expect("file");
    std::fs::remove_file(folder.0.join("cases/alone/request.json")).expect("file");
    let [told, _] = folder.run(&["test", "-c", "service.yaml", "--samples", "cases"], 0);
    assert!(told.contains("12 passed, 0 failed, 0 skipped"), "{told}");
}

#[test]
fn what_is_not_carried_is_said() {
    let folder = Folder::new("said");
    let exported = folder.run(&["sample", "-c", "service.yaml", "--as", "hurl", "--side", "soap"], 0);
    assert!(exported[1].contains("keep: not exported: its attachments have no place"), "{exported:?}");
    assert!(exported[0].contains("# refer"), "{exported:?}");
    let json = "{\"name\":\"a\",\"$attachments\":{\"photo\":{\"content\":\"QUJD\"},\"note\":{\"type\":\"text/plain\",\"content\":\"\"}}}";
    let shown = folder.run(&["call", "-c", "service.yaml", "keep", json, "--dry-run"], 0).concat();
    for text in ["<d:name>a</d:name>", "@saponify>: image/png, 3 octets", "@saponify>: text/plain, 0 octets"]
    {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let [linted, _] = folder.run(&["lint", "bound.wsdl"], 0);
    assert!(linted.contains("7 operations: 7 lossless"), "{linted}");
    let [inspected, _] = folder.run(&["inspect", "bound.wsdl"], 0);
    assert!(
        inspected.contains("attachment photo: object [1]") && inspected.contains("document: swaRef [0..1]"),
        "{inspected}"
    );
    folder.run(&["openapi", "service.yaml"], 0);
    let service = std::fs::read_to_string(folder.0.join("service.yaml")).expect("file");
    for (pointer, code) in
        [("/$attachments/photo/content", 0), ("/document/content", 0), ("/$attachments/foto", 3)]
    {
        std::fs::write(folder.0.join("masked.yaml"), format!("{service}mask: {{ {pointer}: drop }}\n"))
            .expect("file");
        folder.run(&["check", "masked.yaml"], code);
    }
}

/// The page shows the envelope of a message, whatever goes beside it.
#[test]
fn the_page_shows_the_envelope() {
    let text = std::fs::read_to_string(format!("{FOLDER}/bound.yaml")).expect("cases");
    for case in serde_saphyr::from_str::<Vec<Case>>(&text).expect("cases") {
        let (Some(json), None, true) = (&case.json, &case.form, case.sent.is_some()) else { continue };
        let service = service(&case, "http://127.0.0.1:9/");
        let index = service.find(&case.operation).expect("an operation");
        let shown = saponify::describe::linked(&service, index, json.as_bytes(), true).expect("a message");
        let message = shown.get("message").map(|message| format!("{message:?}")).expect("a message");
        assert!(
            message.contains("Envelope") && !message.contains("Content-Type"),
            "{}: {message}",
            case.name
        );
    }
}

/// Rules of the service file are for the members of a reference as for any others.
#[test]
fn a_reference_follows_field_rules() {
    let folder = Folder::new("rules");
    let service = std::fs::read_to_string(folder.0.join("service.yaml")).expect("file");
    let rules = "operations: { refer: { rename: { document: file, document.content: octets }, const: { document.type: 'a/b; c=\"<&>\"' } } }\n";
    std::fs::write(folder.0.join("service.yaml"), service + rules).expect("file");
    std::fs::write(folder.0.join("a.json"), "{\"file\":{\"octets\":\"QUJD\"}}").expect("file");
    let convert = |file: &str| {
        let words = ["convert", "-c", "service.yaml", "--operation", "refer", "--direction", "request", file];
        folder.run(&words, 0)[0].clone()
    };
    let soap = convert("a.json");
    assert!(soap.contains("Content-Type: a/b; c=\"<&>\"\r\n"), "{soap}");
    std::fs::write(folder.0.join("a.xml"), &soap).expect("file");
    assert_eq!(convert("a.xml").trim_end(), "{\"file\":{\"octets\":\"QUJD\"}}");
}

#[test]
fn parts_that_change_are_told_by_diff() {
    let folder = Folder::new("diff");
    let contract = std::fs::read_to_string(folder.0.join("bound.wsdl")).expect("contract");
    let without = contract.replace("<mime:part><mime:content part=\"copy\" type=\"*/*\"/></mime:part>", "");
    let other = contract.replace(
        "<mime:content part=\"photo\" type=\"image/png\"/>",
        "<mime:content part=\"photo\" type=\"image/gif\"/>",
    );
    std::fs::write(folder.0.join("without.wsdl"), without).expect("file");
    std::fs::write(folder.0.join("other.wsdl"), other).expect("file");
    let [told, _] = folder.run(&["diff", "bound.wsdl", "without.wsdl"], 1);
    assert!(told.contains("the attachments of the response of keep are gone"), "{told}");
    let [told, _] = folder.run(&["diff", "bound.wsdl", "other.wsdl"], 0);
    assert!(told.contains("/$attachments/photo/type"), "{told}");
}
