//! The patterns of a contract: each is compiled once, and all of them take a bounded place.

use std::collections::HashMap;

use regex::Regex;

use super::pattern::{self, PatternError};
use crate::limits::{ContractLimits, PATTERN_STEPS, PATTERNS_TOTAL};

/// The patterns that were compiled so far.
#[derive(Debug)]
pub struct Patterns {
    compiled: HashMap<Vec<String>, Result<Regex, PatternError>>,
    /// Bytes that one pattern may take.
    most: usize,
    /// Bytes that are left for all others.
    left: usize,
}

impl Patterns {
    /// None yet, of which each may take `most` bytes.
    pub fn new(most: usize) -> Self {
        Self { compiled: HashMap::new(), most, left: PATTERNS_TOTAL }
    }

    /// `alternatives`, already translated, as one expression that matches whole values.
    pub(super) fn compile(&mut self, alternatives: &[String]) -> Result<Regex, PatternError> {
        if let Some(known) = self.compiled.get(alternatives) {
            return known.clone();
        }
        let compiled = self.compile_new(alternatives);
        self.compiled.insert(alternatives.to_vec(), compiled.clone());
        compiled
    }

    /// What a pattern takes is known by the first bound that it keeps, and one that keeps none was not cheap to try.
    fn compile_new(&mut self, alternatives: &[String]) -> Result<Regex, PatternError> {
        let most = self.most.min(self.left);
        let steps = PATTERN_STEPS.into_iter().filter(|step| *step < most);
        for step in steps.chain([most]) {
            match pattern::compile(alternatives, step) {
                Err(PatternError::TooLarge(_)) if step < most => {}
                Err(PatternError::TooLarge(_)) => break,
                compiled => {
                    self.left -= step;
                    return compiled;
                }
            }
        }
        self.left -= most;
        Err(if most < self.most {
            PatternError::AllTooLarge(PATTERNS_TOTAL)
        } else {
            PatternError::TooLarge(most)
        })
    }
}

impl Default for Patterns {
    fn default() -> Self {
        Self::new(ContractLimits::default().pattern)
    }
}
