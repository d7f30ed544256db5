//! The timer of one connection in HTTP/1.1, which has one deadline at a time: that of the next head.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use parking_lot::Mutex;

use crate::bridge::Alarm;

/// hyper drops what waits for the deadline of a head when there is the head. Here it is kept for the next one.
#[derive(Debug, Default)]
pub(super) struct HeadTimer {
    kept: Arc<Mutex<Alarm>>,
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let alarm = std::mem::take(&mut *self.kept.lock());
        Box::pin(Waiting { deadline: deadline.into(), alarm, kept: self.kept.clone() })
    }
}

/// Someone who waits for a deadline.
struct Waiting {
    deadline: tokio::time::Instant,
    alarm: Alarm,
    kept: Arc<Mutex<Alarm>>,
}

impl Future for Waiting {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline;
        ready!(self.alarm.poll(deadline, context));
        Poll::Ready(())
    }
}

impl Sleep for Waiting {}

impl Drop for Waiting {
    fn drop(&mut self) {
        *self.kept.lock() = std::mem::take(&mut self.alarm);
    }
}
