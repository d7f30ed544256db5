//! The command line as a user has it: the binary, its output, its exit codes.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn saponify(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    child.stdin.take().expect("stdin").write_all(input.as_bytes()).expect("written");
    child.wait_with_output().expect("ended")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn sample(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/bancbox").join(name))
        .expect("sample")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("folder");
    folder
}

/// A pipe gives what is in it once: whoever would look what it is takes that from whoever reads it.
#[test]
fn a_service_file_may_come_from_a_pipe() {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = format!(
        "version: 1\nservice: s\ncontract: {{ wsdl: {root}/wsdl/bancbox.wsdl, root: {root} }}\nfronts: {{ json: {{ auth: none }} }}\n\
         backend: {{ soap: {{ url: \"http://localhost/\" }} }}\n"
    );
    let output = saponify(&["check", "-c", "/dev/stdin"], &text);
    assert!(out(&output).contains("s would start with 1 operation(s)"), "{}", err(&output));
    let output = saponify(&["check", "/dev/stdin"], &text);
    assert!(
        err(&output).contains("say which it is with --wsdl /dev/stdin or -c /dev/stdin"),
        "{}",
        err(&output)
    );
}

#[test]
fn demo_once_goes_all_four_ways_and_masks_the_password() {
    let output = saponify(&["demo", "--once"], "");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output);
    let right = |text: &str, system: &str, way: &str| {
        let row = |line: &str| {
            line.starts_with(system)
                && line.contains(way)
                && line.ends_with(" right")
                && line.contains("  20")
        };
        assert!(text.lines().any(row), "{system} {way}: {text}");
    };
    for way in ["JSON → JSON", "SOAP → SOAP"] {
        right(&text, "bancbox", way);
    }
    for system in ["bancbox", "stonex", "helix", "finzly", "tabapay"] {
        for way in ["JSON → SOAP", "SOAP → JSON"] {
            right(&text, system, way);
        }
    }
    // One screen: no line is longer than a terminal, and there are few.
    assert!(text.lines().count() <= 36 && text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let beside = |left: &str, right: &str| {
        let row = |line: &str| {
            line.split_once(" = ").is_some_and(|(own, other)| own.contains(left) && other.contains(right))
        };
        assert!(text.lines().any(row), "{left} = {right}: {text}");
    };
    beside("\"apiKey\": \"ops@example.com\"", "<wsse:Username>ops@example.com</");
    beside("\"secret\": \"***\"", ">***</wsse:Password>");
    beside("\"lastName\": \"O'Neil & Sons\"", "<lastName>O'Neil &amp; Sons</lastName>");
    let verbose = saponify(&["demo", "--once", "--verbose"], "");
    let whole = out(&verbose);
    for part in ["-- JSON in", "-- SOAP sent", "-- SOAP received", "-- JSON out", ">***</wsse:Password>"] {
        assert!(whole.contains(part), "{part}: {whole}");
    }
    for secret in ["demo-secret", "not-a-real-secret"] {
        for text in [&text, &whole, &err(&output), &err(&verbose)] {
            assert!(!text.contains(secret), "{secret} is shown");
        }
    }
}

/// The commands of one system alone, which work as long as the demonstration runs.
#[test]
fn demo_prints_the_commands_of_a_system() {
    let wrong = saponify(&["demo", "--curl", "bank"], "");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(err(&wrong).contains("expected bancbox, stonex, helix, finzly, tabapay"), "{}", err(&wrong));
    let mut demo = Command::new(env!("CARGO_BIN_EXE_saponify"))
        .args(["demo", "--curl", "helix"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut lines =
        BufReader::new(demo.stdout.take().expect("standard output")).lines().map_while(Result::ok);
    let commands: Vec<String> = lines.by_ref().take_while(|line| line != "# Stop with Ctrl-C.").collect();
    let script = commands.join("\n");
    assert!(script.matches("curl ").count() == 2 && !script.contains("bancbox"), "{script}");
    let pasted = Command::new("sh").args(["-e", "-c", &script]).output().expect("sh");
    demo.kill().expect("stopped");
    demo.wait().expect("ended");
    let answers = out(&pasted);
    assert!(
        pasted.status.success() && answers.contains("\"status\":200") && answers.contains("status>1<"),
        "{script}\n{answers}"
    );
}

#[test]
fn convert_goes_both_ways_in_a_pipe() {
    let service = ["-c", "samples/bancbox/json-to-soap.yaml"];
    let soap = saponify(
        &[&["convert"], &service[..], &["--to", "soap", "samples/bancbox/request.json"]].concat(),
        "",
    );
    assert_eq!(soap.status.code(), Some(0), "{}", err(&soap));
    let json = saponify(&[&["convert"], &service[..], &["--to", "json", "-"]].concat(), &out(&soap));
    let mut expected: serde_json::Value = serde_json::from_str(&sample("request.json")).expect("JSON");
    expected.as_object_mut().expect("object").remove("authentication");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&out(&json)).expect("JSON"), expected);
}

#[test]
fn convert_finds_operation_and_direction() {
    let wsdl = ["convert", "--wsdl", "wsdl/bancbox.wsdl", "--to", "json"];
    let request = saponify(&[&wsdl[..], &["samples/bancbox/request.xml"]].concat(), "");
    assert!(
        out(&request).starts_with("{\"updateClientRequest\":{\"subscriberId\":200417,"),
        "{}",
        out(&request)
    );
    let response = saponify(&[&wsdl[..], &["samples/bancbox/response-ok.xml"]].concat(), "");
    assert!(out(&response).starts_with("{\"return\":{\"requestId\":1700000000001,"), "{}", out(&response));
    let wrong =
        saponify(&[&wsdl[..], &["--direction", "response", "samples/bancbox/request.xml"]].concat(), "");
    assert_eq!(wrong.status.code(), Some(4), "{}", err(&wrong));
    let unknown =
        saponify(&[&wsdl[..], &["--operation", "nothing", "samples/bancbox/request.xml"]].concat(), "");
    assert_eq!(
        (unknown.status.code(), err(&unknown).contains("updateClient")),
        (Some(2), true),
        "{}",
        err(&unknown)
    );
    let body = saponify(
        &["convert", "--wsdl", "wsdl/bancbox.wsdl", "--to", "soap", "--body-only", "-"],
        &out(&response),
    );
    assert!(
        out(&body).starts_with("<sch:updateClientResponse xmlns:sch=\"schema.bancbox.com\"><return>"),
        "{}{}",
        out(&body),
        err(&body)
    );
    let back = saponify(&[&wsdl[..], &["--body-only", "-"]].concat(), &out(&body));
    assert_eq!(out(&back), out(&response));
}

#[test]
fn a_file_that_cannot_be_converted_does_not_stop_the_others() {
    let (folder, bad) = (folder("convert"), folder("bad").join("bad.xml"));
    std::fs::write(&bad, "<a/>").expect("written");
    let (folder_name, bad) = (folder.to_string_lossy(), bad.to_string_lossy());
    let arguments = [
        "convert",
        "--wsdl",
        "wsdl/bancbox.wsdl",
        "--to",
        "json",
        "-o",
        &folder_name,
        "samples/bancbox/request.xml",
        &bad,
        "samples/bancbox/response-fail.xml",
    ];
    let output = saponify(&arguments, "");
    assert_eq!(output.status.code(), Some(4));
    assert!(err(&output).contains("bad.xml: the root element is not a SOAP envelope"), "{}", err(&output));
    assert!(folder.join("request.json").is_file() && folder.join("response-fail.json").is_file());
    assert!(!folder.join("bad.json").exists());
}

#[test]
fn check_says_whether_a_configuration_would_start() {
    let good = saponify(&["check", "-c", "samples/bancbox/json-to-soap.yaml"], "");
    assert_eq!(good.status.code(), Some(0), "{}", err(&good));
    let folder = folder("check");
    let root = env!("CARGO_MANIFEST_DIR");
    let text = sample("json-to-soap.yaml").replace("../../wsdl", &format!("{root}/wsdl"));
    let text = text.replace("include: rules.yaml\n", "") + &sample("rules.yaml");
    for (from, to, expected) in [
        ("version: 1", "version: 2", "version: expected 1"),
        ("fronts:", "front:", "front"),
        ("auth: pass_through", "auth: none", "the front must ask for them"),
        ("bancbox.wsdl }", "missing.wsdl }", "missing.wsdl"),
        (
            "updateClient:\n",
            "updateCliemt:\n",
            "the contract has no operation `updateCliemt`; did you mean `updateClient`?",
        ),
        ("response: return", "response: retrun", "there is no `retrun`; did you mean `return`?"),
        ("http://localhost", "ftp://localhost", "not a valid URL"),
        (
            "http://localhost",
            "http://backend.example",
            "the UsernameToken would go to backend.example:8080 in cleartext",
        ),
        ("first_byte: 15s", "first_byte: 15 seconds", "expected a time such as 500ms or 15s"),
        (
            "credentials: caller",
            "credentials: { fixed: { username: ops, password: literal } }",
            "a secret must be a reference",
        ),
        (
            "credentials: caller",
            "credentials: { fixed: { username: ops, password: \"${env:SAPONIFY_NOT_SET}\" } }",
            "environment variable SAPONIFY_NOT_SET is not set",
        ),
    ] {
        let file = folder.join("json-to-soap.yaml");
        assert!(text.contains(from), "{from}");
        std::fs::write(&file, text.replace(from, to)).expect("written");
        let output = saponify(&["check", "-c", &file.to_string_lossy()], "");
        assert_eq!(output.status.code(), Some(3), "{to}: {}", err(&output));
        assert!(err(&output).contains(expected), "{to}: {}", err(&output));
        assert!(!err(&output).contains("literal"), "{}", err(&output));
    }
}

#[test]
fn a_document_that_is_wrong_is_shown_at_its_place() {
    let folder = folder("wrong");
    let file = folder.join("wrong.wsdl");
    std::fs::write(&file, "<wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/'>\n  <wsdl:types>\n    <b>&nbsp;</b>\n").expect("written");
    let output = saponify(&["convert", "--wsdl", &file.to_string_lossy(), "--to", "json", "-"], "");
    assert_eq!(output.status.code(), Some(4));
    let text = err(&output);
    assert!(
        text.contains("error[DOC0003]") && text.contains("wrong.wsdl:3:") && text.contains("<b>&nbsp;</b>"),
        "{text}"
    );
}

#[test]
fn serve_runs_from_a_file_and_without_one_and_stops_on_a_signal() {
    let folder = folder("serve");
    for (name, arguments, kinds) in [
        (
            "file",
            vec!["serve", "-c", "samples/bancbox/json-to-soap.yaml"],
            ["/bancbox/updateClient", "/soap/bancbox/BBXPort"],
        ),
        (
            "wsdl",
            vec![
                "serve",
                "--wsdl",
                "wsdl/bancbox.wsdl",
                "--backend",
                "http://127.0.0.1:9/",
                "--username-token",
                "ops:env:SECRET_FOR_TEST",
            ],
            ["/BBXPortService/updateClient", "/soap/BBXPortService"],
        ),
    ] {
        let ready = folder.join(format!("{name}.json"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
        command.args(arguments).args(["--listen", "127.0.0.1:0", "--ready-file", &ready.to_string_lossy()]);
        command.current_dir(env!("CARGO_MANIFEST_DIR")).env("SECRET_FOR_TEST", "x").stderr(Stdio::piped());
        let mut child = command.spawn().expect("started");
        let document = wait_for(&ready);
        for (front, path) in document["fronts"].as_array().expect("fronts").iter().zip(kinds) {
            assert!(front["url"].as_str().expect("url").ends_with(path), "{document}");
        }
        assert_eq!(document["pid"], child.id());
        let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill");
        assert!(killed.success());
        assert_eq!(child.wait().expect("ended").code(), Some(0));
        let mut said = String::new();
        child.stderr.take().expect("stderr").read_to_string(&mut said).expect("UTF-8");
        assert!(said.contains("ready after"), "{said}");
    }
}

fn wait_for(path: &Path) -> serde_json::Value {
    for _ in 0..200 {
        if let Ok(text) = std::fs::read_to_string(path) {
            return serde_json::from_str(&text).expect("JSON");
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{} was not written", path.display());
}

#[test]
fn usage_errors_are_2_and_help_ends_with_three_examples() {
    assert_eq!(saponify(&["serve"], "").status.code(), Some(2));
    assert_eq!(saponify(&["nothing"], "").status.code(), Some(2));
    for verb in [
        "", "call", "check", "config", "convert", "demo", "diff", "explain", "fetch", "init", "inspect",
        "lint", "mcp", "mock", "openapi", "reload", "sample", "schema", "serve", "test",
    ] {
        let arguments: Vec<&str> = [verb, "--help"].into_iter().filter(|part| !part.is_empty()).collect();
        let help = out(&saponify(&arguments, ""));
        let examples = help.split("Examples:").nth(1).unwrap_or("");
        assert_eq!(examples.matches("\n  saponify ").count(), 3, "{help}");
    }
}

#[test]
fn lint_says_what_is_wrong_where_and_what_it_means() {
    let clean = saponify(&["lint", "wsdl/bancbox.wsdl"], "");
    assert_eq!((clean.status.code(), err(&clean).as_str()), (Some(0), ""));
    assert_eq!(
        out(&clean),
        "BBXPortService BBXPort\n  lossless  updateClient\n1 operation: 1 lossless; no findings\n"
    );

    let broken = "tests/contracts/messages/contract.wsdl";
    let human = saponify(&["lint", broken], "");
    assert_eq!(human.status.code(), Some(1));
    for part in ["error[WSDL0203]", "contract.wsdl:17:", "there is no element {urn:t}missing", "<w:part name"]
    {
        assert!(err(&human).contains(part), "{part}: {}", err(&human));
    }

    let json = saponify(&["lint", "--format", "json", broken, "tests/contracts/encoded/contract.wsdl"], "");
    let report: serde_json::Value = serde_json::from_str(&out(&json)).expect("JSON");
    assert_eq!((json.status.code(), &report["schema_version"]), (Some(1), &1.into()));
    assert_eq!(report["diagnostics"][0]["code"], "WSDL0203");
    assert_eq!(report["diagnostics"][0]["line"], 17);
    let verdicts: Vec<&str> = report["services"]
        .as_array()
        .expect("services")
        .iter()
        .flat_map(|service| service["operations"].as_array().expect("operations"))
        .map(|operation| operation["verdict"].as_str().expect("verdict"))
        .collect();
    assert_eq!(verdicts, ["lossless", "lossless", "lossless", "lossless", "unchecked", "lossless", "lossy"]);

    let sarif = saponify(&["lint", "--format", "sarif", broken], "");
    let log: serde_json::Value = serde_json::from_str(&out(&sarif)).expect("JSON");
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!((&log["version"], &place["region"]["startLine"]), (&"2.1.0".into(), &17.into()));
    assert_eq!(place["artifactLocation"]["uri"], broken);
}

/// A document that cannot be read is 4, and says how to mend it.
/// The contract is right; who makes code of it may be told something all the same.
#[test]
fn lint_with_notes_alone_is_0() {
    let noted = saponify(&["lint", "tests/interop/contract/bancbox12.wsdl"], "");
    assert_eq!(noted.status.code(), Some(0), "{}", err(&noted));
    assert!(
        err(&noted).starts_with("note[INTEROP0407]: the service BBXPortService has no port with SOAP 1.1"),
        "{}",
        err(&noted)
    );
}

#[test]
fn lint_of_what_cannot_be_read_is_4() {
    let folder = folder("lint");
    for (name, text, said) in [
        ("doctype.wsdl", "<!DOCTYPE a>\n<a/>", "take the <!DOCTYPE …> out of the document"),
        ("wsdl20.wsdl", "<description xmlns='http://www.w3.org/ns/wsdl'/>", "WSDL 2.0"),
        ("broken.wsdl", "<a>\n<b></a>", "DOC0003"),
    ] {
        let file = folder.join(name);
        std::fs::write(&file, text).expect("written");
        let output = saponify(&["lint", &file.to_string_lossy()], "");
        assert_eq!(output.status.code(), Some(4), "{name}");
        assert!(err(&output).contains(said), "{name}: {}", err(&output));
    }
    assert_eq!(saponify(&["lint", "there-is-no-such.wsdl"], "").status.code(), Some(4));
}

#[test]
fn explain_knows_every_code() {
    let one = saponify(&["explain", "wsdl0203"], "");
    assert!(
        one.status.success() && out(&one).starts_with("WSDL0203\n\nA message part refers"),
        "{}",
        out(&one)
    );
    let all = saponify(&["explain"], "");
    assert!(out(&all).lines().count() > 20 && out(&all).contains("XSD0100  A reference"), "{}", out(&all));
    assert_eq!(saponify(&["explain", "NONE0000"], "").status.code(), Some(2));
}

#[test]
fn inspect_shows_operations_and_fields() {
    let tree = saponify(&["inspect", "wsdl/bancbox.wsdl", "--depth", "2"], "");
    for line in [
        "BBXPortService BBXPort (SOAP 1.1, http://localhost:8080/soap/bancbox/BBXPort)",
        "  updateClient (rpc)",
        "    request {schema.bancbox.com}updateClient",
        "      updateClientRequest: updateClientRequest [1]",
        "        subscriberId: long [1]",
    ] {
        assert!(out(&tree).lines().any(|found| found == line), "{line}: {}", out(&tree));
    }
    let json = saponify(&["inspect", "tests/contracts/headers/contract.wsdl", "--json"], "");
    let view: serde_json::Value = serde_json::from_str(&out(&json)).expect("JSON");
    let operation = &view["ports"][0]["operations"][0];
    assert_eq!(operation["request"]["headers"][0]["key"], "session");
    assert_eq!(operation["request"]["fields"][1]["fields"][0]["key"], "@fast");
    assert_eq!(saponify(&["inspect", "wsdl/bancbox.wsdl", "--operation", "none"], "").status.code(), Some(2));
    // A repeated group at the last level was gone into all the same.
    let groups = saponify(&["inspect", "tests/contracts/constructs/contract.wsdl", "--depth", "1"], "");
    assert_eq!((groups.status.code(), &*err(&groups)), (Some(0), ""));
    assert!(out(&groups).contains(": group ["), "{}", out(&groups));
}

#[test]
fn samples_are_the_same_for_the_same_seed_and_convert_back() {
    let sample = |more: &[&str]| {
        let wsdl = ["sample", "--wsdl", "wsdl/bancbox.wsdl", "--operation", "updateClient"];
        saponify(&[&wsdl[..], more].concat(), "")
    };
    for kind in ["request", "response"] {
        for style in
            [vec!["--style", "minimal"], vec!["--style", "full"], vec!["--style", "random", "--seed", "3"]]
        {
            let both = |language| sample(&[&["--kind", kind, "--as", language], &style[..]].concat());
            let (soap, json) = (both("soap"), both("json"));
            assert_eq!(out(&both("json")), out(&json), "the seed decides");
            let back =
                saponify(&["convert", "--wsdl", "wsdl/bancbox.wsdl", "--to", "json", "-"], &out(&soap));
            let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
            assert_eq!(parsed(&out(&back)), parsed(&out(&json)), "{}", err(&back));
        }
    }
    assert_eq!(sample(&["--kind", "fault"]).status.code(), Some(4), "none is declared");
}

/// A running bridge serves its contract; fetched from there it is a contract again.
#[test]
fn fetch_copies_a_contract_with_its_imports() {
    let folder = folder("fetch");
    let ready = folder.join("ready.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command
        .args(["serve", "-c", "samples/bancbox/json-to-soap.yaml", "--listen", "127.0.0.1:0", "--ready-file"])
        .arg(&ready);
    let mut server = command.current_dir(env!("CARGO_MANIFEST_DIR")).spawn().expect("started");
    let fronts = wait_for(&ready);
    let url = format!("{}?wsdl", fronts["fronts"][1]["url"].as_str().expect("url"));
    let copy = folder.join("copy");
    let private = saponify(&["fetch", &url, "-o", &copy.to_string_lossy()], "");
    let fetched =
        saponify(&["fetch", &url, "-o", &copy.to_string_lossy(), "--allow-private", "--catalog"], "");
    server.kill().expect("killed");
    server.wait().expect("ended");

    assert_eq!(private.status.code(), Some(5));
    assert!(err(&private).contains("--allow-private"), "{}", err(&private));
    assert_eq!(fetched.status.code(), Some(0), "{}", err(&fetched));
    let lock: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(copy.join("saponify.lock")).expect("lock"))
            .expect("JSON");
    assert_eq!(
        (&lock["documents"][0]["file"], &lock["documents"][0]["from"]),
        (&"main.wsdl".into(), &url.into())
    );
    assert!(copy.join("catalog.xml").is_file());
    let main = copy.join("main.wsdl");
    let linted = saponify(&["lint", &main.to_string_lossy()], "");
    assert_eq!(
        (linted.status.code(), out(&linted).contains("lossless  updateClient")),
        (Some(0), true),
        "{}",
        err(&linted)
    );
}

/// The commands of README and of every `--help` that need no server run as they are printed.
#[test]
fn printed_commands_run() {
    let verbs = [
        "call",
        "check",
        "config",
        "config hash",
        "config show",
        "convert",
        "diff",
        "explain",
        "fetch",
        "init",
        "inspect",
        "lint",
        "mcp",
        "openapi",
        "sample",
        "schema",
        "schema config",
        "schema json",
        "test",
    ];
    let readme =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README");
    let commands = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/COMMANDS.md"))
        .expect("document");
    let commands =
        ["docs/DIFF.md", "docs/GLOSSARY.md", "docs/HOW_TO.md"].iter().fold(commands, |all, name| {
            all + &std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name))
                .expect("document")
        });
    let helps = verbs.map(|verb| out(&saponify(&verb.split(' ').chain(["--help"]).collect::<Vec<_>>(), "")));
    let helps = helps.map(|help| help.replace("\\\n", " "));
    let lines = readme.lines().chain(commands.lines()).chain(helps.iter().flat_map(|help| help.lines()));
    let commands: Vec<&str> = lines
        .map(str::trim)
        .map(|line| (line, line.strip_prefix("printf %s 'a long password' | ").unwrap_or(line)))
        .filter(|(_, line)| verbs.iter().any(|verb| line.starts_with(&format!("saponify {verb}"))))
        // What is really sent needs a backend: tests/operator.rs has one.
        .filter(|(_, line)| !line.starts_with("saponify call") || line.contains("--dry-run"))
        .map(|(line, _)| line)
        .filter(|line| !line.contains("https://") && !line.contains("http://127.0.0.1:8080"))
        .collect();
    assert!(commands.len() > 20, "{commands:?}");
    let binary =
        Path::new(env!("CARGO_BIN_EXE_saponify")).parent().expect("folder").to_string_lossy().into_owned();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap_or_default());
    for command in commands {
        let output = Command::new("sh")
            .args(["-c", command])
            .env("PATH", &path)
            .envs(["USERNAME", "PASSWORD", "TOKEN"].map(|name| (format!("SAPONIFY_STONEX_{name}"), "x")))
            .stdin(Stdio::null())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("a shell");
        let code = output.status.code();
        assert!(code == Some(0), "{command}: {code:?} {}", err(&output));
    }
}
