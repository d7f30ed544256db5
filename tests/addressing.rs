//! WS-Addressing, both ways: what a SOAP front makes of the properties of a message, and what a SOAP backend gets and says of its own.
//! The cases are `tests/addressing/front.yaml` and `tests/addressing/backend.yaml`; `docs/WS_ADDRESSING.md` has what each of them keeps.

#[path = "support/requirements.rs"]
mod requirements;
#[path = "support/stub.rs"]
mod stub;
mod support;

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use requirements::check_requirements;
use saponify::bridge::{Body, Bridge, ReadyService};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use stub::{MESSAGE_ID, Stub, message_id};
use tower::Service as _;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/addressing");

/// A message to a SOAP front.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontCase {
    name: String,
    keeps: Vec<String>,
    /// Keys of the front.
    #[serde(default)]
    front: String,
    #[serde(default = "v11")]
    soap: u8,
    /// The action of HTTP.
    #[serde(default = "order_action")]
    action: String,
    /// Its header blocks.
    blocks: String,
    #[serde(default = "order")]
    body: String,
    /// What the backend answers.
    #[serde(default = "done")]
    reply: String,
    /// Whether it is sent twice, the second time for the answer.
    #[serde(default)]
    twice: bool,
    expect: Expected,
}

fn v11() -> u8 {
    11
}

fn order_action() -> String {
    "urn:order".to_owned()
}

fn order() -> String {
    "order".to_owned()
}

fn done() -> String {
    "done".to_owned()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expected {
    status: u16,
    /// The code of the fault in SOAP 1.1, or of the bridge in JSON.
    code: String,
    /// Texts in the Header; an empty list: there is none.
    header: Option<Vec<String>>,
    body: Vec<String>,
    never: Vec<String>,
    empty: bool,
    /// Whether the backend gets the message; it does where the answer is not a fault.
    called: Option<bool>,
}

fn cases<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let text = std::fs::read_to_string(format!("{FOLDER}/{file}")).expect("cases");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn bridge(front: &str, backend: &str, url: &str) -> Bridge {
    let soap = ["path: /soap", "auth: none", front].into_iter().filter(|key| !key.is_empty());
    let backend = ["url: \"http://127.0.0.1:9/\"", backend].into_iter().filter(|key| !key.is_empty());
    let text = format!(
        "version: 1\nservice: orders\ncontract: {{ wsdl: contract.wsdl }}\n\
         fronts: {{ json: {{ path: /orders, auth: none }}, soap: {{ {} }} }}\nbackend: {{ soap: {{ {} }} }}\n",
        soap.collect::<Vec<_>>().join(", "),
        backend.collect::<Vec<_>>().join(", ")
    );
    let service = support::service(&format!("{FOLDER}/service.yaml"), &text, url);
    let limits = service.limits;
    Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge")
}

async fn ask(bridge: &Bridge, request: Request<Full<Bytes>>) -> (u16, String) {
    let answer: Response<Body> = bridge.clone().call(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.expect("whole").to_bytes();
    (status, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

fn envelope(soap: u8, header: &str, body: &str) -> String {
    let uri = if soap == 11 {
        "http://schemas.xmlsoap.org/soap/envelope/"
    } else {
        "http://www.w3.org/2003/05/soap-envelope"
    };
    format!(
        "<s:Envelope xmlns:s=\"{uri}\" xmlns:e=\"urn:orders\" xmlns:a=\"http://www.w3.org/2005/08/addressing\" \
         xmlns:b=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

fn filled(text: &str) -> String {
    let long = |length: usize| format!("urn:{}", "x".repeat(length - 4));
    let parameters = |count: usize| {
        format!("<a:ReferenceParameters>{}</a:ReferenceParameters>", "<x xmlns='urn:x'/>".repeat(count))
    };
    text.replace("@4095", &long(4095))
        .replace("@64", &parameters(64))
        .replace("@4096", &long(4096))
        .replace("@4097", &long(4097))
        .replace("@m", "urn:message:1")
        .replace("@anon", "<a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address>")
        .replace("@none", "<a:Address>http://www.w3.org/2005/08/addressing/none</a:Address>")
}

fn fault(detail: &str) -> String {
    format!("<s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring>{detail}</s:Fault>")
}

impl FrontCase {
    fn request(&self) -> Request<Full<Bytes>> {
        let body = match &*self.body {
            "order" => "<e:order><e:item>a</e:item></e:order>",
            "note" => "<e:note><e:text>a</e:text></e:note>",
            "ask" => "<e:ask><e:code>a</e:code></e:ask>",
            _ => "<e:order><e:nothing/></e:order>",
        };
        let body = envelope(self.soap, &filled(&self.blocks), body);
        let request = Request::builder().method("POST").uri("/soap");
        let request = if self.soap == 11 {
            let quoted = format!("\"{}\"", self.action);
            request.header("content-type", "text/xml; charset=utf-8").header("soapaction", quoted)
        } else {
            let kind = format!("application/soap+xml; charset=utf-8; action=\"{}\"", self.action);
            request.header("content-type", kind)
        };
        request.body(Full::new(body.into())).expect("request")
    }

    fn reply(&self, stub: &Stub) {
        let (status, body) = match &*self.reply {
            "closed" => (500, fault("<detail><e:closed><e:since>now</e:since></e:closed></detail>")),
            "broken" => (500, fault("<detail><e:broken><e:part>all</e:part></e:broken></detail>")),
            "plain" => (500, fault("")),
            _ if self.body == "note" => return stub.say(202, "", ""),
            _ => (200, "<e:done><e:state>ok</e:state></e:done>".to_owned()),
        };
        stub.say(status, "Content-Type: text/xml\r\n", &envelope(11, "", &body));
    }

    async fn run(&self) {
        let stub = Stub::start();
        self.reply(&stub);
        let bridge = bridge(&self.front, "", &stub.url());
        if self.twice {
            ask(&bridge, self.request()).await;
            self.reply(&stub);
        }
        let (status, body) = ask(&bridge, self.request()).await;
        let at = format!("{}: {body}", self.name);
        let Expected { status: wanted, code, header, body: inside, never, empty, called } = &self.expect;
        assert_eq!(status, *wanted, "{at}");
        assert_eq!(body.is_empty(), *empty, "{at}");
        if !code.is_empty() {
            let code = match code.split_once(':') {
                Some(_) => format!(">{code}</faultcode>"),
                None => format!(">soapenv:{code}</faultcode>"),
            };
            assert!(body.contains(&code), "{at}");
        }
        let found = body.split_once("<soapenv:Header>").map(|(_, rest)| rest);
        let found = found.and_then(|rest| rest.split_once("</soapenv:Header>")).map(|(header, _)| header);
        match header.as_deref() {
            Some([]) => assert_eq!(found, None, "{at}"),
            Some(texts) => {
                let found = found.unwrap_or_else(|| panic!("no Header: {at}"));
                texts.iter().for_each(|text| assert!(found.contains(&filled(text)), "{text}: {at}"));
            }
            None => {}
        }
        inside.iter().for_each(|text| assert!(body.contains(text), "{text}: {at}"));
        never.iter().for_each(|text| assert!(!body.contains(text), "{text}: {at}"));
        let called = called.unwrap_or(true);
        assert_eq!(!stub.heard().is_empty(), called, "whether the backend is called: {at}");
    }
}

#[tokio::test]
async fn a_front_reads_properties_and_answers_with_its_own() {
    for case in cases::<FrontCase>("front.yaml") {
        case.run().await;
    }
}

/// A request to a SOAP backend.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BackendCase {
    name: String,
    keeps: Vec<String>,
    /// Keys of the backend.
    backend: String,
    /// Texts of the request.
    #[serde(default)]
    sent: Vec<String>,
    /// Texts that are not in it.
    #[serde(default)]
    never: Vec<String>,
    /// Header blocks of the reply.
    #[serde(default)]
    reply: String,
    /// Whether the reply is a fault.
    #[serde(default)]
    fault: bool,
    /// A fault with this code.
    plain: Option<String>,
    expect: Expected,
}

#[tokio::test]
async fn a_backend_gets_properties_and_its_reply_is_that_to_the_request() {
    for case in cases::<BackendCase>("backend.yaml") {
        let stub = Stub::start();
        let body = match (&case.plain, case.fault) {
            (Some(code), _) => fault("").replace("s:Client", code),
            (None, true) => fault(""),
            (None, false) => "<e:done><e:state>ok</e:state></e:done>".to_owned(),
        };
        let status = if body.contains("Fault") { 500 } else { 200 };
        let reply = case.reply.replace("@id", MESSAGE_ID);
        stub.say(status, "Content-Type: text/xml\r\n", &envelope(11, &reply, &body));
        let bridge = bridge("", &case.backend, &stub.url());
        let request = Request::builder().method("POST").uri("/orders/order");
        let request =
            request.header("content-type", "application/json").body(Full::new("{\"item\":\"a\"}".into()));
        let (status, answer) = ask(&bridge, request.expect("request")).await;
        let heard = stub.heard();
        let sent = &heard[0].body;
        let at = format!("{}: {sent}: {answer}", case.name);
        assert_eq!(status, case.expect.status, "{at}");
        assert!(answer.contains(&case.expect.code), "{at}");
        for text in &case.sent {
            assert!(sent.contains(&text.replace("@url", &stub.url())), "{text}: {at}");
        }
        case.never.iter().for_each(|text| assert!(!sent.contains(text), "{text}: {at}"));
    }
}

/// Each message has a number of its own, and each attempt to send one has the same.
#[tokio::test]
async fn requests_have_numbers_of_their_own() {
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, "", "<e:done><e:state>ok</e:state></e:done>"));
    let bridge = bridge("", "addressing: send", &stub.url());
    for _ in 0..3 {
        let request = Request::builder().method("POST").uri("/orders/order");
        let request =
            request.header("content-type", "application/json").body(Full::new("{\"item\":\"a\"}".into()));
        ask(&bridge, request.expect("request")).await;
    }
    let heard = stub.heard();
    let numbers: BTreeSet<&str> = heard.iter().filter_map(|heard| message_id(&heard.body)).collect();
    assert_eq!(numbers.len(), 3);
}

/// An answer that is given again relates to the message that asks for it.
#[tokio::test]
async fn an_answer_that_is_kept_relates_to_the_message_that_gets_it() {
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", &envelope(11, "", "<e:done><e:state>ok</e:state></e:done>"));
    let bridge = bridge("", "", &stub.url());
    for id in ["urn:1", "urn:2", "urn:3&amp;"] {
        let blocks = format!("<a:Action>urn:order</a:Action><a:MessageID>{id}</a:MessageID>");
        let body = envelope(11, &blocks, "<e:order><e:item>a</e:item></e:order>");
        let request = Request::builder().method("POST").uri("/soap").header("idempotency-key", "k");
        let request = request.header("content-type", "text/xml").body(Full::new(body.into()));
        let (status, answer) = ask(&bridge, request.expect("request")).await;
        assert_eq!(status, 200, "{answer}");
        assert!(answer.contains(&format!(">{id}</wsa:RelatesTo>")), "{id}: {answer}");
        assert!(answer.ends_with("</soapenv:Body></soapenv:Envelope>"), "{answer}");
    }
    assert_eq!(stub.heard().len(), 1, "the backend is asked once");
}

#[test]
fn each_requirement_is_kept_by_a_case_and_each_case_keeps_one() {
    let front = cases::<FrontCase>("front.yaml").into_iter().map(|case| (case.name, case.keeps));
    let backend = cases::<BackendCase>("backend.yaml").into_iter().map(|case| (case.name, case.keeps));
    check_requirements("WS_ADDRESSING.md", front.chain(backend));
}

/// The blocks of the document are keys that load.
#[test]
fn the_document_has_keys_that_load() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/WS_ADDRESSING.md");
    let document = std::fs::read_to_string(path).expect("document");
    let blocks: Vec<&str> =
        document.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let text =
        format!("version: 1\nservice: orders\ncontract: {{ wsdl: contract.wsdl }}\n{}", blocks.concat());
    support::service(&format!("{FOLDER}/service.yaml"), &text, "http://127.0.0.1:9/");
}

/// What this program writes for whoever calls a front that demands the properties is taken by it.
#[test]
fn samples_for_a_front_that_demands_properties_have_them() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("addressed");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("folder");
    let file = folder.join("service.yaml");
    let text = format!(
        "version: 1\nservice: orders\ncontract: {{ wsdl: \"{FOLDER}/contract.wsdl\" }}\n\
         fronts: {{ json: {{ path: /orders, auth: none }}, \
         soap: {{ path: /soap, auth: none, addressing: require, unique_message_ids: true }} }}\n\
         backend: {{ soap: {{ url: \"http://127.0.0.1:9/\" }} }}\n"
    );
    std::fs::write(&file, &text).expect("written");
    let (file, cases) = (file.to_string_lossy(), folder.join("cases"));
    let run = |words: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_saponify")).args(words).output();
        let output = output.expect("started");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{words:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
        said
    };
    let sample = run(&["sample", "-c", &file, "--operation", "order", "--as", "soap"]);
    let stub = Stub::start();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let demanding = bridge("addressing: require", "", &stub.url());
    let request =
        Request::post("/soap").header("content-type", "text/xml").header("soapaction", "\"urn:order\"");
    let request = request.body(Full::from(sample.clone())).expect("a request");
    let (_, answer) = runtime.block_on(ask(&demanding, request));
    // The stub says nothing that could be understood: that the backend was called is enough.
    assert!(!stub.heard().is_empty() && !answer.contains("Addressing"), "{sample}{answer}");
    assert!(sample.contains(">urn:order</wsa:Action>") && sample.contains(":8090/soap</wsa:To>"), "{sample}");
    for (tool, fresh) in [
        ("curl", "urn:uuid:$("),
        ("hurl", "urn:uuid:{{newUuid}}"),
        ("postman", "urn:uuid:{{$guid}}"),
        ("k6", "messageId()"),
        ("soapui", "urn:uuid:${=java.util.UUID.randomUUID()}"),
    ] {
        let said = run(&["sample", "-c", &file, "--as", tool, "--side", "soap", "--operation", "order"]);
        assert!(said.contains(fresh) && said.contains("wsa:To"), "{tool}: {said}");
        assert!(
            !run(&["sample", "-c", &file, "--as", tool, "--operation", "order"]).contains("wsa:"),
            "{tool}"
        );
    }
    // Each case is sent with properties of its own.
    run(&["sample", "-c", &file, "--as", "case", "-o", &cases.to_string_lossy()]);
    let report = run(&["test", "-c", &file, "--samples", &cases.to_string_lossy(), "--side", "soap"]);
    assert!(!report.contains("FAIL"), "{report}");
}
