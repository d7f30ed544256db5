//! A budget of retries, as Finagle and linkerd have it: retries never multiply the load of a backend that is in trouble.

use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::limits::{RETRIES_A_SECOND, RETRIES_SAVED, RETRY_REQUESTS};

/// What a backend's retries are paid from: each request that could be retried pays in a part of one, and a few a second are free.
#[derive(Debug)]
pub(super) struct Retries {
    /// Requests that were not yet used for a retry.
    saved: AtomicUsize,
    /// Since when free ones are counted, and how many were taken.
    free: Mutex<(Instant, usize)>,
}

impl Retries {
    pub(super) fn new() -> Self {
        Self { saved: AtomicUsize::new(0), free: Mutex::new((Instant::now(), 0)) }
    }

    /// A request that could be retried was made.
    pub(super) fn earn(&self) {
        if self.saved.load(Ordering::Relaxed) < RETRIES_SAVED * RETRY_REQUESTS {
            self.saved.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether there may be a retry.
    pub(super) fn spend(&self, now: Instant) -> bool {
        let paid = |saved: usize| saved.checked_sub(RETRY_REQUESTS);
        if self.saved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, paid).is_ok() {
            return true;
        }
        let mut free = self.free.lock();
        if now.saturating_duration_since(free.0).as_secs() > 0 {
            *free = (now, 0);
        }
        free.1 += 1;
        free.1 <= RETRIES_A_SECOND
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn retries_are_a_fifth_of_requests_and_a_few_a_second() {
        let (retries, began) = (Retries::new(), Instant::now());
        let spent = |at: u64, times: usize| {
            (0..times).filter(|_| retries.spend(began + Duration::from_millis(at))).count()
        };
        assert_eq!(spent(0, 10), RETRIES_A_SECOND);
        assert_eq!(spent(900, 10), 0);
        (0..50).for_each(|_| retries.earn());
        assert_eq!(spent(900, 20), 10);
        assert_eq!(spent(2000, 10), RETRIES_A_SECOND);
        (0..100_000).for_each(|_| retries.earn());
        assert_eq!(spent(2000, 100_000), RETRIES_SAVED, "a quiet day does not pay for a storm");
    }
}
