//! Serving connections: their protocol, their deadlines, and an end.

use std::net::SocketAddr;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, join, split};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use super::acceptor::Accepted;
use super::bounds::Bounds;
use super::connection::Connection;
use super::protocol::{self, PREFACE, Protocol};
use super::timer::HeadTimer;
use super::tls::Secured;
use crate::bridge::{Bridge, Peer};
use crate::limits::HttpLimits;

/// What a thread serves its connections with.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    pub(super) bridge: Bridge,
    pub(super) bounds: Bounds,
}

impl Worker {
    /// Serves each connection of `inbox`, until there are no more and what was in flight is done, or the time for it is over.
    pub(super) async fn serve(self, mut inbox: UnboundedReceiver<Accepted>) {
        let graceful = GracefulShutdown::new();
        while let Some(Accepted { stream, address, place }) = inbox.recv().await {
            let (worker, watcher) = (self.clone(), graceful.watcher());
            tokio::spawn(async move {
                match ready(stream) {
                    Ok(stream) => worker.connection(stream, address, watcher).await,
                    // As good as one that the client closed.
                    Err(_) => worker.bridge.metrics().dropped("socket"),
                }
                drop(place);
            });
        }
        let done = async {
            graceful.shutdown().await;
            // Those go on whose clients went away and may ask again.
            self.bridge.idle().await;
        };
        if timeout(Duration::from_millis(self.bounds.limits.drain), done).await.is_err() {
            tracing::warn!("exchanges that were not done within limits.http.drain are broken off");
        }
    }

    /// A client that breaks off or breaks the protocol harms only itself.
    async fn connection(&self, stream: TcpStream, address: SocketAddr, watcher: Watcher) {
        let limits = &self.bounds.limits;
        let deadline = Duration::from_millis(limits.head_deadline);
        match &self.bounds.tls {
            None => {
                let service = self.service(Peer::new(address, false, None));
                match protocol::of(&stream, deadline).await {
                    Ok(protocol) => Session { service, limits, watcher }.speak(stream, protocol).await,
                    // Whoever says nothing, or goes away, is told nothing.
                    Err(_) => self.bridge.metrics().dropped("silent"),
                }
            }
            Some(tls) => {
                match timeout(deadline, tls.accept(stream, address)).await {
                    Ok(Ok(Secured { peer, stream, protocol })) => {
                        let service = self.service(peer);
                        Session { service, limits, watcher }.secured(stream, protocol).await;
                    }
                    // Strangers who try must not fill the log; they are counted.
                    Ok(Err(_)) | Err(_) => self.bridge.metrics().dropped("tls"),
                }
            }
        }
    }

    fn service(&self, peer: Peer) -> Connection {
        Connection::new(self.bridge.clone(), peer)
    }
}

/// Small answers must not wait for more to send.
fn ready(stream: std::net::TcpStream) -> std::io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    TcpStream::from_std(stream)
}

/// One connection, once it is known who is at the other end.
struct Session<'s> {
    service: Connection,
    limits: &'s HttpLimits,
    watcher: Watcher,
}

impl Session<'_> {
    /// hyper waits for the preface of HTTP/2 without a deadline, so that it is taken here and handed on.
    async fn secured<S>(self, mut stream: S, protocol: Protocol)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        if protocol == Protocol::Http1 {
            return self.speak(stream, protocol).await;
        }
        let mut seen = [0; PREFACE.len()];
        let deadline = Duration::from_millis(self.limits.head_deadline);
        let taken = timeout(deadline, stream.read_exact(&mut seen)).await;
        if matches!(taken, Ok(Ok(_))) && seen == *PREFACE {
            let (read, write) = split(stream);
            self.speak(join(PREFACE.chain(read), write), protocol).await;
        }
    }

    async fn speak<S>(self, stream: S, protocol: Protocol)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { service, limits, watcher } = self;
        let deadline = Duration::from_millis(limits.head_deadline);
        let (stream, metrics) = (TokioIo::new(stream), service.metrics().clone());
        let served = match protocol {
            Protocol::Http1 => watcher.watch(http1(limits, deadline).serve_connection(stream, service)).await,
            Protocol::Http2 => watcher.watch(http2(limits, deadline).serve_connection(stream, service)).await,
        };
        if served.is_err_and(|error| error.is_parse()) {
            metrics.dropped("framing");
        }
    }
}

fn http1(limits: &HttpLimits, deadline: Duration) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(HeadTimer::default()).header_read_timeout(deadline);
    builder.max_buf_size(limits.head.max(8192));
    // To say what holds anyway makes hyper fill room for so many headers before it reads a head.
    if limits.headers != HYPER_HEADERS {
        builder.max_headers(limits.headers);
    }
    builder
}

fn http2(limits: &HttpLimits, deadline: Duration) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.timer(TokioTimer::new()).keep_alive_interval(deadline).keep_alive_timeout(deadline);
    builder.max_header_list_size(limits.head as u32).max_concurrent_streams(128);
    builder
}

/// The headers that hyper takes where nothing else is said.
const HYPER_HEADERS: usize = 100;
