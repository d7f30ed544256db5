//! What became of claims, and could not be told to the store yet.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;

use super::kept::Hash;
use crate::limits::IDEMPOTENCY_UNSETTLED;

/// What became of a claim.
#[derive(Debug)]
pub(super) struct Unsettled {
    pub(super) key: Hash,
    /// What the store has of the claim.
    pub(super) claimed: Vec<u8>,
    /// What takes its place; where it is absent the key is free again.
    pub(super) kept: Option<Vec<u8>>,
}

/// What waits for the store, the oldest first, within [`IDEMPOTENCY_UNSETTLED`].
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    entries: VecDeque<Arc<Unsettled>>,
    bytes: usize,
    /// Whether somebody tells the store.
    served: bool,
}

impl Unsettled {
    fn size(&self) -> usize {
        OVERHEAD + self.claimed.len() + self.kept.as_ref().map_or(0, Vec::len)
    }
}

impl Waiting {
    /// Lets `unsettled` wait. Whether nobody tells the store yet, and the caller must.
    #[must_use]
    pub(super) fn add(&self, unsettled: Unsettled) -> bool {
        let mut queue = self.0.lock();
        let bytes = queue.bytes + unsettled.size();
        if bytes > IDEMPOTENCY_UNSETTLED {
            // The store has an open claim then, of which nobody knows the outcome after its time.
            return false;
        }
        queue.bytes = bytes;
        queue.entries.push_back(Arc::new(unsettled));
        !std::mem::replace(&mut queue.served, true)
    }

    /// What waits longest. Where nothing does, whoever asks has no more to do.
    pub(super) fn first(&self) -> Option<Arc<Unsettled>> {
        let mut queue = self.0.lock();
        let first = queue.entries.front().cloned();
        queue.served = first.is_some();
        first
    }

    /// Takes away what waited longest.
    pub(super) fn settled(&self) {
        let mut queue = self.0.lock();
        if let Some(settled) = queue.entries.pop_front() {
            queue.bytes -= settled.size();
        }
    }
}

/// Bytes of an entry beside what it holds.
const OVERHEAD: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    fn unsettled(bytes: usize) -> Unsettled {
        Unsettled { key: [1; 32], claimed: Vec::new(), kept: Some(vec![0; bytes]) }
    }

    #[test]
    fn one_tells_the_store_until_nothing_waits_and_what_waits_is_bounded() {
        let waiting = Waiting::default();
        assert!(waiting.add(unsettled(IDEMPOTENCY_UNSETTLED - OVERHEAD)));
        assert!(!waiting.add(unsettled(0)), "there is no room for it");
        assert!(waiting.first().is_some());
        waiting.settled();
        assert!(!waiting.add(unsettled(0)), "somebody tells the store");
        waiting.settled();
        assert!(waiting.first().is_none());
        assert!(waiting.add(unsettled(0)));
    }
}
