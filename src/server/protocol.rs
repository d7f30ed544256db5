//! HTTP/1.1 or HTTP/2: told by the first bytes, which must come in time.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};

/// The protocol of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2 with prior knowledge (RFC 9113 section 3.3).
    Http2,
}

/// Looks at the first bytes of `stream` without taking them. Errors: they do not come before `deadline` has passed, or the
/// client has gone.
pub(super) async fn of(stream: &TcpStream, deadline: Duration) -> io::Result<Protocol> {
    let deadline = Instant::now() + deadline;
    let mut seen = [0; PREFACE.len()];
    loop {
        let length = timeout_at(deadline, stream.peek(&mut seen)).await??;
        match told(seen.get(..length).expect("no more than there is place for")) {
            Some(protocol) => return Ok(protocol),
            None if length == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            // Half a preface: it takes someone slow or someone hostile.
            None => timeout_at(deadline, sleep(Duration::from_millis(10))).await?,
        }
    }
}

fn told(seen: &[u8]) -> Option<Protocol> {
    if seen == PREFACE {
        return Some(Protocol::Http2);
    }
    if PREFACE.starts_with(seen) { None } else { Some(Protocol::Http1) }
}

/// RFC 9113 section 3.4. No method begins like it; a client that sends half of it is told as late as possible, for hyper waits
/// for the other half without a deadline.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preface_tells() {
        for (seen, protocol) in [
            (&b"GET "[..], Some(Protocol::Http1)),
            (b"PO", Some(Protocol::Http1)),
            (b"P", None),
            (b"PRI", None),
            (b"PRI * HTTP/2.0\r\n", None),
            (PREFACE, Some(Protocol::Http2)),
            (b"PRIME / HTTP/1.1", Some(Protocol::Http1)),
            (b"\x16\x03\x01", Some(Protocol::Http1)),
            (b"", None),
        ] {
            assert_eq!(told(seen), protocol, "{seen:?}");
        }
    }
}
