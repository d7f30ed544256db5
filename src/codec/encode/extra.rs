//! Members that the contract does not know, in the elements that it has for them.

use std::borrow::Cow;

use super::run::Run;
use super::slots::Object;
use crate::codec::violation::Breach;
use crate::json::{Value, write};
use crate::plan::{ATTACHMENTS, HEADERS};
use crate::plan::{AttributePlan, ElementIx, ScopeIx, Shape, SlotIx};

impl<'p> Run<'_, 'p> {
    /// An element for each unknown member: its name, and its value as compact JSON.
    pub(super) fn extra(&mut self, object: Object<'p>, slot: SlotIx, ix: ElementIx) {
        if self.buffers.slots.taken(object, slot) == 0 {
            return;
        }
        let Some(value) = self.filled(object, slot) else { return };
        let keys = &object.complex.scope(ScopeIx::FIRST).keys;
        for member in value.members().filter(|member| keys.find(&member.key()).is_none()) {
            let key = member.key();
            if !matches!(key.as_ref(), "@type" | "@xsi_type" | "$nil" | HEADERS | ATTACHMENTS) {
                self.extra_element(ix, key, member.value());
            }
        }
    }

    fn extra_element(&mut self, ix: ElementIx, key: Cow<'p, str>, value: Value<'p>) {
        let element = self.plan.element(ix);
        let Some(name) = name_attribute(&self.plan.type_plan(element.type_ix).shape) else {
            return self.report_at(&key, Breach::Unknown, "unknown field");
        };
        let mut text = Vec::new();
        write::compact(value, &mut text);
        self.put(&element.open);
        self.put_declarations();
        self.put(&name.open);
        let named = self.out.attribute(&key);
        self.put("\">");
        let put = self.out.text(&String::from_utf8_lossy(&text));
        self.put(&element.close);
        if named.is_err() || put.is_err() {
            self.report_at(&key, Breach::Format, "a character that XML cannot carry");
        }
    }
}

/// The attribute of an element for unknown members that has their name.
pub(in crate::codec) fn name_attribute(shape: &Shape) -> Option<&AttributePlan> {
    match shape {
        Shape::Complex(complex) => complex.attributes.first(),
        _ => None,
    }
}
