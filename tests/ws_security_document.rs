//! `docs/WS_SECURITY.md` is right: its blocks load, and its tables name keys that exist.

#[path = "support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use saponify::service::load;
use saponify::wsdl::Files;
use support::Variables;

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/WS_SECURITY.md");
    std::fs::read_to_string(path).expect("document")
}

/// The YAML block that has `text`.
fn block(text: &str) -> String {
    let document = document();
    let mut blocks = document.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.find(|block| block.contains(text)).expect("a block").to_owned()
}

/// The file of users. It is written once: a test could read it while another one writes it anew.
static USERS: LazyLock<PathBuf> = LazyLock::new(|| {
    let users = Path::new(env!("CARGO_TARGET_TMPDIR")).join("document-users.yaml");
    std::fs::write(&users, block("reports")).expect("users");
    users
});

fn loaded(blocks: &str) -> Result<(), String> {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = format!(
        "version: 1\nservice: bancbox\ncontract: {{ wsdl: {root}/wsdl/bancbox.wsdl }}\ninclude: {root}/samples/bancbox/rules.yaml\n{blocks}"
    )
    .replace("users.yaml", &USERS.display().to_string());
    let known = [("OPS_PASSWORD", "a"), ("BANK_USER", "b"), ("BANK_PASSWORD", "c")];
    let known = Variables(HashMap::from(known));
    load("document.yaml", &text, &known, &mut Files, None)
        .map(|_| ())
        .map_err(|problems| format!("{problems:?}"))
}

const BACKEND: &str = "backend: { soap: { url: https://bank.example/ } }\n";
const FRONT: &str = "fronts: { soap: { auth: none } }\n";

#[test]
fn blocks_load() {
    assert_eq!(loaded(&format!("{}{BACKEND}", block("accept: [digest, text]"))), Ok(()));
    assert_eq!(loaded(&format!("{FRONT}{}", block("username_token"))), Ok(()));
}

/// The keys of the table that begins with `head`.
fn keys(head: &str) -> Vec<String> {
    let document = document();
    let table = document.split(head).nth(1).expect("a table").lines().skip(2);
    let rows = table.take_while(|line| line.starts_with("| "));
    rows.flat_map(|row| {
        let cell = row.split('|').nth(1).unwrap_or("");
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
    })
    .collect()
}

/// A service file with a key that does not exist tells all that do.
#[test]
fn tables_have_every_key_and_no_other() {
    let credentials = "credentials: { fixed: { username: a, password: \"${env:OPS_PASSWORD}\" } }";
    let unknown = [
        (
            "| key of `security` |",
            format!("fronts: {{ soap: {{ auth: none, security: {{ nokey: 1 }} }} }}\n{BACKEND}"),
        ),
        (
            "| key of `username_token` |",
            format!(
                "{FRONT}backend: {{ soap: {{ url: https://b.example/, username_token: {{ {credentials}, nokey: 1 }} }} }}\n"
            ),
        ),
    ];
    for (head, file) in unknown {
        let said = loaded(&file).expect_err("nokey");
        let all = said.split("possible here: ").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(keys(head), all.expect("keys").split(", ").collect::<Vec<_>>());
    }
}
