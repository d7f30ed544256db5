//! How large a sample may become.

use crate::limits::{SAMPLE_LENGTH, SAMPLE_MOST};

/// A message of which every instance is too large to be made as a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
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
    full: Option<TooLarge>,
}

impl Default for Room {
    fn default() -> Self {
        Self { elements: SAMPLE_MOST, full: None }
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
