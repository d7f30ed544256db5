//! How a backend is reached, and what goes there beside the message: headers, an outgoing proxy, HTTP/2.

#![allow(clippy::disallowed_methods, reason = "backends of these tests have tasks of their own")]

#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;
#[path = "support/tls.rs"]
mod tls;

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use saponify::bridge::{Bridge, Client, Endpoint, Outgoing, ReadyService};
use saponify::limits::HttpLimits;
use saponify::service::{Service, load};
use saponify::wsdl::Files;
use stub::Stub;
use support::{JSON, SOAP, Variables, post};
use tls::{Authority, Issued, file, server, server_params};
use tower::Service as _;

const OK: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
    <r:findResponse xmlns:r=\"urn:replies\"><r:name>x</r:name></r:findResponse></s:Body></s:Envelope>";
const XML: &str = "Content-Type: text/xml\r\n";
const FIND: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
    <r:find xmlns:r=\"urn:replies\"><r:id>1</r:id></r:find></s:Body></s:Envelope>";
const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// The service with this `backend`, as the environment `variables` has it, or what is wrong with it.
fn loaded(backend: &str, rules: &str, variables: &[(&'static str, &'static str)]) -> Result<Service, String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replies/service.yaml");
    let text = format!(
        "version: 1\nservice: replies\ncontract: {{ wsdl: replies.wsdl }}\n\
         fronts: {{ json: {{ path: /json, auth: none }}, soap: {{ path: /soap, auth: none }} }}\nbackend: {{ {backend} }}\n{rules}"
    );
    let environment = Variables(variables.iter().copied().collect::<HashMap<_, _>>());
    load(path, &text, &environment, &mut Files, None).map_err(|problems| {
        let told = |problem: &saponify::xml::Diagnostic| {
            format!("{} {} {}", problem.code, problem.position.line, problem.message)
        };
        problems.iter().map(told).collect::<Vec<_>>().join("\n")
    })
}

fn bridge(service: Service) -> Bridge {
    let limits = service.limits;
    Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge")
}

/// Asks for `find`, and gives the status and the answer.
fn ask(bridge: &Bridge) -> (u16, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(asked(bridge.clone()))
}

async fn asked(mut bridge: Bridge) -> (u16, String) {
    let request = Request::post("/json/find").header("content-type", "application/json");
    let request = request.body(Full::new(Bytes::from_static(b"{\"id\":\"1\"}"))).expect("request");
    let answer = bridge.call(request).await.expect("an answer");
    let http = answer.status().as_u16();
    let body = answer.into_body().collect().await.expect("whole").to_bytes();
    (http, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

fn ok() -> (u16, String) {
    (200, "{\"name\":\"x\"}".to_owned())
}

/// The value of the only header `name` of a head.
fn value(head: &str, name: &str) -> Option<String> {
    let mut found = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let value = found.next().map(|(_, value)| value.to_owned());
    assert!(found.next().is_none(), "{name} is there twice: {head}");
    value
}

#[test]
fn a_backend_gets_the_trace_and_the_name_of_the_request() {
    let stub = Stub::start();
    stub.say(200, XML, OK);
    let service = loaded(&format!("soap: {{ url: \"{}\" }}", stub.url()), "", &[]).expect("service");
    let running = support::bridge(service);
    let given = [("traceparent", TRACE), ("tracestate", "a=1, b=2"), ("X-Request-Id", "order-17")];
    for (path, kind, body) in [("/json/find", JSON, "{\"id\":\"1\"}"), ("/soap", SOAP, FIND)] {
        stub.say(200, XML, OK);
        let headers = [&[kind][..], &given].concat();
        let answer = post(running.address(), path, &headers, body.as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
        let heard = stub.heard().pop().expect("a request");
        let parent = value(&heard.head, "traceparent").expect("a trace");
        assert!(parent[..36] == TRACE[..36] && parent[36..52] != TRACE[36..52], "{parent}");
        assert_eq!(value(&heard.head, "tracestate").as_deref(), Some("a=1,b=2"));
        assert_eq!(value(&heard.head, "x-request-id").as_deref(), Some("order-17"));
        assert_eq!(value(&heard.head, "accept-encoding").as_deref(), Some("identity"));
        let agent = concat!("saponify/", env!("CARGO_PKG_VERSION"));
        assert_eq!(value(&heard.head, "user-agent").as_deref(), Some(agent));
        assert!(answer.head.contains("x-request-id: order-17"), "{answer:?}");

        stub.say(200, XML, OK);
        let headers =
            [&[kind][..], &[("traceparent", "00-no"), ("tracestate", "a=1"), ("X-Request-Id", "a b")]]
                .concat();
        let answer = post(running.address(), path, &headers, body.as_bytes());
        let heard = stub.heard().pop().expect("a request");
        let id = value(&heard.head, "x-request-id").expect("a name");
        assert!(
            id.parse::<i64>().is_ok() && answer.head.contains(&format!("x-request-id: {id}")),
            "{answer:?}"
        );
        let parent = value(&heard.head, "traceparent").expect("a new trace");
        assert!(parent.len() == 55 && parent.ends_with("-01") && value(&heard.head, "tracestate").is_none());
    }
}

/// A field of the message that is such a header on the JSON side is what the service file wants.
#[test]
fn a_field_of_the_message_stands_before_the_name_of_the_request() {
    let stub = Stub::start();
    stub.say(200, "Content-Type: application/json\r\n", "{\"name\":\"x\"}");
    let rules = "operations: { find: { http: \"POST /find\", header: { X-Request-Id: id } } }\n";
    let service = loaded(&format!("json: {{ url: \"{}\" }}", stub.url()), rules, &[]).expect("service");
    let running = support::bridge(service);
    let answer = post(running.address(), "/soap", &[SOAP], FIND.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(value(&stub.heard().pop().expect("a request").head, "x-request-id").as_deref(), Some("1"));
}

/// A request in several parts, as stacks with MTOM send every one.
#[test]
fn a_client_may_send_its_message_as_the_root_of_several_parts() {
    let stub = Stub::start();
    let service = loaded(&format!("soap: {{ url: \"{}\" }}", stub.url()), "", &[]).expect("service");
    let running = support::bridge(service);
    let outer = "multipart/related; type=\"application/xop+xml\"; boundary=\"uuid:1\"; start=\"<r@x>\"; start-info=\"text/xml\"";
    let root = "Content-Type: application/xop+xml; charset=UTF-8; type=\"text/xml\"\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <r@x>";
    let attachment = "--uuid:1\r\nContent-ID: <f@x>\r\n\r\nhello\r\n";
    let xop = "<i:Include xmlns:i=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:f@x\"/>";
    for (message, more, status, has) in [
        (FIND.to_owned(), "", 200, "<r:name>x</r:name>"),
        (FIND.replace(">1<", &format!(">{xop}<")), attachment, 200, "<r:name>x</r:name>"),
        (FIND.replace(">1<", &format!(">{xop}<")), "", 500, "the attachment &lt;f@x&gt;, which is not there"),
        (FIND.to_owned(), attachment, 500, "the attachment &lt;f@x&gt;, and the contract binds no such part"),
        (
            FIND.replace(
                "http://schemas.xmlsoap.org/soap/envelope/",
                "http://www.w3.org/2003/05/soap-envelope",
            ),
            "",
            500,
            "VersionMismatch",
        ),
    ] {
        stub.say(200, XML, OK);
        let body = format!("--uuid:1\r\n{root}\r\n\r\n{message}\r\n{more}--uuid:1--\r\n");
        let headers = [("Content-Type", outer), ("SOAPAction", "\"\"")];
        let answer = post(running.address(), "/soap", &headers, body.as_bytes());
        assert!(answer.status == status && answer.body.contains(has), "{has}: {answer:?}");
        let heard = stub.heard();
        assert_eq!(heard.len(), usize::from(status == 200), "{has}");
        if let Some(heard) = heard.first().filter(|_| !more.is_empty()) {
            assert!(heard.body.contains(">aGVsbG8=<"), "{heard:?}");
        }
    }
}

/// Texts in the encodings that have a name, as a charset of the transport and as a declaration name them.
const ENCODINGS: [(&str, &str); 12] = [
    ("UTF-16", "5 €"),
    ("UTF-16BE", "5 €"),
    ("ISO-8859-1", "é"),
    ("ISO-8859-2", "Łódź"),
    ("ISO-8859-15", "5 €"),
    ("windows-1250", "Łódź"),
    ("windows-1251", "Мир"),
    ("KOI8-R", "Мир"),
    ("Shift_JIS", "東京"),
    ("EUC-KR", "서울"),
    ("Big5", "台北"),
    ("GB2312", "北京"),
];

/// `text` in the encoding `label`.
fn octets(label: &str, text: &str) -> Vec<u8> {
    match label {
        "UTF-16" => format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect(label);
            let (octets, _, unmappable) = encoding.encode(text);
            assert!(!unmappable && !octets.is_empty(), "{label}");
            octets.into_owned()
        }
    }
}

/// What of `message` says in which encoding it is, and its Content-Type: the header, the declaration, or the head of the root part of several.
fn in_encoding(label: &str, message: &str) -> Vec<(String, Vec<u8>)> {
    let declared = format!("<?xml version=\"1.0\" encoding=\"{label}\"?>{message}");
    let head =
        format!("--b\r\nContent-Type: application/xop+xml; charset={label}; type=\"text/xml\"\r\n\r\n");
    let parts = [head.as_bytes(), &octets(label, message), b"\r\n--b--"].concat();
    vec![
        (format!("text/xml; charset={label}"), octets(label, message)),
        (format!("text/xml;charset=\"{label}\""), octets(label, &declared)),
        ("text/xml".to_owned(), octets(label, &declared)),
        ("multipart/related; boundary=b; type=\"application/xop+xml\"".to_owned(), parts),
    ]
}

#[test]
fn messages_may_be_in_any_encoding() {
    let stub = Stub::start();
    let service = loaded(&format!("soap: {{ url: \"{}\" }}", stub.url()), "", &[]).expect("service");
    let running = support::bridge(service);
    for (label, text) in ENCODINGS {
        for (kind, body) in in_encoding(label, &OK.replace(">x<", &format!(">{text}<"))) {
            stub.say_octets(200, &format!("Content-Type: {kind}\r\n"), &body);
            let answer = post(running.address(), "/json/find", &[JSON], b"{\"id\":\"1\"}");
            assert_eq!((answer.status, answer.body), (200, format!("{{\"name\":\"{text}\"}}")), "{kind}");
        }
        for (kind, body) in in_encoding(label, &FIND.replace(">1<", &format!(">{text}<"))) {
            stub.say(200, XML, OK);
            let answer = post(running.address(), "/soap", &[("Content-Type", &kind)], &body);
            assert_eq!(answer.status, 200, "{kind}: {answer:?}");
            let heard = stub.heard().pop().expect("a request");
            assert!(heard.body.contains(&format!(">{text}<")), "{kind}: {heard:?}");
        }
    }
    for (kind, message) in [
        ("text/xml; charset=utf-7", OK.as_bytes()),
        ("text/xml; charset=UTF-32", OK.as_bytes()),
        ("text/xml; charset=EUC-KR", b"<a>\xFF</a>"),
    ] {
        stub.say_octets(200, &format!("Content-Type: {kind}\r\n"), message);
        let answer = post(running.address(), "/json/find", &[JSON], b"{\"id\":\"1\"}");
        assert!(answer.status == 502 && answer.body.contains("BRG00302"), "{kind}: {answer:?}");
        let answer = post(running.address(), "/soap", &[("Content-Type", kind)], message);
        assert!(answer.status == 500 && answer.body.contains("BRG00151"), "{kind}: {answer:?}");
    }
}

/// An outgoing proxy: it forwards requests to `backend`, whatever their host, and makes tunnels there, for whoever has `authorization`.
struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(backend: SocketAddr, authorization: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        let (address, heads) =
            (listener.local_addr().expect("address"), Arc::<Mutex<Vec<String>>>::default());
        let seen = heads.clone();
        std::thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let seen = seen.clone();
                std::thread::spawn(move || {
                    let head = head(&mut client);
                    let allowed = authorization
                        .is_none_or(|wanted| value(&head, "proxy-authorization").as_deref() == Some(wanted));
                    seen.lock().expect("heads").push(head.clone());
                    let deny = |status: &str| {
                        format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    };
                    if !allowed {
                        let _ = client.write_all(deny("407").as_bytes());
                    } else if head.contains("forbidden.example") {
                        let _ = client.write_all(deny("403").as_bytes());
                    } else {
                        let mut backend = TcpStream::connect(backend).expect("backend");
                        if head.starts_with("CONNECT ") {
                            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").expect("tunnel");
                        } else {
                            backend.write_all(head.as_bytes()).expect("forwarded");
                        }
                        joined(client, backend);
                    }
                });
            }
        });
        Self { address, heads }
    }

    fn heads(&self) -> Vec<String> {
        std::mem::take(&mut *self.heads.lock().expect("heads"))
    }
}

/// Reads up to the end of a head.
fn head(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    String::from_utf8(head).expect("ASCII")
}

fn joined(one: TcpStream, other: TcpStream) {
    let (mut from, mut to) = (one.try_clone().expect("socket"), other.try_clone().expect("socket"));
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
    let (mut from, mut to) = (other, one);
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Write);
}

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

#[test]
fn a_backend_without_tls_gets_whole_targets_by_the_proxy() {
    let stub = Stub::start();
    stub.say(200, XML, OK);
    let proxy = Proxy::start(stub.address, None);
    let by = leaked(format!("http://{}", proxy.address));
    let soap = |more: &str| format!("soap: {{ url: \"http://partner.invalid/svc?a=b\"{more} }}");
    for (backend, variables) in [
        (soap(&format!(", proxy: \"{by}\"")), vec![]),
        (soap(&format!(", proxy: {{ url: \"{by}/\" }}")), vec![]),
        (soap(", proxy: \"${env:PROXY}\""), vec![("PROXY", by)]),
        (soap(""), vec![("http_proxy", by), ("https_proxy", "http://127.0.0.1:9")]),
        (soap(", proxy: environment"), vec![("HTTP_PROXY", by), ("NO_PROXY", "other.invalid")]),
        (soap(""), vec![("ALL_PROXY", by)]),
    ] {
        let service = loaded(&backend, "", &variables).expect("service");
        assert_eq!(ask(&bridge(service)), ok(), "{backend} {variables:?}");
        let heads = proxy.heads();
        assert!(
            heads.len() == 1 && heads[0].starts_with("POST http://partner.invalid/svc?a=b HTTP/1.1\r\n"),
            "{heads:?}"
        );
        assert_eq!(value(&heads[0], "host").as_deref(), Some("partner.invalid"));
    }
}

#[test]
fn a_proxy_of_the_environment_is_passed_by() {
    let stub = Stub::start();
    stub.say(200, XML, OK);
    let proxy = Proxy::start(stub.address, None);
    let by = leaked(format!("http://{}", proxy.address));
    let here = format!("soap: {{ url: \"{}/\" }}", stub.url());
    for (backend, variables) in
        [(here.clone(), vec![("http_proxy", by)]), (here, vec![("ALL_PROXY", "socks5://127.0.0.1:9")])]
    {
        assert_eq!(ask(&bridge(loaded(&backend, "", &variables).expect("service"))), ok(), "{backend}");
    }
    for (more, variables) in [
        (", proxy: none", vec![("http_proxy", by)]),
        ("", vec![("http_proxy", by), ("no_proxy", "invalid")]),
        ("", vec![("https_proxy", by)]),
        ("", vec![("http_proxy", "")]),
    ] {
        let backend = format!("soap: {{ url: \"http://partner.invalid/\"{more} }}");
        let (status, body) = ask(&bridge(loaded(&backend, "", &variables).expect("service")));
        assert!(status == 502 && body.contains("BRG00300"), "{more} {variables:?}: {body}");
    }
    assert_eq!(proxy.heads(), Vec::<String>::new());
}

#[test]
fn what_is_no_proxy_is_refused_at_load_with_its_place() {
    for (proxy, variables, says) in [
        ("\"https://proxy:1\"", vec![], "CFG0607 5"),
        ("\"socks5://proxy:1\"", vec![], "CFG0607 5"),
        ("proxy", vec![], "CFG0607 5"),
        ("\"http://proxy:1/path\"", vec![], "CFG0607 5"),
        ("\"http://user:canary@proxy:1\"", vec![], "CFG0106 5"),
        (
            "{ url: none, credentials: { username: a, password: \"${env:P}\" } }",
            vec![("P", "canary")],
            "CFG0609 5",
        ),
        (
            "{ url: \"http://proxy:1\", credentials: { username: \"a:b\", password: \"${env:P}\" } }",
            vec![("P", "canary")],
            "CFG0108 5",
        ),
        ("{ url: \"http://proxy:1\", credentials: { username: a, password: canary } }", vec![], "CFG"),
        ("{ url: \"http://proxy:1\", port: 1 }", vec![], "CFG"),
        ("environment", vec![("http_proxy", "socks5://user:canary@proxy:1")], "CFG0608 5"),
        ("environment", vec![("ALL_PROXY", "ftp://canary")], "ALL_PROXY"),
    ] {
        let backend = format!("soap: {{ url: \"http://partner.invalid/\", proxy: {proxy} }}");
        let problem = loaded(&backend, "", &variables).expect_err(proxy);
        assert!(problem.contains(says) && !problem.contains("canary"), "{proxy}: {problem}");
    }
}

/// A backend over TLS at `partner.invalid`, which only the proxy finds.
#[test]
fn a_backend_with_tls_is_reached_through_a_tunnel() {
    let authority = Authority::new("ours");
    let stub = Stub::start_tls(server(&authority.issue(server_params("partner.invalid")), None));
    let basic = "Basic dXNlcjpub3QtYS1yZWFsLXNlY3JldA==";
    let proxy = Proxy::start(stub.address, Some(basic));
    let ca = file(&folder("tunnel"), "ca.pem", &authority.pem());
    let by = proxy.address;
    let at = |host: &str, proxy: &str| {
        format!("soap: {{ url: \"https://{host}/svc\", tls: {{ ca: {ca:?} }}{proxy} }}")
    };
    let named = format!(
        ", proxy: {{ url: \"http://{by}\", credentials: {{ username: user, password: \"${{env:P}}\" }} }}"
    );
    let variable = leaked(format!("http://user:not-a-real-secret@{by}"));
    for (proxy_key, variables) in [
        (named.as_str(), vec![("P", "not-a-real-secret")]),
        ("", vec![("HTTPS_PROXY", variable), ("HTTP_PROXY", "http://127.0.0.1:9")]),
    ] {
        stub.say(200, XML, OK);
        let service = loaded(&at("partner.invalid", proxy_key), "", &variables).expect("service");
        assert_eq!(ask(&bridge(service)), ok(), "{proxy_key}");
        let heads = proxy.heads();
        assert!(
            heads.len() == 1 && heads[0].starts_with("CONNECT partner.invalid:443 HTTP/1.1\r\n"),
            "{heads:?}"
        );
        assert_eq!(value(&heads[0], "host").as_deref(), Some("partner.invalid:443"));
        let heard = stub.heard().pop().expect("a request");
        assert!(
            heard.line == "POST /svc" && value(&heard.head, "proxy-authorization").is_none(),
            "{heard:?}"
        );
        // Behind the tunnel it is the backend that wants credentials for a proxy, and it may have done what it was asked.
        stub.say(407, XML, "");
        let service = loaded(&at("partner.invalid", proxy_key), "", &variables).expect("service");
        let (status, body) = ask(&bridge(service));
        assert!(status == 502 && !body.contains("proxy"), "{status} {body}");
        proxy.heads();
        stub.heard();
    }
    for (host, proxy_key, variables, says) in [
        ("partner.invalid", named.as_str(), vec![("P", "canary")], "BRG00300"),
        ("forbidden.example", named.as_str(), vec![("P", "not-a-real-secret")], "BRG00300"),
        ("partner.invalid", ", proxy: \"http://127.0.0.1:9\"", vec![], "BRG00300"),
    ] {
        stub.say(200, XML, OK);
        let service = loaded(&at(host, proxy_key), "", &variables).expect("service");
        let (status, body) = ask(&bridge(service));
        assert!(
            status == 502 && body.contains(says) && body.contains("proxy") && !body.contains("canary"),
            "{body}"
        );
        assert!(stub.heard().is_empty(), "the backend got nothing");
    }
}

#[test]
fn a_proxy_that_wants_other_credentials_is_no_backend() {
    let stub = Stub::start();
    let proxy = Proxy::start(stub.address, Some("Basic YTpi"));
    let backend =
        format!("soap: {{ url: \"http://partner.invalid/\", proxy: \"http://{}\" }}", proxy.address);
    let (status, body) = ask(&bridge(loaded(&backend, "", &[]).expect("service")));
    assert!(status == 502 && body.contains("BRG00300") && body.contains("outgoing proxy"), "{body}");
    assert!(stub.heard().is_empty());
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("upstream").join(name)
}

/// What a backend saw of a request: version, target, `Host`.
type Seen = Arc<Mutex<Vec<(Version, String, bool)>>>;

/// A backend in HTTP/2 and HTTP/1.1, with TLS where it has a certificate; the connections that it took are counted.
async fn modern(own: Option<&Issued>, alpn: &[&str]) -> (SocketAddr, Seen, Arc<Mutex<usize>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
    let address = listener.local_addr().expect("address");
    let (seen, connections) = (Seen::default(), Arc::<Mutex<usize>>::default());
    let config = own.map(|own| {
        let mut config = server(own, None);
        Arc::get_mut(&mut config).expect("new").alpn_protocols =
            alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        tokio_rustls::TlsAcceptor::from(config)
    });
    let (told, count) = (seen.clone(), connections.clone());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            *count.lock().expect("count") += 1;
            let (told, config) = (told.clone(), config.clone());
            tokio::spawn(async move {
                let answer = service_fn(move |request: Request<Incoming>| {
                    let told = told.clone();
                    async move {
                        let (head, body) = request.into_parts();
                        body.collect().await.expect("whole");
                        let host = head.headers.contains_key("host");
                        told.lock().expect("seen").push((head.version, head.uri.to_string(), host));
                        let response = Response::builder().header("content-type", "text/xml");
                        Ok::<_, Infallible>(
                            response.body(Full::new(Bytes::from_static(OK.as_bytes()))).expect("response"),
                        )
                    }
                });
                let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                match config {
                    None => drop(server.serve_connection(TokioIo::new(stream), answer).await),
                    Some(config) => {
                        if let Ok(stream) = config.accept(stream).await {
                            drop(server.serve_connection(TokioIo::new(stream), answer).await);
                        }
                    }
                }
            });
        }
    });
    (address, seen, connections)
}

#[tokio::test]
async fn http_2_is_agreed_on_over_tls_or_said() {
    let authority = Authority::new("ours");
    let own = authority.issue(server_params("localhost"));
    let ca = file(&folder("http2"), "ca.pem", &authority.pem());
    for (certificate, alpn, key, wanted) in [
        (true, &["h2", "http/1.1"][..], "", Version::HTTP_2),
        (true, &["http/1.1"], "", Version::HTTP_11),
        (true, &[], "", Version::HTTP_11),
        (true, &["h2", "http/1.1"], ", http_version: http1", Version::HTTP_11),
        (true, &["h2"], ", http_version: http2", Version::HTTP_2),
        (false, &[], "", Version::HTTP_11),
        (false, &[], ", http_version: http2", Version::HTTP_2),
    ] {
        let (address, seen, connections) = modern(certificate.then_some(&own), alpn).await;
        let (scheme, trust) =
            if certificate { ("https", format!(", tls: {{ ca: {ca:?} }}")) } else { ("http", String::new()) };
        let backend =
            format!("soap: {{ url: \"{scheme}://localhost:{}/svc?a=b\"{trust}{key} }}", address.port());
        let bridge = bridge(loaded(&backend, "", &[]).expect("service"));
        for _ in 0..3 {
            assert_eq!(asked(bridge.clone()).await, ok(), "{backend}");
        }
        let both = tokio::join!(asked(bridge.clone()), asked(bridge.clone()));
        assert_eq!(both, (ok(), ok()), "{backend}");
        let seen = seen.lock().expect("seen").clone();
        let target = match wanted {
            Version::HTTP_2 => format!("{scheme}://localhost:{}/svc?a=b", address.port()),
            _ => "/svc?a=b".to_owned(),
        };
        assert_eq!(seen, vec![(wanted, target, wanted != Version::HTTP_2); 5], "{backend} {alpn:?}");
        let most = if wanted == Version::HTTP_2 { 1 } else { 2 };
        assert!(*connections.lock().expect("count") <= most, "connections are shared: {backend}");
    }
}

#[tokio::test]
async fn http_2_on_which_a_backend_does_not_agree_is_named() {
    let authority = Authority::new("ours");
    let own = authority.issue(server_params("localhost"));
    let ca = file(&folder("alpn"), "ca.pem", &authority.pem());
    for (alpn, key) in [(&["http/1.1"][..], "http2"), (&[], "http2"), (&["h3"], "auto"), (&["h2"], "http1")] {
        let (address, seen, _) = modern(Some(&own), alpn).await;
        let url = format!("https://localhost:{}/svc", address.port());
        let backend = format!("soap: {{ url: \"{url}\", tls: {{ ca: {ca:?} }}, http_version: {key} }}");
        let service = loaded(&backend, "", &[]).expect("service");
        let endpoint = Endpoint::new(service.backend.target()).expect("endpoint");
        let outgoing = Outgoing::new(
            Method::POST,
            "/".parse().expect("path"),
            HeaderMap::new(),
            Bytes::from_static(b"<a/>"),
        );
        let reply = Client::new(HttpLimits::default()).send(&endpoint, outgoing).await;
        let error = reply.map(|reply| reply.status).expect_err("no version is agreed on").to_string();
        assert!(error.contains("agrees on no version of HTTP"), "{alpn:?} {key}: {error}");
        let (http, body) = asked(bridge(service)).await;
        assert!(http == 502 && body.contains("BRG00300"), "{alpn:?} {key}: {body}");
        assert!(seen.lock().expect("seen").is_empty(), "{alpn:?} {key}");
    }
}

/// Whole targets are HTTP/1.1, so HTTP/2 without TLS needs a tunnel as well.
#[tokio::test]
async fn http_2_without_tls_goes_through_one_tunnel() {
    let (address, _, connections) = modern(None, &[]).await;
    let proxy = Proxy::start(address, None);
    let backend = format!(
        "soap: {{ url: \"http://partner.invalid/\", http_version: http2, proxy: \"http://{}\" }}",
        proxy.address
    );
    let bridge = bridge(loaded(&backend, "", &[]).expect("service"));
    assert_eq!(asked(bridge.clone()).await, ok());
    assert!(proxy.heads()[0].starts_with("CONNECT partner.invalid:80 "), "it asks for a tunnel");
    assert_eq!(*connections.lock().expect("count"), 1);
    assert_eq!(asked(bridge.clone()).await, ok());
    assert_eq!(proxy.heads(), Vec::<String>::new());
}
