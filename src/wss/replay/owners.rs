//! How many keys each user has.

/// Counts by the hashes of users. What it says of one is right or too much, in as many places whoever comes: users share
/// places, one of each row, and the smaller number is taken.
#[derive(Clone, Debug)]
pub(super) struct Owners(Box<[[u32; PLACES]; 2]>);

impl Default for Owners {
    fn default() -> Self {
        Self(Box::new([[0; PLACES]; 2]))
    }
}

impl Owners {
    /// How many `owner` has.
    pub(super) fn of(&self, owner: u64) -> usize {
        let counts = self.0.iter().zip(places(owner)).filter_map(|(row, place)| row.get(place));
        counts.min().map_or(0, |count| *count as usize)
    }

    pub(super) fn add(&mut self, owner: u64, count: usize) {
        for (row, place) in self.0.iter_mut().zip(places(owner)) {
            if let Some(sum) = row.get_mut(place) {
                *sum += count as u32;
            }
        }
    }

    /// Takes away all that `others` has, which was added to it.
    pub(super) fn remove(&mut self, others: &Self) {
        for (sum, count) in self.0.iter_mut().flatten().zip(others.0.iter().flatten()) {
            *sum -= count;
        }
    }
}

fn places(owner: u64) -> [usize; 2] {
    [owner, owner >> 32].map(|bits| bits as usize % PLACES)
}

/// Places of a row: that somebody shares both with one who has too many is as good as never.
const PLACES: usize = 512;
