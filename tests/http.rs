//! Limits and lifetimes of connections, over raw sockets.

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use saponify::limits::Limits;
use saponify::server::{Running, Unfinished};
use support::{JSON, bridge_with, post, raw, sample_service};

const PATH: &str = "/bancbox/updateClient";
const REPLY: &str = "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><n:updateClientResponse xmlns:n='schema.bancbox.com'><return><requestId>1700000000001</requestId><status>1</status></return></n:updateClientResponse></s:Body></s:Envelope>";

fn request() -> String {
    include_str!("../samples/bancbox/request.json").to_owned()
}

fn running(backend: &str, change: impl FnOnce(&mut Limits)) -> Running {
    let mut limits = Limits::default();
    change(&mut limits);
    bridge_with(sample_service("json-to-soap.yaml", backend), limits)
}

/// A backend of a few lines: `act` gets each connection and its number.
fn backend(act: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("listener");
    let url = format!("http://{}/", listener.local_addr().expect("address"));
    let (count, act) = (Arc::new(AtomicUsize::new(0)), Arc::new(act));
    let counter = count.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (number, act) = (counter.fetch_add(1, Ordering::SeqCst), act.clone());
            std::thread::spawn(move || act(stream, number));
        }
    });
    (url, count)
}

/// Reads one request; gives nothing when the connection ends.
fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&seen).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .to_ascii_lowercase()
                .split("content-length: ")
                .nth(1)?
                .split("\r\n")
                .next()?
                .parse::<usize>()
                .ok()?;
            if body.len() >= length {
                return Some(text);
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(length) => seen.extend_from_slice(buffer.get(..length)?),
        }
    }
}

fn answer(stream: &mut TcpStream) {
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{REPLY}",
        REPLY.len()
    );
    let _ = stream.write_all(reply.as_bytes());
}

fn good_backend() -> (String, Arc<AtomicUsize>) {
    backend(|mut stream, _| {
        while read_request(&mut stream).is_some() {
            answer(&mut stream)
        }
    })
}

#[test]
fn silent_and_slow_clients_are_closed_at_the_deadline_of_the_head() {
    let (url, _) = good_backend();
    let running = running(&url, |limits| limits.http.head_deadline = 300);
    for start in ["", "P", "PR", "POST / HTTP/1.1\r\nHost:", "PRI * HTTP/2.0\r\n"] {
        let mut stream = TcpStream::connect(running.address()).expect("connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
        stream.write_all(start.as_bytes()).expect("written");
        let begun = Instant::now();
        let mut rest = Vec::new();
        // A close with unread bytes is a reset.
        let ended = stream.read_to_end(&mut rest).or_else(|error| match error.kind() {
            std::io::ErrorKind::ConnectionReset => Ok(0),
            _ => Err(error),
        });
        assert!(
            ended.is_ok() && begun.elapsed() < Duration::from_secs(8),
            "{start:?}: {ended:?} after {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn a_body_is_bounded_with_and_without_a_declared_length() {
    let (url, _) = good_backend();
    let body = request();
    let most = body.len();
    let running = running(&url, |limits| limits.http.request_body = most);
    assert_eq!(post(running.address(), PATH, &[JSON], body.as_bytes()).status, 200);
    assert_eq!(post(running.address(), PATH, &[JSON], format!("{body} ").as_bytes()).status, 413);
    assert_eq!(raw(running.address(), chunked(&body).as_bytes()).status, 200);
    assert_eq!(raw(running.address(), chunked(&format!("{body} ")).as_bytes()).status, 413);
}

fn chunked(body: &str) -> String {
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    )
}

#[test]
fn a_slow_body_ends_at_its_deadline() {
    let (url, count) = good_backend();
    let running = running(&url, |limits| limits.http.body_deadline = 200);
    let answer = raw(running.address(), format!("POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 10\r\n\r\n{{").as_bytes());
    assert_eq!((answer.status, answer.code().as_str(), count.load(Ordering::SeqCst)), (408, "BRG00403", 0));
}

#[test]
fn heads_are_bounded() {
    let (url, _) = good_backend();
    let running = running(&url, |limits| {
        limits.http.headers = 10;
        limits.http.uri = 100;
    });
    let header = |n: usize| format!("X-{n}: x\r\n");
    let many: String = (0..20).map(header).collect();
    let get = |target: &str, headers: &str| {
        raw(
            running.address(),
            format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n").as_bytes(),
        )
    };
    assert_eq!(get("/", &many).status, 431);
    assert_eq!(get(&format!("/{}", "a".repeat(99)), "").status, 404);
    assert_eq!(get(&format!("/{}", "a".repeat(100)), "").status, 414);
}

#[test]
fn ambiguous_framing_is_refused() {
    let (url, count) = good_backend();
    let running = running(&url, |_| {});
    for headers in [
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: +2",
        "Content-Length: 2, 3",
        "Transfer-Encoding: gzip, chunked, gzip",
        "Content-Length: 2\r\nBad Header: x",
        "Content-Length : 2",
    ] {
        let answer = raw(
            running.address(),
            format!(
                "POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}\r\n\r\n{{}}"
            )
            .as_bytes(),
        );
        assert!(matches!(answer.status, 0 | 400 | 501), "{headers}: {answer:?}");
    }
    let host = "Host: x\r\n";
    for (before, headers) in [
        (host, "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
        (host, "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"),
        (host, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        (host, "Transfer-Encoding: gzip, chunked\r\n"),
        (host, "X: y\nContent-Length: 2\r\n"),
        (host, "Host: y\r\nContent-Length: 2\r\n"),
        ("", "Content-Length: 2\r\n"),
    ] {
        let head = format!("POST {PATH} HTTP/1.1\r\n{before}Content-Type: application/json\r\n{headers}\r\n");
        let answer = raw(running.address(), format!("{head}{{}}").as_bytes());
        assert_eq!(answer.status, 400, "{head}: {answer:?}");
        // The same behind a request that is answered.
        let (body, good) =
            (request(), format!("POST {PATH} HTTP/1.1\r\n{host}Content-Type: application/json\r\n"));
        let answered = count.load(Ordering::SeqCst);
        raw(
            running.address(),
            format!("{good}Content-Length: {}\r\n\r\n{body}{head}{{}}", body.len()).as_bytes(),
        );
        assert!(count.load(Ordering::SeqCst) <= answered + 1, "{head}");
    }
}

#[test]
fn a_client_that_sends_no_more_gets_its_answer() {
    let (url, _) = backend(|mut stream, _| {
        if read_request(&mut stream).is_some() {
            std::thread::sleep(Duration::from_millis(200));
            answer(&mut stream);
        }
    });
    let running = running(&url, |_| {});
    let mut stream = TcpStream::connect(running.address()).expect("connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
    let body = request();
    write!(stream, "POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()).expect("written");
    stream.shutdown(std::net::Shutdown::Write).expect("half closed");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_large_request_that_is_refused_early_is_told_so() {
    let (url, count) = good_backend();
    let running = running(&url, |limits| limits.http.request_body = 1024);
    let large = vec![b' '; 8 * 1024 * 1024];
    for (path, kind, status) in
        [("/nothing", JSON, 404), (PATH, JSON, 413), (PATH, ("Content-Type", "text/csv"), 415)]
    {
        for _ in 0..5 {
            let answer = post(running.address(), path, &[kind], &large);
            assert_eq!(answer.status, status, "{path}: {answer:?}");
        }
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

/// Opens a connection and sends a head that announces a body of so many bytes, of which none comes.
fn parked(address: SocketAddr, bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
    write!(stream, "POST {PATH} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\n\r\n").expect("written");
    // Once it is asked to go on, it is waited for.
    let mut seen = [0; 12];
    stream.read_exact(&mut seen).expect("an answer");
    assert_eq!(&seen, b"HTTP/1.1 100");
    stream
}

#[test]
fn whoever_is_slow_with_a_body_keeps_nobody_from_being_served() {
    let (url, _) = good_backend();
    let running = running(&url, |limits| (limits.http.concurrent, limits.http.waiting) = (Some(1), 2));
    let slow = [parked(running.address(), 10), parked(running.address(), 10)];
    assert_eq!(post(running.address(), PATH, &[JSON], request().as_bytes()).status, 200);
    drop(slow);
}

#[test]
fn the_memory_of_bodies_is_promised_before_they_are_read() {
    const LARGE: usize = 60 * 1024;
    let (url, _) = good_backend();
    let running = running(&url, |limits| limits.http.body_memory = Some(100 * 1024));
    let held = parked(running.address(), LARGE);
    let shed = raw(running.address(), format!("POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {LARGE}\r\n\r\n").as_bytes());
    assert_eq!(
        (shed.status, shed.code().as_str(), shed.head.contains("retry-after: 1")),
        (503, "BRG00405", true),
        "{shed:?}"
    );
    assert_eq!(
        post(running.address(), PATH, &[JSON], request().as_bytes()).status,
        200,
        "a small one is not counted"
    );
    drop(held);
    let large = format!("{}{}", request(), " ".repeat(30 * 1024));
    let answered = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        post(running.address(), PATH, &[JSON], large.as_bytes()).status == 200
    });
    assert!(answered, "what was promised is given back");
}

#[test]
fn connections_are_kept_on_both_sides() {
    let (url, count) = good_backend();
    let running = running(&url, |_| {});
    let mut stream = TcpStream::connect(running.address()).expect("connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
    let body = request();
    for _ in 0..5 {
        write!(stream, "POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()).expect("written");
        assert!(
            read_request(&mut stream).is_some_and(|answer| answer.contains("\"status\":1")),
            "an answer on the kept connection"
        );
    }
    assert_eq!(count.load(Ordering::SeqCst), 1, "one connection to the backend");
}

#[test]
fn a_kept_connection_that_the_backend_closed_costs_nothing() {
    let (url, count) = backend(|mut stream, _| {
        if read_request(&mut stream).is_some() {
            answer(&mut stream);
        }
    });
    let running = running(&url, |_| {});
    for _ in 0..4 {
        assert_eq!(post(running.address(), PATH, &[JSON], request().as_bytes()).status, 200);
        std::thread::sleep(Duration::from_millis(30));
    }
    assert_eq!(count.load(Ordering::SeqCst), 4);
}

#[test]
fn a_write_whose_reply_breaks_off_is_not_sent_again() {
    let (url, count) = backend(|mut stream, _| {
        if read_request(&mut stream).is_some() {
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<s:Env",
            );
        }
    });
    let running = running(&url, |_| {});
    let answer = post(running.address(), PATH, &[JSON], request().as_bytes());
    assert_eq!(
        (answer.status, answer.code().as_str(), count.load(Ordering::SeqCst)),
        (502, "BRG00300", 1),
        "{answer:?}"
    );
}

#[test]
fn a_reply_is_bounded() {
    let (url, _) = good_backend();
    let fits = running(&url, |limits| limits.http.reply_body = REPLY.len());
    assert_eq!(post(fits.address(), PATH, &[JSON], request().as_bytes()).status, 200);
    let large = running(&url, |limits| limits.http.reply_body = REPLY.len() - 1);
    let answer = post(large.address(), PATH, &[JSON], request().as_bytes());
    assert_eq!((answer.status, answer.code().as_str()), (502, "BRG00302"), "{answer:?}");
}

#[test]
fn what_is_above_the_bound_is_shed_at_once() {
    let (url, _) = backend(|mut stream, _| {
        if read_request(&mut stream).is_some() {
            std::thread::sleep(Duration::from_millis(1500));
            answer(&mut stream);
        }
    });
    let running = running(&url, |limits| limits.http.concurrent = Some(1));
    let address = running.address();
    let first = std::thread::spawn(move || post(address, PATH, &[JSON], request().as_bytes()).status);
    std::thread::sleep(Duration::from_millis(400));
    let shed = post(address, PATH, &[JSON], request().as_bytes());
    assert_eq!(
        (shed.status, shed.code().as_str(), shed.head.contains("retry-after: 1")),
        (503, "BRG00405", true),
        "{shed:?}"
    );
    assert_eq!(first.join().expect("thread"), 200);
}

#[test]
fn stopping_finishes_what_is_in_flight_and_accepts_nothing_new() {
    let (url, _) = backend(|mut stream, _| {
        if read_request(&mut stream).is_some() {
            std::thread::sleep(Duration::from_millis(700));
            answer(&mut stream);
        }
    });
    let running = running(&url, |_| {});
    let (address, stop) = (running.address(), running.stop());
    let in_flight = std::thread::spawn(move || post(address, PATH, &[JSON], request().as_bytes()).status);
    std::thread::sleep(Duration::from_millis(200));
    stop.stop();
    assert_eq!(in_flight.join().expect("thread"), 200);
    running.join();
    assert!(TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_err());
}

#[test]
fn a_drain_has_an_end() {
    let (url, _) = backend(|mut stream, _| {
        let _ = read_request(&mut stream);
        std::thread::sleep(Duration::from_secs(20));
    });
    let running = running(&url, |limits| limits.http.drain = 300);
    let (address, stop) = (running.address(), running.stop());
    let hanging = std::thread::spawn(move || post(address, PATH, &[JSON], request().as_bytes()));
    let mut uploading = TcpStream::connect(address).expect("connection");
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{{"
    );
    uploading.write_all(head.as_bytes()).expect("written");
    std::thread::sleep(Duration::from_millis(200));
    let begun = Instant::now();
    stop.stop();
    assert_eq!(running.join(), Unfinished { cut: 2, ..Unfinished::default() });
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    // Nobody knows what the backend did with the one; the other was never whole.
    let answer = hanging.join().expect("thread");
    assert_eq!((answer.status, answer.code().as_str()), (504, "BRG00301"), "{answer:?}");
    let mut answer = String::new();
    uploading.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("BRG00405"), "{answer}");
    assert!(answer.contains("retry-after: 1\r\n") && answer.contains("connection: close\r\n"), "{answer}");
}

#[tokio::test]
async fn http_2_with_prior_knowledge_is_served() {
    let (url, _) = good_backend();
    let running = running(&url, |_| {});
    let status = http2(running.address()).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn http_2_without_requests_ends_also_where_its_client_answers() {
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let (url, _) = good_backend();
    let running = running(&url, |limits| limits.http.idle = 200);
    let stream = tokio::net::TcpStream::connect(running.address()).await.expect("connection");
    let handshake = hyper::client::conn::http2::handshake::<_, _, http_body_util::Full<bytes::Bytes>>(
        TokioExecutor::new(),
        TokioIo::new(stream),
    );
    let (_sender, connection) = handshake.await.expect("handshake");
    let ended = tokio::time::timeout(Duration::from_secs(10), connection).await.expect("it ends");
    ended.expect("as the protocol has it");
}

async fn http2(address: SocketAddr) -> u16 {
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let stream = tokio::net::TcpStream::connect(address).await.expect("connection");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("handshake");
    let body = http_body_util::Full::new(bytes::Bytes::from(request()));
    let request = http::Request::post(format!("http://{address}{PATH}"))
        .header("content-type", "application/json")
        .body(body)
        .expect("request");
    tokio::select! {
        answer = sender.send_request(request) => answer.expect("answer").status().as_u16(),
        ended = connection => panic!("{ended:?}"),
    }
}
