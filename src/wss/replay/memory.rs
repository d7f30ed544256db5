//! Used tokens in the memory of this process.

use std::future::{Future, ready};

use parking_lot::{Mutex, MutexGuard};

use super::epochs::{Counted, Epochs};
use super::keyed::Keyed;
use super::table::Table;
use super::{Claim, ClaimError, ReplayStore};

/// A memory of this process. It takes some ten bytes for a key, and only while there are so many: a burst is given back, claim by
/// claim, when it has expired.
#[derive(Debug)]
pub struct MemoryReplay {
    most: usize,
    keyed: Keyed,
    kept: Mutex<Kept>,
}

/// Every key of the table is in an epoch, which tells when it goes.
#[derive(Debug, Default)]
struct Kept {
    epochs: Epochs,
    table: Table,
}

impl MemoryReplay {
    /// A memory for `most` keys.
    pub fn new(most: usize) -> Self {
        // Counts of users have 32 bits.
        let most = most.min(u32::MAX as usize);
        Self { most, keyed: Keyed::default(), kept: Mutex::default() }
    }

    fn locked(&self) -> MutexGuard<'_, Kept> {
        // Nothing that is done under the lock panics; if it did, what is remembered still counts.
        self.kept.lock()
    }

    /// How many keys are remembered.
    pub fn len(&self) -> usize {
        self.locked().epochs.count()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Remembers `claim` at once.
    pub fn claim_now(&self, claim: &Claim<'_>) -> Result<(), ClaimError> {
        let (keys, expires) = (self.keyed.keys(claim), claim.expires());
        let counted = Counted { owner: keys.owner, keys: keys.iter().count(), expires, life: claim.life };
        let mut kept = self.locked();
        let Kept { epochs, table } = &mut *kept;
        epochs.forget(claim.now, table);
        table.clean_some();
        if epochs.may_have_forgotten(expires) || keys.iter().any(|key| table.has(key)) {
            return Err(ClaimError::Replayed);
        }
        if !epochs.have_room(counted, self.most) {
            return Err(ClaimError::Full);
        }
        let epoch = epochs.add(counted, table);
        keys.iter().for_each(|key| table.put(key, epoch));
        Ok(())
    }
}

impl ReplayStore for MemoryReplay {
    fn claim(&self, claim: Claim<'_>) -> impl Future<Output = Result<(), ClaimError>> + Send {
        ready(self.claim_now(&claim))
    }
}

#[cfg(test)]
mod tests;
