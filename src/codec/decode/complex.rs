//! Complex values: objects, their attributes, and their text.

use super::run::Run;
use super::simple::Given;
use crate::codec::lexical::is_fixed;
use crate::codec::violation::Breach;
use crate::plan::{AttributePlan, ComplexPlan, Role, ScopeIx, SimplePlan, Slot, TypeIx};
use crate::xml::{self, Event, Name, NsId, Reader, ns};

impl<'p> Run<'_, 'p> {
    /// Reads the object of a complex type, from its start tag to its end tag.
    pub(super) fn complex(
        &mut self,
        complex: &'p ComplexPlan,
        named: Option<TypeIx>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        if complex.flat {
            return self.flat(complex, reader);
        }
        let root = self.buffers.objects.is_empty();
        self.open_object(ScopeIx::FIRST);
        if root {
            self.put_members(self.options.members);
        }
        self.put_type(complex, named);
        self.attributes(complex, reader);
        self.content(complex, None, reader)
    }

    /// Reads the content of the object that is open, and closes it. `first` is what follows the start tag, if it was read.
    pub(super) fn content(
        &mut self,
        complex: &'p ComplexPlan,
        first: Option<Event<'_>>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        match &complex.text {
            Some(simple) => self.text(complex, simple, reader)?,
            None if complex.mixed => self.mixed(complex, first, reader)?,
            None => self.children(complex, first, reader)?,
        }
        self.absent_lists(complex);
        self.close_object(complex);
        Ok(())
    }

    /// An array whose wrapper does not show in JSON.
    pub(super) fn flat(
        &mut self,
        complex: &'p ComplexPlan,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.open_array();
        self.undeclared_attributes(Some(complex), reader);
        self.children(complex, None, reader)?;
        self.close_array();
        Ok(())
    }

    /// `@type`, or `@xsi_type` where an attribute has that key.
    pub(super) fn put_type(&mut self, complex: &'p ComplexPlan, named: Option<TypeIx>) {
        let Some(ix) = named else { return };
        self.put_key(if complex.has_type_attribute() { "\"@xsi_type\":" } else { "\"@type\":" });
        self.put_string(&self.plan.type_plan(ix).key);
    }

    pub(super) fn attributes(&mut self, complex: &'p ComplexPlan, reader: &Reader<'_>) {
        for attribute in &complex.attributes {
            let Some(slot) = complex.scope(ScopeIx::FIRST).slots.get(attribute.slot.index()) else {
                continue;
            };
            let own = reader.attribute(attribute.ns, &attribute.local);
            match own.or_else(|| self.moved_attribute(complex, attribute, reader)) {
                None if attribute.required => self.report_at(&slot.key, Breach::Missing, "required"),
                Some(text) if !slot.hidden => self.attribute(attribute, slot, Given { text, reader }),
                None | Some(_) => {}
            }
        }
        self.undeclared_attributes(Some(complex), reader);
    }

    fn attribute(&mut self, attribute: &'p AttributePlan, slot: &'p Slot, given: Given<'_, '_>) {
        let Given { text, reader } = given;
        self.put_key(&slot.json);
        if attribute.fixed.as_deref().is_some_and(|fixed| !is_fixed(&attribute.simple, fixed, text)) {
            self.report_at(&slot.key, Breach::Enumeration, "expected the fixed value");
        }
        if let Err(violation) = self.write(&attribute.simple, text, reader) {
            self.report_at(&slot.key, Breach::from(&violation), &violation.to_string());
        }
    }

    pub(super) fn text(
        &mut self,
        complex: &'p ComplexPlan,
        simple: &'p SimplePlan,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        while let Event::Start(name) = reader.next()? {
            self.below_simple(name, reader)?;
        }
        let slots = &complex.scope(ScopeIx::FIRST).slots;
        let Some(slot) = slots.iter().find(|slot| slot.role == Role::Text) else { return Ok(()) };
        self.put_key(&slot.json);
        if let Err(violation) = self.write(simple, reader.text(), reader) {
            self.report_at(&slot.key, Breach::from(&violation), &violation.to_string());
        }
        Ok(())
    }

    /// Whether the start tag has attributes that JSON shows.
    pub(super) fn has_attributes(&self, complex: &ComplexPlan, reader: &Reader<'_>) -> bool {
        reader.attributes().iter().any(|attribute| {
            let Name { ns, local } = attribute.name;
            complex.attributes.iter().any(|known| known.ns == ns && *known.local == *local)
                || (complex.any_attribute.as_ref().is_some_and(|any| any.allows(ns))
                    && !self.is_neutral(ns, local))
        })
    }

    /// Attributes that say something about the document, not about the message.
    pub(super) fn is_neutral(&self, ns: NsId, local: &str) -> bool {
        matches!(ns, ns::XSI | ns::SOAP11 | ns::SOAP12 | ns::WSU)
            || (self.references.is_some()
                && (matches!(ns, ns::SOAPENC | ns::SOAPENC12)
                    || (ns == ns::NONE && matches!(local, "id" | "href" | "root"))))
    }
}
