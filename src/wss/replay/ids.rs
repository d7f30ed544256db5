//! The numbers of epochs.

/// A set of numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ids([u64; 4]);

impl Ids {
    #[inline]
    pub(super) fn has(&self, id: u8) -> bool {
        self.0.get(usize::from(id >> 6)).is_some_and(|word| word >> (id & 63) & 1 == 1)
    }

    pub(super) fn insert(&mut self, id: u8) {
        if let Some(word) = self.0.get_mut(usize::from(id >> 6)) {
            *word |= 1 << (id & 63);
        }
    }

    pub(super) fn remove(&mut self, id: u8) {
        if let Some(word) = self.0.get_mut(usize::from(id >> 6)) {
            *word &= !(1 << (id & 63));
        }
    }

    /// What is in one of the two.
    pub(super) fn or(self, other: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([a | e, b | f, c | g, d | h])
    }

    /// The first number that is not in it, beside zero.
    pub(super) fn unused(&self) -> Option<u8> {
        (1..=u8::MAX).find(|id| !self.has(*id))
    }
}
