//! The body of a request: its memory is claimed before it is read, and its client is bounded by time and by rate. One that lets the bridge
//! wait has its place among those who are waited for, and gives that to work back until its request is there.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Body as HttpBody;
use tokio::time::Instant;

use super::backend::body::{BodyError, Bound, Collected, Whole};
use super::failure::Failure;
use super::state::admission::{Admission, Shortage, Work};
use super::state::alarm::Alarm;
use super::state::budget::{Claim, Exhausted};
use super::state::pace::Pace;
use super::state::permits::Permit;
use super::state::spool::Sifting;
use crate::limits::{BODY_GRACE, BODY_PROMPT, BODY_QUICK, HttpLimits};

/// What bounds the body of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds<'b> {
    pub(super) limits: &'b HttpLimits,
    pub(super) memory: &'b Claim<'b>,
    pub(super) admission: &'b Admission,
    pub(super) pace: &'b Pace,
}

/// A body, and the place to work on it.
pub(super) struct Received<'b> {
    pub(super) body: Whole,
    pub(super) work: Work<'b>,
}

impl<'b> Bounds<'b> {
    /// Reads the whole `body` for whoever has a place to `work`; long parts of it go where `sifting` puts them. A length that is declared too large is refused before a byte is read; a
    /// body that came in one piece is not copied, and one that came with its head needs no timer.
    pub(super) async fn read<B>(
        self,
        body: B,
        work: Work<'b>,
        sifting: Option<Box<Sifting>>,
    ) -> Result<Received<'b>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let declared = if sifting.is_some() { 0 } else { body.size_hint().lower() };
        let collected = Bound { limit: self.limits.request_body, sifting }.begin(&body)?;
        self.memory.cover(usize::try_from(declared).map_err(|_| BodyError::TooLarge)?)?;
        let mut reading = Reading {
            bounds: self,
            collected,
            asked: false,
            work: Some(work),
            _waiting: None,
            since: None,
            alarm: Alarm::default(),
        };
        let mut body = pin!(body);
        let body = poll_fn(|context| reading.poll(body.as_mut(), context)).await?;
        let work = match reading.work {
            Some(work) => work,
            None => self.admission.work(self.pace)?,
        };
        Ok(Received { body, work })
    }
}

/// A body that is read.
struct Reading<'b> {
    bounds: Bounds<'b>,
    collected: Collected,
    /// Whether it was asked for: a body that came with its head is handed on then, and is there when it is asked for once more.
    asked: bool,
    /// Its place to work, or that of those who are waited for.
    work: Option<Work<'b>>,
    _waiting: Option<Permit<'b>>,
    /// Since when it is waited for.
    since: Option<Instant>,
    alarm: Alarm,
}

impl Reading<'_> {
    fn poll<B: HttpBody<Data = Bytes>>(
        &mut self,
        mut body: Pin<&mut B>,
        context: &mut Context<'_>,
    ) -> Poll<Result<Whole, Failure>> {
        loop {
            match self.collected.poll(body.as_mut(), context) {
                Poll::Ready(Ok(true)) => return Poll::Ready(Ok(self.collected.take())),
                Poll::Ready(Ok(false)) => self.bounds.memory.cover(self.collected.len())?,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error.into())),
                Poll::Pending if self.asked => return self.wait(context).map(Err),
                Poll::Pending => {
                    self.asked = true;
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        }
    }

    /// Waits for the next piece; what ends that.
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Failure> {
        let (bytes, limits) = (self.collected.came(), self.bounds.limits);
        let since = *self.since.get_or_insert_with(Instant::now);
        if self.work.is_some() {
            // Of whom there is nothing yet, nobody knows how quick it is.
            if bytes > 0 && self.alarm.poll(since + quick(bytes), context).is_pending() {
                return Poll::Pending;
            }
            let Some(place) = self.bounds.admission.waiting.take() else {
                return Poll::Ready(Shortage::Waiting.into());
            };
            (self.work, self._waiting) = (None, Some(place));
        }
        self.alarm.poll(since + time_for(bytes, limits), context).map(|()| BodyError::TooSlow.into())
    }
}

/// The time in which so many `bytes` of a body come from someone who is quick.
fn quick(bytes: u64) -> Duration {
    Duration::from_millis(bytes.saturating_mul(1000) / BODY_QUICK + BODY_PROMPT)
}

/// The time in which more than `bytes` of a body have to come. One that is larger than a body in memory has as much time for each such part of it.
fn time_for(bytes: u64, limits: &HttpLimits) -> Duration {
    let at_rate = bytes.saturating_mul(1000) / limits.min_rate.max(1);
    let whole = limits.body_deadline.saturating_mul(1 + bytes / limits.request_body.max(1) as u64);
    Duration::from_millis(at_rate.saturating_add(BODY_GRACE).min(whole))
}

impl From<Exhausted> for Failure {
    fn from(_: Exhausted) -> Self {
        Shortage::Memory.into()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{Full, StreamBody};
    use hyper::body::Frame;

    use super::*;

    const KIB: usize = 1024;

    /// What becomes of a body that comes in `pieces` of so many bytes, each after so many milliseconds, and after how many seconds.
    async fn read(pieces: &[(u64, usize)], limits: HttpLimits) -> (Result<usize, Failure>, u64) {
        let (admission, pace) = (Admission::new(&limits), Pace::new(&limits));
        let memory = Claim::new(&admission.memory);
        let bounds = Bounds { limits: &limits, memory: &memory, admission: &admission, pace: &pace };
        let pieces = futures_util::stream::iter(pieces.to_vec());
        let stream = futures_util::StreamExt::then(pieces, |(after, length)| async move {
            tokio::time::sleep(Duration::from_millis(after)).await;
            Ok::<_, std::convert::Infallible>(Frame::data(Bytes::from(vec![b' '; length])))
        });
        let (began, work) = (Instant::now(), admission.work(&pace).expect("a place"));
        let read = bounds.read(StreamBody::new(stream), work, None).await;
        assert_eq!(admission.waiting.taken(), 0);
        (read.map(|received| received.body.bytes.len()), began.elapsed().as_secs())
    }

    fn with(waiting: usize, memory: usize) -> HttpLimits {
        HttpLimits { waiting, concurrent: Some(1), body_memory: Some(memory), ..HttpLimits::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_has_to_come_at_its_rate() {
        let (read_all, _) = read(&[(4000, 10 * KIB), (9000, 20 * KIB), (10_000, 1)], with(1, 0)).await;
        assert!(matches!(read_all, Err(Failure::Overloaded(Shortage::Memory))), "more than is not counted");
        let (read_all, after) = read(&[(4000, 10 * KIB), (9000, 4 * KIB), (5000, 1)], with(1, 0)).await;
        assert_eq!((read_all.expect("fast enough"), after), (14 * KIB + 1, 18));
        let (too_slow, after) = read(&[(1000, 1), (60_000, 1)], with(1, 0)).await;
        assert!(matches!(too_slow, Err(Failure::Body(BodyError::TooSlow))) && after == 5, "{after}");
        let (too_slow, after) = read(&[(1000, 4 * KIB), (60_000, 1)], with(1, 0)).await;
        assert!(matches!(too_slow, Err(Failure::Body(BodyError::TooSlow))) && after == 9, "{after}");
        let (too_slow, after) = read(&[(1000, 64 * KIB), (60_000, 1)], with(1, 64 * KIB)).await;
        assert!(matches!(too_slow, Err(Failure::Body(BodyError::TooSlow))) && after == 30, "{after}");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_waited_for_has_a_place() {
        let (none, after) = read(&[(1, 1)], with(0, 0)).await;
        assert!(matches!(none, Err(Failure::Overloaded(Shortage::Waiting))) && after == 0);
        let limits = with(0, 0);
        let (admission, pace) = (Admission::new(&limits), Pace::new(&limits));
        let memory = Claim::new(&admission.memory);
        let bounds = Bounds { limits: &limits, memory: &memory, admission: &admission, pace: &pace };
        let work = || admission.work(&pace).expect("a place");
        let there = bounds.read(Full::new(Bytes::from_static(b"{}")), work(), None).await;
        assert_eq!(there.expect("it is there").body.bytes.len(), 2);
        let declared = bounds.read(Full::new(Bytes::from(vec![0; 17 * KIB])), work(), None).await;
        assert!(matches!(declared, Err(Failure::Overloaded(Shortage::Memory))));
    }

    /// Whether there is a place to work for someone else, so many milliseconds after a body of `first` bytes began to come.
    async fn is_free(first: usize, after: u64) -> bool {
        let limits = with(1, 1 << 20);
        let (admission, pace) = (Admission::new(&limits), Pace::new(&limits));
        let memory = Claim::new(&admission.memory);
        let bounds = Bounds { limits: &limits, memory: &memory, admission: &admission, pace: &pace };
        let pieces = [Bytes::from(vec![b' '; first])].into_iter().filter(|piece| !piece.is_empty());
        let pieces = pieces.map(|piece| Ok::<_, std::convert::Infallible>(Frame::data(piece)));
        let stream = futures_util::StreamExt::chain(
            futures_util::stream::iter(pieces),
            futures_util::stream::pending(),
        );
        let read = bounds.read(StreamBody::new(stream), admission.work(&pace).expect("a place"), None);
        let read = tokio::time::timeout(Duration::from_millis(after), read);
        let look = async {
            tokio::time::sleep(Duration::from_millis(after - 1)).await;
            admission.work(&pace).is_ok()
        };
        tokio::join!(read, look).1
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_to_work_is_kept_by_whoever_is_quick() {
        assert!(is_free(0, 2).await, "nothing has come");
        assert!(!is_free(1, 15).await && is_free(1, 30).await);
        assert!(!is_free(100 * KIB, 90).await && is_free(100 * KIB, 130).await);
    }
}
