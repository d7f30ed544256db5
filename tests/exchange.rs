//! One exchange, in process and without a port: what was lost in silence once is refused, and every answer is in the language of
//! the front that was asked.

#[path = "support/stub.rs"]
mod stub;
mod support;

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as HttpBody, Frame};
use saponify::bridge::{Body, Bridge, ReadyService};
use saponify::limits::Limits;
use saponify::service::Service;
use serde_json::Value;
use stub::Stub;
use tower::Service as _;

const SOAP_BACKEND: &str = "backend: { soap: { url: \"http://127.0.0.1:9/\" } }";
const JSON_BACKEND: &str = "\
backend: { json: { url: \"http://127.0.0.1:9/api\" } }
operations:
  putOrder: { http: \"PUT /orders/{custNo}?street={street}\", header: { X-Branch: branch } }";

/// A service with both fronts for anyone, in front of `backend`.
fn service(backend: &str, url: &str) -> Service {
    let text = format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: contract.wsdl }}\n\
         fronts: {{ json: {{ path: /shop, auth: none }}, soap: {{ path: /soap, auth: none }} }}\n{backend}\n"
    );
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/exchange");
    support::service(&format!("{folder}/service.yaml"), &text, url)
}

fn ready(service: Service) -> ReadyService {
    ReadyService::new(service).expect("backend")
}

fn bridge(service: Service) -> Bridge {
    let limits = service.limits;
    Bridge::new(vec![ready(service)], limits).expect("bridge")
}

struct Answer {
    status: u16,
    kind: String,
    body: String,
    replayed: bool,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Code and pointer of the first error.
    fn error(&self) -> (String, String) {
        let error = &self.json()["errors"][0];
        let text = |key: &str| error[key].as_str().unwrap_or("").to_owned();
        (text("code"), text("pointer"))
    }
}

async fn ask<B>(bridge: &Bridge, request: Request<B>) -> Answer
where
    B: HttpBody<Data = Bytes> + Send + 'static,
{
    let answer: Response<Body> = bridge.clone().call(request).await.expect("an answer");
    let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
    let (status, replayed) =
        (answer.status().as_u16(), answer.headers().contains_key("idempotency-replayed"));
    let body = answer.into_body().collect().await.expect("whole").to_bytes();
    Answer { status, kind, body: String::from_utf8(body.to_vec()).expect("UTF-8"), replayed }
}

fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &[u8])],
    body: impl Into<Bytes>,
) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, HeaderValue::from_bytes(value).expect("value"));
    }
    request.body(Full::new(body.into())).expect("request")
}

const JSON: (&str, &[u8]) = ("content-type", b"application/json");
const XML: (&str, &[u8]) = ("content-type", b"text/xml; charset=utf-8");

fn envelope(header: &str, body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:e=\"urn:exchange\">\
         <s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

const ORDER: &str = "<e:putOrder><e:custNo>7</e:custNo></e:putOrder>";
const ASK: &str = "<e:ask><e:code>a</e:code></e:ask>";

/// A backend that says that it is done, in SOAP.
fn soap_stub() -> Stub {
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", &envelope("", "<e:done><e:state>ok</e:state></e:done>"));
    stub
}

/// The same in JSON.
fn json_stub() -> Stub {
    let stub = Stub::start();
    stub.say(200, "Content-Type: application/json\r\n", "{\"state\":\"ok\"}");
    stub
}

#[tokio::test]
async fn a_field_that_no_path_takes_is_a_breach_and_no_shorter_path() {
    let stub = json_stub();
    let bridge = bridge(service(JSON_BACKEND, &stub.url()));
    let order = |digits: usize| format!("{{\"custNo\":\"{}\"}}", "7".repeat(digits));
    let answer = ask(&bridge, request("POST", "/shop/putOrder", &[JSON], order(70_000))).await;
    assert_eq!((answer.status, answer.error()), (422, ("BRG00106".to_owned(), "/custNo".to_owned())));
    assert!(stub.heard().is_empty(), "the backend got nothing");
    let longest = Limits::default().http.uri - "/orders/".len();
    for (digits, status) in [(longest, 200), (longest + 1, 422)] {
        let answer = ask(&bridge, request("POST", "/shop/putOrder", &[JSON], order(digits))).await;
        assert_eq!(answer.status, status, "{digits}: {}", answer.body);
    }
    let heard = stub.heard();
    assert_eq!(heard.len(), 1);
    assert!(heard[0].line.ends_with("777") && heard[0].line.len() > longest, "the field is there whole");
}

#[tokio::test]
async fn fields_outside_of_the_body_are_read_or_refused_and_never_lost() {
    let stub = soap_stub();
    let rules = format!("{SOAP_BACKEND}\n{}", JSON_BACKEND.split_once('\n').expect("lines").1);
    let bridge = bridge(service(&rules, &stub.url()));
    let whole =
        ask(&bridge, request("PUT", "/shop/orders/7?street=A%20b", &[JSON, ("x-branch", b"north")], "{}"))
            .await;
    assert_eq!(whole.status, 200, "{}", whole.body);
    let heard = stub.heard().remove(0).body;
    for field in ["<e:custNo>7<", "<e:street>A b<", "<e:branch>north<"] {
        let local = field.replace("e:", "");
        assert!(heard.contains(field) || heard.replace("t:", "").contains(&local), "{field} in {heard}");
    }
    let malformed = "BRG00103";
    for (path, headers, code, pointer) in [
        ("/shop/orders/7?street=%FF", &[JSON][..], malformed, "/street"),
        ("/shop/orders/7?street=%zz", &[JSON], malformed, "/street"),
        ("/shop/orders/%FF", &[JSON], malformed, "/custNo"),
        ("/shop/orders/7?street=a&street=b", &[JSON], "BRG00111", "/street"),
        ("/shop/orders/7", &[JSON, ("x-branch", b"n\xc3\xb6rd")], malformed, "/branch"),
        ("/shop/orders/7", &[JSON, ("x-branch", b"a"), ("x-branch", b"a")], "BRG00111", "/branch"),
    ] {
        let answer = ask(&bridge, request("PUT", path, headers, "{}")).await;
        let expected = (400, (code.to_owned(), pointer.to_owned()));
        assert_eq!((answer.status, answer.error()), expected, "{path}: {}", answer.body);
    }
    assert_eq!(stub.heard().len(), 1, "nothing of this reached the backend");
}

#[tokio::test]
async fn an_action_that_is_there_and_says_nothing_certain_is_a_refusal() {
    let stub = soap_stub();
    let strict = service(SOAP_BACKEND, &stub.url());
    let bridge = bridge(strict);
    let action = |value: &'static [u8]| ("soapaction", value);
    let right = action(b"\"urn:putOrder\"");
    for (actions, status) in [
        (vec![right], 200),
        (vec![], 200),
        (vec![action(b"\"\"")], 200),
        (vec![action(b"\"urn:other\xff\"")], 500),
        (vec![action(b"urn:putOrder")], 200),
        (vec![action(b" \"urn:putOrder\" ")], 200),
        (vec![action(b"\"\"urn:putOrder\"\"")], 500),
        (vec![action(b"\"urn:putOrder")], 500),
        (vec![action(b"urn:putOrder\"")], 500),
        (vec![action(b"\"")], 500),
        (vec![right, action(b"\"urn:reserve\"")], 500),
        (vec![right, right], 500),
        (vec![action(b"\"urn:reserve\"")], 500),
    ] {
        let headers: Vec<_> = [XML].into_iter().chain(actions.iter().copied()).collect();
        let answer = ask(&bridge, request("POST", "/soap", &headers, envelope("", ORDER))).await;
        assert_eq!(answer.status, status, "{actions:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_content_type_that_is_there_twice_is_none() {
    let stub = soap_stub();
    let bridge = bridge(service(SOAP_BACKEND, &stub.url()));
    for (path, headers, status) in [
        ("/soap", [XML, JSON], 500),
        ("/soap", [XML, XML], 500),
        ("/shop/putOrder", [JSON, XML], 415),
        ("/shop/putOrder", [("content-type", b"application/json; x=\xff"), JSON], 415),
    ] {
        let answer = ask(&bridge, request("POST", path, &headers, "{}")).await;
        assert!(answer.status == status && answer.body.contains("BRG00404"), "{path} {headers:?}");
    }
    let coded = [JSON, ("content-encoding", &b"identity"[..]), ("content-encoding", b"gzip")];
    let answer = ask(&bridge, request("POST", "/shop/putOrder", &coded, "{\"custNo\":\"7\"}")).await;
    assert_eq!(answer.status, 415, "the second coding counts as well");
}

#[tokio::test]
async fn the_fingerprint_of_a_message_is_what_it_asks_for() {
    let stub = soap_stub();
    let bridge = bridge(service(SOAP_BACKEND, &stub.url()));
    let utf16 = |text: &str| {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_be_bytes).collect::<Vec<u8>>()
    };
    let headed = |word: &str| envelope(&format!("<x xmlns=\"urn:x\">{word}</x>"), ORDER);
    let retries = [
        headed("Body 1").into_bytes(),
        headed("another Body").into_bytes(),
        envelope("", ORDER).into_bytes(),
        utf16(&envelope("", ORDER)),
    ];
    for (at, retry) in retries.into_iter().enumerate() {
        let kind: (&str, &[u8]) = if at == 3 { ("content-type", b"text/xml") } else { XML };
        let headers = [kind, ("idempotency-key", b"order-1")];
        let answer = ask(&bridge, request("POST", "/soap", &headers, retry)).await;
        assert_eq!((answer.status, answer.replayed), (200, at > 0), "{at}: {}", answer.body);
    }
    assert_eq!(stub.heard().len(), 1, "it was done once");
    let other = envelope("", "<e:putOrder><e:custNo>8</e:custNo></e:putOrder>");
    let answer = ask(&bridge, request("POST", "/soap", &[XML, ("idempotency-key", b"order-1")], other)).await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("BRG00407"), "{}", answer.body);
}

#[tokio::test]
async fn what_is_answered_is_remembered_when_the_services_are_read_again() {
    let stub = soap_stub();
    let bridge = bridge(service(SOAP_BACKEND, &stub.url()));
    let again = || request("POST", "/soap", &[XML, ("idempotency-key", b"order-1")], envelope("", ORDER));
    assert!(!ask(&bridge, again()).await.replayed);
    bridge.replace(vec![ready(service(SOAP_BACKEND, &stub.url()))]).expect("no conflict");
    assert!(ask(&bridge, again()).await.replayed);
    let two = vec![ready(service(SOAP_BACKEND, &stub.url())), ready(service(SOAP_BACKEND, &stub.url()))];
    let conflict = bridge.replace(two).expect_err("two services at one path");
    assert_eq!((&*conflict.first, &*conflict.second), ("shop", "shop"), "{conflict}");
    assert_eq!(ask(&bridge, again()).await.status, 200, "the services of before are there");
}

/// Fronts of two services may have one path, and then no page and no document that is of one of them alone.
#[test]
fn documents_of_two_services_are_not_at_one_path() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let one = |contract: &str, keys: &str| {
        let (name, _) = contract.split_once('/').expect("a folder");
        let text = format!(
            "version: 1\nservice: {name}\ncontract: {{ wsdl: {contract}.wsdl }}\n\
             fronts: {{ json: {{ path: /both, auth: none{keys} }} }}\nbackend: {{ soap: {{ url: \"http://localhost/\" }} }}\n"
        );
        ready(support::service(&format!("{folder}/service.yaml"), &text, "http://127.0.0.1:9/"))
    };
    let started = |keys: &str| {
        let services = vec![one("mapping/orders", ""), one("addressing/contract", keys)];
        Bridge::new(services, Limits::default()).map(drop).map_err(|conflict| conflict.to_string())
    };
    for (keys, path) in [("", "/both"), (", page: false", "/both/openapi.")] {
        let conflict = started(keys).expect_err("two documents at one path");
        assert!(conflict.contains(path) && conflict.contains("mapping and addressing"), "{conflict}");
        assert!(conflict.contains("`openapi: false`"), "{conflict}");
    }
    assert_eq!(started(", page: false, openapi: false"), Ok(()));
}

#[tokio::test]
async fn overload_is_answered_in_the_language_that_was_asked() {
    let mut service = service(SOAP_BACKEND, "http://127.0.0.1:9/");
    service.limits.http.concurrent = Some(0);
    let bridge = bridge(service);
    let json = ask(&bridge, request("POST", "/shop/putOrder", &[JSON], "{}")).await;
    assert_eq!((json.status, &*json.kind, json.error().0), (503, "application/json", "BRG00405".to_owned()));
    let soap = ask(&bridge, request("POST", "/soap", &[XML], envelope("", ORDER))).await;
    assert_eq!((soap.status, &*soap.kind), (500, "text/xml; charset=utf-8"));
    assert!(
        soap.body.contains("<faultcode>soapenv:Server<") && soap.body.contains("BRG00405"),
        "{}",
        soap.body
    );
    let kind: (&str, &[u8]) = ("content-type", b"application/soap+xml");
    let soap12 = ask(&bridge, request("POST", "/soap", &[kind], "")).await;
    assert_eq!((soap12.status, &*soap12.kind), (503, "application/soap+xml; charset=utf-8"));
}

/// A body that never comes.
struct Pending;

impl HttpBody for Pending {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn whoever_is_not_let_in_by_the_head_is_told_before_the_body_is_read() {
    let mut service = service(SOAP_BACKEND, "http://127.0.0.1:9/");
    let front = service.json_front.as_mut().expect("a front");
    front.auth = saponify::service::FrontAuth::PassThrough;
    let bridge = bridge(service);
    let request = |kind: &str| {
        let head = Request::post("/shop/putOrder").header("content-type", kind).header("content-length", "9");
        head.body(Pending).expect("request")
    };
    assert_eq!(ask(&bridge, request("application/json")).await.status, 401);
    assert_eq!(ask(&bridge, request("text/csv")).await.status, 415, "nor is one that nobody could read");
}

#[tokio::test]
async fn an_operation_has_places_of_its_own() {
    let stub = soap_stub();
    let order = || request("POST", "/soap", &[XML], envelope("", ORDER));
    for (name, status) in [("reserve", 200), ("putOrder", 500)] {
        let mut service = service(SOAP_BACKEND, &stub.url());
        let index = service.plan.operations().iter().position(|operation| *operation.name == *name);
        service.operations[index.expect(name)].concurrent = Some(0);
        let answer = ask(&bridge(service), order()).await;
        assert_eq!((answer.status, answer.body.contains("BRG00405")), (status, status == 500), "{name}");
    }
}

/// A body that panics when it is read.
struct Panicking;

impl HttpBody for Panicking {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        panic!("a defect")
    }
}

#[tokio::test]
async fn a_defect_is_answered_in_the_language_that_was_asked() {
    let bridge = bridge(service(SOAP_BACKEND, "http://127.0.0.1:9/"));
    let panicking = |path: &str, kind: &str| {
        Request::post(path).header("content-type", kind).body(Panicking).expect("request")
    };
    let json = ask(&bridge, panicking("/shop/putOrder", "application/json")).await;
    assert_eq!((json.status, json.error().0), (500, "BRG00500".to_owned()));
    let soap = ask(&bridge, panicking("/soap", "text/xml")).await;
    assert_eq!((soap.status, &*soap.kind), (500, "text/xml; charset=utf-8"));
    assert!(
        soap.body.contains("<faultcode>soapenv:Server<") && soap.body.contains("BRG00500"),
        "{}",
        soap.body
    );
    assert!(bridge.metrics_text().contains("name=\"defect\"} 2"), "both are counted");
}

#[tokio::test]
async fn operations_with_one_request_are_told_apart_by_their_action_or_refused() {
    let stub = soap_stub();
    let bridge = bridge(service(SOAP_BACKEND, &stub.url()));
    let addressing = |action: &str| {
        format!(
            "<a:Action xmlns:a=\"http://www.w3.org/2005/08/addressing\" s:mustUnderstand=\"1\">{action}</a:Action>"
        )
    };
    let soap_action = |value: &'static [u8]| vec![XML, ("soapaction", value)];
    let by = addressing("urn:release");
    for (header, headers, expected) in [
        ("", soap_action(b"\"urn:reserve\""), Some("urn:reserve")),
        ("", soap_action(b"\"urn:release\""), Some("urn:release")),
        (&*by, vec![XML], Some("urn:release")),
        (
            &*by.replace("http://www.w3.org/2005/08/", "http://schemas.xmlsoap.org/ws/2004/08/"),
            vec![XML],
            Some("urn:release"),
        ),
        (&*by, soap_action(b"\"urn:release\""), Some("urn:release")),
        (&*by, soap_action(b"\"urn:reserve\""), None),
        ("", vec![XML], None),
        ("", soap_action(b"\"urn:putOrder\""), None),
        (&*addressing("urn:other"), soap_action(b"\"urn:reserve\""), None),
    ] {
        let before = stub.heard().len();
        let answer = ask(&bridge, request("POST", "/soap", &headers, envelope(header, ASK))).await;
        let heard = stub.heard();
        let called = heard.get(before).map(|heard| heard.head.to_ascii_lowercase());
        match expected {
            Some(action) => {
                let line = format!("soapaction: \"{action}\"");
                assert!(
                    called.is_some_and(|head| head.contains(&line)),
                    "{header} {headers:?}: {}",
                    answer.body
                );
            }
            None => {
                assert_eq!((answer.status, called), (500, None), "{header} {headers:?}");
                // One of HTTP that is not that of the header block is a fault of WS-Addressing.
                let code = if header.contains("release") { "wsa:ActionMismatch" } else { "Client" };
                assert!(answer.body.contains(code), "{}", answer.body);
            }
        }
    }
}

/// A field in a header is as much of the request as one in the body.
#[tokio::test]
async fn a_retry_with_another_field_in_a_header_is_another_request() {
    let stub = soap_stub();
    let rules = format!("{SOAP_BACKEND}\n{}", JSON_BACKEND.split_once('\n').expect("lines").1);
    let bridge = bridge(service(&rules, &stub.url()));
    let order = |branch: &'static [u8]| {
        let headers = [JSON, ("idempotency-key", b"order-1"), ("x-branch", branch)];
        request("PUT", "/shop/orders/7", &headers, "{}")
    };
    assert_eq!(ask(&bridge, order(b"north")).await.status, 200);
    assert!(ask(&bridge, order(b"north")).await.replayed);
    let other = ask(&bridge, order(b"south")).await;
    assert_eq!((other.status, other.error().0), (422, "BRG00407".to_owned()), "{}", other.body);
}

/// What is kept is in one version of SOAP.
#[tokio::test]
async fn a_retry_in_another_version_of_soap_gets_no_answer_that_it_cannot_read() {
    let stub = soap_stub();
    let bridge = bridge(service(SOAP_BACKEND, &stub.url()));
    let key: (&str, &[u8]) = ("idempotency-key", b"order-1");
    let first = ask(&bridge, request("POST", "/soap", &[XML, key], envelope("", ORDER))).await;
    assert_eq!(first.status, 200, "{}", first.body);
    let soap12 = envelope("", ORDER)
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    let kind: (&str, &[u8]) = ("content-type", b"application/soap+xml");
    let other = ask(&bridge, request("POST", "/soap", &[kind, key], soap12)).await;
    assert_eq!((&*other.kind, other.replayed), ("application/soap+xml; charset=utf-8", false));
    assert!(other.body.contains("BRG00407"), "{}", other.body);
    assert_eq!(stub.heard().len(), 1, "it was done once");
}

/// A peer takes the white space around a header's value off, and reads what is not ASCII as it likes.
#[tokio::test]
async fn a_field_that_a_header_would_change_is_a_breach() {
    let stub = json_stub();
    let bridge = bridge(service(JSON_BACKEND, &stub.url()));
    for branch in [" north", "north\\t", "n\u{f6}rd", "a\\nb"] {
        let order = format!("{{\"custNo\":\"7\",\"branch\":\"{branch}\"}}");
        let answer = ask(&bridge, request("POST", "/shop/putOrder", &[JSON], order)).await;
        assert_eq!((answer.status, answer.error().1), (422, "/branch".to_owned()), "{}", answer.body);
    }
    assert!(stub.heard().is_empty(), "the backend got nothing");
}

/// The body of a request with fields elsewhere is JSON as every other.
#[tokio::test]
async fn white_space_that_is_none_of_json_is_refused_with_fields_in_the_path_too() {
    let bridge = bridge(service(JSON_BACKEND, "http://127.0.0.1:9/"));
    for body in ["\u{c}{}", "{}\u{c}", "{\u{c}}"] {
        let answer = ask(&bridge, request("PUT", "/shop/orders/7", &[JSON], body)).await;
        assert_eq!((answer.status, answer.error().0), (400, "BRG00150".to_owned()), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_parameter_of_the_content_type_that_is_there_twice_is_a_refusal() {
    let stub = soap_stub();
    let bridge = bridge(service(SOAP_BACKEND, &stub.url()));
    let soap12 = envelope("", ASK)
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    for kind in [
        &b"application/soap+xml; action=\"urn:reserve\"; action=\"urn:release\""[..],
        b"application/soap+xml; action=\"urn:reserve\"; charset=utf-8; charset=utf-16",
        b"Application/SOAP+xml; action=\"urn:reserve\xff\"",
    ] {
        let answer = ask(&bridge, request("POST", "/soap", &[("content-type", kind)], soap12.clone())).await;
        assert_eq!((answer.status, &*answer.kind), (415, "application/soap+xml; charset=utf-8"));
    }
    assert!(stub.heard().is_empty(), "the backend got nothing");
}

#[tokio::test]
async fn a_header_block_with_the_action_of_another_operation_is_a_refusal() {
    let stub = soap_stub();
    let bridge = bridge(service(SOAP_BACKEND, &stub.url()));
    for (action, status) in
        [("urn:putOrder", 200), ("urn:exchange/P/putOrderRequest", 200), ("urn:reserve", 500)]
    {
        let block = format!("<a:Action xmlns:a=\"http://www.w3.org/2005/08/addressing\">{action}</a:Action>");
        let answer = ask(&bridge, request("POST", "/soap", &[XML], envelope(&block, ORDER))).await;
        assert_eq!(answer.status, status, "{action}: {}", answer.body);
    }
}

/// A tokenizer that passed over the second mark lost count of bytes.
#[tokio::test]
async fn two_byte_order_marks_are_what_is_malformed_and_no_defect() {
    let stub = soap_stub();
    let bridge = bridge(service(SOAP_BACKEND, &stub.url()));
    let marked = format!("\u{feff}\u{feff}{}", envelope("", ORDER));
    let answer = ask(&bridge, request("POST", "/soap", &[XML], marked.clone())).await;
    assert!(answer.status == 500 && answer.body.contains("<faultcode>soapenv:Client<"), "{}", answer.body);
    stub.say(200, "Content-Type: text/xml\r\n", &marked);
    let answer = ask(&bridge, request("POST", "/shop/putOrder", &[JSON], "{\"custNo\":\"7\"}")).await;
    assert_eq!(answer.status, 502, "{}", answer.body);
    assert!(!bridge.metrics_text().contains("name=\"defect\"} 1"), "nothing of this is ours");
}

/// A collection and what is in it have one path for several methods, as everywhere. Two at one path and method do not load
/// (`config_problems`).
#[tokio::test]
async fn operations_at_one_path_are_told_apart_by_their_method() {
    let stub = soap_stub();
    let rules = "operations:\n  putOrder: { http: \"PUT /orders/{custNo}\" }\n  reserve: { http: \"DELETE /orders/{code}\" }\n  \
        release: { http: \"PUT /putOrder\" }";
    let bridge = bridge(service(&format!("{SOAP_BACKEND}\n{rules}"), &stub.url()));
    for (method, path, body, action) in [
        ("PUT", "/shop/orders/7", "{}", "urn:putOrder"),
        ("DELETE", "/shop/orders/7", "{}", "urn:reserve"),
        ("POST", "/shop/putOrder", "{\"custNo\":\"7\"}", "urn:putOrder"),
        ("PUT", "/shop/putOrder", "{\"code\":\"7\"}", "urn:release"),
    ] {
        let answer = ask(&bridge, request(method, path, &[JSON], body)).await;
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        let heard = stub.heard().pop().expect("called").head.to_ascii_lowercase();
        assert!(heard.contains(&format!("\"{}\"", action.to_ascii_lowercase())), "{method} {path}: {heard}");
    }
    for (path, status) in [("/shop/orders/7", 405), ("/shop/putOrder", 405), ("/shop/orders", 404)] {
        assert_eq!(ask(&bridge, request("PATCH", path, &[JSON], "{}")).await.status, status, "{path}");
    }
}

/// Members that were put before those of the body are none of the client's text.
#[tokio::test]
async fn what_is_wrong_with_a_body_is_told_at_its_place_with_fields_elsewhere_too() {
    let bridge = bridge(service(JSON_BACKEND, "http://127.0.0.1:9/"));
    for (body, place) in [
        (&b"{\"custNo\":\"8\"}"[..], "a repeated key at 1:3"),
        (b"\xEF\xBB\xBF \n {\n\"note\": x}", "unexpected text at 3:9"),
        (b"{\"note\":\"a\"} x", "text after the value at 1:14"),
        (b"{\"note\":\"\xff\"}", "bytes that are not UTF-8 at 1:10"),
        (b" [", "the document ends too early at 1:3"),
    ] {
        let answer = ask(&bridge, request("PUT", "/shop/orders/7", &[JSON], body)).await;
        let message = answer.json()["errors"][0]["message"].as_str().expect("a message").to_owned();
        assert_eq!((answer.status, &*message), (400, place), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_byte_order_mark_of_a_json_reply_is_not_passed_on() {
    let stub = json_stub();
    stub.say(200, "Content-Type: application/json\r\n", "\u{feff}{\"state\":\"ok\"}");
    let bridge = bridge(service(JSON_BACKEND, &stub.url()));
    let answer = ask(&bridge, request("POST", "/shop/putOrder", &[JSON], "{\"custNo\":\"7\"}")).await;
    assert_eq!((answer.status, &*answer.body), (200, "{\"state\":\"ok\"}"));
}

/// It was told as the client's mistake, and freed the idempotency key: a retry did it once more.
#[tokio::test]
async fn a_reply_too_large_for_json_is_the_backends_and_is_not_asked_for_again() {
    let stub = Stub::start();
    let done = format!("<e:done><e:state>ok</e:state><e:size>{}</e:size></e:done>", "9".repeat(200));
    stub.say(200, "Content-Type: text/xml\r\n", &envelope("", &done));
    let bridge = bridge(service(SOAP_BACKEND, &stub.url()));
    for replayed in [false, true] {
        let keyed = [XML, ("soapaction", b"\"urn:putOrder\""), ("idempotency-key", b"k")];
        let answer = ask(&bridge, request("POST", "/soap", &keyed, envelope("", ORDER))).await;
        assert!(answer.body.contains("BRG00302"), "{}", answer.body);
        assert_eq!((answer.status, answer.replayed, stub.heard().len()), (500, replayed, 1));
    }
}

/// Checking a reply writes what a SOAP client gets, unless the answer is to say more: it lacks a list, or there is a warning.
#[tokio::test]
async fn an_envelope_is_the_same_however_its_reply_was_written() {
    let text = "version: 1\nservice: lists\ncontract: { wsdl: ../../wsdl/bancbox.wsdl }\n\
                fronts: { soap: { path: /soap, auth: none, xml_declaration: true, security: { response_timestamp: always } } }\n\
                defaults: { open_enumerations: true }\n\
                backend: { json: { url: http://localhost } }\n\
                operations: { updateClient: { unwrap: { request: updateClientRequest, response: return }, answer: { lists: [warnings, errors] } } }\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/bancbox/lists.yaml");
    let sample = include_str!("../samples/bancbox/request.xml");
    let (before, after) = sample.split_once("<soapenv:Header>").expect("a header");
    let asked = format!("{before}{}", after.split_once("</soapenv:Header>").expect("its end").1);
    for reply in [
        r#""requestId":7,"status":1,"clientStatus":"ACTIVE""#,
        r#""requestId":7,"status":1,"clientStatus":"NEW""#,
    ] {
        let mut answers = Vec::new();
        for whole in [
            format!("{{{reply},\"warnings\":[],\"errors\":[]}}"),
            format!("\u{feff}{{\"errors\":[],\"warnings\":[],{reply},\"unknown\":[1]}}"),
            format!("{{{reply}}}"),
        ] {
            let stub = Stub::start();
            stub.say(200, "Content-Type: application/json\r\n", &whole);
            let bridge = bridge(support::service(path, text, &stub.url()));
            let answer = ask(&bridge, request("POST", "/soap", &[XML], asked.clone())).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let (head, body) = answer.body.split_once("</wsse:Security>").expect("a Timestamp");
            let head = head.split_once("<wsu:Created>").expect("a time").0;
            answers.push(format!("{head}{body}"));
        }
        assert!(answers[0].starts_with("<?xml") && answers[0].contains("</soapenv:Header><soapenv:Body>"));
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
    }
}
