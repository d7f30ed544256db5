//! What one operation has of that which all exchanges share.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::permits::{Permit, Permits};
use crate::limits::OPERATION_SHARE;

/// The exchanges of one operation.
#[derive(Debug)]
pub(in crate::bridge) struct OperationLoad {
    exchanges: Permits,
    /// Whether it has as many as it needs, whatever others need.
    bounded: bool,
    /// Bytes of a reply that is to be expected.
    reply: AtomicUsize,
}

impl OperationLoad {
    /// Of an operation that may have so many exchanges at one time as are the `most`. Where nobody has said that, it leaves places to
    /// others.
    pub(in crate::bridge) fn new(most: Option<usize>) -> Self {
        let exchanges = Permits::new(most.map_or(usize::MAX, |most| most));
        Self { exchanges, bounded: most.is_some(), reply: AtomicUsize::new(0) }
    }

    /// A place for one more exchange, of those that are `free` for all; `alone` says that there is no other operation.
    #[inline]
    pub(in crate::bridge) fn enter(&self, free: usize, alone: bool) -> Option<Permit<'_>> {
        if self.bounded || alone {
            return self.exchanges.take();
        }
        self.exchanges.take_of(free.saturating_add(1).saturating_mul(OPERATION_SHARE))
    }

    /// Bytes that its next reply may have: as many as the largest one of late, which is forgotten little by little.
    #[inline]
    pub(in crate::bridge) fn expected_reply(&self) -> usize {
        self.reply.load(Ordering::Relaxed)
    }

    /// Notes that a reply had so many `bytes`.
    #[inline]
    pub(in crate::bridge) fn replied(&self, bytes: usize) {
        let expected = self.expected_reply();
        if bytes != expected {
            self.reply.store(bytes.max(expected - expected / 8), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_operation_leaves_places_to_the_others() {
        let (all, slow, quick) = (Permits::new(90), OperationLoad::new(None), OperationLoad::new(None));
        let enter = |load: &OperationLoad, alone| {
            let (place, own) = (all.take()?, load.enter(all.free(), alone)?);
            // The test gives nothing back.
            std::mem::forget((place, own));
            Some(())
        };
        let taken = (0..90).take_while(|_| enter(&slow, false).is_some()).count();
        assert_eq!(taken, 80, "eight ninths");
        assert!(enter(&quick, false).is_some());
    }

    #[test]
    fn an_operation_has_what_it_was_given_and_one_alone_has_everything() {
        let bounded = OperationLoad::new(Some(1));
        let place = bounded.enter(0, false);
        assert!(place.is_some() && bounded.enter(100, false).is_none());
        assert!(OperationLoad::new(None).enter(0, true).is_some());
    }

    #[test]
    fn a_large_reply_is_expected_for_a_while() {
        let load = OperationLoad::new(None);
        load.replied(80);
        assert_eq!(load.expected_reply(), 80);
        load.replied(10);
        assert_eq!(load.expected_reply(), 70);
        load.replied(100);
        assert_eq!(load.expected_reply(), 100);
    }
}
