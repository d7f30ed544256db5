//! A part of the table of used tokens: lines of eight places, of which every key has two to be in.

use super::ids::Ids;

/// A key in an epoch: 56 bits of its hash, and the number of the epoch above them. No epoch has the number zero.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry(u64);

/// What a processor reads at one time.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Line([Entry; WAYS]);

/// Keys that are found by looking at two lines. A place whose epoch is over is free, so nothing is moved when time passes; lines
/// are added, by an eighth, when both lines of a key are full and none of their entries can go to its other one, which is at
/// nine tenths of all places.
#[derive(Debug, Default)]
pub(super) struct Segment {
    lines: Vec<Line>,
}

impl Entry {
    pub(super) fn new(hash: u64, epoch: u8) -> Self {
        Self(u64::from(epoch) << PRINT | hash & MASK)
    }

    fn epoch(self) -> u8 {
        (self.0 >> PRINT) as u8
    }

    fn is(self, hash: u64) -> bool {
        (self.0 ^ hash) & MASK == 0
    }

    /// Its two lines of `count`.
    fn lines(self, count: usize) -> [usize; 2] {
        // 32 bits for each, of which those that count most are others.
        let of = |bits: u64| (((bits & 0xffff_ffff) * count as u64) >> 32) as usize;
        let (first, second) = (of(self.0), of(self.0 >> 20));
        [first, if first == second { (first + 1) % count.max(1) } else { second }]
    }
}

impl Segment {
    /// Whether the key `hash` is there, in a `live` epoch.
    pub(super) fn has(&self, hash: u64, live: &Ids) -> bool {
        let lines = Entry(hash).lines(self.lines.len());
        let entries = lines.iter().filter_map(|line| self.lines.get(*line)).flat_map(|line| &line.0);
        entries.filter(|entry| entry.is(hash)).any(|entry| live.has(entry.epoch()))
    }

    /// Adds `entry`, which is not there.
    pub(super) fn put(&mut self, entry: Entry, live: &Ids) {
        while !self.place(entry, live) {
            self.resize(self.lines.len() + self.lines.len() / 8 + 1, live);
        }
    }

    /// Drops what is not `live`, and gives back places of which most are free.
    pub(super) fn sweep(&mut self, live: &Ids) {
        let mut count = 0;
        for entry in self.lines.iter_mut().flat_map(|line| &mut line.0) {
            if live.has(entry.epoch()) {
                count += 1;
            } else {
                *entry = Entry::default();
            }
        }
        if count == 0 {
            self.lines = Vec::new();
        } else if count < self.lines.len() * WAYS / 2 {
            self.resize(count / 6 + 1, live);
        }
    }

    /// How many keys there is room for.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.lines.len() * WAYS
    }

    /// Puts `entry` into one of its lines, if need be where another one was that can go to its other line.
    fn place(&mut self, entry: Entry, live: &Ids) -> bool {
        let lines = entry.lines(self.lines.len());
        lines.iter().any(|line| self.put_in(*line, entry, live))
            || lines.iter().any(|line| (0..WAYS).any(|way| self.replace([*line, way], entry, live)))
    }

    fn put_in(&mut self, line: usize, entry: Entry, live: &Ids) -> bool {
        let line = self.lines.get_mut(line);
        let free = line.and_then(|line| line.0.iter_mut().find(|entry| !live.has(entry.epoch())));
        free.map(|free| *free = entry).is_some()
    }

    fn replace(&mut self, [line, way]: [usize; 2], entry: Entry, live: &Ids) -> bool {
        let there = self.lines.get(line).and_then(|line| line.0.get(way)).copied();
        let moved = there.is_some_and(|there| {
            there.lines(self.lines.len()).iter().any(|other| self.put_in(*other, there, live))
        });
        let place = self.lines.get_mut(line).and_then(|line| line.0.get_mut(way)).filter(|_| moved);
        place.map(|place| *place = entry).is_some()
    }

    /// The same with at least `count` lines.
    fn resize(&mut self, mut count: usize, live: &Ids) {
        loop {
            let mut resized = Self { lines: vec![Line::default(); count] };
            let mut entries = self.lines.iter().flat_map(|line| line.0);
            if entries.all(|entry| !live.has(entry.epoch()) || resized.place(entry, live)) {
                *self = resized;
                return;
            }
            count += count / 8 + 1;
        }
    }
}

/// How far an epoch is above its key.
const PRINT: u32 = 56;

const MASK: u64 = (1 << PRINT) - 1;

/// Places of a line.
const WAYS: usize = 8;
