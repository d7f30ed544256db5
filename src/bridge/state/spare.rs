//! The memory of a long body, which the next one of its thread gets.
//!
//! An allocator keeps what is given back to it, cuts small pieces out of it, and asks for as much again when the next long body comes.

use std::cell::Cell;

use bytes::Bytes;

/// A buffer with room for `length` octets: what an earlier body had, where that is about as large.
pub(in crate::bridge) fn buffer(length: usize) -> Vec<u8> {
    if !is_kept(length) {
        return Vec::with_capacity(length);
    }
    let spare = SPARE.take();
    if fits(&spare, length) {
        return spare;
    }
    give_back(spare);
    Vec::with_capacity(length)
}

/// What is in `buffer`, whose memory is there again when nobody reads that any more.
pub(in crate::bridge) fn octets(buffer: Vec<u8>) -> Bytes {
    if is_kept(buffer.capacity()) { Bytes::from_owner(Lent(buffer)) } else { buffer.into() }
}

thread_local!(static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) });

fn is_kept(capacity: usize) -> bool {
    (LEAST..=MOST).contains(&capacity)
}

/// Whether there is room for `length` octets in `spare`, and not much more, for what holds a body holds all of its memory.
fn fits(spare: &Vec<u8>, length: usize) -> bool {
    spare.capacity().checked_sub(length).is_some_and(|more| more <= length / 4)
}

/// Keeps the larger one of `buffer` and what is kept.
fn give_back(mut buffer: Vec<u8>) {
    buffer.clear();
    // A thread that ends keeps nothing.
    let _ = SPARE.try_with(|spare| {
        let kept = spare.take();
        spare.set(if kept.capacity() < buffer.capacity() { buffer } else { kept });
    });
}

/// A buffer that is given back.
struct Lent(Vec<u8>);

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        give_back(std::mem::take(&mut self.0));
    }
}

/// Shorter ones are cut out of what the allocator has.
const LEAST: usize = 1024 * 1024;

/// Longer ones are given back to the operating system.
const MOST: usize = 32 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn with(octets: usize) -> Vec<u8> {
        let mut buffer = buffer(octets);
        buffer.resize(octets, b'a');
        buffer
    }

    #[test]
    fn the_memory_of_a_long_body_is_that_of_the_next_one() {
        let body = octets(with(LEAST));
        let (address, part) = (body.as_ptr(), body.slice(1..2));
        drop(body);
        let other = with(LEAST);
        assert_ne!(other.as_ptr(), address, "a part of it is still read");
        drop(part);
        let next = octets(with(LEAST));
        assert_eq!((next.as_ptr(), next.len()), (address, LEAST));
        assert!(next.iter().all(|octet| *octet == b'a'));
    }

    #[test]
    fn a_body_gets_no_memory_that_is_far_too_large() {
        drop(octets(with(MOST)));
        assert!(buffer(LEAST).capacity() < MOST);
        assert_eq!(buffer(MOST - 1).capacity(), MOST, "the larger one is kept");
    }

    #[test]
    fn what_is_short_or_very_long_is_not_kept() {
        for length in [LEAST - 1, MOST + 1] {
            drop(octets(with(length)));
            assert_eq!(SPARE.take().capacity(), 0, "{length}");
        }
    }
}
