//! Attachments, both ways: what goes beside a message by MTOM, to a SOAP backend and in the answer of a SOAP front, and what is read of it.
//! Forms of JSON clients, too.
//! The cases are `tests/attachments/backend.yaml`, `tests/attachments/front.yaml` and `tests/attachments/form.yaml`; `docs/ATTACHMENTS.md` has what each of them keeps.

#[path = "support/requirements.rs"]
mod requirements;
#[path = "support/stub.rs"]
mod stub;
mod support;

use std::collections::{BTreeSet, HashMap};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use requirements::check_requirements;
use saponify::bridge::{Body, Bridge, ReadyService};
use saponify::limits::{APART_OVER, MIME_PARTS};
use saponify::service::load;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use stub::Stub;
use support::Variables;
use tower::Service as _;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attachments");

/// A message, or what is looked for in one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Message {
    /// Its content type, or texts in it.
    r#type: String,
    text: String,
}

/// What is in a message that is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expected {
    status: u16,
    /// Texts in its content type; @b is the boundary.
    r#type: Vec<String>,
    /// Texts of the envelope; `@0` is the name of the first attachment.
    root: Vec<String>,
    never: Vec<String>,
    /// Its attachments, as media type and text; nothing: it has one part that is in no package.
    parts: Option<Vec<(String, String)>>,
}

/// A message with its attachments, as another reader has it.
struct Package {
    root: String,
    /// Name, media type and octets of each attachment.
    parts: Vec<(String, String, Vec<u8>)>,
}

impl Package {
    fn read(content_type: &str, body: &[u8]) -> Self {
        let parameter = |name: &str| {
            let (_, rest) = content_type.split_once(&format!("; {name}=\"")).expect(content_type);
            rest.split_once('"').expect(content_type).0.to_owned()
        };
        let delimiter = format!("--{}", parameter("boundary"));
        let mut rest = body.strip_prefix(delimiter.as_bytes()).expect("it begins with its boundary");
        let delimiter = format!("\r\n{delimiter}");
        let mut parts = Vec::new();
        loop {
            let at = memchr::memmem::find(rest, delimiter.as_bytes()).expect("a boundary");
            let part = &rest[..at];
            let head = memchr::memmem::find(part, b"\r\n\r\n").expect("a head");
            let (head, octets) =
                (String::from_utf8(part[2..head].to_vec()).expect("head"), &part[head + 4..]);
            let header = |name: &str| {
                let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                line.unwrap_or_else(|| panic!("{name}: {head}")).to_owned()
            };
            assert_eq!(header("Content-Transfer-Encoding"), "binary");
            parts.push((header("Content-ID"), header("Content-Type"), octets.to_vec()));
            rest = &rest[at + delimiter.len()..];
            if rest == b"--\r\n" {
                break;
            }
        }
        let (name, kind, root) = parts.remove(0);
        assert_eq!(name, parameter("start"), "the root is the first part");
        assert_eq!(kind, format!("application/xop+xml; charset=UTF-8; type=\"{}\"", parameter("start-info")));
        let names: BTreeSet<&String> = parts.iter().map(|(name, ..)| name).collect();
        assert_eq!(names.len(), parts.len(), "names of parts are different");
        let root = String::from_utf8(root).expect("UTF-8");
        let references = root.matches("<xop:Include ").count();
        assert_eq!(references, parts.len(), "each part is referred to once: {root}");
        for name in names {
            let reference = name.trim_start_matches('<').trim_end_matches('>');
            assert!(root.contains(&format!("href=\"cid:{reference}\"/>")), "{name}: {root}");
        }
        Self { root, parts }
    }
}

impl Expected {
    fn check(&self, at: &str, content_type: &str, body: &[u8]) {
        for text in &self.r#type {
            assert!(content_type.contains(text), "{text}: {content_type}: {at}");
        }
        let at = format!("{at}: {content_type}: {}", String::from_utf8_lossy(body));
        let Some(wanted) = &self.parts else {
            assert!(!content_type.starts_with("multipart"), "{at}");
            return self.texts(&at, &String::from_utf8_lossy(body), &[]);
        };
        let package = Package::read(content_type, body);
        let parts = package.parts.iter();
        let found: Vec<(String, String)> = parts
            .map(|(_, kind, octets)| (kind.clone(), String::from_utf8_lossy(octets).into_owned()))
            .collect();
        assert_eq!(&found, wanted, "{at}");
        let names: Vec<String> = package.parts.iter().map(|(name, ..)| name.clone()).collect();
        self.texts(&at, &package.root, &names);
    }

    fn texts(&self, at: &str, text: &str, names: &[String]) {
        let filled = |wanted: &String| {
            let named = names.iter().enumerate();
            named.fold(wanted.clone(), |text, (number, name)| {
                let reference = format!(
                    "<xop:Include xmlns:xop=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:{}\"/>",
                    name.trim_start_matches('<').trim_end_matches('>')
                );
                text.replace(&format!("@{number}"), &reference)
            })
        };
        self.root.iter().for_each(|wanted| assert!(text.contains(&filled(wanted)), "{wanted}: {at}"));
        self.never.iter().for_each(|never| assert!(!text.contains(never), "{never}: {at}"));
    }
}

fn cases<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let text = std::fs::read_to_string(format!("{FOLDER}/{file}")).expect("cases");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What the contract has beside what programs of other stacks know of it, before which of its texts: an element of any type, and a fault.
const MORE: [(&str, &str); 5] = [
    (
        "</xs:sequence><xs:attribute name=\"key\"",
        "<xs:element name=\"free\" type=\"xs:anyType\" minOccurs=\"0\"/>",
    ),
    ("<xs:element name=\"stored\"", "<xs:element name=\"failure\" type=\"d:Document\"/>"),
    (
        "<wsdl:portType",
        "<wsdl:message name=\"failure\"><wsdl:part name=\"p\" element=\"d:failure\"/></wsdl:message>",
    ),
    ("</wsdl:operation></wsdl:portType>", "<wsdl:fault name=\"failure\" message=\"d:failure\"/>"),
    (
        "</wsdl:operation>\n  </wsdl:binding>",
        "<wsdl:fault name=\"failure\"><soap:fault name=\"failure\" use=\"literal\"/></wsdl:fault>",
    ),
];

/// A bridge with both fronts before a SOAP backend, in a version of SOAP.
struct Stage<'s> {
    soap: u8,
    policy: &'s str,
    front: &'s str,
    backend: &'s str,
    /// Keys of the whole file.
    keys: &'s str,
}

impl Stage<'_> {
    fn bridge(&self, url: &str) -> Bridge {
        let Self { soap, policy, front, backend, keys: others } = self;
        let keys =
            |all: &[&str]| all.iter().filter(|key| !key.is_empty()).copied().collect::<Vec<_>>().join(", ");
        let text = format!(
            "version: 1\nservice: documents\ncontract: {{ wsdl: contract.wsdl }}\n\
             fronts: {{ json: {{ path: /documents, auth: none }}, soap: {{ {} }} }}\nbackend: {{ soap: {{ {} }} }}\n{others}\n",
            keys(&["path: /soap", "auth: none", front]),
            keys(&["url: \"http://127.0.0.1:9/\"", backend])
        );
        let contract = std::fs::read_to_string(format!("{FOLDER}/contract.wsdl")).expect("contract");
        let contract = contract
            .replace("@soap@", if *soap == 12 { "12" } else { "" })
            .replace("<!-- policy -->", policy);
        let contract = MORE.iter().fold(contract, |contract, (before, more)| {
            assert!(contract.contains(before), "{before}");
            contract.replace(before, &[*more, *before].concat())
        });
        let mut documents = HashMap::from([("contract.wsdl".to_owned(), contract.into_bytes())]);
        let loaded = load("service.yaml", &text, &Variables(HashMap::new()), &mut documents, Some(url));
        let service = loaded.unwrap_or_else(|problems| panic!("{problems:?}"));
        let limits = service.limits;
        Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge")
    }
}

async fn ask(bridge: &Bridge, request: Request<Full<Bytes>>) -> (u16, String, Vec<u8>) {
    let answer: Response<Body> = bridge.clone().call(request).await.expect("an answer");
    let kind =
        answer.headers().get("content-type").map_or("", |kind| kind.to_str().expect("ASCII")).to_owned();
    let status = answer.status().as_u16();
    (status, kind, answer.into_body().collect().await.expect("whole").to_bytes().to_vec())
}

fn envelope(soap: u8, body: &str) -> String {
    let uri = if soap == 12 {
        "http://www.w3.org/2003/05/soap-envelope"
    } else {
        "http://schemas.xmlsoap.org/soap/envelope/"
    };
    format!(
        "<s:Envelope xmlns:s=\"{uri}\" xmlns:d=\"urn:documents\" xmlns:m=\"http://www.w3.org/2005/05/xmlmime\" \
         xmlns:x=\"http://www.w3.org/2004/08/xop/include\"><s:Body>{body}</s:Body></s:Envelope>"
    )
}

/// `text` with line ends of MIME, `@envelope(…)` filled, and a long text for `@long`.
fn filled(soap: u8, text: &str) -> Vec<u8> {
    let text = match text.split_once("@envelope(") {
        None => text.to_owned(),
        Some((before, rest)) => {
            let (body, after) = rest.split_once(")@").expect("the end of the envelope");
            format!("{before}{}{after}", envelope(soap, body))
        }
    };
    text.replace('\n', "\r\n").into_bytes()
}

fn soap11() -> u8 {
    11
}

/// A message to a JSON front before a SOAP backend.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BackendCase {
    name: String,
    keeps: Vec<String>,
    #[serde(default = "soap11")]
    soap: u8,
    /// What stands in the binding.
    #[serde(default)]
    policy: String,
    /// Keys of the backend.
    #[serde(default)]
    backend: String,
    /// What the client sends.
    json: String,
    /// What the backend gets.
    sent: Expected,
    /// What it answers.
    #[serde(default)]
    reply: Option<Message>,
    /// What the client gets of it.
    #[serde(default)]
    answer: Expected,
}

#[tokio::test]
async fn a_backend_gets_attachments_and_its_own_are_read() {
    for case in cases::<BackendCase>("backend.yaml") {
        let stub = Stub::start();
        let kind = if case.soap == 12 { "application/soap+xml" } else { "text/xml" };
        let (kind, body) = match &case.reply {
            Some(Message { r#type, text }) => (&**r#type, filled(case.soap, text)),
            None => (kind, envelope(case.soap, "<d:stored><d:name>ok</d:name></d:stored>").into_bytes()),
        };
        stub.say_octets(200, &format!("Content-Type: {kind}\r\n"), &body);
        let stage =
            Stage { soap: case.soap, policy: &case.policy, front: "", backend: &case.backend, keys: "" };
        let bridge = stage.bridge(&stub.url());
        let request = Request::builder()
            .method("POST")
            .uri("/documents/store")
            .header("content-type", "application/json");
        let (status, _, answer) =
            ask(&bridge, request.body(Full::new(case.json.clone().into())).expect("request")).await;
        let answer = String::from_utf8(answer).expect("JSON");
        let at = format!("{}: {answer}", case.name);
        assert_eq!(status, if case.answer.status == 0 { 200 } else { case.answer.status }, "{at}");
        case.answer.texts(&at, &answer, &[]);
        let heard = stub.heard();
        let Some(heard) = heard.first() else {
            assert_eq!(case.sent.status, 0, "the backend is called: {at}");
            continue;
        };
        let kind = heard.header("content-type");
        case.sent.check(&case.name, &kind, &heard.octets);
        if kind.starts_with("multipart") {
            assert!(heard.header("accept").starts_with("multipart/related, "), "{at}");
            assert_eq!(
                heard.head.to_ascii_lowercase().contains("soapaction: \"urn:store\""),
                case.soap == 11,
                "{at}"
            );
        }
    }
}

/// A message to a SOAP front before a SOAP backend, which gets no attachments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontCase {
    name: String,
    keeps: Vec<String>,
    #[serde(default = "soap11")]
    soap: u8,
    #[serde(default)]
    policy: String,
    /// Keys of the front.
    #[serde(default)]
    front: String,
    /// What the client accepts.
    #[serde(default)]
    accept: String,
    message: Message,
    /// What the backend gets of it; nothing: it gets nothing.
    #[serde(default)]
    sent: Vec<String>,
    /// The body of the backend's reply.
    #[serde(default = "stored")]
    reply: String,
    answer: Expected,
}

fn stored() -> String {
    "<d:stored><d:data>QUJDREVGRw==</d:data></d:stored>".to_owned()
}

#[tokio::test]
async fn a_front_reads_attachments_and_answers_with_them() {
    for case in cases::<FrontCase>("front.yaml") {
        let stub = Stub::start();
        let kind = if case.soap == 12 { "application/soap+xml" } else { "text/xml" };
        stub.say(200, &format!("Content-Type: {kind}\r\n"), &envelope(case.soap, &case.reply));
        let backend = "attachments: { mtom: off }, ignore_policy: a test";
        let stage = Stage { soap: case.soap, policy: &case.policy, front: &case.front, backend, keys: "" };
        let bridge = stage.bridge(&stub.url());
        let kind = if case.message.r#type.is_empty() { kind } else { &case.message.r#type };
        let mut request = Request::builder().method("POST").uri("/soap").header("content-type", kind);
        if !case.accept.is_empty() {
            request = request.header("accept", &case.accept);
        }
        if case.soap == 11 {
            request = request.header("soapaction", "\"urn:store\"");
        }
        let body = filled(case.soap, &case.message.text);
        let (status, kind, answer) =
            ask(&bridge, request.body(Full::new(body.into())).expect("request")).await;
        let at = format!("{}: {}", case.name, String::from_utf8_lossy(&answer));
        assert_eq!(status, case.answer.status, "{at}");
        case.answer.check(&at, &kind, &answer);
        let heard = stub.heard();
        assert_eq!(heard.is_empty(), case.sent.is_empty(), "whether the backend is called: {at}");
        for text in &case.sent {
            assert!(heard[0].body.contains(text), "{text}: {}: {at}", heard[0].body);
        }
    }
}

/// A form of a JSON client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormCase {
    name: String,
    keeps: Vec<String>,
    #[serde(default)]
    backend: String,
    /// Its content type, where that is not the usual one.
    #[serde(default)]
    r#type: String,
    fields: Vec<(String, String)>,
    /// So many more fields: the next items of `page`.
    #[serde(default)]
    many: usize,
    /// What is taken out of the body.
    #[serde(default)]
    without: String,
    #[serde(default)]
    sent: Vec<String>,
    status: u16,
    #[serde(default)]
    answer: Vec<String>,
}

impl FormCase {
    fn body(&self) -> String {
        let many = (0..self.many).map(|at| (format!("/page/{at}"), "ABC".to_owned()));
        let fields = self.fields.iter().cloned().chain(many);
        let part = |(name, text)| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let body = format!("{}--b--\r\n", fields.map(part).collect::<String>());
        if self.without.is_empty() { body } else { body.replace(&self.without, "") }
    }
}

#[tokio::test]
async fn a_json_front_takes_forms() {
    for case in cases::<FormCase>("form.yaml") {
        let stub = Stub::start();
        stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, "<d:stored/>"));
        let stage = Stage { soap: 11, policy: "", front: "", backend: &case.backend, keys: "" };
        let kind = if case.r#type.is_empty() { "multipart/form-data; boundary=b" } else { &case.r#type };
        let request = Request::builder().method("POST").uri("/documents/store").header("content-type", kind);
        let request = request.body(Full::new(case.body().into())).expect("request");
        let (status, _, answer) = ask(&stage.bridge(&stub.url()), request).await;
        let answer = String::from_utf8(answer).expect("JSON");
        let at = format!("{}: {answer}", case.name);
        assert_eq!(status, case.status, "{at}");
        case.answer.iter().for_each(|text| assert!(answer.contains(text), "{text}: {at}"));
        let heard = stub.heard();
        assert_eq!(heard.is_empty(), case.sent.is_empty(), "whether the backend is called: {at}");
        for text in &case.sent {
            assert!(heard[0].body.contains(text), "{text}: {}: {at}", heard[0].body);
        }
    }
}

/// What would be sent is shown as a message, with its values in it.
#[test]
fn a_dry_run_shows_the_message() {
    let folder = std::env::temp_dir().join(format!("saponify-attachments-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("folder");
    let contract = std::fs::read_to_string(format!("{FOLDER}/contract.wsdl")).expect("contract");
    std::fs::write(folder.join("contract.wsdl"), contract.replace("@soap@", "")).expect("contract");
    let text = "version: 1\nservice: s\ncontract: { wsdl: contract.wsdl }\nfronts: { json: { auth: none } }\n\
                backend: { soap: { attachments: { mtom: send, over: 0 } } }\n";
    std::fs::write(folder.join("service.yaml"), text).expect("file");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.arg("call").arg("-c").arg(folder.join("service.yaml")).args([
        "store",
        "{\"data\":\"QUJD\"}",
        "--dry-run",
    ]);
    let shown = command.output().expect("the program runs");
    let shown =
        format!("{}{}", String::from_utf8_lossy(&shown.stdout), String::from_utf8_lossy(&shown.stderr));
    std::fs::remove_dir_all(&folder).expect("folder");
    for text in ["content-type: multipart/related; type=\"application/xop+xml\"; boundary=\"", ">QUJD</"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
}

/// All octets come through, also those that look like the end of a part.
#[tokio::test]
async fn octets_come_through_both_ways() {
    let octets: Vec<u8> = (0..=255).cycle().take(70_000).chain(*b"\r\n--\r\n\r\n--x--\r\n").collect();
    let stage = Stage { soap: 11, policy: "", front: "", backend: "attachments: { mtom: send }", keys: "" };
    let stub = Stub::start();
    let bridge = stage.bridge(&stub.url());
    let head = b"--b\r\nContent-Type: application/xop+xml; type=\"text/xml\"\r\n\r\n";
    let root = envelope(11, "<d:stored><d:data><x:Include href=\"cid:a%40b\"/></d:data></d:stored>");
    let part = b"\r\n--b\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    let reply = [&head[..], root.as_bytes(), part, &octets, b"\r\n--b--\r\n"].concat();
    stub.say_octets(
        200,
        "Content-Type: multipart/related; boundary=b; type=\"application/xop+xml\"\r\n",
        &reply,
    );
    let json = format!("{{\"data\":\"{}\"}}", STANDARD.encode(&octets));
    let request =
        Request::builder().method("POST").uri("/documents/store").header("content-type", "application/json");
    let (status, _, answer) =
        ask(&bridge, request.body(Full::new(json.clone().into())).expect("request")).await;
    assert_eq!((status, String::from_utf8_lossy(&answer).into_owned()), (200, json));
    let heard = stub.heard();
    let package = Package::read(&heard[0].header("content-type"), &heard[0].octets);
    assert_eq!(package.parts.len(), 1);
    assert_eq!(package.parts[0].2, octets);
}

/// A package of SOAP 1.1 whose message is `body`, with `octets` beside it, as some stack writes it.
fn package(body: &str, octets: &[u8]) -> Vec<u8> {
    let head = b"--b\r\nContent-Type: application/xop+xml; type=\"text/xml\"\r\n\r\n";
    let part = b"\r\n--b\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    [&head[..], envelope(11, body).as_bytes(), part, octets, b"\r\n--b--\r\n"].concat()
}

const PACKAGE: &str = "multipart/related; boundary=b; type=\"application/xop+xml\"";

/// What `text` has between the tags of `data`, in a package or alone.
fn data_of(kind: &str, body: &[u8]) -> Vec<u8> {
    if kind.starts_with("multipart/") {
        let mut parts = Package::read(kind, body).parts;
        assert_eq!(parts.len(), 1, "{kind}");
        return parts.remove(0).2;
    }
    let text = str::from_utf8(body).expect("UTF-8");
    let (before, after) =
        if kind.starts_with("application/json") { ("\"data\":\"", "\"") } else { ("data>", "<") };
    let (_, rest) =
        text.split_once(before).unwrap_or_else(|| panic!("{kind}: {}", &text[..text.len().min(500)]));
    STANDARD.decode(rest.split_once(after).expect("its end").0).expect("base64")
}

/// Attachments that are not put into the message while it is translated come through on every way, and so do those that are.
#[tokio::test]
async fn large_attachments_come_through_on_every_way() {
    let include = "<d:@><d:data><x:Include href=\"cid:a%40b\"/></d:data></d:@>";
    for length in [APART_OVER, APART_OVER + 1, 300_001] {
        let octets: Vec<u8> = (0..=255).cycle().take(length).collect();
        let base64 = STANDARD.encode(&octets);
        let form = b"--b\r\nContent-Disposition: form-data; name=\"/data\"\r\n\r\n";
        let form = [&form[..], &octets, b"\r\n--b--\r\n"].concat();
        let inline = envelope(11, &format!("<d:store><d:data>{base64}</d:data></d:store>")).into_bytes();
        let requests = [
            ("/documents/store", "application/json", format!("{{\"data\":\"{base64}\"}}").into_bytes()),
            ("/documents/store", "multipart/form-data; boundary=b", form),
            ("/soap", PACKAGE, package(&include.replace('@', "store"), &octets)),
            ("/soap", "text/xml", inline),
        ];
        let inline = envelope(11, &format!("<d:stored><d:data>{base64}</d:data></d:stored>")).into_bytes();
        let replies = [(PACKAGE, package(&include.replace('@', "stored"), &octets)), ("text/xml", inline)];
        for (path, kind, request) in &requests {
            for (reply_kind, reply) in &replies {
                for (mtom, key) in [("send", ""), ("off", ""), ("send", "k")] {
                    let stub = Stub::start();
                    stub.say_octets(200, &format!("Content-Type: {reply_kind}\r\n"), reply);
                    let backend = format!("attachments: {{ mtom: {mtom}, over: 4096 }}");
                    let stage = Stage { soap: 11, policy: "", front: "", backend: &backend, keys: "" };
                    let mut asked =
                        Request::builder().method("POST").uri(*path).header("content-type", *kind);
                    if !key.is_empty() {
                        asked = asked.header("idempotency-key", key);
                    }
                    let asked = asked.body(Full::new(request.clone().into())).expect("request");
                    let (status, answered, answer) = ask(&stage.bridge(&stub.url()), asked).await;
                    let at = format!("{length} {kind} {mtom} {reply_kind} {key}");
                    assert_eq!(status, 200, "{at}: {}", String::from_utf8_lossy(&answer));
                    let by_mtom = *kind == PACKAGE && length > APART_OVER;
                    assert_eq!(answered.starts_with("multipart/"), *kind == PACKAGE, "{at}");
                    let packed = if by_mtom || *kind != PACKAGE { answered } else { String::new() };
                    if !packed.is_empty() {
                        assert!(data_of(&packed, &answer) == octets, "the answer: {at}");
                    }
                    let heard = stub.heard();
                    let sent = heard[0].header("content-type");
                    assert_eq!(sent.starts_with("multipart/"), mtom == "send", "{at}");
                    if mtom == "off" || length > 4096 {
                        assert!(data_of(&sent, &heard[0].octets) == octets, "the request: {at}");
                    }
                }
            }
        }
    }
}

/// What is not in its message while that is translated comes back into it where it does not go beside it: short of `over`, one of too many, or in a
/// header block that the contract does not know.
#[tokio::test]
async fn large_attachments_may_stay_in_the_message() {
    let octets: Vec<u8> = (0..=255).cycle().take(APART_OVER + 1).collect();
    let base64 = STANDARD.encode(&octets);
    let include = "<x:Include href=\"cid:a%40b\"/>";
    let many = format!("<d:page><d:first>{}</d:first></d:page>", include).repeat(MIME_PARTS);
    for (over, body, header, beside, within) in [
        (1_000_000, format!("<d:data>{include}</d:data>"), "", 0, 1),
        (0, many, "", MIME_PARTS - 1, 1),
        (0, format!("<d:name>{include}</d:name>"), "", 0, 1),
        (
            0,
            format!("<d:data>{include}</d:data>"),
            "<h:h xmlns:h=\"urn:h\"><x:Include href=\"cid:a%40b\"/></h:h>",
            1,
            1,
        ),
    ] {
        let stub = Stub::start();
        stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, "<d:stored/>"));
        let backend = format!("attachments: {{ mtom: send, over: {over} }}");
        let stage = Stage {
            soap: 11,
            policy: "",
            front: "",
            backend: &backend,
            keys: "defaults: { undeclared_headers: pass }",
        };
        let root = envelope(11, &format!("<d:store>{body}</d:store>"));
        let root = root.replace("<s:Body>", &format!("<s:Header>{header}</s:Header><s:Body>"));
        let head = b"--b\r\nContent-Type: application/xop+xml; type=\"text/xml\"\r\n\r\n";
        let part = b"\r\n--b\r\nContent-ID: <a@b>\r\n\r\n";
        // The bound on what references bring is one on the whole.
        let room = vec![b' '; MIME_PARTS * base64.len()];
        let message = [&head[..], root.as_bytes(), part, &octets, b"\r\n--b--\r\n", &room].concat();
        let asked = Request::builder().method("POST").uri("/soap").header("content-type", PACKAGE);
        let asked = asked.body(Full::new(message.into())).expect("request");
        let (status, _, answer) = ask(&stage.bridge(&stub.url()), asked).await;
        let at = format!("{over} {header} {body}");
        assert_eq!(status, 200, "{at}: {}", String::from_utf8_lossy(&answer));
        let heard = stub.heard();
        let sent = Package::read(&heard[0].header("content-type"), &heard[0].octets);
        assert_eq!(
            (sent.parts.len(), sent.root.matches(&base64).count()),
            (beside, within),
            "{at}: {}",
            sent.root
        );
        assert!(sent.parts.iter().all(|(.., sent)| *sent == octets), "{at}");
        assert!(!sent.root.contains("OctetsElsewhere"), "{at}: {}", sent.root);
    }
}

/// A JSON client that accepts a form gets the octets of attachments in fields of it, and null in their places.
#[tokio::test]
async fn an_answer_may_be_a_form() {
    let octets: Vec<u8> = (0..=255).cycle().take(300_000).chain(*b"\r\n--x--\r\n").collect();
    let include = "<x:Include href=\"cid:a%40b\"/>";
    let message = format!(
        "<d:stored><d:name>n</d:name><d:data>QUJD</d:data><d:page><d:first>QUJD</d:first></d:page>\
         <d:page><d:first>{include}</d:first></d:page></d:stored>"
    );
    for keys in [String::new(), spooled("")] {
        let stub = Stub::start();
        stub.say_octets(200, &format!("Content-Type: {PACKAGE}\r\n"), &package(&message, &octets));
        let stage = Stage { soap: 11, policy: "", front: "", backend: "", keys: &keys };
        let asked = Request::builder().method("POST").uri("/documents/store");
        let asked = asked.header("content-type", "application/json").header("accept", "multipart/form-data");
        let (status, kind, answer) =
            ask(&stage.bridge(&stub.url()), asked.body(Full::new("{}".into())).expect("request")).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").expect(&kind);
        let field = |name: &str, kind: &str, content: &[u8]| {
            let head = format!(
                "--{boundary}\r\nContent-Disposition: form-data; name={name}\r\nContent-Type: {kind}\r\n\r\n"
            );
            [head.as_bytes(), content, b"\r\n"].concat()
        };
        let json = br#"{"name":"n","data":"QUJD","page":[{"first":"QUJD"},{"first":null}]}"#;
        let wanted = [
            field("\"json\"", "application/json", json),
            field("\"/page/1/first\"; filename=\"first\"", "application/octet-stream", &octets),
            format!("--{boundary}--\r\n").into_bytes(),
        ];
        assert!(answer == wanted.concat(), "{}", String::from_utf8_lossy(&answer[..800]));
    }
    let stub = Stub::start();
    let stage = Stage { soap: 11, policy: "", front: "", backend: "", keys: "" };
    let bridge = stage.bridge(&stub.url());
    for (accept, form) in [
        ("application/json, Multipart/Form-Data; q=0.5", true),
        ("multipart/form-data;q=0", false),
        ("multipart/form-data-x, */*", false),
    ] {
        stub.say_octets(200, &format!("Content-Type: {PACKAGE}\r\n"), &package(&message, &octets));
        let asked = Request::builder().method("POST").uri("/documents/store");
        let asked = asked.header("content-type", "application/json").header("accept", accept);
        let (_, kind, _) = ask(&bridge, asked.body(Full::new("{}".into())).expect("request")).await;
        assert_eq!(kind.starts_with("multipart/form-data; "), form, "{accept}: {kind}");
    }
    stub.say(500, "Content-Type: text/xml\r\n", "");
    let asked = Request::builder().method("POST").uri("/documents/store");
    let asked = asked.header("content-type", "application/json").header("accept", "multipart/form-data");
    let (_, kind, _) =
        ask(&stage.bridge(&stub.url()), asked.body(Full::new("{}".into())).expect("request")).await;
    assert_eq!(kind, "application/json", "a failure has no attachments");
}

/// Octets in XML that is kept as a text are no member of their own.
#[tokio::test]
async fn octets_in_a_kept_text_stay_there_in_a_form() {
    let octets: Vec<u8> = (0..=255).cycle().take(APART_OVER + 1).collect();
    let include = "<x:Include href=\"cid:a%40b\"/>";
    let kept = format!(
        "<d:stored><d:data>{include}</d:data><d:free><q xmlns=\"urn:q\">{include}</q></d:free></d:stored>"
    );
    let stub = Stub::start();
    stub.say_octets(200, &format!("Content-Type: {PACKAGE}\r\n"), &package(&kept, &octets));
    let stage = Stage { soap: 11, policy: "", front: "", backend: "", keys: "" };
    let asked = Request::builder().method("POST").uri("/documents/store");
    let asked = asked.header("content-type", "application/json").header("accept", "multipart/form-data");
    let (status, _, answer) =
        ask(&stage.bridge(&stub.url()), asked.body(Full::new("{}".into())).expect("request")).await;
    let answer = String::from_utf8_lossy(&answer);
    assert_eq!(status, 200, "{answer}");
    let within = format!(">{}</q>", STANDARD.encode(&octets));
    assert!(answer.contains("\"data\":null") && answer.contains(&within), "{answer}");
    assert!(!answer.contains("OctetsElsewhere"), "{answer}");
}

/// A fault is read for what it says: it has its octets, whatever else a client could get of it.
#[tokio::test]
async fn a_fault_has_the_octets_of_its_detail() {
    let octets: Vec<u8> = (0..=255).cycle().take(APART_OVER + 1).collect();
    let fault = "<s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring><detail><d:failure><d:data>\
                 <x:Include href=\"cid:a%40b\"/></d:data></d:failure></detail></s:Fault>";
    for (path, kind, body) in [
        ("/documents/store", "application/json", "{}".to_owned()),
        ("/soap", "text/xml", envelope(11, "<d:store/>")),
    ] {
        let stub = Stub::start();
        stub.say_octets(500, &format!("Content-Type: {PACKAGE}\r\n"), &package(fault, &octets));
        let stage = Stage { soap: 11, policy: "", front: "", backend: "", keys: "" };
        let asked = Request::builder().method("POST").uri(path).header("content-type", kind);
        let asked = asked.body(Full::new(body.into())).expect("request");
        let (_, _, answer) = ask(&stage.bridge(&stub.url()), asked).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.contains(&STANDARD.encode(&octets)), "{path}: {answer}");
        assert!(!answer.contains("OctetsElsewhere"), "{path}: {answer}");
    }
}

/// What is in a file has no base64 that could stand in a fault or in a header block.
#[tokio::test]
async fn long_octets_are_in_no_fault_and_no_header_block() {
    let octets = vec![7; 600_000];
    let include = "<x:Include href=\"cid:a%40b\"/>";
    let fault = format!(
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring><detail><d:failure><d:data>{include}</d:data></d:failure></detail></s:Fault>"
    );
    let keys = spooled("");
    let stage = Stage { soap: 11, policy: "", front: "", backend: "", keys: &keys };
    let stub = Stub::start();
    stub.say_octets(500, &format!("Content-Type: {PACKAGE}\r\n"), &package(&fault, &octets));
    let asked =
        Request::builder().method("POST").uri("/documents/store").header("content-type", "application/json");
    let asked = asked.body(Full::new("{}".into())).expect("request");
    let (status, _, answer) = ask(&stage.bridge(&stub.url()), asked).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(status == 502 && !answer.contains("OctetsElsewhere"), "{status} {answer}");

    let stub = Stub::start();
    let message = package("<d:store/>", &octets);
    let header = format!("<s:Header><h:h xmlns:h=\"urn:h\">{include}</h:h></s:Header><s:Body>");
    let message = String::from_utf8(message).expect("ASCII").replace("<s:Body>", &header);
    let asked = Request::builder().method("POST").uri("/soap").header("content-type", PACKAGE);
    let asked = asked.body(Full::new(message.into())).expect("request");
    let (_, _, answer) = ask(&stage.bridge(&stub.url()), asked).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("a header block or a fault refers to an attachment"), "{answer}");
    assert!(stub.heard().is_empty(), "the backend is not called");
}

/// The number of a message is what its sender wrote, and is looked at as that.
#[tokio::test]
async fn a_header_block_has_its_octets() {
    let stub = Stub::start();
    let stage = Stage { soap: 11, policy: "", front: "addressing: accept", backend: "", keys: "" };
    let header = "<s:Header><a:Action xmlns:a=\"http://www.w3.org/2005/08/addressing\">urn:store</a:Action>\
                  <a:MessageID xmlns:a=\"http://www.w3.org/2005/08/addressing\"><x:Include href=\"cid:a%40b\"/></a:MessageID></s:Header><s:Body>";
    let message = package("<d:store/>", &[b'm'; APART_OVER + 1]);
    let message = String::from_utf8(message).expect("ASCII").replace("<s:Body>", header);
    let asked = Request::builder().method("POST").uri("/soap").header("content-type", PACKAGE);
    let asked = asked.body(Full::new(message.into())).expect("request");
    let (_, _, answer) = ask(&stage.bridge(&stub.url()), asked).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("InvalidAddress") && !answer.contains("OctetsElsewhere"), "{answer}");
    assert!(stub.heard().is_empty(), "the backend is not called");
}

/// A folder for long attachments: what is in memory is small, and so are the bounds on it.
fn spooled(more: &str) -> String {
    let folder = std::env::temp_dir();
    format!(
        "spool: {}\nlimits: {{ http: {{ request_body: 600000, reply_body: 600000 }}, attachments: {{ {more} }} }}",
        folder.display()
    )
}

#[tokio::test]
async fn long_attachments_come_through_in_files() {
    let octets: Vec<u8> = (0..=255).cycle().take(3_000_001).chain(*b"\r\n--\r\n--x--\r\n").collect();
    let include = "<d:@><d:data><x:Include href=\"cid:a%40b\"/></d:data></d:@>";
    let form = b"--b\r\nContent-Disposition: form-data; name=\"/data\"\r\n\r\n";
    let form = [&form[..], &octets, b"\r\n--b--\r\n"].concat();
    let keys = spooled("");
    for mtom in ["send", "off"] {
        for (path, kind, request) in [
            ("/documents/store", "multipart/form-data; boundary=b", &form),
            ("/soap", PACKAGE, &package(&include.replace('@', "store"), &octets)),
        ] {
            let stub = Stub::start();
            let reply = package(&include.replace('@', "stored"), &octets);
            stub.say_octets(200, &format!("Content-Type: {PACKAGE}\r\n"), &reply);
            let backend = format!("attachments: {{ mtom: {mtom} }}");
            let stage = Stage { soap: 11, policy: "", front: "", backend: &backend, keys: &keys };
            let asked = Request::builder().method("POST").uri(path).header("content-type", kind);
            let asked = asked.body(Full::new(request.clone().into())).expect("request");
            let (status, answered, answer) = ask(&stage.bridge(&stub.url()), asked).await;
            let at = format!("{kind} {mtom}");
            assert_eq!(status, 200, "{at}: {}", String::from_utf8_lossy(&answer));
            assert!(data_of(&answered, &answer) == octets, "the answer: {at}");
            let heard = stub.heard();
            assert!(
                data_of(&heard[0].header("content-type"), &heard[0].octets) == octets,
                "the request: {at}"
            );
        }
    }
}

/// What is too much is refused, and the backend is not called; of a reply the client is told.
#[tokio::test]
async fn long_attachments_have_bounds() {
    let octets = vec![7; 1_000_000];
    let include = "<d:@><d:data><x:Include href=\"cid:a%40b\"/></d:data></d:@>";
    let large = package(&include.replace('@', "store"), &octets);
    let small = package(&include.replace('@', "store"), b"abc");
    let reply = package(&include.replace('@', "stored"), &octets);
    for (limits, request, status, told, called) in [
        ("part: 1000000", &large, 200, "<d:data", 1),
        ("part: 999999", &large, 413, "BRG00402", 0),
        ("sum: 999999", &large, 413, "BRG00402", 0),
        ("spooled: 999999", &large, 503, "BRG00405", 0),
        ("part: 999999", &small, 502, "BRG00302", 1),
        ("spooled: 999999", &small, 500, "BRG00500", 1),
    ] {
        let stub = Stub::start();
        let (kind, said) = match status {
            200 => ("text/xml", envelope(11, "<d:stored><d:data/></d:stored>").into_bytes()),
            _ => (PACKAGE, reply.clone()),
        };
        stub.say_octets(200, &format!("Content-Type: {kind}\r\n"), &said);
        let keys = spooled(limits);
        let stage = Stage { soap: 11, policy: "", front: "", backend: "", keys: &keys };
        let asked = Request::builder().method("POST").uri("/soap").header("content-type", PACKAGE);
        let asked = asked.body(Full::new(request.clone().into())).expect("request");
        let (_, _, answer) = ask(&stage.bridge(&stub.url()), asked).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.contains(told), "{limits}: {answer}");
        assert_eq!(stub.heard().len(), called, "{limits}: {answer}");
    }
}

/// The folder was there when the service was loaded. The backend is not to blame, and has been called.
#[tokio::test]
async fn a_reply_that_cannot_be_written_is_the_bridges_own_trouble() {
    let folder = std::env::temp_dir().join(format!("saponify-spool-gone-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("folder");
    let keys = format!("spool: {}", folder.display());
    let stub = Stub::start();
    let reply =
        package("<d:stored><d:data><x:Include href=\"cid:a%40b\"/></d:data></d:stored>", &[7; 1_000_000]);
    stub.say_octets(200, &format!("Content-Type: {PACKAGE}\r\n"), &reply);
    let stage = Stage { soap: 11, policy: "", front: "", backend: "", keys: &keys };
    let bridge = stage.bridge(&stub.url());
    std::fs::remove_dir_all(&folder).expect("folder");
    let asked =
        Request::builder().method("POST").uri("/documents/store").header("content-type", "application/json");
    let (status, _, answer) = ask(&bridge, asked.body(Full::new("{}".into())).expect("request")).await;
    let answer = String::from_utf8(answer).expect("JSON");
    assert_eq!((status, stub.heard().len()), (500, 1), "{answer}");
    for told in ["BRG00500", "the backend has answered", "what was asked may be done"] {
        assert!(answer.contains(told), "{told}: {answer}");
    }
}

#[test]
fn a_folder_is_one_of_the_machine() {
    let text = std::fs::read_to_string(format!("{FOLDER}/contract.wsdl")).expect("contract");
    for (folder, all) in [
        ("spool", &["CFG0110"][..]),
        (
            "/there/is/no/such/folder",
            &[
                "CFG0111",
                "service.yaml:6:8",
                "no file can be made in the folder",
                "name a folder that exists, and in which this process may make files",
            ],
        ),
    ] {
        let there = std::env::temp_dir().join(format!("saponify-spool-{}-{}", std::process::id(), all.len()));
        std::fs::create_dir_all(&there).expect("folder");
        std::fs::write(there.join("contract.wsdl"), text.replace("@soap@", "")).expect("contract");
        let file = format!(
            "version: 1\nservice: s\ncontract: {{ wsdl: contract.wsdl }}\nfronts: {{ json: {{ auth: none }} }}\n\
             backend: {{ soap: {{}} }}\nspool: {folder}\n"
        );
        std::fs::write(there.join("service.yaml"), file).expect("file");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_saponify"));
        let checked = command
            .arg("serve")
            .arg("--listen")
            .arg("127.0.0.1:0")
            .arg("-c")
            .arg(there.join("service.yaml"))
            .output();
        let checked = checked.expect("the program runs");
        let shown = String::from_utf8_lossy(&checked.stderr).into_owned();
        std::fs::remove_dir_all(&there).expect("folder");
        assert!(!checked.status.success(), "{shown}");
        all.iter().for_each(|told| assert!(shown.contains(told), "{told}: {shown}"));
    }
}

/// What the contract says of a value is checked also where its octets are not in the message.
#[tokio::test]
async fn large_attachments_are_counted() {
    let stub = Stub::start();
    let stage = Stage { soap: 11, policy: "", front: "", backend: "attachments: { mtom: send }", keys: "" };
    let bridge = stage.bridge(&stub.url());
    let octets = vec![7; 2 * APART_OVER];
    let form = b"--b\r\nContent-Disposition: form-data; name=\"/short\"\r\n\r\n";
    let form = [&form[..], &octets, b"\r\n--b--\r\n"].concat();
    let soap = package("<d:store><d:short><x:Include href=\"cid:a%40b\"/></d:short></d:store>", &octets);
    let hex = package("<d:store><d:hex><x:Include href=\"cid:a%40b\"/></d:hex></d:store>", &octets);
    for (path, kind, body, told) in [
        ("/documents/store", "multipart/form-data; boundary=b", form, "expected at most 8 octets"),
        ("/soap", PACKAGE, soap, "expected at most 8 octets"),
        ("/soap", PACKAGE, hex, "expected a value of xs:hexBinary"),
    ] {
        let request = Request::builder().method("POST").uri(path).header("content-type", kind);
        let (_, _, answer) = ask(&bridge, request.body(Full::new(body.into())).expect("request")).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.contains(told), "{told}: {answer}");
    }
    assert!(stub.heard().is_empty(), "the backend is not called");
}

/// As many values go beside a message as other stacks read, and the others stay in it.
#[tokio::test]
async fn a_message_has_so_many_attachments() {
    for (values, beside) in
        [(MIME_PARTS - 2, MIME_PARTS - 2), (MIME_PARTS - 1, MIME_PARTS - 1), (MIME_PARTS, MIME_PARTS - 1)]
    {
        let stub = Stub::start();
        stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, "<d:stored/>"));
        let stage = Stage {
            soap: 11,
            policy: "",
            front: "",
            backend: "attachments: { mtom: send, over: 0 }",
            keys: "",
        };
        let pages = vec!["{\"first\":\"QUJD\"}"; values].join(",");
        let request = Request::builder()
            .method("POST")
            .uri("/documents/store")
            .header("content-type", "application/json");
        let json = format!("{{\"page\":[{pages}]}}");
        let (status, _, answer) =
            ask(&stage.bridge(&stub.url()), request.body(Full::new(json.into())).expect("request")).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
        let heard = stub.heard();
        let package = Package::read(&heard[0].header("content-type"), &heard[0].octets);
        assert_eq!(package.parts.len(), beside);
        assert_eq!(package.root.matches(">QUJD<").count(), values - beside);
    }
}

/// No two messages have the same boundary, so that nobody knows it beforehand.
#[tokio::test]
async fn boundaries_are_not_used_again() {
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, "<d:stored/>"));
    let stage = Stage { soap: 11, policy: "", front: "", backend: "attachments: { mtom: send }", keys: "" };
    let bridge = stage.bridge(&stub.url());
    for _ in 0..3 {
        let request = Request::builder()
            .method("POST")
            .uri("/documents/store")
            .header("content-type", "application/json");
        ask(&bridge, request.body(Full::new("{}".into())).expect("request")).await;
    }
    let kinds: BTreeSet<String> = stub.heard().iter().map(|heard| heard.header("content-type")).collect();
    assert_eq!(kinds.len(), 3);
}

/// An answer that is kept is one to messages that are answered in the same way.
#[tokio::test]
async fn an_answer_by_mtom_is_not_given_to_who_does_not_take_it() {
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, &stored()));
    let stage = Stage { soap: 11, policy: "", front: "", backend: "", keys: "" };
    let bridge = stage.bridge(&stub.url());
    let mut seen = Vec::new();
    for accept in ["application/xop+xml", "application/xop+xml", "text/xml"] {
        let body = envelope(11, "<d:store><d:name>a</d:name></d:store>");
        let request = Request::builder().method("POST").uri("/soap").header("idempotency-key", "k");
        let request =
            request.header("content-type", "text/xml").header("accept", accept).body(Full::new(body.into()));
        let (status, kind, _) = ask(&bridge, request.expect("request")).await;
        seen.push((status, kind.split(';').next().unwrap_or("").to_owned()));
    }
    assert_eq!(seen[0], (200, "multipart/related".to_owned()));
    assert_eq!(seen[1], seen[0]);
    assert_eq!(seen[2].1, "text/xml");
    assert_ne!(seen[2].0, 200, "the key was used for a message that is answered otherwise");
}

/// What every case has.
#[derive(Debug, Deserialize)]
struct Kept {
    name: String,
    keeps: Vec<String>,
}

#[test]
fn each_requirement_is_kept_by_a_case_and_each_case_keeps_one() {
    let front = cases::<FrontCase>("front.yaml").into_iter().map(|case| (case.name, case.keeps));
    let backend = cases::<BackendCase>("backend.yaml").into_iter().map(|case| (case.name, case.keeps));
    let form = cases::<FormCase>("form.yaml").into_iter().map(|case| (case.name, case.keeps));
    // Those of `tests/bound_attachments.rs`.
    let bound = cases::<Kept>("bound.yaml").into_iter().map(|case| (case.name, case.keeps));
    check_requirements("ATTACHMENTS.md", front.chain(backend).chain(form).chain(bound));
}
