//! The last exchanges on the operator's listener: found, looked at from both sides, sent again, taken along; and nothing in them that is secret.

#[path = "support/program.rs"]
mod program;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::process::Command;

use program::{Program, until};
use serde_json::Value;
use stub::Stub;
use support::{Answer, JSON, SOAP, post, send};

const USERS: &str = "users: { users: [{ name: ops, password: \"${env:CALLER}\" }] }";
const VARIABLES: [(&str, &str); 3] =
    [("CALLER", "canary-caller"), ("BACKEND", "canary-backend"), ("ADMIN_TOKEN", "canary-admin")];

/// Both fronts, with users, before a SOAP backend with a password.
fn file(name: &str, mask: &str) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = format!(
        "version: 1
service: shop
contract: {{ wsdl: {root}/tests/shop/shop.wsdl }}
fronts:
  json: {{ path: /shop, auth: {{ {USERS} }}, compression: true }}
  soap: {{ path: /soap, auth: {{ {} }} }}
operations: {{ getItem: {{ http: \"PUT /items/{{code}}\" }} }}
mask: {mask}
backend:
  soap:
    url: http://127.0.0.1:9/
    username_token: {{ credentials: {{ fixed: {{ username: us, password: \"${{env:BACKEND}}\" }} }} }}
",
        USERS.replace(" }] }", " }], accept: [text, digest] }")
    );
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.yaml"));
    std::fs::write(&path, text).expect("service file");
    path.display().to_string()
}

fn started(name: &str, stub: &Stub, more: &[&str]) -> Program {
    started_with(name, stub, "{ /code: last4, /note: hide }", more)
}

fn started_with(name: &str, stub: &Stub, mask: &str, more: &[&str]) -> Program {
    let (file, url) = (file(name, mask), stub.url());
    let arguments = [&["-c", &file, "--backend-url", &url, "--admin", "127.0.0.1:0"], more].concat();
    Program::start(name, &arguments, VARIABLES)
}

/// A backend that repeats what it must not.
fn backend() -> Stub {
    let stub = Stub::start();
    let reply = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
        <getItemResponse xmlns=\"urn:example:shop\"><code>canary-1234</code><note>canary-note</note>\
        <tag>canary-1234 of canary-note by canary-caller with canary-backend</tag></getItemResponse></e:Body></e:Envelope>";
    stub.say(200, "Content-Type: text/xml; charset=utf-8\r\nX-Said: canary-backend\r\n", reply);
    stub
}

/// `ops:canary-caller`
const BASIC: (&str, &str) = ("Authorization", "Basic b3BzOmNhbmFyeS1jYWxsZXI=");

fn token(password: &str) -> String {
    let wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header><w:Security xmlns:w=\"{wsse}\">\
         <w:UsernameToken><w:Username>ops</w:Username>{password}</w:UsernameToken></w:Security></s:Header>\
         <s:Body><getItem xmlns=\"urn:example:shop\"><code>c</code></getItem></s:Body></s:Envelope>"
    )
}

fn get(program: &Program, path: &str) -> Answer {
    send(program.admin(), "GET", path, &[("Accept", "*/*")], b"")
}

/// The exchanges that are found, once there are so many: they are masked by a thread of its own.
fn list(program: &Program, query: &str, count: usize) -> Vec<Value> {
    until(|| {
        let found = get(program, &format!("/traffic?{query}")).json();
        let found = found["exchanges"].as_array().expect("a list").clone();
        (found.len() == count).then_some(found)
    })
}

fn put(program: &Program, headers: &[(&str, &str)], body: &str) -> Answer {
    send(
        program.address(),
        "PUT",
        "/shop/items/canary-1234?verbose=1",
        &[&[JSON], headers].concat(),
        body.as_bytes(),
    )
}

#[test]
fn an_exchange_is_found_and_seen_from_both_sides() {
    let stub = backend();
    let program = started("traffic-seen", &stub, &["--traffic"]);
    let named = [BASIC, ("X-Request-Id", "order-17"), ("Accept-Encoding", "gzip")];
    assert_eq!(put(&program, &named, "{}").status, 200);
    assert_eq!(put(&program, &[], "{}").status, 401);
    assert_eq!(send(program.address(), "GET", "/shop/items/canary-1234", &[BASIC], b"").status, 405);
    assert_eq!(list(&program, "", 3).len(), 3);
    for (query, count) in [
        ("outcome=ok", 1),
        ("status=4xx", 2),
        ("status=401", 1),
        ("id=order-1", 1),
        ("service=shop&outcome=client", 2),
        ("operation=getItem&status=200", 1),
        ("service=other", 0),
    ] {
        assert_eq!(list(&program, query, count).len(), count, "{query}");
    }
    let page = get(&program, "/traffic?limit=2").json();
    let older = list(&program, &format!("limit=2&before={}", page["next"]), 1);
    assert_eq!(older[0]["request_name"], "order-17");

    let number = older[0]["number"].to_string();
    let one = get(&program, &format!("/traffic/{number}"));
    let seen = one.json();
    let text =
        |part: &str| seen["messages"][part].as_str().unwrap_or_else(|| panic!("{part}: {seen}")).to_owned();
    assert!(text("backend_request").contains("code>***1234</"), "{seen}");
    assert!(text("backend_reply").contains("<note>***</note>"), "{seen}");
    assert!(text("response").contains("\"code\":\"***1234\""), "{seen}");
    assert_eq!(text("request"), "{}");
    let http = &seen["http"];
    let url = http["request"]["url"].as_str().expect("a URL");
    assert_eq!(
        (http["request"]["method"].as_str(), url.split("/shop").nth(1)),
        (Some("PUT"), Some("/items/***1234"))
    );
    assert_eq!((&http["backend_reply"]["status"], &http["response"]["status"]), (&200.into(), &200.into()));
    assert!(http["backend_request"]["headers"].to_string().contains("soapaction"), "{http}");
    assert_eq!(seen["exchange"]["trace"], older[0]["trace"]);
    assert!(!one.body.contains("canary-"), "{}", one.body);
    let refused = list(&program, "status=405", 1)[0]["number"].to_string();
    let refused = get(&program, &format!("/traffic/{refused}")).body;
    assert!(refused.contains("/shop/items/***1234\"") && !refused.contains("canary"), "{refused}");
}

#[test]
fn nothing_secret_is_in_lists_exchanges_commands_and_archives() {
    let stub = backend();
    let program = started("traffic-secrets", &stub, &["--traffic"]);
    put(&program, &[BASIC, ("Cookie", "s=canary-cookie")], "{\"note\":\"canary-note\"}");
    put(&program, &[("Authorization", "Bearer canary-bearer")], "{}");
    put(&program, &[BASIC], "{\"note\":\"canary-note\",\"apiKey\":\"canary-key\"}");
    put(&program, &[BASIC], "{\"note\":canary-note}");
    for password in ["canary-caller", "canary-wrong"] {
        let envelope = token(&format!("<w:Password>{password}</w:Password>"));
        post(program.address(), "/soap?apikey=canary-key", &[SOAP], envelope.as_bytes());
    }
    let found = list(&program, "", 6);
    let numbers = found.iter().map(|found| found["number"].to_string());
    let paths =
        numbers.flat_map(|number| ["", "/curl", "/har"].map(|kind| format!("/traffic/{number}{kind}")));
    let mut searched =
        vec![get(&program, "/traffic"), get(&program, "/traffic/har"), get(&program, "/metrics")];
    searched.extend(paths.map(|path| get(&program, &path)));
    assert_eq!(searched.len(), 3 + 18);
    for answer in &searched {
        for secret in ["canary-", "Y2FuYXJ5", "b3BzOmNhbmFyeS1jYWxsZXI"] {
            assert!(!answer.body.contains(secret), "{secret}: {}", answer.body);
        }
    }
    assert!(
        stub.heard().iter().any(|heard| heard.body.contains("canary-backend")),
        "it gets where it belongs"
    );
}

/// The key of a caller of tools is in a header that the service file names, and only the MCP front has it.
#[test]
fn the_key_of_a_tool_and_what_is_masked_show_nowhere() {
    let stub = backend();
    let path = file("traffic-tools", "{ /code: last4, /note: hide }");
    let tools = "  mcp: { path: /mcp, auth: { keys: { keys: [{ name: agent, token: \"${env:CALLER}\" }], header: X-Agent } }, \
        operations: { getItem: {} } }\noperations:";
    let text = std::fs::read_to_string(&path).expect("service file").replace("operations:", tools);
    std::fs::write(&path, text).expect("service file");
    let words = ["-c", &path, "--backend-url", &stub.url(), "--admin", "127.0.0.1:0", "--traffic"];
    let program = Program::start("traffic-tools", &words, VARIABLES);
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"getItem","arguments":{"code":"canary-1234","note":"canary-note"}}}"#;
    let headers = [
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
        ("MCP-Protocol-Version", "2025-11-25"),
        ("X-Agent", "canary-caller"),
    ];
    let answer = post(program.address(), "/mcp", &headers, call.as_bytes());
    assert!(answer.body.contains("structuredContent"), "{}", answer.body);
    // One that is no key of the file is a secret too: of another system, or with a letter too few.
    let [content, accept, version, _] = headers;
    let wrong = [content, accept, version, ("X-Agent", "canary-mistyped")];
    assert_eq!(post(program.address(), "/mcp", &wrong, call.as_bytes()).status, 401);
    let found = list(&program, "", 2);
    let number = &found[1]["number"];
    for found in &found {
        for kind in ["", "/har", "/curl"] {
            let seen = get(&program, &format!("/traffic/{}{kind}", found["number"]));
            assert!(!seen.body.contains("canary-"), "{}", seen.body);
        }
    }
    let again = get(&program, &format!("/traffic/{number}/curl"));
    assert!(again.body.contains("call of a tool"), "{}", again.body);
}

#[test]
fn the_command_of_an_exchange_sends_it_again() {
    let stub = backend();
    let program = started_with("traffic-again", &stub, "{ /note: hide }", &["--traffic"]);
    let headers = [JSON, BASIC, ("Idempotency-Key", "k1")];
    let answer = send(program.address(), "PUT", "/shop/items/it's%20%24x", &headers, b"{\"note\":null}");
    assert_eq!(answer.status, 200, "{answer:?}");
    let envelope = token("<w:Password>canary-caller</w:Password>");
    assert_eq!(post(program.address(), "/soap", &[SOAP], envelope.as_bytes()).status, 200);
    for (exchange, code) in list(&program, "outcome=ok", 2).iter().zip(["code>c</", "code>it's $x</"]) {
        let command = get(&program, &format!("/traffic/{}/curl", exchange["number"])).body;
        let command = command.replace("http://localhost/", &format!("http://{}/", program.address()));
        let run = |password: &str| {
            let mut shell = Command::new("sh");
            shell.args(["-e", "-c", &command]).env("API_USERNAME", "ops").env("API_PASSWORD", password);
            shell.output().expect("sh")
        };
        let done = run("canary-caller");
        assert!(done.status.success(), "{command}\n{done:?}");
        assert!(String::from_utf8_lossy(&done.stdout).contains("canary-note"), "{command}\n{done:?}");
        assert!(stub.heard().pop().expect("a request").body.contains(code), "{command}");
        assert!(!run("").status.success(), "{command}");
    }
    assert_eq!(list(&program, "outcome=ok", 4).len(), 4);
}

#[test]
fn an_archive_has_both_sides_of_each_exchange() {
    let stub = backend();
    let program = started("traffic-archive", &stub, &["--traffic"]);
    put(&program, &[BASIC], "{}");
    put(&program, &[], "{}");
    list(&program, "", 2);
    let answer = get(&program, "/traffic/har");
    assert!(answer.head.contains("content-disposition: attachment"), "{}", answer.head);
    let log = &answer.json()["log"];
    let entries = log["entries"].as_array().expect("entries");
    let sides: Vec<_> = entries.iter().map(|entry| entry["_side"].as_str().expect("a side")).collect();
    assert_eq!((&log["version"], sides), (&"1.2".into(), vec!["client", "backend", "client"]));
    for entry in entries {
        let timings = entry["timings"].as_object().expect("timings").values().filter_map(Value::as_f64);
        let sum: f64 = timings.sum();
        assert!((entry["time"].as_f64().expect("a time") - sum).abs() < 0.001, "{entry}");
    }
    assert_eq!(entries[2]["response"]["status"], 401);
    assert_eq!(list(&program, "limit=1&status=401", 1).len(), 1);
    let wrong = get(&program, "/traffic/har?status=x");
    assert_eq!(
        (wrong.status, wrong.body.trim()),
        (400, "status: expected a status as 404, or a class as 4xx")
    );
}

#[test]
fn the_page_holds_nothing_and_everything_else_asks_for_the_token() {
    let stub = backend();
    let program = started("traffic-token", &stub, &["--traffic", "--admin-token-env", "ADMIN_TOKEN"]);
    put(&program, &[BASIC], "{}");
    for path in ["/traffic/page", "/traffic/page.js", "/traffic/page.css"] {
        let answer = get(&program, path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(
            answer.head.contains("content-security-policy: default-src 'none'; script-src 'self'"),
            "{}",
            answer.head
        );
        assert!(!answer.body.contains("innerHTML") && !answer.body.contains("http://"), "{path}");
    }
    for path in
        ["/traffic", "/traffic/0", "/traffic/0/curl", "/traffic/0/har", "/traffic/har", "/traffic/nothing"]
    {
        assert_eq!(get(&program, path).status, 401, "{path}");
    }
    let bearer = ("Authorization", "Bearer canary-admin");
    let ask = |path: &str| send(program.admin(), "GET", path, &[bearer], b"");
    until(|| (ask("/traffic/0").status == 200).then_some(()));
    let answer = ask("/traffic");
    assert!(
        answer.head.contains("cache-control: no-store") && answer.head.contains("nosniff"),
        "{}",
        answer.head
    );
    assert_eq!(["/traffic/1", "/traffic/x", "/traffic/0/x"].map(|path| ask(path).status), [404; 3]);
}

/// A name that led to another site a moment ago may lead here now, and the page of that site would be of the same origin.
#[test]
fn without_a_token_nobody_asks_by_a_name() {
    let stub = backend();
    let program = started("traffic-rebound", &stub, &["--traffic"]);
    let ask = |host: &str| {
        let head = format!("GET /traffic HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        support::raw(program.admin(), head.as_bytes()).status
    };
    assert_eq!(["localhost:9901", "127.0.0.1", "[::1]:80"].map(ask), [200; 3]);
    assert_eq!(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:9901"].map(ask), [403; 3]);
}

#[test]
fn what_is_too_large_or_unreadable_is_told_by_its_length() {
    let stub = backend();
    let program = started("traffic-large", &stub, &["--traffic"]);
    let large = format!("{{\"note\":\"{}\"}}", "x".repeat(70_000));
    assert_eq!(put(&program, &[BASIC], &large).status, 200);
    assert_eq!(put(&program, &[BASIC], "{\"note\":").status, 400);
    let found = list(&program, "", 2);
    let one = |at: usize| get(&program, &format!("/traffic/{}", found[at]["number"])).json();
    assert_eq!(one(1)["messages"]["request"]["bytes"], large.len());
    assert_eq!(one(0)["messages"]["request"]["bytes"], 8);
    let again = get(&program, &format!("/traffic/{}/curl", found[1]["number"]));
    assert_eq!(again.status, 409, "{again:?}");
}
