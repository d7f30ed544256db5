//! Serving connections: their protocol, their deadlines, and an end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, join, split};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use super::acceptor::Accepted;
use super::guard::Guard;
use super::protocol::{self, PREFACE, Protocol};
use super::tls::{Secured, Tls};
use crate::bridge::{Bridge, Peer};
use crate::limits::HttpLimits;

/// What the connections of a process share.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    pub(super) limits: HttpLimits,
    pub(super) tls: Option<Tls>,
    pub(super) connections: Arc<Semaphore>,
    pub(super) exchanges: Arc<Semaphore>,
}

impl Bounds {
    pub(super) fn new(limits: HttpLimits, tls: Option<Tls>) -> Self {
        let connections = Arc::new(Semaphore::new(limits.connections));
        Self { limits, tls, connections, exchanges: Arc::new(Semaphore::new(limits.concurrent)) }
    }
}

/// Serves `bridge` on each connection of `inbox`, until there are no more and what was in flight is done, or the time for it
/// is over.
pub(super) async fn serve(mut inbox: UnboundedReceiver<Accepted>, bridge: Bridge, bounds: Bounds) {
    let graceful = GracefulShutdown::new();
    while let Some(accepted) = inbox.recv().await {
        let (bridge, bounds, watcher) = (bridge.clone(), bounds.clone(), graceful.watcher());
        tokio::spawn(async move {
            let Accepted { stream, address, place } = accepted;
            // A socket that cannot be set up is as good as one that the client closed.
            if let Ok(stream) = ready(stream) {
                connection(stream, address, bridge, &bounds, watcher).await;
            }
            drop(place);
        });
    }
    // What is not done by then is broken off.
    let _ = timeout(Duration::from_millis(bounds.limits.drain), graceful.shutdown()).await;
}

/// Small answers must not wait for more to send.
fn ready(stream: std::net::TcpStream) -> std::io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    TcpStream::from_std(stream)
}

/// A client that breaks off or breaks the protocol harms only itself.
async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    bridge: Bridge,
    bounds: &Bounds,
    watcher: Watcher,
) {
    let deadline = Duration::from_millis(bounds.limits.head_deadline);
    let metrics = bridge.metrics().clone();
    let guard = |peer| Guard::new(bridge, bounds.exchanges.clone(), metrics.clone(), peer);
    match &bounds.tls {
        None => {
            let Some(protocol) = protocol::of(&stream, deadline).await else { return };
            let service = guard(Peer { address, secure: false, certificate: None });
            speak(stream, protocol, service, &bounds.limits, watcher).await;
        }
        Some(tls) => {
            let handshake = timeout(deadline, tls.accept(stream, address)).await;
            let Ok(Some(Secured { peer, stream, protocol })) = handshake else {
                return metrics.dropped("tls");
            };
            secured(stream, protocol, guard(peer), &bounds.limits, watcher).await;
        }
    }
}

/// hyper waits for the preface of HTTP/2 without a deadline, so that it is taken here and handed on.
async fn secured<S>(
    mut stream: S,
    protocol: Protocol,
    service: Guard<Bridge>,
    limits: &HttpLimits,
    watcher: Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    if protocol == Protocol::Http1 {
        return speak(stream, protocol, service, limits, watcher).await;
    }
    let mut seen = [0; PREFACE.len()];
    let deadline = Duration::from_millis(limits.head_deadline);
    let taken = timeout(deadline, stream.read_exact(&mut seen)).await;
    if matches!(taken, Ok(Ok(_))) && seen == *PREFACE {
        let (read, write) = split(stream);
        speak(join(PREFACE.chain(read), write), protocol, service, limits, watcher).await;
    }
}

async fn speak<S>(
    stream: S,
    protocol: Protocol,
    service: Guard<Bridge>,
    limits: &HttpLimits,
    watcher: Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let deadline = Duration::from_millis(limits.head_deadline);
    let (stream, metrics) = (TokioIo::new(stream), service.metrics());
    let served = match protocol {
        Protocol::Http1 => watcher.watch(http1(limits, deadline).serve_connection(stream, service)).await,
        Protocol::Http2 => watcher.watch(http2(limits, deadline).serve_connection(stream, service)).await,
    };
    if served.is_err_and(|error| error.is_parse()) {
        metrics.dropped("framing");
    }
}

fn http1(limits: &HttpLimits, deadline: Duration) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(deadline);
    builder.max_buf_size(limits.head.max(8192)).max_headers(limits.headers);
    builder
}

fn http2(limits: &HttpLimits, deadline: Duration) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.timer(TokioTimer::new()).keep_alive_interval(deadline).keep_alive_timeout(deadline);
    builder.max_header_list_size(limits.head as u32).max_concurrent_streams(128);
    builder
}
