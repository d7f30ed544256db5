//! Breaches of the contract, and what is forgiven.

use super::run::Run;
use crate::codec::violation::{Breach, Violation};
use crate::json::write;
use crate::limits::BREACHES;
use crate::plan::ComplexPlan;
use crate::xml::{self, Event, Name, Reader};

impl Run<'_, '_> {
    /// An element that has no place: passed over in a reply, else a breach.
    pub(super) fn unknown_element(
        &mut self,
        name: Name<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        // More would be no more than what is reported.
        if self.shows_unknown() && self.unknown_members.count(self.buffers.objects.len()) < BREACHES {
            return self.show_element(name, reader);
        }
        self.unknown(name.local, "unknown element");
        reader.skip()
    }

    /// An element within a simple value. The text around it would be another value than the one that was sent.
    pub(super) fn below_simple(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.refuse_at(name.local, Breach::Unknown, "unknown element, where a simple value is expected");
        reader.skip()
    }

    /// The same as [`Self::unknown_element`] below an element of the type `complex`, which may have a place for everything.
    pub(super) fn unknown_child(
        &mut self,
        complex: &ComplexPlan,
        name: Name<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let shown = self.shows_unknown() && complex.extra.is_some();
        if shown { self.show_element(name, reader) } else { self.unknown_element(name, reader) }
    }

    fn shows_unknown(&self) -> bool {
        self.is_forgiving() && self.top().is_some_and(|object| !object.flat)
    }

    /// An unknown element as a member: its text, or an object for whatever has children.
    fn show_element(&mut self, name: Name<'_>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        let local = name.local.to_owned();
        let mut member = Vec::new();
        write::write_key(&mut member, &local);
        let mut children = false;
        while let Event::Start(_) = reader.next()? {
            children = true;
            reader.skip()?;
        }
        if children {
            member.extend_from_slice(b"{}");
        } else {
            write::write_string(&mut member, reader.text());
        }
        self.keep(&local, member);
        Ok(())
    }

    /// Keeps a member for the end of the object that is open.
    pub(super) fn keep(&mut self, name: &str, member: Vec<u8>) {
        let depth = self.buffers.objects.len();
        if !self.unknown_members.keep(depth, name, member) {
            self.report_at(name, Breach::Duplicate, "expected only once");
        }
    }

    pub(super) fn unknown(&mut self, name: &str, what: &str) {
        if self.is_strict() {
            return self.report_at(name, Breach::Unknown, what);
        }
        if self.is_forgiving() {
            return;
        }
        let path = format!("{}/{name}", self.path.elements());
        if !self.decoded.passed_over.contains(&path) && self.decoded.passed_over.len() < BREACHES {
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
        if self.is_strict() {
            self.report(breach, expected);
        }
    }

    /// A value that is shown although its enumeration does not have it.
    pub(super) fn note(&mut self, expected: String) {
        if self.decoded.notes.len() < BREACHES {
            let (pointer, path) = (self.path.pointer(), self.path.elements());
            self.decoded.notes.push(Violation { breach: Breach::Enumeration, pointer, path, expected });
        }
    }

    /// Whether a breach is forgiven because what is shown instead says it.
    fn is_forgiven(&self, breach: Breach) -> bool {
        self.is_forgiving() && breach != Breach::Duplicate
    }

    /// The same for what stands below the current value.
    pub(super) fn refuse_at(&mut self, key: &str, breach: Breach, expected: &str) {
        let mut pointer = self.path.pointer();
        crate::json::push_segment(&mut pointer, key);
        let path = format!("{}/{key}", self.path.elements());
        self.violations.push(Violation { breach, pointer, path, expected: expected.to_owned() });
        self.violations.truncate(BREACHES);
    }

    pub(super) fn report_at(&mut self, key: &str, breach: Breach, expected: &str) {
        if self.violations.len() < BREACHES && !self.is_forgiven(breach) {
            let mut pointer = self.path.pointer();
            crate::json::push_segment(&mut pointer, key);
            let path = format!("{}/{key}", self.path.elements());
            self.violations.push(Violation { breach, pointer, path, expected: expected.to_owned() });
        }
    }

    /// A breach that nothing forgives: what is shown instead could not say it.
    pub(super) fn refuse(&mut self, breach: Breach, expected: &str) {
        let (pointer, path) = (self.path.pointer(), self.path.elements());
        self.violations.push(Violation { breach, pointer, path, expected: expected.to_owned() });
        self.violations.truncate(BREACHES);
    }

    pub(super) fn report(&mut self, breach: Breach, expected: String) {
        if self.violations.len() < BREACHES && !self.is_forgiven(breach) {
            let (pointer, path) = (self.path.pointer(), self.path.elements());
            self.violations.push(Violation { breach, pointer, path, expected });
        }
    }
}
