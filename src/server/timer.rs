//! The timer of one connection in HTTP/1.1, which has one deadline at a time: that of the next head.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use parking_lot::Mutex;

use crate::bridge::Alarm;

/// hyper has one deadline for a connection that rests and for one whose head has begun, and drops what waits for it when there is the
/// head. Here a head has its own deadline once it has begun, and what waits is kept for the next one.
#[derive(Clone, Debug)]
pub(super) struct HeadTimer {
    shared: Arc<Shared>,
    /// For a head, from its first byte.
    deadline: Duration,
}

#[derive(Debug)]
struct Shared {
    kept: Mutex<Alarm>,
    begun: AtomicBool,
}

impl HeadTimer {
    /// A timer for a connection that was just opened, and has to send a head in the time of one.
    pub(super) fn new(deadline: Duration) -> Self {
        let shared = Shared { kept: Mutex::default(), begun: AtomicBool::new(true) };
        Self { shared: Arc::new(shared), deadline }
    }

    /// Says whether a part of a head is there.
    #[inline]
    pub(super) fn begun(&self, begun: bool) {
        self.shared.begun.store(begun, Ordering::Relaxed);
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let alarm = std::mem::take(&mut *self.shared.kept.lock());
        Box::pin(Waiting {
            deadline: deadline.into(),
            head: Some(self.deadline),
            alarm,
            shared: self.shared.clone(),
        })
    }
}

/// Someone who waits for a deadline.
struct Waiting {
    deadline: tokio::time::Instant,
    /// For a head, until one has begun.
    head: Option<Duration>,
    alarm: Alarm,
    shared: Arc<Shared>,
}

impl Future for Waiting {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.shared.begun.load(Ordering::Relaxed)
            && let Some(head) = self.head.take()
        {
            self.deadline = self.deadline.min(tokio::time::Instant::now() + head);
        }
        let deadline = self.deadline;
        ready!(self.alarm.poll(deadline, context));
        Poll::Ready(())
    }
}

impl Sleep for Waiting {}

impl Drop for Waiting {
    fn drop(&mut self) {
        *self.shared.kept.lock() = std::mem::take(&mut self.alarm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_head_that_has_begun_has_less_time_than_a_connection_that_rests() {
        let seconds = |began: tokio::time::Instant| began.elapsed().as_secs();
        let timer = HeadTimer::new(Duration::from_secs(10));
        let began = tokio::time::Instant::now();
        let idle = || began.into_std() + Duration::from_secs(60);
        timer.sleep_until(idle()).await;
        assert_eq!(seconds(began), 10, "nothing was sent yet");
        timer.begun(false);
        let mut resting = timer.sleep_until(idle());
        let half = tokio::time::timeout(Duration::from_secs(20), resting.as_mut()).await;
        assert!(half.is_err(), "it rests");
        timer.begun(true);
        resting.await;
        assert_eq!(seconds(began), 40, "ten from when it was seen");
    }
}
