//! Serving connections: their protocol, their deadlines, and an end.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, join, split};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::acceptor::Accepted;
use super::bounds::Bounds;
use super::connection::Connection;
use super::drain;
use super::listener::Entry;
use super::protocol::{self, PREFACE, Protocol};
use super::proxied;
use super::stop::{Phase, Stop};
use super::talk::{Talk, Tasks, Unread, Watched};
use super::timer::HeadTimer;
use super::tls::Secured;
use crate::bridge::{Bridge, By, Metrics, Peer};
use crate::limits::HttpLimits;

/// What a thread serves its connections with.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    pub(super) bridge: Bridge,
    pub(super) bounds: Bounds,
    pub(super) stop: Stop,
}

impl Worker {
    /// Serves each connection of `inbox`, until there are no more and what was in flight is done, or the time for it is over. Gives the
    /// number of connections that are broken off then.
    pub(super) async fn serve(self, mut inbox: UnboundedReceiver<Accepted>) -> usize {
        let open = watch::Sender::new(());
        while let Some(Accepted { stream, address, entry, place }) = inbox.recv().await {
            let (worker, open) = (self.clone(), open.subscribe());
            tokio::spawn(async move {
                match ready(stream) {
                    Ok(stream) => worker.entered(stream, address, entry).await,
                    // As good as one that the client closed.
                    Err(_) => worker.bridge.metrics().dropped("socket"),
                }
                drop((place, open));
            });
        }
        let mut done = pin!(async {
            open.closed().await;
            // Those go on whose clients went away and may ask again.
            self.bridge.idle().await;
        });
        tokio::select! {
            () = &mut done => return 0,
            () = sleep(Duration::from_millis(self.bounds.limits.drain)) => {}
            () = self.stop.reached(Phase::Ending) => {}
        }
        self.bridge.cut_off();
        self.stop.end();
        match timeout(LAST_WORDS, done).await {
            Ok(()) => 0,
            Err(_) => open.receiver_count(),
        }
    }

    /// Looks who is at the other end, where a proxy says that.
    async fn entered(&self, mut stream: TcpStream, address: SocketAddr, entry: Entry) {
        let Entry { proxied, only } = entry;
        let mut by = By { only, ..By::default() };
        let (mut client, mut phases) = (address, self.stop.phases());
        if proxied {
            let deadline = Duration::from_millis(self.bounds.limits.head_deadline);
            let told = if self.bridge.trusts_proxy(address.ip()) {
                drain::entering(proxied::client(&mut stream, deadline), &mut phases).await
            } else {
                Some(Err(ErrorKind::PermissionDenied.into()))
            };
            match told {
                Some(Ok(Some(told))) => (client, by.proxy) = (told, Some(address.ip())),
                // The proxy itself asks, whether anyone is here.
                Some(Ok(None)) => {}
                Some(Err(_)) => return self.bridge.metrics().dropped("proxy_protocol"),
                None => return,
            }
        }
        let by = by.is_something().then(|| Arc::new(by));
        let peer = Peer { by, ..Peer::new(client, false, None) };
        self.connection(stream, peer, phases).await;
    }

    /// A client that breaks off or breaks the protocol harms only itself.
    async fn connection(&self, stream: TcpStream, peer: Peer, mut phases: watch::Receiver<Phase>) {
        let limits = &self.bounds.limits;
        let deadline = Duration::from_millis(limits.head_deadline);
        let talk = Talk::new(self.stop.leaving());
        match &self.bounds.tls {
            None => {
                let service = self.service(peer, talk.clone());
                let told = tokio::select! {
                    biased;
                    told = protocol::of(&stream, deadline) => told,
                    () = drain::unasked(&mut phases) => Err(ErrorKind::TimedOut.into()),
                };
                match told {
                    Ok(protocol) => Session { service, limits, talk, phases }.speak(stream, protocol).await,
                    // Whoever says nothing, or goes away, is told nothing.
                    Err(_) => self.bridge.metrics().dropped("silent"),
                }
            }
            Some(tls) => {
                let handshake = timeout(deadline, tls.accept(stream, peer.address));
                match drain::entering(handshake, &mut phases).await {
                    Some(Ok(Ok(Secured { peer: shown, stream, protocol }))) => {
                        let service = self.service(Peer { by: peer.by, ..shown }, talk.clone());
                        Session { service, limits, talk, phases }.secured(stream, protocol).await;
                    }
                    // Strangers who try must not fill the log; they are counted.
                    Some(Ok(Err(_)) | Err(_)) => self.bridge.metrics().dropped("tls"),
                    None => {}
                }
            }
        }
    }

    fn service(&self, peer: Peer, talk: Arc<Talk>) -> Connection {
        Connection::new(self.bridge.clone(), peer, talk)
    }
}

/// Time for what is said to those whose time is over.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Small answers must not wait for more to send.
fn ready(stream: std::net::TcpStream) -> std::io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    TcpStream::from_std(stream)
}

/// One connection, once it is known who is at the other end.
struct Session<'s> {
    service: Connection,
    limits: &'s HttpLimits,
    talk: Arc<Talk>,
    phases: watch::Receiver<Phase>,
}

impl Session<'_> {
    /// hyper waits for the preface of HTTP/2 without a deadline, so that it is taken here and handed on.
    async fn secured<S>(self, mut stream: S, protocol: Protocol)
    where
        S: AsyncRead + AsyncWrite + Unread + Unpin + Send + 'static,
    {
        if protocol == Protocol::Http1 {
            return self.http1(stream).await;
        }
        let mut seen = [0; PREFACE.len()];
        let deadline = Duration::from_millis(self.limits.head_deadline);
        let taken = timeout(deadline, stream.read_exact(&mut seen)).await;
        if matches!(taken, Ok(Ok(_))) && seen == *PREFACE {
            let (read, write) = split(stream);
            self.http2(join(PREFACE.chain(read), write)).await;
        }
    }

    async fn speak(self, stream: TcpStream, protocol: Protocol) {
        match protocol {
            Protocol::Http1 => self.http1(stream).await,
            Protocol::Http2 => self.http2(stream).await,
        }
    }

    async fn http1<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unread + Unpin + Send + 'static,
    {
        let Self { service, limits, talk, phases } = self;
        let metrics = service.metrics().clone();
        let stream = TokioIo::new(Watched { stream, talk: talk.clone() });
        let deadline = Duration::from_millis(limits.head_deadline);
        // Pinned where it is made: it is large, and would be in the future once for each move.
        let connection = pin!(http1(limits, deadline).serve_connection(stream, service));
        ended(drain::http1(connection, &talk, phases).await, &metrics);
    }

    async fn http2<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { service, limits, talk, phases } = self;
        let metrics = service.metrics().clone();
        let deadline = Duration::from_millis(limits.head_deadline);
        let builder = http2(limits, deadline, Tasks(talk.clone()));
        let connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        ended(drain::http2(connection, &talk, phases).await, &metrics);
    }
}

fn ended(served: hyper::Result<()>, metrics: &Metrics) {
    if served.is_err_and(|error| error.is_parse()) {
        metrics.dropped("framing");
    }
}

fn http1(limits: &HttpLimits, deadline: Duration) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(HeadTimer::default()).header_read_timeout(deadline);
    builder.max_buf_size(limits.head.max(8192)).max_headers(limits.headers);
    builder
}

fn http2(limits: &HttpLimits, deadline: Duration, tasks: Tasks) -> http2::Builder<Tasks> {
    let mut builder = http2::Builder::new(tasks);
    builder.timer(TokioTimer::new()).keep_alive_interval(deadline).keep_alive_timeout(deadline);
    builder.max_header_list_size(limits.head as u32).max_concurrent_streams(128);
    builder
}
