//! The end of loading: every global component, and what is known when all are there.

use std::collections::{BTreeSet, HashMap};

use super::load::{Loaded, Loader, any_content};
use super::model::{Broken, DeclId, Derivation, Origin, Schema, TypeDef, TypeId, TypeKind};
use super::problem::Problem;
use super::source::{Source, Symbol};
use crate::limits::DERIVATION;
use crate::xml::QName;

impl Loader<'_, '_> {
    /// Resolves everything that was added.
    pub(crate) fn finish(mut self) -> Loaded {
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
        let mut unchecked = std::mem::take(&mut self.schema.unchecked);
        unchecked.spread(&self.schema);
        self.schema.unchecked = unchecked;
        for context in &self.contexts {
            self.missing.is_there(context.target.clone());
        }
        self.say_repeated();
        Loaded { schema: self.schema, diagnostics: self.diagnostics, missing: self.missing }
    }

    /// Once: generators repeat every type that they use.
    fn say_repeated(&mut self) {
        if let Some((first, name, others)) = self.repeated.take() {
            self.report(first, Problem::Repeated { name, others });
        }
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
        let places: HashMap<DeclId, Source> =
            self.declarations.iter().map(|(source, id)| (*id, *source)).collect();
        let mut heads: Vec<DeclId> = direct.keys().copied().collect();
        heads.sort_unstable();
        for head in heads {
            let members = members(head, &direct);
            let source = *places.get(&head).expect("a head is declared");
            // A chain of heads has as many members as the square of its length.
            let own = Broken::Declaration(head);
            if self.making(own, source, |loader| loader.spend(source, members.len())) {
                self.schema.substitutions.insert(head, members);
            }
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
