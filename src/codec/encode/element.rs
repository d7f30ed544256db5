//! One element: its actual type, its tags, and the shape of its value.

use super::attach::Holder;
use super::object::is_blank;
use super::options::{EmptyAs, NullAs};
use super::references::Referring;
use super::reserved::Reserved;
use super::run::Run;
use super::simple::Leaf;
use super::slots::Object;
use super::steps::Ordered;
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::plan::{
    ComplexPlan, ElementIx, ElementPlan, Role, ScopeIx, Shape, SimplePlan, SlotIx, TypeIx, TypePlan,
};

impl<'p> Run<'_, 'p> {
    /// An element, from its start tag to its end tag. An optional one may be absent for a null.
    pub(super) fn element(&mut self, optional: bool, ix: ElementIx, value: Value<'p>) {
        let element = self.plan.element(ix);
        if value.kind() == Kind::Null {
            return self.null(optional, element, value);
        }
        if self.options.empty_as == EmptyAs::Reject && is_blank(value) && self.is_text(element) {
            return self.report(Breach::Empty, "an empty string is not possible here".to_owned());
        }
        self.put(&element.open);
        self.put_declarations();
        let declare = self.declare.take();
        self.declared = declare;
        self.value(element, value);
        self.declare = declare;
    }

    fn is_text(&self, element: &ElementPlan) -> bool {
        matches!(self.plan.type_plan(element.type_ix).shape, Shape::Simple(_))
    }

    fn null(&mut self, optional: bool, element: &'p ElementPlan, value: Value<'p>) {
        match self.options.null_as {
            _ if element.nillable || self.encoding.is_some() => self.nil(element),
            NullAs::Nil => self.nil(element),
            NullAs::Absent if optional => self.leave_out(value),
            NullAs::Absent => self.report(Breach::Missing, "required".to_owned()),
            NullAs::Reject => self.report(Breach::Null, "null is not possible here".to_owned()),
        }
    }

    fn nil(&mut self, element: &'p ElementPlan) {
        self.put(&element.open);
        self.put_declarations();
        self.say_type(self.plan.type_plan(element.type_ix));
        self.put_nil();
        self.put("/>");
        if let Shape::Complex(complex) = &self.plan.type_plan(element.type_ix).shape {
            self.needed_attributes(complex);
        }
    }

    /// A null has no place for attributes; `{"@a": …, "$nil": true}` has.
    fn needed_attributes(&mut self, complex: &'p ComplexPlan) {
        for attribute in complex.attributes.iter().filter(|attribute| attribute.required) {
            self.missing_slot(complex, ScopeIx::FIRST, attribute.slot);
        }
    }

    pub(super) fn put_nil(&mut self) {
        if self.encoding.is_none() && !self.in_tag(XSI) {
            self.put(XSI);
        }
        self.put(" xsi:nil=\"true\"");
    }

    /// What follows the name of the start tag.
    pub(super) fn value(&mut self, element: &'p ElementPlan, value: Value<'p>) {
        let named = self.named_type(element.type_ix, value);
        self.declared = None;
        let (plan, value) = match named {
            Some(ix) => (self.plan.type_plan(ix), self.beside_type(ix, value)),
            None => (self.plan.type_plan(element.type_ix), value),
        };
        match &plan.shape {
            Shape::Complex(complex)
                if complex.any_type && named.is_none() && value.kind() == Kind::String =>
            {
                self.plain_text(element, value);
            }
            Shape::Complex(complex) if complex.attachment.is_some() => {
                let beside = beside(complex, named.is_some(), element.nillable);
                self.reference(element, complex, Referring { beside, value });
            }
            Shape::Complex(complex) if complex.flat => self.flat_element(element, complex, value),
            Shape::Complex(complex) => match self.ordered(complex, value) {
                Some(object) => self.ordered_element(element, object),
                None => {
                    let beside = beside(complex, named.is_some(), element.nillable);
                    match self.open(complex, value, beside) {
                        Some(object) => self.object_element(element, object, value),
                        None => self.put("/>"),
                    }
                }
            },
            Shape::Simple(simple) => self.simple_element(element, simple, value),
            Shape::Array(array) => self.array(element, array, value),
            Shape::Unwrap(inner) => {
                self.put(">");
                let inner = self.plan.element(*inner);
                self.put(&inner.open);
                self.value(inner, value);
                self.put(&element.close);
            }
        }
    }

    /// The value of the type `ix`, which `value` names: one that is not an object is `$value` beside its type.
    fn beside_type(&mut self, ix: TypeIx, value: Value<'p>) -> Value<'p> {
        if matches!(self.plan.type_plan(ix).shape, Shape::Complex(_) | Shape::Unwrap(_)) {
            return value;
        }
        let Some(inner) = value.get("$value") else { return value };
        for member in value.members() {
            let key = member.key();
            if !matches!(&*key, "@type" | "@xsi_type" | "$value") {
                self.unknown_beside(&key);
            }
        }
        inner
    }

    /// The other type that `@type` names, after writing `xsi:type`.
    fn named_type(&mut self, declared: TypeIx, value: Value<'p>) -> Option<TypeIx> {
        let base = self.plan.type_plan(declared);
        if base.derived.is_empty() && !base.is_abstract {
            self.say_type(base);
            return None;
        }
        let Some((key, lexical)) = asked(base, value) else {
            if base.is_abstract {
                let expected = "the type is abstract, name one of its derived types";
                self.report_at("@type", Breach::Missing, expected);
            }
            self.say_type(base);
            return None;
        };
        let found = lexical.as_str().and_then(|name| self.plan.named_types().keyed(&name));
        match found.filter(|ix| self.plan.may_be(declared, *ix)) {
            Some(ix) => {
                let named = self.plan.type_plan(ix);
                self.put_instance(if base.is_open() { &named.wild } else { &named.instance });
                Some(ix)
            }
            None => {
                self.report_at(key, Breach::Enumeration, "expected the name of a derived type");
                None
            }
        }
    }

    /// `xsi:type` with its declarations, without those that the start tag has already.
    fn put_instance(&mut self, instance: &'p str) {
        let Some(declared) = self.declared.take() else { return self.put(instance) };
        for attribute in instance.split_inclusive('"').collect::<Vec<_>>().chunks(2) {
            let attribute = attribute.concat();
            if !declared.contains(&attribute) {
                self.put(&attribute);
            }
        }
    }

    /// In the SOAP encoding every value says its type.
    fn say_type(&mut self, plan: &'p TypePlan) {
        if self.encoding.is_some() && !is_any_type(plan) {
            self.put(&plan.tag);
        }
    }

    fn simple_element(&mut self, element: &'p ElementPlan, simple: &'p SimplePlan, value: Value<'p>) {
        let name = self.name(simple, value);
        self.put(">");
        let before = self.out.len();
        let leaf = Leaf { simple, fixed: element.fixed.as_deref(), write: |out, text| out.text(text) };
        match name {
            Some(name) => self.checked(&leaf, &name),
            None if self.attached(&leaf, value, Holder::Element(element)) => {}
            None => self.simple(&leaf, value),
        }
        self.close(element, before);
    }

    /// An element without content is written as `<a/>`.
    pub(super) fn close(&mut self, element: &ElementPlan, content: usize) {
        if self.out.len() == content {
            self.out.truncate(content - 1);
            self.put("/>");
        } else {
            self.put(&element.close);
        }
    }

    fn ordered_element(&mut self, element: &'p ElementPlan, object: Ordered<'p>) {
        self.reserved = Reserved::default();
        self.put(">");
        let before = self.out.len();
        // It was seen that they are in order.
        let _present = self.put_in_order(object);
        self.close(element, before);
    }

    pub(super) fn object_element(&mut self, element: &'p ElementPlan, object: Object<'p>, value: Value<'p>) {
        self.attributes(object, value);
        if object.complex.text.is_some() {
            self.media = element.media.as_deref();
        }
        let nil = object.beside && element.nillable;
        if nil && self.is_nil(object, value) {
            self.put_nil();
            self.put("/>");
        } else {
            self.put(">");
            let before = self.out.len();
            self.content(object);
            self.close(element, before);
        }
        self.buffers.slots.close(object);
    }

    /// Whether `$nil` says that the element is null. A null has attributes, and nothing else.
    #[cold]
    fn is_nil(&mut self, object: Object<'p>, value: Value<'p>) -> bool {
        let Some(said) = value.get("$nil") else { return false };
        if said.kind() != Kind::Bool {
            self.path.push("", Some("$nil"), None);
            self.report(Breach::Type, "expected true or false".to_owned());
            self.path.pop();
        }
        let nil = said.as_bool() == Some(true);
        let slots = object.complex.scope(ScopeIx::FIRST).slots.iter().zip((0..).map(SlotIx));
        let mut content = slots.filter(|(slot, _)| !matches!(slot.role, Role::Attribute(_)));
        if nil && let Some((slot, _)) = content.find(|(_, ix)| self.filled(object, *ix).is_some()) {
            self.path.push("", Some(&slot.key), None);
            self.report(Breach::Null, "not possible beside `$nil`".to_owned());
            self.path.pop();
        }
        nil
    }

    /// An array whose wrapper does not show in JSON.
    fn flat_element(&mut self, element: &'p ElementPlan, complex: &'p ComplexPlan, value: Value<'p>) {
        if value.kind() != Kind::Array {
            self.put("/>");
            return self.report(Breach::Type, "expected an array".to_owned());
        }
        self.reserved = Reserved::default();
        let object = self.buffers.slots.open(complex, ScopeIx::FIRST);
        self.buffers.slots.put(object, SlotIx(0), value);
        self.put(">");
        let before = self.out.len();
        self.content(object);
        self.close(element, before);
        self.buffers.slots.close(object);
    }

    fn plain_text(&mut self, element: &'p ElementPlan, value: Value<'p>) {
        self.put(">");
        let before = self.out.len();
        self.put_text(value);
        self.close(element, before);
    }

    pub(super) fn content(&mut self, object: Object<'p>) {
        let complex = object.complex;
        if let Some(simple) = &complex.text {
            self.text(object, simple);
        }
        match (complex.root(), &complex.writing) {
            (_, Some(writing)) if self.encoding.is_none() => self.steps(object, &writing.steps),
            _ if complex.mixed => self.mixed(object),
            (Some(root), _) => self.particle(object, root),
            (None, _) => {}
        }
    }

    fn text(&mut self, object: Object<'p>, simple: &'p SimplePlan) {
        let mut slots = object.complex.scope(ScopeIx::FIRST).slots.iter().zip((0..).map(SlotIx));
        let Some((_, slot)) = slots.find(|(slot, _)| slot.role == Role::Text) else { return };
        match self.filled(object, slot) {
            None => self.missing_slot(object.complex, ScopeIx::FIRST, slot),
            Some(value) => {
                self.path.push("", Some("$value"), None);
                let leaf = Leaf { simple, fixed: None, write: |out, text| out.text(text) };
                if !self.attached(&leaf, value, Holder::Object(object)) {
                    self.simple(&leaf, value);
                }
                self.path.pop();
            }
        }
    }
}

/// The member that names the type, and its key.
fn asked<'p>(base: &TypePlan, value: Value<'p>) -> Option<(&'static str, Value<'p>)> {
    if value.kind() != Kind::Object {
        return None;
    }
    let attribute = matches!(&base.shape, Shape::Complex(complex) if complex.has_type_attribute());
    let other = value.get("@xsi_type").map(|name| ("@xsi_type", name));
    other.or_else(|| value.get("@type").filter(|_| !attribute).map(|name| ("@type", name)))
}

/// The keys of an object that say something about the element.
fn beside(complex: &ComplexPlan, named: bool, nillable: bool) -> &'static [&'static str] {
    match (named, complex.has_type_attribute(), nillable) {
        (true, false, true) => &["@type", "$nil"],
        (true, false, false) => &["@type"],
        (true, true, true) => &["@xsi_type", "$nil"],
        (true, true, false) => &["@xsi_type"],
        (false, _, true) => &["$nil"],
        (false, _, false) => &[],
    }
}

fn is_any_type(plan: &TypePlan) -> bool {
    matches!(&plan.shape, Shape::Complex(complex) if complex.any_type)
}

const XSI: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
