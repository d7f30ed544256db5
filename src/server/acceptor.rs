//! One thread accepts, and hands each connection to the thread that has the fewest.
//!
//! If the threads shared the socket, whichever wakes up first would accept all of a burst: of 64 connections that a
//! load balancer opened and kept, 62 were one thread's. With `SO_REUSEPORT` the kernel would spread them by their addresses,
//! also to a thread that is busy, and to other processes.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;

use super::bounds::Bounds;
use super::listener::registered;
use super::stop::Stop;
use crate::bridge::Metrics;

/// A connection that a thread is to serve.
pub(super) struct Accepted {
    pub(super) stream: std::net::TcpStream,
    pub(super) address: SocketAddr,
    /// Whoever serves it keeps this until it is closed.
    pub(super) place: Place,
}

/// A connection's place among those of the process and of its thread, until it is dropped.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    load: Arc<AtomicUsize>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.load.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A thread, as seen from here.
struct Worker {
    /// Not bounded itself: there are never more in it than connections.
    inbox: UnboundedSender<Accepted>,
    /// Its connections.
    load: Arc<AtomicUsize>,
}

impl Worker {
    fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }

    /// A place among the connections of this thread.
    fn place(&self, permit: OwnedSemaphorePermit) -> Place {
        self.load.fetch_add(1, Ordering::Relaxed);
        Place { _permit: permit, load: self.load.clone() }
    }
}

/// What accepts.
pub(super) struct Acceptor {
    workers: Vec<Worker>,
    bounds: Bounds,
    metrics: Metrics,
}

impl Acceptor {
    /// One without threads yet.
    pub(super) fn new(bounds: Bounds, metrics: Metrics) -> Self {
        Self { workers: Vec::new(), bounds, metrics }
    }

    /// The connections of one more thread. They end when this does.
    pub(super) fn worker(&mut self) -> UnboundedReceiver<Accepted> {
        let (inbox, accepted) = unbounded_channel();
        self.workers.push(Worker { inbox, load: Arc::default() });
        accepted
    }

    /// Accepts at `listener`, on a thread of its own, until `stop` is said and whoever sends clients here had time to notice.
    pub(super) fn start(self, listener: std::net::TcpListener, stop: Stop) -> io::Result<JoinHandle<()>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = registered(&runtime, listener)?;
        let thread = std::thread::Builder::new().name("accept".to_owned());
        thread.spawn(move || runtime.block_on(self.run(listener, stop)))
    }

    async fn run(self, listener: TcpListener, stop: Stop) {
        let notice = Duration::from_millis(self.bounds.limits.drain_notice);
        let stopped = async {
            stop.stopped().await;
            sleep(notice).await;
        };
        tokio::pin!(stopped);
        loop {
            tokio::select! {
                () = &mut stopped => return,
                accepted = listener.accept() => match accepted {
                    Ok((stream, address)) => self.admit(stream, address),
                    // That client went away; the next one may be there.
                    Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                    // No file descriptors, most likely: asking again at once would help nobody.
                    Err(_) => sleep(Duration::from_millis(20)).await,
                },
            }
        }
    }

    /// A connection above the bound is closed at once.
    fn admit(&self, stream: TcpStream, address: SocketAddr) {
        match (self.bounds.connections.clone().try_acquire_owned(), stream.into_std()) {
            (Ok(permit), Ok(stream)) => self.hand_over(stream, address, permit),
            // There is nothing that a client above the bound could be told in time.
            (Err(_), _) => self.metrics.dropped("connections"),
            // Another thread's runtime is to watch it; one for which that fails is as good as one that the client closed.
            (Ok(_), Err(_)) => self.metrics.dropped("socket"),
        }
    }

    fn hand_over(&self, stream: std::net::TcpStream, address: SocketAddr, permit: OwnedSemaphorePermit) {
        let Some(least) = self.workers.iter().min_by_key(|worker| worker.load()) else { return };
        let accepted = Accepted { stream, address, place: least.place(permit) };
        // A thread ends only when this one does, or by a defect.
        if least.inbox.send(accepted).is_err() {
            self.metrics.dropped("defect");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::listener::bind;
    use super::*;
    use crate::bridge::Bridge;
    use crate::limits::{HttpLimits, Limits};

    /// A load balancer opens its connections at once and keeps them.
    #[test]
    fn a_burst_of_connections_is_spread_evenly() {
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
        let (address, stop) = (listener.local_addr().expect("an address"), Stop::default());
        let bridge = Bridge::new(Vec::new(), Limits::default()).expect("no two fronts at one path");
        let bounds = Bounds::new(HttpLimits { connections: 9, ..HttpLimits::default() }, None);
        let mut acceptor = Acceptor::new(bounds, bridge.metrics().clone());
        let mut workers = [acceptor.worker(), acceptor.worker(), acceptor.worker()];
        let thread = acceptor.start(listener, stop.clone()).expect("a thread");
        let _clients: Vec<_> =
            (0..9).map(|_| std::net::TcpStream::connect(address).expect("connected")).collect();
        let mut held: Vec<Vec<Accepted>> = Vec::new();
        for worker in &mut workers {
            held.push((0..3).map(|_| worker.blocking_recv().expect("a connection")).collect());
        }
        held[1].clear();
        let _another = std::net::TcpStream::connect(address).expect("connected");
        assert!(workers[1].blocking_recv().is_some(), "to the one that has the fewest");
        stop.stop();
        thread.join().expect("it ends");
        assert!(workers.iter_mut().all(|worker| worker.blocking_recv().is_none()));
    }
}
