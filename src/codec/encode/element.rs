//! One element: its actual type, its tags, and the shape of its value.

use super::{EmptyAs, Encoder, Filled, HEADERS, Run};
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::plan::{
    ComplexPlan, ElementIx, ElementPlan, Role, Scope, ScopeIx, Shape, SimplePlan, SlotIx, TypeIx, TypePlan,
};
use crate::xml::write;

impl<'p> Run<'_, 'p> {
    /// An element, from its start tag to its end tag. An optional one may be absent for a null.
    pub(super) fn element(&mut self, optional: bool, ix: ElementIx, value: Value<'p>) {
        let element = self.plan.element(ix);
        if value.kind() == Kind::Null {
            return self.null(optional, element);
        }
        if self.options.empty_as == EmptyAs::Reject && is_blank(value) && self.is_text(element) {
            return self.report(Breach::Empty, "an empty string is not possible here".to_owned());
        }
        self.put(&element.open);
        let declare = self.declare.take();
        self.put(declare.unwrap_or(""));
        self.declared = declare;
        self.value(element, value);
        self.declare = declare;
    }

    fn is_text(&self, element: &ElementPlan) -> bool {
        matches!(self.plan.type_plan(element.type_ix).shape, Shape::Simple(_))
    }

    fn null(&mut self, optional: bool, element: &'p ElementPlan) {
        use super::NullAs;
        match self.options.null_as {
            _ if element.nillable => self.nil(element),
            NullAs::Nil => self.nil(element),
            NullAs::Absent if optional => {}
            NullAs::Absent => self.report(Breach::Missing, "required".to_owned()),
            NullAs::Reject => self.report(Breach::Null, "null is not possible here".to_owned()),
        }
    }

    fn nil(&mut self, element: &'p ElementPlan) {
        self.put(&element.open);
        self.put(self.declare.unwrap_or(""));
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
            self.missing_slot(complex, ScopeIx::FIRST, attribute.slot.index());
        }
    }

    pub(super) fn put_nil(&mut self) {
        self.put(if self.encoded { " xsi:nil=\"true\"" } else { NIL });
    }

    /// What follows the name of the start tag.
    pub(super) fn value(&mut self, element: &'p ElementPlan, value: Value<'p>) {
        let named = self.named_type(element.type_ix, value);
        self.declared = None;
        let plan = self.plan.type_plan(named.unwrap_or(element.type_ix));
        match &plan.shape {
            Shape::Complex(complex) => self.complex_element(element, complex, named, value),
            Shape::Simple(simple) => self.simple_element(element, simple, inner(named, value)),
            Shape::Array(array) => self.array(element, array, inner(named, value)),
            Shape::Unwrap(inner) => {
                self.put(">");
                let inner = self.plan.element(*inner);
                self.put(&inner.open);
                self.value(inner, value);
                self.put(&element.close);
            }
        }
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
        if self.encoded && !is_any_type(plan) {
            self.put(&plan.tag);
        }
    }

    fn simple_element(&mut self, element: &'p ElementPlan, simple: &'p SimplePlan, value: Value<'p>) {
        let name = self.name(simple, value);
        self.out.push(b'>');
        let before = self.out.len();
        match name {
            Some(name) => self.checked(simple, &name, element.fixed.as_deref(), write::text),
            None => self.simple(simple, value, element.fixed.as_deref(), write::text),
        }
        self.close(element, before);
    }

    /// An element without content is written as `<a/>`.
    pub(super) fn close(&mut self, element: &ElementPlan, content: usize) {
        if self.out.len() == content {
            self.out.pop();
            self.put("/>");
        } else {
            self.put(&element.close);
        }
    }

    fn complex_element(
        &mut self,
        element: &'p ElementPlan,
        complex: &'p ComplexPlan,
        named: Option<TypeIx>,
        value: Value<'p>,
    ) {
        if complex.any_type && named.is_none() && value.kind() == Kind::String {
            return self.plain_text(element, value);
        }
        if complex.flat {
            return self.flat_element(element, complex, value);
        }
        if value.kind() != Kind::Object {
            self.put("/>");
            return self.report(Breach::Type, "expected an object".to_owned());
        }
        let beside = beside(complex, named.is_some(), element.nillable);
        let base = self.fill(complex, ScopeIx::FIRST, value, beside);
        self.attributes(complex, value, base);
        if element.nillable && value.get("$nil").is_some_and(|nil| nil.as_bool() == Some(true)) {
            self.put_nil();
            self.put("/>");
        } else {
            self.out.push(b'>');
            let before = self.out.len();
            self.content(complex, base);
            self.close(element, before);
        }
        self.buffers.values.truncate(base);
    }

    /// An array whose wrapper does not show in JSON.
    fn flat_element(&mut self, element: &'p ElementPlan, complex: &'p ComplexPlan, value: Value<'p>) {
        if value.kind() != Kind::Array {
            self.put("/>");
            return self.report(Breach::Type, "expected an array".to_owned());
        }
        self.headers = false;
        let base = self.buffers.values.len();
        self.buffers.values.push(Filled { token: value.index() as u32, taken: 0 });
        self.out.push(b'>');
        let before = self.out.len();
        self.content(complex, base);
        self.close(element, before);
        self.buffers.values.truncate(base);
    }

    fn plain_text(&mut self, element: &'p ElementPlan, value: Value<'p>) {
        self.out.push(b'>');
        let before = self.out.len();
        let text = value.as_str().unwrap_or_default();
        if write::text(self.out, &text).is_err() {
            self.report(Breach::Format, "a character that XML cannot carry".to_owned());
        }
        self.close(element, before);
    }

    fn content(&mut self, complex: &'p ComplexPlan, base: usize) {
        if let Some(simple) = &complex.text {
            self.text(complex, simple, base);
        }
        match complex.root() {
            _ if complex.mixed => self.mixed(complex, base),
            Some(root) => self.particle(complex, root, base),
            None => {}
        }
    }

    fn text(&mut self, complex: &'p ComplexPlan, simple: &'p SimplePlan, base: usize) {
        let slots = complex.scope(ScopeIx::FIRST).slots.iter();
        let Some(at) = slots.into_iter().position(|slot| slot.role == Role::Text) else { return };
        match self.filled(base, at) {
            None => self.missing_slot(complex, ScopeIx::FIRST, at),
            Some(value) => {
                self.path.push("", Some("$value"), None);
                self.simple(simple, value, None, write::text);
                self.path.pop();
            }
        }
    }

    /// Puts the members of an object into the slots of a scope; gives where they begin. The keys `beside` are not of the
    /// scope and were read elsewhere.
    pub(super) fn fill(
        &mut self,
        complex: &'p ComplexPlan,
        ix: ScopeIx,
        value: Value<'p>,
        beside: &[&str],
    ) -> usize {
        let scope = complex.scope(ix);
        let base = self.buffers.values.len();
        self.buffers.values.resize(base + scope.slots.len(), Filled::default());
        let headers = std::mem::take(&mut self.headers);
        for member in value.members() {
            let key = member.key();
            match scope.keys.find(&key) {
                None if headers && key == HEADERS => {}
                None if beside.contains(&&*key) => {}
                None if ix == ScopeIx::FIRST && self.is_wild_attribute(complex, &key) => {}
                None if ix == ScopeIx::FIRST && complex.extra.is_some() => self.keep(complex, base, value),
                None => self.unknown(&scope.keys, &key),
                Some(at) => self.fill_slot(complex, scope, at, base, member.value()),
            }
        }
        base
    }

    fn fill_slot(
        &mut self,
        complex: &'p ComplexPlan,
        scope: &'p Scope,
        at: SlotIx,
        base: usize,
        value: Value<'p>,
    ) {
        let Some(slot) = scope.slots.get(at.index()) else { return };
        if let Role::Bundle(bundle) = slot.role {
            return self.fill_bundle(complex, scope, bundle, base, value);
        }
        let absent = slot.blank_absent || self.options.empty_as == EmptyAs::Absent;
        let blank = absent && is_blank(value);
        if let Some(filled) = self.buffers.values.get_mut(base + at.index())
            && !blank
        {
            filled.token = value.index() as u32;
        }
    }

    /// The members of a sub-object that only JSON has.
    fn fill_bundle(
        &mut self,
        complex: &'p ComplexPlan,
        scope: &'p Scope,
        bundle: u32,
        base: usize,
        value: Value<'p>,
    ) {
        let Some(bundle) = complex.bundles.get(bundle as usize) else { return };
        self.path.push("", Some(&bundle.key), None);
        if value.kind() != Kind::Object {
            self.report(Breach::Type, "expected an object".to_owned());
        }
        for member in value.members() {
            match bundle.keys.find(&member.key()) {
                Some(at) => self.fill_slot(complex, scope, at, base, member.value()),
                None => self.unknown(&bundle.keys, &member.key()),
            }
        }
        self.path.pop();
    }
}

impl Encoder {
    /// The token in a slot; zero when there is none.
    pub(super) fn token(&self, place: usize) -> u32 {
        self.values.get(place).map_or(0, |filled| filled.token)
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

/// A value that is no object stands beside its type.
fn inner(named: Option<TypeIx>, value: Value<'_>) -> Value<'_> {
    named.and(value.get("$value")).unwrap_or(value)
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

fn is_blank(value: Value<'_>) -> bool {
    value.kind() == Kind::String && value.as_str().is_some_and(|text| text.is_empty())
}

const NIL: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"";
