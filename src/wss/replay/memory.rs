//! Used tokens in the memory of this process.

use std::collections::{BTreeSet, HashMap};
use std::future::{Future, ready};

use chrono::{DateTime, Utc};
use parking_lot::{Mutex, MutexGuard};

use super::keyed::{Keyed, Keys};
use super::{Claim, ClaimError, ReplayStore};
use crate::limits::REPLAY_SHARE;

/// A memory of this process.
#[derive(Debug)]
pub struct MemoryReplay {
    most: usize,
    keyed: Keyed,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<u64, (DateTime<Utc>, u64)>,
    by_time: BTreeSet<(DateTime<Utc>, u64)>,
    by_owner: HashMap<u64, usize>,
    /// The latest expiry that was forgotten. What would have expired before may have been there.
    forgotten: Option<DateTime<Utc>>,
}

impl MemoryReplay {
    /// A memory for `most` keys.
    pub fn new(most: usize) -> Self {
        Self { most, keyed: Keyed::default(), entries: Mutex::default() }
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
    pub fn claim_now(&self, claim: &Claim<'_>) -> Result<(), ClaimError> {
        let (keys, expires) = (self.keyed.keys(claim), claim.expires());
        let count = keys.iter().count();
        let mut entries = self.locked();
        entries.forget(claim.now);
        let owned = entries.by_owner.get(&keys.owner).map_or(0, |owned| *owned) + count;
        match () {
            () if entries.knows(keys, expires) => Err(ClaimError::Replayed),
            () if entries.by_key.len() + count > self.most => Err(ClaimError::Full),
            () if owned > self.most.div_ceil(REPLAY_SHARE) => Err(ClaimError::Full),
            () => {
                entries.keep(keys, expires);
                Ok(())
            }
        }
    }
}

impl ReplayStore for MemoryReplay {
    fn claim(&self, claim: Claim<'_>) -> impl Future<Output = Result<(), ClaimError>> + Send {
        ready(self.claim_now(&claim))
    }
}

impl Entries {
    /// A clock that was set back makes tokens fresh again whose keys are gone already: those count as known.
    fn knows(&self, keys: Keys, expires: DateTime<Utc>) -> bool {
        let gone = self.forgotten.is_some_and(|forgotten| expires <= forgotten);
        gone || keys.iter().any(|key| self.by_key.contains_key(&key))
    }

    fn keep(&mut self, keys: Keys, expires: DateTime<Utc>) {
        for key in keys.iter() {
            self.by_key.insert(key, (expires, keys.owner));
            self.by_time.insert((expires, key));
            *self.by_owner.entry(keys.owner).or_default() += 1;
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

    fn release(&mut self, owner: u64) {
        if let Some(count) = self.by_owner.get_mut(&owner) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_owner.remove(&owner);
            }
        }
    }
}

#[cfg(test)]
mod tests;
