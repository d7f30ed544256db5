//! Breaches of the contract.

use super::options::UnknownFields;
use super::run::Run;
use crate::codec::violation::{Breach, Violation};
use crate::limits::BREACHES;

impl Run<'_, '_> {
    pub(super) fn unknown(&mut self, keys: &crate::plan::KeyIndex, key: &str) {
        // Looking for the nearest key takes longer than all else.
        if self.options.unknown_fields == UnknownFields::Reject && self.violations.len() < BREACHES {
            let expected = match keys.nearest(key) {
                Some(near) => format!("unknown field; did you mean `{near}`?"),
                None => "unknown field".to_owned(),
            };
            self.report_at(key, Breach::Unknown, &expected);
        }
    }

    /// An unknown key where there are no others that could be meant.
    pub(super) fn unknown_beside(&mut self, key: &str) {
        if self.options.unknown_fields == UnknownFields::Reject {
            self.report_at(key, Breach::Unknown, "unknown field");
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
