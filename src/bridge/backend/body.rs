//! Bodies: collected under a limit and a deadline.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Body as HttpBody;
use tokio::time::timeout;

use crate::bridge::state::spare;
use crate::bridge::state::spool::{Sifting, SpoolError, Spooled};

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The connection broke, or the framing is wrong.
    #[error("the body broke off")]
    Broken,
    /// An attachment, or all of them, are larger than the limit.
    #[error("the attachments of the body are too large")]
    Attachments,
    /// There is no place for its attachments.
    #[error("there is no place for the attachments of the body")]
    NoPlace,
    /// Its attachments cannot be written to a file.
    #[error("the attachments of the body cannot be written to a file")]
    NotWritten,
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
    let mut read = pin!(Bound::in_memory(limit).begin(&body)?.rest(body));
    if let Some(read) = at_once(read.as_mut()).await {
        return Ok(read?.bytes);
    }
    match timeout(deadline, read).await {
        Ok(read) => Ok(read?.bytes),
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

/// A body that came.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Whole {
    /// What of it is in memory.
    pub(in crate::bridge) bytes: Bytes,
    /// What of it is in a file.
    pub(in crate::bridge) spooled: Option<Arc<Spooled>>,
}

/// A body, as far as it came.
pub(in crate::bridge) struct Collected {
    limit: usize,
    came: Came,
}

/// What came of a body.
enum Came {
    /// Nothing, or one piece.
    Once(Bytes),
    /// Several pieces.
    Often(Vec<u8>),
    /// A body whose long parts go into a file.
    Sifted(Box<Sifting>),
}

/// What a body may be.
pub(in crate::bridge) struct Bound {
    /// Bytes of it in memory.
    pub(in crate::bridge) limit: usize,
    /// What puts long parts of it into a file, where that may be.
    pub(in crate::bridge) sifting: Option<Box<Sifting>>,
}

impl Bound {
    /// A body that is whole in memory.
    pub(super) fn in_memory(limit: usize) -> Self {
        Self { limit, sifting: None }
    }

    /// Nothing yet of `body`. Errors: it says that it has more.
    pub(in crate::bridge) fn begin(self, body: &impl HttpBody) -> Result<Collected, BodyError> {
        let Self { limit, sifting } = self;
        let came = match sifting {
            Some(sifting) if body.size_hint().lower() > sifting.most().saturating_add(limit as u64) => {
                return Err(BodyError::Attachments);
            }
            Some(sifting) => Came::Sifted(sifting),
            None if body.size_hint().lower() > limit as u64 => return Err(BodyError::TooLarge),
            None => Came::Once(Bytes::new()),
        };
        Ok(Collected { limit, came })
    }
}

impl Collected {
    /// The whole of `body`.
    pub(super) async fn rest<B: HttpBody<Data = Bytes>>(mut self, body: B) -> Result<Whole, BodyError> {
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
        if let Came::Sifted(sifting) = &mut self.came {
            return poll_sifted(sifting, self.limit, body, context);
        }
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
        match &mut self.came {
            Came::Once(first) if first.is_empty() => *first = data,
            Came::Once(first) => {
                let mut all = spare::buffer(whole);
                all.extend_from_slice(first);
                all.extend_from_slice(&data);
                self.came = Came::Often(all);
            }
            Came::Often(all) => all.extend_from_slice(&data),
            Came::Sifted(_) => unreachable!("it is sifted where it comes"),
        }
        Ok(())
    }

    /// Bytes that came so far, and are in memory.
    #[inline]
    pub(in crate::bridge) fn len(&self) -> usize {
        match &self.came {
            Came::Once(first) => first.len(),
            Came::Often(all) => all.len(),
            Came::Sifted(sifting) => sifting.in_memory(),
        }
    }

    /// Bytes that came so far, with those that are in a file.
    #[inline]
    pub(in crate::bridge) fn came(&self) -> u64 {
        match &self.came {
            Came::Once(_) | Came::Often(_) => self.len() as u64,
            Came::Sifted(sifting) => sifting.kept() as u64 + sifting.taken(),
        }
    }

    /// What came.
    pub(in crate::bridge) fn take(&mut self) -> Whole {
        match std::mem::replace(&mut self.came, Came::Once(Bytes::new())) {
            Came::Once(bytes) => Whole { bytes, spooled: None },
            Came::Often(all) => Whole { bytes: fitting(all), spooled: None },
            Came::Sifted(sifting) => {
                let (kept, spooled) = sifting.into_parts();
                Whole { bytes: kept.into(), spooled: spooled.map(Arc::new) }
            }
        }
    }
}

/// Takes the next piece of a `body` whose long parts go into a file, and of which no more than `limit` bytes may stay in memory; whether that was the
/// last one. Where the file is slower than what comes, what comes waits.
#[cold]
fn poll_sifted<B: HttpBody<Data = Bytes>>(
    sifting: &mut Sifting,
    limit: usize,
    body: Pin<&mut B>,
    context: &mut Context<'_>,
) -> Poll<Result<bool, BodyError>> {
    ready!(sifting.poll_written(context))?;
    if sifting.has_ended() {
        return Poll::Ready(Ok(true));
    }
    match ready!(body.poll_frame(context)) {
        None => sifting.end()?,
        Some(frame) => {
            // Trailers say nothing that is used here.
            if let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() {
                sifting.push(&data)?;
            }
        }
    }
    if sifting.kept() > limit {
        return Poll::Ready(Err(BodyError::TooLarge));
    }
    if !sifting.has_ended() {
        return Poll::Ready(Ok(false));
    }
    ready!(sifting.poll_written(context))?;
    Poll::Ready(Ok(true))
}

/// A buffer that grew by doubling may be twice as large as what is in it, and lives as long as the exchange.
fn fitting(body: Vec<u8>) -> Bytes {
    let wasted = body.capacity() - body.len();
    if wasted > body.len() / 4 { Bytes::copy_from_slice(&body) } else { spare::octets(body) }
}

impl From<SpoolError> for BodyError {
    fn from(error: SpoolError) -> Self {
        match error {
            SpoolError::Full => Self::NoPlace,
            SpoolError::Io => Self::NotWritten,
            SpoolError::TooLarge => Self::Attachments,
        }
    }
}
