//! Nothing is lost: whatever JSON a backend answers with comes back from its SOAP form as it was.
//!
//! A reply goes through the bridge before the JSON API to a SOAP client, and what that client got goes through the bridge
//! before a SOAP backend to a JSON client, who must see the reply and its HTTP status.

#[path = "support/seed.rs"]
mod seed;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use saponify::server::Running;
use seed::seeded;
use serde_json::Value;
use stub::Stub;
use support::{bridge, send, system_service};

struct Stage {
    system: &'static str,
    json: (Stub, Running),
    soap: (Stub, Running),
    line: &'static str,
    authorization: &'static str,
    request: &'static str,
    envelope: String,
}

impl Stage {
    fn new(
        system: &'static str,
        line: &'static str,
        authorization: &'static str,
        request: &'static str,
    ) -> Self {
        let start = |file: &str| {
            let stub = Stub::start();
            let running = bridge(system_service(system, file, &stub.url()));
            (stub, running)
        };
        let path = format!("{}/samples/{system}/request.xml", env!("CARGO_MANIFEST_DIR"));
        let envelope = std::fs::read_to_string(path).expect("request");
        let envelope = envelope.replace("<soapenv:Body>", &format!("{SECURITY}<soapenv:Body>"));
        let (json, soap) = (start("soap-to-json.yaml"), start("json-to-soap.yaml"));
        Self { system, json, soap, line, authorization, request, envelope }
    }

    /// The HTTP status and the body that a JSON client gets in the end; nothing where the reply is a fault.
    fn there_and_back(&self, http: u16, native: &str) -> Option<(u16, String)> {
        self.json.0.say(http, "Content-Type: application/json\r\n", native);
        let headers = [("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\"")];
        let path = format!("/soap/{}", self.system);
        let soap = send(self.json.1.address(), "POST", &path, &headers, self.envelope.as_bytes());
        if soap.status != 200 {
            return None;
        }
        self.soap.0.say(200, "Content-Type: text/xml\r\n", &soap.body);
        let (method, path) = self.line.split_once(' ').expect("line");
        let headers = [("Content-Type", "application/json"), ("Authorization", self.authorization)];
        let path = format!("/{}{path}", self.system);
        let json = send(self.soap.1.address(), method, &path, &headers, self.request.as_bytes());
        Some((json.status, json.body))
    }
}

const SECURITY: &str = "<soapenv:Header><wsse:Security soapenv:mustUnderstand=\"1\" xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><wsse:UsernameToken><wsse:Username>ops@example.com</wsse:Username><wsse:Password>not-a-real-secret</wsse:Password></wsse:UsernameToken></wsse:Security></soapenv:Header>";

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0i32..9999).prop_map(|n| serde_json::json!(f64::from(n) / 100.0)),
        "[ -~]{0,8}".prop_map(Value::from),
        Just(Value::from("é<&>\"\n ")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("(code|message|customerId|accountUID|main|repCode|x|y)", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn comes_back(stage: &Stage, keys: &'static str, good: &[(u16, &str)]) {
    for (http, native) in good {
        check(stage, *http, native).expect("a reply of the documents");
    }
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..seeded(150) });
    let http = prop_oneof![Just(200u16), Just(202), Just(207), Just(400), Just(404), Just(409), Just(422)];
    let strategy = (http, btree_map(keys, anything(), 0..6));
    let held = runner.run(&strategy, |(http, members)| {
        let native = Value::Object(members.into_iter().collect()).to_string();
        check(stage, http, &native).map_err(TestCaseError::fail)
    });
    held.unwrap_or_else(|error| panic!("{}: {error}", stage.system));
}

fn check(stage: &Stage, http: u16, native: &str) -> Result<(), String> {
    let Some((status, body)) = stage.there_and_back(http, native) else {
        return Err(format!("{native} is a fault"));
    };
    let got: Value = serde_json::from_str(&body).map_err(|error| format!("{error}: {body}"))?;
    let expected: Value = serde_json::from_str(native).map_err(|error| error.to_string())?;
    if (status, &got) == (http, &expected) {
        Ok(())
    } else {
        Err(format!("{http} {expected} became {status} {got}"))
    }
}

#[test]
fn stonex() {
    let stage = Stage::new(
        "stonex",
        "POST /account-api/v1/update-account",
        "Bearer client-token",
        r#"{"accountNumber":"1","main":{"repCode":"a"}}"#,
    );
    let good = [
        (202, include_str!("../samples/stonex/cases/updated/response.json")),
        (400, include_str!("../samples/stonex/cases/refused/response.json")),
    ];
    comes_back(&stage, "(statusCode|message|data|errors|traceId|hasErrors|extra|x)", &good);
}

#[test]
fn helix() {
    let stage = Stage::new(
        "helix",
        "POST /customer/update",
        "Basic a2V5OmNhbmFyeS1zZWNyZXQ=",
        r#"{"customerId":1,"firstName":"a"}"#,
    );
    let good = [
        (200, include_str!("../samples/helix/cases/updated/response.json")),
        (400, include_str!("../samples/helix/cases/refused/response.json")),
    ];
    comes_back(&stage, "(data|errors|requestId|status|throttle|extra|x)", &good);
}

#[test]
fn finzly() {
    let stage = Stage::new(
        "finzly",
        "PUT /v2/customers/1/accounts/2",
        "Bearer client-token",
        r#"{"currency":"USD"}"#,
    );
    let good = [
        (200, include_str!("../samples/finzly/cases/updated/response.json")),
        (200, include_str!("../samples/finzly/cases/refused/response.json")),
    ];
    comes_back(&stage, "(status|code|message|data|extra|x)", &good);
}

#[test]
fn tabapay() {
    let stage = Stage::new(
        "tabapay",
        "PUT /v2/clients/AbCdEfGhIjKlMnOpQrSt_2/accounts/ih0V8HSE2S6gAUqCkG29uw",
        "Bearer client-token",
        r#"{"owner":{"name":{"first":"Jane"}}}"#,
    );
    let good = [
        (200, include_str!("../samples/tabapay/cases/updated/response.json")),
        (207, include_str!("../samples/tabapay/cases/partly/response.json")),
        (400, include_str!("../samples/tabapay/cases/refused/response.json")),
    ];
    comes_back(&stage, "(SC|EC|EM|duplicateAccountIDs|extra|x)", &good);
}
