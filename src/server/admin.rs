//! The operator's listener: `/livez`, `/readyz`, `/metrics`, `/traffic` and `POST /reload`, on a thread of its own, so that it answers when everything else
//! is busy.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use http::{Method, Request, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::sleep;

use super::answers::{Answer, text, with};
use super::listener::{bind, registered};
use super::reloads::{Asking, Reloaded};
use super::stop::Stop;
use super::traffic;
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
    /// Whom to ask to read the files again.
    pub reload: Asking,
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
        let mut open: VecDeque<AbortHandle> = VecDeque::new();
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    open.retain(|connection| !connection.is_finished());
                    self.make_place(&mut open);
                    let admin = self.clone();
                    open.push_back(tokio::spawn(async move { admin.serve(stream).await }).abort_handle());
                }
                // No file descriptors, most likely: asking again at once would help nobody.
                Err(_) => sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// Closes the connection that was opened first, where there are as many as there may be: it had most time to ask, and whoever
    /// says nothing keeps nobody out.
    fn make_place(&self, open: &mut VecDeque<AbortHandle>) {
        if open.len() >= CONNECTIONS
            && let Some(oldest) = open.pop_front()
        {
            oldest.abort();
            self.bridge.metrics().dropped("admin");
        }
    }

    async fn serve(self, stream: TcpStream) {
        let service = service_fn(|request: Request<Incoming>| {
            let asks = *request.method() == Method::POST && request.uri().path() == "/reload";
            let answer = if asks { self.refused(&request) } else { Some(self.answer(&request)) };
            let admin = &self;
            async move {
                Ok::<_, Infallible>(match answer {
                    Some(answer) => answer,
                    None => admin.reload().await,
                })
            }
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10)).max_buf_size(16 * 1024);
        let served = builder.serve_connection(TokioIo::new(stream), service).await;
        // A client that breaks off harms only itself.
        drop(served);
    }

    /// What a request is refused for that asks to read the files again: whoever may see the metrics may ask. Pages of other sites say where
    /// they are from, and may not.
    fn refused(&self, request: &Request<Incoming>) -> Option<Answer> {
        if !self.admits(request) {
            return Some(text(StatusCode::UNAUTHORIZED, "expected the admin token\n"));
        }
        let is_page = request.headers().contains_key(header::ORIGIN);
        is_page.then(|| text(StatusCode::FORBIDDEN, "expected no page of a browser\n"))
    }

    /// Has the files read again.
    async fn reload(&self) -> Answer {
        match self.reload.ask().await {
            Err(unasked) => text(StatusCode::SERVICE_UNAVAILABLE, format!("{unasked}\n")),
            Ok(Reloaded { taken, lines }) => {
                let status = if taken { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
                text(status, lines.iter().fold(String::new(), |all, line| all + line + "\n"))
            }
        }
    }

    fn answer(&self, request: &Request<Incoming>) -> Answer {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return text(StatusCode::METHOD_NOT_ALLOWED, "expected GET\n");
        }
        match request.uri().path() {
            "/livez" => text(StatusCode::OK, "alive\n"),
            "/readyz" if self.stop.is_leaving() => text(StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
            "/readyz" => text(StatusCode::OK, "ready\n"),
            "/metrics" if self.admits(request) => self.metrics(),
            "/metrics" => text(StatusCode::UNAUTHORIZED, "expected the admin token\n"),
            path if traffic::is_at(path) => self.traffic(request),
            _ => {
                text(StatusCode::NOT_FOUND, "expected /livez, /readyz, /metrics, /traffic or POST /reload\n")
            }
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

    /// The exchanges that are kept. Without a token only this machine reaches the listener, and in a browser of it pages of all sites.
    fn traffic(&self, request: &Request<Incoming>) -> Answer {
        if let Some(page) = traffic::page(&self.bridge, request.uri().path()) {
            return page;
        }
        if !self.admits(request) {
            return text(StatusCode::UNAUTHORIZED, "expected the admin token\n");
        }
        if self.token.is_none() && !traffic::names_an_address(request.headers()) {
            return text(StatusCode::FORBIDDEN, "expected an address or localhost in Host\n");
        }
        traffic::answer(&self.bridge, request.uri())
    }

    fn metrics(&self) -> Answer {
        with(text(StatusCode::OK, self.bridge.metrics_text()), header::CONTENT_TYPE, OPEN_METRICS)
    }
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
