//! What a backend was seen to do with its connections, which nothing says: after what time it closes those that rest, and whether it
//! serves one alone.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// What was seen of a backend. It is forgotten after a while.
#[derive(Debug)]
pub(super) struct Habits {
    began: Instant,
    /// The milliseconds that a connection may rest, by what was seen.
    rest: AtomicU64,
    /// The millisecond since it began up to which no connection rests.
    alone: AtomicU64,
    /// The millisecond up to which it is known to serve several at one time.
    many: AtomicU64,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// When a connection was found closed, and how long it had rested.
    closed: Option<(Instant, Duration)>,
    /// When the connections may be closed again for one that has no answer.
    release: Option<Instant>,
    /// How often in turn it was answered then, and how often it was not.
    released: u32,
    in_vain: u32,
}

impl Habits {
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            rest: AtomicU64::new(u64::MAX),
            alone: AtomicU64::new(0),
            many: AtomicU64::new(0),
            seen: Mutex::default(),
        }
    }

    /// The longest time that a connection may rest.
    #[inline]
    pub(super) fn rest(&self) -> Duration {
        Duration::from_millis(self.rest.load(Ordering::Relaxed))
    }

    /// Whether connections may rest at all.
    #[inline]
    pub(super) fn keeps(&self, now: Instant) -> bool {
        let alone = self.alone.load(Ordering::Relaxed);
        alone == 0 || self.at(now) >= alone
    }

    /// It answered on a connection while it had another one.
    pub(super) fn serves_many(&self, now: Instant) {
        self.many.fetch_max(self.at(now + MEMORY), Ordering::Relaxed);
    }

    /// A connection that had `rested` so long was found closed. Once, that may have been a restart; the second time it is how the
    /// backend is.
    pub(super) fn closed(&self, now: Instant, rested: Duration) {
        if rested < SHORTEST_REST {
            return;
        }
        let mut seen = self.seen.lock();
        let Some((at, before)) = seen.closed.filter(|(at, _)| since(*at, now) < MEMORY) else {
            seen.closed = Some((now, rested));
            return;
        };
        // Those that a restart closed are found in one moment.
        if since(at, now) >= MOMENT {
            self.rest_less(before.max(rested));
            seen.closed = Some((now, rested));
        }
    }

    /// A connection that had `rested` so long was closed just when a request was on its way. That is how the backend is.
    pub(super) fn lost(&self, now: Instant, rested: Duration) {
        if rested >= SHORTEST_REST {
            self.rest_less(rested);
            self.seen.lock().closed = Some((now, rested));
        }
    }

    /// It was closed at some time of its rest: half of that is early enough, unless it rested more than twice as long as it may.
    fn rest_less(&self, rested: Duration) {
        self.rest.fetch_min(millis((rested / 2).max(SHORTEST_REST)), Ordering::Relaxed);
    }

    /// Forgets what was seen too long ago.
    pub(super) fn forget(&self, now: Instant) {
        let mut seen = self.seen.lock();
        if seen.closed.is_some_and(|(at, _)| since(at, now) >= MEMORY) {
            seen.closed = None;
            self.rest.store(u64::MAX, Ordering::Relaxed);
        }
    }

    /// Whether the connections that rest may be closed for one that has no answer. For a moment no other one rests then, so that a
    /// backend which serves one alone comes to the next.
    pub(super) fn release(&self, now: Instant) -> bool {
        let mut seen = self.seen.lock();
        if seen.release.is_some_and(|again| now < again) || self.at(now) < self.many.load(Ordering::Relaxed) {
            return false;
        }
        seen.release = Some(now + MOMENT);
        self.stay_alone(now + MOMENT);
        true
    }

    /// Whether one was closed, and it got an answer at once. Twice in turn, and the backend serves one alone. If it did not, the backend is slow, and that is not
    /// to cost all connections again soon.
    pub(super) fn released(&self, now: Instant, answered: bool) {
        let mut seen = self.seen.lock();
        if !answered {
            let pause = AGAIN.saturating_mul(1 << seen.in_vain.min(6)).min(MEMORY);
            (seen.released, seen.in_vain, seen.release) = (0, seen.in_vain + 1, Some(now + pause));
            return;
        }
        (seen.released, seen.in_vain) = (seen.released + 1, 0);
        if seen.released > 1 {
            seen.released = 0;
            self.stay_alone(now + MEMORY);
        }
    }

    fn stay_alone(&self, until: Instant) {
        self.alone.fetch_max(self.at(until), Ordering::Relaxed);
    }

    /// The milliseconds since it began.
    fn at(&self, time: Instant) -> u64 {
        millis(since(self.began, time))
    }
}

fn since(before: Instant, now: Instant) -> Duration {
    now.saturating_duration_since(before)
}

fn millis(time: Duration) -> u64 {
    time.as_secs() * 1000 + u64::from(time.subsec_millis())
}

/// How long what was seen counts: backends are exchanged and mended.
const MEMORY: Duration = Duration::from_secs(10 * 60);

/// What happens within it has one cause.
const MOMENT: Duration = Duration::from_secs(1);

/// How long a backend that was slow is not taken for one that serves one connection; twice as long each time.
const AGAIN: Duration = Duration::from_secs(10);

/// No rest is made shorter: under load connections rest for less, and restarts are not to cost all of them.
const SHORTEST_REST: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backend_that_closes_connections_is_known_from_the_second_time_on() {
        let (habits, began) = (Habits::new(), Instant::now());
        let closed = |at: u64, rested: u64| {
            habits.closed(began + Duration::from_secs(at), Duration::from_millis(rested));
            habits.rest()
        };
        let nothing = Duration::from_millis(u64::MAX);
        assert_eq!(closed(0, 6000), nothing, "a restart");
        assert_eq!(closed(0, 1000), nothing, "the same one");
        assert_eq!(closed(2, 10), nothing, "it did not rest");
        assert_eq!(closed(5, 5000), Duration::from_secs(3));
        assert_eq!(closed(9, 4000), Duration::from_millis(2500));
        assert_eq!(closed(19, 300), Duration::from_secs(2));
        assert_eq!(closed(29, 400), SHORTEST_REST);
        habits.forget(began + Duration::from_secs(600));
        assert_eq!(habits.rest(), SHORTEST_REST);
        habits.forget(began + Duration::from_secs(700));
        assert_eq!(habits.rest(), nothing);
        assert_eq!(closed(2000, 1000), nothing);
        habits.lost(began + Duration::from_secs(2000), Duration::from_secs(4));
        assert_eq!(habits.rest(), Duration::from_secs(2), "once is enough");
    }

    #[test]
    fn a_backend_that_serves_one_connection_is_known_from_the_second_time_on() {
        let (habits, began) = (Habits::new(), Instant::now());
        let at = |seconds: u64| began + Duration::from_secs(seconds);
        assert!(habits.keeps(at(0)) && habits.release(at(0)));
        assert!(!habits.keeps(at(0)) && habits.keeps(at(2)));
        habits.released(at(1), true);
        assert!(habits.release(at(2)));
        habits.released(at(2), false);
        assert!(!habits.release(at(11)), "it is slow");
        for (at, answered) in [(at(13), true), (at(15), true)] {
            assert!(habits.keeps(at) && habits.release(at));
            habits.released(at, answered);
        }
        assert!(!habits.keeps(at(600)) && habits.keeps(at(700)));
        habits.serves_many(at(700));
        assert!(!habits.release(at(1200)) && habits.release(at(1400)));
    }
}
