//! `serve` with callers who prove themselves: what it refuses to start with, and what its log says of a bad token.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::issuer::{Issuer, SHARED, claims, shared};
use super::program::Program;
use super::stage::{authority, text};
use super::support::{Answer, JSON, post};
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

const OF: &str = "issuer: \"https://issuer.example\", audience: bridge";

/// The program with this `auth`.
fn started(name: &str, auth: &str) -> Program {
    let service = service(&folder(name), auth).display().to_string();
    Program::start(&format!("callers-{name}"), &["-c", &service], [("SHARED", SHARED)])
}

fn ask(program: &Program, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    post(program.address(), "/vault/Store", &[JSON, ("Authorization", &bearer)], b"{}")
}

#[test]
fn the_log_says_what_was_wrong_with_a_token_and_nothing_of_it() {
    let of = OF.replace("bridge", "another");
    let program = started(
        "log",
        &format!("{{ jwt: {{ keys: {{ secret: \"${{env:SHARED}}\" }}, {of}, algorithms: [HS256] }} }}"),
    );
    let token = shared(SHARED, r#"{"alg":"HS256"}"#, &claims().to_string());
    for token in [token.as_str(), "canary.canary", "canary"] {
        let answer = ask(&program, token);
        assert!(answer.status == 401 && !answer.body.contains("audience"), "{answer:?}");
    }
    let log = program.stopped();
    assert!(log.contains("vault/Store: the token is not for auth.jwt.audience"), "{log}");
    assert!(log.contains("vault/Store: the token is not three parts of base64url"), "{log}");
    assert!(!log.contains("canary") && !log.contains(&token) && !log.contains("orders"), "{log}");
}

/// An issuer's new key counts without a restart, and a file that is not a set leaves the old one.
#[test]
fn keys_are_read_again() {
    let (old, new) = (Issuer::new(), Issuer::new());
    let place = folder("keys");
    let set = file(&place, "keys.json", &old.set("k1")).display().to_string();
    let auth = format!("{{ jwt: {{ keys: {{ jwks: \"{set}\" }}, {OF}, algorithms: [RS256] }} }}");
    let program = started("keys-program", &auth);
    let lets_in = |issuer: &Issuer| {
        let token = issuer.token(r#"{"alg":"RS256","kid":"k1"}"#, &claims().to_string());
        ask(&program, &token).status != 401
    };
    assert_eq!((lets_in(&old), lets_in(&new)), (true, false));
    file(&place, "keys.json", &new.set("k1"));
    program.signal("HUP");
    program.says(" has changed");
    assert_eq!((lets_in(&old), lets_in(&new)), (false, true));
    file(&place, "keys.json", "{}");
    program.signal("HUP");
    program.says("not reloaded, everything stays as it was: ");
    program.says("there is no `keys` in it");
    assert!(lets_in(&new));
}
