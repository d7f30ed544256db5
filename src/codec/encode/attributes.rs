//! Attributes, declared ones and those that a wildcard allows.

use super::run::Run;
use super::simple::Leaf;
use super::slots::Object;
use crate::codec::violation::Breach;
use crate::json::{Kind, Member, Value};
use crate::plan::{AttributePlan, ComplexPlan, ScopeIx};
use crate::xml::{is_ncname, ns, write};

impl<'p> Run<'_, 'p> {
    pub(super) fn attributes(&mut self, object: Object<'p>, value: Value<'p>) {
        let complex = object.complex;
        for attribute in &complex.attributes {
            match self.filled(object, attribute.slot) {
                Some(value) => self.attribute(complex, attribute, value),
                None if self.filled_attribute(complex, attribute) => {}
                None if attribute.required => self.missing_slot(complex, ScopeIx::FIRST, attribute.slot),
                None => {}
            }
        }
        if complex.any_attribute.is_some() {
            self.wild_attributes(complex, value);
        }
    }

    /// An attribute of which JSON says nothing, and the service file does.
    fn filled_attribute(&mut self, complex: &'p ComplexPlan, attribute: &'p AttributePlan) -> bool {
        let slot = complex.scope(ScopeIx::FIRST).slots.get(attribute.slot.index());
        let Some(text) = slot.and_then(|slot| slot.fill.as_deref()) else { return false };
        self.put(&attribute.open);
        self.put(text);
        self.put("\"");
        true
    }

    fn attribute(&mut self, complex: &'p ComplexPlan, attribute: &'p AttributePlan, value: Value<'p>) {
        let key = complex.scope(ScopeIx::FIRST).slots.get(attribute.slot.index()).map(|slot| &*slot.key);
        self.path.push("", key, None);
        let name = self.name(&attribute.simple, value);
        self.put(&attribute.open);
        let fixed = attribute.fixed.as_deref();
        let leaf = Leaf { simple: &attribute.simple, fixed, write: |out, text| out.attribute(text) };
        match name {
            Some(name) => self.checked(&leaf, &name),
            None => self.simple(&leaf, value),
        }
        self.put("\"");
        self.path.pop();
    }

    /// Whether `key` is an attribute that the wildcard of `complex` may take.
    pub(super) fn is_wild_attribute(&self, complex: &ComplexPlan, key: &str) -> bool {
        complex.any_attribute.is_some() && key.starts_with('@') && !matches!(key, "@type" | "@xsi_type")
    }

    fn wild_attributes(&mut self, complex: &'p ComplexPlan, value: Value<'p>) {
        let mut count = 0;
        for member in value.members() {
            let key = member.key();
            let known = complex.scope(ScopeIx::FIRST).keys.find(&key).is_some();
            if !known && self.is_wild_attribute(complex, &key) {
                count += 1;
                self.wild_attribute(complex, member, count);
            }
        }
    }

    /// `"@name"` or `"@{namespace}name"`. Its prefix, if it needs one, has the number `count`.
    fn wild_attribute(&mut self, complex: &'p ComplexPlan, member: Member<'p>, count: usize) {
        let (key, value) = (member.key(), member.value());
        let name = ClarkName::of_key(&key);
        // A namespace that the plan does not know is one that no wildcard names, which is all that is asked.
        let ns = self.plan.namespaces().find(name.namespace).unwrap_or(ns::UNKNOWN);
        let allowed = complex.any_attribute.as_ref().is_some_and(|any| any.allows(ns)) && ns != ns::XSI;
        if !allowed || !name.may_be_attribute() {
            return self.report_at(&key, Breach::Unknown, "unknown attribute");
        }
        let Some(text) = value.as_str().filter(|_| value.kind() == Kind::String) else {
            return self.report_at(&key, Breach::Type, "expected a string");
        };
        if self.put_attribute(&name, &text, count).is_err() {
            self.report_at(&key, Breach::Format, "a character that XML cannot carry");
        }
    }

    fn put_attribute(
        &mut self,
        name: &ClarkName<'_>,
        text: &str,
        count: usize,
    ) -> Result<(), write::Forbidden> {
        let local = name.local;
        match name.namespace {
            "" => self.put(&format!(" {local}=\"")),
            ns::XML_URI => self.put(&format!(" xml:{local}=\"")),
            namespace => {
                self.put(&format!(" xmlns:a{count}=\""));
                self.out.attribute(namespace)?;
                self.put(&format!("\" a{count}:{local}=\""));
            }
        }
        self.out.attribute(text)?;
        self.put("\"");
        Ok(())
    }
}

/// A name as `{namespace}local`, or `local` alone for one in no namespace.
struct ClarkName<'k> {
    namespace: &'k str,
    local: &'k str,
}

impl<'k> ClarkName<'k> {
    /// The name of the attribute whose key is `key`.
    fn of_key(key: &'k str) -> Self {
        let name = key.strip_prefix('@').expect("the key of an attribute begins with @");
        match name.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((namespace, local)) => Self { namespace, local },
            None => Self { namespace: "", local: name },
        }
    }

    /// `xmlns` is not an attribute but a declaration.
    fn may_be_attribute(&self) -> bool {
        is_ncname(self.local) && !(self.namespace.is_empty() && self.local == "xmlns")
    }
}
