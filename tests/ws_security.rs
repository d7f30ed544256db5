//! What WS-Security and SOAP ask of who reads and writes header blocks: what a SOAP front makes of them, and what a SOAP backend gets. The
//! cases are `tests/ws_security/front.yaml` and `tests/ws_security/backend.yaml`; `docs/WS_SECURITY.md` has what each of them keeps, blocks
//! that load, and tables that name keys that exist.

#[path = "support/requirements.rs"]
mod requirements;
#[path = "support/stub.rs"]
mod stub;
mod support;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use requirements::check_requirements;
use saponify::bridge::{Body, Bridge, ReadyService};
use saponify::service::load;
use saponify::wsdl::Files;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha1::{Digest, Sha1};
use stub::Stub;
use support::Variables;
use tower::Service as _;

/// A message to a SOAP front.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontCase {
    name: String,
    keeps: Vec<String>,
    /// Keys of the front.
    #[serde(default = "users")]
    front: String,
    /// Keys of `security` of the front beside `faults`.
    #[serde(default)]
    keys: String,
    #[serde(default = "v11")]
    soap: u8,
    /// Its header blocks; or what is in its Security header, or in the UsernameToken in that.
    blocks: Option<String>,
    inside: Option<String>,
    token: Option<String>,
    /// Namespace of the envelope, where it is none of SOAP.
    envelope: Option<String>,
    /// Header blocks of the backend's reply.
    #[serde(default)]
    reply: String,
    /// Whether it is sent twice, the second time for the answer.
    #[serde(default)]
    twice: bool,
    expect: Expected,
}

fn users() -> String {
    "auth: { users: { users: [{ name: bob, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" }] } }".to_owned()
}

fn v11() -> u8 {
    11
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expected {
    status: u16,
    /// The code of the fault: of SOAP without a prefix.
    code: String,
    /// Texts in the answer.
    says: Vec<String>,
    never: Vec<String>,
    /// Texts in what the backend gets; it gets nothing where the answer is a fault.
    sent: Vec<String>,
    unsent: Vec<String>,
}

fn cases<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let text = std::fs::read_to_string(format!("{FOLDER}/{file}")).expect("cases");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ws_security");

fn bridge(front: &str, backend: &str, url: &str) -> Bridge {
    let backend = ["url: \"http://127.0.0.1:9/\"", backend].into_iter().filter(|key| !key.is_empty());
    let text = format!(
        "version: 1\nservice: orders\ncontract: {{ wsdl: ../addressing/contract.wsdl }}\n\
         fronts: {{ json: {{ path: /orders, auth: none }}, soap: {{ path: /soap, {front} }} }}\nbackend: {{ soap: {{ {} }} }}\n",
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

fn envelope(namespace: &str, header: &str, body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"{namespace}\" xmlns:e=\"urn:orders\" xmlns:w=\"{WSSE}\" xmlns:u=\"{WSU}\" xmlns:x=\"urn:x\">\
         <s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

fn soap_request(soap: u8, text: String) -> Request<Full<Bytes>> {
    let kind = if soap == 11 { "text/xml; charset=utf-8" } else { "application/soap+xml; charset=utf-8" };
    let request = Request::builder().method("POST").uri("/soap").header("content-type", kind);
    request.body(Full::new(text.into())).expect("request")
}

const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";
const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const PROFILE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";
const BASE64: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
const NONCE: &str = "LKqI6G/AikKCQrN0zqZFlg==";
const PASSWORD: &str = "not-a-real-secret";

/// `text` with what the head of `front.yaml` names in the places of the names.
fn filled(text: &str) -> String {
    let now = Utc::now();
    let created = at(now, 0);
    let octets = STANDARD.decode(NONCE).expect("base64");
    let sum = |nonce: &[u8], created: &str| {
        let sum = Sha1::new().chain_update(nonce).chain_update(created).chain_update(PASSWORD).finalize();
        STANDARD.encode(sum)
    };
    let mut text = text
        .replace("@name", "<w:Username>bob</w:Username>")
        .replace("@text", "<w:Password Type='@TEXT'>not-a-real-secret</w:Password>")
        .replace("@digest", "<w:Password Type='@DIGEST'>@sum</w:Password>")
        .replace("@nonce", "<w:Nonce EncodingType='@BASE64'>@NONCE</w:Nonce>")
        .replace("@created", "<u:Created>@now</u:Created>")
        .replace("@sum-of-text", &sum(NONCE.as_bytes(), &created))
        .replace("@sum-of-now", &sum(&[], &created))
        .replace("@sum-of-nothing", &sum(&[], ""))
        .replace("@sum", &sum(&octets, &created))
        .replace("@TEXT", &format!("{PROFILE}#PasswordText"))
        .replace("@DIGEST", &format!("{PROFILE}#PasswordDigest"))
        .replace("@BASE64", BASE64)
        .replace("@NONCE", NONCE)
        .replace("@WSSE", WSSE)
        .replace("@bare", &at(now, 0).replace('Z', ""))
        .replace("@spelt", &at(now, 0).replace('-', "&#45;"))
        .replace("@east", &at(now, 7250).replace('Z', "+02:00"))
        .replace("@micro", &at(now, 0).replace('Z', "000Z"))
        .replace("@minute60", &(at(now, 0)[..17].to_owned() + "60Z"));
    for seconds in [-400, -310, -290, -100, -1, 50, 70, 100, 300, 90_000] {
        text = text.replace(&format!("@now{seconds:+}s"), &at(now, seconds));
    }
    text.replace("@now", &created)
}

/// The time `seconds` after `now`.
fn at(now: DateTime<Utc>, seconds: i64) -> String {
    (now + Duration::seconds(seconds)).format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl FrontCase {
    fn header(&self) -> String {
        let security = |inside: &str| format!("<w:Security>{inside}</w:Security>");
        match (&self.blocks, &self.inside, &self.token) {
            (Some(blocks), None, None) => blocks.clone(),
            (None, Some(inside), None) => security(inside),
            (None, None, Some(inside)) => security(&format!("<w:UsernameToken>{inside}</w:UsernameToken>")),
            _ => panic!("{}: one of blocks, inside and token", self.name),
        }
    }

    async fn run(&self) {
        let stub = Stub::start();
        let reply = envelope(SOAP11, &self.reply, "<e:done><e:state>ok</e:state></e:done>");
        stub.say(200, "Content-Type: text/xml\r\n", &reply);
        let keys = ["faults: standard", &self.keys].into_iter().filter(|keys| !keys.is_empty());
        let security = keys.collect::<Vec<_>>().join(", ");
        let bridge = bridge(&format!("{}, security: {{ {security} }}", self.front), "", &stub.url());
        let namespace = self.envelope.as_deref().unwrap_or(if self.soap == 11 { SOAP11 } else { SOAP12 });
        let message = envelope(namespace, &filled(&self.header()), "<e:order><e:item>a</e:item></e:order>");
        if self.twice {
            let (status, _) = ask(&bridge, soap_request(self.soap, message.clone())).await;
            assert_eq!(status, 200, "{}: the first one is taken", self.name);
            stub.say(200, "Content-Type: text/xml\r\n", &reply);
        }
        let (status, answer) = ask(&bridge, soap_request(self.soap, message)).await;
        self.check(status, &answer, stub.heard().first().map(|heard| &*heard.body));
    }

    fn check(&self, status: u16, answer: &str, sent: Option<&str>) {
        let at = format!("{}: {answer}", self.name);
        let Expected { status: wanted, code, says, never, sent: texts, unsent } = &self.expect;
        assert_eq!(status, *wanted, "{at}");
        if !code.is_empty() {
            let element = if self.soap == 11 { "faultcode" } else { "soapenv:Value" };
            let code = if code.contains(':') { format!(">{code}</") } else { format!(">soapenv:{code}</") };
            assert!(answer.contains(&format!("{code}{element}>")), "{at}");
        }
        assert!(answer.matches("<soapenv:Fault>").count() <= 1, "{at}");
        says.iter().for_each(|text| assert!(answer.contains(text), "{text}: {at}"));
        never.iter().for_each(|text| assert!(!answer.contains(text), "{text}: {at}"));
        assert!(!answer.contains(PASSWORD), "{at}");
        assert_eq!(sent.is_some(), status == 200, "whether the backend is called: {at}");
        let sent = sent.unwrap_or("");
        texts.iter().for_each(|text| assert!(sent.contains(text), "{text}: {sent}: {at}"));
        unsent.iter().for_each(|text| assert!(!sent.contains(text), "{text}: {sent}: {at}"));
    }
}

/// Runs all cases, each of which tells what is wrong with it.
async fn all(runs: impl Iterator<Item: Future<Output = ()>>) {
    let mut failed = 0;
    for run in runs {
        failed += usize::from(AssertUnwindSafe(run).catch_unwind().await.is_err());
    }
    assert_eq!(failed, 0, "cases that failed");
}

#[tokio::test]
async fn a_front_reads_header_blocks_as_the_specifications_ask() {
    let runs = cases::<FrontCase>("front.yaml").into_iter().map(|case| async move { case.run().await });
    all(runs).await;
}

/// A request to a SOAP backend with a UsernameToken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BackendCase {
    name: String,
    keeps: Vec<String>,
    /// Keys of `username_token`.
    #[serde(default)]
    token: String,
    /// Keys of the backend beside it.
    #[serde(default)]
    backend: String,
    /// Whether a front of the profile `strict` takes what was sent.
    taken: bool,
    #[serde(default)]
    sent: Vec<String>,
    #[serde(default)]
    unsent: Vec<String>,
    /// Header blocks of the reply.
    #[serde(default)]
    reply: String,
    status: u16,
}

const CREDENTIALS: &str =
    "credentials: { fixed: { username: bob, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" } }";

impl BackendCase {
    fn keys(&self) -> String {
        let credentials = if self.token.contains("credentials") { "" } else { CREDENTIALS };
        let keys = [credentials, &self.token].into_iter().filter(|keys| !keys.is_empty());
        let token = format!("username_token: {{ {} }}", keys.collect::<Vec<_>>().join(", "));
        [token, self.backend.clone()]
            .into_iter()
            .filter(|keys| !keys.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }

    async fn run(&self) {
        let stub = Stub::start();
        let reply = envelope(SOAP11, &filled(&self.reply), "<e:done><e:state>ok</e:state></e:done>");
        stub.say(200, "Content-Type: text/xml\r\n", &reply);
        let sender = bridge("auth: none", &self.keys(), &stub.url());
        let mut seen = Vec::new();
        for _ in 0..2 {
            let request = Request::post("/orders/order").header("content-type", "application/json");
            let request = request.body(Full::new("{\"item\":\"a\"}".into())).expect("request");
            let (status, answer) = ask(&sender, request).await;
            assert_eq!(status, self.status, "{}: {answer}", self.name);
            seen.push(stub.heard().last().expect("called").body.clone());
        }
        let sent = &seen[0];
        let at = format!("{}: {sent}", self.name);
        self.sent.iter().for_each(|text| assert!(sent.contains(&filled(text)), "{text}: {at}"));
        self.unsent.iter().for_each(|text| assert!(!sent.contains(&filled(text)), "{text}: {at}"));
        stub.say(200, "Content-Type: text/xml\r\n", &reply);
        let strict = ", security: { profile: strict, before_start: true, faults: standard }";
        let strict = bridge(&(users() + strict), "", &stub.url());
        for message in seen {
            let (_, answer) = ask(&strict, soap_request(11, message)).await;
            assert_eq!(!answer.contains("<faultcode xmlns:wsse"), self.taken, "{answer}: {at}");
        }
    }
}

#[tokio::test]
async fn a_backend_gets_what_the_specifications_ask_for() {
    let runs = cases::<BackendCase>("backend.yaml").into_iter().map(|case| async move { case.run().await });
    all(runs).await;
}

#[test]
fn each_requirement_is_kept_by_a_case_and_each_case_keeps_one() {
    let front = cases::<FrontCase>("front.yaml").into_iter().map(|case| (case.name, case.keeps));
    let backend = cases::<BackendCase>("backend.yaml").into_iter().map(|case| (case.name, case.keeps));
    check_requirements("WS_SECURITY.md", front.chain(backend));
}

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/WS_SECURITY.md");
    std::fs::read_to_string(path).expect("document")
}

/// The YAML block that has `text`.
fn block(text: &str) -> String {
    let document = document();
    let mut blocks = document.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.find(|block| block.contains(text)).expect("a block").to_owned()
}

/// The file of users. It is written once: a test could read it while another one writes it anew.
static USERS: LazyLock<PathBuf> = LazyLock::new(|| {
    let users = Path::new(env!("CARGO_TARGET_TMPDIR")).join("document-users.yaml");
    std::fs::write(&users, block("reports")).expect("users");
    users
});

fn loaded(blocks: &str) -> Result<(), String> {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = format!(
        "version: 1\nservice: bancbox\ncontract: {{ wsdl: {root}/wsdl/bancbox.wsdl }}\ninclude: {root}/samples/bancbox/rules.yaml\n{blocks}"
    )
    .replace("users.yaml", &USERS.display().to_string());
    let known = [("OPS_PASSWORD", "a"), ("BANK_USER", "b"), ("BANK_PASSWORD", "c")];
    let known = Variables(HashMap::from(known));
    load("document.yaml", &text, &known, &mut Files, None)
        .map(|_| ())
        .map_err(|problems| format!("{problems:?}"))
}

const BACKEND: &str = "backend: { soap: { url: https://bank.example/ } }\n";
const FRONT: &str = "fronts: { soap: { auth: none } }\n";

#[test]
fn blocks_load() {
    assert_eq!(loaded(&format!("{}{BACKEND}", block("accept: [digest, text]"))), Ok(()));
    assert_eq!(loaded(&format!("{FRONT}{}", block("username_token"))), Ok(()));
}

/// The keys of the table that begins with `head`.
fn keys(head: &str) -> Vec<String> {
    let document = document();
    let table = document.split(head).nth(1).expect("a table").lines().skip(2);
    let rows = table.take_while(|line| line.starts_with("| "));
    rows.flat_map(|row| {
        let cell = row.split('|').nth(1).unwrap_or("");
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
    })
    .collect()
}

/// A service file with a key that does not exist tells all that do.
#[test]
fn tables_have_every_key_and_no_other() {
    let credentials = "credentials: { fixed: { username: a, password: \"${env:OPS_PASSWORD}\" } }";
    let unknown = [
        (
            "| key of `security` |",
            format!("fronts: {{ soap: {{ auth: none, security: {{ nokey: 1 }} }} }}\n{BACKEND}"),
        ),
        (
            "| key of `username_token` |",
            format!(
                "{FRONT}backend: {{ soap: {{ url: https://b.example/, username_token: {{ {credentials}, nokey: 1 }} }} }}\n"
            ),
        ),
    ];
    for (head, file) in unknown {
        let said = loaded(&file).expect_err("nokey");
        let all = said.split("possible here: ").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(keys(head), all.expect("keys").split(", ").collect::<Vec<_>>());
    }
}
