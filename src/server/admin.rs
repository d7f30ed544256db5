//! The operator's listener: `/livez`, `/readyz`, `/metrics` and `/traffic`, on a thread of its own, so that it answers when everything else
//! is busy.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use super::listener::{bind, registered};
use super::stop::Stop;
use crate::bridge::Bridge;
use crate::wss::Secret;

/// What the operator's listener tells about.
#[derive(Clone, Debug)]
pub struct Admin {
    /// What is counted is the bridge's.
    pub bridge: Bridge,
    /// Once it is said, the process is no longer ready.
    pub stop: Stop,
    /// What a reader of metrics and traffic must show as a bearer token, where there is one.
    pub token: Option<Secret>,
}

/// Connections at one time: a scraper, a few probes, and someone with curl.
const CONNECTIONS: usize = 32;

impl Admin {
    /// Listens at `address`, port 0 taking a free one, until the process ends. Gives the address. Errors: those of the socket.
    pub fn start(self, address: SocketAddr) -> std::io::Result<SocketAddr> {
        let listener = bind(address)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = registered(&runtime, listener)?;
        let thread = std::thread::Builder::new().name("admin".to_owned());
        thread.spawn(move || {
            runtime.block_on(self.accept(listener));
        })?;
        Ok(address)
    }

    async fn accept(self, listener: TcpListener) {
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            match (listener.accept().await, permits.clone().try_acquire_owned()) {
                (Ok((stream, _)), Ok(permit)) => {
                    let admin = self.clone();
                    tokio::spawn(async move {
                        admin.serve(stream).await;
                        drop(permit);
                    });
                }
                // A connection too many is closed at once.
                (Ok(_), Err(_)) => self.bridge.metrics().dropped("admin"),
                // No file descriptors, most likely: asking again at once would help nobody.
                (Err(_), _) => sleep(Duration::from_millis(20)).await,
            }
        }
    }

    async fn serve(self, stream: TcpStream) {
        let service = service_fn(|request| std::future::ready(Ok::<_, Infallible>(self.answer(&request))));
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10)).max_buf_size(16 * 1024);
        let served = builder.serve_connection(TokioIo::new(stream), service).await;
        // A client that breaks off harms only itself.
        drop(served);
    }

    fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return text(StatusCode::METHOD_NOT_ALLOWED, "expected GET\n");
        }
        match request.uri().path() {
            "/livez" => text(StatusCode::OK, "alive\n"),
            "/readyz" if self.stop.is_stopped() => text(StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
            "/readyz" => text(StatusCode::OK, "ready\n"),
            "/metrics" if self.admits(request) => self.metrics(),
            "/traffic" if self.admits(request) => self.traffic(),
            "/metrics" | "/traffic" => text(StatusCode::UNAUTHORIZED, "expected the admin token\n"),
            _ => text(StatusCode::NOT_FOUND, "expected /livez, /readyz, /metrics or /traffic\n"),
        }
    }

    fn admits(&self, request: &Request<Incoming>) -> bool {
        let Some(token) = &self.token else { return true };
        let mut given = request.headers().get_all(header::AUTHORIZATION).iter();
        // Of two, nobody knows which one is meant.
        let (Some(given), None) = (given.next(), given.next()) else { return false };
        // A value that is not ASCII is not the token, which is.
        given.to_str().is_ok_and(|given| {
            given.strip_prefix("Bearer ").is_some_and(|given| token.is(&Secret::new(given)))
        })
    }

    fn traffic(&self) -> Response<Full<Bytes>> {
        let Some(shown) = self.bridge.traffic() else {
            return text(StatusCode::NOT_FOUND, "no samples of traffic are kept: start with --traffic\n");
        };
        let mut response = text(StatusCode::OK, shown);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }

    fn metrics(&self) -> Response<Full<Bytes>> {
        let mut response = text(StatusCode::OK, self.bridge.metrics_text());
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(OPEN_METRICS));
        response
    }
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}
