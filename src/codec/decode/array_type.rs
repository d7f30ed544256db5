//! What an array of the SOAP encoding says of its items: their type and their number (SOAP 1.1 section 5.4.2, SOAP 1.2 Part 2,
//! section 3.1.4).

use super::binary::Binary;
use super::run::Run;
use crate::codec::violation::Breach;
use crate::plan::{ArrayPlan, Shape, SimplePlan, TypeIx};
use crate::xml::{self, Name, NsId, Reader, ns};
use crate::xsd::simple::{BuiltIn, Variety};

impl Run<'_, '_> {
    /// Compares the type of items that the start tag names with the declared one. Each item has the declared one, so that one that
    /// is no more than another simple type is told or, in a request, refused; octets are never taken for texts.
    pub(super) fn check_item_type(&mut self, array: &ArrayPlan, reader: &Reader<'_>) {
        let item = self.plan.element(array.item).type_ix;
        let own = reader.attribute(ns::SOAPENC, "arrayType").and_then(|text| text.split('[').next());
        let Some(lexical) = own.or_else(|| reader.attribute(ns::SOAPENC12, "itemType")) else { return };
        let (prefix, local) = xml::split_qname(lexical.trim());
        let Some(space) = reader.resolve(prefix) else { return };
        let name = Name { ns: space, local };
        if self.is_other_octets(item, name) {
            return;
        }
        let declared = self.simple(item).and_then(primitive);
        let named = built_in(name).map(BuiltIn::primitive);
        if let (Some(declared), Some(named)) = (declared, named)
            && named != declared
            && named != BuiltIn::AnySimpleType
        {
            let expected = "expected the declared type of the items in arrayType or itemType";
            if self.is_strict() {
                self.report(Breach::Enumeration, expected.to_owned());
            } else if self.is_lenient() {
                self.note(expected.to_owned());
            }
        }
    }

    /// Whether the type `name` is one of octets, and `declared` none or one of others, which is reported: an array may say so of
    /// its items, and an element by its own name (SOAP 1.1 section 5.4.1).
    pub(super) fn is_other_octets(&mut self, declared: TypeIx, name: Name<'_>) -> bool {
        let Some(simple) = self.simple(declared) else { return false };
        let derived = self.plan.named_types().octets(name.ns, name.local).map(Binary::of_octets);
        let Some(found) = Binary::of_type(name.ns, name.local).or(derived) else { return false };
        let other = simple.simple.octets().map(Binary::of_octets) != Some(found);
        if other {
            let expected = "expected a value of the declared type, where another one of octets is named";
            self.report(Breach::Enumeration, expected.to_owned());
        }
        other
    }

    fn simple(&self, ix: TypeIx) -> Option<&SimplePlan> {
        match &self.plan.type_plan(ix).shape {
            Shape::Simple(simple) => Some(simple),
            Shape::Array(_) | Shape::Complex(_) | Shape::Unwrap(_) => None,
        }
    }

    /// Compares the number of items with the size that the start tag gave. Fewer may be the first ones of a longer array (SOAP 1.1
    /// section 5.4.2.1), whose length the JSON has not; there are stacks that count wrongly, so that a reply is only told of.
    pub(super) fn check_size(&mut self, size: Option<u32>, count: u32) {
        if size.is_some_and(|size| size != count) {
            let expected = "expected as many items as the size of the array says".to_owned();
            if self.is_lenient() {
                self.note(expected);
            } else {
                self.report(Breach::Length, expected);
            }
        }
    }
}

/// How many items an array says that it has; nothing where it does not say.
pub(super) fn size(reader: &Reader<'_>) -> Option<u32> {
    if let Some(sizes) = reader.attribute(ns::SOAPENC12, "arraySize") {
        return product(sizes.split_ascii_whitespace());
    }
    let (_, last) = reader.attribute(ns::SOAPENC, "arrayType")?.rsplit_once('[')?;
    product(last.trim().trim_end_matches(']').split(','))
}

/// Nothing where a size is absent, or a `*`.
fn product<'s>(mut sizes: impl Iterator<Item = &'s str>) -> Option<u32> {
    // What is no number where one is needed is told when rows are told apart.
    sizes.try_fold(1u32, |product, size| size.trim().parse::<u32>().ok()?.checked_mul(product))
}

fn primitive(simple: &SimplePlan) -> Option<BuiltIn> {
    match simple.simple.variety() {
        Variety::Atomic(BuiltIn::AnySimpleType) | Variety::List(_) | Variety::Union(_) => None,
        Variety::Atomic(of) => Some(of.primitive()),
    }
}

/// The types of XML Schema, which the SOAP encoding has as well.
fn built_in(name: Name<'_>) -> Option<BuiltIn> {
    let known = |ns: NsId| matches!(ns, ns::XSD | ns::SOAPENC | ns::SOAPENC12);
    known(name.ns).then(|| BuiltIn::from_name(name.local)).flatten()
}
