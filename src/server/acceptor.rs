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

use tokio::net::TcpListener;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;

use super::bounds::Bounds;
use super::listener::{BACKLOG, Entry, Listener, registered};
use super::stop::{Phase, Stop};
use crate::bridge::Metrics;

/// A connection that a thread is to serve.
pub(super) struct Accepted {
    pub(super) stream: std::net::TcpStream,
    pub(super) address: SocketAddr,
    pub(super) entry: Entry,
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

    /// Accepts at `listeners`, on a thread of its own, until `stop` says that nothing more is accepted.
    pub(super) fn start(self, listeners: Vec<Listener>, stop: Stop) -> io::Result<JoinHandle<()>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listening =
            |Listener { socket, entry, .. }| registered(&runtime, socket).map(|listener| (listener, entry));
        let listeners = listeners.into_iter().map(listening).collect::<io::Result<Vec<_>>>()?;
        let thread = std::thread::Builder::new().name("accept".to_owned());
        thread.spawn(move || {
            let all = listeners.into_iter().map(|(listener, entry)| self.run(listener, entry, &stop));
            runtime.block_on(futures_util::future::join_all(all));
        })
    }

    async fn run(&self, listener: TcpListener, entry: Entry, stop: &Stop) {
        let mut stopped = std::pin::pin!(stop.reached(Phase::Draining));
        loop {
            tokio::select! {
                () = &mut stopped => return self.admit_waiting(listener, &entry),
                accepted = listener.accept() => match accepted {
                    Ok((stream, address)) => self.admit(stream.into_std(), address, &entry),
                    // That client went away; the next one may be there.
                    Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                    // No file descriptors, most likely: asking again at once would help nobody.
                    Err(_) => sleep(Duration::from_millis(20)).await,
                },
            }
        }
    }

    /// Those that wait to be accepted are connected, as far as their clients know: with the listener they would be lost.
    fn admit_waiting(&self, listener: TcpListener, entry: &Entry) {
        let listener = match listener.into_std() {
            Ok(listener) => listener,
            // It has lost them already.
            Err(_) => return,
        };
        let next = || match listener.accept() {
            Ok(accepted) => Some(Some(accepted)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            // That client went away; the next one may be there.
            Err(_) => Some(None),
        };
        for (stream, address) in std::iter::from_fn(next).take(BACKLOG).flatten() {
            self.admit(stream.set_nonblocking(true).map(|()| stream), address, entry);
        }
    }

    /// A connection above the bound is closed at once.
    fn admit(&self, stream: io::Result<std::net::TcpStream>, address: SocketAddr, entry: &Entry) {
        match (self.bounds.connections.clone().try_acquire_owned(), stream) {
            (Ok(permit), Ok(stream)) => {
                let entry = entry.clone();
                self.hand_over(|place| Accepted { stream, address, entry, place }, permit);
            }
            // There is nothing that a client above the bound could be told in time.
            (Err(_), _) => self.metrics.dropped("connections"),
            // Another thread's runtime is to watch it; one for which that fails is as good as one that the client closed.
            (Ok(_), Err(_)) => self.metrics.dropped("socket"),
        }
    }

    fn hand_over(&self, accepted: impl FnOnce(Place) -> Accepted, permit: OwnedSemaphorePermit) {
        let Some(least) = self.workers.iter().min_by_key(|worker| worker.load()) else { return };
        // A thread ends only when this one does, or by a defect.
        if least.inbox.send(accepted(least.place(permit))).is_err() {
            self.metrics.dropped("defect");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::Bridge;
    use crate::limits::{HttpLimits, Limits};

    /// A load balancer opens its connections at once and keeps them.
    #[test]
    fn a_burst_of_connections_is_spread_evenly() {
        let listener = Listener::bind(SocketAddr::from(([127, 0, 0, 1], 0)), false).expect("a port");
        let (address, stop) = (listener.address(), Stop::default());
        let bridge = Bridge::new(Vec::new(), Limits::default()).expect("no two fronts at one path");
        let bounds = Bounds::new(HttpLimits { connections: 9, ..HttpLimits::default() }, None);
        let mut acceptor = Acceptor::new(bounds, bridge.metrics().clone());
        let mut workers = [acceptor.worker(), acceptor.worker(), acceptor.worker()];
        let thread = acceptor.start(vec![listener], stop.clone()).expect("a thread");
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
