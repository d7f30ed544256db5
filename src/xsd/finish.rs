//! The end of loading: every global component, and what is known when all are there.

use std::collections::{BTreeSet, HashMap};

use super::load::{Loader, any_content};
use super::model::{DeclId, Derivation, Origin, Schema, TypeDef, TypeId, TypeKind};
use super::source::{Source, Symbol};
use crate::limits::DERIVATION;
use crate::xml::{Diagnostic, QName};

impl Loader<'_, '_> {
    /// Resolves everything that was added.
    pub(crate) fn finish(mut self) -> (Schema, Vec<Diagnostic>) {
        self.schema.bundled_from = self.documents.list.len() as u32;
        self.add_bundled();
        let mut names: Vec<_> =
            self.symbols.iter().map(|((symbol, name), source)| (*source, *symbol, name.clone())).collect();
        names.sort_by_key(|(source, _, _)| (source.context, source.element));
        for (source, symbol, name) in names {
            match symbol {
                Symbol::Element => drop(self.global_element(source, &name)),
                Symbol::Type => {
                    let id = self.type_of(source);
                    self.schema.named_types.insert(name, id);
                }
                Symbol::Attribute => self.global_attribute(source, name),
                Symbol::AttributeGroup | Symbol::Group => {}
            }
        }
        self.complete_types();
        self.substitution_groups();
        // What is not there was reported where it is written.
        self.schema.types = self.types.iter().map(|def| def.clone().unwrap_or_else(broken_type)).collect();
        derivations(&mut self.schema);
        (self.schema, self.diagnostics)
    }

    fn global_attribute(&mut self, source: Source, name: QName) {
        if let Some(attribute) = self.attribute_declaration(source, name.clone()) {
            self.schema.attributes.insert(name, attribute);
        }
    }

    /// Members by head, transitively.
    fn substitution_groups(&mut self) {
        let mut direct: HashMap<DeclId, Vec<DeclId>> = HashMap::new();
        for (member, head, source) in std::mem::take(&mut self.heads) {
            match self.schema.elements.get(&head) {
                Some(head) => direct.entry(*head).or_default().push(member),
                None => self.unresolved(source, "substitution group head", &head),
            }
        }
        for head in direct.keys() {
            self.schema.substitutions.insert(*head, members(*head, &direct));
        }
    }
}

/// The members of the substitution group of `head`, and of theirs.
fn members(head: DeclId, direct: &HashMap<DeclId, Vec<DeclId>>) -> Vec<DeclId> {
    let (mut all, mut waiting) = (BTreeSet::new(), vec![head]);
    while let Some(next) = waiting.pop() {
        for member in direct.get(&next).into_iter().flatten() {
            if *member != head && all.insert(*member) {
                waiting.push(*member);
            }
        }
    }
    all.into_iter().collect()
}

/// A type that could not be resolved has the content of `anyType`, which maps to nothing in particular.
fn broken_type() -> TypeDef {
    TypeDef {
        name: None,
        base: None,
        derivation: Derivation::Restriction,
        is_abstract: false,
        kind: TypeKind::Complex(any_content()),
        origin: Origin::default(),
    }
}

/// The descendants of each type. Everything descends from the ur-type and everything simple from `anySimpleType`.
fn derivations(schema: &mut Schema) {
    let named: Vec<TypeId> = schema.global_types().map(|(_, id)| id).collect();
    for id in named {
        let mut base = schema.types.get(id.0 as usize).and_then(|def| def.base);
        let mut steps = 0;
        while let Some(above) = base.filter(|above| *above != TypeId::ANY && steps < DERIVATION) {
            schema.derived.entry(above).or_default().push(id);
            base = schema.types.get(above.0 as usize).and_then(|def| def.base);
            steps += 1;
        }
        if id != TypeId::ANY {
            schema.derived.entry(TypeId::ANY).or_default().push(id);
        }
    }
}
