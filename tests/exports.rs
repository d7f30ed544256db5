//! `sample --as TOOL`: what each tool is given, and what is told of it. `tests/exports/run` has the tools themselves.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const BANCBOX: &str = "samples/bancbox/json-to-soap.yaml";
const AWKWARD: &str = "tests/exports/awkward.wsdl";

/// What an export is made from. The folder of `tests/exports/expected` that has it is called after the first word.
const EXPORTS: &[(&str, &[&str])] = &[
    ("bancbox-json", &["-c", BANCBOX]),
    ("bancbox-soap", &["-c", BANCBOX, "--side", "soap"]),
    ("awkward-json", &["-c", "tests/exports/awkward.yaml", "--idempotency-key"]),
    ("awkward-soap", &["-c", "tests/exports/awkward.yaml", "--side", "soap"]),
    ("keys-json", &["-c", "tests/exports/keys.yaml", "put"]),
    ("keys-soap", &["-c", "tests/exports/keys.yaml", "put", "--side", "soap"]),
    ("members-soap", &["-c", "tests/exports/members.yaml", "put", "--side", "soap"]),
    ("addressed", &["-c", "tests/exports/addressed.yaml", "put", "--side", "soap"]),
    ("parts-json", &["-c", "tests/exports/parts.yaml", "--style", "full"]),
    ("parts-soap", &["-c", "tests/exports/parts.yaml", "--style", "full", "--side", "soap"]),
    ("shop", &["--wsdl", "tests/contracts/shop/contract.wsdl", "--to", "http://127.0.0.1:9000/"]),
];

/// Each tool with the file that it is given; a folder where that has no name.
const TOOLS: &[(&str, &str)] = &[
    ("bruno", ""),
    ("case", ""),
    ("curl", "curl.sh"),
    ("hurl", "export.hurl"),
    ("k6", "k6.js"),
    ("postman", "postman.json"),
    ("soapui", "soapui.xml"),
];

fn saponify(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    for variable in ["API_USERNAME", "API_PASSWORD", "API_TOKEN", "API_KEY"] {
        command.env(variable, format!("canary-{variable}"));
    }
    command.arg("sample").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1");
    command.stdin(Stdio::null()).output().expect("started")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exports").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.parent().expect("a folder is around it")).expect("folder");
    folder
}

fn expected(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/expected").join(name)
}

/// Every file that `export` is of, in order, with its text.
fn files(around: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![around.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let below = std::fs::read_dir(&path).expect("read").map(|entry| entry.expect("entry").path());
            open.extend(below);
        } else {
            let name = path.strip_prefix(around).expect("below it").to_string_lossy().into_owned();
            found.push((name, std::fs::read_to_string(&path).expect("text")));
        }
    }
    found.sort();
    found
}

/// Writes everything that is exported of `name` into `folder`.
fn export(name: &str, arguments: &[&str], folder: &Path) {
    std::fs::create_dir_all(folder).expect("folder");
    // A case is of both languages, and has no address.
    let plain = !arguments.iter().any(|word| word.starts_with("--") && *word != "--wsdl");
    for (tool, file) in TOOLS.iter().filter(|(tool, _)| plain || *tool != "case") {
        let target = folder.join(if file.is_empty() { tool } else { file });
        let own = ["--as", tool, "-o", &target.to_string_lossy()].map(str::to_owned);
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let done = saponify(&[arguments, &own].concat());
        assert!(done.status.success(), "{name}, {tool}: {}", err(&done));
        assert_eq!(err(&done), "", "{name}, {tool}");
    }
}

#[test]
fn each_tool_is_given_what_it_reads() {
    for (name, arguments) in EXPORTS {
        let written = folder(name);
        export(name, arguments, &written);
        let (found, wanted) = (files(&written), files(&expected(name)));
        let names =
            |files: &[(String, String)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&found), names(&wanted), "{name}");
        for ((file, found), (_, wanted)) in found.iter().zip(&wanted) {
            assert_eq!(
                found, wanted,
                "{name}/{file}; `cargo test --test exports -- --ignored renew` writes it anew"
            );
        }
    }
}

#[test]
#[ignore = "writes tests/exports/expected anew"]
fn renew() {
    for (name, arguments) in EXPORTS {
        let folder = expected(name);
        let _ = std::fs::remove_dir_all(&folder);
        export(name, arguments, &folder);
    }
}

#[test]
fn no_export_has_a_secret_of_the_service() {
    for (name, _) in EXPORTS {
        for (file, text) in files(&expected(name)) {
            assert!(!text.contains("canary"), "{name}/{file}");
        }
    }
}

/// What is written to standard output is what a file would have.
#[test]
fn without_a_file_it_goes_to_standard_output() {
    let done = saponify(&["-c", BANCBOX, "--as", "curl"]);
    let file = std::fs::read_to_string(expected("bancbox-json/curl.sh")).expect("expected");
    assert_eq!(out(&done), file);
}

#[test]
fn what_an_address_may_be() {
    for (address, reason) in [
        ("ftp://127.0.0.1/", "expected a URL such as http://127.0.0.1:8090/"),
        ("127.0.0.1:9000", "expected a URL such as http://127.0.0.1:8090/"),
        ("http://ops:canary@127.0.0.1/", "credentials are no part of an address"),
        ("http://127.0.0.1/#there", "an address has no fragment"),
    ] {
        let done = saponify(&["--wsdl", AWKWARD, "--as", "curl", "--to", address]);
        assert_eq!(done.status.code(), Some(2), "{address}");
        assert!(err(&done).contains(reason), "{address}: {}", err(&done));
        assert!(!err(&done).contains("canary"), "{address}");
    }
    let spaced = saponify(&["--wsdl", AWKWARD, "put", "--as", "curl", "--to", "http://127.0.0.1/a b'c"]);
    assert!(
        out(&spaced).contains(" http://127.0.0.1/a%20b%27c <<") || out(&spaced).contains("/a%20b'\\''c' <<")
    );
    let json = saponify(&["--wsdl", AWKWARD, "put", "--as", "curl", "--side", "json"]);
    assert!(out(&json).contains(" http://127.0.0.1:8090/AwkwardService/put <<"), "{}", out(&json));
}

#[test]
fn options_that_do_not_go_together() {
    let wsdl = ["--wsdl", AWKWARD];
    for (arguments, reason) in [
        (vec!["put", "--to", "http://127.0.0.1/"], "--to: a message is not sent"),
        (vec!["put", "--as", "soap", "--idempotency-key"], "--idempotency-key: a message is not sent"),
        (vec!["put", "-o", "x"], "--output: a message goes to standard output"),
        (vec!["--as", "case", "--side", "json", "-o", "x"], "--side: a case is of both languages"),
        (vec!["--as", "bruno"], "expected --output FOLDER"),
        (vec!["--as", "case"], "expected --output FOLDER"),
        (vec!["--as", "curl", "--kind", "response"], "a tool sends requests"),
        (vec!["--as", "curl", "--fault", "x"], "a tool sends requests"),
        (
            vec!["--as", "curl", "--side", "json", "--username-token", "ops:env:X"],
            "only SOAP requests bear one",
        ),
        (vec!["--as", "curl", "--username-token", "ops:file:x"], "expected USER:env:NAME"),
        (vec!["--as", "curl", "--username-token", "ops:env:$(x)"], "expected USER:env:NAME"),
        (vec!["--as", "curl", "--username-token", "o\u{FFFE}:env:X"], "expected USER:env:NAME"),
        (vec!["puts", "--as", "curl"], "did you mean `put`?"),
    ] {
        let done = saponify(&[&wsdl[..], &arguments].concat());
        let exit = if reason.starts_with("did you") { 4 } else { 2 };
        assert_eq!(done.status.code(), Some(exit), "{arguments:?}: {}", err(&done));
        assert!(err(&done).contains(reason), "{arguments:?}: {}", err(&done));
        assert_eq!(out(&done), "", "{arguments:?}");
    }
}

/// Nothing that is there is written over.
#[test]
fn what_is_there_is_left_alone() {
    let around = folder("left");
    std::fs::create_dir_all(&around).expect("folder");
    let file = around.join("x.sh");
    std::fs::write(&file, "mine").expect("written");
    let file = file.to_string_lossy();
    let done = saponify(&["--wsdl", AWKWARD, "--as", "curl", "-o", &file]);
    assert_eq!(done.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&*file).expect("there"), "mine");
    let done = saponify(&["--wsdl", AWKWARD, "--as", "bruno", "-o", &around.to_string_lossy()]);
    assert!(err(&done).contains("expected a folder that is empty"), "{}", err(&done));
    assert_eq!(files(&around).len(), 1);
}

/// The least sample of BancBox breaks a condition of the service file, which demands one of two members.
#[test]
fn conditions_of_the_service_choose_the_sample() {
    let chosen = saponify(&["-c", BANCBOX, "--as", "hurl"]);
    assert!(out(&chosen).contains("\"bancBoxId\""), "{}", out(&chosen));
    let least = saponify(&["-c", BANCBOX, "--as", "hurl", "--style", "minimal"]);
    assert!(!out(&least).contains("bancBoxId"), "{}", out(&least));
    let said = "saponify: updateClient: the service refuses the request: BRG00100: clientId: bancBoxId or";
    assert!(err(&least).starts_with(said), "{}", err(&least));
}

/// A digest cannot be made by Hurl, and the other tools make one for each request.
#[test]
fn a_digest_is_made_when_it_is_sent() {
    let digest = ["--username-token", "ops:env:SECRET", "--password-digest", "--to", "http://127.0.0.1/"];
    for (tool, has) in [
        ("curl", "digest=$({ printf %s \"$nonce\""),
        ("hurl", "{{digest}}"),
        ("k6", "hash.update(created + password);"),
        ("postman", "hashes.SHA1(nonce.clone().concat(said))"),
        ("soapui", "MessageDigest.getInstance('SHA-1')"),
    ] {
        let done = saponify(&[&["--wsdl", AWKWARD, "put", "--as", tool], &digest[..]].concat());
        assert!(out(&done).contains(has), "{tool}: {}", out(&done));
        assert!(out(&done).contains("SECRET"), "{tool}: the variable is named");
        assert!(out(&done).contains("Username>ops<") || out(&done).contains("Username&gt;ops&lt;"), "{tool}");
        assert!(!out(&done).contains("1970-"), "{tool}: {}", out(&done));
    }
}

/// The ports of a contract that are at several addresses are not called at one of them.
#[test]
fn a_contract_says_where_it_is_or_nobody_does() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(AWKWARD)).expect("WSDL");
    let around = folder("addresses");
    std::fs::create_dir_all(&around).expect("folder");
    let wsdl = |name: &str, text: String| {
        let file = around.join(name);
        std::fs::write(&file, text).expect("written");
        file.to_string_lossy().into_owned()
    };
    let nowhere = wsdl("nowhere.wsdl", text.replace("http://127.0.0.1:9000/", "jms:queue"));
    let done = saponify(&["--wsdl", &nowhere, "--as", "curl"]);
    assert!(err(&done).contains("expected --to URL: the contract has no address"), "{}", err(&done));
    let moved = text.replacen("http://127.0.0.1:9000/", "http://127.0.0.1:9001/", 1);
    let renamed = moved.replacen("<w:operation name=\"tell\"><s:operation soapAction=\"\"/><w:input><s:body use=\"literal\"/></w:input></w:operation>", "", 1);
    let several = wsdl("several.wsdl", renamed);
    let done = saponify(&["--wsdl", &several, "--as", "curl"]);
    assert!(err(&done).contains("expected --port NAME or --to URL"), "{}", err(&done));
    let done = saponify(&["--wsdl", &several, "--as", "curl", "--port", "Awkward12"]);
    assert!(out(&done).contains(" http://127.0.0.1:9000/ <<"), "{}", out(&done));
}

/// What a process says until it is ready.
fn said(verb: &str, arguments: &[&str]) -> String {
    let ready = folder(&format!("ready-{verb}-{}", arguments.len())).with_extension("json");
    let _ = std::fs::remove_file(&ready);
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.arg(verb).args(arguments).args(["--listen", "127.0.0.1:0", "--ready-file"]).arg(&ready);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1").env("GUARD", "canary");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("started");
    for _ in 0..600 {
        if ready.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(ready.exists(), "{verb} {arguments:?} is not ready");
    // Asked to end it says the rest, which `serve` tells after it is ready.
    for _ in 0..2 {
        let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let mut text = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().expect("piped"), &mut text).expect("text");
    let _ = child.wait();
    text
}

/// Where an operation's command is told it can be pasted, so it begins a line of `mock`, and ends one of `serve`.
#[test]
fn few_operations_have_a_command_at_the_start() {
    let mock = said("mock", &["--wsdl", "tests/contracts/shop/contract.wsdl"]);
    assert_eq!(mock.lines().filter(|line| line.starts_with("curl -sS -X POST")).count(), 3, "{mock}");
    let guarded = said("mock", &["--wsdl", AWKWARD, "--require-username-token", "ops:env:GUARD"]);
    assert!(guarded.contains("<wsse:Username>ops</wsse:Username>"), "{guarded}");
    assert!(guarded.contains("\"${GUARD:?}\"") && !guarded.contains("canary"), "{guarded}");
    let sampled = said("mock", &["-c", BANCBOX, "--samples", "samples/bancbox/cases"]);
    assert!(!sampled.contains("curl"), "which sample is meant is not known: {sampled}");
    let serve = said("serve", &["-c", BANCBOX]);
    let line = serve.lines().find(|line| line.contains("updateClient: curl -sS")).expect("a command");
    assert!(line.ends_with("/bancbox/v1/BBXPortRest/updateClient"), "{line}");
    let quiet = said("serve", &["-c", BANCBOX, "--log-level", "warn"]);
    assert!(!quiet.contains("curl"), "{quiet}");
}

#[test]
fn many_operations_have_none() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(AWKWARD)).expect("WSDL");
    let operation = "<w:operation name=\"put\"><w:input message=\"t:put\"/><w:output message=\"t:putResponse\"/></w:operation>";
    let bound = "<w:operation name=\"put\"><s:operation soapAction=\"x\"/><w:input><s:body use=\"literal\"/></w:input><w:output><s:body use=\"literal\"/></w:output></w:operation>";
    let nine = |one: &str| {
        (0..9).map(|number| one.replace("\"put\"", &format!("\"put{number}\""))).collect::<String>()
    };
    let text = text.replace(operation, &format!("{operation}{}", nine(operation)));
    let text = text.replace(
        "<w:operation name=\"tell\"><s:operation soapAction=\"\"/>",
        &format!("{}<w:operation name=\"tell\"><s:operation soapAction=\"\"/>", nine(bound)),
    );
    let around = folder("many");
    std::fs::create_dir_all(&around).expect("folder");
    let file = around.join("many.wsdl");
    std::fs::write(&file, text).expect("written");
    let file = file.to_string_lossy();
    let mock = said("mock", &["--wsdl", &file]);
    assert!(mock.contains("11 operation(s)") && !mock.contains("curl"), "{mock}");
    let all = saponify(&["--wsdl", &file, "--as", "curl"]);
    assert_eq!(out(&all).matches("\ncurl -sS").count(), 11, "{}", out(&all));
}

#[test]
fn what_the_document_shows_runs() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/EXPORTS.md");
    let document = std::fs::read_to_string(document).expect("document");
    let around = folder("document");
    std::fs::create_dir_all(&around).expect("folder");
    let commands: Vec<&str> =
        document.lines().filter_map(|line| line.strip_prefix("saponify sample ")).collect();
    assert!(commands.len() >= 4, "{commands:?}");
    for command in commands {
        let mut words: Vec<String> = command.split(' ').map(str::to_owned).collect();
        if let Some(at) = words.iter().position(|word| word == "-o") {
            words[at + 1] = around.join(&words[at + 1]).to_string_lossy().into_owned();
        }
        let done = saponify(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(done.status.success(), "{command}: {}", err(&done));
    }
}
