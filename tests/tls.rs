//! TLS towards clients and towards backends, with certificates both ways.

#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;
#[path = "support/tls.rs"]
mod tls;

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use saponify::bridge::tls::TlsError;
use saponify::bridge::{Bridge, CallError, Client, Endpoint, Outgoing, ReadyService};
use saponify::limits::{HttpLimits, Limits};
use saponify::server::{Running, Settings, Tls, start_with};
use saponify::service::{Environment, Identity, ListenPem, Service, Target, load};
use saponify::wsdl::Files;
use saponify::wss::Secret;
use stub::Stub;
use support::{VARIABLES, Variables, sample_service};
use tls::{Authority, Issued, client, connect, file, params, raw, server, server_params};

const OK: &str = include_str!("../samples/bancbox/response-ok.xml");
const XML: &str = "Content-Type: text/xml\r\n";
const GET: &[u8] =
    b"GET /soap/bancbox/BBXPort?wsdl HTTP/1.1\r\nHost: bridge.example\r\nConnection: close\r\n\r\n";

fn request() -> Vec<u8> {
    let body = include_str!("../samples/bancbox/request.json");
    let head = "POST /bancbox/updateClient HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n";
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tls").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// The sample with its `backend` changed, or what is wrong with it.
fn loaded(from: &str, to: &str) -> Result<Service, String> {
    loaded_with("bancbox/json-to-soap.yaml", &[(from, to)], None)
}

fn loaded_with(name: &str, changes: &[(&str, &str)], url: Option<&str>) -> Result<Service, String> {
    let path = format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut text = std::fs::read_to_string(&path).expect("sample");
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let environment = Variables(VARIABLES.iter().copied().collect());
    load(&path, &text, &environment, &mut Files, url).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(|problem| problem.message.to_string()).collect();
        problems.join("\n")
    })
}

/// The sample before a SOAP backend at `port` of localhost, with this `tls`.
fn before(address: SocketAddr, tls: &str) -> Service {
    let url = format!("url: \"https://localhost:{}/\"\n    tls: {{ {tls} }}", address.port());
    loaded(BACKEND, &url).expect("service")
}

const BACKEND: &str = "url: \"http://localhost:8080/soap/bancbox/BBXPort\"";

/// A listener with TLS.
fn listening(service: Service, own: &Issued, clients: Option<&Authority>, optional: bool) -> Running {
    let limits = service.limits;
    let bridge = Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge");
    let tls = Tls::new(&pem(own, clients, optional)).expect("TLS");
    let settings = Settings { limits: limits.http, threads: 1, tls: Some(tls) };
    start_with(SocketAddr::from(([127, 0, 0, 1], 0)), &bridge, settings).expect("listener")
}

fn pem(own: &Issued, clients: Option<&Authority>, client_optional: bool) -> ListenPem {
    let identity = Identity { certificate: own.certificate_pem().into(), key: Secret::new(own.key_pem()) };
    ListenPem { identity, client_ca: clients.map(|clients| clients.pem().into()), client_optional }
}

/// A listener in front of nothing.
fn front(own: &Issued, clients: Option<&Authority>, optional: bool) -> Running {
    listening(sample_service("json-to-soap.yaml", "http://127.0.0.1:9/"), own, clients, optional)
}

#[test]
fn json_goes_over_tls_to_a_soap_backend_over_tls_with_certificates_on_both_ways() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let folder = folder("both");
    let shown = theirs.issue(params("bridge"));
    let backend = Stub::start_tls(server(&theirs.issue(server_params("localhost")), Some(&theirs)));
    backend.say(200, XML, OK);
    let ca = file(&folder, "ca.pem", &theirs.pem());
    let certificate = file(&folder, "bridge.pem", &shown.certificate_pem());
    let key = file(&folder, "bridge.key", &shown.key_pem());
    let tls = format!("ca: {ca:?}, certificate: {certificate:?}, key: \"${{file:{}}}\"", key.display());
    let running =
        listening(before(backend.address, &tls), &ours.issue(server_params("localhost")), Some(&ours), false);

    let caller = client(&ours, Some(&ours.issue(params("caller"))), &[]);
    let (status, answer) = raw(running.address(), caller.clone(), &request()).expect("answer");
    assert!(status == 200 && answer.contains("\"clientStatus\":\"ACTIVE\""), "{answer}");
    let heard = backend.heard().pop().expect("request");
    assert!(heard.body.contains("<wsse:UsernameToken"), "{heard:?}");
    assert!(heard.head.to_lowercase().contains(&format!("host: localhost:{}", backend.address.port())));

    let (status, wsdl) = raw(running.address(), caller, GET).expect("answer");
    assert!(
        status == 200 && wsdl.contains("location=\"https://bridge.example/soap/bancbox/BBXPort\""),
        "{wsdl}"
    );
    assert!(running.origin().starts_with("https://127.0.0.1:"), "{}", running.origin());
}

/// What a backend over TLS at `url` answers.
async fn called(url: &str, authority: &Authority, own: Option<&Issued>) -> Result<u16, CallError> {
    let identity = own
        .map(|own| Identity { certificate: own.certificate_pem().into(), key: Secret::new(own.key_pem()) });
    let (limit, ca) = (Duration::from_secs(20), Some(authority.pem().into()));
    let tls = saponify::service::Tls { ca, identity };
    let target = Target {
        url: url.into(),
        connect: limit,
        first_byte: limit,
        total: limit,
        tls,
        reach: Default::default(),
        connections: Default::default(),
    };
    let endpoint = Endpoint::new(&target).expect("endpoint");
    let (method, body) = (Method::POST, Bytes::from_static(b"<a/>"));
    let outgoing = Outgoing::new(method, "/".parse().expect("path"), HeaderMap::new(), body);
    let reply = Client::new(HttpLimits::default()).send(&endpoint, outgoing).await;
    reply.map(|reply| reply.status.as_u16())
}

#[tokio::test]
async fn a_backend_that_cannot_be_trusted_gets_nothing() {
    let (trusted, other) = (Authority::new("trusted"), Authority::new("other"));
    let good = trusted.issue(server_params("localhost"));
    let mut expired = server_params("localhost");
    expired.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let mut future = server_params("localhost");
    future.not_before = rcgen::date_time_ymd(3000, 1, 1);
    let mine = trusted.issue(params("mine"));
    let foreign = other.issue(params("mine"));
    let wants = || server(&trusted.issue(server_params("localhost")), Some(&trusted));
    let cases = [
        ("right", server(&good, None), None, None),
        ("both right", wants(), Some(&mine), None),
        (
            "other authority",
            server(&other.issue(server_params("localhost")), None),
            None,
            Some(TlsError::Untrusted),
        ),
        ("expired", server(&trusted.issue(expired), None), None, Some(TlsError::Expired)),
        ("not yet", server(&trusted.issue(future), None), None, Some(TlsError::Expired)),
        (
            "other host",
            server(&trusted.issue(server_params("example.com")), None),
            None,
            Some(TlsError::Host),
        ),
        ("no name", server(&trusted.issue(params("localhost")), None), None, Some(TlsError::Host)),
        ("nothing shown", wants(), None, Some(TlsError::Refused)),
        ("wrong one shown", wants(), Some(&foreign), Some(TlsError::Refused)),
    ];
    for (name, config, own, expected) in cases {
        let backend = Stub::start_tls(config);
        backend.say(200, XML, OK);
        let url = format!("https://localhost:{}/", backend.address.port());
        assert_eq!(
            called(&url, &trusted, own).await,
            expected.map_or(Ok(200), |error| Err(CallError::Tls(error))),
            "{name}"
        );
        assert_eq!(backend.heard().len(), usize::from(expected.is_none()), "{name}");
    }
    let plain = std::net::TcpListener::bind("127.0.0.1:0").expect("port");
    let url = format!("https://localhost:{}/", plain.local_addr().expect("address").port());
    std::thread::spawn(move || {
        let (mut stream, _) = plain.accept().expect("connection");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").expect("written");
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    assert_eq!(called(&url, &trusted, None).await, Err(TlsError::Failed.into()));
}

#[test]
fn a_client_is_told_that_the_backend_got_nothing_and_no_more() {
    let (trusted, other) = (Authority::new("trusted"), Authority::new("other"));
    let ca = file(&folder("nothing"), "ca.pem", &other.pem());
    let backend = Stub::start_tls(server(&trusted.issue(server_params("localhost")), None));
    let running = support::bridge(before(backend.address, &format!("ca: {ca:?}")));
    let answer = support::raw(running.address(), &request());
    assert_eq!((answer.status, answer.code().as_str()), (502, "BRG00300"), "{answer:?}");
    assert!(answer.body.contains("it got nothing of the request"), "{answer:?}");
    assert!(!answer.body.contains("localhost") && backend.heard().is_empty(), "{answer:?}");
}

#[test]
fn a_token_server_is_called_over_the_backends_tls() {
    let authority = Authority::new("theirs");
    let ca = file(&folder("token"), "ca.pem", &authority.pem());
    let backend = Stub::start_tls(server(&authority.issue(server_params("localhost")), None));
    backend.say(200, "Content-Type: application/json\r\n", "{}");
    let url = format!("url: \"https://localhost:{}\"\n    tls: {{ ca: {ca:?} }}", backend.address.port());
    let service = loaded_with("stonex/soap-to-json.yaml", &[("url: \"http://localhost:8080\"", &url)], None);
    let running = support::bridge(service.expect("service"));
    let security = "<soapenv:Header><wsse:Security soapenv:mustUnderstand=\"1\" xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><wsse:UsernameToken><wsse:Username>ops@example.com</wsse:Username><wsse:Password>not-a-real-secret</wsse:Password></wsse:UsernameToken></wsse:Security></soapenv:Header>";
    let body = include_str!("../samples/stonex/request.xml")
        .replace("<soapenv:Body>", &format!("{security}<soapenv:Body>"));
    support::post(
        running.address(),
        "/soap/stonex",
        &[support::SOAP, ("SOAPAction", "\"\"")],
        body.as_bytes(),
    );
    let heard = backend.heard().pop().expect("request");
    assert!(heard.head.to_lowercase().contains("authorization: bearer backend-token"), "{heard:?}");
}

#[test]
fn a_client_must_show_what_the_listener_asks_for() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let own = ours.issue(server_params("localhost"));
    let (mine, foreign) = (ours.issue(params("mine")), other.issue(params("mine")));
    let mut expired = params("mine");
    expired.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let expired = ours.issue(expired);
    let status = |running: &Running, trusts: &Authority, shown: Option<&Issued>| {
        raw(running.address(), client(trusts, shown, &[]), GET).map(|(status, _)| status)
    };
    let required = front(&own, Some(&ours), false);
    for (name, shown, expected) in [
        ("none", None, None),
        ("of another authority", Some(&foreign), None),
        ("expired", Some(&expired), None),
        ("right", Some(&mine), Some(200)),
    ] {
        assert_eq!(status(&required, &ours, shown), expected, "{name}");
    }
    let optional = front(&own, Some(&ours), true);
    assert_eq!(status(&optional, &ours, None), Some(200));
    assert_eq!(status(&optional, &ours, Some(&foreign)), None);
    let nobody_asked = front(&own, None, false);
    assert_eq!(status(&nobody_asked, &ours, Some(&foreign)), Some(200));
    assert_eq!(status(&nobody_asked, &other, None), None, "a client trusts whom it trusts");
}

#[test]
fn plain_http_at_a_listener_with_tls_is_closed_and_harms_nobody() {
    let ours = Authority::new("ours");
    let running = front(&ours.issue(server_params("localhost")), None, false);
    for bytes in [GET, &b"SSH-2.0-x\r\n"[..], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        assert_eq!(support::raw(running.address(), bytes).status, 0, "{bytes:?}");
    }
    let (status, _) = raw(running.address(), client(&ours, None, &["http/1.1"]), GET).expect("answer");
    assert_eq!(status, 200);
}

/// Whoever says nothing, before the handshake or behind it, is closed.
#[test]
fn silence_ends() {
    let ours = Authority::new("ours");
    let mut service = sample_service("json-to-soap.yaml", "http://127.0.0.1:9/");
    service.limits =
        Limits { http: HttpLimits { head_deadline: 200, ..HttpLimits::default() }, ..Limits::default() };
    let running = listening(service, &ours.issue(server_params("localhost")), None, false);
    for start in [&b""[..], b"G", b"\x16\x03\x01\x00\x02\x01\x00"] {
        assert_eq!(support::raw(running.address(), start).status, 0);
    }
    for alpn in ["h2", "http/1.1"] {
        let mut stream = connect(running.address(), client(&ours, None, &[alpn]));
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).expect("handshake");
        }
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest).map_err(|error| error.kind());
        assert!(
            !matches!(ended, Err(std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)),
            "{alpn}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http2_is_agreed_on_in_the_handshake() {
    let ours = Authority::new("ours");
    let running = front(&ours.issue(server_params("localhost")), None, false);
    let connector = tokio_rustls::TlsConnector::from(client(&ours, None, &["h2", "http/1.1"]));
    let stream = tokio::net::TcpStream::connect(running.address()).await.expect("connection");
    let stream = connector.connect("localhost".try_into().expect("name"), stream).await.expect("handshake");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("HTTP/2");
    #[allow(clippy::disallowed_methods, reason = "a client in a test")]
    let driver = tokio::task::spawn(connection);
    for _ in 0..3 {
        let request =
            Request::get("https://bridge.example/soap/bancbox/BBXPort?wsdl").body(Empty::<Bytes>::new());
        let response = sender.send_request(request.expect("request")).await.expect("response");
        assert_eq!(response.status(), 200);
        let body = response.into_body().collect().await.expect("body").to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        assert!(text.contains("location=\"https://bridge.example/soap/bancbox/BBXPort\""), "{text}");
    }
    drop(sender);
    driver.await.expect("task").expect("closed");
}

#[test]
fn a_new_certificate_is_shown_when_it_takes_the_place_of_the_old_one() {
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let tls = Tls::new(&pem(&old.issue(server_params("localhost")), None, false)).expect("TLS");
    let service = sample_service("json-to-soap.yaml", "http://127.0.0.1:9/");
    let limits = service.limits;
    let bridge = Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge");
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings { limits: limits.http, threads: 2, tls: Some(tls.clone()) };
    let running = start_with(anywhere, &bridge, settings).expect("listener");
    let trusted = |authority| raw(running.address(), client(authority, None, &[]), GET).is_some();
    assert_eq!((trusted(&old), trusted(&new)), (true, false));
    let mut broken = pem(&new.issue(server_params("localhost")), None, false);
    broken.identity.key = Secret::new(new.issue(server_params("localhost")).key_pem());
    assert!(tls.replace(&broken).expect_err("another's key").to_string().contains("does not fit"));
    assert_eq!((trusted(&old), trusted(&new)), (true, false));
    tls.replace(&pem(&new.issue(server_params("localhost")), None, false)).expect("TLS");
    assert_eq!((trusted(&old), trusted(&new)), (false, true));
}

/// What is in the file, and what is said about it.
#[test]
fn credentials_go_nowhere_in_cleartext() {
    let soap = "bancbox/json-to-soap.yaml";
    let json = "bancbox/soap-to-json.yaml";
    let oauth2 = "stonex/soap-to-json.yaml";
    let away = ("http://localhost:8080", "http://backend.example:8080");
    for (name, changes, expected) in [
        (
            soap,
            vec![away],
            Some(
                "backend.soap.username_token: the UsernameToken would go to backend.example:8080 in cleartext",
            ),
        ),
        (
            soap,
            vec![("http://localhost:8080", "http://user@localhost:8080")],
            Some("a user name is not allowed in a URL"),
        ),
        (soap, vec![("http://localhost:8080", "https://backend.example")], None),
        (soap, vec![("http://localhost:8080", "http://[::1]:8080")], None),
        (soap, vec![("http://localhost:8080", "http://127.9.9.9")], None),
        (soap, vec![away, ("    timeout:", "    allow_insecure: true\n    timeout:")], None),
        (
            json,
            vec![("http://localhost:8081", "http://backend.example")],
            Some("backend.json.credentials: the credentials in the body would go to"),
        ),
        (oauth2, vec![away], Some("backend.json.auth: the credentials of its `auth` would go to")),
        (
            oauth2,
            vec![("token_url: /", "token_url: http://token.example/")],
            Some(
                "backend.json.auth.oauth2.client_secret: the client's secret would go to token.example in cleartext",
            ),
        ),
        (oauth2, vec![("token_url: /", "token_url: https://token.example/")], None),
        (oauth2, vec![away, ("    timeout:", "    allow_insecure: true\n    timeout:")], None),
    ] {
        let said = loaded_with(name, &changes, None).err();
        match expected {
            None => assert_eq!(said, None, "{changes:?}"),
            Some(expected) => {
                assert!(said.as_ref().is_some_and(|said| said.contains(expected)), "{changes:?}: {said:?}")
            }
        }
    }
    let replaced = |url| loaded_with(soap, &[], Some(url)).err();
    assert!(replaced("http://10.0.0.1/").expect("refused").contains("would go to 10.0.0.1 in cleartext"));
    assert_eq!((replaced("https://10.0.0.1/"), replaced("http://127.0.0.1/")), (None, None));
}

#[test]
fn every_mistake_in_tls_is_found_before_anything_runs() {
    let folder = folder("mistakes");
    let authority = Authority::new("theirs");
    let (one, other) = (authority.issue(params("one")), authority.issue(params("other")));
    let ca = file(&folder, "ca.pem", &authority.pem());
    let certificate = file(&folder, "one.pem", &one.certificate_pem());
    let key = file(&folder, "one.key", &one.key_pem());
    let unfit = file(&folder, "other.key", &other.key_pem());
    let empty = file(&folder, "empty.pem", "nothing\n");
    let at = |tls: String| {
        let url = format!("url: \"https://localhost/\"\n    tls: {{ {tls} }}");
        let ready = |service| ReadyService::new(service).map(drop).map_err(|error| error.to_string());
        loaded(BACKEND, &url).and_then(ready)
    };
    assert_eq!(at(format!("ca: {ca:?}, certificate: {certificate:?}, key: {key:?}")), Ok(()));
    for (tls, expected) in [
        ("ca: missing.pem".to_owned(), "backend.soap.tls.ca: "),
        (format!("ca: {empty:?}"), "tls.ca: there is no PEM certificate in it"),
        (format!("ca: {key:?}"), "tls.ca: there is no PEM certificate in it"),
        (format!("certificate: {certificate:?}"), "certificate and key belong together"),
        (
            format!("ca: {ca:?}, certificate: {certificate:?}, key: {unfit:?}"),
            "the key does not fit the certificate",
        ),
        (
            format!("ca: {ca:?}, certificate: {certificate:?}, key: {certificate:?}"),
            "tls.key: there is no PEM private key",
        ),
        (format!("ca: {ca:?}, certificate: {empty:?}, key: {key:?}"), "tls.certificate: there is no PEM"),
        ("key: \"${env:SAPONIFY_NOT_SET}\", certificate: a".to_owned(), "SAPONIFY_NOT_SET is not set"),
        ("verify: false".to_owned(), "there is no key `verify`"),
    ] {
        let said = at(tls.clone()).expect_err(&tls);
        assert!(said.contains(expected), "{tls}: {said}");
        assert!(!said.contains("PRIVATE KEY-"), "{said}");
    }
    let plain = format!("{BACKEND}\n    tls: {{ ca: {ca:?} }}");
    assert!(
        loaded(BACKEND, &plain)
            .expect_err("no TLS")
            .contains("the URL begins with http://, so there is no TLS")
    );
    let service = loaded_with("bancbox/json-to-soap.yaml", &[(BACKEND, &plain)], Some("http://127.0.0.1:9/"));
    service.expect("for a mock in its place");
    let client = "listen: { tls: { certificate: a, key: b, client: optional } }\nbackend:";
    assert!(
        loaded("backend:", client)
            .expect_err("of whom?")
            .contains("listen.tls.client: clients are not asked for certificates")
    );
}

/// A token server at the backend's host is reached as the backend is.
#[test]
fn a_token_server_at_the_backend_has_no_tls_of_its_own() {
    let own = ("token_url: /", "tls: { ca: a.pem }\n        token_url: /");
    let said = loaded_with("stonex/soap-to-json.yaml", &[own], None).expect_err("whose?");
    assert!(
        said.contains("backend.json.auth.oauth2.tls: the token server is at the backend's host"),
        "{said}"
    );
}

/// The same files relative to the service file, and from the environment.
#[test]
fn a_listener_reads_its_files_where_the_service_file_says() {
    struct Made;
    impl Environment for Made {
        fn variable(&self, name: &str) -> Option<String> {
            Some(format!("value of {name}"))
        }

        fn file(&self, path: &str) -> Result<String, String> {
            Ok(format!("text of {path}"))
        }
    }
    let listen = "listen: { tls: { certificate: tls/a.pem, key: \"${env:KEY}\", client_ca: /b.pem, client: optional } }\nbackend:";
    let tls = loaded("backend:", listen).expect("service").listen.expect("TLS");
    let pem = tls.read(&Made).expect("read");
    assert!(pem.identity.certificate.ends_with("/samples/bancbox/tls/a.pem"), "{pem:?}");
    assert_eq!(pem.identity.key.expose(), "value of KEY");
    assert_eq!((pem.client_ca.as_deref(), pem.client_optional), (Some("text of /b.pem"), true));
    assert!(
        Tls::new(&pem)
            .expect_err("no PEM")
            .to_string()
            .contains("tls certificate: there is no PEM certificate in it")
    );
}
