//! Keys in the memory of this process.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::kept::{Found, Hash, Kept};
use crate::limits::HttpLimits;

/// The keys of this process.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Memory {
    entries: Arc<Mutex<Entries>>,
    most: usize,
    bytes: usize,
    life: Duration,
}

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<Hash, Entry>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    fingerprint: Hash,
    kept: Kept,
    until: Instant,
}

impl Memory {
    pub(super) fn new(limits: &HttpLimits) -> Self {
        Self {
            entries: Arc::default(),
            most: limits.idempotency_entries,
            bytes: limits.idempotency_bytes,
            life: Duration::from_millis(limits.idempotency_time),
        }
    }

    /// Claims `key`, or says what is known of it.
    pub(super) fn claim(&self, key: Hash, fingerprint: Hash) -> Found {
        let (mut entries, now) = (self.entries.lock(), Instant::now());
        if entries.by_key.len() * 2 >= self.most || entries.bytes * 2 >= self.bytes {
            entries.forget(now);
        }
        match entries.by_key.get(&key) {
            Some(entry) if entry.until > now => {
                return Found::Known(entry.fingerprint, entry.kept.clone());
            }
            Some(_) => entries.remove(&key),
            None => {}
        }
        if entries.by_key.len() >= self.most || entries.bytes >= self.bytes {
            return Found::NoRoom;
        }
        entries.by_key.insert(key, Entry { fingerprint, kept: Kept::Open, until: now + self.life });
        Found::Claimed
    }

    /// Keeps what became of the request with `key`; nothing frees it.
    pub(super) fn keep(&self, key: &Hash, kept: Option<Kept>) {
        let mut entries = self.entries.lock();
        match kept {
            None => entries.remove(key),
            Some(kept) => entries.replace(key, kept),
        }
    }

    /// What `other` remembers, within the bounds of this one.
    pub(super) fn remember(&mut self, other: &Self) {
        self.entries.clone_from(&other.entries);
    }
}

impl Entries {
    /// Forgets what is too old. It looks at all of them, so it is put off until there is much.
    fn forget(&mut self, now: Instant) {
        let bytes = &mut self.bytes;
        self.by_key.retain(|_, entry| {
            let keep = entry.until > now;
            if !keep {
                *bytes -= entry.kept.size();
            }
            keep
        });
    }

    fn remove(&mut self, key: &Hash) {
        if let Some(entry) = self.by_key.remove(key) {
            self.bytes -= entry.kept.size();
        }
    }

    /// Puts `kept` in the place of what there is, unless that was forgotten.
    fn replace(&mut self, key: &Hash, kept: Kept) {
        if let Some(entry) = self.by_key.get_mut(key) {
            self.bytes = self.bytes - entry.kept.size() + kept.size();
            entry.kept = kept;
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Response;

    use super::super::kept::Answer;
    use super::*;
    use crate::bridge::backend::body::Body;

    async fn filled(idempotency_time: u64) -> Memory {
        let limits = HttpLimits { idempotency_bytes: 10, idempotency_time, ..HttpLimits::default() };
        let memory = Memory::new(&limits);
        assert!(matches!(memory.claim([1; 32], [0; 32]), Found::Claimed));
        let answer = Answer::of(&Response::new(Body::new(Bytes::from_static(b"eleven byte")))).await;
        memory.keep(&[1; 32], Some(Kept::Answered(answer)));
        memory
    }

    /// Few answers filled it, none of which was ever forgotten: each new key was refused until the process ended.
    #[tokio::test]
    async fn what_is_full_of_bytes_has_room_again_once_they_are_old() {
        let (old, new) = (filled(0).await, filled(60_000).await);
        assert!(matches!(new.claim([2; 32], [0; 32]), Found::NoRoom));
        assert!(matches!(old.claim([2; 32], [0; 32]), Found::Claimed));
    }

    #[tokio::test]
    async fn a_key_that_is_too_old_is_free() {
        let (old, new) = (filled(0).await, filled(60_000).await);
        assert!(matches!(new.claim([1; 32], [0; 32]), Found::Known(_, Kept::Answered(_))));
        assert!(matches!(old.claim([1; 32], [0; 32]), Found::Claimed));
    }
}
