//! Places of connections to a backend: there are so many, and so many requests may wait for one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::CallError;

/// The places of a backend's connections.
#[derive(Debug)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    most: usize,
    waiting: AtomicUsize,
    /// Connections on which the backend has answered.
    served: Arc<AtomicUsize>,
    /// Requests that may wait.
    queue: usize,
}

/// The place of a connection, or of a request on one that takes several at one time.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    served: Option<Served>,
}

/// A connection on which the backend has answered, for as long as there is one.
#[derive(Debug)]
struct Served(Arc<AtomicUsize>);

/// A request that waits for a place.
#[derive(Debug)]
pub(super) struct Turn<'p>(&'p Places);

impl Places {
    /// As many as `most`, for which as many requests may wait as `queue`.
    pub(super) fn new(most: usize, queue: usize) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        let free = Arc::new(Semaphore::new(most));
        Self { free, most, waiting: AtomicUsize::new(0), served: Arc::default(), queue }
    }

    /// A place, if one is free.
    pub(super) fn take(&self) -> Option<Place> {
        let taken = self.free.clone().try_acquire_owned();
        taken.map_or(None, |permit| Some(Place { _permit: permit, served: None }))
    }

    /// Waits with others. Errors: there are too many.
    pub(super) fn queue(&self) -> Result<Turn<'_>, CallError> {
        let turn = Turn(self);
        if self.waiting.fetch_add(1, Ordering::AcqRel) >= self.queue {
            Err(CallError::Busy)
        } else {
            Ok(turn)
        }
    }

    /// The backend has answered on the connection that has this place for the first time. Whether it has another one on which it has
    /// answered.
    pub(super) fn serve(&self, place: &mut Place) -> bool {
        place.served = Some(Served(self.served.clone()));
        self.served.fetch_add(1, Ordering::AcqRel) > 0
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        self.most.saturating_sub(self.free.available_permits())
    }

    /// How many wait.
    #[inline]
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }
}

impl Turn<'_> {
    /// The next place that nobody has waited for longer.
    pub(super) async fn come(&self) -> Place {
        let permit = self.0.free.clone().acquire_owned().await.expect("nobody closes it");
        Place { _permit: permit, served: None }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}
