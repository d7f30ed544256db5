//! Threads: each with a runtime, a listener and connections to backends of its own.

use std::net::SocketAddr;
use std::thread::JoinHandle;

use tokio::net::TcpListener;

use super::accept::{Bounds, bind, serve};
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
            // A thread that panicked has ended as well.
            let _ = thread.join();
        }
    }
}

/// Starts `threads` threads that serve `bridge` at `address`; port 0 takes a free one.
pub fn start(
    address: SocketAddr,
    bridge: &Bridge,
    limits: HttpLimits,
    threads: usize,
) -> std::io::Result<Running> {
    start_tls(address, bridge, limits, threads, None)
}

/// The same, over TLS where there is one.
pub fn start_tls(
    address: SocketAddr,
    bridge: &Bridge,
    limits: HttpLimits,
    threads: usize,
    tls: Option<Tls>,
) -> std::io::Result<Running> {
    let secure = tls.is_some();
    let first = bind(address)?;
    let address = first.local_addr()?;
    let mut listeners = vec![first];
    for _ in 1..threads.max(1) {
        listeners.push(bind(address)?);
    }
    let (stop, bounds) = (Stop::default(), Bounds::new(limits, tls));
    let spawn = |listener| thread(listener, bridge.for_thread(), bounds.clone(), stop.clone());
    let threads = listeners.into_iter().map(spawn).collect::<std::io::Result<_>>()?;
    Ok(Running { address, secure, stop, threads })
}

fn thread(
    listener: std::net::TcpListener,
    bridge: Bridge,
    bounds: Bounds,
    stop: Stop,
) -> std::io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("saponify".to_owned()).spawn(move || {
        runtime.block_on(async move {
            // The socket is already non-blocking, and the runtime is running.
            if let Ok(listener) = TcpListener::from_std(listener) {
                serve(listener, bridge, bounds, stop).await;
            }
        });
    })
}
