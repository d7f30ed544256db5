//! Elements that hold members which the contract does not know.

use super::run::Run;
use crate::codec::violation::Breach;
use crate::json::{Tape, write};
use crate::limits::JsonLimits;
use crate::plan::{ComplexPlan, ElementPlan, ScopeIx, Shape};
use crate::xml::{self, Event, Reader};

impl<'p> Run<'_, 'p> {
    /// `<extra name="key">JSON text</extra>` is the member `"key":JSON`. One without a text is nothing.
    pub(super) fn extra(
        &mut self,
        complex: &'p ComplexPlan,
        element: &'p ElementPlan,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let name = self.extra_name(element, reader);
        while let Event::Start(name) = reader.next()? {
            self.unknown_element(name, reader)?;
        }
        let Some(name) = name else {
            self.report_at(&element.local, Breach::Missing, "expected the name of the member");
            return Ok(());
        };
        if complex.scope(ScopeIx::FIRST).keys.find(&name).is_some() || name.starts_with(['@', '$']) {
            self.report_at(&name, Breach::Duplicate, "the contract has a place of its own for it");
        } else if !reader.text().is_empty() {
            self.extra_member(&name, reader.text());
        }
        Ok(())
    }

    fn extra_name(&self, element: &ElementPlan, reader: &Reader<'_>) -> Option<String> {
        let Shape::Complex(complex) = &self.plan.type_plan(element.type_ix).shape else { return None };
        let name = complex.attributes.first()?;
        reader.attribute(name.ns, &name.local).map(str::to_owned)
    }

    fn extra_member(&mut self, name: &str, text: &str) {
        let mut tape = Tape::new();
        match tape.parse(text.as_bytes(), &JsonLimits::default()) {
            Ok(value) => {
                let mut member = Vec::new();
                write::write_key(&mut member, name);
                write::compact(value, &mut member);
                self.keep(name, member);
            }
            Err(_) => self.report_at(name, Breach::Format, "expected JSON"),
        }
    }
}
