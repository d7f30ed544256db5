//! Connecting to a name that may have several addresses, as RFC 8305 (Happy Eyeballs) has it: families in turn, and the next attempt
//! when one has failed or is slow.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
#[cfg(not(test))]
pub(super) use tokio::net::TcpStream as Stream;
use tokio::net::lookup_host;
use tokio::time::sleep;

use super::error::CallError;
#[cfg(test)]
pub(super) use crate::bridge::simulation::Stream;
use crate::limits::ADDRESSES;

/// A connection with `authority`, a host and a port. The name is looked up each time.
pub(super) async fn dial(authority: &str) -> Result<Stream, CallError> {
    let found = lookup_host(authority).await.map_err(|_| CallError::Unresolved)?;
    let addresses: Vec<SocketAddr> = found.take(ADDRESSES).collect();
    let stream = first(interleaved(addresses), Stream::connect).await;
    let stream = stream.map_err(|error| CallError::of_connecting(&error))?;
    // A connection that sends small packets late is a connection all the same.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// The addresses with their families in turn, that of the first one first (section 4).
fn interleaved(addresses: Vec<SocketAddr>) -> VecDeque<SocketAddr> {
    let preferred = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (VecDeque<_>, VecDeque<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == preferred);
    let (mut first, mut second, mut out) = (first, second, VecDeque::new());
    while !(first.is_empty() && second.is_empty()) {
        out.extend(first.pop_front());
        out.extend(second.pop_front());
    }
    out
}

/// What the first attempt that succeeds gives (section 5). Errors: that of the last one.
async fn first<T, F>(mut addresses: VecDeque<SocketAddr>, attempt: impl Fn(SocketAddr) -> F) -> io::Result<T>
where
    F: Future<Output = io::Result<T>>,
{
    let mut failed = io::Error::from(io::ErrorKind::NotFound);
    let mut attempts = FuturesUnordered::new();
    loop {
        attempts.extend(addresses.pop_front().map(&attempt));
        let slow = async {
            match addresses.is_empty() {
                true => std::future::pending().await,
                false => sleep(ATTEMPT_DELAY).await,
            }
        };
        tokio::select! {
            biased;
            ended = attempts.next() => match ended {
                Some(Ok(connection)) => return Ok(connection),
                Some(Err(error)) => failed = error,
                None => return Err(failed),
            },
            () = slow => {}
        }
    }
}

/// Section 8, Connection Attempt Delay.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().expect("an address")).collect()
    }

    #[test]
    fn families_take_turns() {
        for (given, expected) in [
            (
                &["[::1]:1", "[::2]:1", "1.1.1.1:1", "2.2.2.2:1"][..],
                &["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1"][..],
            ),
            (
                &["1.1.1.1:1", "[::1]:1", "[::2]:1", "[::3]:1"],
                &["1.1.1.1:1", "[::1]:1", "[::2]:1", "[::3]:1"],
            ),
            (&["1.1.1.1:1", "2.2.2.2:1"], &["1.1.1.1:1", "2.2.2.2:1"]),
            (&[], &[]),
        ] {
            assert_eq!(Vec::from(interleaved(addresses(given))), addresses(expected), "{given:?}");
        }
    }

    /// The address by which a connection came, and those that were tried, in their order. One of port 1 never answers, one of port 2
    /// refuses, one of port 3 takes it.
    async fn tried(texts: &[&str]) -> (io::Result<SocketAddr>, Vec<u16>) {
        let tried = Mutex::new(Vec::new());
        let attempt = |address: SocketAddr| {
            tried.lock().expect("tried").push(address.port());
            async move {
                match address.port() {
                    1 => std::future::pending().await,
                    2 => Err(io::Error::from(io::ErrorKind::ConnectionRefused)),
                    _ => Ok(address),
                }
            }
        };
        let connected = first(addresses(texts).into(), attempt).await;
        (connected, tried.into_inner().expect("tried"))
    }

    #[tokio::test]
    async fn an_address_that_fails_or_is_slow_is_not_the_last() {
        for (texts, ports) in [
            (&["1.1.1.1:3", "1.1.1.1:2"][..], &[3][..]),
            (&["1.1.1.1:2", "1.1.1.1:2", "1.1.1.1:3"], &[2, 2, 3]),
            (&["1.1.1.1:1", "1.1.1.1:3"], &[1, 3]),
        ] {
            let (connected, tried) = tried(texts).await;
            assert_eq!((connected.expect("a connection").port(), &*tried), (3, ports), "{texts:?}");
        }
        let (connected, ports) = tried(&["1.1.1.1:2", "[::1]:2"]).await;
        let error = connected.expect_err("nobody is there");
        assert_eq!((error.kind(), &*ports), (io::ErrorKind::ConnectionRefused, &[2, 2][..]));
        assert!(tried(&[]).await.0.is_err());
    }
}
