//! The access log: a line for each request, however it ended; and files of traffic.

#[path = "support/program.rs"]
mod program;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use program::{Program, until};
use saponify::bridge::{AccessLog, AccessLogForm, Bridge, LogWriter, Observers, ReadyService};
use saponify::server::{Running, start};
use serde_json::Value;
use stub::Stub;
use support::{JSON, post, send};

/// What was written, by whoever has a clone.
#[derive(Clone, Debug, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("lines").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("lines").clone()).expect("UTF-8")
    }

    /// The last of `count` lines, once there are so many.
    fn last(&self, count: usize) -> String {
        until(|| {
            let text = self.text();
            (text.lines().count() >= count).then(|| text.lines().last().expect("a line").to_owned())
        })
    }
}

const FILE: &str = "version: 1
service: shop
contract: { wsdl: shop.wsdl }
fronts: { json: { path: /shop, auth: none } }
backend: { soap: { url: \"http://127.0.0.1:9/\" } }
";

const REPLY: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
    <getItemResponse xmlns=\"urn:example:shop\"><code>canary</code></getItemResponse></e:Body></e:Envelope>";

fn listening(stub: &Stub, form: AccessLogForm) -> (Running, Lines) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shop/service.yaml");
    let service = support::service(path, FILE, &stub.url());
    let limits = service.limits;
    let bridge = Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge");
    let lines = Lines::default();
    let writer = LogWriter::new(lines.clone(), "memory").expect("a thread");
    bridge.observe(Observers { access: Some(AccessLog { writer, form }), ..Observers::default() });
    let running = start(([127, 0, 0, 1], 0).into(), &bridge, limits.http, 1).expect("listener");
    (running, lines)
}

fn backend() -> Stub {
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml; charset=utf-8\r\n", REPLY);
    stub
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn a_request_that_is_answered_has_a_line_with_all_that_is_known() {
    let stub = backend();
    let (running, lines) = listening(&stub, AccessLogForm::Json);
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    let headers = [JSON, ("X-Request-Id", "order-17"), ("traceparent", &*parent)];
    let body = r#"{"code":"canary"}"#;
    let answer = post(running.address(), "/shop/getItem", &headers, body.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = lines.last(1);
    let line: Value = serde_json::from_str(&text).expect("JSON");
    let text_of = |key: &str| line[key].as_str().expect("a text");
    assert_eq!(
        ["level", "request_name", "trace", "method", "front", "service", "operation", "outcome"].map(text_of),
        ["INFO", "order-17", trace, "POST", "json", "shop", "getItem", "ok"]
    );
    assert_eq!(line["status"], 200);
    assert_eq!(
        (&line["request_bytes"], &line["response_bytes"]),
        (&body.len().into(), &answer.body.len().into())
    );
    assert!(line["client"].as_str().is_some_and(|client| client.starts_with("127.0.0.1:")), "{line}");
    let backend = &line["backend"];
    assert_eq!(
        (&backend["address"], &backend["status"], &backend["content_type"], &backend["reply_bytes"]),
        (
            &stub.address.to_string().into(),
            &200.into(),
            &"text/xml; charset=utf-8".into(),
            &REPLY.len().into()
        )
    );
    let heard = stub.heard().pop().expect("a request");
    assert_eq!(backend["request_bytes"], heard.body.len());
    // What the backend got is what the line says.
    assert!(heard.head.contains(&format!("traceparent: 00-{trace}-{}-01", text_of("span"))), "{heard:?}");
    assert!(heard.head.contains("x-request-id: order-17"), "{heard:?}");
    let mut phases = keys(&line["phases_us"]);
    phases.sort_unstable();
    let mut all = ["read", "auth", "encode", "backend_first_byte", "backend_reply", "decode", "write"];
    all.sort_unstable();
    assert_eq!(phases, all, "{line}");
    let sum: u64 = line["phases_us"].as_object().expect("an object").values().filter_map(Value::as_u64).sum();
    assert!(line["elapsed_us"].as_u64() >= Some(sum), "{line}");
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn a_request_that_is_refused_has_a_line_that_says_why() {
    let stub = backend();
    let (running, lines) = listening(&stub, AccessLogForm::Json);
    let mut count = 0;
    let mut asked = |method: &str, path: &str, headers: &[(&str, &str)], body: &str| {
        let status = send(running.address(), method, path, headers, body.as_bytes()).status;
        count += 1;
        let line: Value = serde_json::from_str(&lines.last(count)).expect("JSON");
        assert_eq!(line["status"], status, "{line}");
        assert!(!line.to_string().contains("canary"), "{line}");
        line
    };
    let line = asked("POST", "/canary", &[JSON], "{}");
    assert_eq!(
        (&line["failure"], &line["code"], &line["service"]),
        (&"not_found".into(), &"BRG00400".into(), &Value::Null)
    );
    let line = asked("POST", "/shop/getItem", &[JSON], r#"{"kode":"canary"}"#);
    assert_eq!(
        (&line["failure"], &line["outcome"], &line["level"], &line["operation"]),
        (&"contract".into(), &"client".into(), &"WARN".into(), &"getItem".into())
    );
    let deep = format!("{}1{}", "[".repeat(99), "]".repeat(99));
    let line = asked("POST", "/shop/getItem", &[JSON], &deep);
    assert_eq!((&line["failure"], &line["limit"]), (&"json_limit".into(), &"nested values".into()));
    let line = asked("CANARIES", "/shop/getItem", &[JSON], "{}");
    assert_eq!((&line["failure"], &line["method"]), (&"method".into(), &"CANARIES".into()));
    stub.say(503, "", "canary");
    let line = asked("POST", "/shop/getItem", &[JSON], r#"{"code":"a"}"#);
    assert_eq!(
        (&line["cause"], &line["outcome"], &line["level"], &line["backend"]["status"]),
        (&"unavailable".into(), &"backend".into(), &"ERROR".into(), &503.into())
    );
}

/// In HTTP/1.1 nobody can tell a client that has gone from one that has closed its side and waits: its answer is made.
#[test]
#[allow(clippy::disallowed_methods, reason = "a client drives its own connection")]
fn a_client_that_goes_away_has_a_line_too() {
    let stub = backend();
    let held = stub.hold();
    let (running, lines) = listening(&stub, AccessLogForm::Json);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(running.address()).await.expect("connection");
        let opened = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
        let (mut sender, connection) = opened.expect("handshake");
        tokio::spawn(connection);
        let request = http::Request::post(format!("http://{}/shop/getItem", running.address()))
            .header("content-type", "application/json")
            .body(http_body_util::Full::new(bytes::Bytes::from_static(br#"{"code":"a"}"#)));
        tokio::spawn(sender.send_request(request.expect("request")));
        while stub.heard().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    drop(runtime);
    let line: Value = serde_json::from_str(&lines.last(1)).expect("JSON");
    assert_eq!(
        (&line["outcome"], &line["status"], &line["operation"]),
        (&"abandoned".into(), &Value::Null, &"getItem".into())
    );
    drop(held);
}

#[test]
fn words_have_the_same_fields() {
    let stub = backend();
    let (running, lines) = listening(&stub, AccessLogForm::Text);
    assert_eq!(post(running.address(), "/shop/getItem", &[JSON], br#"{"code":"a"}"#).status, 200);
    let line = lines.last(1);
    for word in [
        " INFO client=127.0.0.1:",
        " method=POST front=json service=shop operation=getItem outcome=ok status=200 ",
        " phases_us.backend_first_byte=",
        " backend.content_type=\"text/xml; charset=utf-8\"",
    ] {
        assert!(line.contains(word), "{word}: {line}");
    }
}

fn program(name: &str, stub: &Stub, more: &[&str]) -> Program {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("{name}.yaml"));
    let wsdl = format!("{}/tests/shop/shop.wsdl", env!("CARGO_MANIFEST_DIR"));
    let text = FILE.replace("shop.wsdl", &wsdl) + "mask: { /code: hide }\n";
    std::fs::write(&file, text).expect("service file");
    let (file, url) = (file.display().to_string(), stub.url());
    let arguments = [&["-c", &file, "--backend-url", &url, "--admin", "127.0.0.1:0"], more].concat();
    Program::start(name, &arguments, [("ADMIN_TOKEN", "admin-canary")])
}

fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a file")).collect()
}

#[test]
fn samples_of_traffic_are_masked_and_the_operators() {
    let stub = backend();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("traffic");
    let _ = std::fs::remove_dir_all(&folder);
    let shown = folder.display().to_string();
    let program =
        program("traffic", &stub, &["--traffic", "--trace-dir", &shown, "--admin-token-env", "ADMIN_TOKEN"]);
    assert_eq!(post(program.address(), "/shop/getItem", &[JSON], br#"{"code":"canary"}"#).status, 200);
    let written =
        until(|| files(&folder).into_iter().find(|text| serde_json::from_str::<Value>(text).is_ok()));
    let sample: Value = serde_json::from_str(&written).expect("JSON");
    assert_eq!(sample["exchange"]["operation"], "getItem");
    let mut messages = keys(&sample["messages"]);
    messages.sort_unstable();
    assert_eq!(messages, ["backend_reply", "backend_request", "request", "response"]);
    let reply = sample["messages"]["backend_reply"].as_str().expect("a text");
    assert!(reply.contains("<code>***</code>") && !written.contains("canary"), "{written}");
    let traffic = |headers: &[(&str, &str)]| send(program.admin(), "GET", "/traffic/0", headers, b"");
    assert_eq!(traffic(&[]).status, 401);
    let kept = traffic(&[("Authorization", "Bearer admin-canary")]);
    assert!(kept.json() == sample, "{kept:?}");
}

#[test]
fn nothing_is_kept_unless_it_is_asked_for() {
    let stub = backend();
    let program = program("no-traffic", &stub, &[]);
    assert_eq!(post(program.address(), "/shop/getItem", &[JSON], br#"{"code":"a"}"#).status, 200);
    assert_eq!(send(program.admin(), "GET", "/traffic", &[], b"").status, 404);
}

/// Neither standard output nor standard error takes a line, and everything is answered.
#[test]
fn outputs_that_are_full_stop_nobody() {
    let stub = backend();
    let full = || File::options().write(true).open("/dev/full").expect("/dev/full");
    let service = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("access-full.yaml");
    let wsdl = format!("{}/tests/shop/shop.wsdl", env!("CARGO_MANIFEST_DIR"));
    std::fs::write(&service, FILE.replace("shop.wsdl", &wsdl)).expect("service file");
    let ready = service.with_extension("json");
    let _ = std::fs::remove_file(&ready);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_saponify"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--access-log",
            "json",
            "--admin",
            "127.0.0.1:0",
            "--ready-file",
        ])
        .arg(&ready)
        .arg("-c")
        .arg(&service)
        .args(["--backend-url", &stub.url()])
        .stdout(full())
        .stderr(full())
        .spawn()
        .expect("started");
    let said: Value = until(|| serde_json::from_str(&std::fs::read_to_string(&ready).ok()?).ok());
    let address =
        |url: &Value| url.as_str().and_then(|url| url.split('/').nth(2)?.parse().ok()).expect("an address");
    let (front, admin) = (address(&said["fronts"][0]["url"]), address(&said["admin"]));
    for _ in 0..20 {
        assert_eq!(post(front, "/shop/getItem", &[JSON], br#"{"code":"a"}"#).status, 200);
    }
    let lost = || send(admin, "GET", "/metrics", &[], b"").body;
    let at_least = |text: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix("saponify_log_lines_dropped_total "));
        line.and_then(|count| count.parse::<u64>().ok()).is_some_and(|count| count >= 20)
    };
    until(|| at_least(&lost()).then_some(()));
    child.kill().expect("killed");
    child.wait().expect("ended");
}
