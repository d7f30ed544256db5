//! The bytes of a client's connection: requests are framed so that nobody can read them in two ways, answers are taken in time, and
//! an early answer is not lost when the connection ends.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::framing::{Framing, Refused};
use super::protocol::Begun;
use super::timer::HeadTimer;
use crate::bridge::{Alarm, Metrics};
use crate::limits::{HttpLimits, LINGER_BYTES, LINGER_TIME};

/// A client's connection, in any protocol.
#[derive(Debug)]
pub(super) struct ClientStream<S> {
    inner: S,
    /// What was read to tell the protocol.
    begun: Begun,
    requests: Option<Requests>,
    answers: Answers,
    ending: Ending,
}

impl<S> ClientStream<S> {
    /// One that has `begun` and goes on with `inner`.
    pub(super) fn new(inner: S, begun: Begun, limits: &HttpLimits) -> Self {
        Self { inner, begun, requests: None, answers: Answers::new(limits), ending: Ending::default() }
    }

    /// The same, where `metrics` count that its client is too slow.
    pub(super) fn counted(mut self, metrics: &Metrics) -> Self {
        self.answers.metrics = Some(metrics.clone());
        self
    }

    /// What it goes on with.
    pub(super) fn inner(&self) -> &S {
        &self.inner
    }

    /// The same for HTTP/1.1: heads have at most so many bytes as are the `longest`, and `timer` is told when one begins.
    pub(super) fn framed(self, longest: usize, timer: HeadTimer) -> Self {
        // hyper tells of a head that is too long, once it has read more of it than that: the room of its buffer doubles.
        let framing = Framing::new(longest.saturating_mul(4));
        Self { requests: Some(Requests { framing, refusal: b"", is_broken: false, timer }), ..self }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ClientStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { inner, begun, requests, .. } = &mut *self;
        let before = buffer.filled().len();
        if let Some(requests) = requests.as_mut() {
            if requests.is_broken {
                return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
            }
            if requests.refuse(buffer) {
                return Poll::Ready(Ok(()));
            }
        }
        let some = begun.read(buffer);
        // What has come since is read with it, so that a head is looked at once.
        match Pin::new(inner).poll_read(context, buffer) {
            Poll::Pending if some => {}
            read => ready!(read)?,
        }
        Poll::Ready(requests.as_mut().map_or(Ok(()), |requests| requests.check(buffer, before)))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ClientStream<S>
where
    S: AsyncRead,
{
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { inner, answers, .. } = &mut *self;
        answers.wrote(Pin::new(inner).poll_write(context, bytes), context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let Self { inner, answers, .. } = &mut *self;
        answers.wrote(Pin::new(inner).poll_write_vectored(context, bytes), context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { inner, answers, .. } = &mut *self;
        answers.flushed(Pin::new(inner).poll_flush(context), context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { inner, requests, answers, ending, .. } = &mut *self;
        if ending.deadline.is_none() {
            ready!(answers.flushed(Pin::new(&mut *inner).poll_shutdown(context), context))?;
            if requests.as_ref().is_none_or(|requests| requests.framing.is_between()) {
                return Poll::Ready(Ok(()));
            }
        }
        ending.poll(inner, context).map(Ok)
    }
}

/// What is read.
#[derive(Debug)]
struct Requests {
    framing: Framing,
    /// What hyper gets in the place of a head that it must not read.
    refusal: &'static [u8],
    /// Whether a body has no clear end: what came before that is read.
    is_broken: bool,
    timer: HeadTimer,
}

/// No head can have it: hyper answers 400 and closes.
const REFUSAL: &[u8] = b"\0\r\n\r\n";

impl Requests {
    /// Whether `buffer` got a part of a refusal.
    fn refuse(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let (now, later) = self.refusal.split_at(self.refusal.len().min(buffer.remaining()));
        buffer.put_slice(now);
        self.refusal = later;
        !now.is_empty()
    }

    /// Looks at what `buffer` has beyond the bytes `before`. Errors: nothing of it is to be read.
    fn check(&mut self, buffer: &mut ReadBuf<'_>, before: usize) -> io::Result<()> {
        let read = buffer.filled().get(before..).expect("it only grew");
        match self.framing.check(read) {
            Ok(()) => self.timer.begun(self.framing.has_begun_head()),
            Err(Refused { at, in_head: true }) => {
                buffer.set_filled(before + at);
                self.refusal = REFUSAL;
                self.timer.begun(true);
                if at == 0 {
                    self.refuse(buffer);
                }
            }
            Err(Refused { at: 0, in_head: false }) => return Err(io::ErrorKind::InvalidData.into()),
            Err(Refused { at, in_head: false }) => {
                buffer.set_filled(before + at);
                self.is_broken = true;
            }
        }
        Ok(())
    }
}

/// What is written: whoever takes it too slowly is not waited for, since it is kept in memory meanwhile.
#[derive(Debug)]
struct Answers {
    alarm: Alarm,
    /// Since when the other end has not taken all that there was.
    since: Option<Instant>,
    /// Bytes that it has taken since then.
    taken: u64,
    time: Duration,
    /// Bytes that it has to take in this time.
    least: u64,
    /// Where it is counted that it has not.
    metrics: Option<Metrics>,
}

impl Answers {
    fn new(limits: &HttpLimits) -> Self {
        let least = limits.write_time.saturating_mul(limits.min_rate) / 1000;
        let time = Duration::from_millis(limits.write_time);
        Self { alarm: Alarm::default(), since: None, taken: 0, time, least, metrics: None }
    }

    fn wrote(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => self.wait(context),
            Poll::Ready(Ok(length)) if self.since.is_some() => {
                self.taken += length as u64;
                if self.taken >= self.least {
                    self.since = None;
                }
                written
            }
            Poll::Ready(_) => written,
        }
    }

    fn flushed(&mut self, flushed: Poll<io::Result<()>>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if flushed.is_pending() {
            return self.wait(context);
        }
        self.since = None;
        flushed
    }

    /// Waits until the other end takes more. Errors: it has not taken enough in its time.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if self.since.is_none() {
            (self.since, self.taken) = (Some(Instant::now()), 0);
        }
        let since = self.since.expect("it was set");
        ready!(self.alarm.poll(since + self.time, context));
        self.metrics.take().iter().for_each(|metrics| metrics.dropped("slow"));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

/// The end of a connection whose client is still sending a request that was answered. To close it then would be a reset, and the
/// answer lost; so what comes is read and thrown away for a while.
#[derive(Debug, Default)]
struct Ending {
    alarm: Alarm,
    deadline: Option<Instant>,
    read: usize,
}

impl Ending {
    fn poll<S: AsyncRead + Unpin>(&mut self, stream: &mut S, context: &mut Context<'_>) -> Poll<()> {
        let deadline =
            *self.deadline.get_or_insert_with(|| Instant::now() + Duration::from_millis(LINGER_TIME));
        let mut space = [0; 8192];
        loop {
            let mut buffer = ReadBuf::new(&mut space);
            match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
                Poll::Pending => return self.alarm.poll(deadline, context),
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.read += buffer.filled().len(),
                Poll::Ready(Ok(()) | Err(_)) => return Poll::Ready(()),
            }
            if self.read > LINGER_BYTES {
                return Poll::Ready(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;
    use crate::bridge::Bridge;
    use crate::limits::Limits;

    const MINUTE: Duration = Duration::from_secs(60);

    fn stream<S>(inner: S, begun: Begun) -> ClientStream<S> {
        ClientStream::new(inner, begun, &HttpLimits::default()).framed(1000, HeadTimer::new(MINUTE))
    }

    async fn read(pieces: &[&str]) -> Vec<u8> {
        let (near, mut far) = duplex(4096);
        let mut stream = stream(near, Begun::default());
        let mut all = Vec::new();
        for piece in pieces {
            far.write_all(piece.as_bytes()).await.expect("written");
            stream.read_buf(&mut all).await.expect("read");
        }
        drop(far);
        stream.read_to_end(&mut all).await.expect("read");
        all
    }

    #[tokio::test]
    async fn a_head_that_is_not_clear_is_cut_where_it_is_not() {
        let good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(read(&[good]).await, good.as_bytes());
        assert_eq!(
            read(&["GET / HTTP/1.1\r\nHost: a\r\nX: y\n\r\n"]).await,
            b"GET / HTTP/1.1\r\nHost: a\r\n\0\r\n\r\n"
        );
        assert_eq!(read(&["GET / HTTP/1.1\n"]).await, REFUSAL);
        assert_eq!(read(&["GET / HTTP/1.1\r\nX: y", "\n\n"]).await, b"GET / HTTP/1.1\r\nX: y\0\r\n\r\n");
    }

    #[tokio::test]
    async fn a_body_without_a_clear_end_breaks_off_behind_its_head() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let (near, mut far) = duplex(4096);
        let mut stream = stream(near, Begun::default());
        far.write_all(format!("{head}2\n{{}}").as_bytes()).await.expect("written");
        let mut all = Vec::new();
        let error = stream.read_to_end(&mut all).await.expect_err("it breaks off");
        assert_eq!((error.kind(), all.as_slice()), (io::ErrorKind::InvalidData, head.as_bytes()));
    }

    #[tokio::test]
    async fn what_told_the_protocol_is_read_first() {
        let (near, mut far) = duplex(4096);
        far.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("written");
        let mut near = near;
        let (_, begun) = super::super::protocol::of(&mut near, MINUTE).await.expect("a protocol");
        let mut stream = stream(near, begun);
        let mut all = Vec::with_capacity(4096);
        assert_eq!(stream.read_buf(&mut all).await.expect("read"), 27, "all at once");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_takes_nothing_is_not_waited_for() {
        let (near, mut far) = duplex(16);
        let bridge = Bridge::new(Vec::new(), Limits::default()).expect("no two fronts at one path");
        let mut stream = stream(near, Begun::default()).counted(bridge.metrics());
        let began = Instant::now();
        let error = stream.write_all(&[0; 64]).await.expect_err("nobody reads");
        assert_eq!((error.kind(), began.elapsed()), (io::ErrorKind::TimedOut, Duration::from_secs(20)));
        stream.write_all(&[0; 64]).await.expect_err("nobody reads that either");
        assert!(bridge.metrics_text().contains("name=\"slow\"} 1\n"), "{}", bridge.metrics_text());
        let mut taken = [0; 16];
        far.read_exact(&mut taken).await.expect("read");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_takes_enough_is_waited_for() {
        let (near, mut far) = duplex(2048);
        let mut stream = stream(near, Begun::default());
        let reader = tokio::spawn(async move {
            let mut taken = [0; 2048];
            while far.read_exact(&mut taken).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(1900)).await;
            }
        });
        stream.write_all(&[0; 100 * 1024]).await.expect("slow enough to be slow, and no slower");
        drop(stream);
        // What is left of it was not read whole.
        drop(reader);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_still_being_sent_is_read_before_the_end_and_not_for_ever() {
        let (near, mut far) = duplex(4096);
        let mut server = stream(near, Begun::default());
        far.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            .await
            .expect("written");
        let mut seen = [0; 4096];
        let _ = server.read(&mut seen).await.expect("read");
        let began = Instant::now();
        let client = tokio::spawn(async move {
            far.write_all(&[0; 100_000]).await.expect("all of it is taken");
            far
        });
        server.shutdown().await.expect("closed");
        assert_eq!(
            began.elapsed(),
            Duration::from_millis(LINGER_TIME),
            "the client says nothing more, and stays"
        );
        client.await.expect("it was sent");
    }
}
