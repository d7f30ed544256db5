//! The PROXY protocol, versions 1 and 2: a proxy says who its client is before anything else is said.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use proxy_header::{Error, ParseConfig, ProxyHeader};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};

use crate::limits::PROXY_HEADER_BYTES;

/// Takes the header that `stream` begins with. Gives the client; nothing where the proxy speaks for itself.
///
/// Errors: there is none before `deadline` has passed, it is malformed or too long, or the proxy has gone.
pub(super) async fn client(stream: &mut TcpStream, deadline: Duration) -> io::Result<Option<SocketAddr>> {
    let deadline = Instant::now() + deadline;
    let mut seen = vec![0; PROXY_HEADER_BYTES];
    loop {
        let length = timeout_at(deadline, stream.peek(&mut seen)).await??;
        match proxy_header(seen.get(..length).expect("no more than there is place for")) {
            Ok((client, length)) => {
                stream.read_exact(seen.get_mut(..length).expect("what was seen")).await?;
                return Ok(client);
            }
            Err(Error::BufferTooShort) if length > 0 && length < PROXY_HEADER_BYTES => {
                // Half a header: it takes someone slow or someone hostile.
                timeout_at(deadline, sleep(Duration::from_millis(10))).await?;
            }
            Err(_) => return Err(ErrorKind::InvalidData.into()),
        }
    }
}

/// The client that the header names which `seen` begins with, if it names one, and the header's length. Errors: there is none, or
/// ([`Error::BufferTooShort`]) not the whole of it.
pub fn proxy_header(seen: &[u8]) -> Result<(Option<SocketAddr>, usize), Error> {
    let config = ParseConfig { include_tlvs: false, allow_v1: true, allow_v2: true };
    let (header, length) = ProxyHeader::parse(seen, config)?;
    Ok((header.proxied_address().map(|address| address.source), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_name_the_client_and_what_is_none_is_refused() {
        let four = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x07\x7f\0\0\x01\x30\x39\x01\xbbGET";
        let local = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0GET";
        let client = |text: &str| Some(text.parse().expect("an address"));
        for (seen, expected) in [
            (
                &b"PROXY TCP4 203.0.113.7 127.0.0.1 12345 443\r\nGET"[..],
                Ok((client("203.0.113.7:12345"), 44)),
            ),
            (b"PROXY TCP6 2001:db8::1 ::1 1 2\r\n", Ok((client("[2001:db8::1]:1"), 32))),
            (b"PROXY UNKNOWN\r\nGET", Ok((None, 15))),
            (&four[..], Ok((client("203.0.113.7:12345"), 28))),
            (&local[..], Ok((None, 16))),
            (b"", Err(true)),
            (b"PROXY TCP4 203.0.113.7", Err(true)),
            (&four[..20], Err(true)),
            (b"GET / HTTP/1.1\r\n\r\n", Err(false)),
            (b"PROXY TCP4 203.0.113.7 127.0.0.1 12345 99999\r\n", Err(false)),
            (b"PROXY TCP4 ::1 127.0.0.1 12345 443\r\n", Err(false)),
        ] {
            let found = proxy_header(seen).map_err(|error| matches!(error, Error::BufferTooShort));
            assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(seen));
        }
    }
}
