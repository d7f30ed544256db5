//! The type that `xsi:type` says a value is of.
//!
//! What it says is never passed over in silence: a complex type that stands in another namespace is read as that type, with a
//! note, where that is allowed, for what it has besides the declared one would be lost; and octets are no other value.

use super::binary::Binary;
use super::elsewhere::{Moved, said};
use super::run::Run;
use super::simple::Said;
use crate::codec::violation::Breach;
use crate::plan::{ElementPlan, Shape, SimplePlan, TypeIx, TypePlan};
use crate::xml::{self, NsId, Reader, ns};
use crate::xsd::simple::{BuiltIn, Variety};

/// The type of a value, by what its `xsi:type` says.
#[derive(Clone, Copy)]
pub(super) enum Instance<'p> {
    /// The declared one.
    Declared(Said<'p>),
    /// This one, which is derived from it.
    Derived(TypeIx),
}

impl<'p> Run<'_, 'p> {
    /// What `xsi:type` says, where it names another type than the declared one. A derived type shows in JSON, but one that only
    /// narrows a simple type does not: it says nothing that the value does not.
    pub(super) fn named_type(&mut self, element: &'p ElementPlan, reader: &Reader<'_>) -> Instance<'p> {
        let base = self.plan.type_plan(element.type_ix);
        let Some(lexical) = reader.attribute(ns::XSI, "type") else {
            self.check_abstract(base);
            return Instance::Declared(Said::Nothing);
        };
        let (prefix, local) = xml::split_qname(lexical.trim());
        let space = reader.resolve(prefix).map(|ns| same_types(ns, reader));
        let own = base.name.as_ref().is_some_and(|(ns, name)| Some(*ns) == space && **name == *local);
        if own {
            self.check_abstract(base);
            return Instance::Declared(Said::Nothing);
        }
        let named = space.and_then(|ns| self.plan.named_types().named(ns, local));
        let Some(ix) = named.filter(|ix| self.plan.may_be(element.type_ix, *ix)) else {
            return self.unresolved(element.type_ix, Named { space, local }, reader);
        };
        match (&base.shape, &self.plan.type_plan(ix).shape) {
            (Shape::Simple(declared), Shape::Simple(narrower)) if !is_open(declared) => {
                Instance::Declared(Said::Narrower(narrower))
            }
            _ => Instance::Derived(ix),
        }
    }

    /// Errors: the value is of the type `base` itself, which no value may be.
    fn check_abstract(&mut self, base: &TypePlan) {
        if base.is_abstract {
            let expected = "the type is abstract, xsi:type must name a derived type";
            self.report(Breach::Missing, expected.to_owned());
        }
    }

    /// `xsi:type` names no type that the declared one, `base`, may be.
    fn unresolved(&mut self, base: TypeIx, named: Named<'_>, reader: &Reader<'_>) -> Instance<'p> {
        let shape = &self.plan.type_plan(base).shape;
        let octets = |space| self.plan.named_types().octets(space, named.local).map(Binary::of_octets);
        let binary =
            named.space.and_then(|space| Binary::of_type(space, named.local).or_else(|| octets(space)));
        match shape {
            Shape::Complex(complex) if complex.text.is_none() || binary.is_none() => {
                self.moved_type(base, named, reader)
            }
            Shape::Unwrap(_) => self.moved_type(base, named, reader),
            Shape::Array(_) | Shape::Complex(_) | Shape::Simple(_) => {
                Instance::Declared(self.foreign_type(shape, binary))
            }
        }
    }

    /// The complex type that has the name but for its namespace, after a note: the declared one, `base`, or one derived from it.
    fn moved_type(&mut self, base: TypeIx, named: Named<'_>, reader: &Reader<'_>) -> Instance<'p> {
        let plan = self.plan;
        let mut called = plan.named_types().called(named.local);
        called.retain(|(_, ix)| plan.may_be(base, *ix));
        match called.as_slice() {
            [] => self.unknown_type(named),
            // In the SOAP encoding the accessor says what it is of.
            [(_, ix)] if *ix == base && self.references.is_some() => {}
            [(expected, ix)] => {
                let moved = Moved { key: "@type", expected: *expected, found: named.space };
                if self.is_moved(moved, reader) && *ix != base {
                    return Instance::Derived(*ix);
                }
            }
            [(first, _), (second, _), ..] => {
                let [first, second] = [first, second].map(|ns| said(plan.namespaces().name(*ns)));
                let expected = format!("expected in {first} or {second}");
                self.refuse_at("@type", Breach::Unknown, &expected);
            }
        }
        self.check_abstract(plan.type_plan(base));
        Instance::Declared(Said::Nothing)
    }

    /// A type of which the contract has nothing. The types of the SOAP encoding say no more than that a value is a structure.
    fn unknown_type(&mut self, named: Named<'_>) {
        let encoding = matches!(named.space, Some(ns::SOAPENC | ns::SOAPENC12));
        let expected = "expected xsi:type to name a derived type";
        match self.references {
            Some(_) if encoding || self.is_strict() => {}
            _ if self.is_strict() => self.report(Breach::Enumeration, expected.to_owned()),
            _ if self.is_lenient() => self.note_at("@type", expected.to_owned()),
            _ => {}
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
}

/// The name that `xsi:type` gives.
#[derive(Clone, Copy)]
struct Named<'n> {
    /// Its namespace; nothing where its prefix is not declared.
    space: Option<NsId>,
    local: &'n str,
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
