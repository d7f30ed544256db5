//! Several listeners, the PROXY protocol, and what systemd is told and hands over.

#[path = "support/program.rs"]
mod program;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use program::{Program, until};
use support::{JSON, post, send};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("listeners").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("folder");
    folder
}

/// A service file, with `more` at its end.
fn service(folder: &std::path::Path, name: &str, more: &str) -> String {
    let file = folder.join(format!("{name}.yaml"));
    let wsdl = format!("{}/tests/shop/shop.wsdl", env!("CARGO_MANIFEST_DIR"));
    let text = format!(
        "version: 1\nservice: {name}\ncontract: {{ wsdl: {wsdl} }}\nfronts: {{ json: {{ path: /{name}, auth: none }} }}\n\
         backend: {{ soap: {{ url: \"http://127.0.0.1:9/\" }} }}\nlimits: {{ http: {{ drain_notice: 0 }} }}\n{more}"
    );
    std::fs::write(&file, text).expect("service file");
    file.display().to_string()
}

/// An address that was free a moment ago.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

fn ask(address: SocketAddr, service: &str) -> u16 {
    post(address, &format!("/{service}/getItem"), &[JSON], b"{}").status
}

#[test]
fn each_listener_has_all_services_or_one() {
    let folder = folder("several");
    let (one, other, everything, alone) =
        (service(&folder, "one", ""), service(&folder, "other", ""), free().to_string(), free());
    let only = format!("{alone}=other");
    let arguments = ["-c", &one, "-c", &other, "--listen", &everything, "--listen", &only];
    let program = Program::start("listeners-several", &arguments, []);
    let everything = everything.parse().expect("an address");
    for address in [program.address(), everything] {
        assert_eq!((ask(address, "one"), ask(address, "other")), (422, 422), "{address}");
    }
    assert_eq!((ask(alone, "one"), ask(alone, "other")), (404, 422));
    let fronts = program.ready["fronts"].as_array().expect("fronts").iter();
    let of = |name: &str| fronts.clone().filter(|front| front["service"] == name).count();
    assert_eq!((of("one"), of("other")), (2, 3));
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    let unknown = command.args(["serve", "-c", &one, "--listen", "127.0.0.1:0=shop"]).output().expect("run");
    let said = String::from_utf8_lossy(&unknown.stderr);
    assert!(
        unknown.status.code() == Some(2) && said.contains("no service `shop`; the services are one"),
        "{said}"
    );
}

#[test]
fn a_listener_has_one_front_where_that_is_said() {
    let folder = folder("fronts");
    let file = service(&folder, "shop", "");
    let text = std::fs::read_to_string(&file).expect("service file");
    std::fs::write(
        &file,
        text.replace("auth: none } }", "auth: none }, soap: { path: /soap, auth: none } }"),
    )
    .expect("service file");
    let (json, soap) = (free(), free());
    let (only_json, only_soap) = (format!("{json}=shop/json"), format!("http://{soap}=shop/soap"));
    let arguments = ["-c", &file, "--listen", &only_json, "--listen", &only_soap];
    let program = Program::start("listeners-fronts", &arguments, []);
    let of_soap = |address| post(address, "/soap", &[("Content-Type", "text/xml")], b"<a/>").status;
    assert_eq!((ask(json, "shop"), of_soap(json)), (422, 404));
    assert_eq!((ask(soap, "shop"), of_soap(soap)), (404, 500));
    assert_eq!((ask(program.address(), "shop"), of_soap(program.address())), (422, 500), "all of it");
    let fronts = program.ready["fronts"].as_array().expect("fronts");
    let urls = |kind: &str| {
        let of = fronts.iter().filter(|front| front["kind"] == kind);
        of.map(|front| front["url"].as_str().expect("a URL").to_owned()).collect::<Vec<_>>()
    };
    assert!(urls("json").contains(&format!("http://{json}/shop/getItem")), "{fronts:?}");
    assert!(urls("soap").contains(&format!("http://{soap}/soap")), "{fronts:?}");
    assert_eq!((urls("json").len(), urls("soap").len()), (2, 2));
    for (place, expected) in [
        ("127.0.0.1:0=shop/xml", "SERVICE/json or SERVICE/soap"),
        ("127.0.0.1:0=", "SERVICE/json or SERVICE/soap"),
        ("localhost:0", "an IP address and a port"),
        ("ftp://127.0.0.1:0", "an IP address and a port"),
        ("https://127.0.0.1:0", "there is no certificate"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
        let refused = command.args(["serve", "-c", &file, "--listen", place]).output().expect("run");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(refused.status.code() == Some(2) && said.contains(expected), "{place}: {said}");
    }
}

/// What comes back when `header` stands before a request for a service.
fn behind(address: SocketAddr, header: &[u8], service: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("timeout");
    // In two pieces, as a slow proxy sends it.
    let (first, rest) = header.split_at(header.len() / 2);
    let _ = stream.write_all(first);
    std::thread::sleep(Duration::from_millis(5));
    let request = format!(
        "POST /{service}/getItem HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
    );
    let _ = stream.write_all(&[rest, request.as_bytes()].concat());
    let mut answer = String::new();
    // A connection that is closed on what was not read is reset.
    let _ = stream.read_to_string(&mut answer);
    answer
}

const ONE: &[u8] = b"PROXY TCP4 203.0.113.7 127.0.0.1 12345 443\r\n";
const TWO: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x08\x7f\0\0\x01\x30\x39\x01\xbb";
const LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

#[test]
fn a_trusted_proxy_says_who_its_client_is() {
    let folder = folder("proxied");
    let trusting = service(&folder, "trusting", "listen: { trusted_proxies: [127.0.0.1] }\n");
    let other = service(&folder, "other", "listen: { trusted_proxies: [192.0.2.1] }\n");
    let common = ["--proxy-protocol", "--log-format", "json", "--admin", "127.0.0.1:0"];
    let arguments = [&["-c", &trusting, "-c", &other], &common[..]].concat();
    let program = Program::start("listeners-proxied", &arguments, []);
    for (header, client, to) in [
        (ONE, "203.0.113.7", "trusting"),
        (TWO, "203.0.113.8", "trusting"),
        (LOCAL, "127.0.0.1", "trusting"),
        (ONE, "127.0.0.1", "other"),
    ] {
        let before = program.log().lines().count();
        let answer = behind(program.address(), header, to);
        assert!(answer.starts_with("HTTP/1.1 422 "), "{answer}");
        let line = until(|| program.log().lines().nth(before).map(str::to_owned));
        assert!(line.contains(&format!("\"client\":\"{client}\"")), "{client}: {line}");
    }
    for header in [&b""[..], b"PROXY nonsense\r\n", b"PROXY TCP4 203.0.113.7 127.0.0.1 1 99999\r\n"] {
        assert_eq!(behind(program.address(), header, "trusting"), "");
    }
    let metrics = send(program.admin(), "GET", "/metrics", &[], b"").body;
    assert!(metrics.contains("name=\"proxy_protocol\"} 3\n"), "{metrics}");
}

#[test]
fn a_proxy_that_nobody_trusts_is_closed() {
    let folder = folder("untrusted");
    let elsewhere = service(&folder, "shop", "listen: { trusted_proxies: [192.0.2.1] }\n");
    let program = Program::start("listeners-untrusted", &["-c", &elsewhere, "--proxy-protocol"], []);
    assert_eq!(behind(program.address(), ONE, "shop"), "");
    let nobody = service(&folder, "nobody", "");
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    let refused = command.args(["serve", "-c", &nobody, "--listen", "127.0.0.1:0", "--proxy-protocol"]);
    let refused = refused.output().expect("run");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(3) && said.contains("listen.trusted_proxies"), "{said}");
}

#[test]
fn two_processes_share_a_port_where_both_want_it() {
    let folder = folder("shared");
    let file = service(&folder, "shop", "");
    let first = Program::start("listeners-first", &["-c", &file, "--reuse-port"], []);
    let address = first.address().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    let alone = command.args(["serve", "-c", &file, "--listen", &address]).output().expect("run");
    assert_eq!(alone.status.code(), Some(5), "one that does not want it has no place there");
    let second = Program::start("listeners-second", &["-c", &file, "--reuse-port", "--listen", &address], []);
    assert_eq!(first.terminated(), Some(0));
    assert_eq!(ask(address.parse().expect("an address"), "shop"), 422);
    assert_eq!(second.terminated(), Some(0));
}

/// The messages that come at the socket of a service manager, until one has `text`.
fn told(manager: &UnixDatagram, text: &str) -> String {
    let mut all = String::new();
    loop {
        let mut message = [0; 4096];
        let length = manager.recv(&mut message).expect("a message");
        all += &String::from_utf8_lossy(&message[..length]);
        all.push('\n');
        if all.contains(text) {
            return all;
        }
    }
}

#[test]
fn systemd_is_told_and_its_sockets_are_listened_at() {
    let folder = folder("systemd");
    let (file, socket, ready) =
        (service(&folder, "shop", ""), folder.join("notify"), folder.join("ready.json"));
    let manager = UnixDatagram::bind(&socket).expect("a socket");
    manager.set_read_timeout(Some(Duration::from_secs(60))).expect("timeout");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    // The number of a descriptor is told by a shell, whose process becomes that of the program.
    let script = "exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\"";
    let mut child = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_saponify"), "serve", "-c", &file, "--ready-file"])
        .arg(&ready)
        .env("NOTIFY_SOCKET", &socket)
        .env("WATCHDOG_USEC", "100000")
        .stdin(Stdio::from(OwnedFd::from(listener)))
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let signal = |name: &str| {
        let killed = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
        assert!(killed.expect("kill").success());
    };
    told(&manager, "READY=1");
    assert_eq!(ask(address, "shop"), 422);
    let fronts = std::fs::read_to_string(&ready).expect("the ready file");
    assert!(fronts.contains(&address.to_string()) && !fronts.contains(":8090"), "{fronts}");
    told(&manager, "WATCHDOG=1");
    signal("HUP");
    assert!(told(&manager, "RELOADING=1").contains("MONOTONIC_USEC="));
    told(&manager, "READY=1");
    signal("TERM");
    told(&manager, "STOPPING=1");
    assert_eq!(child.wait().expect("ended").code(), Some(0));
}

#[test]
fn a_socket_that_is_none_for_tcp_is_told() {
    let folder = folder("wrong-socket");
    let file = service(&folder, "shop", "");
    let output = Command::new("sh")
        .args(["-c", "LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\" 3</dev/null"])
        .args([env!("CARGO_BIN_EXE_saponify"), "serve", "-c", &file])
        .output()
        .expect("run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(5) && said.contains("NET0004"), "{said}");
}
