//! Breaches of the contract, and what is forgiven.

use super::Run;
use crate::codec::violation::{Breach, MOST, Violation};
use crate::xml::{self, Name, Reader};

impl Run<'_, '_> {
    /// An element that has no place: passed over in a reply, else a breach.
    pub(super) fn stranger(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.unknown(name.local, "unknown element");
        reader.skip()
    }

    pub(super) fn unknown(&mut self, name: &str, what: &str) {
        if self.options.strict {
            return self.report_at(name, Breach::Unknown, what);
        }
        let path = format!("{}/{name}", self.path.elements());
        if !self.decoded.passed_over.contains(&path) && self.decoded.passed_over.len() < MOST {
            self.decoded.passed_over.push(path);
        }
    }

    pub(super) fn no_text(&mut self, reader: &Reader<'_>) {
        if !reader.text().bytes().all(|byte| byte.is_ascii_whitespace()) {
            self.report(Breach::Type, "expected no text between the elements".to_owned());
        }
    }

    /// A breach that a reply is forgiven.
    pub(super) fn complain(&mut self, breach: Breach, expected: String) {
        if self.options.strict {
            self.report(breach, expected);
        }
    }

    pub(super) fn report_at(&mut self, key: &str, breach: Breach, expected: &str) {
        if self.violations.len() < MOST {
            let mut pointer = self.path.pointer();
            crate::json::push_segment(&mut pointer, key);
            let path = format!("{}/{key}", self.path.elements());
            self.violations.push(Violation { breach, pointer, path, expected: expected.to_owned() });
        }
    }

    pub(super) fn report(&mut self, breach: Breach, expected: String) {
        if self.violations.len() < MOST {
            let (pointer, path) = (self.path.pointer(), self.path.elements());
            self.violations.push(Violation { breach, pointer, path, expected });
        }
    }
}
