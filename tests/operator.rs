//! The verbs of an operator: `call` and `config`.

#[path = "support/stub.rs"]
mod stub;
mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use saponify::wss::{HashMemory, PasswordHash, Secret};
use stub::Stub;
use support::VARIABLES;

const SOAP_REPLY: &str = "Content-Type: text/xml\r\n";

fn saponify(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1");
    command.envs(VARIABLES.iter().copied()).env("CALLER", "canary-secret");
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("started");
    let _ = child.stdin.take().expect("stdin").write_all(input.as_bytes());
    child.wait_with_output().expect("ended")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
    std::fs::read_to_string(path).expect("sample")
}

fn file(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("operator");
    std::fs::create_dir_all(&folder).expect("folder");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("written");
    path
}

/// The call of the documents, of a backend that says this.
fn call(status: u16, reply: &str, request: &str) -> (Output, String) {
    let stub = Stub::start();
    stub.say(status, SOAP_REPLY, reply);
    let service = ["call", "-c", "samples/bancbox/json-to-soap.yaml", "--backend-url"];
    let output = saponify(&[&service[..], &[&stub.url(), "updateClient", request]].concat(), "");
    (output, stub.heard().iter().map(|heard| heard.body.clone()).collect())
}

#[test]
fn a_call_prints_the_answer_and_its_code_says_how_it_went() {
    let request = "@samples/bancbox/request.json";
    for (status, reply, code, expected) in [
        (200, sample("bancbox/response-ok.xml"), 0, "\"status\":1"),
        (200, sample("bancbox/response-fail.xml"), 6, "\"status\":0"),
        (500, sample("bancbox/fault.xml"), 6, "\"errors\":[{"),
        (500, "<html/>".to_owned(), 5, "BRG00302"),
    ] {
        let (output, heard) = call(status, &reply, request);
        assert_eq!(output.status.code(), Some(code), "{}{}", out(&output), err(&output));
        assert!(out(&output).contains(expected), "{}", out(&output));
        assert!(heard.contains("<wsse:Password") && heard.contains("SECRET_PASSPHRASE"), "{heard}");
    }
}

#[test]
fn a_call_that_is_not_made_says_why() {
    let service = ["call", "-c", "samples/bancbox/json-to-soap.yaml", "--backend-url", "http://127.0.0.1:1"];
    for (arguments, code, expected) in [
        (&["updateClient", "@samples/bancbox/request.json"][..], 5, "cannot be reached"),
        (&["updateClient", "{\"subscriberId\":1}"], 2, "the credentials are missing or wrong"),
        (&["updateClient", "{"], 4, "BRG00150"),
        (&["updateClient", "@nowhere.json"], 4, "nowhere.json"),
        (&["updateclient"], 2, "unknown operation `updateclient`; did you mean `updateClient`?"),
    ] {
        let output = saponify(&[&service[..], arguments].concat(), "");
        assert_eq!(output.status.code(), Some(code), "{}{}", out(&output), err(&output));
        assert!((out(&output) + &err(&output)).contains(expected), "{}{}", out(&output), err(&output));
    }
}

#[test]
fn credentials_are_put_where_the_operation_has_them() {
    let json = sample("bancbox/request.json");
    let json = json.replace(
        "\"authentication\": { \"apiKey\": \"YOUR_API_KEY_HERE\", \"secret\": \"SECRET_PASSPHRASE\" },",
        "",
    );
    let arguments = ["--username-token", "ops:env:CALLER", "updateClient", "-"];
    let service = ["call", "-c", "samples/bancbox/json-to-soap.yaml"];
    let shown = saponify(&[&service[..], &["--dry-run"], &arguments].concat(), &json);
    assert_eq!(shown.status.code(), Some(0), "{}", err(&shown));
    assert!(out(&shown).contains("<wsse:Username>ops</wsse:Username>"), "{}", out(&shown));
    assert!(
        !out(&shown).contains("canary-secret") && out(&shown).contains("<ssn>***1120</ssn>"),
        "{}",
        out(&shown)
    );
    let stub = Stub::start();
    stub.say(200, SOAP_REPLY, &sample("bancbox/response-ok.xml"));
    let sent = saponify(&[&service[..], &["--backend-url", &stub.url()], &arguments].concat(), &json);
    assert_eq!(sent.status.code(), Some(0), "{}", err(&sent));
    assert!(stub.heard()[0].body.contains("canary-secret"), "the password goes to the backend");
}

/// Every system that is in the samples, both ways.
#[test]
fn configurations_of_every_system_show_no_secret() {
    for system in ["bancbox", "stonex", "helix", "finzly", "tabapay"] {
        for way in ["json-to-soap", "soap-to-json"] {
            let file = format!("samples/{system}/{way}.yaml");
            let shown = saponify(&["config", "show", "-c", &file], "");
            assert_eq!(shown.status.code(), Some(0), "{file}: {}", err(&shown));
            assert!(out(&shown).contains("backend:"), "{}", out(&shown));
            for secret in ["canary-secret", "not-a-real-secret", "client-token"] {
                assert!(!out(&shown).contains(secret), "{file}: {secret}");
            }
        }
    }
}

#[test]
fn what_config_show_writes_is_a_service_file_with_the_same_meaning() {
    let root = env!("CARGO_MANIFEST_DIR");
    for name in ["bancbox/json-to-soap.yaml", "helix/soap-to-json.yaml", "tabapay/json-to-soap.yaml"] {
        let shown = saponify(&["config", "show", "-c", &format!("samples/{name}")], "");
        assert_eq!(shown.status.code(), Some(0), "{}", err(&shown));
        let again = out(&shown).replace("../../wsdl", &format!("{root}/wsdl"));
        let again = file("again.yaml", &again);
        let checked = saponify(&["check", "-c", &again.to_string_lossy()], "");
        assert_eq!(checked.status.code(), Some(0), "{name}: {}", err(&checked));
        let twice = saponify(&["config", "show", "-c", &again.to_string_lossy()], "");
        assert_eq!(out(&twice), std::fs::read_to_string(&again).expect("file"), "{name}");
    }
}

#[test]
fn config_show_warns_of_what_weakens() {
    let text = sample("bancbox/json-to-soap.yaml")
        .replace("../../wsdl", concat!(env!("CARGO_MANIFEST_DIR"), "/wsdl"));
    let text = text.replace("include: rules.yaml\n", &sample("bancbox/rules.yaml"));
    let weak = text.replace("    username_token", "    allow_insecure: true\n    username_token");
    let strict = text
        .replace("BBXPort, auth: pass_through", "BBXPort, security: { profile: strict }, auth: pass_through");
    for (text, warned) in [(&weak, &["missing_type", "allow_insecure"][..]), (&strict, &[])] {
        let path = file("weak.yaml", text);
        let shown = saponify(&["config", "show", "-c", &path.to_string_lossy()], "");
        assert_eq!(shown.status.code(), Some(0), "{}", err(&shown));
        let shown = out(&shown);
        let warnings: Vec<&str> = shown.lines().filter(|line| line.starts_with("# warning: ")).collect();
        assert_eq!(warnings.len(), warned.len(), "{warnings:?}");
        assert!(warned.iter().zip(&warnings).all(|(part, line)| line.contains(part)), "{warnings:?}");
    }
}

#[test]
fn a_hash_is_that_of_the_password_on_standard_input() {
    for input in ["a long password", "a long password\n", "a long password\r\n"] {
        let hash = out(&saponify(&["config", "hash"], input));
        let hash = PasswordHash::parse(hash.trim()).expect("a hash");
        assert!(hash.verify(&Secret::new("a long password"), &mut HashMemory::default()));
    }
    let entry = out(&saponify(&["config", "hash", "--user", "o\"ps"], "a long password"));
    let users = file("users.yaml", &format!("users:\n  {entry}"));
    assert!(
        entry.starts_with("- { name: \"o\\\"ps\", hash: \"$argon2id$v=19$") && users.is_file(),
        "{entry}"
    );
    for empty in ["", "\n"] {
        let refused = saponify(&["config", "hash"], empty);
        assert_eq!((refused.status.code(), out(&refused).as_str()), (Some(4), ""), "{}", err(&refused));
        assert!(err(&refused).contains("the password is empty"), "{}", err(&refused));
    }
    let warned = saponify(&["config", "hash", "-c", "samples/bancbox/soap-to-json.yaml"], "a long password");
    assert!(err(&warned).contains("accepts digests") && warned.status.code() == Some(0), "{}", err(&warned));
    assert_eq!(saponify(&["config", "hash", "a long password"], "").status.code(), Some(2));
}
