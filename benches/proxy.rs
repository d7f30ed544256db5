//! The whole bridge against a proxy that only passes bytes on, with the same buffering, in one run.
//!
//! The backend, each proxy and the clients have a thread of their own. What counts is the CPU time of the proxy's thread,
//! so that neither clients nor backend weigh in. `cargo bench --bench proxy` prints the ratio of medians.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use saponify::bridge::{Bridge, Client, Endpoint, Outgoing, ReadyService, collect};
use saponify::limits::{HttpLimits, Limits};
use saponify::server::{Running, start};
use saponify::service::{Environment, Target, Tls, load};
use saponify::wsdl::Files;
use tokio::net::{TcpListener, TcpStream};

const CONNECTIONS: usize = 64;
const REQUESTS: usize = 100;
const ROUNDS: usize = 9;
const JSON: &[u8] = include_bytes!("../samples/bancbox/request.json");
const SOAP: &[u8] = include_bytes!("../samples/bancbox/request.xml");
const REPLY: &[u8] = include_bytes!("../samples/bancbox/response-ok.xml");

fn main() {
    let backend =
        spawn("backend", |listener| accept(listener, |_| async { reply(Bytes::from_static(REPLY)) }));
    let endpoint = endpoint(backend);
    let client = Client::new(HttpLimits::default());
    // The pass-through carries the bytes of the bridge's SOAP side, both ways.
    let pass = spawn("pass", move |listener| {
        accept(listener, move |request| pass_on(request, endpoint.clone(), client.clone()))
    });
    let bridge = bridge(backend);
    let (mut passed, mut bridged) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let of_pass = load_with(pass, "/", SOAP, "pass");
        let of_bridge = load_with(bridge.address(), "/bancbox/updateClient", JSON, "saponify");
        // The first round warms up.
        if round > 0 {
            passed.push(of_pass);
            bridged.push(of_bridge);
        }
    }
    let (passed, bridged) = (median(passed), median(bridged));
    println!("{CONNECTIONS} connections, {ROUNDS} rounds of {} requests", CONNECTIONS * REQUESTS);
    println!("  pass-through  {passed:>8.0} requests per CPU second  1.00");
    println!("  bridge        {bridged:>8.0} requests per CPU second  {:.2}", bridged / passed);
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Serves on a thread named `name`; gives where.
fn spawn<F: Future<Output = ()>>(
    name: &str,
    serve: impl FnOnce(TcpListener) -> F + Send + 'static,
) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("listener");
            sender.send(listener.local_addr().expect("address")).expect("receiver");
            serve(listener).await;
        });
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(run).expect("thread");
    receiver.recv().expect("address")
}

#[expect(clippy::disallowed_methods, reason = "a server of the bench")]
async fn accept<F>(listener: TcpListener, answer: impl Fn(Request<Incoming>) -> F + Clone + Send + 'static)
where
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    while let Ok((stream, _)) = listener.accept().await {
        let answer = answer.clone();
        let service = service_fn(move |request| {
            let answer = answer(request);
            async { Ok::<_, Infallible>(answer.await) }
        });
        stream.set_nodelay(true).expect("socket");
        tokio::spawn(
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
        );
    }
}

fn reply(body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("text/xml; charset=utf-8"));
    response
}

async fn pass_on(request: Request<Incoming>, endpoint: Endpoint, client: Client) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = collect(body, 10 << 20, Duration::from_secs(30)).await.expect("body");
    let outgoing = Outgoing {
        method: Method::POST,
        target: "/".parse().expect("path"),
        headers: head.headers,
        body,
        idempotent: false,
        renewal: None,
    };
    reply(client.send(&endpoint, outgoing).await.expect("reply").body)
}

fn endpoint(backend: SocketAddr) -> Endpoint {
    let (connect, first_byte, total) =
        (Duration::from_secs(1), Duration::from_secs(15), Duration::from_secs(30));
    Endpoint::new(&Target {
        url: format!("http://{backend}/").into(),
        connect,
        first_byte,
        total,
        tls: Tls::default(),
        reach: Default::default(),
    })
    .expect("endpoint")
}

struct Nothing;

impl Environment for Nothing {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn file(&self, _: &str) -> Result<String, String> {
        Err(String::new())
    }
}

fn bridge(backend: SocketAddr) -> Running {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/bancbox/json-to-soap.yaml");
    let text = include_str!("../samples/bancbox/json-to-soap.yaml");
    let service =
        load(path, text, &Nothing, &mut Files, Some(&format!("http://{backend}/"))).expect("service");
    let ready = ReadyService::new(service).expect("backend");
    let bridge = Bridge::new(vec![ready], Limits::default()).expect("bridge");
    start(SocketAddr::from(([127, 0, 0, 1], 0)), &bridge, HttpLimits::default(), 1).expect("listener")
}

/// Sends [`REQUESTS`] requests on each of [`CONNECTIONS`] connections; gives how many the thread `name` answers in a second
/// of its CPU time.
fn load_with(address: SocketAddr, path: &str, body: &'static [u8], name: &str) -> f64 {
    let before = cpu_time(name);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let mut clients = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS {
            clients.spawn(client(address, path.to_owned(), body));
        }
        clients.join_all().await;
    });
    (CONNECTIONS * REQUESTS) as f64 / (cpu_time(name) - before).as_secs_f64()
}

async fn client(address: SocketAddr, path: String, body: &'static [u8]) {
    let stream = TcpStream::connect(address).await.expect("connection");
    stream.set_nodelay(true).expect("socket");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("handshake");
    let requests = async move {
        for _ in 0..REQUESTS {
            let request = Request::post(&path)
                .header("host", "bench")
                .header("content-type", if body == JSON { "application/json" } else { "text/xml" });
            let request = request.body(Full::new(Bytes::from_static(body))).expect("request");
            let response = sender.send_request(request).await.expect("answer");
            assert_eq!(response.status(), 200);
            response.into_body().collect().await.expect("body");
        }
    };
    tokio::join!(requests, async { drop(connection.await) });
}

/// The CPU time that the threads named `name` have used (proc(5), `schedstat`).
fn cpu_time(name: &str) -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").expect("proc").flatten().map(|task| task.path());
    let named =
        tasks.filter(|task| std::fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim() == name));
    let nanos = named.filter_map(|task| {
        std::fs::read_to_string(task.join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}
