//! Waiting for a backend that is being started.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// A backend that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// What should say where it is says nothing.
    NoUrl,
    /// It accepts no connections.
    Refused,
}

/// Waits until `url` accepts connections, for `time` at most; tries once at least.
pub fn wait(url: &str, time: Duration) -> Result<(), Unreachable> {
    let uri: http::Uri = url.parse().map_err(|_| Unreachable::NoUrl)?;
    let host = uri.host().filter(|_| uri.scheme().is_some()).ok_or(Unreachable::NoUrl)?;
    // The port of the scheme.
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    let (began, host) = (Instant::now(), host.trim_start_matches('[').trim_end_matches(']'));
    while !accepts(host, port) {
        if began.elapsed() >= time {
            return Err(Unreachable::Refused);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn accepts(host: &str, port: u16) -> bool {
    // A name that is not known yet may be soon.
    let Ok(addresses) = (host, port).to_socket_addrs() else { return false };
    addresses.take(8).any(|address| TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok())
}
