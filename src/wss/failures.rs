//! Counting failures, so that nobody guesses for long: a bucket for each user and place, which fills again with time.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, Hash, RandomState};

use parking_lot::{Mutex, MutexGuard};

use chrono::{DateTime, Duration, Utc};

use crate::limits::WssLimits;

/// Failures of users. A success empties nothing: an attacker may own an account.
#[derive(Debug)]
pub struct Failures {
    /// For how long one failure counts.
    each: Duration,
    /// How much of that may stand at one time.
    most: Duration,
    places: usize,
    hasher: RandomState,
    standing: Mutex<Standing>,
}

/// Whoever may fail. The hash has a key of its own in each [`Failures`]: nobody can make one that is another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FailureKey(u64);

/// When everything that was counted for a key has worn off, by key and by time: a memory that is full must not cost more.
#[derive(Debug, Default)]
struct Standing {
    by_key: HashMap<FailureKey, DateTime<Utc>>,
    by_time: BTreeSet<(DateTime<Utc>, FailureKey)>,
}

impl Failures {
    /// Nothing has failed yet; `most` failures may stand at one time.
    pub fn new(most: u32, limits: &WssLimits) -> Self {
        let (most, time) = (most.max(1), limits.failure_time.clamp(1, 86_400));
        let each = Duration::milliseconds(time * 1000 / i64::from(most));
        let places = limits.failure_places.max(1);
        Self {
            each,
            most: Duration::seconds(time),
            places,
            hasher: RandomState::new(),
            standing: Mutex::default(),
        }
    }

    fn locked(&self) -> MutexGuard<'_, Standing> {
        // Nothing that is done under the lock panics; if it did, counting on is better than to count no more.
        self.standing.lock()
    }

    /// What stands for `whom`.
    pub fn key(&self, whom: impl Hash) -> FailureKey {
        FailureKey(self.hasher.hash_one(whom))
    }

    /// Whether whoever `key` stands for must wait.
    pub fn are_too_many(&self, key: FailureKey, now: DateTime<Utc>) -> bool {
        let standing = self.locked();
        standing.by_key.get(&key).is_some_and(|until| *until + self.each > now + self.most)
    }

    /// Counts a failure. A memory that is full forgets whoever waits least.
    pub fn count(&self, key: FailureKey, now: DateTime<Utc>) {
        let mut standing = self.locked();
        let before = standing.remove(key);
        if standing.by_key.len() >= self.places
            && let Some((_, first)) = standing.by_time.pop_first()
        {
            standing.by_key.remove(&first);
        }
        let until = before.map_or(now, |before| before.max(now)) + self.each;
        standing.insert(key, until);
    }

    /// Takes back one failure that was counted before it was known to be one.
    pub fn forgive(&self, key: FailureKey) {
        let mut standing = self.locked();
        if let Some(until) = standing.remove(key) {
            standing.insert(key, until - self.each);
        }
    }
}

impl Standing {
    fn insert(&mut self, key: FailureKey, until: DateTime<Utc>) {
        self.by_key.insert(key, until);
        self.by_time.insert((until, key));
    }

    fn remove(&mut self, key: FailureKey) -> Option<DateTime<Utc>> {
        let until = self.by_key.remove(&key)?;
        self.by_time.remove(&(until, key));
        Some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: FailureKey = FailureKey(1);
    const TWO: FailureKey = FailureKey(2);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("time")
    }

    #[test]
    fn guesses_are_slowed_down_and_nobody_is_locked_out() {
        let limits = WssLimits { failures: 3, failure_time: 60, ..WssLimits::default() };
        let failures = Failures::new(limits.failures, &limits);
        for _ in 0..3 {
            assert!(!failures.are_too_many(ONE, at(0)));
            failures.count(ONE, at(0));
        }
        assert!(failures.are_too_many(ONE, at(0)) && !failures.are_too_many(TWO, at(0)));
        assert!(failures.are_too_many(ONE, at(19)) && !failures.are_too_many(ONE, at(20)));
        failures.count(ONE, at(20));
        assert!(failures.are_too_many(ONE, at(21)));
        assert!(!failures.are_too_many(ONE, at(100)));
    }

    #[test]
    fn what_was_no_failure_is_taken_back() {
        let limits = WssLimits { failures: 2, failure_time: 60, ..WssLimits::default() };
        let failures = Failures::new(limits.failures, &limits);
        for _ in 0..100 {
            failures.count(ONE, at(0));
            failures.forgive(ONE);
        }
        assert!(!failures.are_too_many(ONE, at(0)));
        failures.count(ONE, at(0));
        failures.count(ONE, at(0));
        assert!(failures.are_too_many(ONE, at(0)));
    }

    #[test]
    fn strangers_do_not_fill_the_memory() {
        let limits = WssLimits { failure_places: 10, ..WssLimits::default() };
        let failures = Failures::new(limits.failures, &limits);
        for stranger in 0..200 {
            failures.count(FailureKey(stranger), at(0));
        }
        let standing = failures.standing.lock();
        assert_eq!((standing.by_key.len(), standing.by_time.len()), (10, 10));
    }

    #[test]
    fn a_key_stands_for_one() {
        let limits = WssLimits::default();
        let (one, other) = (Failures::new(3, &limits), Failures::new(3, &limits));
        assert_eq!(one.key(("r", "ab", 1)), one.key(("r", "ab", 1)));
        assert_ne!(one.key(("r", "ab", 1)), one.key(("ra", "b", 1)));
        assert_ne!(one.key(("r", "ab", 1)), other.key(("r", "ab", 1)));
    }
}
