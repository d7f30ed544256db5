//! Transcoding allocates for a message, never for a field; and an exchange does so a few times more than passing its bytes on.

#[path = "support/mod.rs"]
mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use bytes::Bytes;
use http::{HeaderValue, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use saponify::bridge::{Bridge, ReadyService};

use saponify::codec::{Decode, DecodeOptions, Decoder, Encode, EncodeOptions, Encoder, Strictness};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{Rules, compile};
use saponify::wsdl::{Files, load};
use saponify::xml::{Event, Namespaces, Reader, ReaderBuffers};
use tower::Service as _;

struct Counting;

thread_local! {
    /// Of this thread alone: what a backend does is not counted.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `work` allocates once its buffers are warm.
fn allocations(mut work: impl FnMut()) -> usize {
    work();
    work();
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

#[test]
fn a_reader_in_used_room_allocates_nothing() {
    let (known, limits) = (Namespaces::default(), Limits::default());
    let soap = "http://schemas.xmlsoap.org/soap/envelope/";
    let text = format!(
        "<s:a xmlns:s='{soap}' b='1' s:c='2'><s:d>x &amp; y</s:d>\n<s:d/><s:e><s:f>1</s:f></s:e></s:a>"
    );
    let mut room = ReaderBuffers::default();
    let count = allocations(|| {
        let mut reader = Reader::within(&text, &known, &limits.xml, std::mem::take(&mut room));
        while reader.next().expect("a tag") != Event::Eof {}
        room = reader.into_buffers();
    });
    assert_eq!(count, 0);
}

#[test]
fn a_field_costs_no_allocation() {
    let limits = Limits::default();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/wsdl/bancbox.wsdl");
    let contract = load(path, &mut Files, &limits.contract).expect("contract");
    let plan = compile(&contract, &Rules::default()).expect("plan").plan;
    let message = plan.operations()[0].output.as_ref().expect("output");
    let (mut tape, mut encoder, mut decoder) = (Tape::new(), Encoder::default(), Decoder::default());
    let (mut counts, mut buffers) = (Vec::new(), ReaderBuffers::default());
    for notices in [1, 100] {
        let notice = "{\"code\":\"E-1\",\"message\":\"a < b\"}";
        let json = format!(
            "{{\"return\":{{\"requestId\":1700000000001,\"status\":0,\"errors\":[{}]}}}}",
            vec![notice; notices].join(",")
        );
        let (mut xml, mut back) = (Vec::new(), Vec::new());
        let encode = allocations(|| {
            xml.clear();
            let value = tape.parse(json.as_bytes(), &limits.json).expect("JSON");
            encoder
                .encode(Encode { plan: &plan, message, options: &EncodeOptions::default() }, value, &mut xml)
                .expect("valid");
        });
        let text = String::from_utf8(xml.clone()).expect("UTF-8");
        let decode = allocations(|| {
            back.clear();
            let room = std::mem::take(&mut buffers);
            let mut reader = Reader::within(&text, plan.namespaces(), &limits.xml, room);
            reader.next().expect("a root");
            let options =
                DecodeOptions { strictness: Strictness::Strict, members: b"", ..DecodeOptions::default() };
            decoder.decode(Decode { plan: &plan, message, options }, &mut reader, &mut back).expect("valid");
            buffers = reader.into_buffers();
        });
        assert_eq!(back, json.as_bytes());
        counts.push((encode, decode));
    }
    let [(few_encode, 0), (many_encode, 0)] = counts[..] else { panic!("{counts:?}") };
    // A hundred notices are two hundred fields; a vector that grows may do so once or twice more.
    assert!(many_encode <= few_encode + 2, "{counts:?}");
}

/// An exchange of one kilobyte or so: what the client sends, what the backend says, and how often the bridge allocates beyond what
/// passing these bytes on would.
struct Case {
    name: &'static str,
    service: &'static str,
    path: &'static str,
    content_type: &'static str,
    request: String,
    reply_type: &'static str,
    reply: &'static str,
    most: usize,
}

#[test]
fn an_exchange_allocates_little_more_than_passing_its_bytes_on() {
    let cases = [
        Case {
            name: "JSON to SOAP",
            service: "fronts: { json: { path: /b, auth: none } }\nbackend: { soap: { url: http://localhost, username_token: { password: digest, credentials: { fixed: { username: ops, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" } } } } }",
            path: "/b/updateClient",
            content_type: "application/json",
            request: without_credentials(include_str!("../samples/bancbox/request.json")),
            reply_type: "text/xml; charset=utf-8",
            reply: include_str!("../samples/bancbox/response-ok.xml"),
            most: 25,
        },
        Case {
            name: "SOAP to JSON",
            service: "fronts: { soap: { path: /s, auth: { users: { users: [{ name: ops@example.com, password: \"${env:SAPONIFY_BANCBOX_PASSWORD}\" }] } } } }\nbackend: { json: { url: http://localhost } }",
            path: "/s",
            content_type: "text/xml; charset=utf-8",
            request: include_str!("../samples/bancbox/request.xml").to_owned(),
            reply_type: "application/json",
            reply: include_str!("../samples/bancbox/response-ok.json"),
            most: 25,
        },
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    for case in &cases {
        let backend = backend(case.reply_type, case.reply);
        let (passing, bridging) =
            runtime.block_on(async { (passed(case, backend).await, bridged(case, backend).await) });
        println!("{}: {bridging} allocations, {passing} where the bytes are passed on", case.name);
        assert!(bridging <= passing + case.most, "{}: {bridging} - {passing} > {}", case.name, case.most);
    }
}

/// How often a bare client of HTTP allocates for a request and its reply, once it is connected.
async fn passed(case: &Case, backend: SocketAddr) -> usize {
    let stream = tokio::net::TcpStream::connect(backend).await.expect("connection");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("handshake");
    #[allow(clippy::disallowed_methods, reason = "a client in a test")]
    let driven = tokio::spawn(connection);
    let mut least = usize::MAX;
    for _ in 0..ROUNDS {
        let request = request(case);
        let before = COUNT.get();
        let reply = sender.send_request(request).await.expect("a reply");
        assert!(reply.status().is_success());
        reply.into_body().collect().await.expect("a body").to_bytes();
        least = least.min(COUNT.get() - before);
    }
    drop(sender);
    driven.await.expect("a task").expect("a connection");
    least
}

/// How often the bridge does.
async fn bridged(case: &Case, backend: SocketAddr) -> usize {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/bancbox/counted.yaml");
    let text = format!(
        "version: 1\nservice: counted\ncontract: {{ wsdl: ../../wsdl/bancbox.wsdl }}\n{}\n{OPERATIONS}\n",
        case.service
    );
    let service = support::service(path, &text, &format!("http://{backend}"));
    let mut bridge = Bridge::new(vec![ReadyService::new(service).expect("a service")], Limits::default())
        .expect("a bridge");
    let mut least = usize::MAX;
    for _ in 0..ROUNDS {
        let request = request(case);
        let before = COUNT.get();
        let answer = bridge.call(request).await.expect("an answer");
        let status = answer.status();
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        least = least.min(COUNT.get() - before);
        assert!(status.is_success(), "{}: {status} {}", case.name, String::from_utf8_lossy(&body));
    }
    least
}

const OPERATIONS: &str = "operations: { updateClient: { unwrap: { request: updateClientRequest, response: return }, as: { dob: day }, answer: { lists: [warnings, errors] } } }";

/// The sample of a JSON client with the line of its credentials left out, for which the contract has no place.
fn without_credentials(json: &str) -> String {
    json.lines().filter(|line| !line.contains("authentication")).collect()
}

/// The first of them warm the buffers.
const ROUNDS: usize = 5;

fn request(case: &Case) -> Request<Full<Bytes>> {
    let mut request = Request::post(case.path).body(Full::from(case.request.clone())).expect("a request");
    request.headers_mut().insert(header::HOST, HeaderValue::from_static("localhost"));
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(case.content_type));
    request
}

/// A backend that says one thing for ever.
fn backend(content_type: &str, body: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("port");
    let address = listener.local_addr().expect("address");
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let reply = reply.clone();
            std::thread::spawn(move || serve(stream, reply.as_bytes()));
        }
    });
    address
}

fn serve(mut stream: TcpStream, reply: &[u8]) {
    let (mut heard, mut piece) = (Vec::new(), vec![0; 64 * 1024]);
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        heard.extend_from_slice(&piece[..read]);
        if is_whole(&heard) {
            heard.clear();
            stream.write_all(reply).expect("sent");
        }
    }
}

fn is_whole(heard: &[u8]) -> bool {
    let Some(head) = memchr::memmem::find(heard, b"\r\n\r\n") else { return false };
    let lines = String::from_utf8_lossy(&heard[..head]).to_ascii_lowercase();
    let length = lines.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    heard.len() >= head + 4 + length.unwrap_or(0)
}
