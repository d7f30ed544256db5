//! What a front takes of messages that are not to the letter, in process and without a port: what the service file forgives and no
//! more, and nothing that is lost in silence.

#[path = "support/stub.rs"]
mod stub;
mod support;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use saponify::bridge::{Body, Bridge, ReadyService};
use stub::Stub;
use tower::Service as _;

const SOAP: &str = "backend: { soap: { url: \"http://127.0.0.1:9/\" } }";
const JSON: &str = "backend: { json: { url: \"http://127.0.0.1:9/api\" } }";

fn bridge(rules: &str, stub: &Stub) -> Bridge {
    bridge_of("exchange", rules, stub)
}

/// A bridge for the contract in the folder `name` of `tests/contracts`.
fn bridge_of(name: &str, rules: &str, stub: &Stub) -> Bridge {
    let text = format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: contract.wsdl }}\n\
         fronts: {{ json: {{ path: /shop, auth: none }}, soap: {{ path: /soap, auth: none }} }}\n{rules}\n"
    );
    let folder = format!("{}/tests/contracts/{name}", env!("CARGO_MANIFEST_DIR"));
    let service = support::service(&format!("{folder}/service.yaml"), &text, &stub.url());
    let limits = service.limits;
    Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge")
}

struct Answer {
    status: u16,
    warnings: String,
    body: String,
}

async fn ask(bridge: &Bridge, path: &str, body: &str) -> Answer {
    let kind = if path == "/soap" { "text/xml; charset=utf-8" } else { "application/json" };
    let request = Request::builder().method("POST").uri(path).header("content-type", kind);
    let request = request.body(Full::new(Bytes::from(body.to_owned()))).expect("request");
    let answer: Response<Body> = bridge.clone().call(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let warnings = answer.headers().get("x-bridge-warnings").map_or("", |text| text.to_str().expect("ASCII"));
    let warnings = warnings.to_owned();
    let body = answer.into_body().collect().await.expect("whole").to_bytes();
    Answer { status, warnings, body: String::from_utf8(body.to_vec()).expect("UTF-8") }
}

fn envelope(header: &str, body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:e=\"urn:exchange\" xmlns:o=\"urn:other\" \
         xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:x=\"http://www.w3.org/2001/XMLSchema\">\
         <s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

fn order(inside: &str) -> String {
    envelope("", &format!("<e:putOrder>{inside}</e:putOrder>"))
}

fn json_stub() -> Stub {
    let stub = Stub::start();
    stub.say(200, "Content-Type: application/json\r\n", "{\"state\":\"ok\"}");
    stub
}

fn soap_stub(header: &str, body: &str) -> Stub {
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", &envelope(header, body));
    stub
}

const DONE: &str = "<e:done><e:state>ok</e:state></e:done>";

/// A request, what its backend gets under which defaults, and else what is said.
struct Case {
    inside: &'static str,
    /// What the backend gets, or the code that the client gets.
    expected: &'static [(&'static str, &'static str)],
}

const PLAIN: &str = "any_order: false";
const ORDER: &str = "any_order: true";
const NAMES: &str = "other_namespaces: true";
const BOTH: &str = "any_order: true, other_namespaces: true";
const TYPES: &str = "other_types: true";

const CASES: &[Case] = &[
    Case {
        inside: "<e:street>s</e:street><e:custNo>7</e:custNo>",
        expected: &[
            (PLAIN, "custNo: required before street"),
            (NAMES, "custNo: required before street"),
            (ORDER, r#"{"street":"s","custNo":"7"}"#),
        ],
    },
    // The members of a request in no namespace reached the backend as nothing at all.
    Case {
        inside: "<custNo>7</custNo><street>s</street>",
        expected: &[
            (PLAIN, "custNo: expected in `urn:exchange`, found in no namespace"),
            (ORDER, "custNo: expected in `urn:exchange`, found in no namespace"),
            (NAMES, r#"{"custNo":"7","street":"s"}"#),
        ],
    },
    Case {
        inside: "<o:street>s</o:street><o:custNo>7</o:custNo>",
        expected: &[
            (ORDER, "street: expected in `urn:exchange`, found in `urn:other`"),
            (NAMES, "custNo: required before street"),
            (BOTH, r#"{"street":"s","custNo":"7"}"#),
        ],
    },
    Case {
        inside: "<e:custNo i:type=\"x:base64Binary\">Nw==</e:custNo>",
        expected: &[
            (PLAIN, "custNo: expected a text, where xsi:type says that it is binary"),
            (ORDER, "custNo: expected a text, where xsi:type says that it is binary"),
            (TYPES, r#"{"custNo":"7"}"#),
        ],
    },
    // What is unknown and what is there twice is not forgiven with the order.
    Case {
        inside: "<e:street>s</e:street><e:custNo>7</e:custNo><e:other/>",
        expected: &[(ORDER, "other: unknown"), (BOTH, "other: unknown")],
    },
    Case {
        inside: "<e:street>s</e:street><e:custNo>7</e:custNo><e:custNo>8</e:custNo>",
        expected: &[(ORDER, "custNo: expected only once"), (PLAIN, "custNo: expected only once")],
    },
    // What could be shown of this was no JSON, which was taken for a defect of the bridge.
    Case {
        inside: "<e:custNo>7</e:custNo><e:street>s<e:custNo>8</e:custNo></e:street>",
        expected: &[(PLAIN, "custNo: unknown element"), (ORDER, "custNo: unknown element")],
    },
    Case {
        inside: "<e:custNo i:nil=\"TRUE\"/>",
        expected: &[
            (PLAIN, "custNo: expected xsi:nil to be true or false"),
            (ORDER, "custNo: expected xsi:nil"),
        ],
    },
];

#[tokio::test]
async fn a_request_is_forgiven_what_the_service_file_names_and_no_more() {
    for Case { inside, expected } in CASES {
        for (defaults, wanted) in *expected {
            let stub = json_stub();
            let bridge = bridge(&format!("defaults: {{ {defaults} }}\n{JSON}"), &stub);
            let answer = ask(&bridge, "/soap", &order(inside)).await;
            let heard = stub.heard();
            if wanted.starts_with('{') {
                assert_eq!(answer.status, 200, "{inside} with {defaults}: {}", answer.body);
                assert_eq!(heard[0].body, *wanted, "{inside} with {defaults}");
                let told = answer.warnings.contains("found in");
                assert_eq!(told, defaults.contains("namespaces"), "{inside}: {}", answer.warnings);
            } else {
                assert!(heard.is_empty(), "{inside} with {defaults}: {}", heard[0].body);
                assert!(answer.body.contains(wanted), "{inside} with {defaults}: {}", answer.body);
                assert!(answer.body.contains("Client"), "{inside} with {defaults}: {}", answer.body);
            }
        }
    }
}

const TRACE: &str = "<o:trace xmlns:p=\"urn:p\" p:id=\"1\">abc</o:trace>";

#[tokio::test]
async fn header_blocks_that_no_contract_declares_pass_or_are_refused() {
    let security = "<w:Security xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><w:x/></w:Security>";
    let elsewhere = "<o:next s:actor=\"urn:somebody\" s:mustUnderstand=\"1\"/>";
    let must = "<o:must s:mustUnderstand=\"1\"/>";
    for (rules, header, wanted) in [
        (SOAP.to_owned(), TRACE, "abc</o:trace>"),
        (SOAP.to_owned(), elsewhere, "<o:next"),
        (format!("defaults: {{ undeclared_headers: reject }}\n{SOAP}"), TRACE, "! trace: a header block"),
        (format!("defaults: {{ undeclared_headers: reject }}\n{JSON}"), TRACE, "! trace: a header block"),
        (SOAP.to_owned(), must, "! MustUnderstand"),
        (SOAP.to_owned(), security, "- Security"),
    ] {
        let stub = soap_stub("", DONE);
        let bridge = bridge(&rules, &stub);
        let body = "<e:putOrder><e:custNo>7</e:custNo></e:putOrder>";
        let answer = ask(&bridge, "/soap", &envelope(header, body)).await;
        let heard = stub.heard();
        match wanted.split_at(2) {
            ("! ", said) => {
                assert!(heard.is_empty() && answer.body.contains(said), "{header}: {}", answer.body);
            }
            ("- ", never) => {
                assert_eq!(answer.status, 200, "{header}: {}", answer.body);
                assert!(!heard[0].body.contains(never), "{header}: {}", heard[0].body);
            }
            _ => {
                assert_eq!(answer.status, 200, "{header}: {}", answer.body);
                assert!(heard[0].body.contains(wanted), "{header}: {}", heard[0].body);
            }
        }
    }
}

const SECURITY: &str = "<w:Security xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" s:mustUnderstand=\"1\"><w:x/></w:Security>";
const ADDRESSING: &str = "<a:MessageID xmlns:a=\"http://www.w3.org/2005/08/addressing\" s:mustUnderstand=\"1\">urn:1</a:MessageID>";

/// Those of a reply vanished, with a line in the log.
#[tokio::test]
async fn header_blocks_of_a_reply_pass_or_are_refused_too() {
    let reject = format!("defaults: {{ undeclared_headers: reject }}\n{SOAP}");
    let elsewhere = "<o:next s:actor=\"urn:somebody\" s:mustUnderstand=\"1\"/>";
    for (rules, header, soap, json) in [
        (SOAP, TRACE, "abc</o:trace>", "trace: a header block of the reply"),
        (SOAP, elsewhere, "<o:next", "next: a header block of the reply"),
        (SOAP, SECURITY, "-Security", "-Security"),
        (SOAP, ADDRESSING, "-MessageID", "-MessageID"),
        (SOAP, "<o:must s:mustUnderstand=\"1\"/>", "!BRG00302", "!BRG00302"),
        (&*reject, TRACE, "!BRG00302", "!BRG00302"),
        (&*reject, SECURITY, "-Security", "-Security"),
    ] {
        let stub = soap_stub(header, DONE);
        let bridge = bridge(rules, &stub);
        for (path, request, wanted) in [
            ("/soap", order("<e:custNo>7</e:custNo>"), soap),
            ("/shop/putOrder", "{\"custNo\":\"7\"}".to_owned(), json),
        ] {
            let answer = ask(&bridge, path, &request).await;
            let all = format!("{}{}", answer.body, answer.warnings);
            match wanted.split_at(1) {
                ("!", code) => {
                    assert!(answer.status != 200 && all.contains(code), "{path} {header}: {all}");
                }
                ("-", never) => {
                    assert!(answer.status == 200 && !all.contains(never), "{path} {header}: {all}");
                }
                _ => assert!(answer.status == 200 && all.contains(wanted), "{path} {header}: {all}"),
            }
        }
    }
}

/// Whom a block is for, and whether it must be understood, is said in attributes of the envelope's namespace.
#[tokio::test]
async fn header_blocks_go_into_the_other_version_of_soap() {
    let to12 = |text: String| {
        text.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")
    };
    let ask12 = async |bridge: &Bridge, header: &str| {
        let body = to12(envelope(header, "<e:putOrder><e:custNo>7</e:custNo></e:putOrder>"));
        let request = Request::builder().method("POST").uri("/soap");
        let request = request.header("content-type", "application/soap+xml; charset=utf-8");
        let request = request.body(Full::new(Bytes::from(body))).expect("request");
        let answer: Response<Body> = bridge.clone().call(request).await.expect("an answer");
        let body = answer.into_body().collect().await.expect("whole").to_bytes();
        String::from_utf8(body.to_vec()).expect("UTF-8")
    };
    let stub = soap_stub("<o:back s:actor=\"urn:somebody\" s:mustUnderstand=\"1\"/>", DONE);
    let bridge = bridge(SOAP, &stub);
    let answer = ask12(&bridge, "<o:there s:role=\"urn:somebody\" s:mustUnderstand=\"true\"/>").await;
    let heard = stub.heard();
    let sent = &heard[0].body;
    let there = " xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" soapenv:actor=\"urn:somebody\" soapenv:mustUnderstand=\"1\"/>";
    assert!(sent.contains("<o:there") && sent.contains(there), "{sent}");
    let back = " xmlns:soapenv=\"http://www.w3.org/2003/05/soap-envelope\" soapenv:role=\"urn:somebody\" soapenv:mustUnderstand=\"1\"/>";
    assert!(answer.contains("<o:back") && answer.contains(back), "{answer}");
    let answer = ask12(&bridge, "<o:there s:role=\"urn:somebody\" s:relay=\"true\"/>").await;
    assert_eq!(stub.heard().len(), heard.len(), "{answer}");
    assert!(
        answer.contains("there: a header block that cannot go into the other version of SOAP"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_header_block_that_a_json_backend_cannot_get_is_told() {
    let stub = json_stub();
    let bridge = bridge(JSON, &stub);
    let body = "<e:putOrder><e:custNo>7</e:custNo></e:putOrder>";
    let answer = ask(&bridge, "/soap", &envelope(TRACE, body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.warnings.contains("BRG00121") && answer.warnings.contains("trace"), "{}", answer.warnings);
}

/// There was no such operation, whatever the service forgives.
#[tokio::test]
async fn a_body_in_another_namespace_is_that_of_the_operation_with_its_name() {
    for (root, found) in [("putOrder", "no namespace"), ("o:putOrder", "`urn:other`")] {
        let request = envelope("", &format!("<{root}><e:custNo>7</e:custNo></{root}>"));
        let stub = json_stub();
        let answer = ask(&bridge(JSON, &stub), "/soap", &request).await;
        let said = format!("putOrder: expected in `urn:exchange`, found in {found}");
        assert!(stub.heard().is_empty() && answer.body.contains(&said), "{root}: {}", answer.body);
        assert!(answer.body.contains("Client"), "{root}: {}", answer.body);
        let answer =
            ask(&bridge(&format!("defaults: {{ {NAMES} }}\n{JSON}"), &stub), "/soap", &request).await;
        assert_eq!(
            (answer.status, &*stub.heard()[0].body),
            (200, "{\"custNo\":\"7\"}"),
            "{root}: {}",
            answer.body
        );
        assert!(answer.warnings.contains(&said), "{root}: {}", answer.warnings);
    }
}

/// Of two blocks of one name JSON had one key twice, and a SOAP backend none of them.
#[tokio::test]
async fn a_declared_header_block_that_is_there_twice_is_refused() {
    let (session, quota) =
        ("<t:session xmlns:t=\"urn:t\"><t:id>1</t:id></t:session>", "<t:quota xmlns:t=\"urn:t\">7</t:quota>");
    let ask_for = "<t:ask xmlns:t=\"urn:t\">why</t:ask><t:options xmlns:t=\"urn:t\"/>";
    let answer_of = "<t:answer xmlns:t=\"urn:t\">1</t:answer>";
    let twice = soap_stub(&quota.repeat(2), answer_of);
    for rules in [SOAP, JSON] {
        let bridge = bridge_of("headers", rules, &twice);
        let answer = ask(&bridge, "/soap", &envelope(&session.repeat(2), ask_for)).await;
        assert!(twice.heard().is_empty(), "{rules}");
        for said in ["Client", "BRG00111", "session: expected only once"] {
            assert!(answer.body.contains(said), "{rules}: {}", answer.body);
        }
    }
    let bridge = bridge_of("headers", SOAP, &twice);
    for (path, request) in [
        ("/soap", envelope(session, ask_for)),
        ("/shop/ask", r#"{"$headers":{"session":{"id":"1"}},"ask":"why","options":{}}"#.to_owned()),
    ] {
        let answer = ask(&bridge, path, &request).await;
        assert!(answer.body.contains("BRG00302"), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_reply_in_other_namespaces_is_read_with_a_warning_or_refused() {
    let moved = "<done><o:state>ok</o:state><size>1</size></done>";
    for path in ["/shop/putOrder", "/soap"] {
        let request =
            if path == "/soap" { order("<e:custNo>7</e:custNo>") } else { "{\"custNo\":\"7\"}".to_owned() };
        let stub = soap_stub("", moved);
        let answer = ask(&bridge(SOAP, &stub), path, &request).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(answer.body.contains("ok") && answer.body.contains("size"), "{path}: {}", answer.body);
        for told in ["state: expected in `urn:exchange`, found in `urn:other`", "BRG00121", "size"] {
            assert!(answer.warnings.contains(told), "{path}: {}", answer.warnings);
        }
        let strict = format!("defaults: {{ strict_responses: true }}\n{SOAP}");
        let answer = ask(&bridge(&strict, &stub), path, &request).await;
        assert!(answer.body.contains("BRG00302"), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_value_of_a_reply_that_would_be_another_one_is_refused() {
    for body in [
        "<e:done><e:state>o<e:x/>k</e:state></e:done>",
        "<e:done><e:state i:type=\"x:base64Binary\">b2s=</e:state></e:done>",
        "<e:done><e:state i:nil=\"TRUE\"/></e:done>",
    ] {
        let stub = soap_stub("", body);
        let answer = ask(&bridge(SOAP, &stub), "/shop/putOrder", "{\"custNo\":\"7\"}").await;
        assert!(answer.status == 502 && answer.body.contains("BRG00302"), "{body}: {}", answer.body);
    }
}

/// What is in a header block of a request, and what its backend gets under which defaults, or what is said.
const BLOCKS: &[(&str, &str, &str)] = &[
    ("<e:id>1</e:id><e:user>u</e:user>", PLAIN, r#"{"id":"1","user":"u"}"#),
    ("<e:id>1</e:id><e:more/>", PLAIN, "more: unknown element"),
    ("<e:user>u</e:user><e:id>1</e:id>", PLAIN, "id: required before user"),
    ("<e:user>u</e:user><e:id>1</e:id>", ORDER, r#"{"user":"u","id":"1"}"#),
    ("<e:user>u</e:user>", ORDER, "id: required"),
    ("<o:id>1</o:id>", PLAIN, "id: expected in `urn:exchange`, found in `urn:other`"),
    ("<o:id>1</o:id>", NAMES, r#"{"id":"1"}"#),
];

#[tokio::test]
async fn a_header_block_is_read_as_closely_as_the_message() {
    for (inside, defaults, wanted) in BLOCKS {
        let stub = json_stub();
        let bridge = bridge(&format!("defaults: {{ {defaults} }}\n{JSON}"), &stub);
        let header = format!("<e:session s:mustUnderstand=\"1\">{inside}</e:session>");
        let body = "<e:putOrder><e:custNo>7</e:custNo></e:putOrder>";
        let answer = ask(&bridge, "/soap", &envelope(&header, body)).await;
        let heard = stub.heard();
        if wanted.starts_with('{') {
            assert_eq!(answer.status, 200, "{inside} with {defaults}: {}", answer.body);
            assert!(heard[0].body.contains(wanted), "{inside} with {defaults}: {}", heard[0].body);
        } else {
            assert!(heard.is_empty(), "{inside} with {defaults}: {}", heard[0].body);
            assert!(answer.body.contains(wanted), "{inside} with {defaults}: {}", answer.body);
        }
    }
    for (inside, lenient) in
        [("<e:id>1</e:id><e:more/>", true), ("<e:id>1</e:id>", true), ("<e:user>u</e:user>", false)]
    {
        let stub = soap_stub(&format!("<e:session>{inside}</e:session>"), DONE);
        let answer = ask(&bridge(SOAP, &stub), "/shop/putOrder", "{\"custNo\":\"7\"}").await;
        assert_eq!(answer.status == 200, lenient, "{inside}: {}", answer.body);
        let strict = format!("defaults: {{ strict_responses: true }}\n{SOAP}");
        let answer = ask(&bridge(&strict, &stub), "/shop/putOrder", "{\"custNo\":\"7\"}").await;
        assert_eq!(answer.status == 200, inside.ends_with("</e:id>"), "{inside}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_json_clients_get_of_a_reply_soap_clients_can_get() {
    for (body, wanted) in [
        ("<e:done i:nil=\"true\"/>", "BRG00302"),
        ("<e:done><e:state i:nil=\"true\"/></e:done>", "BRG00302"),
        ("<e:done><e:owed>1</e:owed><e:state>ok</e:state><e:paid>1</e:paid></e:done>", "BRG00302"),
        ("<e:done><e:state>ok</e:state><e:paid>1</e:paid><e:owed>1</e:owed></e:done>", "BRG00302"),
        ("<e:done><e:owed>1</e:owed><e:state>ok</e:state></e:done>", "owed"),
        ("<e:done><e:state>ok</e:state><e:size i:nil=\"true\"/></e:done>", "ok"),
    ] {
        for path in ["/shop/putOrder", "/soap"] {
            let request = if path == "/soap" {
                order("<e:custNo>7</e:custNo>")
            } else {
                "{\"custNo\":\"7\"}".to_owned()
            };
            let stub = soap_stub("", body);
            let answer = ask(&bridge(SOAP, &stub), path, &request).await;
            assert!(answer.body.contains(wanted), "{path} {body}: {}", answer.body);
            assert_eq!(answer.status == 200, wanted != "BRG00302", "{path} {body}: {}", answer.body);
            assert!(!answer.body.contains("size"), "{path} {body}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn conditions_are_asked_of_the_message_that_is_sent() {
    let check =
        "operations: { putOrder: { check: [ { when: \"!has(street)\", code: X1, message: no street } ] } }";
    for (defaults, body, refused) in [
        ("empty_as: absent", r#"{"custNo":"7","street":""}"#, true),
        ("empty_as: keep", r#"{"custNo":"7","street":""}"#, false),
        ("null_as: absent", r#"{"custNo":"7","street":null}"#, true),
        ("empty_as: absent", r#"{"custNo":"7","street":"s","note":""}"#, false),
        ("empty_as: absent", r#"{"custNo":"7"}"#, true),
    ] {
        for backend in [SOAP, JSON] {
            let stub = if backend == SOAP { soap_stub("", DONE) } else { json_stub() };
            let bridge = bridge(&format!("defaults: {{ {defaults} }}\n{backend}\n{check}"), &stub);
            let answer = ask(&bridge, "/shop/putOrder", body).await;
            assert_eq!(answer.body.contains("X1"), refused, "{defaults} {body}: {}", answer.body);
            assert_eq!(stub.heard().is_empty(), refused, "{defaults} {body}");
        }
    }
}
