//! Where samples go when they were looked at: to the threads that they are from.
//!
//! Memory that another thread gives back is no longer at hand for the thread that needs it next, which would then have to look for some in each
//! exchange.

use parking_lot::Mutex;

use crate::limits::TRAFFIC_HOME;

/// What one thread made, and another one has done with.
#[derive(Debug)]
pub(in crate::bridge) struct Home<T>(Mutex<Vec<T>>);

impl<T> Default for Home<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Home<T> {
    /// Frees what is there. Whoever would have to wait leaves it to the next time.
    #[inline]
    pub(super) fn clear(&self) {
        if let Some(mut all) = self.0.try_lock() {
            all.clear();
        }
    }

    /// Takes one; those above a bound are freed here.
    pub(super) fn take(&self, one: T) {
        let mut all = self.0.lock();
        if all.len() < TRAFFIC_HOME {
            all.push(one);
        }
    }
}
