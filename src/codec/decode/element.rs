//! One element: its actual type, and the JSON value that stands for it.

use super::binary::Binary;
use super::run::{Run, Target};
use super::simple::{Said, SimpleElement};
use crate::codec::violation::Breach;
use crate::json::write::write_string;
use crate::plan::{ElementPlan, ScopeIx, Shape, SimplePlan, TypeIx};
use crate::xml::{self, Event, NsId, Reader, ns};
use crate::xsd::simple::{BuiltIn, Variety};

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
            self.out.extend_from_slice(b"{\"@type\":");
            write_string(self.out, &self.plan.type_plan(ix).key);
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
                        self.out.extend_from_slice(b"null");
                    }
                    return Ok(());
                }
            }
        }
    }

    /// What `xsi:type` says, where it names another type than the declared one. A derived type shows in JSON, but one that only
    /// narrows a simple type does not: it says nothing that the value does not.
    fn named_type(&mut self, element: &'p ElementPlan, reader: &Reader<'_>) -> Instance<'p> {
        let base = self.plan.type_plan(element.type_ix);
        let Some(lexical) = reader.attribute(ns::XSI, "type") else {
            if base.is_abstract {
                let expected = "the type is abstract, xsi:type must name a derived type";
                self.report(Breach::Missing, expected.to_owned());
            }
            return Instance::Declared(Said::Nothing);
        };
        let (prefix, local) = xml::split_qname(lexical.trim());
        let space = reader.resolve(prefix).map(|ns| same_types(ns, reader));
        let own = base.name.as_ref().is_some_and(|(ns, name)| Some(*ns) == space && **name == *local);
        if own {
            return Instance::Declared(Said::Nothing);
        }
        let named = space.and_then(|ns| self.plan.named_types().named(ns, local));
        let Some(ix) = named.filter(|ix| self.plan.may_be(element.type_ix, *ix)) else {
            let octets = |space| self.plan.named_types().octets(space, local).map(Binary::of_octets);
            let binary = space.and_then(|space| Binary::of_type(space, local).or_else(|| octets(space)));
            return Instance::Declared(self.foreign_type(&base.shape, binary));
        };
        match (&base.shape, &self.plan.type_plan(ix).shape) {
            (Shape::Simple(declared), Shape::Simple(narrower)) if !is_open(declared) => {
                Instance::Declared(Said::Narrower(narrower))
            }
            _ => Instance::Derived(ix),
        }
    }

    /// `xsi:type` names a type that is not derived from the declared one, of `shape`. Octets where a text is declared are never
    /// taken for the text, nor those of one encoding for those of the other.
    fn foreign_type(&mut self, shape: &'p Shape, binary: Option<Binary>) -> Said<'p> {
        let leeway = self.options.leeway.types && matches!(shape, Shape::Simple(_));
        let declared = text_of(shape).map(|simple| simple.simple.octets().map(Binary::of_octets));
        let other = binary.zip(declared).filter(|(binary, declared)| Some(*binary) != *declared);
        match other {
            Some((binary, _)) if leeway => return Said::Encoded(binary),
            Some((_, declared)) => {
                let expected = match declared {
                    None => "expected a text, where xsi:type says that it is binary",
                    Some(Binary::Base64) => "expected base64Binary, where xsi:type says that it is hexBinary",
                    Some(Binary::Hex) => "expected hexBinary, where xsi:type says that it is base64Binary",
                };
                self.report(Breach::Enumeration, expected.to_owned());
            }
            None if self.references.is_none() && !leeway => {
                self.complain(Breach::Enumeration, "expected xsi:type to name a derived type".to_owned());
            }
            None => {}
        }
        Said::Nothing
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

/// The type of a value, by what its `xsi:type` says.
#[derive(Clone, Copy)]
enum Instance<'p> {
    /// The declared one.
    Declared(Said<'p>),
    /// This one, which is derived from it.
    Derived(TypeIx),
}

/// The shape of a value, and the type that `xsi:type` names if it names another one than the declared.
#[derive(Clone, Copy)]
struct Typed<'p> {
    shape: &'p Shape,
    named: Option<TypeIx>,
}

/// Whether values of a simple type may be of other types that say more of them: those of the ur-type and of a union.
fn is_open(simple: &SimplePlan) -> bool {
    matches!(simple.simple.variety(), Variety::Atomic(BuiltIn::AnySimpleType) | Variety::Union(_))
}

/// The type of the text that a value of `shape` has.
fn text_of(shape: &Shape) -> Option<&SimplePlan> {
    match shape {
        Shape::Simple(simple) => Some(simple),
        Shape::Complex(complex) => complex.text.as_ref(),
        Shape::Array(_) | Shape::Unwrap(_) => None,
    }
}

/// The types of the drafts of XML Schema are those of XML Schema.
fn same_types(ns: NsId, reader: &Reader<'_>) -> NsId {
    let draft = |name: &str| {
        matches!(name, "http://www.w3.org/1999/XMLSchema" | "http://www.w3.org/2000/10/XMLSchema")
    };
    if draft(reader.namespace(ns)) { ns::XSD } else { ns }
}
