//! The table of used tokens.

use super::ids::Ids;
use super::segment::{Entry, Segment};

/// Keys by their hashes, each in an epoch. When an epoch is over its keys are not there any more; their places are cleaned little
/// by little, and its number is used again when nothing bears it.
///
/// A key is told from others by 64 bits. With `n` others there, one in 2^64 / n new keys is taken for one of them, and its token
/// refused. With the 21 million keys of a full memory that is one token in 4 × 10^11: one in half a year at 25 000 a second, and then
/// its sender makes another one.
#[derive(Debug, Default)]
pub(super) struct Table {
    segments: Vec<Segment>,
    /// The epochs that are not over.
    live: Ids,
    /// Those that were over before the present round of cleaning began, and those since.
    over: [Ids; 2],
    /// The segment that is cleaned next.
    next: usize,
    /// How many are to be cleaned.
    due: usize,
}

impl Table {
    /// Whether the key `hash` is there.
    pub(super) fn has(&self, hash: u64) -> bool {
        self.segments.get(segment(hash)).is_some_and(|segment| segment.has(hash, &self.live))
    }

    /// Adds the key `hash`, which is not there, to `epoch`.
    pub(super) fn put(&mut self, hash: u64, epoch: u8) {
        if self.segments.is_empty() {
            self.segments.resize_with(SEGMENTS, Segment::default);
        }
        if let Some(segment) = self.segments.get_mut(segment(hash)) {
            segment.put(Entry::new(hash, epoch), &self.live);
        }
    }

    /// A number for a new epoch.
    pub(super) fn begin(&mut self) -> u8 {
        let [before, since] = self.over;
        let id = loop {
            // There are three times as many numbers as epochs: seldom must one wait for cleaning.
            match self.live.or(before).or(since).unused() {
                Some(id) => break id,
                None => self.clean(SEGMENTS),
            }
        };
        self.live.insert(id);
        id
    }

    /// Ends an epoch.
    pub(super) fn end(&mut self, epoch: u8) {
        self.live.remove(epoch);
        let [_, since] = &mut self.over;
        since.insert(epoch);
        self.due = (self.due + STEP).min(2 * SEGMENTS);
    }

    /// Does some of the cleaning that is due.
    pub(super) fn clean_some(&mut self) {
        if self.due > 0 {
            self.clean(self.due.min(STEP));
        }
    }

    /// How many keys there is room for.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.segments.iter().map(Segment::places).sum()
    }

    fn clean(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(segment) = self.segments.get_mut(self.next) {
                segment.sweep(&self.live);
            }
            self.next = (self.next + 1) % SEGMENTS;
            if self.next == 0 {
                let [_, since] = self.over;
                self.over = [since, Ids::default()];
            }
        }
        self.due = self.due.saturating_sub(count);
    }
}

fn segment(hash: u64) -> usize {
    (hash >> (64 - SEGMENTS.ilog2())) as usize
}

/// A power of two: large enough that a full one is made anew in a fraction of a millisecond.
const SEGMENTS: usize = 1024;

/// Segments that are cleaned for every epoch that ended, at most so many at one time: two rounds in 64 epochs.
const STEP: usize = 32;
