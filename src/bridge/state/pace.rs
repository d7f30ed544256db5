//! How many exchanges a thread works on at one time: as many as leave it in time for whatever is due.
//!
//! A thread that has more to do than it can is late at everything, also at telling clients that there is too much. So it looks how late it is,
//! and the bound follows by the gradient of that, as in Envoy's adaptive concurrency and Netflix's concurrency limits. These look at how long
//! exchanges take, which here is how long backends and large messages take: that says nothing about the bridge. What counts is the least
//! lateness of a while (CoDel, RFC 8289 section 4.2): one large message makes a thread late once, too many make it late all the time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::permits::{Permit, Permits};
use crate::limits::{HttpLimits, PACE_LATE, PACE_LEAST, PACE_LOOKS};

/// The exchanges that one thread works on.
#[derive(Debug)]
pub(in crate::bridge) struct Pace {
    working: Permits,
    bound: AtomicUsize,
    /// Whether nobody has said how many there may be.
    adapts: bool,
}

impl Pace {
    pub(in crate::bridge) fn new(limits: &HttpLimits) -> Self {
        let adapts = limits.concurrent.is_none();
        Self { working: Permits::new(usize::MAX), bound: AtomicUsize::new(usize::MAX), adapts }
    }

    /// A place for one more, if the thread can work on it in time.
    #[inline]
    pub(in crate::bridge) fn enter(&self) -> Option<Permit<'_>> {
        self.working.take_of(self.bound.load(Ordering::Relaxed))
    }

    /// Keeps the bound to what the thread can do, as long as this is polled on it.
    pub(in crate::bridge) async fn keep(&self) {
        if !self.adapts {
            return std::future::pending().await;
        }
        let mut window = Window::default();
        loop {
            let due = if self.working.taken() < PACE_LEAST { SELDOM } else { OFTEN };
            let began = Instant::now();
            sleep(due).await;
            let late = began.elapsed().saturating_sub(due);
            if let Some(seen) = window.add(late, self.working.taken()) {
                let bound = next(self.bound.load(Ordering::Relaxed), seen);
                self.bound.store(bound, Ordering::Relaxed);
            }
        }
    }
}

/// How often a thread looks how late it is while it has little to do, and else.
const SELDOM: Duration = Duration::from_millis(100);
const OFTEN: Duration = Duration::from_millis(10);

/// What was seen in a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    /// The least lateness.
    late: Duration,
    /// The most exchanges.
    working: usize,
}

/// Some looks.
#[derive(Debug, Default)]
struct Window {
    seen: Option<Seen>,
    looks: u32,
}

impl Window {
    /// Adds a look; what was seen, once there were enough.
    fn add(&mut self, late: Duration, working: usize) -> Option<Seen> {
        let seen = self.seen.map_or(Seen { late, working }, |seen| Seen {
            late: seen.late.min(late),
            working: seen.working.max(working),
        });
        (self.seen, self.looks) = (Some(seen), self.looks + 1);
        if self.looks < PACE_LOOKS {
            return None;
        }
        std::mem::take(self).seen
    }
}

/// The bound after `bound`. Where a thread is late, it shrinks by the gradient, and at most by half; where it is not by far, it grows by a
/// quarter, until there is none.
fn next(bound: usize, seen: Seen) -> usize {
    let target = Duration::from_millis(PACE_LATE);
    if seen.late > target {
        // Few exchanges are not what makes it late.
        if seen.working <= PACE_LEAST {
            return bound;
        }
        let gradient = (target.as_secs_f64() / seen.late.as_secs_f64()).max(0.5);
        return ((bound.min(seen.working) as f64 * gradient) as usize).max(PACE_LEAST);
    }
    match seen.late <= target / 2 {
        true => bound.saturating_add(bound / 4),
        false => bound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(late: u64, working: usize) -> Seen {
        Seen { late: Duration::from_millis(late), working }
    }

    #[test]
    fn the_bound_follows_the_lateness() {
        let unbounded = usize::MAX;
        assert_eq!(next(unbounded, seen(15, 60)), 40, "by the gradient");
        assert_eq!(next(unbounded, seen(1000, 60)), 30, "by no more than half");
        assert_eq!(next(30, seen(1000, 31)), 15);
        assert_eq!(next(15, seen(1000, 15)), PACE_LEAST);
        assert_eq!(next(PACE_LEAST, seen(1000, PACE_LEAST)), PACE_LEAST);
        assert_eq!(next(unbounded, seen(1000, 3)), unbounded, "others take the machine");
        assert_eq!(next(40, seen(8, 40)), 40, "as late as it may be");
        assert_eq!(next(40, seen(5, 40)), 50);
        assert_eq!(next(unbounded, seen(0, 1)), unbounded);
        let grown = (0..30).fold(PACE_LEAST, |bound, _| next(bound, seen(0, 1)));
        assert!(grown > 1024, "{grown} after three seconds at most");
    }

    #[test]
    fn one_large_message_is_no_overload() {
        let mut window = Window::default();
        let looks = [0, 1500, 1, 0, 2].map(|late| window.add(Duration::from_millis(late), 20));
        assert_eq!(looks, [None, None, None, None, Some(seen(0, 20))]);
        assert_eq!(window.add(Duration::from_millis(7), 3), None, "the next one begins anew");
        assert_eq!(window.seen, Some(seen(7, 3)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_thread_that_is_never_late_takes_all_and_a_number_is_a_number() {
        let pace = Pace::new(&HttpLimits::default());
        let kept = tokio::time::timeout(Duration::from_secs(10), pace.keep()).await;
        assert!(kept.is_err() && pace.enter().is_some());
        let pace = Pace::new(&HttpLimits { concurrent: Some(5), ..HttpLimits::default() });
        let kept = tokio::time::timeout(Duration::from_secs(10), pace.keep()).await;
        assert!(kept.is_err() && !pace.adapts);
    }
}
