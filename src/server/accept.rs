//! Serving connections: their protocol, their deadlines, and an end.

use std::future::pending;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep, timeout};

use super::acceptor::Accepted;
use super::bounds::Bounds;
use super::connection::{Connection, Metered};
use super::meter::{Meter, Verdict, Watch};
use super::protocol::{self, Begun, Protocol};
use super::stream::ClientStream;
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
        let ending = watch::Sender::new(());
        let bridge = self.bridge.clone();
        tokio::spawn(async move { bridge.keep_pace().await });
        while let Some(Accepted { stream, address, place }) = inbox.recv().await {
            let (worker, ended) = (self.clone(), ending.subscribe());
            tokio::spawn(async move {
                match ready(stream) {
                    Ok(stream) => worker.connection(stream, address, ended).await,
                    // As good as one that the client closed.
                    Err(_) => worker.bridge.metrics().dropped("socket"),
                }
                drop(place);
            });
        }
        let done = async {
            ending.send_replace(());
            ending.closed().await;
            // Those go on whose clients went away and may ask again.
            self.bridge.idle().await;
        };
        if timeout(Duration::from_millis(self.bounds.limits.drain), done).await.is_err() {
            tracing::warn!("exchanges that were not done within limits.http.drain are broken off");
        }
    }

    /// A client that breaks off or breaks the protocol harms only itself.
    async fn connection(&self, mut stream: TcpStream, address: SocketAddr, ended: Ended) {
        let limits = &self.bounds.limits;
        let deadline = Duration::from_millis(limits.head_deadline);
        match &self.bounds.tls {
            None => {
                let service = self.service(Peer::new(address, false, None));
                match protocol::of(&mut stream, deadline).await {
                    Ok((protocol, begun)) => {
                        Session { service, limits, ended }.speak(stream, protocol, begun).await;
                    }
                    // Whoever says nothing, or goes away, is told nothing.
                    Err(_) => self.bridge.metrics().dropped("silent"),
                }
            }
            // Boxed, so that a connection without TLS does not carry the room for it.
            Some(tls) => {
                Box::pin(async move {
                    match timeout(deadline, tls.accept(stream, address)).await {
                        Ok(Ok(Secured { peer, stream, protocol })) => {
                            let service = self.service(peer);
                            Session { service, limits, ended }.secured(stream, protocol).await;
                        }
                        // Strangers who try must not fill the log; they are counted.
                        Ok(Err(_)) | Err(_) => self.bridge.metrics().dropped("tls"),
                    }
                })
                .await
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

/// Says when the thread is to end. While there is one, the thread waits.
type Ended = watch::Receiver<()>;

/// One connection, once it is known who is at the other end.
struct Session<'s> {
    service: Connection,
    limits: &'s HttpLimits,
    ended: Ended,
}

impl Session<'_> {
    /// hyper waits for the preface of HTTP/2 without a deadline, so that it is read here and handed on.
    async fn secured<S>(self, mut stream: S, protocol: Protocol)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
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
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let metrics = self.service.metrics().clone();
        let stream = ClientStream::new(stream, begun, self.limits);
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
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { service, limits, ended } = self;
        let timer = HeadTimer::new(Duration::from_millis(limits.head_deadline));
        let longest = limits.head.max(8192);
        let stream = TokioIo::new(stream.framed(longest, timer.clone()));
        let mut builder = http1::Builder::new();
        builder.timer(timer).header_read_timeout(Duration::from_millis(limits.idle)).half_close(true);
        builder.max_buf_size(longest).max_headers(limits.headers);
        let connection = builder.serve_connection(stream, service);
        Life::new(limits, ended).of(connection, None).await
    }

    async fn http2<S>(self, stream: ClientStream<S>) -> hyper::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { service, limits, ended } = self;
        let deadline = Duration::from_millis(limits.head_deadline);
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new()).keep_alive_interval(deadline).keep_alive_timeout(deadline);
        builder.max_header_list_size(limits.head as u32).max_concurrent_streams(128);
        let meter = Arc::new(Meter::default());
        let connection = builder.serve_connection(TokioIo::new(stream), Metered::new(service, meter.clone()));
        let watched = Watched { watch: Watch::new(limits), meter };
        Life::new(limits, ended).of(connection, Some(watched)).await
    }
}

/// How long a connection lives.
struct Life {
    age: Duration,
    ended: Ended,
}

/// A connection that is looked at from time to time.
struct Watched {
    watch: Watch,
    meter: Arc<Meter>,
}

impl Life {
    fn new(limits: &HttpLimits, ended: Ended) -> Self {
        Self { age: Duration::from_millis(limits.age), ended }
    }

    /// Drives `connection` until it ends. When the thread is to end, or its time is over, what has been asked is answered and no more.
    async fn of<C: GracefulConnection>(
        mut self,
        connection: C,
        mut watched: Option<Watched>,
    ) -> Result<(), C::Error> {
        let mut connection = pin!(connection);
        let mut over = pin!(async move {
            tokio::select! {
                // The sender lives until all are over.
                _ = self.ended.changed() => {}
                () = sleep(self.age) => {}
            }
        });
        let mut interval = watched.as_ref().map(|watched| every(watched.watch.interval()));
        let mut told = false;
        loop {
            tokio::select! {
                biased;
                served = connection.as_mut() => return served,
                () = over.as_mut(), if !told => {
                    told = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = tick(&mut interval) => {
                    let Some(Watched { watch, meter }) = &mut watched else { continue };
                    match watch.look(meter) {
                        Verdict::Keep => {}
                        Verdict::Finish => connection.as_mut().graceful_shutdown(),
                        Verdict::Drop => return Ok(()),
                    }
                }
            }
        }
    }
}

/// Ticks after each `period`. A tick that is late is none that was missed: the client shall have its whole time.
fn every(period: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

async fn tick(interval: &mut Option<Interval>) {
    match interval {
        None => pending().await,
        Some(interval) => {
            interval.tick().await;
        }
    }
}
