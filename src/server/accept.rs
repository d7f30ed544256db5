//! Serving connections: their protocol, their deadlines, and an end.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::acceptor::Accepted;
use super::bounds::Bounds;
use super::connection::{Connection, Metered};
use super::drain;
use super::life::Life;
use super::listener::Entry;
use super::meter::Meter;
use super::protocol::{self, Begun, Protocol};
use super::proxied;
use super::stop::{Phase, Stop};
use super::stream::ClientStream;
use super::talk::{Talk, Tasks, Unread, Watched};
use super::timer::HeadTimer;
use super::tls::{Secured, Tls};
use crate::bridge::{Bridge, By, Peer};
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
        let (open, bridge) = (watch::Sender::new(()), self.bridge.clone());
        tokio::spawn(async move { bridge.keep_pace().await });
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
        let Entry { proxied, only, plain } = entry;
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
        let tls = self.bounds.tls.as_ref().filter(|_| !plain);
        self.connection(Incoming { stream, peer, tls }, phases).await;
    }

    /// A client that breaks off or breaks the protocol harms only itself.
    async fn connection(&self, incoming: Incoming<'_>, mut phases: watch::Receiver<Phase>) {
        let Incoming { mut stream, peer, tls } = incoming;
        let limits = &self.bounds.limits;
        let deadline = Duration::from_millis(limits.head_deadline);
        let talk = Talk::new(self.stop.leaving());
        match tls {
            None => {
                let service = self.service(peer, talk.clone());
                let told = tokio::select! {
                    biased;
                    told = protocol::of(&mut stream, deadline) => told,
                    () = drain::unasked(&mut phases) => Err(ErrorKind::TimedOut.into()),
                };
                match told {
                    Ok((protocol, begun)) => {
                        Session { service, limits, talk, phases }.speak(stream, protocol, begun).await;
                    }
                    // Whoever says nothing, or goes away, is told nothing.
                    Err(_) => self.bridge.metrics().dropped("silent"),
                }
            }
            // Boxed, so that a connection without TLS does not carry the room for it.
            Some(tls) => {
                Box::pin(async move {
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
                })
                .await
            }
        }
    }

    fn service(&self, peer: Peer, talk: Arc<Talk>) -> Connection {
        Connection::new(self.bridge.clone(), peer, talk)
    }
}

/// A client that has come, and TLS if it is spoken with it.
struct Incoming<'t> {
    stream: TcpStream,
    peer: Peer,
    tls: Option<&'t Tls>,
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
    /// hyper waits for the preface of HTTP/2 without a deadline, so that it is read here and handed on.
    async fn secured<S>(self, mut stream: S, protocol: Protocol)
    where
        S: AsyncRead + AsyncWrite + Unread + Unpin + Send + 'static,
    {
        if protocol == Protocol::Http1 {
            return self.speak(stream, protocol, Begun::default()).await;
        }
        let deadline = Duration::from_millis(self.limits.head_deadline);
        match protocol::of(&mut stream, deadline).await {
            Ok((Protocol::Http2, begun)) => self.speak(stream, protocol, begun).await,
            // Not what its handshake said, or nothing.
            Ok((Protocol::Http1, _)) | Err(_) => self.service.metrics().dropped("silent"),
        }
    }

    /// What one protocol needs and the other does not is boxed: a connection that rests takes no more room than its own.
    async fn speak<S>(self, stream: S, protocol: Protocol, begun: Begun)
    where
        S: AsyncRead + AsyncWrite + Unread + Unpin + Send + 'static,
    {
        let metrics = self.service.metrics().clone();
        let stream = ClientStream::new(stream, begun, self.limits).counted(&metrics);
        let served = match protocol {
            Protocol::Http1 => Box::pin(self.http1(stream)).await,
            Protocol::Http2 => Box::pin(self.http2(stream)).await,
        };
        if served.is_err_and(|error| error.is_parse()) {
            metrics.dropped("framing");
        }
    }

    async fn http1<S>(self, stream: ClientStream<S>) -> hyper::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unread + Unpin + Send + 'static,
    {
        let Self { service, limits, talk, phases } = self;
        let timer = HeadTimer::new(Duration::from_millis(limits.head_deadline));
        let longest = limits.head.max(8192);
        let stream = Watched { stream: stream.framed(longest, timer.clone()), talk: talk.clone() };
        let mut builder = http1::Builder::new();
        builder.timer(timer).header_read_timeout(Duration::from_millis(limits.idle)).half_close(true);
        builder.max_buf_size(longest);
        // To say what holds anyway makes hyper fill room for so many headers before it reads a head.
        if limits.headers != HYPER_HEADERS {
            builder.max_headers(limits.headers);
        }
        // Pinned where it is made: it is large, and would be in the future once for each move.
        let connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        drain::http1(Life::new(connection, limits), &talk, phases).await
    }

    async fn http2<S>(self, stream: ClientStream<S>) -> hyper::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { service, limits, talk, phases } = self;
        let deadline = Duration::from_millis(limits.head_deadline);
        let mut builder = http2::Builder::new(Tasks(talk.clone()));
        builder.timer(TokioTimer::new()).keep_alive_interval(deadline).keep_alive_timeout(deadline);
        builder.max_header_list_size(limits.head as u32).max_concurrent_streams(128);
        let (meter, metrics) = (Arc::new(Meter::default()), service.metrics().clone());
        let service = Metered::new(service, meter.clone());
        let connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        drain::http2(Life::new(connection, limits).metered(limits, meter, metrics), &talk, phases).await
    }
}

/// The headers that hyper takes where nothing else is said.
const HYPER_HEADERS: usize = 100;
