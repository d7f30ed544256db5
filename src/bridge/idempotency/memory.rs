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
        let mut entries = self.entries.lock();
        entries.forget(Instant::now(), self.most);
        match entries.by_key.get(&key) {
            Some(entry) => Found::Known(entry.fingerprint, entry.kept.clone()),
            None if entries.by_key.len() >= self.most || entries.bytes >= self.bytes => Found::NoRoom,
            None => {
                let until = Instant::now() + self.life;
                entries.by_key.insert(key, Entry { fingerprint, kept: Kept::Open, until });
                Found::Claimed
            }
        }
    }

    /// Keeps what became of the request with `key`; nothing frees it.
    pub(super) fn keep(&self, key: &Hash, kept: Option<Kept>) {
        let mut entries = self.entries.lock();
        match kept {
            None => {
                entries.by_key.remove(key);
            }
            Some(kept) => {
                entries.bytes += kept.size();
                if let Some(entry) = entries.by_key.get_mut(key) {
                    entry.kept = kept;
                }
            }
        }
    }
}

impl Entries {
    /// Forgets what is too old. Looking at all of them is put off until there are many.
    fn forget(&mut self, now: Instant, most: usize) {
        if self.by_key.len() * 2 < most {
            return;
        }
        let bytes = &mut self.bytes;
        self.by_key.retain(|_, entry| {
            let keep = entry.until > now;
            if !keep {
                *bytes = bytes.saturating_sub(entry.kept.size());
            }
            keep
        });
    }
}
