//! The end of a process, and of a server in it: nothing that was asked before a connection was closed is lost.

#[path = "support/program.rs"]
mod program;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use program::{Program, until};
use saponify::bridge::Bridge;
use saponify::server::{Running, Unfinished, start};
use stub::Stub;
use support::{send, service};

const REPLY: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
    <getItemResponse xmlns=\"urn:example:shop\"><code>a</code></getItemResponse></e:Body></e:Envelope>";

const REQUEST: &[u8] = b"POST /shop/getItem HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"code\":\"a\"}";

fn text(more: &str) -> String {
    let wsdl = format!("{}/tests/shop/shop.wsdl", env!("CARGO_MANIFEST_DIR"));
    format!(
        "version: 1\nservice: shop\ncontract: {{ wsdl: {wsdl} }}\nfronts: {{ json: {{ path: /shop, auth: none }} }}\n\
         backend: {{ soap: {{ url: \"http://127.0.0.1:9/\" }} }}\n{more}"
    )
}

/// A service file of its own.
fn file(name: &str, more: &str) -> String {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("lifecycle-{name}.yaml"));
    std::fs::write(&file, text(more)).expect("service file");
    file.display().to_string()
}

fn program(name: &str, backend: &str, more: &str) -> Program {
    let (name, file) = (format!("lifecycle-{name}"), file(name, more));
    Program::start(&name, &["-c", &file, "--backend-url", backend, "--admin", "127.0.0.1:0"], [])
}

fn stub() -> Stub {
    let stub = Stub::start();
    stub.say(200, "Content-Type: text/xml\r\n", REPLY);
    stub
}

/// A server in this process.
fn running(backend: &str) -> Running {
    let service = service("shop.yaml", &text(""), backend);
    let limits = service.limits;
    let ready = saponify::bridge::ReadyService::new(service).expect("a service");
    let bridge = Bridge::new(vec![ready], limits).expect("no conflict");
    start(SocketAddr::from(([127, 0, 0, 1], 0)), &bridge, limits.http, 2).expect("a server")
}

fn connected(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("timeout");
    stream
}

/// The head of the next answer. Its body is short, and without a line of its own.
fn answer(stream: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    let mut byte = [0];
    while !seen.ends_with(b"}") {
        match stream.read(&mut byte) {
            Ok(0) => break,
            Ok(_) => seen.push(byte[0]),
            Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&seen)),
        }
    }
    String::from_utf8_lossy(&seen).into_owned()
}

fn is_closed(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0]), Ok(0))
}

/// A backend that takes requests and never answers, which says how many it has.
fn silent() -> (String, std::sync::Arc<std::sync::Mutex<Vec<TcpStream>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("listener");
    let url = format!("http://{}/", listener.local_addr().expect("address"));
    let taken = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let of_thread = taken.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            of_thread.lock().expect("no panic").push(stream);
        }
    });
    (url, taken)
}

#[test]
fn while_it_is_not_ready_it_serves_and_sends_clients_elsewhere() {
    let stub = stub();
    let program = program("notice", &stub.url(), "limits: { http: { drain_notice: 600000 } }\n");
    let (mut kept, mut silent) = (connected(program.address()), connected(program.address()));
    kept.write_all(REQUEST).expect("written");
    assert!(!answer(&mut kept).contains("connection: close"));
    program.signal("TERM");
    until(|| (send(program.admin(), "GET", "/readyz", &[], b"").status == 503).then_some(()));
    assert_eq!(send(program.admin(), "GET", "/livez", &[], b"").status, 200);
    let mut fresh = connected(program.address());
    for stream in [&mut kept, &mut silent, &mut fresh] {
        stream.write_all(REQUEST).expect("written");
        let answer = answer(stream);
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("connection: close\r\n"), "{answer}");
        assert!(is_closed(stream));
    }
    assert_eq!(program.terminated(), Some(0), "the second signal does not wait for the rest");
}

/// It served five seconds longer for nobody.
#[test]
fn who_cannot_ask_whether_it_is_ready_is_not_waited_for() {
    let (url, file) = (stub().url(), file("unasked", ""));
    for (admin, notice) in [(&[][..], "0"), (&["--admin", "127.0.0.1:0"], "5000")] {
        let arguments = [&["-c", &file, "--backend-url", &url], admin].concat();
        let program = Program::start("lifecycle-unasked", &arguments, []);
        program.signal("TERM");
        program.says(&format!("clients are sent elsewhere for {notice} ms"));
        program.signal("INT");
        assert_eq!(program.ended().0, Some(0));
    }
}

#[test]
fn whoever_sits_at_the_terminal_does_not_wait_for_those_who_are_to_notice() {
    let program = program("interrupt", &stub().url(), "limits: { http: { drain_notice: 600000 } }\n");
    program.signal("INT");
    let (code, log) = program.ended();
    assert_eq!(code, Some(0), "{log}");
}

/// Of thirty drains 178 requests on kept connections and 25 on new ones were lost.
#[test]
fn what_was_sent_before_the_end_is_answered() {
    let stub = stub();
    for _ in 0..20 {
        let running = running(&stub.url());
        let mut streams: Vec<TcpStream> = (0..20).map(|_| connected(running.address())).collect();
        for stream in &mut streams {
            stream.write_all(REQUEST).expect("written");
            assert!(answer(stream).starts_with("HTTP/1.1 200 "));
        }
        streams.extend((0..20).map(|_| connected(running.address())));
        for stream in &mut streams {
            stream.write_all(REQUEST).expect("written");
        }
        // These are connected as far as anyone knows, and the server may not have accepted them.
        for _ in 0..20 {
            let mut stream = connected(running.address());
            stream.write_all(REQUEST).expect("written");
            streams.push(stream);
        }
        running.stop().stop();
        for stream in &mut streams {
            let answer = answer(stream);
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        }
        assert_eq!(running.join(), Unfinished::default());
    }
}

/// A client that has just connected has not had the time to ask.
#[test]
fn who_connects_last_may_still_ask() {
    let stub = stub();
    let running = running(&stub.url());
    let mut kept = connected(running.address());
    kept.write_all(REQUEST).expect("written");
    answer(&mut kept);
    let mut fresh = connected(running.address());
    running.stop().stop();
    for stream in [&mut kept, &mut fresh] {
        stream.write_all(REQUEST).expect("written");
    }
    for stream in [&mut kept, &mut fresh] {
        let answer = answer(stream);
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("connection: close\r\n"), "{answer}");
    }
    running.join();
}

#[test]
fn the_second_signal_ends_it_and_clients_are_told() {
    for (first, second) in [("TERM", "TERM"), ("INT", "TERM"), ("TERM", "INT")] {
        let (url, taken) = silent();
        let limits = "limits: { http: { drain_notice: 600000, drain: 600000 } }\n";
        let program = program(&format!("second-{first}-{second}"), &url, limits);
        let mut stream = connected(program.address());
        stream.write_all(REQUEST).expect("written");
        until(|| (taken.lock().expect("no panic").len() == 1).then_some(()));
        program.signal(first);
        program.says("another signal ends it now");
        program.signal(second);
        let answer = answer(&mut stream);
        assert!(answer.starts_with("HTTP/1.1 504 ") && answer.contains("BRG00301"), "{answer}");
        let (code, log) = program.ended();
        assert_eq!(code, Some(7), "{log}");
        assert!(
            log.contains("1 exchange(s) were answered with 503 or 504, 0 connection(s) broken off"),
            "{log}"
        );
    }
}

/// An exchange with an idempotency key goes on without its client, in a task that nobody polls.
#[test]
fn a_drain_ends_for_those_too_who_may_ask_again() {
    let (url, taken) = silent();
    let program = program("key", &url, "limits: { http: { drain_notice: 0, drain: 200 } }\n");
    assert!(
        program
            .log()
            .contains("NET0003: limits.http.drain is 200 ms, shorter than the backend's timeout.total")
    );
    let mut stream = connected(program.address());
    let keyed = String::from_utf8_lossy(REQUEST).replace("Host: h", "Host: h\r\nIdempotency-Key: order-17");
    stream.write_all(keyed.as_bytes()).expect("written");
    until(|| (taken.lock().expect("no panic").len() == 1).then_some(()));
    drop(stream);
    program.signal("TERM");
    let (code, log) = program.ended();
    assert_eq!(code, Some(7), "{log}");
    assert!(log.contains("1 exchange(s) were answered with 503 or 504, 0 connection(s) broken off"), "{log}");
}

/// Whoever asked nothing has lost nothing.
#[test]
fn clients_that_say_nothing_do_not_count() {
    let program = program("silent", &stub().url(), "limits: { http: { drain_notice: 600000 } }\n");
    let mut silent = connected(program.address());
    let mut kept = connected(program.address());
    kept.write_all(REQUEST).expect("written");
    answer(&mut kept);
    program.signal("TERM");
    program.says("another signal ends it now");
    program.signal("TERM");
    assert!(is_closed(&mut silent) && is_closed(&mut kept));
    let (code, log) = program.ended();
    assert!(code == Some(0) && log.contains("everything was answered"), "{log}");
}

#[test]
fn a_client_in_the_middle_of_a_request_is_broken_off_and_counted() {
    let program = program("unread", &stub().url(), "limits: { http: { drain_notice: 0, drain: 200 } }\n");
    let mut stream = connected(program.address());
    stream.write_all(b"POST /shop/getItem HTTP/1.1\r\nHost: h\r\nContent-").expect("written");
    until(|| (send(program.admin(), "GET", "/readyz", &[], b"").status == 200).then_some(()));
    program.signal("TERM");
    let (code, log) = program.ended();
    assert_eq!(code, Some(7), "{log}");
    assert!(log.contains("0 exchange(s) were answered with 503 or 504, 1 connection(s) broken off"), "{log}");
}

/// RFC 9113 section 6.8: the client knows which requests will be answered.
#[tokio::test]
#[allow(clippy::disallowed_methods, reason = "a client drives its own connection")]
async fn http_2_clients_are_told_to_go_after_they_were_served() {
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let stub = stub();
    let running = running(&stub.url());
    let stop = running.stop();
    let ask = || {
        http::Request::post(format!("http://{}/shop/getItem", running.address()))
            .header("content-type", "application/json")
            .body(http_body_util::Full::new(bytes::Bytes::from_static(b"{\"code\":\"a\"}")))
            .expect("request")
    };
    let open = async || {
        let stream = tokio::net::TcpStream::connect(running.address()).await.expect("connection");
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await
                .expect("handshake");
        (sender, tokio::spawn(connection))
    };
    let (mut used, used_ended) = open().await;
    assert_eq!(used.send_request(ask()).await.expect("answer").status(), 200);
    stop.leave();
    // It was served, and is told at once; a new one is served once.
    used_ended.await.expect("no panic").expect("no error");
    let (mut fresh, fresh_ended) = open().await;
    assert_eq!(fresh.send_request(ask()).await.expect("answer").status(), 200);
    fresh_ended.await.expect("no panic").expect("no error");
    stop.stop();
    running.join();
}
