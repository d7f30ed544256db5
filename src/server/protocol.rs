//! HTTP/1.1 or HTTP/2: told by the first bytes, which must come in time.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};
use tokio::time::{Instant, timeout_at};

/// The protocol of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2 with prior knowledge (RFC 9113 section 3.3).
    Http2,
}

/// The first bytes of a connection, which were read to tell its protocol and are still to be read by whoever speaks it.
#[derive(Clone, Debug, Default)]
pub(super) struct Begun {
    seen: [u8; PREFACE.len()],
    length: usize,
    read: usize,
}

impl Begun {
    fn seen(&self) -> &[u8] {
        self.seen.get(..self.length).expect("no more than there is place for")
    }

    /// Puts what has not been read into `buffer`; whether that was anything.
    #[inline]
    pub(super) fn read(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let left = self.seen().get(self.read..).expect("no more was read than there is");
        let now = left.get(..left.len().min(buffer.remaining())).expect("no more than there is");
        buffer.put_slice(now);
        let read = now.len();
        self.read += read;
        read > 0
    }
}

/// Reads the first bytes of `stream`, as many as are needed. Errors: they do not come before `deadline` has passed, or the client
/// has gone.
pub(super) async fn of<S>(stream: &mut S, deadline: Duration) -> io::Result<(Protocol, Begun)>
where
    S: AsyncRead + Unpin,
{
    let deadline = Instant::now() + deadline;
    let mut begun = Begun::default();
    loop {
        let space = begun.seen.get_mut(begun.length..).expect("no more than there is place for");
        let length = timeout_at(deadline, stream.read(space)).await??;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        begun.length += length;
        if let Some(protocol) = told(begun.seen()) {
            return Ok((protocol, begun));
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
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt, duplex};

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

    #[tokio::test(start_paused = true)]
    async fn half_a_preface_is_waited_for_until_the_client_is_gone_or_the_time_is_over() {
        let (mut near, mut far) = duplex(64);
        far.write_all(b"P").await.expect("written");
        let began = Instant::now();
        let error = of(&mut near, Duration::from_secs(10)).await.expect_err("nothing more comes");
        assert_eq!((error.kind(), began.elapsed()), (io::ErrorKind::TimedOut, Duration::from_secs(10)));
        far.write_all(b"P").await.expect("written");
        drop(far);
        let error = of(&mut near, Duration::from_secs(10)).await.expect_err("nothing more comes");
        assert_eq!((error.kind(), began.elapsed()), (io::ErrorKind::UnexpectedEof, Duration::from_secs(10)));
    }
}
