//! What a broken component makes of those that refer to it: a message that holds something of a missing type is not checked.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::model::{
    Broken, ComplexType, Content, DeclId, Particle, Schema, Term, TypeId, TypeKind, Unchecked,
};
use crate::xml::ns;

impl Unchecked {
    /// Hands the reasons on to everything that holds a broken component.
    pub(super) fn spread(&mut self, schema: &Schema) {
        if self.reasons.is_empty() {
            return;
        }
        let mut holders: HashMap<Broken, Vec<Broken>> = HashMap::new();
        let mut put = |held: Broken, holder: Broken| holders.entry(held).or_default().push(holder);
        for (at, declaration) in schema.declarations.iter().enumerate() {
            let own = Broken::Declaration(DeclId(at as u32));
            put(Broken::Type(declaration.type_id), own);
            for member in schema.substitutes(DeclId(at as u32)) {
                put(Broken::Declaration(*member), own);
            }
        }
        for (at, def) in schema.types.iter().enumerate() {
            let own = Broken::Type(TypeId(at as u32));
            if let TypeKind::Complex(complex) = &def.kind {
                held(complex, &mut |held| put(held, own));
            }
            // What is derived can stand in its place with xsi:type; in that of a built-in type everything could.
            let built_in = def.name.as_ref().is_some_and(|name| &*name.namespace == ns::XSD_URI);
            let derived = if built_in { &[] } else { schema.derived(TypeId(at as u32)) };
            derived.iter().for_each(|derived| put(Broken::Type(*derived), own));
        }
        let mut waiting: VecDeque<Broken> = self.reasons.keys().copied().collect();
        // The order of a map is none.
        waiting.make_contiguous().sort_by_key(|component| match component {
            Broken::Declaration(id) => (0, id.0),
            Broken::Type(id) => (1, id.0),
        });
        while let Some(next) = waiting.pop_front() {
            let reason = self.reasons.get(&next).cloned().expect("what waits has a reason");
            for holder in holders.get(&next).into_iter().flatten() {
                if !self.reasons.contains_key(holder) {
                    self.add(*holder, &reason);
                    waiting.push_back(*holder);
                }
            }
        }
    }
}

impl Schema {
    /// Why the element `id` is not checked as its author meant: something in it is missing or broken.
    pub fn unchecked_element(&self, id: DeclId) -> Option<&Arc<str>> {
        self.unchecked.reason(Broken::Declaration(id))
    }

    /// The same for a type.
    pub fn unchecked_type(&self, id: TypeId) -> Option<&Arc<str>> {
        self.unchecked.reason(Broken::Type(id))
    }
}

/// What a type holds.
fn held(complex: &ComplexType, put: &mut impl FnMut(Broken)) {
    if let Some((item, _)) = &complex.array_type {
        put(Broken::Type(*item));
    }
    if let Content::Elements(particle) | Content::Mixed(Some(particle)) = &complex.content {
        elements(particle, put);
    }
}

fn elements(particle: &Particle, put: &mut impl FnMut(Broken)) {
    match &particle.term {
        Term::Element(id) => put(Broken::Declaration(*id)),
        Term::Group(_, particles) => particles.iter().for_each(|particle| elements(particle, put)),
        Term::Wildcard(_) => {}
    }
}
