//! Breaches of the contract.

use super::options::UnknownFields;
use super::run::Run;
use crate::codec::violation::{Breach, Violation};
use crate::limits::BREACHES;

impl Run<'_, '_> {
    pub(super) fn unknown(&mut self, keys: &crate::plan::KeyIndex, key: &str) {
        if self.options.unknown_fields == UnknownFields::Ignore {
            return self.pass_over(key);
        }
        // Looking for the nearest key takes longer than all else.
        if self.violations.len() < BREACHES {
            let expected = match keys.nearest(key) {
                Some(near) => format!("unknown field; did you mean `{near}`?"),
                None => "unknown field".to_owned(),
            };
            self.report_at(key, Breach::Unknown, &expected);
        }
    }

    /// An unknown key where there are no others that could be meant.
    pub(super) fn unknown_beside(&mut self, key: &str) {
        match self.options.unknown_fields {
            UnknownFields::Ignore => self.pass_over(key),
            UnknownFields::Reject => self.report_at(key, Breach::Unknown, "unknown field"),
        }
    }

    fn pass_over(&mut self, key: &str) {
        let passed_over = &mut self.buffers.passed_over;
        passed_over.at_top += usize::from(self.path.is_top());
        if passed_over.places.len() < BREACHES {
            let mut place = self.path.places();
            crate::json::push_segment(&mut place, key);
            if !passed_over.places.contains(&place) {
                passed_over.places.push(place);
            }
        }
    }

    pub(super) fn report_at(&mut self, key: &str, breach: Breach, expected: &str) {
        if self.violations.len() < BREACHES {
            let mut pointer = self.path.pointer();
            crate::json::push_segment(&mut pointer, key);
            self.violations.push(Violation {
                breach,
                pointer,
                path: String::new(),
                expected: expected.to_owned(),
            });
        }
    }

    /// A value that is written although its enumeration does not have it.
    pub(super) fn note(&mut self, expected: String) {
        if self.buffers.notes.len() < BREACHES {
            let pointer = self.path.pointer();
            let breach = Breach::Enumeration;
            self.buffers.notes.push(Violation { breach, pointer, path: String::new(), expected });
        }
    }

    pub(super) fn report_forbidden(&mut self) {
        self.report(Breach::Format, "a character that XML cannot carry".to_owned());
    }

    pub(super) fn report(&mut self, breach: Breach, expected: String) {
        if self.violations.len() < BREACHES {
            let pointer = self.path.pointer();
            self.violations.push(Violation { breach, pointer, path: String::new(), expected });
        }
    }
}
