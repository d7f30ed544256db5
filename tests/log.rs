//! The log never stops the service: standard error that nobody reads, that is closed, that is full.

#[path = "support/program.rs"]
mod program;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::fs::File;
use std::io::{BufRead, BufReader, PipeReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use program::{Program, until};
use stub::Stub;
use support::{JSON, post, send};

/// A service file in front of a SOAP backend.
fn service(name: &str) -> String {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("log-{name}.yaml"));
    let wsdl = format!("{}/tests/shop/shop.wsdl", env!("CARGO_MANIFEST_DIR"));
    let text = format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: {wsdl} }}\nfronts: {{ json: {{ path: /shop, auth: none }} }}\n\
         backend: {{ soap: {{ url: \"http://127.0.0.1:9/\" }} }}\nlimits: {{ http: {{ drain_notice: 0 }} }}\n"
    );
    std::fs::write(&file, text).expect("service file");
    file.display().to_string()
}

/// The program with this standard error, and its backend.
fn started(name: &str, stderr: Stdio) -> (Program, Stub) {
    let stub = Stub::start();
    let (service, url) = (service(name), stub.url());
    let arguments = ["-c", &service, "--backend-url", &url, "--admin", "127.0.0.1:0", "--threads", "2"];
    let form = ["--log-format", "json"];
    let program = Program::start_with(&format!("log-{name}"), &[&arguments[..], &form].concat(), [], stderr);
    (program, stub)
}

/// Sends requests that break the contract over one connection; gives the statuses.
fn refused(address: SocketAddr, requests: usize) -> Vec<String> {
    let mut stream = TcpStream::connect(address).expect("connection");
    stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).expect("timeout");
    let mut reader = BufReader::new(stream.try_clone().expect("stream"));
    let body = r#"{"colour":"red"}"#;
    let (long, length) = ("x".repeat(64), body.len());
    let request = format!(
        "POST /shop/getItem HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nX-Request-Id: {long}\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    let ask = |_| {
        stream.write_all(request.as_bytes()).expect("written");
        answer(&mut reader)
    };
    (0..requests).map(ask).collect()
}

/// The status of the next answer.
fn answer(reader: &mut impl BufRead) -> String {
    let (mut status, mut length) = (String::new(), 0);
    reader.read_line(&mut status).expect("an answer");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("an answer");
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink()).expect("a body");
    status.split(' ').nth(1).unwrap_or("").to_owned()
}

/// Lines that were lost, as the metrics have it.
fn lost(program: &Program) -> u64 {
    let metrics = send(program.admin(), "GET", "/metrics", &[], b"").body;
    let found = metrics.lines().find_map(|line| line.strip_prefix("saponify_log_lines_dropped_total "));
    found.expect("the counter").parse().expect("a number")
}

/// So many refused requests over each of four connections that the log has no place for them.
fn flood(program: &Program) {
    let address = program.address();
    let floods: Vec<_> = (0..4).map(|_| std::thread::spawn(move || refused(address, 1000))).collect();
    for flood in floods {
        let statuses = flood.join().expect("answers");
        assert!(statuses.iter().all(|status| status == "422"), "{statuses:?}");
    }
    assert!(lost(program) > 0, "more than what may wait");
}

fn ask(program: &Program, body: &str) -> u16 {
    post(program.address(), "/shop/getItem", &[JSON], body.as_bytes()).status
}

/// A reply that is right, but for one element that the contract does not have.
const REPLY: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
    <getItemResponse xmlns=\"urn:example:shop\"><code>a</code><colour>red</colour></getItemResponse></e:Body></e:Envelope>";

#[test]
fn nobody_reads_standard_error_and_everything_is_answered() {
    let (_unread, stderr) = std::io::pipe().expect("pipe");
    let (program, _stub) = started("stalled", stderr.into());
    flood(&program);
    program.signal("HUP");
    assert_eq!(ask(&program, "{}"), 422);
    assert_eq!(program.terminated(), Some(0));
}

#[test]
fn once_standard_error_is_read_again_the_log_says_how_many_lines_were_lost() {
    let (unread, stderr) = std::io::pipe().expect("pipe");
    let (program, _stub) = started("recovered", stderr.into());
    flood(&program);
    let lines = reading(unread);
    let told = until(|| {
        let mut lines = lines.try_iter();
        lines.find_map(|line| line["lost"].as_u64())
    });
    assert_eq!(told, lost(&program));
    assert_eq!(program.terminated(), Some(0));
}

/// The lines that come out of a pipe, each of which is JSON.
fn reading(pipe: PipeReader) -> std::sync::mpsc::Receiver<serde_json::Value> {
    let (sender, lines) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines() {
            let line = serde_json::from_str(&line.expect("a line")).expect("JSON");
            sender.send(line).expect("the test goes on");
        }
    });
    lines
}

#[test]
fn standard_error_is_closed_and_answers_stay_what_they_are() {
    let (unread, stderr) = std::io::pipe().expect("pipe");
    drop(unread);
    let (program, stub) = started("closed", stderr.into());
    assert_eq!(ask(&program, "{}"), 422);
    stub.say(200, "Content-Type: text/xml\r\n", REPLY);
    assert_eq!(ask(&program, r#"{"code":"a"}"#), 200);
    program.signal("HUP");
    assert_eq!(ask(&program, "{}"), 422);
    until(|| (lost(&program) > 2).then_some(()));
    assert_eq!(program.terminated(), Some(0));
}

#[test]
fn standard_error_is_full_and_the_program_starts_and_serves() {
    let (program, _stub) =
        started("full", File::options().write(true).open("/dev/full").expect("/dev/full").into());
    assert_eq!(ask(&program, "{}"), 422);
    until(|| (lost(&program) > 2).then_some(()));
    assert_eq!(program.terminated(), Some(0));
}

#[test]
fn a_line_has_time_level_and_what_it_is_about_and_no_value() {
    let (unread, stderr) = std::io::pipe().expect("pipe");
    let (program, stub) = started("fields", stderr.into());
    let lines = reading(unread);
    assert_eq!(ask(&program, r#"{"code":"canary","colour":"canary"}"#), 422);
    stub.say(200, "Content-Type: text/xml\r\n", REPLY);
    assert_eq!(ask(&program, r#"{"code":"canary"}"#), 200);
    assert_eq!(program.terminated(), Some(0));
    let lines: Vec<serde_json::Value> = lines.iter().collect();
    let of = |key: &str, value: &str| {
        let found = lines.iter().find(|line| line[key] == value);
        found.unwrap_or_else(|| panic!("{key}: {value} in {lines:?}")).clone()
    };
    let refused = of("failure", "contract");
    assert_eq!(
        (&refused["level"], &refused["service"], &refused["operation"]),
        (&"WARN".into(), &"shop".into(), &"getItem".into())
    );
    assert!(refused["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')), "{refused}");
    let message = refused["message"].as_str().expect("a message");
    assert!(message.contains("shop/getItem: ") && message.contains("/colour"), "{message}");
    let unknown = "shop/getItem: the reply has /getItemResponse/colour, which the contract does not know";
    assert!(lines.iter().any(|line| line["message"] == unknown), "{lines:?}");
    assert_eq!(of("message", "stopping")["level"], "INFO");
    assert!(!format!("{lines:?}").contains("canary"), "{lines:?}");
}

/// What a parameter is called does not say whether it is a secret; that it comes from a reference does.
#[test]
fn what_references_of_a_url_lead_to_is_in_no_line() {
    let secret = "not-a-real-key-7";
    let whole = format!("http://127.0.0.1:9/soap?one={secret}&two=2");
    let path = format!("/tenant/{secret}");
    let variables = [("URL_KEY", secret), ("URL_WHOLE", whole.as_str()), ("URL_PATH", path.as_str())];
    let names = ["sig", "key", "code", "sas", "subscription-key", "u", "access_token"];
    let queries = names.iter().map(|name| format!("http://127.0.0.1:9/soap?v=1&{name}=${{env:URL_KEY}}"));
    let others =
        ["${env:URL_WHOLE}", "http://127.0.0.1:9${env:URL_PATH}", "http://127.0.0.1:9/${env:URL_KEY}/a"];
    for (at, url) in queries.chain(others.map(str::to_owned)).enumerate() {
        let file = service(&format!("url-{at}"));
        let text = std::fs::read_to_string(&file).expect("service file").replace("http://127.0.0.1:9/", &url);
        std::fs::write(&file, text).expect("service file");
        let program = Program::start(&format!("log-url-{at}"), &["-c", &file], variables);
        assert_eq!(ask(&program, r#"{"code":"a"}"#), 502, "{url}");
        let log = program.stopped();
        assert!(log.contains("backend http://127.0.0.1:9") && log.contains("***"), "{url}: {log}");
        assert!(!log.contains(secret), "{url}: {log}");
        let call = ["call", "getItem", r#"{"code":"a"}"#];
        let dry = [&call[..], &["--dry-run"]].concat();
        for (verb, code) in [(&call[..], 5), (&dry, 0), (&["config", "show"], 0), (&["check"], 0)] {
            let command = Command::new(env!("CARGO_BIN_EXE_saponify"))
                .args([verb, &["-c", &file]].concat())
                .envs(variables)
                .output()
                .expect("ended");
            let said = String::from_utf8_lossy(&[command.stdout, command.stderr].concat()).into_owned();
            let ended = command.status.code() == Some(code);
            assert!(ended && !said.contains(secret), "{url} {verb:?}: {said}");
        }
    }
}

#[test]
fn the_level_says_what_is_logged() {
    for (level, logged) in [
        ("error", [true, false, false]),
        ("info", [true, true, true]),
        ("off", [false, false, false]),
        ("warn", [true, true, false]),
    ] {
        let service = service(&format!("level-{level}"));
        let program =
            Program::start(&format!("log-level-{level}"), &["-c", &service, "--log-level", level], []);
        assert_eq!(ask(&program, "{}"), 422);
        // Nothing listens at the backend's port.
        assert_eq!(ask(&program, r#"{"code":"a"}"#), 502);
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("log-level-{level}.log"));
        assert_eq!(program.terminated(), Some(0));
        let log = std::fs::read_to_string(log).expect("log");
        assert_eq!(
            [" ERROR request ", " WARN request ", " INFO ready after "].map(|line| log.contains(line)),
            logged,
            "{level}: {log}"
        );
    }
}

/// Whatever a verb writes, it ends with a code of its own, never with a panic.
#[test]
fn output_that_is_closed_or_full_is_no_panic() {
    let full = || Stdio::from(File::options().write(true).open("/dev/full").expect("/dev/full"));
    let closed = || {
        let (unread, written) = std::io::pipe().expect("pipe");
        drop(unread);
        Stdio::from(written)
    };
    let service = service("output");
    for (arguments, [when_closed, when_full]) in [
        (vec!["check", "-c", &service], [0, 70]),
        (vec!["check", "-c", "missing.yaml"], [3, 3]),
        (vec!["explain"], [0, 70]),
        (vec!["explain", "XXX0000"], [2, 2]),
        (vec!["lint", "tests/contracts/messages/contract.wsdl"], [1, 70]),
        (
            vec!["convert", "--wsdl", "wsdl/bancbox.wsdl", "--to", "json", "samples/bancbox/request.xml"],
            [0, 70],
        ),
        (vec!["demo", "--once"], [0, 70]),
        (vec!["serve", "--help"], [0, 0]),
        (vec!["serve"], [2, 2]),
    ] {
        let run = |stdout, stderr| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
            command.args(&arguments).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
            command.stdout(stdout).stderr(stderr).status().expect("ended").code()
        };
        assert_eq!(run(closed(), closed()), Some(when_closed), "closed: {arguments:?}");
        assert_eq!(run(full(), full()), Some(when_full), "full: {arguments:?}");
    }
}
