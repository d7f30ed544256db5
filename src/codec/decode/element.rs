//! One element: its actual type, and the JSON value that stands for it.

use super::instance::Instance;
use super::run::{Run, Target};
use super::simple::{Said, SimpleElement};
use crate::codec::violation::Breach;
use crate::plan::{ElementPlan, ScopeIx, Shape, TypeIx};
use crate::xml::{self, Event, Reader, ns};

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
        let (named, said) = match self.named_type(element, reader) {
            Instance::Declared(said) => (None, said),
            Instance::Derived(ix) => (Some(ix), Said::Nothing),
        };
        let type_ix = match named {
            Some(ix) => ix,
            None => element.type_ix,
        };
        let typed = Typed { shape: &self.plan.type_plan(type_ix).shape, named };
        if self.is_nil(reader) {
            // In the SOAP encoding it stands for the NULL of any accessor (SOAP 1.1 section 5.1).
            if !element.nillable && self.references.is_none() {
                if self.is_lenient() && target.optional {
                    return self.nothing(reader);
                }
                self.report(Breach::Null, "xsi:nil is not possible here".to_owned());
            }
            return self.nil(typed, target, reader);
        }
        match typed.shape {
            Shape::Simple(simple) if named.is_none() => {
                self.simple_element(SimpleElement { element, simple, said }, target, reader)
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
                self.report(Breach::Format, "expected xsi:nil to be true or false".to_owned());
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
            Shape::Complex(complex) if complex.attachment.is_some() => {
                self.part_referred(complex, named, reader)
            }
            Shape::Complex(complex) => self.complex(complex, named, reader),
            Shape::Array(array) => {
                self.begin_named(named);
                self.array(array, reader)?;
                self.end_named(named);
                Ok(())
            }
            Shape::Simple(simple) => {
                self.begin_named(named);
                self.simple_text(SimpleElement { element, simple, said: Said::Nothing }, reader)?;
                self.end_named(named);
                Ok(())
            }
            Shape::Unwrap(_) => reader.skip(),
        }
    }

    /// A value that is not an object has its type and itself as members.
    fn begin_named(&mut self, named: Option<TypeIx>) {
        if let Some(ix) = named {
            self.out.put_bytes(b"{\"@type\":");
            self.put_string(&self.plan.type_plan(ix).key);
            self.out.put_bytes(b",\"$value\":");
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
                Event::Start(name) if !seen && (inner.is(name) || self.is_element(inner, name, reader)) => {
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
                    if target.parent.is_none() {
                        self.out.put_bytes(b"null");
                    }
                    return Ok(());
                }
            }
        }
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
                self.out.put_bytes(b"true");
                self.close_object(complex);
            }
            shape => {
                self.out.put_bytes(b"null");
                match shape {
                    Shape::Complex(complex) if self.is_strict() => self.attributes(complex, reader),
                    Shape::Complex(complex) => self.undeclared_attributes(Some(complex), reader),
                    _ => self.undeclared_attributes(None, reader),
                }
            }
        }
        self.end_value(target);
        self.nothing(reader)
    }

    /// The content of an element with `xsi:nil`. What is optional and has no null is absent then in a reply.
    fn nothing(&mut self, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        let blank = |reader: &Reader<'_>| reader.text().bytes().all(|byte| byte.is_ascii_whitespace());
        if reader.next()? != Event::End || !blank(reader) {
            self.report(Breach::Null, "expected nothing in an element with xsi:nil".to_owned());
        }
        while let Event::Start(_) = reader.current() {
            reader.skip()?;
            reader.next()?;
        }
        Ok(())
    }
}

/// The shape of a value, and the type that `xsi:type` names if it names another one than the declared.
#[derive(Clone, Copy)]
struct Typed<'p> {
    shape: &'p Shape,
    named: Option<TypeIx>,
}
