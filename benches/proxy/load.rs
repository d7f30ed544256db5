//! Clients of the bench: so many connections, each with one request after the other.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Http1,
    Http2,
}

/// How requests are sent.
#[derive(Clone)]
pub struct Load {
    /// Over HTTP/2 they are streams of one.
    pub connections: usize,
    /// Of all connections together.
    pub requests: usize,
    pub protocol: Protocol,
    pub tls: Option<Arc<ClientConfig>>,
    /// A connection for each request.
    pub anew: bool,
}

impl Default for Load {
    fn default() -> Self {
        Self { connections: 1, requests: 6400, protocol: Protocol::Http1, tls: None, anew: false }
    }
}

/// Where requests go, and what they are.
#[derive(Clone)]
pub struct Sent {
    pub address: SocketAddr,
    pub path: &'static str,
    pub content_type: &'static str,
    pub body: Bytes,
}

/// What it took.
pub struct Taken {
    pub requests: usize,
    pub wall: Duration,
    pub cpu: Duration,
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// What the certificates of the bench are for.
pub fn name() -> ServerName<'static> {
    ServerName::try_from("localhost").expect("a name")
}

impl Load {
    /// Connects, and then sends all requests; `cpu` is asked before and after that.
    pub fn run(&self, sent: &Sent, cpu: impl Fn() -> Duration) -> Taken {
        runtime().block_on(async {
            let each = self.requests.div_ceil(self.connections);
            let begin = Arc::new(Barrier::new(self.connections + 1));
            let mut clients = JoinSet::new();
            let mut shared = None;
            for _ in 0..self.connections {
                let sender = match &shared {
                    Some(Sender::Http2(sender)) => Sender::Http2(sender.clone()),
                    _ => self.connect(sent.address).await,
                };
                if let Sender::Http2(sender) = &sender {
                    shared = Some(Sender::Http2(sender.clone()));
                }
                let (load, sent, begin) = (self.clone(), sent.clone(), begin.clone());
                clients.spawn(async move { load.client(sender, &sent, each, &begin).await });
            }
            let (before, begun) = (cpu(), Instant::now());
            begin.wait().await;
            clients.join_all().await;
            Taken { requests: each * self.connections, wall: begun.elapsed(), cpu: cpu() - before }
        })
    }

    async fn client(&self, mut sender: Sender, sent: &Sent, requests: usize, begin: &Barrier) {
        begin.wait().await;
        for number in 0..requests {
            if self.anew && number > 0 {
                sender = self.connect(sent.address).await;
            }
            let request = Request::post(format!("http://localhost{}", sent.path))
                .header("host", "localhost")
                .header("content-type", sent.content_type)
                .body(Full::new(sent.body.clone()));
            let response = sender.send(request.expect("a request")).await;
            let status = response.status();
            let body = response.into_body().collect().await.expect("a body").to_bytes();
            assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        }
    }

    async fn connect(&self, address: SocketAddr) -> Sender {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        match &self.tls {
            None => self.handshake(TokioIo::new(stream)).await,
            Some(tls) => {
                let connector = TlsConnector::from(tls.clone());
                self.handshake(TokioIo::new(connector.connect(name(), stream).await.expect("TLS"))).await
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a client of the bench")]
    async fn handshake<S>(&self, stream: S) -> Sender
    where
        S: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
    {
        match self.protocol {
            Protocol::Http1 => {
                let (sender, connection) = http1::handshake(stream).await.expect("a handshake");
                tokio::spawn(connection);
                Sender::Http1(sender)
            }
            Protocol::Http2 => {
                let (sender, connection) =
                    http2::handshake(TokioExecutor::new(), stream).await.expect("a handshake");
                tokio::spawn(connection);
                Sender::Http2(sender)
            }
        }
    }
}

impl Sender {
    /// Over HTTP/1.1 the target is a path and over HTTP/2 a whole URI.
    async fn send(&mut self, mut request: Request<Full<Bytes>>) -> Response<Incoming> {
        match self {
            Self::Http1(sender) => {
                let path = request.uri().path().parse().expect("a path");
                *request.uri_mut() = path;
                sender.ready().await.expect("a connection");
                sender.send_request(request).await.expect("an answer")
            }
            Self::Http2(sender) => {
                request.headers_mut().remove("host");
                sender.ready().await.expect("a connection");
                sender.send_request(request).await.expect("an answer")
            }
        }
    }
}
