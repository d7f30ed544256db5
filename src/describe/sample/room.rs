//! How large a sample may become.

use crate::limits::{SAMPLE_LENGTH, SAMPLE_MOST, SAMPLE_NESTING, SAMPLE_TRIES};

/// A message of which every instance is too large to be made as a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// Elements that must be in each other.
    #[error(
        "the contract asks for elements that are nested more than {SAMPLE_NESTING} deep, so no sample of it is made"
    )]
    Depth,
    /// An element that has to hold itself.
    #[error(
        "no message is valid: an element that must be there holds itself again, or is of an abstract type that nothing is derived from"
    )]
    Endless,
    /// Elements that must be there.
    #[error(
        "the contract asks for more than {SAMPLE_MOST} elements in one message, so no sample of it is made"
    )]
    Elements,
    /// A text, a list or a binary value that must be long.
    #[error(
        "the contract asks for a value of more than {SAMPLE_LENGTH} characters, octets or items, so no sample of it is made"
    )]
    Value,
}

/// What there is room for. Whoever is told that there is none leaves out what does not fit, and no sample comes of it.
pub(super) struct Room {
    elements: usize,
    /// Values that may still be tried for simple types: those of a union are tried in those that it is in.
    tries: usize,
    full: Option<TooLarge>,
}

impl Default for Room {
    fn default() -> Self {
        Self { elements: SAMPLE_MOST, tries: SAMPLE_TRIES, full: None }
    }
}

impl Room {
    /// Takes the room of one element.
    pub(super) fn take(&mut self) {
        if self.holds(1) {
            self.elements -= 1;
        }
    }

    /// Whether there is room for that many elements.
    pub(super) fn holds(&mut self, elements: usize) -> bool {
        if elements > self.elements {
            self.full.get_or_insert(TooLarge::Elements);
        }
        self.full.is_none() || elements == 0
    }

    /// Whether there is room for one more element in `depth` others.
    pub(super) fn nests(&mut self, depth: usize) -> bool {
        if depth >= SAMPLE_NESTING {
            self.full.get_or_insert(TooLarge::Depth);
        }
        depth < SAMPLE_NESTING
    }

    /// Notes that an element would have to be there which has no finite value.
    pub(super) fn endless(&mut self) {
        self.full.get_or_insert(TooLarge::Endless);
    }

    /// Whether one more value may be tried.
    pub(super) fn tries(&mut self) -> bool {
        self.tries = self.tries.saturating_sub(1);
        self.tries > 0
    }

    /// `length` of a value, or nothing where there is no room for it.
    pub(super) fn length(&mut self, length: usize) -> usize {
        if length <= SAMPLE_LENGTH {
            return length;
        }
        self.full.get_or_insert(TooLarge::Value);
        0
    }

    /// Errors: something was left out.
    pub(super) fn left(&self) -> Result<(), TooLarge> {
        self.full.map_or(Ok(()), Err)
    }
}
