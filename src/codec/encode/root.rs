//! The root of a message: an element, or the children of Body.

use super::options::UnknownFields;
use super::run::Run;
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::plan::{ElementIx, MessagePlan, Shape, TypeIx};

impl<'p> Run<'_, 'p> {
    pub(super) fn root(&mut self, ix: ElementIx, message: &'p MessagePlan, value: Value<'p>) {
        let element = self.plan.element(ix);
        self.put(&element.open);
        self.put(&message.declarations);
        let value = self.beside_reserved(element.type_ix, value);
        self.declared = Some(&message.declarations);
        if value.kind() == Kind::Null && element.nillable {
            self.put_nil();
            return self.put("/>");
        }
        self.value(element, value);
    }

    /// A body that is not an object is `$value`, beside its `$headers` and `$attachments`.
    fn beside_reserved(&self, type_ix: TypeIx, value: Value<'p>) -> Value<'p> {
        if !self.reserved.any() || value.kind() != Kind::Object || !(2..=3).contains(&value.len()) {
            return value;
        }
        let others = || value.members().filter(|member| !self.reserved.has(&member.key())).count();
        let Some(inner) = value.get("$value").filter(|_| others() == 1) else { return value };
        let object = match &self.plan.type_plan(type_ix).shape {
            Shape::Complex(complex) => !complex.any_type && inner.kind() != Kind::Null,
            _ => false,
        };
        if object { value } else { inner }
    }

    /// The children of a root that has no tags; each declares what it needs.
    pub(super) fn bare(&mut self, ix: ElementIx, declarations: &'p str, value: Value<'p>) {
        let Shape::Complex(complex) = &self.plan.type_plan(self.plan.element(ix).type_ix).shape else {
            return;
        };
        let Some(object) = self.open(complex, value, &[]) else { return };
        self.declare = Some(declarations);
        match complex.root() {
            _ if complex.mixed => self.mixed(object),
            Some(root) => self.particle(object, root),
            None => {}
        }
        self.buffers.slots.close(object);
    }

    pub(super) fn empty(&mut self, value: Value<'p>) {
        let reserved = self.reserved;
        let mut strange = value.members().filter(|member| !reserved.has(&member.key())).peekable();
        let fits = match value.kind() {
            Kind::Object if self.options.unknown_fields == UnknownFields::Ignore => {
                strange.for_each(|member| self.unknown_beside(&member.key()));
                true
            }
            Kind::Object => strange.peek().is_none(),
            Kind::Null => true,
            Kind::Array | Kind::Bool | Kind::Number | Kind::String => false,
        };
        if !fits {
            self.report(Breach::Unknown, "expected an empty object".to_owned());
        }
    }
}
