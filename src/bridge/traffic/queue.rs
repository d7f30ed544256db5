//! Exchanges that wait to be masked, in the order in which they ended. Nobody is woken: whoever masks them looks from time to time.

use parking_lot::Mutex;

use crate::limits::{TRAFFIC_WAITING, TRAFFIC_WAITING_BYTES};

/// What waits, whatever that is.
#[derive(Debug)]
pub(super) struct Queue<T>(Mutex<Waiting<T>>);

#[derive(Debug)]
struct Waiting<T> {
    all: Vec<T>,
    /// How many wait, with those that were taken and are not done.
    count: usize,
    /// Bytes of their messages.
    bytes: usize,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self(Mutex::new(Waiting { all: Vec::new(), count: 0, bytes: 0 }))
    }
}

impl<T> Queue<T> {
    /// Puts in what `make` makes, with messages of so many bytes. Says whether there was room for it.
    #[inline]
    pub(super) fn put(&self, bytes: usize, make: impl FnOnce() -> T) -> bool {
        let mut waiting = self.0.lock();
        let has_room = waiting.count < TRAFFIC_WAITING && waiting.bytes + bytes <= TRAFFIC_WAITING_BYTES;
        if has_room {
            waiting.count += 1;
            waiting.bytes += bytes;
            waiting.all.push(make());
        }
        has_room
    }

    /// Gives all that wait to `all`, which is empty.
    pub(super) fn take(&self, all: &mut Vec<T>) {
        std::mem::swap(&mut self.0.lock().all, all);
    }

    /// One that was taken is done, and its `bytes` are free.
    pub(super) fn done(&self, bytes: usize) {
        let mut waiting = self.0.lock();
        waiting.count -= 1;
        waiting.bytes -= bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_bounded_until_it_is_done() {
        let (queue, mut all) = (Queue::default(), Vec::new());
        for at in 0..TRAFFIC_WAITING {
            assert!(queue.put(1, || at));
        }
        queue.take(&mut all);
        assert_eq!(all, (0..TRAFFIC_WAITING).collect::<Vec<_>>());
        assert!(!queue.put(1, || 0), "none of them is done");
        queue.done(1);
        assert!(!queue.put(TRAFFIC_WAITING_BYTES, || 0), "there are others");
        assert!(queue.put(0, || 7) && !queue.put(0, || 8));
        all.clear();
        queue.take(&mut all);
        assert_eq!(all, [7]);
    }
}
