//! JSON objects: their members are put into slots, whatever their order.

use super::options::EmptyAs;
use super::run::Run;
use super::slots::Object;
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::plan::{ComplexPlan, Role, ScopeIx, SlotIx};

impl<'p> Run<'_, 'p> {
    /// The value of a slot, if there is one.
    #[inline]
    pub(super) fn filled(&self, object: Object<'p>, slot: SlotIx) -> Option<Value<'p>> {
        self.document.value(self.buffers.slots.token(object, slot)? as usize)
    }

    /// Opens the object `value`; nothing, after a report, when it is another kind of value. The keys `beside` are not of its
    /// type and are read elsewhere.
    #[inline]
    pub(super) fn open(
        &mut self,
        complex: &'p ComplexPlan,
        value: Value<'p>,
        beside: &[&str],
    ) -> Option<Object<'p>> {
        if value.kind() != Kind::Object {
            self.report(Breach::Type, "expected an object".to_owned());
            return None;
        }
        let mut object = self.buffers.slots.open(complex, ScopeIx::FIRST);
        object.beside = self.fill(object, value, beside);
        Some(object)
    }

    /// Puts the members of `value` into the slots of `object`. Whether there are some that are `beside`.
    pub(super) fn fill(&mut self, object: Object<'p>, value: Value<'p>, beside: &[&str]) -> bool {
        let mut is_beside = false;
        let complex = object.complex;
        let keys = &complex.scope(object.scope).keys;
        let whole = object.scope == ScopeIx::FIRST;
        let reserved = std::mem::take(&mut self.reserved);
        let (mut next, mut members) = (0, value.members());
        loop {
            if let Some((slot, value)) = keys.next_member(&mut next, &mut members) {
                self.fill_slot(object, slot, value);
                continue;
            }
            let Some(member) = members.next() else { break };
            let key = member.key();
            match keys.find_anywhere(&mut next, &key) {
                None if reserved.has(&key) => {}
                None if beside.contains(&&*key) => is_beside = true,
                None if whole && self.is_wild_attribute(complex, &key) => {}
                None if whole && complex.extra.is_some() => self.buffers.slots.put_unknown(object, value),
                None => self.unknown(keys, &key),
                Some(slot) => self.fill_slot(object, slot, member.value()),
            }
        }
        is_beside
    }

    #[inline]
    fn fill_slot(&mut self, object: Object<'p>, ix: SlotIx, value: Value<'p>) {
        let Some(slot) = object.complex.scope(object.scope).slots.get(ix.index()) else { return };
        let absent = slot.blank_absent || self.options.empty_as == EmptyAs::Absent;
        match slot.role {
            Role::Bundle(bundle) => self.fill_bundle(object, bundle, value),
            _ if absent && is_blank(value) => self.leave_out(value),
            _ => self.buffers.slots.put(object, ix, value),
        }
    }

    /// Notes that `value` counts as absent.
    pub(super) fn leave_out(&mut self, value: Value<'p>) {
        self.buffers.left_out.push(value.index() as u32);
    }

    /// The members of a sub-object that only JSON has.
    fn fill_bundle(&mut self, object: Object<'p>, bundle: u32, value: Value<'p>) {
        let Some(bundle) = object.complex.bundles.get(bundle as usize) else { return };
        self.path.push("", Some(&bundle.key), None);
        if value.kind() != Kind::Object {
            self.report(Breach::Type, "expected an object".to_owned());
        }
        for member in value.members() {
            match bundle.keys.find(&member.key()) {
                Some(slot) => self.fill_slot(object, slot, member.value()),
                None => self.unknown(&bundle.keys, &member.key()),
            }
        }
        self.path.pop();
    }
}

#[inline]
pub(super) fn is_blank(value: Value<'_>) -> bool {
    value.kind() == Kind::String && value.raw().len() == "\"\"".len()
}
