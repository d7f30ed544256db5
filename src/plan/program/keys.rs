//! Finding a slot by its key.

use super::super::index::SlotIx;
use crate::json::{Key, Members, Value};
use crate::limits::NEAREST_CHARACTERS;

/// The keys of a scope, in their order, and sorted by length and then by bytes.
///
/// The table is made from the contract, so no client can choose its keys, and a search compares few of them.
#[derive(Clone, Debug, Default)]
pub struct KeyIndex {
    keys: Vec<(Key, SlotIx)>,
    /// Positions in `keys`.
    sorted: Vec<u32>,
}

impl KeyIndex {
    /// An index over `keys`, which must differ.
    pub fn new<'k>(keys: impl Iterator<Item = &'k str>) -> Self {
        Self::of(keys.zip(0..).map(|(key, at)| (key, SlotIx(at))))
    }

    /// An index over keys, which must differ, and their slots.
    pub fn of<'k>(keys: impl Iterator<Item = (&'k str, SlotIx)>) -> Self {
        let keys: Vec<_> = keys.map(|(key, slot)| (Key::new(key), slot)).collect();
        let mut sorted: Vec<_> = keys.iter().map(|(key, _)| key.as_str()).zip(0..).collect();
        sorted.sort_by(|(a, _), (b, _)| order(a, b));
        let sorted = sorted.into_iter().map(|(_, at)| at).collect();
        Self { keys, sorted }
    }

    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|(key, _)| key.as_str())
    }

    /// The slot of `key`.
    pub fn find(&self, key: &str) -> Option<SlotIx> {
        self.keys.get(self.position(key)?).map(|(_, slot)| *slot)
    }

    /// The slot and the value of the next of `members`, if its key is one of those that are expected: those from `next` on, some of
    /// which may be passed over. `next` is then behind it. Nothing is taken of `members` otherwise.
    #[inline]
    pub fn next_member<'t>(
        &self,
        next: &mut usize,
        members: &mut Members<'t>,
    ) -> Option<(SlotIx, Value<'t>)> {
        if members.is_done() {
            return None;
        }
        let expected = self.keys.get(*next..)?.iter().take(NEAR);
        for (passed, (key, slot)) in expected.enumerate() {
            if let Some(value) = members.next_if_key(key) {
                *next += passed + 1;
                return Some((*slot, value));
            }
        }
        None
    }

    /// The slot of `key`, whatever was expected; those behind it are expected next.
    pub fn find_anywhere(&self, next: &mut usize, key: &str) -> Option<SlotIx> {
        let at = self.position(key)?;
        *next = at + 1;
        self.keys.get(at).map(|(_, slot)| *slot)
    }

    fn position(&self, key: &str) -> Option<usize> {
        let known = |at: &u32| self.keys.get(*at as usize).map_or("", |(known, _)| known.as_str());
        // Where it would be inserted says nothing.
        let at = self.sorted.binary_search_by(|at| order(known(at), key)).ok()?;
        self.sorted.get(at).map(|at| *at as usize)
    }

    /// The known key that `key` was probably meant to be: at most a third of it differs.
    pub fn nearest(&self, key: &str) -> Option<&str> {
        nearest(key, self.keys())
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

/// So many keys are looked at before all of them are.
const NEAR: usize = 8;

fn order(a: &str, b: &str) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Tape;
    use crate::limits::JsonLimits;

    #[test]
    fn keys_are_found_and_near_misses_named() {
        let index = KeyIndex::new(["firstName", "lastName", "ssn", "dob"].into_iter());
        assert_eq!(index.find("ssn"), Some(SlotIx(2)));
        assert_eq!(index.find("Ssn"), None);
        assert_eq!(index.nearest("fristName"), Some("firstName"));
        assert_eq!(index.nearest("FIRSTNAME"), Some("firstName"));
        assert_eq!(index.nearest("address"), None);
    }

    #[test]
    fn members_are_found_in_whatever_order_they_come() {
        let keys: Vec<String> = (0..30).map(|at| format!("key{at}")).collect();
        let index = KeyIndex::new(keys.iter().map(String::as_str));
        let orders: [&[usize]; 4] = [&[0, 1, 2, 29], &[0, 9, 8, 7], &[29, 0, 1], &[5, 14, 15]];
        for order in orders {
            let members: Vec<String> = order.iter().map(|at| format!("\"key{at}\":{at}")).collect();
            let json = format!("{{{},\"k\\u0065y3\":3,\"key\":0}}", members.join(","));
            let mut tape = Tape::new();
            let value = tape.parse(json.as_bytes(), &JsonLimits::default()).expect("JSON");
            let (mut next, mut members, mut found) = (0, value.members(), Vec::new());
            while !members.is_done() {
                match index.next_member(&mut next, &mut members) {
                    Some((slot, value)) => found.push((Some(slot), value.raw())),
                    None => {
                        let member = members.next().expect("a member");
                        found.push((index.find_anywhere(&mut next, &member.key()), member.value().raw()));
                    }
                }
            }
            assert_eq!(index.next_member(&mut next, &mut members).map(|(slot, _)| slot), None);
            let texts: Vec<String> = order.iter().map(usize::to_string).collect();
            let expected =
                order.iter().zip(&texts).map(|(at, text)| (Some(SlotIx(*at as u32)), text.as_str()));
            let expected: Vec<_> = expected.chain([(Some(SlotIx(3)), "3"), (None, "0")]).collect();
            assert_eq!(found, expected, "{json}");
        }
    }
}
