//! What an operator sees of a running process: probes, metrics, names of requests, and files that are read again.

#[path = "support/program.rs"]
mod program;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use program::{Program, until};
use saponify::wss::Sender;
use stub::Stub;
use support::{Answer, SOAP, VARIABLES, post, send};
use tokens::{USER, request};

const OK: &str =
    r#"{"requestId":1700000000009,"status":1,"clientStatus":"ACTIVE","warnings":[],"errors":[]}"#;

/// A SOAP front whose users are in a file, before a JSON backend.
fn service_file(name: &str, users: &str) -> (PathBuf, PathBuf) {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (service, file) = (folder.join(format!("{name}.yaml")), folder.join(format!("{name}-users.yaml")));
    std::fs::write(&file, users).expect("users");
    let text = format!(
        "version: 1
service: bancbox
contract: {{ wsdl: {root}/wsdl/bancbox.wsdl }}
include: {root}/samples/bancbox/rules.yaml
fronts:
  soap: {{ path: /soap, auth: {{ users: {{ file: {} }} }} }}
backend:
  json:
    url: http://localhost:1
    credentials: {{ fixed: {{ username: key, password: \"${{env:SAPONIFY_BANCBOX_SECRET}}\" }} }}
",
        file.display()
    );
    std::fs::write(&service, text).expect("service file");
    (service, file)
}

const USERS: &str = "users: [{ name: ops@example.com, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" }]\n";
const OTHERS: &str = "users: [{ name: other, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" }]\n";

fn started(name: &str, more: &[&str]) -> (Program, Stub, PathBuf) {
    let (service, users) = service_file(name, USERS);
    let stub = Stub::start();
    stub.say(200, "Content-Type: application/json\r\n", OK);
    let (service, url) = (service.display().to_string(), stub.url());
    let arguments = [&["-c", &service, "--backend-url", &url, "--admin", "127.0.0.1:0"], more].concat();
    let token = [("ADMIN_TOKEN", "admin-canary")];
    (Program::start(name, &arguments, VARIABLES.iter().copied().chain(token)), stub, users)
}

fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(address, "GET", path, headers, b"")
}

fn ask(program: &Program, user: &str) -> u16 {
    let body = request(&Sender::digest(), (user, USER.1));
    post(program.address(), "/soap", &[SOAP], body.as_bytes()).status
}

#[test]
fn probes_and_metrics_are_on_a_listener_of_their_own() {
    let (program, _stub, _) = started("admin", &[]);
    let admin = program.admin();
    assert_eq!(
        ["/livez", "/readyz", "/metrics", "/"].map(|path| get(admin, path, &[]).status),
        [200, 200, 200, 404]
    );
    assert_eq!(send(admin, "POST", "/metrics", &[], b"").status, 405);
    assert_eq!(get(program.address(), "/metrics", &[]).status, 404, "not where clients are");
    assert_eq!((ask(&program, USER.0), ask(&program, "nobody")), (200, 500));
    let metrics = get(admin, "/metrics", &[]);
    assert!(metrics.head.contains("application/openmetrics-text"), "{}", metrics.head);
    for line in [
        "saponify_exchange_seconds_count{service=\"bancbox\",front=\"soap\"} 2",
        "saponify_failures_total{service=\"bancbox\",name=\"security\"} 1",
        "saponify_failures_total{service=\"\",name=\"not_found\"} 1",
        "saponify_refusals_total{reason=\"unknown_user\"} 1",
        "saponify_replay_entries 2",
        "# EOF",
    ] {
        assert!(metrics.body.lines().any(|found| found == line), "{line}\n{}", metrics.body);
    }
}

#[test]
fn whoever_says_nothing_keeps_nobody_from_the_probes() {
    let (program, _stub, _) = started("admin-silent", &[]);
    let connect = |_| std::net::TcpStream::connect(program.admin()).expect("a connection");
    let silent: Vec<_> = (0..40).map(connect).collect();
    assert_eq!(get(program.admin(), "/livez", &[]).status, 200);
    drop(silent);
}

/// The limit stood in the documents and was read by nothing: connections of a load balancer that had not noticed yet were refused.
#[test]
fn a_stopping_bridge_serves_new_connections_until_its_notice_is_over() {
    let name = "admin-notice";
    let (service, _) = service_file(name, USERS);
    let text = std::fs::read_to_string(&service).expect("service file");
    std::fs::write(&service, format!("{text}limits: {{ http: {{ drain_notice: 60000 }} }}\n"))
        .expect("written");
    let stub = Stub::start();
    stub.say(200, "Content-Type: application/json\r\n", OK);
    let (service, url) = (service.display().to_string(), stub.url());
    let arguments = ["-c", &service, "--backend-url", &url, "--admin", "127.0.0.1:0"];
    let program = Program::start(name, &arguments, VARIABLES.iter().copied());
    program.signal("TERM");
    until(|| (get(program.admin(), "/readyz", &[]).status == 503).then_some(()));
    assert_eq!(ask(&program, USER.0), 200);
    // The second signal does not wait for the rest of it.
    assert_eq!(program.terminated(), Some(0));
}

#[test]
fn metrics_need_the_token_where_there_is_one_and_probes_do_not() {
    let (program, _stub, _) = started("admin-token", &["--admin-token-env", "ADMIN_TOKEN"]);
    let metrics = |headers: &[(&str, &str)]| get(program.admin(), "/metrics", headers).status;
    assert_eq!(metrics(&[]), 401);
    assert_eq!(metrics(&[("Authorization", "Bearer wrong")]), 401);
    assert_eq!(metrics(&[("Authorization", "Bearer admin-canary")]), 200);
    assert_eq!(get(program.admin(), "/livez", &[]).status, 200);
    assert!(!program.log().contains("admin-canary"));
}

#[test]
fn other_machines_reach_no_metrics_without_a_token() {
    let output = Command::new(env!("CARGO_BIN_EXE_saponify"))
        .args([
            "serve",
            "-c",
            "samples/bancbox/json-to-soap.yaml",
            "--listen",
            "127.0.0.1:0",
            "--admin",
            "0.0.0.0:0",
        ])
        .envs(VARIABLES.iter().copied())
        .output()
        .expect("run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("name a token with --admin-token-env"), "{said}");
    assert_eq!(output.status.code(), Some(2));
}

/// Whoever reads the log finds the line that belongs to an answer, although the answer tells nothing.
#[test]
fn an_answer_and_its_line_in_the_log_have_one_name() {
    let (program, _stub, _) = started("request-id", &[]);
    let body = request(&Sender::digest(), ("nobody", USER.1));
    let named = post(program.address(), "/soap", &[SOAP, ("X-Request-Id", "order-17")], body.as_bytes());
    assert!(named.head.contains("x-request-id: order-17"), "{named:?}");
    program.says("(order-17) bancbox/-: unknown user");
    let odd = post(program.address(), "/soap", &[SOAP, ("X-Request-Id", "a b")], body.as_bytes());
    let id = odd.head.split("x-request-id: ").nth(1).and_then(|rest| rest.lines().next()).expect("a name");
    program.says(&format!("request {id} bancbox/-: unknown user"));
}

#[test]
fn users_are_read_again_and_stay_where_the_new_file_is_wrong() {
    let (program, _stub, users) = started("users-again", &[]);
    assert_eq!((ask(&program, USER.0), ask(&program, "other")), (200, 500));
    std::fs::write(&users, OTHERS).expect("users");
    program.signal("HUP");
    program.says("bancbox has changed");
    assert_eq!((ask(&program, USER.0), ask(&program, "other")), (500, 200));
    std::fs::write(&users, "users: [{ nam: x }]\n").expect("users");
    program.signal("HUP");
    program.says("not reloaded, everything stays as it was: ");
    assert_eq!(ask(&program, "other"), 200);
    let reloads = || get(program.admin(), "/metrics", &[]).body;
    until(|| reloads().contains("saponify_reloads_total{outcome=\"failed\"} 1").then_some(()));
}

/// The document has every name that the program counts under.
#[test]
fn the_document_has_every_name_of_a_failure() {
    let read = |path: &str| {
        std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect("file")
    };
    let document = read("docs/OPERATING.md");
    let words: Vec<&str> = document.split(|c: char| c != '_' && !c.is_ascii_lowercase()).collect();
    let mut names = 0;
    for file in [
        "src/bridge/metrics/name.rs",
        "src/wss/rejection.rs",
        "src/bridge/auth/identity.rs",
        "src/jose/error.rs",
    ] {
        for name in read(file).split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()) {
            names += 1;
            assert!(words.contains(&name), "{name} of {file}");
        }
    }
    assert!(names > 30, "{names}");
}
