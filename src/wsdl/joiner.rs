//! What is known while the halves of operations are joined.

use std::sync::Arc;

use super::definitions::Definitions;
use super::model::Style;
use super::place::{Place, local_name};
use super::problem::Problem;
use crate::limits::CONTRACT_PROBLEMS;
use crate::xml::{Diagnostic, QName, ns};
use crate::xsd::Schema;

/// The definitions, the schema that they refer to, and what is wrong with them.
pub(super) struct Joiner<'b> {
    pub(super) definitions: &'b Definitions,
    pub(super) schema: &'b Schema,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The two halves of an operation.
pub(super) struct Halves {
    pub(super) abstract_half: Place,
    pub(super) concrete: Place,
    pub(super) soap: &'static str,
    pub(super) style: Style,
    pub(super) name: Arc<str>,
}

impl Joiner<'_> {
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
        let found = place.diagnostic(problem);
        if self.diagnostics.len() < CONTRACT_PROBLEMS && !self.diagnostics.contains(&found) {
            self.diagnostics.push(found);
        }
    }
}
