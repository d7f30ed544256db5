//! Counting failures, so that nobody guesses for long: a bucket for each user and place, which fills again with time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

use super::replay::Key;
use crate::limits::WssLimits;

/// Failures of users. A success empties nothing: an attacker may own an account.
#[derive(Debug)]
pub struct Failures {
    /// For how long one failure counts.
    each: Duration,
    /// How much of that may stand at one time.
    most: Duration,
    places: usize,
    /// When everything that was counted has worn off.
    until: Mutex<HashMap<Key, DateTime<Utc>>>,
}

impl Failures {
    /// Nothing has failed yet.
    pub fn new(limits: &WssLimits) -> Self {
        let (most, time) = (limits.failures.max(1), limits.failure_time.clamp(1, 86_400));
        let each = Duration::milliseconds(time * 1000 / i64::from(most));
        let places = limits.failure_places.max(1);
        Self { each, most: Duration::seconds(time), places, until: Mutex::default() }
    }

    /// Whether whoever `key` stands for must wait.
    pub fn are_too_many(&self, key: &Key, now: DateTime<Utc>) -> bool {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.get(key).is_some_and(|until| *until + self.each > now + self.most)
    }

    /// Counts a failure. A memory that is full forgets whoever waits least.
    pub fn count(&self, key: Key, now: DateTime<Utc>) {
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.len() >= self.places && !until.contains_key(&key) {
            until.retain(|_, until| *until > now);
            let first = until.iter().min_by_key(|(_, until)| **until).map(|(key, _)| *key);
            if let Some(first) = first.filter(|_| until.len() >= self.places) {
                until.remove(&first);
            }
        }
        let standing = until.entry(key).or_insert(now);
        *standing = (*standing).max(now) + self.each;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("time")
    }

    #[test]
    fn guesses_are_slowed_down_and_nobody_is_locked_out() {
        let limits = WssLimits { failures: 3, failure_time: 60, ..WssLimits::default() };
        let failures = Failures::new(&limits);
        for _ in 0..3 {
            assert!(!failures.are_too_many(&[1; 32], at(0)));
            failures.count([1; 32], at(0));
        }
        assert!(failures.are_too_many(&[1; 32], at(0)) && !failures.are_too_many(&[2; 32], at(0)));
        assert!(failures.are_too_many(&[1; 32], at(19)) && !failures.are_too_many(&[1; 32], at(20)));
        failures.count([1; 32], at(20));
        assert!(failures.are_too_many(&[1; 32], at(21)));
        assert!(!failures.are_too_many(&[1; 32], at(100)));
    }

    #[test]
    fn strangers_do_not_fill_the_memory() {
        let limits = WssLimits { failure_places: 10, ..WssLimits::default() };
        let failures = Failures::new(&limits);
        for stranger in 0..200 {
            failures.count([stranger; 32], at(0));
        }
        assert!(failures.until.lock().expect("unpoisoned").len() <= 10);
    }
}
