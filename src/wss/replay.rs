//! Remembering nonces, so that no token is accepted twice.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// A memory of what was accepted. One call decides, for checking and adding in two steps lets two copies through.
pub trait ReplayStore: Send + Sync {
    /// Remembers all of `keys` until `expires`, or none of them.
    fn claim(&self, keys: &[[u8; 32]], expires: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), ClaimError>;
}

/// Why nothing was remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// There is no room: refusing is safe, forgetting is not.
    #[error("the replay store is full")]
    Full,
    /// One of the keys was there.
    #[error("the token was used before")]
    Replayed,
}

/// A memory of this process.
#[derive(Debug)]
pub struct MemoryReplay {
    most: usize,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<[u8; 32], DateTime<Utc>>,
    by_time: BTreeSet<(DateTime<Utc>, [u8; 32])>,
}

impl MemoryReplay {
    /// A memory for `most` keys.
    pub fn new(most: usize) -> Self {
        Self { most, entries: Mutex::default() }
    }
}

impl ReplayStore for MemoryReplay {
    fn claim(&self, keys: &[[u8; 32]], expires: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), ClaimError> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.forget(now);
        if keys.iter().any(|key| entries.by_key.contains_key(key)) {
            return Err(ClaimError::Replayed);
        }
        if entries.by_key.len() + keys.len() > self.most {
            return Err(ClaimError::Full);
        }
        for key in keys {
            entries.by_key.insert(*key, expires);
            entries.by_time.insert((expires, *key));
        }
        Ok(())
    }
}

impl Entries {
    /// Drops what no token can match any more.
    fn forget(&mut self, now: DateTime<Utc>) {
        while let Some((expires, key)) = self.by_time.first().copied() {
            if expires > now {
                return;
            }
            self.by_time.remove(&(expires, key));
            self.by_key.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("time")
    }

    #[test]
    fn a_full_store_refuses_and_forgets_nothing_that_counts() {
        let store = MemoryReplay::new(2);
        assert_eq!(store.claim(&[[1; 32]], at(10), at(0)), Ok(()));
        assert_eq!(store.claim(&[[2; 32], [3; 32]], at(10), at(0)), Err(ClaimError::Full));
        assert_eq!(store.claim(&[[2; 32]], at(10), at(0)), Ok(()));
        assert_eq!(store.claim(&[[1; 32]], at(10), at(9)), Err(ClaimError::Replayed));
        assert_eq!(store.claim(&[[1; 32]], at(20), at(10)), Ok(()));
    }

    #[test]
    fn of_64_copies_at_once_one_is_accepted() {
        let store = MemoryReplay::new(1000);
        let claims: Vec<bool> = std::thread::scope(|scope| {
            let claim = || store.claim(&[[7; 32], [8; 32]], at(10), at(0)).is_ok();
            let threads: Vec<_> = (0..64).map(|_| scope.spawn(claim)).collect();
            threads.into_iter().map(|thread| thread.join().expect("thread")).collect()
        });
        assert_eq!(claims.iter().filter(|accepted| **accepted).count(), 1);
    }
}
