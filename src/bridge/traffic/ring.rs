//! The last exchanges, packed. They are bounded by their count and by their bytes; the oldest makes room.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Serialize, Serializer};

use super::query::TrafficQuery;
use super::shown::Shown;
use super::summary::{ALLOCATION, Summary};
use crate::limits::{TRAFFIC_BYTES, TRAFFIC_SHOWN};

/// The last exchanges.
#[derive(Debug, Default)]
pub(super) struct Ring {
    kept: Mutex<KeptExchanges>,
}

#[derive(Debug, Default)]
struct KeptExchanges {
    /// The oldest first.
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    /// How many there ever were.
    taken: u64,
}

/// An exchange that is kept.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    /// Its number among those that were ever kept.
    pub(super) number: u64,
    #[serde(flatten)]
    pub(super) summary: Summary,
    #[serde(skip)]
    packed: Packed,
}

/// An exchange as JSON, compressed.
#[derive(Debug)]
pub(super) struct Packed {
    compressed: Box<[u8]>,
    /// Bytes of the JSON.
    length: usize,
}

/// Packs exchanges: what that needs is made once.
pub(super) struct Packer(zstd::bulk::Compressor<'static>);

/// What is found, the newest first.
#[derive(Debug, Serialize)]
pub(super) struct Found {
    #[serde(serialize_with = "each")]
    pub(super) exchanges: Vec<Arc<Entry>>,
    /// What to ask for `before` to see the next ones, where there may be more.
    next: Option<u64>,
    /// All that are kept.
    kept: usize,
    bytes: usize,
}

fn each<S: Serializer>(entries: &[Arc<Entry>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(entries.iter().map(|entry| &**entry))
}

impl Packer {
    /// Errors: no memory.
    pub(super) fn new() -> io::Result<Self> {
        zstd::bulk::Compressor::new(LEVEL).map(Self)
    }

    /// Errors: no memory.
    pub(super) fn pack(&mut self, json: &[u8]) -> io::Result<Packed> {
        Ok(Packed { compressed: self.0.compress(json)?.into_boxed_slice(), length: json.len() })
    }
}

impl Entry {
    /// Bytes of its JSON.
    pub(super) fn length(&self) -> usize {
        self.packed.length
    }

    /// Its JSON.
    pub(super) fn json(&self) -> Vec<u8> {
        zstd::bulk::decompress(&self.packed.compressed, self.packed.length).expect("it was compressed here")
    }

    pub(super) fn shown(&self) -> Shown {
        serde_json::from_slice(&self.json()).expect("it was written here")
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + self.packed.compressed.len() + 2 * ALLOCATION + self.summary.weight()
    }
}

impl Ring {
    /// Keeps the newest exchange.
    pub(super) fn add(&self, summary: Summary, packed: Packed) {
        let mut kept = self.kept.lock();
        let entry = Arc::new(Entry { number: kept.taken, summary, packed });
        kept.taken += 1;
        kept.bytes += entry.weight();
        kept.entries.push_back(entry);
        while kept.entries.len() > TRAFFIC_SHOWN || kept.bytes > TRAFFIC_BYTES {
            let Some(oldest) = kept.entries.pop_front() else { break };
            kept.bytes -= oldest.weight();
        }
    }

    /// The exchange `number`, while it is kept.
    pub(super) fn find(&self, number: u64) -> Option<Arc<Entry>> {
        let kept = self.kept.lock();
        let oldest = kept.entries.front()?.number;
        let mut from = kept
            .entries
            .iter()
            .skip(usize::try_from(number.checked_sub(oldest)?).map_or(usize::MAX, |at| at));
        from.next().cloned()
    }

    /// Those that `query` asks for, the newest first.
    pub(super) fn search(&self, query: &TrafficQuery) -> Found {
        let kept = self.kept.lock();
        let older =
            kept.entries.iter().rev().filter(|entry| query.before.is_none_or(|before| entry.number < before));
        let mut wanted = older.filter(|entry| query.takes(&entry.summary));
        let exchanges: Vec<_> = wanted.by_ref().take(query.limit).cloned().collect();
        let next = exchanges.last().map(|last| last.number).filter(|_| wanted.next().is_some());
        Found { exchanges, next, kept: kept.entries.len(), bytes: kept.bytes }
    }
}

/// A message is packed once and hardly ever read.
const LEVEL: i32 = 3;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn summary(request: i64, operation: &str) -> Summary {
        Summary::of(&json!({
            "time": "2026-11-28T12:00:00Z", "request": request, "trace": "t", "method": "POST", "front": "json", "service": "shop",
            "operation": operation, "outcome": "ok", "status": 200, "request_bytes": 1, "response_bytes": 2, "elapsed_us": 3,
            "phases_us": { "read": 1 },
        }))
    }

    fn numbers(found: &Found) -> Vec<u64> {
        found.exchanges.iter().map(|entry| entry.number).collect()
    }

    fn query(text: &str) -> TrafficQuery {
        TrafficQuery::parse(text).expect("a query")
    }

    #[test]
    fn the_newest_come_first_and_a_cursor_leads_through_all() {
        let (ring, mut packer) = (Ring::default(), Packer::new().expect("memory"));
        for at in 0..5 {
            let operation = if at % 2 == 0 { "even" } else { "odd" };
            ring.add(summary(at, operation), packer.pack(b"{}").expect("memory"));
        }
        let first = ring.search(&query("limit=2"));
        assert_eq!((numbers(&first), first.next), (vec![4, 3], Some(3)));
        let last = ring.search(&query("limit=3&before=3"));
        assert_eq!((numbers(&last), last.next), (vec![2, 1, 0], None));
        assert_eq!(numbers(&ring.search(&query("operation=even"))), [4, 2, 0]);
        assert_eq!(ring.find(3).map(|entry| entry.json()), Some(b"{}".to_vec()));
        assert!(ring.find(5).is_none());
    }

    #[test]
    fn the_oldest_make_room_by_count_and_by_bytes() {
        let (ring, mut packer) = (Ring::default(), Packer::new().expect("memory"));
        for at in 0..=TRAFFIC_SHOWN {
            ring.add(summary(i64::try_from(at).expect("few"), "a"), packer.pack(b"{}").expect("memory"));
        }
        assert!(ring.find(0).is_none() && ring.find(1).is_some());
        assert_eq!(ring.kept.lock().entries.len(), TRAFFIC_SHOWN);
        // What cannot be compressed: it takes as much as there is.
        let large = Packed { compressed: vec![0; TRAFFIC_BYTES / 2].into(), length: 0 };
        let again = Packed { compressed: large.compressed.clone(), length: 0 };
        ring.add(summary(0, "a"), large);
        ring.add(summary(0, "a"), again);
        let kept = ring.kept.lock();
        assert!(
            kept.bytes <= TRAFFIC_BYTES && kept.entries.len() == 1,
            "{} {}",
            kept.bytes,
            kept.entries.len()
        );
        let counted: usize = kept.entries.iter().map(|entry| entry.weight()).sum();
        assert_eq!(kept.bytes, counted);
    }
}
