//! The listening socket.

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::runtime::Runtime;

#[cfg(target_os = "linux")]
use crate::limits::UNSENT;

/// A socket that listens at `address`, port 0 taking a free one. Errors: above all an address where something listens.
///
/// With `SO_REUSEPORT` each thread could have a socket of its own, but then a second process could listen at the same address
/// without a word, and the kernel would send it half of the requests.
pub(super) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Old connections of a port may still be closing when it is taken again. What still listens is an error all the same.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    keep_little(&socket)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
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
const BACKLOG: i32 = 1024;

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
