//! Servers of the bench: a backend that has one answer, and a proxy that passes bytes on.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderValue};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use parking_lot::Mutex;
use rustls::{ClientConfig, ServerConfig};
use socket2::{Domain, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::load::{self, Protocol};
use crate::tls::{self, Issued};

/// How a server runs, and the name of its threads.
#[derive(Clone)]
pub struct Origin {
    pub name: &'static str,
    pub address: SocketAddr,
    pub threads: usize,
    pub protocol: Protocol,
    pub tls: Option<Arc<ServerConfig>>,
}

/// A backend on a free port that answers every request with `body`.
pub fn fixed(content_type: &'static str, body: &'static [u8], issued: Option<&Issued>) -> SocketAddr {
    let tls = issued.map(|issued| tls::server(issued, None));
    Origin { tls, ..Origin::new("backend") }.answer(content_type, Bytes::from_static(body))
}

impl Origin {
    /// One thread on a free port of this machine, HTTP/1.1 without TLS.
    pub fn new(name: &'static str) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { name, address, threads: 1, protocol: Protocol::Http1, tls: None }
    }

    /// Answers every request with `body`, once it has been read.
    pub fn answer(self, content_type: &'static str, body: Bytes) -> SocketAddr {
        self.serve(move || {
            let body = body.clone();
            move |request: Request<Incoming>| {
                let body = body.clone();
                async move {
                    request.into_body().collect().await.expect("a body");
                    reply(HeaderValue::from_static(content_type), body)
                }
            }
        })
    }

    /// Passes requests on, each thread with connections of its own.
    pub fn pass(self, pool: &Pool) -> SocketAddr {
        let pool = pool.clone();
        self.serve(move || {
            let pool = Pool { idle: Arc::default(), ..pool.clone() };
            move |request| pool.clone().pass(request)
        })
    }

    fn serve<A, F>(self, make: impl Fn() -> A + Clone + Send + 'static) -> SocketAddr
    where
        A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
    {
        let listener = listen(self.address);
        let address = listener.local_addr().expect("an address");
        for _ in 0..self.threads {
            let (listener, make, origin) =
                (listener.try_clone().expect("a listener"), make.clone(), self.clone());
            let run = move || {
                load::runtime().block_on(async move {
                    origin.accept(TcpListener::from_std(listener).expect("a listener"), make()).await;
                });
            };
            std::thread::Builder::new().name(self.name.to_owned()).spawn(run).expect("a thread");
        }
        address
    }

    #[expect(clippy::disallowed_methods, reason = "a server of the bench")]
    async fn accept<A, F>(self, listener: TcpListener, answer: A)
    where
        A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
    {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).expect("a socket");
            let (protocol, tls, answer) = (self.protocol, self.tls.clone(), answer.clone());
            tokio::spawn(async move {
                match tls {
                    None => speak(TokioIo::new(stream), protocol, answer).await,
                    Some(tls) => {
                        // A client that does not finish its handshake is none.
                        if let Ok(stream) = TlsAcceptor::from(tls).accept(stream).await {
                            speak(TokioIo::new(stream), protocol, answer).await;
                        }
                    }
                }
            });
        }
    }
}

/// With room for all connections of the bench at once, which the standard library's listener has not.
fn listen(address: SocketAddr) -> std::net::TcpListener {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
    socket.set_reuse_address(true).expect("a socket");
    socket.set_nonblocking(true).expect("a socket");
    socket.bind(&address.into()).expect("an address that is free");
    socket.listen(4096).expect("a listener");
    socket.into()
}

async fn speak<S, A, F>(stream: S, protocol: Protocol, answer: A)
where
    S: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
    A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let service = service_fn(move |request| {
        let answer = answer(request);
        async { Ok::<_, Infallible>(answer.await) }
    });
    let served = match protocol {
        Protocol::Http1 => hyper::server::conn::http1::Builder::new().serve_connection(stream, service).await,
        Protocol::Http2 => {
            let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            builder.serve_connection(stream, service).await
        }
    };
    // Clients go when they have what they want.
    drop(served);
}

fn reply(content_type: HeaderValue, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// Connections to a backend, used again.
#[derive(Clone)]
pub struct Pool {
    backend: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
    idle: Arc<Mutex<Vec<SendRequest<Full<Bytes>>>>>,
}

impl Pool {
    pub fn new(backend: SocketAddr, tls: Option<Arc<ClientConfig>>) -> Self {
        Self { backend, tls, idle: Arc::default() }
    }

    async fn pass(self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        let mut request = Request::post("/").body(Full::new(body)).expect("a request");
        *request.headers_mut() = head.headers;
        request.headers_mut().insert(HOST, HeaderValue::from_static("localhost"));
        let idle = self.idle.lock().pop();
        let mut sender = match idle {
            Some(sender) => sender,
            None => self.connect().await,
        };
        sender.ready().await.expect("a connection");
        let (head, body) = sender.send_request(request).await.expect("a reply").into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        self.idle.lock().push(sender);
        reply(head.headers.get(CONTENT_TYPE).cloned().expect("a media type"), body)
    }

    #[expect(clippy::disallowed_methods, reason = "a proxy of the bench")]
    async fn connect(&self) -> SendRequest<Full<Bytes>> {
        let stream = TcpStream::connect(self.backend).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let Some(tls) = &self.tls else {
            let (sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a handshake");
            tokio::spawn(connection);
            return sender;
        };
        let stream = TlsConnector::from(tls.clone()).connect(load::name(), stream).await.expect("TLS");
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a handshake");
        tokio::spawn(connection);
        sender
    }
}
