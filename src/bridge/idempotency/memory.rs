//! Keys in the memory of this process.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::kept::{Found, Hash, Kept};
use crate::limits::{HttpLimits, IDEMPOTENCY_KEY};

/// The keys of this process.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Memory {
    entries: Arc<Mutex<Entries>>,
    bounds: Bounds,
    life: Duration,
}

/// How many keys there may be, and how many bytes they may take with their answers.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    keys: usize,
    bytes: usize,
}

/// Where there is no room the caller who takes most gives up its oldest key whose request has ended, so that nobody takes the room of all.
#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<Hash, Entry>,
    /// The keys of each caller, the oldest first.
    by_age: BTreeMap<(u64, u64), Hash>,
    /// The bytes of each caller, and callers by their bytes.
    callers: HashMap<u64, usize>,
    by_bytes: BTreeSet<(usize, u64)>,
    bytes: usize,
    /// The number of the key that is claimed next.
    next: u64,
}

#[derive(Debug)]
struct Entry {
    fingerprint: Hash,
    kept: Kept,
    until: Instant,
    caller: u64,
    number: u64,
}

impl Entry {
    fn size(&self) -> usize {
        IDEMPOTENCY_KEY + self.kept.size()
    }

    fn is_open(&self) -> bool {
        matches!(self.kept, Kept::Open)
    }
}

impl Memory {
    pub(super) fn new(limits: &HttpLimits) -> Self {
        Self {
            entries: Arc::default(),
            bounds: Bounds { keys: limits.idempotency_entries, bytes: limits.idempotency_bytes },
            life: Duration::from_millis(limits.idempotency_time),
        }
    }

    /// Claims `key` for a caller. Errors: what is known of it.
    pub(super) fn claim(&self, key: Hash, fingerprint: Hash, caller: u64) -> Result<(), Found> {
        let (mut entries, now) = (self.entries.lock(), Instant::now());
        entries.forget(caller, now);
        match entries.by_key.get(&key) {
            Some(entry) if entry.until > now || entry.is_open() => {
                return Err(Found::Known(entry.fingerprint, entry.kept.clone()));
            }
            Some(_) => drop(entries.remove(&key)),
            None => {}
        }
        if !entries.make_room(self.bounds) {
            return Err(Found::NoRoom);
        }
        entries
            .insert(key, Entry { fingerprint, kept: Kept::Open, until: now + self.life, caller, number: 0 });
        Ok(())
    }

    /// Keeps what became of the request with `key`; nothing frees it.
    pub(super) fn keep(&self, key: &Hash, kept: Option<Kept>) {
        let mut entries = self.entries.lock();
        let Some(entry) = entries.remove(key) else { return };
        let Some(kept) = kept else { return };
        // An answer that is too long is not kept, and so is unknown.
        let kept = if IDEMPOTENCY_KEY + kept.size() > self.bounds.bytes { Kept::Unknown } else { kept };
        entries.insert(*key, Entry { kept, ..entry });
        while entries.bytes > self.bounds.bytes && entries.give_up() {}
    }

    /// What `other` remembers, within the bounds of this one.
    pub(super) fn remember(&mut self, other: &Self) {
        self.entries.clone_from(&other.entries);
    }
}

impl Entries {
    /// Forgets what is too old of a caller. No request is as old.
    fn forget(&mut self, caller: u64, now: Instant) {
        let old = |entries: &Self| {
            let (_, key) = entries.by_age.range((caller, 0)..=(caller, u64::MAX)).next()?;
            let entry = entries.by_key.get(key)?;
            (entry.until <= now && !entry.is_open()).then_some(*key)
        };
        while let Some(key) = old(self) {
            self.remove(&key);
        }
    }

    /// Whether there is room for one more key, which others may have to be given up for.
    fn make_room(&mut self, bounds: Bounds) -> bool {
        let full = |entries: &Self| {
            entries.by_key.len() >= bounds.keys || entries.bytes + IDEMPOTENCY_KEY > bounds.bytes
        };
        while full(self) {
            if !self.give_up() {
                return false;
            }
        }
        true
    }

    /// Gives up a key, never one whose request is in flight. Whether there was one.
    fn give_up(&mut self) -> bool {
        let ended = |caller: u64| {
            let mut keys = self.by_age.range((caller, 0)..=(caller, u64::MAX)).map(|(_, key)| key);
            keys.find(|key| self.by_key.get(*key).is_some_and(|entry| !entry.is_open())).copied()
        };
        let key = self.by_bytes.iter().rev().find_map(|(_, caller)| ended(*caller));
        key.is_some_and(|key| self.remove(&key).is_some())
    }

    /// Adds an entry; one that was there before keeps its number.
    fn insert(&mut self, key: Hash, mut entry: Entry) {
        if entry.number == 0 {
            self.next += 1;
            entry.number = self.next;
        }
        self.count(entry.caller, |bytes| bytes + entry.size());
        self.by_age.insert((entry.caller, entry.number), key);
        self.by_key.insert(key, entry);
    }

    fn remove(&mut self, key: &Hash) -> Option<Entry> {
        let entry = self.by_key.remove(key)?;
        self.by_age.remove(&(entry.caller, entry.number));
        self.count(entry.caller, |bytes| bytes - entry.size());
        Some(entry)
    }

    fn count(&mut self, caller: u64, change: impl Fn(usize) -> usize) {
        let before = self.callers.remove(&caller).map_or(0, |bytes| bytes);
        self.by_bytes.remove(&(before, caller));
        let after = change(before);
        self.bytes = self.bytes - before + after;
        if after > 0 {
            self.callers.insert(caller, after);
            self.by_bytes.insert((after, caller));
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Response;

    use super::super::kept::Answer;
    use super::*;
    use crate::bridge::backend::pieces::Body;

    const ANSWER: &[u8] = b"eleven byte";

    fn memory(keys: usize, answers: usize, idempotency_time: u64) -> Memory {
        let idempotency_bytes = keys * IDEMPOTENCY_KEY + answers * ANSWER.len();
        Memory::new(&HttpLimits { idempotency_bytes, idempotency_time, ..HttpLimits::default() })
    }

    fn claim(memory: &Memory, key: u8, caller: u64) -> Result<(), Found> {
        memory.claim([key; 32], [0; 32], caller)
    }

    async fn answered(memory: &Memory, key: u8, caller: u64) {
        assert!(matches!(claim(memory, key, caller), Ok(())), "{key}");
        let answer = Answer::of(&Response::new(Body::new(Bytes::from_static(ANSWER))));
        memory.keep(&[key; 32], Some(Kept::Answered(answer)));
    }

    fn is_known(memory: &Memory, key: u8) -> bool {
        memory.entries.lock().by_key.contains_key(&[key; 32])
    }

    /// It was refused for everyone for as long as keys are remembered.
    #[tokio::test]
    async fn where_there_is_no_room_the_oldest_that_has_ended_is_given_up_and_none_in_flight() {
        let memory = memory(4, 3, 60_000);
        assert!(matches!(claim(&memory, 1, 7), Ok(())));
        for key in [2, 3, 4, 5] {
            answered(&memory, key, 7).await;
        }
        assert!(is_known(&memory, 1) && !is_known(&memory, 2) && is_known(&memory, 3));
        for key in [6, 7, 8] {
            assert!(matches!(claim(&memory, key, 7), Ok(())), "{key}");
        }
        assert!(matches!(claim(&memory, 9, 7), Err(Found::NoRoom)), "all are in flight");
        memory.keep(&[6; 32], None);
        assert!(matches!(claim(&memory, 9, 8), Ok(())));
    }

    #[tokio::test]
    async fn whoever_has_most_gives_up() {
        let memory = memory(4, 4, 60_000);
        answered(&memory, 1, 1).await;
        for key in 2..20 {
            answered(&memory, key, 2).await;
        }
        assert!(is_known(&memory, 1) && is_known(&memory, 19) && !is_known(&memory, 16));
        answered(&memory, 20, 3).await;
        assert!(is_known(&memory, 1) && !is_known(&memory, 17));
    }

    #[tokio::test]
    async fn a_key_that_is_too_old_is_free_unless_it_is_in_flight() {
        let (old, new) = (memory(9, 9, 0), memory(9, 9, 60_000));
        for memory in [&old, &new] {
            answered(memory, 1, 1).await;
            assert!(matches!(claim(memory, 2, 2), Ok(())));
            assert!(matches!(claim(memory, 2, 2), Err(Found::Known(_, Kept::Open))));
        }
        assert!(matches!(claim(&new, 1, 1), Err(Found::Known(_, Kept::Answered(_)))));
        assert!(matches!(claim(&old, 1, 1), Ok(())));
    }

    #[tokio::test]
    async fn what_is_counted_is_what_is_there() {
        let memory = memory(9, 1, 0);
        answered(&memory, 1, 1).await;
        answered(&memory, 2, 2).await;
        assert!(matches!(claim(&memory, 3, 1), Ok(())));
        memory.keep(&[2; 32], None);
        memory.keep(&[3; 32], None);
        let entries = memory.entries.lock();
        assert_eq!(
            (entries.bytes, entries.by_age.len(), entries.callers.len(), entries.by_bytes.len()),
            (0, 0, 0, 0)
        );
    }

    #[tokio::test]
    async fn an_answer_that_is_larger_than_all_room_is_unknown() {
        let memory = memory(1, 0, 60_000);
        answered(&memory, 1, 1).await;
        assert!(matches!(claim(&memory, 1, 1), Err(Found::Known(_, Kept::Unknown))));
    }
}
