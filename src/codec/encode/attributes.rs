//! Attributes, declared ones and those that a wildcard allows.

use super::Run;
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::plan::{AttributePlan, ComplexPlan, ScopeIx};
use crate::xml::{is_ncname, ns, write};

impl<'p> Run<'_, 'p> {
    pub(super) fn attributes(&mut self, complex: &'p ComplexPlan, value: Value<'p>, base: usize) {
        for attribute in &complex.attributes {
            match self.filled(base, attribute.slot.index()) {
                Some(value) => self.attribute(complex, attribute, value),
                None if self.filled_attribute(complex, attribute) => {}
                None if attribute.required => {
                    self.missing_slot(complex, ScopeIx::FIRST, attribute.slot.index())
                }
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
        self.out.push(b'"');
        true
    }

    fn attribute(&mut self, complex: &'p ComplexPlan, attribute: &'p AttributePlan, value: Value<'p>) {
        let key = complex.scope(ScopeIx::FIRST).slots.get(attribute.slot.index()).map(|slot| &*slot.key);
        self.path.push("", key, None);
        let name = self.name(&attribute.simple, value);
        self.put(&attribute.open);
        match name {
            Some(name) => {
                self.checked(&attribute.simple, &name, attribute.fixed.as_deref(), write::attribute)
            }
            None => self.simple(&attribute.simple, value, attribute.fixed.as_deref(), write::attribute),
        }
        self.out.push(b'"');
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
                self.wild_attribute(complex, &key, member.value(), count);
            }
        }
    }

    /// `"@name"` or `"@{namespace}name"`.
    fn wild_attribute(&mut self, complex: &'p ComplexPlan, key: &str, value: Value<'p>, count: usize) {
        let (name, local) = clark(key.strip_prefix('@').unwrap_or(key));
        let ns = self.plan.namespaces().find(name).unwrap_or(ns::UNKNOWN);
        let allowed = complex.any_attribute.as_ref().is_some_and(|any| any.allows(ns)) && ns != ns::XSI;
        if !allowed || !is_ncname(local) || (name.is_empty() && local == "xmlns") {
            return self.report_at(key, Breach::Unknown, "unknown attribute");
        }
        let Some(text) = value.as_str().filter(|_| value.kind() == Kind::String) else {
            return self.report_at(key, Breach::Type, "expected a string");
        };
        if self.put_attribute(name, local, &text, count).is_err() {
            self.report_at(key, Breach::Format, "a character that XML cannot carry");
        }
    }

    fn put_attribute(
        &mut self,
        name: &str,
        local: &str,
        text: &str,
        count: usize,
    ) -> Result<(), write::Forbidden> {
        match name {
            "" => self.put(&format!(" {local}=\"")),
            ns::XML_URI => self.put(&format!(" xml:{local}=\"")),
            name => {
                self.put(&format!(" xmlns:a{count}=\""));
                write::attribute(self.out, name)?;
                self.put(&format!("\" a{count}:{local}=\""));
            }
        }
        write::attribute(self.out, text)?;
        self.out.push(b'"');
        Ok(())
    }
}

/// The namespace and the local name of `{namespace}local`.
fn clark(name: &str) -> (&str, &str) {
    name.strip_prefix('{').and_then(|rest| rest.split_once('}')).unwrap_or(("", name))
}
