//! Threads: each with a runtime and connections to backends of its own, and one that accepts.

use std::io;
use std::net::SocketAddr;
use std::thread::JoinHandle;

use tokio::sync::mpsc::UnboundedReceiver;

use super::accept::Worker;
use super::acceptor::{Accepted, Acceptor};
use super::bounds::Bounds;
use super::listener::bind;
use super::stop::Stop;
use super::tls::Tls;
use crate::bridge::Bridge;
use crate::limits::HttpLimits;

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    secure: bool,
    stop: Stop,
    threads: Vec<JoinHandle<()>>,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL without a path: `http://127.0.0.1:8090`.
    pub fn origin(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// What stops it.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Waits until it has stopped.
    pub fn join(self) {
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the server ended by a defect");
            }
        }
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
    let Settings { limits, threads, tls } = settings;
    let secure = tls.is_some();
    bridge.begin();
    let listener = bind(address)?;
    let address = listener.local_addr()?;
    let (stop, bounds) = (Stop::default(), Bounds::new(limits, tls));
    let mut acceptor = Acceptor::new(bounds.clone(), bridge.metrics().clone());
    let spawn = |_| {
        let worker = Worker { bridge: bridge.for_thread(), bounds: bounds.clone() };
        thread(worker, acceptor.worker())
    };
    let mut threads = (0..threads.max(1)).map(spawn).collect::<io::Result<Vec<_>>>()?;
    threads.push(acceptor.start(listener, stop.clone())?);
    Ok(Running { address, secure, stop, threads })
}

fn thread(worker: Worker, inbox: UnboundedReceiver<Accepted>) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = std::thread::Builder::new().name("saponify".to_owned());
    thread.spawn(move || runtime.block_on(worker.serve(inbox)))
}
