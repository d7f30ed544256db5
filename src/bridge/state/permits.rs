//! Places for what goes on at one time.

use std::sync::atomic::{AtomicUsize, Ordering};

/// So many places. Nobody waits for one.
#[derive(Debug)]
pub(in crate::bridge) struct Permits {
    most: usize,
    taken: AtomicUsize,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(in crate::bridge) struct Permit<'p>(&'p Permits);

impl Permits {
    pub(in crate::bridge) fn new(most: usize) -> Self {
        Self { most, taken: AtomicUsize::new(0) }
    }

    #[inline]
    pub(in crate::bridge) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    pub(in crate::bridge) fn most(&self) -> usize {
        self.most
    }

    #[inline]
    pub(in crate::bridge) fn free(&self) -> usize {
        self.most.saturating_sub(self.taken())
    }

    /// A place, if there is one.
    #[inline]
    pub(in crate::bridge) fn take(&self) -> Option<Permit<'_>> {
        self.take_of(self.most)
    }

    /// A place, if no more than `most` are taken with it.
    #[inline]
    pub(in crate::bridge) fn take_of(&self, most: usize) -> Option<Permit<'_>> {
        let most = most.min(self.most);
        let more = |taken| (taken < most).then_some(taken + 1);
        let taken = self.taken.fetch_update(Ordering::AcqRel, Ordering::Relaxed, more);
        taken.is_ok().then(|| Permit(self))
    }
}

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_there_are() {
        let permits = Permits::new(2);
        let (first, second) = (permits.take(), permits.take());
        assert!(first.is_some() && second.is_some() && permits.take().is_none());
        assert_eq!((permits.taken(), permits.free()), (2, 0));
        drop(first);
        assert!(permits.take_of(1).is_none() && permits.take_of(9).is_some());
        assert_eq!(permits.taken(), 1);
    }
}
