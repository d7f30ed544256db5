//! One element: its actual type, and the JSON value that stands for it.

use super::run::{Run, Target};
use crate::codec::encode::EmptyAs;
use crate::codec::lexical;
use crate::codec::qname;
use crate::codec::violation::Breach;
use crate::plan::{
    AttributePlan, ComplexPlan, ElementPlan, Form, Role, ScopeIx, Shape, SimplePlan, Slot, TypeIx,
};
use crate::xml::{self, Event, Name, NsId, Reader, ns};
use crate::xsd::simple::Violation;

impl<'p> Run<'_, 'p> {
    /// Reads an element, from its start tag to its end tag.
    pub(super) fn element(
        &mut self,
        element: &'p ElementPlan,
        target: Target<'p>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        if self.reference(reader).is_some() {
            return self.referenced(element, target, reader);
        }
        let named = self.named_type(element, reader);
        let type_ix = match named {
            Some(ix) => ix,
            None => element.type_ix,
        };
        let typed = Typed { shape: &self.plan.type_plan(type_ix).shape, named };
        if self.is_nil(reader) {
            if !element.nillable {
                self.complain(Breach::Null, "xsi:nil is not possible here".to_owned());
            }
            return self.nil(typed, target, reader);
        }
        match typed.shape {
            Shape::Simple(simple) if named.is_none() => {
                self.simple_element(SimpleElement { element, simple }, target, reader)
            }
            Shape::Unwrap(inner) => self.unwrap(self.plan.element(*inner), target, reader),
            _ => {
                self.begin_value(target);
                self.shaped(element, typed, reader)?;
                self.end_value(target);
                Ok(())
            }
        }
    }

    fn is_nil(&mut self, reader: &Reader<'_>) -> bool {
        match reader.attribute(ns::XSI, "nil").map(str::trim) {
            Some("true" | "1") => true,
            None | Some("false" | "0") => false,
            Some(_) => {
                self.complain(Breach::Format, "expected xsi:nil to be true or false".to_owned());
                false
            }
        }
    }

    fn shaped(
        &mut self,
        element: &'p ElementPlan,
        typed: Typed<'p>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let named = typed.named;
        match typed.shape {
            Shape::Complex(complex) if complex.any_type && named.is_none() => self.any_type(complex, reader),
            Shape::Complex(complex) => self.complex(complex, named, reader),
            Shape::Array(array) => {
                self.begin_named(named);
                self.array(array, reader)?;
                self.end_named(named);
                Ok(())
            }
            Shape::Simple(simple) => {
                self.begin_named(named);
                self.simple_text(SimpleElement { element, simple }, reader)?;
                self.end_named(named);
                Ok(())
            }
            Shape::Unwrap(_) => reader.skip(),
        }
    }

    /// A value that is no object has its type and itself as members.
    fn begin_named(&mut self, named: Option<TypeIx>) {
        if let Some(ix) = named {
            self.out.extend_from_slice(b"{\"@type\":");
            crate::json::write::write_string(self.out, &self.plan.type_plan(ix).key);
            self.out.extend_from_slice(b",\"$value\":");
        }
    }

    fn end_named(&mut self, named: Option<TypeIx>) {
        if named.is_some() {
            self.out.push(b'}');
        }
    }

    /// The only child of a wrapper that does not show in JSON.
    fn unwrap(
        &mut self,
        inner: &'p ElementPlan,
        target: Target<'p>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let mut seen = false;
        loop {
            match reader.next()? {
                Event::Start(name) if !seen && inner.is(name) => {
                    seen = true;
                    self.path.push(&inner.local, None, None);
                    self.element(inner, target, reader)?;
                    self.path.pop();
                }
                Event::Start(name) => self.unknown_element(name, reader)?,
                Event::End if seen => {
                    self.no_text(reader);
                    return Ok(());
                }
                Event::End | Event::Eof => {
                    self.report(Breach::Missing, format!("element {} is required", inner.local));
                    return Ok(());
                }
            }
        }
    }

    /// The type that `xsi:type` names, if it is another one than the declared, and the schema allows it there.
    fn named_type(&mut self, element: &'p ElementPlan, reader: &Reader<'_>) -> Option<TypeIx> {
        let base = self.plan.type_plan(element.type_ix);
        let Some(lexical) = reader.attribute(ns::XSI, "type") else {
            if base.is_abstract {
                let expected = "the type is abstract, xsi:type must name a derived type";
                self.report(Breach::Missing, expected.to_owned());
            }
            return None;
        };
        let (prefix, local) = xml::split_qname(lexical.trim());
        let space = reader.resolve(prefix).map(|ns| same_types(ns, reader));
        let own = base.name.as_ref().is_some_and(|(ns, name)| Some(*ns) == space && **name == *local);
        if own {
            return None;
        }
        let named = space.and_then(|ns| self.plan.named_types().named(ns, local));
        let named = named.filter(|ix| self.plan.may_be(element.type_ix, *ix));
        if named.is_none() && self.references.is_none() {
            self.complain(Breach::Enumeration, "expected xsi:type to name a derived type".to_owned());
        }
        named
    }

    fn nil(
        &mut self,
        typed: Typed<'p>,
        target: Target<'p>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.begin_value(target);
        match typed.shape {
            Shape::Complex(complex) if typed.named.is_some() || self.has_attributes(complex, reader) => {
                self.open_object(ScopeIx::FIRST);
                self.put_type(complex, typed.named);
                self.attributes(complex, reader);
                self.put_key("\"$nil\":");
                self.out.extend_from_slice(b"true");
                self.close_object(complex);
            }
            shape => {
                self.out.extend_from_slice(b"null");
                match shape {
                    Shape::Complex(complex) if self.is_strict() => self.attributes(complex, reader),
                    Shape::Complex(complex) => self.undeclared_attributes(Some(complex), reader),
                    _ => self.undeclared_attributes(None, reader),
                }
            }
        }
        self.end_value(target);
        match reader.next()? {
            Event::Start(name) => {
                self.unknown_element(name, reader)?;
                reader.skip()
            }
            Event::End | Event::Eof => {
                self.no_text(reader);
                Ok(())
            }
        }
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

    fn simple_element(
        &mut self,
        of: SimpleElement<'p>,
        target: Target<'p>,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        self.text_alone(reader)?;
        let blank = reader.text().is_empty() && of.element.default.is_none();
        if blank {
            let absent = target.slot().is_some_and(|slot| slot.blank_absent);
            match self.options.empty_as {
                EmptyAs::Absent => return Ok(()),
                _ if absent => return Ok(()),
                EmptyAs::Reject if !self.is_forgiving() => {
                    self.report(Breach::Empty, "an empty element is not possible here".to_owned());
                }
                EmptyAs::Keep | EmptyAs::Reject => {}
            }
        }
        self.begin_value(target);
        self.checked(of, reader);
        self.end_value(target);
        Ok(())
    }

    fn simple_text(&mut self, of: SimpleElement<'p>, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.text_alone(reader)?;
        self.checked(of, reader);
        Ok(())
    }

    /// Reads an element that has no attributes and no children, up to its end tag.
    fn text_alone(&mut self, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.undeclared_attributes(None, reader);
        while let Event::Start(name) = reader.next()? {
            self.unknown_element(name, reader)?;
        }
        Ok(())
    }

    /// The value of an element whose text was read; an empty one has the default (Part 1, section 3.3.4).
    fn checked(&mut self, SimpleElement { element, simple }: SimpleElement<'p>, reader: &Reader<'_>) {
        let text = match (reader.text(), element.default.as_ref().or(element.fixed.as_ref())) {
            ("", Some(default)) => default,
            (text, _) => text,
        };
        let fixed = element.fixed.as_deref().is_some_and(|fixed| !same(simple, fixed, text));
        match self.write(simple, text, reader) {
            Ok(()) if fixed => self.report(Breach::Enumeration, "expected the fixed value".to_owned()),
            Ok(()) => {}
            Err(violation) => self.report(Breach::from(&violation), violation.to_string()),
        }
    }

    /// The JSON form of `text`.
    fn write(&mut self, simple: &SimplePlan, text: &str, reader: &Reader<'_>) -> Result<(), Violation> {
        if simple.form != Form::Name {
            let Err(violation) = lexical::to_json(self.out, simple, text) else { return Ok(()) };
            let open = self.options.open && Breach::from(&violation) == Breach::Enumeration;
            if !open && !self.is_forgiving() {
                return Err(violation);
            }
            crate::json::write::write_string(self.out, text);
            if open {
                self.note(violation.to_string());
            }
            return Ok(());
        }
        simple.simple.check(text)?;
        match qname::to_json(self.plan, text, reader) {
            Some(name) => crate::json::write::write_string(self.out, &name),
            None => self.report(Breach::Format, "expected a QName with a prefix that is declared".to_owned()),
        }
        Ok(())
    }

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
    fn flat(&mut self, complex: &'p ComplexPlan, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        self.open_array();
        self.undeclared_attributes(Some(complex), reader);
        self.children(complex, None, reader)?;
        self.close_array();
        Ok(())
    }

    /// `@type`, or `@xsi_type` where an attribute has that key.
    fn put_type(&mut self, complex: &'p ComplexPlan, named: Option<TypeIx>) {
        let Some(ix) = named else { return };
        self.put_key(if complex.has_type_attribute() { "\"@xsi_type\":" } else { "\"@type\":" });
        crate::json::write::write_string(self.out, &self.plan.type_plan(ix).key);
    }

    pub(super) fn attributes(&mut self, complex: &'p ComplexPlan, reader: &Reader<'_>) {
        for attribute in &complex.attributes {
            let Some(slot) = complex.scope(ScopeIx::FIRST).slots.get(attribute.slot.index()) else {
                continue;
            };
            match reader.attribute(attribute.ns, &attribute.local) {
                None if attribute.required => self.report_at(&slot.key, Breach::Missing, "required"),
                Some(_) if !slot.hidden => self.attribute(attribute, slot, reader),
                None | Some(_) => {}
            }
        }
        self.undeclared_attributes(Some(complex), reader);
    }

    fn attribute(&mut self, attribute: &'p AttributePlan, slot: &'p Slot, reader: &Reader<'_>) {
        let Some(text) = reader.attribute(attribute.ns, &attribute.local) else { return };
        self.put_key(&slot.json);
        if attribute.fixed.as_deref().is_some_and(|fixed| !same(&attribute.simple, fixed, text)) {
            self.report_at(&slot.key, Breach::Enumeration, "expected the fixed value");
        }
        if let Err(violation) = self.write(&attribute.simple, text, reader) {
            self.report_at(&slot.key, Breach::from(&violation), &violation.to_string());
        }
    }

    fn text(
        &mut self,
        complex: &'p ComplexPlan,
        simple: &'p SimplePlan,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        while let Event::Start(name) = reader.next()? {
            self.unknown_element(name, reader)?;
        }
        let slots = &complex.scope(ScopeIx::FIRST).slots;
        let Some(slot) = slots.iter().find(|slot| slot.role == Role::Text) else { return Ok(()) };
        self.put_key(&slot.json);
        if let Err(violation) = self.write(simple, reader.text(), reader) {
            self.report_at(&slot.key, Breach::from(&violation), &violation.to_string());
        }
        Ok(())
    }

    /// Attributes that say something about the document, not about the message.
    pub(super) fn is_neutral(&self, ns: NsId, local: &str) -> bool {
        matches!(ns, ns::XSI | ns::SOAP11 | ns::SOAP12 | ns::WSU)
            || (self.references.is_some()
                && (ns == ns::SOAPENC || (ns == ns::NONE && matches!(local, "id" | "href" | "root"))))
    }
}

/// The shape of a value, and the type that `xsi:type` names if it names another one than the declared.
#[derive(Clone, Copy)]
struct Typed<'p> {
    shape: &'p Shape,
    named: Option<TypeIx>,
}

/// An element of a simple type.
#[derive(Clone, Copy)]
struct SimpleElement<'p> {
    element: &'p ElementPlan,
    simple: &'p SimplePlan,
}

/// The types of the drafts of XML Schema are those of XML Schema.
fn same_types(ns: NsId, reader: &Reader<'_>) -> NsId {
    let draft = |name: &str| {
        matches!(name, "http://www.w3.org/1999/XMLSchema" | "http://www.w3.org/2000/10/XMLSchema")
    };
    if draft(reader.namespace(ns)) { ns::XSD } else { ns }
}

fn same(simple: &SimplePlan, fixed: &str, text: &str) -> bool {
    match (simple.simple.check(fixed), simple.simple.check(text)) {
        (Ok(fixed), Ok(text)) => fixed.value == text.value,
        _ => true,
    }
}
