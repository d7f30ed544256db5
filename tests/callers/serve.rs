//! `serve` with callers who prove themselves: what it refuses to start with, and what its log says of a bad token.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use super::issuer::{SHARED, claims, shared};
use super::stage::{authority, text};
use super::support::{JSON, post};
use super::tls::file;

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("callers-serve").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn service(folder: &Path, auth: &str) -> PathBuf {
    let wsdl = format!("{}/tests/attacks/vault.wsdl", env!("CARGO_MANIFEST_DIR"));
    let text = text("json", auth, "json: { url: http://127.0.0.1:9 }", "");
    file(folder, "service.yaml", &text.replace("../attacks/vault.wsdl", &wsdl))
}

fn command(verb: &str, service: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.arg(verb).arg("-c").arg(service).env("SHARED", SHARED).env("NO_COLOR", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

#[test]
fn it_does_not_start_where_clients_would_not_be_asked_for_certificates() {
    let folder = folder("certificates");
    let service = service(&folder, "{ certificate: { callers: [{ name: a, dns: a.b }] } }");
    let (_, own) = authority();
    let certificate = file(&folder, "server.pem", &own.certificate_pem());
    let key = file(&folder, "server.key", &own.key_pem());
    for tls in [vec![], vec!["--tls-certificate".into(), certificate, "--tls-key".into(), key]] {
        let mut serve = command("serve", &service);
        let output = serve.args(["--listen", "127.0.0.1:0"]).args(&tls).output().expect("ended");
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        assert!(said(&output).contains("give --tls-client-ca, or listen.tls.client_ca"), "{}", said(&output));
    }
    let checked = command("check", &service).output().expect("ended");
    assert!(checked.status.success() && said(&checked).contains("--tls-client-ca"), "{}", said(&checked));
}

#[test]
fn the_log_says_what_was_wrong_with_a_token_and_nothing_of_it() {
    let folder = folder("log");
    let auth = "{ jwt: { keys: { secret: \"${env:SHARED}\" }, issuer: \"https://issuer.example\", audience: b, algorithms: [HS256] } }";
    let ready = folder.join("ready.json");
    let mut serve = command("serve", &service(&folder, auth));
    serve.args(["--listen", "127.0.0.1:0", "--ready-file"]).arg(&ready);
    let mut child = serve.spawn().expect("started");
    let read = || serde_json::from_str::<serde_json::Value>(&std::fs::read_to_string(&ready).ok()?).ok();
    let addresses = (0..400).find_map(|_| {
        std::thread::sleep(Duration::from_millis(50));
        read()
    });
    let addresses = addresses.expect("ready");
    let url = addresses["fronts"][0]["url"].as_str().expect("URL").to_owned();
    let authority = url.split('/').nth(2).expect("host").parse().expect("address");
    let token = shared(SHARED, r#"{"alg":"HS256"}"#, &claims().to_string());
    for token in [token.as_str(), "canary.canary", "canary"] {
        let bearer = format!("Bearer {token}");
        let answer = post(authority, "/vault/Store", &[JSON, ("Authorization", &bearer)], b"{}");
        assert!(answer.status == 401 && !answer.body.contains("audience"), "{answer:?}");
    }
    child.kill().expect("stopped");
    child.wait().expect("ended");
    let mut log = String::new();
    child.stderr.take().expect("log").read_to_string(&mut log).expect("text");
    assert!(log.contains("vault/Store: the token is not for auth.jwt.audience"), "{log}");
    assert!(log.contains("vault/Store: the token is not three parts of base64url"), "{log}");
    assert!(!log.contains("canary") && !log.contains(&token) && !log.contains("orders"), "{log}");
}
