//! What a backend says, and what becomes of it for JSON clients, for SOAP clients and in the log: `tests/replies/*.yaml`.

#[path = "support/stub.rs"]
mod stub;
mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use saponify::bridge::{Body, Bridge, ReadyService};
use serde::Deserialize;
use stub::Stub;
use tower::Service as _;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    operation: String,
    /// The `id` of the request.
    #[serde(default = "one")]
    id: String,
    /// The rules of the operation.
    rules: Option<String>,
    /// More of the service file.
    #[serde(default)]
    file: String,
    /// What the backend speaks.
    #[serde(default = "json")]
    speaks: String,
    /// Keys of the backend beside its URL.
    #[serde(default)]
    backend: String,
    reply: Reply,
    json: Answer,
    soap: Answer,
    /// What the log says, for both.
    #[serde(default)]
    log: Vec<String>,
    /// What is in no answer and not in the log.
    #[serde(default)]
    never: Vec<String>,
}

fn one() -> String {
    "1".to_owned()
}

fn json() -> String {
    "json".to_owned()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    #[serde(default = "ok")]
    http: u16,
    #[serde(default)]
    head: Vec<String>,
    #[serde(default)]
    body: String,
}

fn ok() -> u16 {
    200
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(default = "ok")]
    http: u16,
    /// The whole body; of an envelope what is in its Body.
    is: Option<String>,
    #[serde(default)]
    has: Vec<String>,
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

impl Case {
    fn bridge(&self, stub: &Stub) -> Bridge {
        let rules = self
            .rules
            .as_ref()
            .map_or(String::new(), |rules| format!("operations: {{ {}: {rules} }}\n", self.operation));
        let text = format!(
            "version: 1\nservice: replies\ncontract: {{ wsdl: replies.wsdl }}\n\
             fronts: {{ json: {{ path: /json, auth: none }}, soap: {{ path: /soap, auth: none }} }}\n\
             backend: {{ {}: {{ url: \"http://127.0.0.1:9/api\"{} }} }}\n{}{rules}",
            self.speaks, self.backend, self.file
        );
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replies/service.yaml");
        let service = support::service(path, &text, &stub.url());
        let limits = service.limits;
        Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge")
    }

    fn json_request(&self) -> Request<Full<Bytes>> {
        let request = Request::post(format!("/json/{}", self.operation));
        let body = format!("{{\"id\":{:?}}}", self.id);
        request.header("content-type", "application/json").body(Full::new(body.into())).expect("request")
    }

    fn soap_request(&self) -> Request<Full<Bytes>> {
        let (operation, id) = (&self.operation, &self.id);
        let body =
            format!("{OPEN}<r:{operation} xmlns:r=\"urn:replies\"><r:id>{id}</r:id></r:{operation}>{CLOSE}");
        Request::post("/soap")
            .header("content-type", "text/xml")
            .body(Full::new(body.into()))
            .expect("request")
    }

    fn problems(&self, stub: &Stub) -> Vec<String> {
        let head: String = self.reply.head.iter().map(|line| format!("{line}\r\n")).collect();
        stub.say(self.reply.http, &head, &self.reply.body);
        let bridge = self.bridge(stub);
        let json = self.asked(&bridge, "JSON", self.json_request(), &self.json);
        let soap = self.asked(&bridge, "SOAP", self.soap_request(), &self.soap);
        json.into_iter().chain(soap).collect()
    }

    fn asked(
        &self,
        bridge: &Bridge,
        front: &str,
        request: Request<Full<Bytes>>,
        wanted: &Answer,
    ) -> Vec<String> {
        let log = Log::default();
        let writer = log.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let (http, body) = tracing::subscriber::with_default(subscriber, || ask(bridge, request));
        let log = String::from_utf8(log.0.lock().expect("log").clone()).expect("UTF-8");
        let inner = body.strip_prefix(OPEN).and_then(|body| body.strip_suffix(CLOSE)).unwrap_or(&body);
        let mut wrong = Vec::new();
        if http != wanted.http || wanted.is.as_ref().is_some_and(|is| is != inner) {
            wrong.push("the answer".to_owned());
        }
        wrong.extend(
            wanted.has.iter().filter(|text| !body.contains(*text)).map(|text| format!("lacks {text}")),
        );
        wrong.extend(
            self.log.iter().filter(|text| !log.contains(*text)).map(|text| format!("log lacks {text}")),
        );
        let shown = format!("{body}{log}");
        wrong
            .extend(self.never.iter().filter(|text| shown.contains(*text)).map(|text| format!("has {text}")));
        wrong.iter().map(|wrong| format!("{}, {front}: {wrong}: {http} {inner}\n{log}", self.name)).collect()
    }
}

fn ask(bridge: &Bridge, request: Request<Full<Bytes>>) -> (u16, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let answer: Response<Body> = bridge.clone().call(request).await.expect("an answer");
        let http = answer.status().as_u16();
        let body = answer.into_body().collect().await.expect("whole").to_bytes();
        (http, String::from_utf8(body.to_vec()).expect("UTF-8"))
    })
}

const OPEN: &str =
    "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>";
const CLOSE: &str = "</soapenv:Body></soapenv:Envelope>";

#[test]
fn every_reply_becomes_what_it_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replies/cases.yaml");
    let cases: Vec<Case> =
        serde_saphyr::from_str(&std::fs::read_to_string(path).expect("cases")).expect("cases");
    let stub = Stub::start();
    let wrong: Vec<String> = cases.iter().flat_map(|case| case.problems(&stub)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One list of statuses: 401 and 403 are about credentials, 429 about the rate.
#[test]
fn every_status_of_an_error_stays_an_error() {
    let stub = Stub::start();
    let answer = |http| Answer { http, is: None, has: Vec::new() };
    let kept = |status: u16| !matches!(status, 401 | 403 | 405..=408 | 411 | 414..=417 | 426 | 431);
    for status in (300..=599).filter(|status| *status != 304) {
        let (http, blames) = match status {
            401 | 403 => (502, "Server"),
            429 => (429, "Server"),
            504 => (504, "Server"),
            400..=499 => (if kept(status) { status } else { 400 }, "Client"),
            _ => (502, "Server"),
        };
        let soap = Answer { has: vec![format!("<faultcode>soapenv:{blames}</faultcode>")], ..answer(500) };
        let case = Case {
            name: format!("status {status}"),
            operation: "find".to_owned(),
            id: one(),
            rules: None,
            file: String::new(),
            speaks: json(),
            backend: String::new(),
            reply: Reply { http: status, head: Vec::new(), body: "{\"name\":\"x\"}".to_owned() },
            json: answer(http),
            soap,
            log: Vec::new(),
            never: vec!["\"x\"".to_owned()],
        };
        assert_eq!(case.problems(&stub), Vec::<String>::new());
    }
}
