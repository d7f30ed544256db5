//! Header parts and bodies of several parts through the running bridge, in both directions.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc;

#[path = "headers/credentials.rs"]
mod credentials;

/// A backend that answers one request with `answer` and hands over what it got.
fn backend(answer: &'static str) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let url = format!("http://{}/soap", listener.local_addr().expect("address"));
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        sender.send(message(&mut stream)).expect("a listener");
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\r\n", answer.len());
        stream.write_all((head + answer).as_bytes()).expect("written");
    });
    (url, receiver)
}

fn json_backend() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let url = format!("http://{}/json", listener.local_addr().expect("address"));
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        sender.send(message(&mut stream)).expect("a listener");
        let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n\"yes\"";
        stream.write_all(answer.as_bytes()).expect("written");
    });
    (url, receiver)
}

/// Reads a head and as much of a body as it announces.
fn message(stream: &mut TcpStream) -> String {
    let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).expect("read");
        all.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&all).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let bodiless = text.starts_with("GET ") && text.contains("\r\n\r\n");
        if count == 0
            || bodiless
            || length.is_some_and(|length: usize| text.contains("\r\n\r\n") && body.len() >= length)
        {
            return text;
        }
    }
}

/// What references of service files lead to.
const SECRETS: [(&str, &str); 3] =
    [("ANN", "ann-not-a-real-one"), ("BACK", "back-not-a-real-one"), ("DEVELOPER_TOKEN", "d-not-a-real-one")];

struct Bridge {
    process: Child,
    json: String,
    soap: String,
}

impl Bridge {
    fn start(name: &str, backend: &str) -> Self {
        Self::with(name, &["--wsdl", "tests/contracts/headers/contract.wsdl", "--backend", backend])
    }

    /// The bridge of a service file with `text`, before `backend`.
    fn of_file(name: &str, backend: &str, text: &str) -> Self {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("headers-{name}.yaml"));
        std::fs::write(&file, text.replace("FOLDER", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/headers")))
            .expect("written");
        Self::with(name, &["-c", &file.to_string_lossy(), "--backend-url", backend])
    }

    /// A mock of the JSON backend of a service file with `text`; its `json` is where that is.
    fn mock(name: &str, text: &str) -> Self {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("headers-{name}.yaml"));
        std::fs::write(&file, text.replace("FOLDER", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/headers")))
            .expect("written");
        let (process, told) = Self::started("mock", name, &["-c", &file.to_string_lossy(), "--side", "json"]);
        let url = told["url"].as_str().expect("an address").to_owned();
        Self { process, json: url.clone(), soap: url }
    }

    /// The program with what it says when it is ready.
    fn started(verb: &str, name: &str, words: &[&str]) -> (Child, serde_json::Value) {
        let ready = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("headers-{name}.json"));
        let _ = std::fs::remove_file(&ready);
        let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
        command.arg(verb).args(words).envs(SECRETS);
        command.args(["--listen", "127.0.0.1:0", "--ready-file", &ready.to_string_lossy()]);
        let process = command.current_dir(env!("CARGO_MANIFEST_DIR")).spawn().expect("started");
        let told = (0..200).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            let text = std::fs::read_to_string(&ready).ok()?;
            serde_json::from_str::<serde_json::Value>(&text).ok()
        });
        (process, told.expect("ready"))
    }

    fn with(name: &str, words: &[&str]) -> Self {
        let (process, fronts) = Self::started("serve", name, words);
        let fronts = fronts["fronts"].as_array().expect("fronts");
        let url = |kind: &str| {
            let front = fronts.iter().find(|front| front["kind"] == kind).expect("a front");
            front["url"].as_str().expect("url").to_owned()
        };
        Self { process, json: url("json"), soap: url("soap") }
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn post(url: &str, media: &str, body: &str) -> String {
    post_with(url, media, "", body)
}

fn post_with(url: &str, media: &str, headers: &str, body: &str) -> String {
    let rest = url.strip_prefix("http://").expect("http");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).expect("connected");
    let head = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {media}\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).expect("written");
    message(&mut stream)
}

const ANSWER: &str = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:t='urn:t'><e:Header>\
    <t:quota>7</t:quota></e:Header><e:Body><t:answer>1.50</t:answer></e:Body></e:Envelope>";

#[test]
fn json_headers_become_header_blocks_and_back() {
    let (url, got) = backend(ANSWER);
    let bridge = Bridge::start("json", &url);
    let body = r#"{"$headers":{"session":{"id":"s-1"}},"ask":"why","options":{"@fast":true}}"#;
    let answer = post(&bridge.json, "application/json", body);
    let sent = got.recv().expect("a request");
    assert!(
        sent.contains(
            r#"<soapenv:Header><t:session xmlns:t="urn:t"><t:id>s-1</t:id></t:session></soapenv:Header>"#
        ),
        "{sent}"
    );
    assert!(sent.contains(r#"<soapenv:Body><t:ask xmlns:t="urn:t">why</t:ask><t:options xmlns:t="urn:t" fast="true"/></soapenv:Body>"#), "{sent}");
    assert!(answer.ends_with(r#"{"$headers":{"quota":7},"$value":1.50}"#), "{answer}");
}

#[test]
fn header_blocks_pass_through_from_soap_to_soap() {
    let (url, got) = backend(ANSWER);
    let bridge = Bridge::start("soap", &url);
    let request = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:q='urn:t'><e:Header>\
        <q:session e:mustUnderstand='1'><q:id>s-2</q:id></q:session></e:Header>\
        <e:Body><q:ask>why</q:ask><q:options/></e:Body></e:Envelope>";
    let answer = post(&bridge.soap, "text/xml", request);
    let sent = got.recv().expect("a request");
    assert!(
        sent.contains("<t:id>s-2</t:id>") && sent.contains("<t:ask xmlns:t=\"urn:t\">why</t:ask>"),
        "{sent}"
    );
    assert!(
        answer.contains("<soapenv:Header><t:quota xmlns:t=\"urn:t\">7</t:quota></soapenv:Header>"),
        "{answer}"
    );
    assert!(answer.contains("<t:answer xmlns:t=\"urn:t\">1.50</t:answer>"), "{answer}");
}

/// A declared Security header is for whoever handles tokens: its content never shows in JSON.
#[test]
fn a_declared_security_header_is_no_member() {
    let tree = Command::new(env!("CARGO_BIN_EXE_saponify"))
        .args(["inspect", "tests/contracts/headers/contract.wsdl", "--json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("ran");
    let view: serde_json::Value = serde_json::from_slice(&tree.stdout).expect("JSON");
    let headers =
        view["ports"][0]["operations"][0]["request"]["headers"].as_array().expect("headers").clone();
    assert_eq!(headers.iter().map(|header| &header["key"]).collect::<Vec<_>>(), ["session"]);
}

/// A service file in which header parts get a developer's token from outside of the file and a session from an HTTP header.
const KEYS: &str = r#"
version: 1
service: keys
contract: { wsdl: FOLDER/keys.wsdl }
fronts: { json: { auth: none, path: /keys }, soap: { auth: none, path: /soap } }
operations:
  ask:
    header: { X-Session: $headers/session/id, X-Trace: $headers/session/client/trace }
    const: { $headers/DeveloperToken: "${env:DEVELOPER_TOKEN}", $headers/options/client: acme }
backend: BACKEND
"#;

const SOAP: &str = "{ soap: { url: \"http://localhost/\" } }";

const KEYS_ANSWER: &str = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:t='urn:t'>\
    <e:Body><t:answer>yes</t:answer></e:Body></e:Envelope>";

/// The Header of an envelope.
fn header_of(envelope: &str) -> &str {
    let after = envelope.split_once("<soapenv:Header>").expect("a Header").1;
    after.split_once("</soapenv:Header>").expect("its end").0
}

#[test]
fn header_parts_come_from_the_service_file_and_from_http_headers() {
    const TOKEN: &str = r#"<t:DeveloperToken xmlns:t="urn:t">d-not-a-real-one</t:DeveloperToken>"#;
    const OPTIONS: &str = r#"<t:options xmlns:t="urn:t"><t:client>acme</t:client></t:options>"#;
    const LEVEL: &str =
        r#"<t:options xmlns:t="urn:t"><t:client>acme</t:client><t:level>3</t:level></t:options>"#;
    const SESSION: &str = r#"<t:session xmlns:t="urn:t"><t:id>s-1</t:id></t:session>"#;
    const TRACED: &str =
        r#"<t:session xmlns:t="urn:t"><t:id>s-1</t:id><t:client><t:trace>7</t:trace></t:client></t:session>"#;
    for (name, headers, body, expected) in [
        ("constants", "", r#"{"why":"x"}"#, &[TOKEN, OPTIONS][..]),
        ("session", "X-Session: s-1\r\nX-Trace: 7\r\n", r#"{"why":"x"}"#, &[TOKEN, OPTIONS, TRACED]),
        (
            "own",
            "",
            r#"{"$headers":{"session":{"id":"s-1"},"options":{"level":3}},"why":"x"}"#,
            &[TOKEN, LEVEL, SESSION],
        ),
        ("none", "", r#"{"$headers":{},"why":"x"}"#, &[TOKEN, OPTIONS]),
    ] {
        let (url, got) = backend(KEYS_ANSWER);
        let bridge = Bridge::of_file(name, &url, &KEYS.replace("BACKEND", SOAP));
        let answer = post_with(&bridge.json, "application/json", headers, body);
        let sent = got.recv().expect("a request");
        let blocks = header_of(&sent);
        // Header blocks have no order.
        let length: usize = expected.iter().map(|block| block.len()).sum();
        assert!(
            blocks.len() == length && expected.iter().all(|block| blocks.contains(block)),
            "{name}: {blocks}"
        );
        assert!(answer.ends_with("\"yes\"}") || answer.ends_with("\"yes\""), "{answer}");
    }
}

/// The same headers towards a JSON backend, from the blocks of a SOAP client, and what is not there twice.
#[test]
fn fields_of_header_blocks_are_http_headers_on_the_json_side() {
    let (url, got) = json_backend();
    let bridge = Bridge::of_file(
        "json-backend",
        &url,
        &KEYS.replace("BACKEND", "{ json: { url: \"http://localhost/\" } }"),
    );
    let request = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:q='urn:t'><e:Header>\
        <q:session><q:id>s-2</q:id></q:session><q:options><q:client>acme</q:client><q:level>3</q:level></q:options></e:Header>\
        <e:Body><q:ask><q:why>x</q:why></q:ask></e:Body></e:Envelope>";
    let answer = post(&bridge.soap, "text/xml", request);
    let sent = got.recv().expect("a request");
    assert!(sent.to_ascii_lowercase().contains("x-session: s-2\r\n"), "{sent}");
    assert!(sent.ends_with(r#"{"$headers":{"session":{},"options":{"level":3}},"why":"x"}"#), "{sent}");
    assert!(answer.contains("<t:answer xmlns:t=\"urn:t\">yes</t:answer>"), "{answer}");
}

#[test]
fn a_field_of_a_header_block_is_refused_where_it_is_there_twice() {
    let bridge = Bridge::of_file("twice", "http://127.0.0.1:9/", &KEYS.replace("BACKEND", SOAP));
    let body = r#"{"$headers":{"session":{"id":"s-2"}},"why":"x"}"#;
    let answer = post_with(&bridge.json, "application/json", "X-Session: s-1\r\n", body);
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains(r#""pointer":"/$headers""#), "{answer}");
    assert!(!answer.contains("s-1") && !answer.contains("s-2"), "{answer}");
}

/// What the body says of header blocks beside those fields is kept.
#[test]
fn fields_of_http_headers_go_into_the_blocks_of_the_body() {
    let (url, got) = backend(KEYS_ANSWER);
    let bridge = Bridge::of_file("beside", &url, &KEYS.replace("BACKEND", SOAP));
    let body = r#"{"$headers":{"session":{"client":{}},"options":{"level":3}},"why":"x"}"#;
    let answer = post_with(&bridge.json, "application/json", "X-Session: s-1\r\nX-Trace: 7\r\n", body);
    assert!(answer.contains("yes"), "{answer}");
    let sent = got.recv().expect("a request");
    let session = "<t:id>s-1</t:id><t:client><t:trace>7</t:trace></t:client></t:session>";
    assert!(
        header_of(&sent).contains(session) && header_of(&sent).contains("<t:level>3</t:level>"),
        "{sent}"
    );
}

/// A method without a body has a place for header blocks whose fields are all in headers.
#[test]
fn a_request_without_a_body_has_fields_of_header_blocks() {
    let (url, got) = json_backend();
    let file = KEYS.replace("  ask:\n", "  ask:\n    http: \"GET /ask/{why}\"\n");
    let bridge =
        Bridge::of_file("get", &url, &file.replace("BACKEND", "{ json: { url: \"http://localhost/\" } }"));
    let request = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:q='urn:t'><e:Header>\
        <q:session><q:id>s-2</q:id></q:session></e:Header>\
        <e:Body><q:ask><q:why>x</q:why></q:ask></e:Body></e:Envelope>";
    let answer = post(&bridge.soap, "text/xml", request);
    assert!(answer.contains("yes"), "{answer}");
    let sent = got.recv().expect("a request").to_ascii_lowercase();
    assert!(sent.starts_with("get /json/ask/x ") && sent.contains("x-session: s-2\r\n"), "{sent}");
}

/// A header part that a rule takes out of JSON may be in the message of a SOAP client all the same.
#[test]
fn a_header_part_that_is_not_in_json_is_passed_over() {
    let (url, got) = backend(KEYS_ANSWER);
    let bridge = Bridge::of_file("hidden", &url, &KEYS.replace("BACKEND", SOAP));
    let request = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:q='urn:t'><e:Header>\
        <q:DeveloperToken>mine</q:DeveloperToken></e:Header>\
        <e:Body><q:ask><q:why>x</q:why></q:ask></e:Body></e:Envelope>";
    let answer = post(&bridge.soap, "text/xml", request);
    assert!(answer.contains("yes"), "{answer}");
    let sent = got.recv().expect("a request");
    assert!(sent.contains(">d-not-a-real-one</t:DeveloperToken>") && !sent.contains("mine"), "{sent}");
}

/// The bridge in front of a mock of its JSON backend: what the one sends the other understands.
#[test]
fn a_mock_of_a_json_backend_reads_fields_of_header_blocks() {
    let file = KEYS.replace("BACKEND", "{ json: { url: \"http://localhost/\" } }");
    let mock = Bridge::mock("mocked", &file);
    let bridge = Bridge::of_file("before-mock", &mock.json, &file);
    // The id must be there, and is in a header.
    let request = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:q='urn:t'><e:Header>\
        <q:session><q:id>s-2</q:id></q:session><q:options><q:client>acme</q:client><q:level>3</q:level></q:options></e:Header>\
        <e:Body><q:ask><q:why>x</q:why></q:ask></e:Body></e:Envelope>";
    let answer = post(&bridge.soap, "text/xml", request);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("answer"), "{answer}");
}

/// A value that only the service file knows shows nowhere: `call --dry-run` is the command that shows requests.
#[test]
fn a_constant_from_outside_of_the_file_is_masked() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("headers-masked.yaml");
    let text = KEYS
        .replace("BACKEND", SOAP)
        .replace("FOLDER", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/headers"));
    std::fs::write(&file, text).expect("written");
    for words in [&["call", "--dry-run", "-c"][..], &["convert", "--to", "soap", "-c"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
        command
            .args(words)
            .arg(&file)
            .args(["--operation", "ask", "-"])
            .env("DEVELOPER_TOKEN", "d-not-a-real-one");
        let mut process = command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("started");
        process.stdin.take().expect("piped").write_all(br#"{"why":"x"}"#).expect("written");
        let output = process.wait_with_output().expect("ended");
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("DeveloperToken") && !said.contains("d-not-a-real-one"), "{words:?}: {said}");
    }
}

/// Whoever reads the document learns of the header.
#[test]
fn the_openapi_document_has_headers_that_are_fields_of_header_blocks() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("headers-openapi.yaml");
    let text = KEYS.replace("BACKEND", SOAP);
    let text = text.replace("FOLDER", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/headers"));
    std::fs::write(&file, text).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(["openapi", "-c"]).arg(&file).env("DEVELOPER_TOKEN", "d-not-a-real-one");
    let document = command.output().expect("ran").stdout;
    let document: serde_json::Value = serde_json::from_slice(&document).expect("JSON");
    let parameters = document["paths"]["/ask"]["post"]["parameters"].as_array().expect("parameters");
    let named = |name: &str| parameters.iter().find(|one| one["name"] == name && one["in"] == "header");
    let session = named("x-session").expect("X-Session");
    assert!(
        session["description"].as_str().is_some_and(|said| said.contains("/$headers/session/id")),
        "{session}"
    );
    assert!(named("x-trace").is_some() && !document.to_string().contains("d-not-a-real-one"));
}

/// Commands that write messages for a file, a log or a terminal have no secret of the service file in them.
#[test]
fn a_constant_from_outside_of_the_file_is_in_no_sample() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("headers-sampled");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("folder");
    let file = folder.join("service.yaml");
    let text = KEYS.replace("BACKEND", SOAP);
    let text = text.replace("FOLDER", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/headers"));
    std::fs::write(&file, text).expect("written");
    let cases = folder.join("cases");
    let (file, cases) = (file.to_string_lossy(), cases.to_string_lossy());
    let (full, soap) = (["--style", "full"], ["--side", "soap"]);
    let tools = ["curl", "hurl", "k6", "postman", "soapui"];
    let all = [vec!["--as", "soap"], vec!["--as", "case", "-o", &cases]].into_iter();
    for words in all.chain(tools.map(|tool| [&["--as", tool][..], &soap].concat())) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
        command.args(["sample", "-c", &file, "--operation", "ask"]).args(&words).args(full).envs(SECRETS);
        let output = command.output().expect("ran");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!said.contains("not-a-real-one"), "{words:?}: {said}");
        assert!(said.contains("DeveloperToken") || words.contains(&"case"), "{words:?}: {said}");
    }
    let case = std::fs::read_to_string(Path::new(&*cases).join("ask/request.xml")).expect("a case");
    assert!(case.contains(">***</t:DeveloperToken>"), "{case}");
}
