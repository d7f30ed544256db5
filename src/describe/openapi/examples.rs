//! Examples: samples of messages that the bridge takes, always the same ones.

use super::super::sample::{Samples, Style};
use super::super::selection::Candidate;
use super::super::tree::Tree;
use crate::codec::{Encode, EncodeOptions, Encoder};
use crate::json::Tape;
use crate::limits::{JsonLimits, SCHEMA_EXAMPLE, SCHEMA_EXAMPLE_ELEMENTS};
use crate::plan::Plan;

/// Makes examples.
pub(in crate::describe) struct Examples<'p> {
    plan: &'p Plan,
    encode: &'p EncodeOptions,
    samples: Samples<'p>,
}

impl<'p> Examples<'p> {
    pub(in crate::describe) fn new(plan: &'p Plan, encode: &'p EncodeOptions) -> Self {
        Self { plan, encode, samples: Samples::new(plan, SCHEMA_EXAMPLE_ELEMENTS) }
    }

    /// A message with all that it may have, or, where that is too much, with what it must have. Nothing where no sample is valid, as of
    /// a type whose pattern nothing was found for.
    pub(in crate::describe) fn of(&self, candidate: &Candidate<'_>) -> Option<Tree> {
        let styles = [Style::Full, Style::Minimal];
        styles.into_iter().find_map(|style| {
            // A message that cannot be small is no example.
            let json = self.samples.make(candidate, style, 0).ok()?;
            (json.len() <= SCHEMA_EXAMPLE && self.is_valid(candidate, &json)).then(|| Tree::of_json(&json))?
        })
    }

    fn is_valid(&self, candidate: &Candidate<'_>, json: &[u8]) -> bool {
        let (mut tape, mut encoder, mut out) = (Tape::new(), Encoder::default(), Vec::new());
        let value = tape.parse(json, &JsonLimits::default()).expect("a sample of a few kilobytes is JSON");
        let encode = Encode { plan: self.plan, message: candidate.message, options: self.encode };
        encoder.encode(encode, value, &mut out).is_ok() && encoder.headers(encode, value, &mut out).is_ok()
    }
}
