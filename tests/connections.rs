//! Connections to a backend: how many there are, how long they rest, which is used again, and who waits for one.

#![allow(clippy::disallowed_methods, reason = "backends of these tests have tasks of their own")]

#[path = "support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use saponify::bridge::{Body, Bridge, ReadyService};
use saponify::service::load;
use saponify::wsdl::Files;
use support::Variables;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tower::Service as _;

/// A bridge before the backend at `url`, with more `keys` of it and `rules` of the service.
fn bridge(url: &str, keys: &str, rules: &str) -> Bridge {
    let ready = ready(url, keys, rules);
    let limits = ready.service.limits;
    Bridge::new(vec![ready], limits).expect("a bridge")
}

/// Its service.
fn ready(url: &str, keys: &str, rules: &str) -> ReadyService {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replies/service.yaml");
    let text = format!(
        "version: 1\nservice: replies\ncontract: {{ wsdl: replies.wsdl }}\n\
         fronts: {{ json: {{ path: /json, auth: none }}, soap: {{ path: /soap, auth: none }} }}\n\
         backend: {{ soap: {{ url: \"{url}\"{keys} }} }}\n{rules}"
    );
    let environment = Variables(HashMap::from([("SECRET", "not-a-real-secret")]));
    let service = load(path, &text, &environment, &mut Files, None).expect("a service");
    ReadyService::new(service).expect("a backend")
}

async fn ask(bridge: &Bridge) -> Response<Body> {
    let request = Request::post("/json/find").header("content-type", "application/json");
    let request = request.body(Full::new(Bytes::from_static(b"{\"id\":\"1\"}"))).expect("a request");
    bridge.clone().call(request).await.expect("an answer")
}

async fn status(bridge: &Bridge) -> u16 {
    ask(bridge).await.status().as_u16()
}

fn reply(headers: &str) -> Vec<u8> {
    let body = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
        <r:findResponse xmlns:r=\"urn:replies\"><r:name>x</r:name></r:findResponse></s:Body></s:Envelope>";
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The head of the next request, its body behind it; nothing where the connection ends.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    loop {
        let mut piece = [0; 4096];
        // A connection that is reset has ended as well.
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        text.push_str(std::str::from_utf8(&piece[..count]).expect("text"));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().expect("a length")) {
            return Some(text);
        }
    }
}

/// What a backend counts.
#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
}

impl Counts {
    fn now(&self) -> (usize, usize) {
        (self.connections.load(Ordering::SeqCst), self.requests.load(Ordering::SeqCst))
    }
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    (listener, url)
}

/// A backend that answers with these `headers`, and its counts. After each answer it says `after`, and leaves if that is not empty.
async fn backend(headers: &'static str, after: &'static [u8]) -> (String, Arc<Counts>) {
    let ((listener, url), counts) = (listen().await, Arc::new(Counts::default()));
    let counted = counts.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            counted.connections.fetch_add(1, Ordering::SeqCst);
            let counted = counted.clone();
            tokio::spawn(async move {
                while read(&mut stream).await.is_some() {
                    counted.requests.fetch_add(1, Ordering::SeqCst);
                    stream.write_all(&reply(headers)).await.expect("written");
                    if !after.is_empty() {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                        return stream.write_all(after).await.expect("written");
                    }
                }
            });
        }
    });
    (url, counts)
}

#[tokio::test]
async fn connections_rest_as_the_service_file_and_the_backend_say() {
    for (keys, rules, headers, connections) in [
        ("", "", "", 1),
        (", keep_alive: true", "", "", 1),
        (", keep_alive: 1m", "", "Keep-Alive: timeout=60\r\n", 1),
        (", keep_alive: false", "", "", 3),
        ("", "", "Keep-Alive: timeout=0\r\n", 3),
        ("", "", "Keep-Alive: max=10, timeout=0\r\n", 3),
        ("", "", "Connection: close\r\n", 3),
        ("", "limits: { http: { pool_idle_time: 0 } }", "", 3),
        ("", "limits: { http: { pool_idle: 0 } }", "", 3),
        ("", "limits: { http: { pool_age: 1 } }", "", 3),
    ] {
        let (url, counts) = backend(headers, b"").await;
        let bridge = bridge(&url, keys, rules);
        for _ in 0..3 {
            assert_eq!(status(&bridge).await, 200, "{keys} {rules} {headers}");
            // Longer than the age of the last one.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(counts.now(), (connections, 3), "{keys} {rules} {headers}");
    }
}

/// A 408 that is sent to a connection which rests was taken for the reply of the next request, if that was quick.
#[tokio::test]
async fn a_connection_on_which_anything_came_while_it_rested_is_not_used() {
    let (url, counts) = backend("", b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n").await;
    let bridge = bridge(&url, "", "");
    for requests in 1..4 {
        assert_eq!(status(&bridge).await, 200);
        assert_eq!(counts.now(), (requests, requests));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_a_kept_connection_lost_is_sent_again_where_that_does_no_harm() {
    for (rules, expected, requests) in [("", 502, 2), ("operations: { find: { idempotent: true } }", 200, 3)]
    {
        let ((listener, url), counts) = (listen().await, Arc::new(Counts::default()));
        let counted = counts.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                for answers in [true, false] {
                    if read(&mut stream).await.is_none() {
                        break;
                    }
                    counted.requests.fetch_add(1, Ordering::SeqCst);
                    if answers {
                        stream.write_all(&reply("")).await.expect("written");
                    }
                }
            }
        });
        let bridge = bridge(&url, "", rules);
        assert_eq!(status(&bridge).await, 200);
        assert_eq!((status(&bridge).await, counts.now().1), (expected, requests), "{rules}");
    }
}

/// Who comes when all connections are taken waits, and who comes when too many wait is told at once.
#[tokio::test]
async fn a_backend_has_so_many_connections_and_so_many_wait_for_one() {
    let (listener, url) = listen().await;
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let (go, counts) = (Arc::new(Semaphore::new(0)), Arc::new(Counts::default()));
    let (answering, counted) = (go.clone(), counts.clone());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            counted.connections.fetch_add(1, Ordering::SeqCst);
            let (arrived, answering) = (arrived.clone(), answering.clone());
            tokio::spawn(async move {
                while read(&mut stream).await.is_some() {
                    arrived.send(()).expect("somebody listens");
                    answering.acquire().await.expect("open").forget();
                    stream.write_all(&reply("")).await.expect("written");
                }
            });
        }
    });
    let limits = "limits: { http: { backend_connections: 2, backend_queue: 1, backend_wait: 20000 } }";
    let bridge = bridge(&url, "", limits);
    let spawn = || {
        let bridge = bridge.clone();
        tokio::spawn(async move { status(&bridge).await })
    };
    let first = [spawn(), spawn()];
    for _ in &first {
        arrivals.recv().await.expect("a request");
    }
    let mut waits = pin!(status(&bridge));
    assert!(poll_fn(|context| Poll::Ready(waits.as_mut().poll(context).is_pending())).await);
    let refused = ask(&bridge).await;
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["retry-after"]),
        (503, &"1".parse().expect("text"))
    );
    let body = refused.into_body().collect().await.expect("whole").to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("BRG00405"), "{body:?}");
    assert!(bridge.metrics_text().contains("name=\"backend_busy\"} 1"), "{}", bridge.metrics_text());
    let pool = || {
        let text = bridge.metrics_text();
        let named = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(&format!("saponify_backend_{name}{{")));
            line.and_then(|line| line.rsplit(' ').next()).map(str::to_owned)
        };
        ["connections", "connections_limit", "connections_idle", "waiting", "waiting_limit"].map(named)
    };
    assert_eq!(pool(), ["2", "2", "0", "1", "1"].map(|value| Some(value.to_owned())));
    go.add_permits(3);
    assert_eq!(waits.await, 200);
    for first in first {
        assert_eq!(first.await.expect("a task"), 200);
    }
    assert_eq!(counts.now().0, 2, "the one that waited got a connection that was done with");
    let [taken, _, idle, waiting, _] = pool();
    assert_eq!((taken, waiting.as_deref()), (idle, Some("0")), "they rest");
}

#[tokio::test]
async fn a_request_that_waits_too_long_is_told_to_come_again() {
    let (listener, url) = listen().await;
    let bridge = bridge(&url, "", "limits: { http: { backend_connections: 1, backend_wait: 20 } }");
    let held = {
        let bridge = bridge.clone();
        tokio::spawn(async move { status(&bridge).await })
    };
    let (mut stream, _) = listener.accept().await.expect("a connection");
    read(&mut stream).await.expect("a request");
    assert_eq!(status(&bridge).await, 503);
    stream.write_all(&reply("")).await.expect("written");
    assert_eq!(held.await.expect("a task"), 200);
}

/// It was locked up: the connection of one thread rested while the request of another waited for the first byte.
#[tokio::test]
async fn a_backend_that_serves_one_connection_alone_comes_to_the_other_threads() {
    let (listener, url) = listen().await;
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            while read(&mut stream).await.is_some() {
                stream.write_all(&reply("")).await.expect("written");
            }
        }
    });
    let first = bridge(&url, "", "");
    let second = first.for_thread();
    for bridge in [&first, &second, &first] {
        assert_eq!(status(bridge).await, 200);
    }
}

/// Connections count whichever thread they are of: what rests elsewhere makes room.
#[tokio::test]
async fn the_connection_that_rests_in_one_thread_makes_room_for_that_of_another() {
    let (url, counts) = backend("", b"").await;
    let first = bridge(&url, "", "limits: { http: { backend_connections: 1 } }");
    let second = first.for_thread();
    for (bridge, connections) in [(&first, 1), (&first, 1), (&second, 2), (&first, 3)] {
        assert_eq!(status(bridge).await, 200);
        assert_eq!(counts.now().0, connections);
    }
}

#[tokio::test]
async fn an_operation_has_its_own_deadlines() {
    let (listener, url) = listen().await;
    tokio::spawn(async move {
        let mut held = Vec::new();
        loop {
            held.push(listener.accept().await.expect("a connection"));
        }
    });
    let backend = ", timeout: { first_byte: 60s, total: 60s }";
    for own in ["{ first_byte: 20ms }", "{ total: 20ms }"] {
        let bridge = bridge(&url, backend, &format!("operations: {{ find: {{ timeout: {own} }} }}"));
        assert_eq!(status(&bridge).await, 504, "{own}");
    }
}

/// A token server that says `status` to each request, or nothing where there is none, and how often it was asked.
async fn token_server(status: Option<u16>) -> (String, Arc<Counts>) {
    let ((listener, url), counts) = (listen().await, Arc::new(Counts::default()));
    let counted = counts.clone();
    tokio::spawn(async move {
        let mut held = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            read(&mut stream).await.expect("a request");
            let asked = counted.requests.fetch_add(1, Ordering::SeqCst) + 1;
            let token = format!("{{\"access_token\":\"token-{asked}\",\"expires_in\":3600}}");
            if let Some(status) = status {
                let head = format!(
                    "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                    token.len()
                );
                stream.write_all(&[head.as_bytes(), token.as_bytes()].concat()).await.expect("written");
            }
            held.push(stream);
        }
    });
    (url, counts)
}

fn with_tokens(url: &str, tokens: &str, more: &str) -> Bridge {
    bridge(url, &(credentials(tokens, "me") + more), "")
}

fn credentials(tokens: &str, client: &str) -> String {
    format!(
        ", auth: {{ oauth2: {{ token_url: \"{tokens}\", client_id: {client}, client_secret: \"${{env:SECRET}}\" }} }}"
    )
}

/// Each reading of a file asked for a token, whatever had changed in it.
#[tokio::test]
async fn a_token_outlives_a_change_of_what_it_does_not_depend_on() {
    let (url, _) = backend("", b"").await;
    let (tokens, asked) = token_server(Some(200)).await;
    let bridge = with_tokens(&url, &tokens, "");
    assert_eq!((status(&bridge).await, asked.now().1), (200, 1));
    for (client, more, count) in [("me", ", timeout: { total: 20s }", 1), ("other", "", 2), ("me", "", 3)] {
        bridge.replace(vec![ready(&url, &(credentials(&tokens, client) + more), "")]).expect("one front");
        assert_eq!((status(&bridge).await, asked.now().1), (200, count), "{client} {more}");
    }
}

async fn at_once(bridge: &Bridge, count: usize) -> Vec<u16> {
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let bridge = bridge.clone();
            tokio::spawn(async move { status(&bridge).await })
        })
        .collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.expect("a task"));
    }
    statuses
}

/// Each waited for those before it, and asked once more.
#[tokio::test]
async fn one_request_asks_for_a_token_for_all_whatever_comes_of_it() {
    let (url, called) = backend("", b"").await;
    for (status, expected) in [(Some(200), 200), (Some(503), 502), (Some(400), 502), (None, 504)] {
        let (tokens, asked) = token_server(status).await;
        let bridge = with_tokens(&url, &tokens, ", timeout: { first_byte: 200ms, total: 200ms }");
        assert_eq!(at_once(&bridge, 20).await, [expected; 20], "{status:?}");
        assert_eq!(asked.now().1, 1, "{status:?}");
    }
    assert_eq!(called.now().1, 20);
}

/// It asked for a token for each request that was refused, and sent each twice.
#[tokio::test]
async fn a_backend_that_refuses_every_token_does_not_get_everything_twice() {
    let (listener, url) = listen().await;
    let counts = Arc::new(Counts::default());
    let called = counts.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let called = called.clone();
            tokio::spawn(async move {
                while read(&mut stream).await.is_some() {
                    called.requests.fetch_add(1, Ordering::SeqCst);
                    let refused = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
                    stream.write_all(refused).await.expect("written");
                }
            });
        }
    });
    let (tokens, asked) = token_server(Some(200)).await;
    let bridge = with_tokens(&url, &tokens, "");
    for _ in 0..40 {
        assert_eq!(status(&bridge).await, 502);
    }
    // There is a pause between two tokens that grows to 10 s.
    assert!(counts.now().1 <= 55 && asked.now().1 <= 15, "{:?} {:?}", counts.now(), asked.now());
}
