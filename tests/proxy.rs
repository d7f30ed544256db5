//! Whole bridges in front of the reference backends, over sockets.

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use saponify::server::Running;
use saponify_reference::Handle;
use saponify_reference::bancbox::{Behaviour, json, soap};
use support::{Answer, JSON, SOAP, bridge, post, sample_service};

const JSON_PATH: &str = "/bancbox/updateClient";
const SOAP_PATH: &str = "/soap/bancbox/BBXPort";

fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

async fn before_soap() -> (Handle<Behaviour>, Running) {
    let backend =
        soap::start(anywhere(), &[("ops@example.com", "not-a-real-secret"), ("key", "canary-secret")])
            .await
            .expect("backend");
    let running = bridge(sample_service("json-to-soap.yaml", &backend.url()));
    (backend, running)
}

async fn before_json() -> (Handle<Behaviour>, Running) {
    let backend = json::start(anywhere(), "key", "canary-secret").await.expect("backend");
    let running = bridge(sample_service("soap-to-json.yaml", &backend.url()));
    (backend, running)
}

fn request_json(user: &str, password: &str) -> String {
    include_str!("../samples/bancbox/request.json")
        .replace("YOUR_API_KEY_HERE", user)
        .replace("SECRET_PASSPHRASE", password)
}

async fn post_json(running: &Running, body: String) -> Answer {
    let address = running.address();
    blocking(move || post(address, JSON_PATH, &[JSON], body.as_bytes())).await
}

async fn post_soap(running: &Running, body: String) -> Answer {
    let address = running.address();
    blocking(move || post(address, SOAP_PATH, &[SOAP, ("SOAPAction", "\"\"")], body.as_bytes())).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("thread")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_reaches_the_soap_backend_and_comes_back() {
    let (backend, running) = before_soap().await;
    let answer = post_json(&running, request_json("key", "canary-secret")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    assert_eq!((json["status"].as_i64(), json["clientStatus"].as_str()), (Some(1), Some("ACTIVE")));
    assert_eq!(
        (json["warnings"].as_array().map(Vec::len), json["errors"].as_array().map(Vec::len)),
        (Some(0), Some(0))
    );
    let exchange = backend.exchanges().pop().expect("exchange");
    let sent = String::from_utf8_lossy(&exchange.body).into_owned();
    assert_eq!(exchange.headers["soapaction"], "\"\"");
    assert_eq!(exchange.headers["content-type"], "text/xml; charset=utf-8");
    assert!(
        sent.contains("<wsse:Username>key</wsse:Username>")
            && sent.contains(">canary-secret</wsse:Password>"),
        "{sent}"
    );
    assert!(sent.contains("soapenv:mustUnderstand=\"1\"") && !sent.contains("authentication"), "{sent}");
}

/// What the backend does, and the status, the code and the number of errors that a JSON client gets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_behaviour_of_a_soap_backend_has_its_answer_for_json_clients() {
    let (backend, running) = before_soap().await;
    for (behaviour, status, code, errors) in [
        (Behaviour::Failure(0), 200, "", 0),
        (Behaviour::Failure(1), 200, "E-EXAMPLE-1", 1),
        (Behaviour::Failure(2), 200, "E-EXAMPLE-1", 2),
        (Behaviour::Flavour, 200, "", 0),
        (Behaviour::Unauthorized, 401, "BRG00201", 1),
        (Behaviour::Client, 400, "BRG00310", 1),
        (Behaviour::Server, 502, "BRG00306", 1),
        (Behaviour::Odd, 502, "BRG00306", 1),
        (Behaviour::RateLimited, 429, "BRG00304", 1),
        (Behaviour::Html, 502, "BRG00302", 1),
        (Behaviour::BreakOff, 502, "BRG00300", 1),
    ] {
        backend.behave(behaviour.clone());
        let answer = post_json(&running, request_json("key", "canary-secret")).await;
        let json = answer.json();
        let got = (answer.status, answer.code(), json["errors"].as_array().map(Vec::len));
        assert_eq!(got, (status, code.to_owned(), Some(errors)), "{behaviour:?}: {answer:?}");
        assert!(
            json["requestId"].as_i64().is_some_and(|id| id > 1_000_000_000_000),
            "{behaviour:?}: {answer:?}"
        );
        assert!(json["warnings"].is_array(), "{behaviour:?}: {answer:?}");
        // The reason of a fault that blames the sender is for the client, whatever is in it.
        assert_eq!(answer.body.contains("db-internal"), matches!(behaviour, Behaviour::Client), "{answer:?}");
        for leak in ["Stack trace", "10.0.0.1", "canary-secret"] {
            assert!(!answer.body.contains(leak), "{behaviour:?} leaks: {answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backend_that_is_silent_or_dead_is_told_apart() {
    let backend = soap::start(anywhere(), &[("key", "canary-secret")]).await.expect("backend");
    let text =
        include_str!("../samples/bancbox/json-to-soap.yaml").replace("first_byte: 15s", "first_byte: 200ms");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/bancbox/json-to-soap.yaml");
    let running = bridge(support::service(path, &text, &backend.url()));
    backend.behave(Behaviour::Silence(Duration::from_secs(30)));
    let answer = post_json(&running, request_json("key", "canary-secret")).await;
    assert_eq!((answer.status, answer.code().as_str()), (504, "BRG00301"), "{answer:?}");
    assert!(answer.body.contains("unknown"), "the outcome is unknown: {answer:?}");
    assert_eq!(backend.exchanges().len(), 1, "a write is not sent again after a deadline");
    let dead = bridge(sample_service("json-to-soap.yaml", "http://127.0.0.1:9"));
    let answer = post_json(&dead, request_json("key", "canary-secret")).await;
    assert_eq!((answer.status, answer.code().as_str()), (502, "BRG00300"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_json_client_does_wrong_never_reaches_the_backend() {
    let (backend, running) = before_soap().await;
    let with = |field: &str| request_json("key", "canary-secret").replace("\"subscriberId\": 200417", field);
    for (body, status, code, pointer) in [
        ("{".to_owned(), 400, "BRG00150", ""),
        (String::new(), 400, "BRG00150", ""),
        (with("\"subscriberId\": 1, \"subscriberId\": 2"), 400, "BRG00111", ""),
        (with("\"ssn2\": \"x\", \"subscriberId\": 1"), 200, "BRG00101", "/ssn2"),
        (with("\"subscriberId\": 9223372036854775808"), 200, "BRG00105", "/subscriberId"),
        (with("\"subscriberId\": true"), 200, "BRG00102", "/subscriberId"),
        (with("\"merchantId\": 1"), 200, "BRG00100", "/subscriberId"),
        (request_json("key", "canary-secret").replace("1980-02-29", "1980-02-30"), 200, "BRG00103", "/dob"),
        (
            request_json("key", "canary-secret").replace("\"Ana\"", "\"A\\u0001na\""),
            200,
            "BRG00103",
            "/firstName",
        ),
        (request_json("key", "canary-secret").replace("\"Ana\"", "null"), 200, "BRG00112", "/firstName"),
        (
            request_json("key", "canary-secret").replace("CL-0042", &"x".repeat(46)),
            200,
            "BRG00106",
            "/clientId/subscriberReferenceId",
        ),
        ("{\"subscriberId\":1,\"clientId\":{}}".to_owned(), 401, "BRG00201", ""),
    ] {
        let answer = post_json(&running, body.clone()).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}: {answer:?}");
        if !pointer.is_empty() {
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
        }
        assert_eq!(answer.json()["status"], 0);
    }
    assert_eq!(backend.exchanges().len(), 0, "nothing was sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_is_answered_in_its_own_terms() {
    let (_backend, running) = before_soap().await;
    let address = running.address();
    blocking(move || {
        let get = support::raw(
            address,
            b"GET /bancbox/updateClient HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        );
        assert_eq!(
            (get.status, get.code().as_str(), get.head.contains("allow: options, post")),
            (405, "BRG00401", true),
            "{get:?}"
        );
        assert_eq!(post(address, "/nowhere", &[JSON], b"{}").status, 404);
        assert_eq!(post(address, JSON_PATH, &[("Content-Type", "text/plain")], b"{}").status, 415);
        assert_eq!(post(address, JSON_PATH, &[JSON, ("Content-Encoding", "deflate")], b"{}").status, 415);
        let problem = post(address, JSON_PATH, &[JSON, ("Accept", "application/problem+json")], b"{");
        assert!(
            problem.head.contains("application/problem+json") && problem.json()["title"].is_string(),
            "{problem:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soap_reaches_the_json_backend_and_comes_back() {
    let (backend, running) = before_json().await;
    let answer = post_soap(&running, include_str!("../samples/bancbox/request.xml").to_owned()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.head.contains("content-type: text/xml; charset=utf-8"), "{answer:?}");
    assert!(
        answer.body.contains("<sch:updateClientResponse") && answer.body.contains("<return><requestId>17"),
        "{answer:?}"
    );
    let exchange = backend.exchanges().pop().expect("exchange");
    assert_eq!(exchange.line, "POST /v1/BBXPortRest/updateClient");
    let mut expected: serde_json::Value =
        serde_json::from_str(&request_json("key", "canary-secret")).expect("JSON");
    let sent: serde_json::Value = serde_json::from_slice(&exchange.body).expect("JSON");
    assert_eq!(sent, expected.take());
    assert!(!String::from_utf8_lossy(&exchange.body).contains("not-a-real-secret"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_behaviour_of_a_json_backend_has_its_answer_for_soap_clients() {
    let (backend, running) = before_json().await;
    let request = include_str!("../samples/bancbox/request.xml");
    for (behaviour, status, wanted) in [
        (
            Behaviour::Failure(2),
            200,
            "<errors><code>E-EXAMPLE-2</code><message>sample 2 &amp; more</message></errors>",
        ),
        (Behaviour::Client, 200, "<status>0</status>"),
        (Behaviour::Unauthorized, 500, "<c:code>BRG00305</c:code>"),
        (
            Behaviour::RateLimited,
            500,
            "<c:httpStatus>429</c:httpStatus><c:retryAfterSeconds>7</c:retryAfterSeconds>",
        ),
        (Behaviour::Server, 500, "<c:code>BRG00306</c:code>"),
        (Behaviour::Html, 500, "<faultcode>soapenv:Server</faultcode>"),
        (Behaviour::Odd, 500, "<c:code>BRG00302</c:code>"),
        (Behaviour::BreakOff, 500, "<c:code>BRG00300</c:code>"),
    ] {
        backend.behave(behaviour.clone());
        let answer = post_soap(&running, request.to_owned()).await;
        assert_eq!(answer.status, status, "{behaviour:?}: {answer:?}");
        assert!(answer.body.contains(wanted), "{behaviour:?}: {answer:?}");
        assert!(
            !answer.body.contains("Stack trace") && !answer.body.contains("canary-secret"),
            "{behaviour:?}: {answer:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_soap_client_does_wrong_never_reaches_the_backend() {
    let (backend, running) = before_json().await;
    let good = include_str!("../samples/bancbox/request.xml");
    let fault = |code: &str| format!("<faultcode>soapenv:{code}</faultcode>");
    let security = |code: &str| format!("secext-1.0.xsd\">wsse:{code}</faultcode>");
    for (body, status, wanted) in [
        (good.replace("not-a-real-secret", "wrong"), 500, security("FailedAuthentication")),
        (good.replace("ops@example.com", "nobody"), 500, security("FailedAuthentication")),
        (good.replace("wsse:UsernameToken", "wsse:Other"), 500, security("UnsupportedSecurityToken")),
        (without_header(good), 500, security("InvalidSecurity")),
        ("<".to_owned(), 500, fault("Client")),
        (String::new(), 500, fault("Client")),
        (good.replace("<soapenv:Envelope", "<!DOCTYPE a><soapenv:Envelope"), 500, "BRG00151".to_owned()),
        (good.replace("schemas.xmlsoap.org/soap/envelope", "example.org/envelope"), 500, fault("VersionMismatch")),
        (good.replace("<soapenv:Header>", "<soapenv:Header><x soapenv:mustUnderstand='1'/>"), 500, fault("MustUnderstand")),
        (good.replace("sch:updateClient>", "sch:deleteClient>"), 500, fault("Client")),
        (good.replace("200417", "20x"), 200, "<errors><code>BRG00102</code><message>subscriberId: expected a value of xs:long</message></errors>".to_owned()),
        (good.replace("<subscriberId>200417</subscriberId>", ""), 200, "<code>BRG00100</code>".to_owned()),
        (good.replace("</firstName>", "</firstName><firstName>B</firstName>"), 200, "<status>0</status>".to_owned()),
    ] {
        let answer = post_soap(&running, body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {answer:?}");
        assert!(answer.body.contains(&wanted), "{body}: {answer:?}");
        assert!(!answer.body.contains("not-a-real-secret"), "{answer:?}");
    }
    assert_eq!(backend.exchanges().len(), 0, "nothing was sent");
}

fn without_header(envelope: &str) -> String {
    let (start, end) =
        (envelope.find("<soapenv:Header>").expect("start"), envelope.find("</soapenv:Header>").expect("end"));
    format!("{}{}", &envelope[..start], &envelope[end + "</soapenv:Header>".len()..])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soap_1_2_is_answered_in_kind() {
    let (_backend, running) = before_json().await;
    let address = running.address();
    let good = include_str!("../samples/bancbox/request.xml")
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    blocking(move || {
        let kind = ("Content-Type", "application/soap+xml; charset=utf-8; action=\"x\"");
        let answer = post(address, SOAP_PATH, &[kind], good.as_bytes());
        assert!(answer.status == 200 && answer.head.contains("application/soap+xml"), "{answer:?}");
        let wrong = post(address, SOAP_PATH, &[kind], good.replace("not-a-real-secret", "wrong").as_bytes());
        assert!(
            wrong.status == 400 && wrong.body.contains("<soapenv:Value>soapenv:Sender</soapenv:Value>"),
            "{wrong:?}"
        );
        let mismatch = post(address, SOAP_PATH, &[SOAP], good.as_bytes());
        assert!(mismatch.status == 500 && mismatch.body.contains("VersionMismatch"), "{mismatch:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soap_to_soap_and_json_to_json_are_checked_on_the_way() {
    let (soap_backend, to_soap) = before_soap().await;
    let answer = post_soap(&to_soap, include_str!("../samples/bancbox/request.xml").to_owned()).await;
    assert!(answer.status == 200 && answer.body.contains("<status>1</status>"), "{answer:?}");
    let sent = String::from_utf8_lossy(&soap_backend.exchanges().pop().expect("exchange").body).into_owned();
    assert!(sent.contains("<wsse:Username>ops@example.com</wsse:Username>"), "{sent}");
    let (json_backend, to_json) = before_json().await;
    let answer = post_json(&to_json, request_json("ops@example.com", "not-a-real-secret")).await;
    assert!(answer.status == 200 && answer.json()["status"] == 1, "{answer:?}");
    let sent = String::from_utf8_lossy(&json_backend.exchanges().pop().expect("exchange").body).into_owned();
    assert!(
        sent.starts_with("{\"authentication\":{\"apiKey\":\"key\",\"secret\":\"canary-secret\"},"),
        "{sent}"
    );
    let refused = post_json(&to_json, request_json("ops@example.com", "wrong")).await;
    assert_eq!((refused.status, refused.code().as_str()), (401, "BRG00201"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_is_served_with_the_address_of_the_front() {
    let (_backend, running) = before_json().await;
    let address = running.address();
    blocking(move || {
        let get = |target: &str| {
            support::raw(
                address,
                format!("GET {target} HTTP/1.1\r\nHost: api.example.org:8443\r\nConnection: close\r\n\r\n")
                    .as_bytes(),
            )
        };
        let wsdl = get(&format!("{SOAP_PATH}?wsdl"));
        assert!(
            wsdl.body.contains("location=\"http://api.example.org:8443/soap/bancbox/BBXPort\""),
            "{wsdl:?}"
        );
        assert!(
            wsdl.body.contains("schemaLocation=\"http://api.example.org:8443/soap/bancbox/BBXPort?xsd=1\""),
            "{wsdl:?}"
        );
        let xsd = get(&format!("{SOAP_PATH}?xsd=1"));
        assert!(xsd.status == 200 && xsd.body.contains("targetNamespace=\"schema.bancbox.com\""), "{xsd:?}");
        let none = get(SOAP_PATH);
        assert!(none.status == 500 && none.head.contains("allow: get, head, options, post"), "{none:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_is_accepted_once() {
    let (_backend, running) = before_json().await;
    let body = digest_request([7; 64]);
    let first = post_soap(&running, body.clone()).await;
    assert!(first.status == 200 && first.body.contains("<status>1</status>"), "{first:?}");
    let second = post_soap(&running, body).await;
    assert!(second.status == 500 && second.body.contains("wsse:FailedAuthentication"), "{second:?}");
}

/// The sample with a PasswordDigest made by the sender of room `wss`.
fn digest_request(nonce: [u8; 64]) -> String {
    use saponify::soap::Version;
    use saponify::wss::{Fresh, NewToken, Secret, Sender};
    let mut header = Vec::new();
    let fresh = Fresh { nonce, id: 1, now: chrono::Utc::now() };
    let password = Secret::new("not-a-real-secret");
    let token = NewToken { username: "ops@example.com", password: &password, fresh: &fresh };
    Sender::digest().write(&mut header, Version::V11, token).expect("written");
    let bare = without_header(include_str!("../samples/bancbox/request.xml"));
    let header = format!(
        "<soapenv:Header>{}</soapenv:Header><soapenv:Body>",
        String::from_utf8(header).expect("UTF-8")
    );
    bare.replacen("<soapenv:Body>", &header, 1)
}
