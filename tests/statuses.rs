//! What HTTP says of an answer, as the stacks of clients read it. Each row names one that loses the answer otherwise.

#[path = "support/stub.rs"]
mod stub;
mod support;

use saponify::server::Running;
use stub::Stub;
use support::{Answer, bridge, send};

/// A service with both fronts, whose soap front has `faults`, in front of a `backend`.
fn service(faults: &str, backend: &str, url: &str) -> saponify::service::Service {
    let text = format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: contract.wsdl }}\n\
         limits: {{ http: {{ request_body: 2000 }} }}\n\
         fronts: {{ json: {{ path: /shop, auth: none }}, soap: {{ path: /soap, auth: none{faults} }} }}\n\
         backend: {{ {backend}: {{ url: \"http://127.0.0.1:9/\" }} }}\n"
    );
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/exchange");
    support::service(&format!("{folder}/service.yaml"), &text, url)
}

fn envelope(namespace: &str, body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"{namespace}\" xmlns:e=\"urn:exchange\"><s:Body>{body}</s:Body></s:Envelope>"
    )
}

const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";
const ORDER: &str = "<e:putOrder><e:custNo>7</e:custNo></e:putOrder>";
const XML: (&str, &str) = ("Content-Type", "text/xml; charset=utf-8");
const XML12: (&str, &str) = ("Content-Type", "application/soap+xml; charset=utf-8");

/// A failure: its cause, what is sent in SOAP 1.1 and 1.2, its HTTP status in 1.2, and a header that stays whatever the status.
struct Failing {
    cause: &'static str,
    method: &'static str,
    coding: Option<(&'static str, &'static str)>,
    body: String,
    soap12: u16,
    kept: &'static str,
}

fn failing(cause: &'static str, body: &str, soap12: u16) -> Failing {
    Failing { cause, method: "POST", coding: None, body: body.to_owned(), soap12, kept: "x-request-id: " }
}

fn all() -> Vec<Failing> {
    let deflate = Some(("Content-Encoding", "deflate"));
    vec![
        // CXF reads no fault with 400, in 1.1 as in 1.2.
        failing("a message that breaks the contract", "<e:putOrder/>", 400),
        failing("an operation that is unknown", "<e:nothing/>", 400),
        // CXF and Metro read none with these.
        Failing { method: "PUT", kept: "allow: get, head, options, post", ..failing("a method", ORDER, 405) },
        failing("a body that is too large", &format!("{ORDER}<!--{}-->", "x".repeat(2000)), 413),
        Failing { coding: deflate, ..failing("a coding", ORDER, 415) },
        failing("a backend that is not there", ORDER, 500),
    ]
}

fn ask(running: &Running, version: (&'static str, &'static str), failing: &Failing) -> Answer {
    let namespace = if version == XML { SOAP11 } else { SOAP12 };
    let head: Vec<_> = [Some(version), failing.coding].into_iter().flatten().collect();
    let body = envelope(namespace, &failing.body);
    send(running.address(), failing.method, "/soap", &head, body.as_bytes())
}

/// CXF and Metro read faults of SOAP 1.1 with 500 and no other status; CXF, as it is shipped, those of 1.2 too.
#[test]
fn faults_have_a_status_with_which_they_are_read() {
    for (faults, all_500) in [
        ("", false),
        (", faults: { http: 400 }", false),
        (", faults: { http: 500 }", true),
        (", security: { sender_fault_status: 500 }", true),
    ] {
        let running = bridge(service(faults, "soap", "http://127.0.0.1:9/"));
        for failing in all() {
            let (old, new) = (ask(&running, XML, &failing), ask(&running, XML12, &failing));
            let expected = if all_500 { 500 } else { failing.soap12 };
            assert_eq!(
                (old.status, new.status),
                (500, expected),
                "{}{faults}: {old:?} {new:?}",
                failing.cause
            );
            for answer in [old, new] {
                assert!(answer.body.contains(":Fault>"), "{}: {answer:?}", failing.cause);
                assert!(
                    answer.head.to_ascii_lowercase().contains(failing.kept),
                    "{}: {answer:?}",
                    failing.cause
                );
            }
        }
    }
}

/// Metro, CXF and zeep read no message that comes with 201 or 202.
#[test]
fn what_a_json_backend_has_made_or_taken_is_200_for_soap_clients() {
    let stub = Stub::start();
    let running = bridge(service("", "json", &stub.url()));
    for status in [200, 201, 202] {
        stub.say(status, "Content-Type: application/json\r\n", "{\"state\":\"ok\"}");
        for (version, namespace) in [(XML, SOAP11), (XML12, SOAP12)] {
            let body = envelope(namespace, ORDER);
            let answer = send(running.address(), "POST", "/soap", &[version], body.as_bytes());
            assert!(answer.status == 200 && answer.body.contains(">ok<"), "{status}: {answer:?}");
        }
    }
}

/// Metro reads no media type in capitals, and some backends write one.
#[test]
fn media_types_are_read_in_any_case_and_written_in_lower_case() {
    let stub = Stub::start();
    let running = bridge(service("", "soap", &stub.url()));
    for (kind, namespace, sent) in [
        ("TEXT/XML; CHARSET=UTF-8", SOAP11, "TEXT/XML"),
        ("Application/SOAP+XML", SOAP12, "APPLICATION/SOAP+XML"),
    ] {
        stub.say(
            200,
            &format!("Content-Type: {kind}\r\n"),
            &envelope(namespace, "<e:done><e:state>ok</e:state></e:done>"),
        );
        let body = envelope(namespace, ORDER);
        let answer = send(running.address(), "POST", "/soap", &[("Content-Type", sent)], body.as_bytes());
        assert!(answer.status == 200 && answer.body.contains(">ok<"), "{kind}: {answer:?}");
        let head =
            answer.head.split("content-type: ").nth(1).and_then(|rest| rest.lines().next()).expect("a type");
        assert_eq!(head, head.to_ascii_lowercase());
        let json = [("Content-Type", "APPLICATION/JSON")];
        let answer = send(running.address(), "POST", "/shop/putOrder", &json, b"{\"custNo\":\"7\"}");
        assert_eq!(answer.status, 200, "{kind}: {answer:?}");
    }
}

/// Codings have names in any case (RFC 9110 section 8.4.1).
#[test]
fn a_body_that_is_as_it_is_may_say_so_in_capitals() {
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", &envelope(SOAP11, "<e:done><e:state>ok</e:state></e:done>"));
    let running = bridge(service("", "soap", &stub.url()));
    for (coding, status) in [("IDENTITY", 200), ("Identity", 200), ("GZIP", 500), ("identity, gzip", 500)] {
        let head = [XML, ("Content-Encoding", coding)];
        let answer = send(running.address(), "POST", "/soap", &head, envelope(SOAP11, ORDER).as_bytes());
        assert_eq!(answer.status, status, "{coding}: {answer:?}");
    }
}

/// RFC 9110 section 15.5.2: whoever may send Basic credentials is told so; members of the body are no scheme of HTTP.
#[test]
fn who_is_not_let_in_is_told_what_would() {
    let backend = "soap: { url: \"http://127.0.0.1:9/\", auth: { basic: caller } }";
    let users = "{ users: { users: [{ name: a, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" }] } }";
    let members = "operations: { putOrder: { credentials: { username: login.user, password: login.word } } }";
    let basic = Some("www-authenticate: basic realm=\"/shop\", charset=\"utf-8\"");
    for (auth, rules, always_200, challenge) in [
        (users, "", false, basic),
        ("pass_through", "", false, basic),
        (users, members, false, None),
        (users, "", true, None),
    ] {
        let text = format!(
            "version: 1\nservice: shop\ncontract: {{ wsdl: contract.wsdl }}\n\
             fronts: {{ json: {{ path: /shop, auth: {auth}, always_200: {always_200} }} }}\nbackend: {{ {backend} }}\n{rules}\n"
        );
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/exchange/service.yaml");
        let running = bridge(support::service(path, &text, "http://127.0.0.1:9/"));
        let json = [("Content-Type", "application/json")];
        let answer = send(running.address(), "POST", "/shop/putOrder", &json, b"{\"custNo\":\"7\"}");
        let head = answer.head.to_ascii_lowercase();
        let told = head.lines().find(|line| line.starts_with("www-authenticate"));
        assert_eq!(
            (answer.status, told),
            (if always_200 { 200 } else { 401 }, challenge),
            "{auth} {rules}: {answer:?}"
        );
    }
}
