//! Starting: signals that come at once, ports that are taken, and several services in one process.

#[path = "support/program.rs"]
mod program;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

use program::Program;
use stub::Stub;
use support::{JSON, post, send};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("start").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("folder");
    folder
}

/// A service file in `folder`, with `more` at its end.
fn service(folder: &Path, name: &str, more: &str) -> String {
    let file = folder.join(format!("{name}.yaml"));
    let wsdl = format!("{}/tests/shop/shop.wsdl", env!("CARGO_MANIFEST_DIR"));
    let notice = if more.contains("limits") { "" } else { "limits: { http: { drain_notice: 0 } }\n" };
    let text = format!(
        "version: 1\nservice: {name}\ncontract: {{ wsdl: {wsdl} }}\n\
         fronts: {{ json: {{ auth: none }}, soap: {{ auth: none }} }}\n\
         backend: {{ soap: {{ url: \"http://127.0.0.1:9/\" }} }}\n{notice}{more}"
    );
    std::fs::write(&file, text).expect("service file");
    file.display().to_string()
}

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1");
    let Output { status, stdout, stderr } = command.output().expect("run");
    (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

/// An address that was free a moment ago.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

/// A shell that waits for names and numbers of processes, for starting `kill` takes longer than what is tried here.
struct Killer(Child, ChildStdin);

impl Killer {
    fn new() -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", "while read signal pid; do kill -$signal $pid; done"]).stdin(Stdio::piped());
        let mut child = shell.spawn().expect("a shell");
        let input = child.stdin.take().expect("stdin");
        Self(child, input)
    }

    fn kill(&mut self, signal: &str, of: &Child) {
        writeln!(self.1, "{signal} {}", of.id()).expect("the shell runs");
    }
}

impl Drop for Killer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serving(service: &str, address: SocketAddr) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(["serve", "-c", service, "--listen", &address.to_string()]).stderr(Stdio::piped());
    command.spawn().expect("started")
}

/// Nothing that comes after the port is open finds a process that has not made up its mind about signals.
#[test]
fn a_signal_as_soon_as_the_port_is_open_is_heard() {
    let (service, mut killer) = (service(&folder("port"), "shop", ""), Killer::new());
    for _ in 0..20 {
        let address = free();
        let mut child = serving(&service, address);
        while TcpStream::connect(address).is_err() {
            assert_eq!(child.try_wait().expect("a state"), None, "it ended before it listened");
        }
        killer.kill("HUP", &child);
        killer.kill("TERM", &child);
        assert_eq!(child.wait().expect("ended").code(), Some(0));
    }
}

#[test]
fn a_signal_as_soon_as_it_says_ready_is_heard() {
    let (service, mut killer) = (service(&folder("ready"), "shop", ""), Killer::new());
    for _ in 0..20 {
        let mut child = serving(&service, SocketAddr::from(([127, 0, 0, 1], 0)));
        let log = BufReader::new(child.stderr.take().expect("stderr"));
        let mut lines = log.lines().map(|line| line.expect("a line"));
        assert!(lines.any(|line| line.contains("ready after")));
        killer.kill("HUP", &child);
        killer.kill("INT", &child);
        assert_eq!(child.wait().expect("ended").code(), Some(0));
    }
}

/// The first lines of a service, until it says that it is ready.
fn told(service: &str) -> Vec<String> {
    let mut child = serving(service, SocketAddr::from(([127, 0, 0, 1], 0)));
    let log = BufReader::new(child.stderr.take().expect("stderr"));
    let lines = log.lines().map(|line| line.expect("a line"));
    let told = lines.take_while(|line| !line.contains("ready after")).collect();
    child.kill().expect("it runs");
    child.wait().expect("ended");
    told
}

#[test]
fn it_says_where_the_openapi_document_of_each_json_front_is() {
    let folder = folder("openapi");
    let plain = service(&folder, "shop", "");
    let lines = told(&plain);
    let (told_of, front): (Vec<_>, Vec<_>) = (
        lines.iter().filter_map(|line| line.split_once("shop: OpenAPI at ")).collect(),
        lines.iter().filter_map(|line| line.split_once("shop: json at ")).collect(),
    );
    let [(_, document)] = told_of.as_slice() else { panic!("{lines:#?}") };
    let document = document.split_whitespace().next().expect("an address");
    let base = document.strip_suffix("/openapi.json").expect("the document's path");
    assert!(front.iter().all(|(_, url)| url.starts_with(base)) && !front.is_empty(), "{lines:#?}");
    let text = std::fs::read_to_string(&plain).expect("service file");
    std::fs::write(&plain, text.replace("json: { auth: none }", "json: { auth: none, openapi: false }"))
        .expect("service file");
    let lines = told(&plain);
    assert!(lines.iter().any(|line| line.contains("shop: json at ")), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("OpenAPI")), "{lines:#?}");
}

#[test]
fn it_says_where_the_page_of_each_service_is() {
    let folder = folder("page");
    let plain = service(&folder, "shop", "");
    let page = |lines: &[String]| -> Vec<String> {
        let found = lines.iter().filter_map(|line| line.split_once("shop: page at "));
        found.map(|(_, url)| url.split_whitespace().next().expect("an address").to_owned()).collect()
    };
    let lines = told(&plain);
    let pages = page(&lines);
    assert!(
        matches!(pages.as_slice(), [url] if url.ends_with("/shop") && !url.ends_with("/soap/shop")),
        "{lines:#?}"
    );
    let text = std::fs::read_to_string(&plain).expect("service file");
    std::fs::write(&plain, text.replace("json: { auth: none }", "json: { auth: none, page: false }"))
        .expect("service file");
    let lines = told(&plain);
    assert!(lines.iter().any(|line| line.contains("shop: json at ")), "{lines:#?}");
    assert!(matches!(page(&lines).as_slice(), [url] if url.ends_with("/soap/shop")), "{lines:#?}");
}

/// Two processes at one port would get half of the requests each, and remember half of the used tokens.
#[test]
fn a_port_is_never_shared_with_another_process() {
    let folder = folder("taken");
    let (one, other) = (service(&folder, "one", ""), service(&folder, "other", ""));
    let program = Program::start("start-taken", &["-c", &one, "--admin", "127.0.0.1:0"], []);
    let (taken, admin) = (program.address().to_string(), program.admin().to_string());
    for (option, arguments) in [
        ("--listen", vec!["serve", "-c", &other, "--listen", &taken]),
        ("--listen", vec!["serve", "-c", &other, "--listen", &admin]),
        ("--admin", vec!["serve", "-c", &other, "--listen", "127.0.0.1:0", "--admin", &taken]),
        ("--admin", vec!["serve", "-c", &other, "--listen", "127.0.0.1:0", "--admin", &admin]),
        ("--listen", vec!["mock", "-c", &other, "--listen", &taken]),
    ] {
        let (code, said) = run(&arguments);
        assert_eq!(code, Some(5), "{arguments:?}: {said}");
        let address = if arguments.contains(&&*admin) { &admin } else { &taken };
        for part in
            [&format!("NET0001: {option} {address}: "), "stop what listens there", "port 0 takes a free one"]
        {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("ready after"), "{said}");
    }
    let own = free().to_string();
    let (code, said) = run(&["serve", "-c", &other, "--listen", &own, "--admin", &own]);
    assert_eq!((code, said.contains("NET0001: --admin")), (Some(5), true), "{said}");
    assert_eq!(post(program.address(), "/one/getItem", &[JSON], b"{}").status, 422);
    assert_eq!(program.terminated(), Some(0));
}

const REPLY: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
    <getItemResponse xmlns=\"urn:example:shop\"><code>a</code></getItemResponse></e:Body></e:Envelope>";

fn named(program: &Program) -> Vec<(String, String)> {
    let fronts = program.ready["fronts"].as_array().expect("fronts").iter();
    let text = |front: &serde_json::Value, key: &str| front[key].as_str().expect("text").to_owned();
    fronts.map(|front| (text(front, "service"), text(front, "kind"))).collect()
}

#[test]
fn several_service_files_are_one_process() {
    let (folder, stub) = (folder("several"), Stub::start());
    stub.say(200, "Content-Type: text/xml\r\n", REPLY);
    let url = |file: &str| {
        let text =
            std::fs::read_to_string(file).expect("service file").replace("http://127.0.0.1:9/", &stub.url());
        std::fs::write(file, text).expect("service file");
    };
    let files = [service(&folder, "b", ""), service(&folder, "a", "")];
    files.iter().for_each(|file| url(file));
    let in_order =
        Program::start("start-several", &["-c", &files[0], "-c", &files[1], "--admin", "127.0.0.1:0"], []);
    let expected = |names: [&str; 2]| {
        names.map(|name| ["json", "soap"].map(|kind| (name.to_owned(), kind.to_owned()))).concat()
    };
    assert_eq!(named(&in_order), expected(["b", "a"]));
    for name in ["a", "b"] {
        assert_eq!(
            post(in_order.address(), &format!("/{name}/getItem"), &[JSON], br#"{"code":"a"}"#).status,
            200
        );
    }
    let metrics = send(in_order.admin(), "GET", "/metrics", &[], b"").body;
    for name in ["a", "b"] {
        let line = format!("saponify_exchange_seconds_count{{service=\"{name}\",front=\"json\"}} 1");
        assert!(metrics.contains(&line), "{metrics}");
    }
    let whole = Program::start("start-folder", &["-c", &folder.display().to_string()], []);
    assert_eq!(named(&whole), expected(["a", "b"]), "by name");
}

/// In a folder, what is no service file is passed over and told; what may be a broken one is not passed over.
#[test]
fn a_folder_has_service_files_and_others() {
    let folder = folder("others");
    service(&folder, "shop", "");
    for (name, text) in [
        ("rules.yaml", "defaults: { any_order: true }\n"),
        ("users.yaml", "users: []\n"),
        (".hidden.yaml", "version: 9\n"),
        ("notes.txt", "version: 9\n"),
    ] {
        std::fs::write(folder.join(name), text).expect("file");
    }
    std::fs::create_dir(folder.join("below.yaml")).expect("folder");
    let check = |expected: i32| {
        let (code, said) = run(&["check", "-c", &folder.display().to_string()]);
        assert_eq!(code, Some(expected), "{said}");
        said
    };
    let said = check(0);
    assert_eq!(said.matches("would start with 1 operation(s)").count(), 1, "{said}");
    assert_eq!(said.matches("not a service file, passed over").count(), 2, "{said}");
    std::fs::write(folder.join("typo.yaml"), "version: 1\nservcie: x\n").expect("file");
    assert!(check(3).contains("typo.yaml"));
    std::fs::write(folder.join("typo.yaml"), "a: [\n").expect("file");
    assert!(check(3).contains("typo.yaml"));
    std::fs::remove_file(folder.join("typo.yaml")).expect("file");
    std::os::unix::fs::symlink("nowhere", folder.join("link.yaml")).expect("link");
    let said = check(3);
    assert!(said.contains("link.yaml") && said.contains("No such file"), "a link that leads nowhere: {said}");
    let empty = self::folder("empty");
    assert_eq!(run(&["check", "-c", &empty.display().to_string()]).0, Some(3));
}

#[test]
fn what_one_process_cannot_serve_names_both_files() {
    let folder = folder("conflicts");
    let tls = |name: &str| format!("listen: {{ tls: {{ certificate: {name}.pem, key: {name}.key }} }}\n");
    let file = |name: &str, service_name: &str, more: &str| {
        let path = service(&folder, name, more);
        let text = std::fs::read_to_string(&path).expect("service file");
        std::fs::write(
            &path,
            text.replace(&format!("service: {name}\n"), &format!("service: {service_name}\n")),
        )
        .expect("file");
        path
    };
    let plain = file("plain", "plain", "");
    let with_tls = file("with-tls", "with-tls", &tls("one"));
    for (other, said) in [
        (file("same-name", "plain", ""), "both services are called plain"),
        (
            file("limits", "limits", "limits: { http: { connections: 7 } }\n"),
            "limits.http.connections is 8192 and 7",
        ),
        (file("more-tls", "more-tls", &tls("other")), "listen.tls differs"),
    ] {
        let first = if said.contains("tls") { &with_tls } else { &plain };
        for verb in ["check", "serve"] {
            let (code, told) = run(&[verb, "-c", first, "-c", &other]);
            assert_eq!(code, Some(3), "{told}");
            assert!(told.contains(&format!("{first} and {other}: ")) && told.contains(said), "{told}");
        }
    }
    let one_path = service(&folder, "one-path", "").replace(".yaml", "");
    let text = std::fs::read_to_string(format!("{one_path}.yaml"))
        .expect("file")
        .replace("json: { auth", "json: { path: /plain, auth");
    std::fs::write(format!("{one_path}.yaml"), text).expect("file");
    let (code, told) = run(&["check", "-c", &plain, "-c", &format!("{one_path}.yaml")]);
    assert_eq!((code, told.contains("both have a front at /plain")), (Some(3), true), "{told}");
    let (code, told) = run(&["check", "-c", &plain, "-c", &with_tls, "--backend-url", "http://127.0.0.1:9"]);
    assert_eq!((code, told.contains("--backend-url")), (Some(2), true), "{told}");
}

/// What only a service without a file has is refused with one, and not passed over.
#[test]
fn options_that_would_say_nothing_are_refused() {
    let file = service(&folder("options"), "shop", "");
    for option in [
        &["--username-token", "ops:env:HOME"][..],
        &["--backend", "http://127.0.0.1:9/"],
        &["--allow-insecure"],
        &["--threads", "0"],
        &["--threads", "1025"],
    ] {
        let (code, said) = run(&[&["serve", "-c", &file, "--listen", "127.0.0.1:0"], option].concat());
        assert_eq!(code, Some(2), "{option:?}: {said}");
    }
}

/// Without a service file nobody asks callers who they are: the credentials of the backend are then for this machine only.
#[test]
fn credentials_of_the_backend_are_not_lent_to_other_machines() {
    let quick = ["serve", "--wsdl", "tests/shop/shop.wsdl", "--backend", "http://127.0.0.1:9/"];
    let token = ["--username-token", "ops:env:PATH"];
    let taken = TcpListener::bind("0.0.0.0:0").expect("a port");
    let open = taken.local_addr().expect("an address").to_string();
    for listen in [open.as_str(), "[::]:0", "192.0.2.1:0"] {
        let (code, said) = run(&[&quick[..], &token, &["--listen", listen]].concat());
        assert_eq!((code, said.contains("NET0002")), (Some(2), true), "{listen}: {said}");
    }
    // What is allowed goes on until it finds that the port is taken.
    for more in [&[][..], &["--username-token", "ops:env:PATH", "--allow-anonymous"]] {
        let (code, said) = run(&[&quick[..], &["--listen", &open], more].concat());
        assert_eq!((code, said.contains("NET0001")), (Some(5), true), "{more:?}: {said}");
    }
    let (code, said) = run(&[&quick[..], &["--allow-anonymous"]].concat());
    assert_eq!(code, Some(2), "it has nothing to allow: {said}");
}

/// Whoever waits for the file would take that of an earlier process for this one's.
#[test]
fn the_ready_file_of_an_earlier_process_is_taken_away() {
    let folder = folder("stale");
    let (file, ready) = (service(&folder, "shop", ""), folder.join("ready.json"));
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for verb in ["serve", "mock"] {
        std::fs::write(&ready, "{}").expect("file");
        let ready_file = ready.display().to_string();
        let (code, said) = run(&[verb, "-c", &file, "--listen", &address, "--ready-file", &ready_file]);
        assert_eq!((code, ready.exists()), (Some(5), false), "{verb}: {said}");
    }
}
