//! Backends that fail over real sockets: whoever reads the log, the access log or the metrics can tell each failure from every other
//! one, and nobody sees what was not for them. `provoked/cases.yaml` has the failures.

#[path = "support/mod.rs"]
mod support;
#[path = "support/tls.rs"]
mod tls;

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use saponify::bridge::{AccessLog, AccessLogForm, Bridge, LogWriter, Observers, ReadyService};
use serde::Deserialize;
use socket2::{Domain, Socket, Type};
use tls::{Authority, server_params};
use tower::Service as _;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    cause: String,
    does: Does,
    /// All that is said, where it is no response of its own.
    reply: Option<String>,
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    head_lines: Vec<String>,
    /// So many header fields.
    #[serde(default)]
    head: usize,
    #[serde(default)]
    body: String,
    log: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Does {
    Absent,
    Full,
    Reset,
    Say,
    Silent,
    Stall,
    TlsClient,
    TlsExpired,
    TlsHost,
    TlsPlain,
    TlsUntrusted,
    Unresolved,
}

fn ok() -> u16 {
    200
}

/// What was written, by whoever has a clone.
#[derive(Clone, Debug, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("written").clone()).expect("UTF-8")
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("written").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What became of a case.
struct Seen {
    answer: String,
    log: String,
    access: serde_json::Value,
    metrics: String,
}

/// A backend, and what must live as long as it.
struct Backend {
    url: String,
    _kept: Vec<TcpStream>,
    _listener: Option<Socket>,
}

impl Case {
    fn said(&self) -> Vec<u8> {
        if let Some(reply) = &self.reply {
            return reply.clone().into_bytes();
        }
        let body = match self.body.strip_prefix('@') {
            Some(inner) => format!("{OPEN}{inner}{CLOSE}"),
            None => self.body.clone(),
        };
        let many: String = (0..self.head).map(|at| format!("X-{at}: canary\r\n")).collect();
        let lines: String = self.head_lines.iter().map(|line| format!("{line}\r\n")).collect();
        format!("HTTP/1.1 {} X\r\n{lines}{many}Content-Length: {}\r\n\r\n{body}", self.status, body.len())
            .into()
    }

    fn backend(&self, authorities: &Authorities) -> Backend {
        let plain = |port: u16| Backend {
            url: format!("http://127.0.0.1:{port}/"),
            _kept: Vec::new(),
            _listener: None,
        };
        let secured = |port: u16| Backend { url: format!("https://localhost:{port}/"), ..plain(port) };
        let serving = |serve: fn(TcpStream, &[u8])| {
            let said = self.said();
            serve_with(move |stream| serve(stream, &said))
        };
        match self.does {
            Does::Absent => plain(free_port()),
            Does::Full => full(),
            Does::Reset => plain(serving(reset)),
            Does::Say => plain(serving(say)),
            Does::Silent => plain(serving(|mut stream, _| hold(&mut stream))),
            Does::Stall => plain(serving(stall)),
            Does::TlsPlain => secured(serve_with(|mut stream| {
                let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
                hold(&mut stream);
            })),
            Does::TlsClient | Does::TlsExpired | Does::TlsHost | Does::TlsUntrusted => {
                let config = authorities.server(self.does);
                secured(serve_with(move |stream| handshake(stream, &config)))
            }
            // A label that is too long is asked of nobody (RFC 1035 section 2.3.4).
            Does::Unresolved => Backend { url: format!("http://{}.invalid/", "a".repeat(64)), ..plain(0) },
        }
    }

    fn seen(&self, authorities: &Authorities) -> Seen {
        let backend = self.backend(authorities);
        let tls = if backend.url.starts_with("https") { authorities.key() } else { String::new() };
        let text = format!(
            "version: 1\nservice: replies\ncontract: {{ wsdl: replies.wsdl }}\n\
             fronts: {{ json: {{ path: /json, auth: none }} }}\n\
             backend: {{ soap: {{ url: \"http://127.0.0.1:9/\", timeout: {{ connect: 300ms, first_byte: 300ms, total: 600ms }}{tls} }} }}\n"
        );
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replies/service.yaml");
        let service = support::service(path, &text, &backend.url);
        let limits = service.limits;
        let bridge = Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge");
        let lines = Written::default();
        let writer = LogWriter::new(lines.clone(), "memory").expect("a thread");
        bridge.observe(Observers {
            access: Some(AccessLog { writer: writer.clone(), form: AccessLogForm::Json }),
            ..Observers::default()
        });
        let log = Written::default();
        let to = log.clone();
        let subscriber = tracing_subscriber::fmt().json().with_writer(move || to.clone()).finish();
        let answer = tracing::subscriber::with_default(subscriber, || ask(&bridge));
        writer.settle(Duration::from_secs(60));
        let access = serde_json::from_str(lines.text().trim()).expect("one line of JSON");
        Seen { answer, log: log.text(), access, metrics: bridge.metrics_text() }
    }

    fn problems(&self, seen: &Seen) -> Vec<String> {
        let Seen { answer, log, access, metrics } = seen;
        let mut wrong = Vec::new();
        let counted = format!("cause=\"{}\"}} 1", self.cause);
        let of_backend = |line: &&str| line.starts_with("saponify_backend_failures_total{");
        let lines: Vec<&str> = metrics.lines().filter(of_backend).collect();
        if !matches!(*lines, [line] if line.ends_with(&counted)) {
            wrong.push(format!("counted as {lines:?}"));
        }
        if access["cause"] != *self.cause || access["outcome"] == "ok" {
            wrong.push(format!("the access log has {access}"));
        }
        wrong.extend(
            self.log.iter().filter(|text| !log.contains(*text)).map(|text| format!("the log lacks {text}")),
        );
        wrong.extend(
            self.log
                .iter()
                .filter(|text| !access["message"].as_str().is_some_and(|message| message.contains(*text)))
                .map(|text| format!("the access log lacks {text}")),
        );
        for (place, text) in
            [("answer", answer), ("log", log), ("access log", &access.to_string()), ("metrics", metrics)]
        {
            if text.contains("canary") {
                wrong.push(format!("a canary in the {place}"));
            }
        }
        wrong.iter().map(|wrong| format!("{}: {wrong}\n{answer}\n{log}{access}\n", self.cause)).collect()
    }
}

/// Whom the bridge trusts, and whom it does not.
struct Authorities {
    trusted: Authority,
    other: Authority,
    file: PathBuf,
}

impl Authorities {
    fn new() -> Self {
        let (trusted, other) = (Authority::new("trusted"), Authority::new("other"));
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("provoked");
        let file = tls::file(&folder, "ca.pem", &trusted.pem());
        Self { trusted, other, file }
    }

    /// More of the backend's keys.
    fn key(&self) -> String {
        format!(", tls: {{ ca: {:?} }}", self.file)
    }

    fn server(&self, does: Does) -> Arc<ServerConfig> {
        let mut expired = server_params("localhost");
        expired.not_after = rcgen::date_time_ymd(2020, 1, 1);
        let right = || server_params("localhost");
        match does {
            Does::TlsClient => tls::server(&self.trusted.issue(right()), Some(&self.trusted)),
            Does::TlsExpired => tls::server(&self.trusted.issue(expired), None),
            Does::TlsHost => tls::server(&self.trusted.issue(server_params("example.com")), None),
            _ => tls::server(&self.other.issue(right()), None),
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("port").local_addr().expect("address").port()
}

/// A listener whose queue is full: whoever connects waits.
fn full() -> Backend {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("socket");
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).expect("port");
    socket.listen(0).expect("listening");
    let address = socket.local_addr().expect("address").as_socket().expect("IPv4");
    let mut kept = Vec::new();
    // The system takes one or two more than it was told.
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        kept.push(stream);
        assert!(kept.len() < 100, "the queue has an end");
    }
    Backend { url: format!("http://{address}/"), _kept: kept, _listener: Some(socket) }
}

/// Serves each connection in a thread of its own; gives the port.
fn serve_with(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("port");
    let port = listener.local_addr().expect("address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            std::thread::spawn(move || serve(stream));
        }
    });
    port
}

/// Reads a request to its end, which is that of its envelope.
fn request(stream: &mut impl Read) {
    let (mut all, mut chunk) = (Vec::new(), [0; 4096]);
    while !all.ends_with(b"Envelope>") {
        match stream.read(&mut chunk) {
            Ok(count) if count > 0 => all.extend_from_slice(&chunk[..count]),
            Ok(_) | Err(_) => return,
        }
    }
}

fn say(mut stream: TcpStream, said: &[u8]) {
    request(&mut stream);
    let _ = stream.write_all(said);
}

fn stall(mut stream: TcpStream, said: &[u8]) {
    request(&mut stream);
    let _ = stream.write_all(said);
    hold(&mut stream);
}

fn reset(mut stream: TcpStream, _: &[u8]) {
    request(&mut stream);
    let _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
}

fn hold(stream: &mut impl Read) {
    let _ = io::copy(stream, &mut io::sink());
}

fn handshake(stream: TcpStream, config: &Arc<ServerConfig>) {
    let mut stream = StreamOwned::new(ServerConnection::new(config.clone()).expect("TLS"), stream);
    let _ = stream.read(&mut [0; 1]);
    let _ = stream.flush();
    let _ = stream.sock.shutdown(std::net::Shutdown::Write);
    hold(&mut stream.sock);
}

fn ask(bridge: &Bridge) -> String {
    let request = Request::post("/json/find").header("content-type", "application/json");
    let request = request.body(Full::new(Bytes::from_static(br#"{"id":"1"}"#))).expect("request");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let answer = bridge.clone().call(request).await.expect("an answer");
        let body = answer.into_body().collect().await.expect("whole").to_bytes();
        String::from_utf8(body.to_vec()).expect("UTF-8")
    })
}

const OPEN: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>";
const CLOSE: &str = "</e:Body></e:Envelope>";

#[test]
fn every_failure_of_a_backend_can_be_told_from_every_other_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provoked/cases.yaml");
    let cases: Vec<Case> =
        serde_saphyr::from_str(&std::fs::read_to_string(path).expect("cases")).expect("cases");
    let causes: BTreeSet<&str> = cases.iter().map(|case| &*case.cause).collect();
    assert!(causes.len() == cases.len() && causes.len() >= 28, "{} causes of {}", causes.len(), cases.len());
    let authorities = Authorities::new();
    let (mut wrong, mut messages) = (Vec::new(), BTreeSet::new());
    for case in &cases {
        let seen = case.seen(&authorities);
        wrong.extend(case.problems(&seen));
        let message = seen.access["message"].to_string();
        if !messages.insert(message.clone()) {
            wrong.push(format!("{}: another failure has the same message: {message}", case.cause));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
