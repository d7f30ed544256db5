//! What the clients of one HTTP/2 connection do with it: requests that are answered, answers that are taken.
//!
//! In HTTP/1.1 bytes that the client does not take stop the connection, and its stream sees it. In HTTP/2 the client says how much of
//! which answer it takes, and may take none while everything else goes on.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use crate::limits::HttpLimits;

/// Counted by whoever answers.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// Requests so far.
    requests: AtomicU64,
    /// Requests that are being answered.
    answering: AtomicUsize,
    /// Answers that are not taken whole.
    answers: AtomicUsize,
    /// Bytes of answers that were taken so far.
    taken: AtomicU64,
}

/// What a meter shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Reading {
    requests: u64,
    answering: usize,
    answers: usize,
    taken: u64,
}

impl Meter {
    pub(super) fn request_begins(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.answering.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn request_ends(&self) {
        self.answering.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn answer_begins(&self) {
        self.answers.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn answer_goes_on(&self, bytes: usize) {
        self.taken.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn answer_ends(&self) {
        self.answers.fetch_sub(1, Ordering::Relaxed);
    }

    fn read(&self) -> Reading {
        Reading {
            requests: self.requests.load(Ordering::Relaxed),
            answering: self.answering.load(Ordering::Relaxed),
            answers: self.answers.load(Ordering::Relaxed),
            taken: self.taken.load(Ordering::Relaxed),
        }
    }
}

/// What is to become of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It goes on.
    Keep,
    /// Its client shall ask elsewhere; what it has asked is answered.
    Finish,
    /// Nothing more is to be had from it.
    Drop,
}

/// Looks at a meter from time to time.
#[derive(Debug)]
pub(super) struct Watch {
    idle: Duration,
    write_time: Duration,
    /// Bytes of each answer that are to be taken in that time.
    least: u64,
    /// What there was when the client last did what it has to, and how long ago that was.
    before: Reading,
    waited: Duration,
    finished: bool,
}

impl Watch {
    pub(super) fn new(limits: &HttpLimits) -> Self {
        Self {
            idle: Duration::from_millis(limits.idle),
            write_time: Duration::from_millis(limits.write_time),
            least: limits.write_time.saturating_mul(limits.min_rate) / 1000,
            before: Reading::default(),
            waited: Duration::ZERO,
            finished: false,
        }
    }

    /// How often it is to look.
    pub(super) fn interval(&self) -> Duration {
        (self.idle.min(self.write_time) / 4).max(Duration::from_millis(1))
    }

    /// Looks at `meter`, an interval after it did so last.
    pub(super) fn look(&mut self, meter: &Meter) -> Verdict {
        let now = meter.read();
        if self.is_busy(now) {
            (self.before, self.waited, self.finished) = (now, Duration::ZERO, false);
            return Verdict::Keep;
        }
        self.waited += self.interval();
        let (time, verdict) = match (now.answers, self.finished) {
            (0, false) => (self.idle, Verdict::Finish),
            (0, true) | (_, _) => (self.write_time, Verdict::Drop),
        };
        if self.waited < time {
            return Verdict::Keep;
        }
        (self.waited, self.finished) = (Duration::ZERO, true);
        verdict
    }

    /// Whether the client does what it has to: it asks, it waits for an answer, or it takes enough of each one that there is.
    fn is_busy(&self, now: Reading) -> bool {
        if now.answers == 0 {
            return now.answering > 0 || now.requests != self.before.requests || self.before.answers > 0;
        }
        // One that has begun since then has its time yet to come.
        let least = self.least.saturating_mul(self.before.answers.min(now.answers) as u64);
        self.before.answers == 0 || now.taken - self.before.taken >= least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks so many times; the last verdict, where all before it were to keep.
    fn look(watch: &mut Watch, meter: &Meter, times: usize) -> Verdict {
        for _ in 1..times {
            assert_eq!(watch.look(meter), Verdict::Keep);
        }
        watch.look(meter)
    }

    /// Every five seconds.
    fn watch() -> Watch {
        let watch = Watch::new(&HttpLimits::default());
        assert_eq!(watch.interval(), Duration::from_secs(5));
        watch
    }

    #[test]
    fn a_connection_without_requests_ends_after_its_time() {
        let (mut watch, meter) = (watch(), Meter::default());
        meter.request_begins();
        assert_eq!(look(&mut watch, &meter, 100), Verdict::Keep, "the backend is slow");
        meter.request_ends();
        assert_eq!(look(&mut watch, &meter, 12), Verdict::Finish);
        assert_eq!(look(&mut watch, &meter, 4), Verdict::Drop, "the client does not close it");
        let (mut watch, meter) = (self::watch(), Meter::default());
        for _ in 0..10 {
            assert_eq!(look(&mut watch, &meter, 11), Verdict::Keep);
            meter.request_begins();
            meter.request_ends();
            assert_eq!(watch.look(&meter), Verdict::Keep);
        }
    }

    #[test]
    fn each_answer_is_to_be_taken_in_time() {
        let (mut watch, meter) = (watch(), Meter::default());
        meter.request_begins();
        meter.answer_begins();
        meter.request_ends();
        assert_eq!(watch.look(&meter), Verdict::Keep);
        assert_eq!(look(&mut watch, &meter, 4), Verdict::Drop, "nothing was taken");
        let (mut watch, meter) = (self::watch(), Meter::default());
        meter.answer_begins();
        for _ in 0..10 {
            assert_eq!(look(&mut watch, &meter, 4), Verdict::Keep);
            meter.answer_goes_on(20 * 1024);
        }
        meter.answer_begins();
        assert_eq!(watch.look(&meter), Verdict::Keep, "the second one has just begun");
        meter.answer_goes_on(39 * 1024);
        assert_eq!(look(&mut watch, &meter, 4), Verdict::Drop, "too little for two");
        meter.answer_ends();
        meter.answer_ends();
    }

    /// As many as are pinned at one time, whatever else is asked meanwhile.
    #[test]
    fn other_requests_do_not_help_an_answer_that_is_not_taken() {
        let (mut watch, meter) = (watch(), Meter::default());
        meter.answer_begins();
        assert_eq!(watch.look(&meter), Verdict::Keep);
        for _ in 0..3 {
            meter.request_begins();
            assert_eq!(watch.look(&meter), Verdict::Keep);
        }
        assert_eq!(watch.look(&meter), Verdict::Drop);
    }
}
