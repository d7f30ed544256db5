//! Finding a slot by its key.

use super::super::index::SlotIx;
use crate::limits::NEAREST_CHARACTERS;

/// The keys of a scope, sorted by length and then by bytes.
///
/// The table is made from the contract, so no client can choose its keys, and a search compares few of them.
#[derive(Clone, Debug, Default)]
pub struct KeyIndex {
    sorted: Vec<(Box<str>, SlotIx)>,
}

impl KeyIndex {
    /// An index over `keys`, which must differ.
    pub fn new<'k>(keys: impl Iterator<Item = &'k str>) -> Self {
        Self::of(keys.zip(0..).map(|(key, at)| (key, SlotIx(at))))
    }

    /// An index over keys, which must differ, and their slots.
    pub fn of<'k>(keys: impl Iterator<Item = (&'k str, SlotIx)>) -> Self {
        let mut sorted: Vec<_> = keys.map(|(key, slot)| (Box::from(key), slot)).collect();
        sorted.sort_by(|(a, _), (b, _)| order(a, b));
        Self { sorted }
    }

    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.sorted.iter().map(|(key, _)| &**key)
    }

    /// The slot of `key`.
    pub fn find(&self, key: &str) -> Option<SlotIx> {
        // Where it would be inserted says nothing.
        let at = self.sorted.binary_search_by(|(known, _)| order(known, key)).ok()?;
        self.sorted.get(at).map(|(_, slot)| *slot)
    }

    /// The known key that `key` was probably meant to be: at most a third of it differs.
    pub fn nearest(&self, key: &str) -> Option<&str> {
        let known = self.sorted.iter().map(|(known, _)| &**known);
        nearest(key, known)
    }
}

/// The one of `known` that `key` was probably meant to be.
pub(crate) fn nearest<'k>(key: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let allowed = 1 + key.chars().count() / 4;
    let close = known.filter(|known| known.len().abs_diff(key.len()) <= 4 * allowed);
    let scored = close.map(|known| (distance(key, known), known));
    scored.filter(|(distance, _)| *distance <= allowed).min().map(|(_, known)| known)
}

/// The optimal string alignment distance: insertions, deletions, substitutions, swaps; letter case is free.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (fold(a), fold(b));
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 { i + j } else { step(&rows, &a, &b, i, j) };
        }
    }
    rows[a.len()][b.len()]
}

fn step(rows: &[Vec<usize>], a: &[char], b: &[char], i: usize, j: usize) -> usize {
    let same = usize::from(a[i - 1] != b[j - 1]);
    let best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + same);
    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
    if swapped { best.min(rows[i - 2][j - 2] + 1) } else { best }
}

fn fold(text: &str) -> Vec<char> {
    text.chars().take(NEAREST_CHARACTERS).flat_map(char::to_lowercase).collect()
}

fn order(a: &str, b: &str) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_and_near_misses_named() {
        let index = KeyIndex::new(["firstName", "lastName", "ssn", "dob"].into_iter());
        assert_eq!(index.find("ssn"), Some(SlotIx(2)));
        assert_eq!(index.find("Ssn"), None);
        assert_eq!(index.nearest("fristName"), Some("firstName"));
        assert_eq!(index.nearest("FIRSTNAME"), Some("firstName"));
        assert_eq!(index.nearest("address"), None);
    }
}
