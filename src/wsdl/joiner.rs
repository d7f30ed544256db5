//! What is known while the halves of operations are joined.

use std::collections::HashSet;
use std::sync::Arc;

use super::definitions::Definitions;
use super::model::{Style, Unserved};
use super::place::{Place, local_name};
use super::problem::Problem;
use crate::limits::CONTRACT_PROBLEMS;
use crate::xml::{Diagnostic, ElementId, QName, Severity, ns};
use crate::xsd::{Missing, Schema};

/// The definitions, the schema that they refer to, and what is wrong with them.
pub(super) struct Joiner<'b> {
    pub(super) definitions: &'b Definitions,
    pub(super) schema: &'b Schema,
    pub(super) missing: &'b mut Missing,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The ports that are not served.
    pub(super) unserved: Vec<Unserved>,
    /// What is wrong with the operation that is being joined.
    pub(super) reasons: Vec<Arc<str>>,
    /// Why that operation cannot be mapped.
    refusal: Option<Diagnostic>,
    /// References that were counted.
    counted: HashSet<(usize, ElementId)>,
}

/// The two halves of an operation.
pub(super) struct Halves {
    pub(super) abstract_half: Place,
    pub(super) concrete: Place,
    pub(super) soap: &'static str,
    pub(super) style: Style,
    pub(super) name: Arc<str>,
}

impl<'b> Joiner<'b> {
    pub(super) fn new(definitions: &'b Definitions, schema: &'b Schema, missing: &'b mut Missing) -> Self {
        Self {
            definitions,
            schema,
            missing,
            diagnostics: Vec::new(),
            unserved: Vec::new(),
            reasons: Vec::new(),
            refusal: None,
            counted: HashSet::new(),
        }
    }

    /// The QName in the attribute `name` of `place`; without a namespace, and reported, when its prefix is not declared.
    pub(super) fn reference(&mut self, place: &Place, name: &str) -> Option<QName> {
        let lexical = place.attribute(name)?;
        if let Some(found) = place.qname(name) {
            return Some(found);
        }
        self.report(place, &Problem::Prefix(lexical.to_owned()));
        Some(QName::new(ns::NONE_URI, local_name(lexical)))
    }

    /// The same, reported when the attribute is missing.
    pub(super) fn required(&mut self, place: &Place, name: &'static str) -> Option<QName> {
        if place.attribute(name).is_none() {
            self.report(place, &Problem::NoReference(name));
        }
        self.reference(place, name)
    }

    /// Keeps `problem` of `place`, once: several ports may share what has it.
    pub(super) fn report(&mut self, place: &Place, problem: &Problem) {
        let found = self.noted(place, problem);
        if self.diagnostics.len() < CONTRACT_PROBLEMS && !self.diagnostics.contains(&found) {
            self.diagnostics.push(found);
        }
    }

    /// The operation that is being joined cannot be mapped, for `problem` of `place`: the first one is told.
    pub(super) fn refuse(&mut self, place: &Place, problem: &Problem) {
        self.refusal.get_or_insert_with(|| place.diagnostic(problem));
    }

    /// Why the operation that was joined cannot be mapped.
    pub(super) fn take_refusal(&mut self) -> Option<Diagnostic> {
        self.refusal.take()
    }

    /// Counts the reference at `place` to `name`, which nobody defines; `problem` says so where nothing else explains it.
    pub(super) fn missing(&mut self, place: &Place, name: &QName, problem: &Problem) {
        let found = self.noted(place, problem);
        let at = (place.document, place.element);
        if self.counted.insert(at) {
            self.missing.reference(name, || found);
        }
    }

    fn noted(&mut self, place: &Place, problem: &Problem) -> Diagnostic {
        let found = place.diagnostic(problem);
        if found.severity == Severity::Error {
            self.unchecked(format!("{} ({}:{})", found.message, found.file, found.position).into());
        }
        found
    }

    /// Notes why something in the operation that is being joined is not checked.
    pub(super) fn unchecked(&mut self, reason: Arc<str>) {
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }
}
