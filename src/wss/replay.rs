//! Remembering nonces, so that no token is accepted twice.

use std::collections::{BTreeSet, HashMap};
use std::future::{Future, ready};

use parking_lot::{Mutex, MutexGuard};

use chrono::{DateTime, Utc};

use crate::limits::REPLAY_SHARE;

/// Hashes that no other token has.
pub type Key = [u8; 32];

/// What is to be remembered of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// All of them, or none.
    pub keys: Vec<Key>,
    /// Whose it is; nobody may fill the store alone.
    pub owner: Key,
    /// The last instant at which the token could be accepted, and some more.
    pub expires: DateTime<Utc>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// A memory of what was accepted. One call decides, for checking and adding in two steps lets two copies through.
pub trait ReplayStore: Send + Sync {
    /// Remembers `claim`. Errors: it is known, or nobody can tell.
    fn claim(&self, claim: Claim) -> impl Future<Output = Result<(), ClaimError>> + Send;
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
    /// The store did not answer in time.
    #[error("the replay store cannot be reached")]
    Unreachable,
}

/// A memory of this process.
#[derive(Debug)]
pub struct MemoryReplay {
    most: usize,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<Key, (DateTime<Utc>, Key)>,
    by_time: BTreeSet<(DateTime<Utc>, Key)>,
    by_owner: HashMap<Key, usize>,
    /// The latest expiry that was forgotten. What would have expired before may have been there.
    forgotten: Option<DateTime<Utc>>,
}

impl MemoryReplay {
    /// A memory for `most` keys.
    pub fn new(most: usize) -> Self {
        Self { most, entries: Mutex::default() }
    }

    fn locked(&self) -> MutexGuard<'_, Entries> {
        // Nothing that is done under the lock panics; if it did, what is remembered still counts.
        self.entries.lock()
    }

    /// How many keys are remembered.
    pub fn len(&self) -> usize {
        self.locked().by_key.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Remembers `claim` at once.
    pub fn claim_now(&self, claim: &Claim) -> Result<(), ClaimError> {
        let mut entries = self.locked();
        entries.forget(claim.now);
        let owned = entries.by_owner.get(&claim.owner).map_or(0, |owned| *owned) + claim.keys.len();
        match () {
            () if entries.knows(claim) => Err(ClaimError::Replayed),
            () if entries.by_key.len() + claim.keys.len() > self.most => Err(ClaimError::Full),
            () if owned > self.most.div_ceil(REPLAY_SHARE) => Err(ClaimError::Full),
            () => {
                entries.keep(claim);
                Ok(())
            }
        }
    }
}

impl ReplayStore for MemoryReplay {
    fn claim(&self, claim: Claim) -> impl Future<Output = Result<(), ClaimError>> + Send {
        ready(self.claim_now(&claim))
    }
}

impl Entries {
    /// A clock that was set back makes tokens fresh again whose keys are gone already: those count as known.
    fn knows(&self, claim: &Claim) -> bool {
        let gone = self.forgotten.is_some_and(|forgotten| claim.expires <= forgotten);
        gone || claim.keys.iter().any(|key| self.by_key.contains_key(key))
    }

    fn keep(&mut self, claim: &Claim) {
        for key in &claim.keys {
            self.by_key.insert(*key, (claim.expires, claim.owner));
            self.by_time.insert((claim.expires, *key));
            *self.by_owner.entry(claim.owner).or_default() += 1;
        }
    }

    /// Drops what no token can match any more.
    fn forget(&mut self, now: DateTime<Utc>) {
        while let Some((expires, key)) = self.by_time.first().copied().filter(|(expires, _)| *expires <= now)
        {
            self.by_time.remove(&(expires, key));
            self.forgotten = self.forgotten.max(Some(expires));
            if let Some((_, owner)) = self.by_key.remove(&key) {
                self.release(owner);
            }
        }
    }

    fn release(&mut self, owner: Key) {
        if let Some(count) = self.by_owner.get_mut(&owner) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_owner.remove(&owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("time")
    }

    fn claim(keys: &[u8], owner: u8, expires: i64, now: i64) -> Claim {
        let keys = keys.iter().map(|key| [*key; 32]).collect();
        Claim { keys, owner: [owner; 32], expires: at(expires), now: at(now) }
    }

    #[test]
    fn a_full_store_refuses_and_forgets_nothing_that_counts() {
        let store = MemoryReplay::new(4);
        for owner in 1..=4 {
            assert_eq!(store.claim_now(&claim(&[owner], owner, 10, 0)), Ok(()));
        }
        assert_eq!(store.claim_now(&claim(&[5], 5, 10, 0)), Err(ClaimError::Full));
        assert_eq!(store.claim_now(&claim(&[1], 1, 10, 9)), Err(ClaimError::Replayed));
        assert_eq!(store.claim_now(&claim(&[1], 1, 20, 10)), Ok(()));
        assert_eq!(store.len(), 1);
    }

    #[test]
    fn one_user_does_not_fill_the_store() {
        let store = MemoryReplay::new(8);
        assert_eq!(store.claim_now(&claim(&[1, 2], 1, 10, 0)), Ok(()));
        assert_eq!(store.claim_now(&claim(&[3], 1, 10, 0)), Err(ClaimError::Full));
        assert_eq!(store.claim_now(&claim(&[3], 2, 10, 0)), Ok(()));
        assert_eq!(store.claim_now(&claim(&[4], 1, 20, 10)), Ok(()));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_reopen_the_window() {
        let store = MemoryReplay::new(100);
        assert_eq!(store.claim_now(&claim(&[1], 1, 360, 0)), Ok(()));
        assert_eq!(store.claim_now(&claim(&[2], 1, 4000, 3700)), Ok(()));
        assert_eq!(store.claim_now(&claim(&[1], 1, 360, 10)), Err(ClaimError::Replayed));
        assert_eq!(store.claim_now(&claim(&[3], 1, 361, 10)), Ok(()));
    }

    #[test]
    fn of_64_copies_at_once_one_is_accepted() {
        let store = MemoryReplay::new(1000);
        let claims: Vec<bool> = std::thread::scope(|scope| {
            let claim = || store.claim_now(&claim(&[7, 8], 1, 10, 0)).is_ok();
            let threads: Vec<_> = (0..64).map(|_| scope.spawn(claim)).collect();
            threads.into_iter().map(|thread| thread.join().expect("thread")).collect()
        });
        assert_eq!(claims.iter().filter(|accepted| **accepted).count(), 1);
    }
}
