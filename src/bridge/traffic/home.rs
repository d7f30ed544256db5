//! Where the room of exchanges goes when they were looked at: to the threads that they are from, which use it again.
//!
//! Memory that another thread frees is no longer at hand for the thread that needs it next, which would then have to look for some in each
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
    /// One that is there. Whoever would have to wait gets none.
    #[inline]
    pub(super) fn give(&self) -> Option<T> {
        self.0.try_lock()?.pop()
    }

    /// Takes one; those above a bound are freed here.
    pub(super) fn take(&self, one: T) {
        let mut all = self.0.lock();
        if all.len() < TRAFFIC_HOME {
            all.push(one);
        }
    }
}
