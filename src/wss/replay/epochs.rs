//! When what is remembered can be forgotten.

use chrono::{DateTime, Duration, Utc};

use super::owners::Owners;
use super::table::Table;
use crate::limits::REPLAY_SHARE;

/// The spans of time in which tokens expire, the earliest first.
#[derive(Debug, Default)]
pub(super) struct Epochs {
    epochs: Vec<Epoch>,
    owners: Owners,
    count: usize,
    /// No epoch is over before.
    earliest: Option<DateTime<Utc>>,
    /// The latest expiry that was forgotten. What would have expired before may have been there.
    forgotten: Option<DateTime<Utc>>,
}

/// Keys that expire at about the same time, and are forgotten together.
#[derive(Debug)]
struct Epoch {
    id: u8,
    /// Seconds at which all have expired.
    end: i64,
    /// When the last of them expires, which is before `end`.
    last: DateTime<Utc>,
    count: usize,
    owners: Owners,
}

/// Keys of a token that are to be counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) owner: u64,
    pub(super) keys: usize,
    pub(super) expires: DateTime<Utc>,
    /// How long such a token lives.
    pub(super) life: Duration,
}

impl Epochs {
    /// How many keys are remembered.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether what expires at `expires` may have been there: a clock that was set back makes tokens fresh again whose keys are gone.
    pub(super) fn may_have_forgotten(&self, expires: DateTime<Utc>) -> bool {
        self.forgotten.is_some_and(|forgotten| expires <= forgotten)
    }

    /// Whether there is room for more keys where `most` are remembered, and for more of this owner, who may have [`REPLAY_SHARE`]
    /// times as many as would fit beside them.
    pub(super) fn have_room(&self, more: Counted, most: usize) -> bool {
        let free = most.saturating_sub(self.count);
        more.keys <= free && self.owners.of(more.owner) + more.keys <= free.saturating_mul(REPLAY_SHARE)
    }

    /// Drops what no token can match any more.
    pub(super) fn forget(&mut self, now: DateTime<Utc>, table: &mut Table) {
        if self.earliest.is_none_or(|earliest| now < earliest) {
            return;
        }
        for epoch in self.epochs.extract_if(.., |epoch| epoch.last <= now) {
            table.end(epoch.id);
            self.count -= epoch.count;
            self.owners.remove(&epoch.owners);
            self.forgotten = self.forgotten.max(Some(epoch.last));
        }
        self.earliest = self.epochs.iter().map(|epoch| epoch.last).min();
    }

    /// Counts more keys. Gives the number of the epoch that they are in.
    pub(super) fn add(&mut self, more: Counted, table: &mut Table) -> u8 {
        self.count += more.keys;
        self.owners.add(more.owner, more.keys);
        self.earliest = self.earliest.map_or(Some(more.expires), |earliest| Some(earliest.min(more.expires)));
        let epoch = self.epoch(more, table);
        epoch.last = epoch.last.max(more.expires);
        epoch.count += more.keys;
        epoch.owners.add(more.owner, more.keys);
        epoch.id
    }

    /// The epoch in which a token expires. Where there are too many of them it is the next one that is there, or the last one gets
    /// longer: what is forgotten later than need be is safe.
    fn epoch(&mut self, token: Counted, table: &mut Table) -> &mut Epoch {
        let end = end(token.expires, token.life);
        let mut at = self.epochs.partition_point(|epoch| epoch.end < end);
        if self.epochs.len() < MOST_EPOCHS {
            if self.epochs.get(at).is_none_or(|epoch| epoch.end > end) {
                self.epochs.insert(at, Epoch::new(table.begin(), end, token.expires));
            }
        } else if at == self.epochs.len() {
            at -= 1;
        }
        let epoch = self.epochs.get_mut(at).expect("it is there, or was added");
        epoch.end = epoch.end.max(end);
        epoch
    }
}

impl Epoch {
    fn new(id: u8, end: i64, last: DateTime<Utc>) -> Self {
        Self { id, end, last, count: 0, owners: Owners::default() }
    }
}

/// The next second after `expires` that epochs may end at: there are 32 to 64 of them in a life, so that next to nothing is
/// remembered longer than need be. Lives differ by service.
fn end(expires: DateTime<Utc>, life: Duration) -> i64 {
    let least = (life.num_seconds() / 64).clamp(1, i64::from(u32::MAX)).unsigned_abs();
    let span = least.next_power_of_two().cast_signed();
    (expires.timestamp().div_euclid(span) + 1) * span
}

/// More would leave too few numbers for those that begin while others are cleaned up.
const MOST_EPOCHS: usize = 128;
