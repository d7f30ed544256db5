//! Places of a body where octets were taken out while it came.

use std::ops::Range;

use super::error::MultipartError;
use super::part::Part;

/// A place where octets were taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Where it is in what is left of the body.
    pub at: usize,
    /// Which of all octets that were taken out, in their order, it had.
    pub octets: Range<u64>,
}

impl Hole {
    /// The one of `holes` where the octets of `part` were.
    pub(super) fn of(holes: &[Self], part: &Part<'_>) -> Option<usize> {
        holes.iter().position(|hole| hole.at == part.at)
    }

    /// How many octets it had.
    pub fn length(&self) -> u64 {
        self.octets.end - self.octets.start
    }

    /// Errors: one of `holes` is in no part. Whoever takes octets out and whoever reads what is left have one idea of where a part begins.
    pub(super) fn check(holes: &[Self], parts: &[Part<'_>]) -> Result<(), MultipartError> {
        let found = parts.iter().filter(|part| Self::of(holes, part).is_some()).count();
        if found == holes.len() { Ok(()) } else { Err(MultipartError::Truncated) }
    }
}
