//! The body of a request: its memory is claimed before it is read, its client is bounded by time and by rate, and has a place among those
//! who are waited for.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Body as HttpBody;
use tokio::time::Instant;

use super::backend::body::{BodyError, Collected};
use super::failure::Failure;
use super::state::admission::Shortage;
use super::state::alarm::Alarm;
use super::state::budget::{Claim, Exhausted};
use super::state::permits::{Permit, Permits};
use crate::limits::{BODY_GRACE, HttpLimits};

/// What bounds the body of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds<'b> {
    pub(super) limits: &'b HttpLimits,
    pub(super) memory: &'b Claim<'b>,
    /// Places for those whose body is waited for.
    pub(super) waiting: &'b Permits,
}

impl Bounds<'_> {
    /// Reads the whole `body`. A length that is declared too large is refused before a byte is read; a body that came in one piece is not
    /// copied, and one that came with its head takes no place and no timer.
    pub(super) async fn read<B: HttpBody<Data = Bytes>>(self, body: B) -> Result<Bytes, Failure> {
        let collected = Collected::new(&body, self.limits.request_body)?;
        let declared = usize::try_from(body.size_hint().lower()).map_err(|_| BodyError::TooLarge)?;
        self.memory.cover(declared)?;
        let mut reading = Reading { bounds: self, collected, asked: false, waiting: None };
        let mut body = pin!(body);
        poll_fn(|context| reading.poll(body.as_mut(), context)).await
    }
}

/// A body that is read.
struct Reading<'b> {
    bounds: Bounds<'b>,
    collected: Collected,
    /// Whether it was asked for: a body that came with its head is handed on then, and is there when it is asked for once more.
    asked: bool,
    waiting: Option<Waiting<'b>>,
}

/// A client that is waited for.
struct Waiting<'b> {
    since: Instant,
    alarm: Alarm,
    _place: Permit<'b>,
}

impl Reading<'_> {
    fn poll<B: HttpBody<Data = Bytes>>(
        &mut self,
        mut body: Pin<&mut B>,
        context: &mut Context<'_>,
    ) -> Poll<Result<Bytes, Failure>> {
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
        let Bounds { limits, waiting, .. } = self.bounds;
        if self.waiting.is_none() {
            let Some(place) = waiting.take() else {
                return Poll::Ready(Shortage::Waiting.into());
            };
            self.waiting = Some(Waiting { since: Instant::now(), alarm: Alarm::default(), _place: place });
        }
        let waiting = self.waiting.as_mut().expect("it was made where there was none");
        let due = waiting.since + time_for(self.collected.len(), limits);
        waiting.alarm.poll(due, context).map(|()| BodyError::TooSlow.into())
    }
}

/// The time in which more than `bytes` of a body have to come.
fn time_for(bytes: usize, limits: &HttpLimits) -> Duration {
    let at_rate = (bytes as u64).saturating_mul(1000) / limits.min_rate.max(1);
    Duration::from_millis(at_rate.saturating_add(BODY_GRACE).min(limits.body_deadline))
}

impl From<Exhausted> for Failure {
    fn from(_: Exhausted) -> Self {
        Shortage::Memory.into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http_body_util::{Full, StreamBody};
    use hyper::body::Frame;

    use super::*;
    use crate::bridge::state::budget::Budget;

    const KIB: usize = 1024;

    /// What becomes of a body that comes in `pieces` of so many bytes, each after so many milliseconds, and after how many seconds.
    async fn read(pieces: &[(u64, usize)], places: usize, memory: usize) -> (Result<usize, Failure>, u64) {
        let (budget, waiting) = (Arc::new(Budget::new(Some(memory), || 0)), Permits::new(places));
        let claim = Claim::new(&budget);
        let limits = HttpLimits::default();
        let bounds = Bounds { limits: &limits, memory: &claim, waiting: &waiting };
        let pieces = futures_util::stream::iter(pieces.to_vec());
        let stream = futures_util::StreamExt::then(pieces, |(after, length)| async move {
            tokio::time::sleep(Duration::from_millis(after)).await;
            Ok::<_, std::convert::Infallible>(Frame::data(Bytes::from(vec![b' '; length])))
        });
        let began = Instant::now();
        let read = bounds.read(StreamBody::new(stream)).await;
        assert_eq!(waiting.taken(), 0);
        (read.map(|body| body.len()), began.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_has_to_come_at_its_rate() {
        let (read_all, _) = read(&[(4000, 10 * KIB), (9000, 20 * KIB), (10_000, 1)], 1, 0).await;
        assert!(matches!(read_all, Err(Failure::Overloaded(Shortage::Memory))), "more than is not counted");
        let (read_all, after) = read(&[(4000, 10 * KIB), (9000, 4 * KIB), (5000, 1)], 1, 0).await;
        assert_eq!((read_all.expect("fast enough"), after), (14 * KIB + 1, 18));
        let (too_slow, after) = read(&[(1000, 1), (60_000, 1)], 1, 0).await;
        assert!(matches!(too_slow, Err(Failure::Body(BodyError::TooSlow))) && after == 5, "{after}");
        let (too_slow, after) = read(&[(1000, 4 * KIB), (60_000, 1)], 1, 0).await;
        assert!(matches!(too_slow, Err(Failure::Body(BodyError::TooSlow))) && after == 9, "{after}");
        let (too_slow, after) = read(&[(1000, 64 * KIB), (60_000, 1)], 1, 64 * KIB).await;
        assert!(matches!(too_slow, Err(Failure::Body(BodyError::TooSlow))) && after == 30, "{after}");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_waited_for_has_a_place() {
        let (none, after) = read(&[(1, 1)], 0, 0).await;
        assert!(matches!(none, Err(Failure::Overloaded(Shortage::Waiting))) && after == 0);
        let (budget, waiting) = (Arc::new(Budget::new(Some(0), || 0)), Permits::new(0));
        let (claim, limits) = (Claim::new(&budget), HttpLimits::default());
        let bounds = Bounds { limits: &limits, memory: &claim, waiting: &waiting };
        let there = bounds.read(Full::new(Bytes::from_static(b"{}"))).await;
        assert_eq!(there.expect("it is there").len(), 2);
        let declared = bounds.read(Full::new(Bytes::from(vec![0; 17 * KIB]))).await;
        assert!(matches!(declared, Err(Failure::Overloaded(Shortage::Memory))));
    }
}
