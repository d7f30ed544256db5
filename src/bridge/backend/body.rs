//! Bodies: collected under a limit and a deadline.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hyper::body::Body as HttpBody;
use tokio::time::timeout;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The connection broke, or the framing is wrong.
    #[error("the body broke off")]
    Broken,
    /// More bytes than the limit.
    #[error("the body is too large")]
    TooLarge,
    /// Too slow.
    #[error("the body came too slowly")]
    TooSlow,
}

/// Reads a whole body of at most `limit` bytes in at most `deadline`. A length that is declared too large is refused
/// before a byte is read; a body that came in one piece is not copied.
pub async fn collect<B>(body: B, limit: usize, deadline: Duration) -> Result<Bytes, BodyError>
where
    B: HttpBody<Data = Bytes>,
{
    let mut read = pin!(Collected::new(&body, limit)?.rest(body));
    if let Some(read) = at_once(read.as_mut()).await {
        return read;
    }
    match timeout(deadline, read).await {
        Ok(read) => read,
        Err(_elapsed) => Err(BodyError::TooSlow),
    }
}

/// What `read` gives when it is polled twice: a body that came with its head is handed on when it is asked for, and then it is there. It
/// needs no timer.
async fn at_once<T>(mut read: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    let mut asked = false;
    poll_fn(|context| match read.as_mut().poll(context) {
        Poll::Ready(read) => Poll::Ready(Some(read)),
        Poll::Pending if asked => Poll::Ready(None),
        Poll::Pending => {
            asked = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await
}

/// A body, as far as it came.
pub(in crate::bridge) struct Collected {
    limit: usize,
    first: Bytes,
    /// Everything, where it came in several pieces.
    all: BytesMut,
}

impl Collected {
    /// Nothing yet of `body`, which has at most `limit` bytes. Errors: it says that it has more.
    pub(in crate::bridge) fn new(body: &impl HttpBody, limit: usize) -> Result<Self, BodyError> {
        if body.size_hint().lower() > limit as u64 {
            return Err(BodyError::TooLarge);
        }
        Ok(Self { limit, first: Bytes::new(), all: BytesMut::new() })
    }

    /// The whole of `body`.
    pub(super) async fn rest<B: HttpBody<Data = Bytes>>(mut self, body: B) -> Result<Bytes, BodyError> {
        let mut body = pin!(body);
        while !poll_fn(|context| self.poll(body.as_mut(), context)).await? {}
        Ok(self.take())
    }

    /// Takes the next piece of `body`; whether that was the last one.
    pub(in crate::bridge) fn poll<B: HttpBody<Data = Bytes>>(
        &mut self,
        mut body: Pin<&mut B>,
        context: &mut Context<'_>,
    ) -> Poll<Result<bool, BodyError>> {
        let Some(frame) = ready!(body.as_mut().poll_frame(context)) else { return Poll::Ready(Ok(true)) };
        // Trailers say nothing that is used here.
        if let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() {
            self.add(data, body.size_hint().lower())?;
        }
        Poll::Ready(Ok(body.is_end_stream()))
    }

    /// Adds `data`, behind which at least so many bytes come as are `left`.
    fn add(&mut self, data: Bytes, left: u64) -> Result<(), BodyError> {
        let length = self.len() + data.len();
        // As many as were announced, or are there.
        let whole = usize::try_from(left).ok().and_then(|left| left.checked_add(length));
        let whole = whole.filter(|whole| *whole <= self.limit).ok_or(BodyError::TooLarge)?;
        if self.first.is_empty() && self.all.is_empty() {
            self.first = data;
            return Ok(());
        }
        if self.all.is_empty() {
            self.all.reserve(whole);
        }
        self.all.extend_from_slice(&std::mem::take(&mut self.first));
        self.all.extend_from_slice(&data);
        Ok(())
    }

    /// Bytes that came so far.
    #[inline]
    pub(in crate::bridge) fn len(&self) -> usize {
        self.first.len() + self.all.len()
    }

    /// What came.
    pub(in crate::bridge) fn take(&mut self) -> Bytes {
        let all = std::mem::take(&mut self.all);
        if all.is_empty() { std::mem::take(&mut self.first) } else { fitting(all) }
    }
}

/// A buffer that grew by doubling may be twice as large as what is in it, and lives as long as the exchange.
fn fitting(body: BytesMut) -> Bytes {
    let wasted = body.capacity() - body.len();
    if wasted > body.len() / 4 { Bytes::copy_from_slice(&body) } else { body.freeze() }
}
