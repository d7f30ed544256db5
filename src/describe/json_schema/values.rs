//! The values of elements: what their types are, and whether they may be null.

use super::components::Schemas;
use super::key::{At, Key, Part};
use super::shapes::{Made, array, string};
use super::simple::{Place, Simples, media_in_words};
use super::told::Told;
use crate::codec::{EmptyAs, NullAs};
use crate::describe::tree::{Object, Tree};
use crate::plan::{
    ArrayPlan, ComplexPlan, ElementIx, ElementPlan, Shape, SimplePlan, Slot, TypeIx, TypePlan,
};

/// An element where it stands in an object.
#[derive(Clone, Copy)]
pub(super) struct Spot<'s> {
    pub(super) element: ElementIx,
    pub(super) slot: &'s Slot,
    /// Whether it may be left out.
    pub(super) optional: bool,
    /// Whether its member must be there.
    pub(super) required: bool,
    /// How a component of it is called, where its type has no name.
    pub(super) hint: &'s str,
}

/// An element whose value is described.
#[derive(Clone, Copy)]
struct Typed<'p> {
    at: At,
    element: &'p ElementPlan,
    /// Whether an empty string is not taken.
    filled: bool,
}

impl<'p> Schemas<'p> {
    pub(super) fn simples(&self, at: At) -> Simples {
        Simples { dialect: self.dialect, view: self.view(at) }
    }

    /// The value of an element in an object.
    pub(super) fn element(&mut self, at: At, spot: Spot<'_>) -> Made {
        let element = self.plan.element(spot.element);
        let view = self.view(at);
        let filled = match view.empty_as {
            EmptyAs::Reject => true,
            EmptyAs::Absent => spot.required,
            EmptyAs::Keep => spot.slot.blank_absent && spot.required,
        };
        let made = self.typed(Typed { at, element, filled }, spot.hint);
        let null = match view.null_as {
            _ if element.nillable || at.encoded => self.takes_null(at, element),
            NullAs::Nil => !self.needs_attributes(element),
            NullAs::Absent => spot.optional,
            NullAs::Reject => false,
        };
        let nil = if element.nillable { self.nil(at, element, spot.hint) } else { None };
        let mut schema = made.schema;
        if let Some(nil) = nil {
            schema = Object::new().with("anyOf", vec![Tree::from(schema), Tree::from(nil)]);
        }
        if null {
            schema = self.nullable(schema);
        }
        let mut told = Told::of(element.notes.as_deref().and_then(|notes| notes.text.as_deref()));
        told.add(made.told);
        // A component is of all elements of its type.
        if let Some(media) = element.media.as_deref().filter(|_| schema.get("$ref").is_some()) {
            told.hint(media_in_words(media));
        }
        Made { schema, told }
    }

    /// The value of an element that is not null.
    pub(super) fn value(&mut self, at: At, ix: ElementIx, hint: &str) -> Made {
        let element = self.plan.element(ix);
        self.typed(Typed { at, element, filled: false }, hint)
    }

    fn typed(&mut self, of: Typed<'p>, hint: &str) -> Made {
        let Typed { at, element, filled } = of;
        let type_ix = element.type_ix;
        let plan = self.plan.type_plan(type_ix);
        let key = Key { type_ix, part: Part::Whole, at };
        match &plan.shape {
            Shape::Simple(simple) if is_component(plan, simple) && element.fixed.is_none() => {
                Made::new(self.refer(key, hint))
            }
            Shape::Simple(simple) => {
                let place = Place {
                    notes: plan.notes.as_deref(),
                    media: element.media.as_deref(),
                    fixed: element.fixed.as_deref(),
                    filled,
                };
                self.simples(at).of(simple, place)
            }
            Shape::Array(_) | Shape::Complex(_) => Made::new(self.refer(key, hint)),
            Shape::Unwrap(inner) => {
                let element = self.plan.element(*inner);
                self.typed(Typed { element, ..of }, hint)
            }
        }
    }

    /// Whether null stands for an element that is there and empty.
    pub(super) fn takes_null(&self, at: At, element: &ElementPlan) -> bool {
        (element.nillable || at.encoded) && !self.needs_attributes(element)
    }

    /// A null has no place for attributes that must be there.
    fn needs_attributes(&self, element: &ElementPlan) -> bool {
        let Shape::Complex(complex) = &self.plan.type_plan(element.type_ix).shape else { return false };
        complex.attributes.iter().any(|attribute| attribute.required)
    }

    /// An object that stands for nothing, but has attributes.
    fn nil(&mut self, at: At, element: &ElementPlan, hint: &str) -> Option<Object> {
        let Shape::Complex(complex) = &self.plan.type_plan(element.type_ix).shape else { return None };
        let shown = !complex.attributes.is_empty() && !complex.any_type && !complex.flat;
        let key = Key { type_ix: element.type_ix, part: Part::Nil, at };
        shown.then(|| self.refer(key, &format!("{hint}_nil")))
    }

    /// A simple type with an enumeration, whose values are told in one place.
    pub(super) fn simple_component(&mut self, key: Key, simple: &SimplePlan) -> Object {
        let notes = self.plan.type_plan(key.type_ix).notes.as_deref();
        let Made { mut schema, told } = self.simples(key.at).of(simple, Place { notes, ..Place::default() });
        told.put(&mut schema);
        schema
    }

    /// An array of the SOAP encoding, of as many dimensions as it has.
    pub(super) fn array_component(&mut self, key: Key, plan: &ArrayPlan, name: &str) -> Object {
        let item = self.plan.element(plan.item);
        let of = Typed { at: key.at, element: item, filled: false };
        let made = self.typed(of, &format!("{name}_item"));
        let nil = self.view(key.at).null_as == NullAs::Nil && !self.needs_attributes(item);
        let null = nil || self.takes_null(key.at, item);
        let mut schema = made.schema;
        made.told.put_beside(&mut schema);
        let mut schema = if null { self.nullable(schema) } else { schema };
        for _ in 0..plan.rank {
            schema = array(schema);
        }
        if plan.rank > 1 {
            let mut told = Told::default();
            told.fact("Its rows have one length.");
            told.put(&mut schema);
        }
        match key.part {
            Part::Typed => self.typed_value(key.type_ix, schema),
            _ => schema,
        }
    }

    /// A value that is no object, beside the name of its type.
    fn typed_value(&self, ix: TypeIx, value: Object) -> Object {
        let name = string().with("enum", Tree::texts([&*self.plan.type_plan(ix).key]));
        Object::new()
            .with("type", "object")
            .with("properties", Object::new().with("@type", name).with("$value", value))
            .with("required", Tree::texts(["@type", "$value"]))
            .with("additionalProperties", false)
    }
}

/// Whether a simple type is a component: it has a name and an enumeration.
fn is_component(plan: &TypePlan, simple: &SimplePlan) -> bool {
    let enumerated = simple.simple.facets().enumeration().is_some();
    !plan.key.is_empty() && !plan.is_open() && (enumerated || simple.map.is_some())
}

/// Whether others may stand in for an object of the type.
pub(super) fn is_polymorphic(plan: &TypePlan, complex: &ComplexPlan) -> bool {
    (!plan.derived.is_empty() || plan.is_abstract) && !plan.is_open() && !complex.any_type
}
