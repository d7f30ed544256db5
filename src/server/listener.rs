//! Listening sockets.

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::runtime::Runtime;

use crate::bridge::Only;
#[cfg(target_os = "linux")]
use crate::limits::UNSENT;

/// A socket that listens, and what is behind it.
#[derive(Debug)]
pub struct Listener {
    pub(super) socket: TcpListener,
    pub(super) address: SocketAddr,
    pub(super) entry: Entry,
}

/// What clients that come by a listener find.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// Whether a proxy says first who its client is.
    pub(super) proxied: bool,
    /// All that there is; by default all services.
    pub(super) only: Option<Only>,
    /// Whether no TLS is spoken there, whatever is elsewhere.
    pub(super) plain: bool,
}

impl Listener {
    /// One at `address`, port 0 taking a free one. Errors: above all an address where something listens; where it is `shared`, only
    /// what does not share it.
    pub fn bind(address: SocketAddr, shared: bool) -> io::Result<Self> {
        Self::of(listening(address, shared)?)
    }

    /// One that somebody else has opened. Errors: it does not listen.
    pub fn inherited(socket: TcpListener) -> io::Result<Self> {
        if !SockRef::from(&socket).is_listener()? {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it does not listen"));
        }
        socket.set_nonblocking(true)?;
        Self::of(socket)
    }

    fn of(socket: TcpListener) -> io::Result<Self> {
        Ok(Self { address: socket.local_addr()?, socket, entry: Entry::default() })
    }

    /// The same, where each connection begins with a header of the PROXY protocol, version 1 or 2, if `proxied`.
    #[must_use]
    pub fn proxied(mut self, proxied: bool) -> Self {
        self.entry.proxied = proxied;
        self
    }

    /// The same for one service or front alone, if one is named.
    #[must_use]
    pub fn only(mut self, only: Option<Only>) -> Self {
        self.entry.only = only;
        self
    }

    /// The same without TLS, whatever others have, if `plain`.
    #[must_use]
    pub fn plain(mut self, plain: bool) -> Self {
        self.entry.plain = plain;
        self
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// A socket that listens at `address`, port 0 taking a free one. Errors: above all an address where something listens.
pub(super) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    listening(address, false)
}

/// With `SO_REUSEPORT` each thread could have a socket of its own, but then a second process could listen at the same address
/// without a word, and the kernel would send it half of the requests: so it is for those who ask for it, to replace one by the other.
fn listening(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Old connections of a port may still be closing when it is taken again. What still listens is an error all the same.
    socket.set_reuse_address(true)?;
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.set_nonblocking(true)?;
    keep_little(&socket)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG as i32)?;
    Ok(socket.into())
}

/// Lets the kernel keep little of an answer that its client does not take, and the connections that are accepted too: it would take
/// megabytes of each, and nobody would see that it is not taken.
#[cfg(target_os = "linux")]
fn keep_little(socket: &Socket) -> io::Result<()> {
    socket.set_tcp_notsent_lowat(UNSENT)
}

/// Elsewhere the kernel keeps what it keeps.
#[cfg(not(target_os = "linux"))]
fn keep_little(_: &Socket) -> io::Result<()> {
    Ok(())
}

/// `listener` for the tasks of `runtime`.
pub(super) fn registered(runtime: &Runtime, listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    let _inside = runtime.enter();
    tokio::net::TcpListener::from_std(listener)
}

/// Connections that wait to be accepted; the kernel takes `net.core.somaxconn` where that is less.
pub(super) const BACKLOG: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_where_something_listens_is_taken() {
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
        let address = listener.local_addr().expect("an address");
        assert_eq!(bind(address).expect_err("it is taken").kind(), io::ErrorKind::AddrInUse);
        drop(listener);
        bind(address).expect("it is free again");
    }
}
