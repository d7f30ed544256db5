//! Header parts and bodies of several parts through the running bridge, in both directions.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc;

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
        if count == 0 || length.is_some_and(|length: usize| text.contains("\r\n\r\n") && body.len() >= length)
        {
            return text;
        }
    }
}

struct Bridge {
    process: Child,
    json: String,
    soap: String,
}

impl Bridge {
    fn start(name: &str, backend: &str) -> Self {
        let ready = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("headers-{name}.json"));
        let _ = std::fs::remove_file(&ready);
        let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
        command.args(["serve", "--wsdl", "tests/contracts/headers/contract.wsdl", "--backend", backend]);
        command.args(["--listen", "127.0.0.1:0", "--ready-file", &ready.to_string_lossy()]);
        let process = command.current_dir(env!("CARGO_MANIFEST_DIR")).spawn().expect("started");
        let fronts = (0..200).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            let text = std::fs::read_to_string(&ready).ok()?;
            serde_json::from_str::<serde_json::Value>(&text).ok()
        });
        let fronts = fronts.expect("ready");
        let url = |at: usize| fronts["fronts"][at]["url"].as_str().expect("url").to_owned();
        Self { process, json: url(0), soap: url(1) }
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn post(url: &str, media: &str, body: &str) -> String {
    let rest = url.strip_prefix("http://").expect("http");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).expect("connected");
    let head = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {media}\r\ncontent-length: {}\r\n\r\n",
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
