//! Memory for bodies: promised before they are read, and given back when the last byte of them is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::limits::BODY_UNCOUNTED;

/// The memory that all bodies of a process may take.
#[derive(Debug)]
pub(in crate::bridge) struct Budget {
    most: OnceLock<usize>,
    /// How much that is, where nobody has said it. It is asked when all threads are there, for they take memory too.
    find: fn() -> usize,
    taken: AtomicUsize,
}

/// There is no memory for another body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) struct Exhausted;

impl Budget {
    /// As much as is `given`, or as `find` finds when the first body comes.
    pub(in crate::bridge) fn new(given: Option<usize>, find: fn() -> usize) -> Self {
        let most = given.map_or_else(OnceLock::new, OnceLock::from);
        Self { most, find, taken: AtomicUsize::new(0) }
    }

    /// Bytes that are taken, and as many as there are.
    pub(in crate::bridge) fn state(&self) -> (usize, usize) {
        (self.taken.load(Ordering::Relaxed), self.most())
    }

    fn most(&self) -> usize {
        *self.most.get_or_init(self.find)
    }

    fn take(&self, bytes: usize) -> Result<(), Exhausted> {
        let most = self.most();
        let more = |taken: usize| taken.checked_add(bytes).filter(|sum| *sum <= most);
        let taken = self.taken.fetch_update(Ordering::AcqRel, Ordering::Relaxed, more);
        taken.map(|_| ()).map_err(|_| Exhausted)
    }

    #[cfg(test)]
    pub(in crate::bridge) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    fn give_back(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::AcqRel);
    }
}

/// What one exchange has of a budget. What is small takes nothing: its connection has about as much.
#[derive(Debug)]
pub(in crate::bridge) struct Claim<'b> {
    budget: &'b Arc<Budget>,
    bytes: AtomicUsize,
}

impl<'b> Claim<'b> {
    /// Nothing yet.
    #[inline]
    pub(in crate::bridge) fn new(budget: &'b Arc<Budget>) -> Self {
        Self { budget, bytes: AtomicUsize::new(0) }
    }

    fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Whether so many `bytes` are counted, or any are claimed.
    #[inline]
    pub(in crate::bridge) fn counts(&self, bytes: u64) -> bool {
        bytes > BODY_UNCOUNTED as u64 || self.bytes() > 0
    }

    /// Takes as much as is missing until it has `bytes`.
    #[inline]
    pub(in crate::bridge) fn cover(&self, bytes: usize) -> Result<(), Exhausted> {
        if bytes <= BODY_UNCOUNTED.max(self.bytes()) {
            return Ok(());
        }
        self.budget.take(bytes - self.bytes())?;
        self.bytes.store(bytes, Ordering::Relaxed);
        Ok(())
    }

    /// Has `bytes` from now on, whether there is place for them or not: they are there already, and what comes next finds less.
    #[inline]
    pub(in crate::bridge) fn settle(&self, bytes: usize) {
        let bytes = if bytes <= BODY_UNCOUNTED { 0 } else { bytes };
        let before = self.bytes.swap(bytes, Ordering::Relaxed);
        if bytes > before {
            self.budget.taken.fetch_add(bytes - before, Ordering::AcqRel);
        } else if bytes < before {
            self.budget.give_back(before - bytes);
        }
    }

    /// `bytes`, which take what they are until they are dropped by whoever has them last.
    pub(in crate::bridge) fn hold(&self, bytes: Bytes) -> Bytes {
        match self.hand_over(bytes.len()) {
            Hold { claimed: 0, .. } => bytes,
            hold => Bytes::from_owner(Held { bytes, _hold: hold }),
        }
    }

    /// So many `bytes`, which are taken until what is given is dropped.
    pub(in crate::bridge) fn hand_over(&self, bytes: usize) -> Hold {
        self.settle(bytes);
        Hold { claimed: self.bytes.swap(0, Ordering::Relaxed), budget: self.budget.clone() }
    }
}

impl Drop for Claim<'_> {
    #[inline]
    fn drop(&mut self) {
        let bytes = *self.bytes.get_mut();
        if bytes > 0 {
            self.budget.give_back(bytes);
        }
    }
}

/// Bytes with their claim.
struct Held {
    bytes: Bytes,
    _hold: Hold,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Memory that is taken until this is dropped.
#[derive(Debug)]
pub(in crate::bridge) struct Hold {
    claimed: usize,
    budget: Arc<Budget>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.budget.give_back(self.claimed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: usize = 100 * 1024;

    #[test]
    fn what_is_claimed_is_given_back() {
        let budget = Arc::new(Budget::new(None, || 3 * LARGE));
        let taken = || budget.taken.load(Ordering::Relaxed);
        let (first, second) = (Claim::new(&budget), Claim::new(&budget));
        assert_eq!((first.cover(BODY_UNCOUNTED), taken()), (Ok(()), 0), "a small one");
        assert_eq!((first.cover(LARGE), first.cover(2 * LARGE), taken()), (Ok(()), Ok(()), 2 * LARGE));
        assert_eq!((first.cover(LARGE), taken()), (Ok(()), 2 * LARGE), "it has that already");
        assert_eq!((second.cover(LARGE + 1), taken()), (Err(Exhausted), 2 * LARGE));
        assert_eq!((second.cover(LARGE), taken()), (Ok(()), 3 * LARGE), "exactly as much as there is");
        first.settle(3 * LARGE);
        assert_eq!(taken(), 4 * LARGE, "it is there already");
        first.settle(LARGE);
        assert_eq!(taken(), 2 * LARGE);
        drop(second);
        assert_eq!(taken(), LARGE);
        first.settle(1);
        drop(first);
        assert_eq!(taken(), 0);
    }

    #[test]
    fn bytes_hold_their_claim_until_the_last_of_them_is_dropped() {
        let budget = Arc::new(Budget::new(Some(LARGE), || 0));
        let taken = || budget.taken.load(Ordering::Relaxed);
        let claim = Claim::new(&budget);
        claim.cover(LARGE).expect("there is place");
        let mut answer = claim.hold(vec![7; LARGE / 2].into());
        drop(claim);
        assert_eq!((taken(), answer.len()), (LARGE / 2, LARGE / 2));
        let piece = answer.split_to(10);
        drop(answer);
        assert_eq!(taken(), LARGE / 2);
        drop(piece);
        assert_eq!(taken(), 0);
        let small = Claim::new(&budget).hold(vec![7; 10].into());
        assert_eq!((taken(), small.len()), (0, 10));
    }
}
