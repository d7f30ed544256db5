//! The walks of `docs/tutorials`: every command runs as it is printed, in order, in one shell.

use std::path::Path;
use std::process::Command;

/// The shell blocks of a document, one after the other.
fn commands(document: &str) -> String {
    let blocks = document.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.collect::<Vec<_>>().join("\n")
}

fn walk(name: &str, expected: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(root.join("docs/tutorials").join(name)).expect("tutorial");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tutorials").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("folder");
    let script = commands(&document).replace("/tmp/", &format!("{}/", folder.display()));
    let binary = Path::new(env!("CARGO_BIN_EXE_saponify")).parent().expect("folder");
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let script = format!("set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{script}");
    let mut shell = Command::new("timeout");
    let run =
        shell.args(["60", "bash", "-c", &script]).current_dir(root).env("PATH", path).env("NO_COLOR", "1");
    let output = run.output().expect("bash");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}: {}\n{out}\n{err}", output.status);
    for part in expected {
        assert!(out.contains(part), "{name}: no {part} in\n{out}\n{err}");
    }
}

#[test]
fn your_wsdl_as_json() {
    walk("your-wsdl-as-json.md", &["lossless", "would start with 1 operation", "\"requestId\":"]);
}

#[test]
fn a_soap_front_for_a_json_api() {
    walk("a-soap-front-for-a-json-api.md", &["would start", "definitions", "status>1<", "BRG00108"]);
}

#[test]
fn contract_tests_in_ci() {
    walk("contract-tests-in-ci.md", &["2 passed, 0 failed", "passed  bad-gender (json)"]);
}
