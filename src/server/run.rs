//! Threads: each with a runtime and connections to backends of its own, and one that accepts.

use std::io;
use std::net::SocketAddr;
use std::thread::JoinHandle;

use tokio::sync::mpsc::UnboundedReceiver;

use super::accept::Worker;
use super::acceptor::{Accepted, Acceptor};
use super::bounds::Bounds;
use super::listener::{Entry, Listener};
use super::stop::Stop;
use super::tls::Tls;
use crate::bridge::{Bridge, FrontKind};
use crate::limits::HttpLimits;

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    places: Vec<(SocketAddr, Entry)>,
    secure: bool,
    bridge: Bridge,
    stop: Stop,
    acceptor: JoinHandle<()>,
    /// They give the number of connections that they broke off.
    workers: Vec<JoinHandle<usize>>,
}

/// What a server that has stopped did not finish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// Exchanges that were answered with 503 or 504, as there was no more time.
    pub cut: usize,
    /// Connections that were broken off.
    pub broken: usize,
    /// Threads that did not end.
    pub stuck: usize,
    /// Threads that a defect ended.
    pub defects: usize,
}

impl Running {
    /// Where it listens first.
    pub fn address(&self) -> SocketAddr {
        self.places.first().expect("a server listens somewhere").0
    }

    /// The first of its URLs, without a path: `http://127.0.0.1:8090`.
    pub fn origin(&self) -> String {
        let (address, entry) = self.places.first().expect("a server listens somewhere");
        self.url(*address, entry)
    }

    fn url(&self, address: SocketAddr, entry: &Entry) -> String {
        let scheme = if self.secure && !entry.plain { "https" } else { "http" };
        format!("{scheme}://{address}")
    }

    /// The URLs without a path of where this `front` of the service `name` is.
    pub fn origins(&self, name: &str, front: FrontKind) -> Vec<String> {
        let is_there = |entry: &Entry| entry.only.as_ref().is_none_or(|only| only.has(name, front));
        let places = self.places.iter().filter(|(_, entry)| is_there(entry));
        places.map(|(address, entry)| self.url(*address, entry)).collect()
    }

    /// What stops it.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Gives what is in flight no more time.
    pub fn end(&self) {
        self.bridge.cut_off();
        self.stop.end();
    }

    /// Whether it has stopped.
    pub fn is_finished(&self) -> bool {
        self.acceptor.is_finished() && self.workers.iter().all(JoinHandle::is_finished)
    }

    /// Whether a thread of it has ended, which none does before it is to stop.
    pub fn is_broken(&self) -> bool {
        self.acceptor.is_finished() || self.workers.iter().any(JoinHandle::is_finished)
    }

    /// Waits until it has stopped.
    pub fn join(self) -> Unfinished {
        self.joined(true)
    }

    /// What it has not finished by now.
    pub(super) fn leave_behind(self) -> Unfinished {
        self.joined(false)
    }

    fn joined(self, wait: bool) -> Unfinished {
        let mut unfinished = Unfinished::default();
        for thread in self.workers {
            if !wait && !thread.is_finished() {
                unfinished.stuck += 1;
                continue;
            }
            match thread.join() {
                Ok(broken) => unfinished.broken += broken,
                Err(_) => unfinished.defects += 1,
            }
        }
        if (wait || self.acceptor.is_finished()) && self.acceptor.join().is_err() {
            unfinished.defects += 1;
        }
        Unfinished { cut: self.bridge.cut(), ..unfinished }
    }
}

/// How a server runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Bounds on its connections and exchanges.
    pub limits: HttpLimits,
    /// Its threads; 0 is 1.
    pub threads: usize,
    /// TLS; without it the listener speaks plain HTTP.
    pub tls: Option<Tls>,
}

/// Starts `threads` threads that serve `bridge` at `address`, without TLS; port 0 takes a free one.
pub fn start(
    address: SocketAddr,
    bridge: &Bridge,
    limits: HttpLimits,
    threads: usize,
) -> io::Result<Running> {
    start_with(address, bridge, Settings { limits, threads, tls: None })
}

/// Starts threads that serve `bridge` at `address`; port 0 takes a free one. Errors: an address where something listens, and
/// whatever else keeps a socket or a thread from being made.
pub fn start_with(address: SocketAddr, bridge: &Bridge, settings: Settings) -> io::Result<Running> {
    start_at(vec![Listener::bind(address, false)?], bridge, settings)
}

/// Starts threads that serve `bridge` at `listeners`, of which there is one at least. Errors: whatever keeps a thread from being made.
pub fn start_at(listeners: Vec<Listener>, bridge: &Bridge, settings: Settings) -> io::Result<Running> {
    let Settings { limits, threads, tls } = settings;
    let secure = tls.is_some();
    bridge.begin();
    let places = listeners.iter().map(|listener| (listener.address, listener.entry.clone())).collect();
    let (stop, bounds) = (Stop::default(), Bounds::new(limits, tls));
    let mut acceptor = Acceptor::new(bounds.clone(), bridge.metrics().clone());
    let spawn = |_| {
        let worker = Worker { bridge: bridge.for_thread(), bounds: bounds.clone(), stop: stop.clone() };
        thread(worker, acceptor.worker())
    };
    let workers = (0..threads.max(1)).map(spawn).collect::<io::Result<Vec<_>>>()?;
    let acceptor = acceptor.start(listeners, stop.clone())?;
    Ok(Running { places, secure, bridge: bridge.clone(), stop, acceptor, workers })
}

fn thread(worker: Worker, inbox: UnboundedReceiver<Accepted>) -> io::Result<JoinHandle<usize>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = std::thread::Builder::new().name("saponify".to_owned());
    thread.spawn(move || runtime.block_on(worker.serve(inbox)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn a_thread_that_a_defect_ended_is_noticed() {
        let bridge = Bridge::new(Vec::new(), Limits::default()).expect("no two fronts at one path");
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut running = start(anywhere, &bridge, HttpLimits::default(), 1).expect("a server");
        assert!(!running.is_broken());
        let panicking = std::thread::spawn(|| std::panic::resume_unwind(Box::new("a defect")));
        while !panicking.is_finished() {
            std::thread::yield_now();
        }
        running.workers.push(panicking);
        assert!(running.is_broken());
        running.stop().stop();
        assert_eq!(running.join(), Unfinished { defects: 1, ..Unfinished::default() });
    }
}
