//! Types: names become ids, derivation becomes content.

use super::complex_types::Derived;
use super::load::Loader;
use super::model::{Broken, Derivation, TypeDef, TypeId, TypeKind};
use super::problem::Problem;
use super::source::{Source, Symbol, is_true};
use crate::limits::DERIVATION;
use crate::xml::{QName, ns};

impl Loader<'_, '_> {
    /// The type that is written at `source`; it is completed later.
    pub(super) fn type_of(&mut self, source: Source) -> TypeId {
        if let Some(id) = self.type_sources.get(&source) {
            return *id;
        }
        let id = TypeId(self.types.len() as u32);
        self.types.push(None);
        self.type_sources.insert(source, id);
        self.sources_by_type.insert(id, source);
        self.pending.push((source, id));
        id
    }

    pub(super) fn complete_types(&mut self) {
        while let Some((source, id)) = self.pending.pop() {
            self.complete(source, id);
        }
    }

    /// Makes the definition of a type, and before it those of its bases.
    fn complete(&mut self, source: Source, id: TypeId) {
        if self.types.get(id.0 as usize).is_some_and(Option::is_some) {
            return;
        }
        if self.active.len() > DERIVATION || !self.active.insert(source) {
            return self.report(source, Problem::TypeFromItself);
        }
        let def = self.making(Broken::Type(id), source, |loader| {
            let def = loader.define(source);
            if def.is_none() {
                loader.report(source, Problem::NoDerivation);
            }
            def
        });
        self.active.remove(&source);
        if let Some(place) = self.types.get_mut(id.0 as usize) {
            *place = def;
        }
    }

    pub(super) fn definition(&mut self, id: TypeId) -> Option<TypeDef> {
        if !self.types.get(id.0 as usize).is_some_and(Option::is_some) {
            let source = self.sources_by_type.get(&id).copied()?;
            self.complete(source, id);
        }
        self.taint_by(Broken::Type(id));
        self.types.get(id.0 as usize)?.clone()
    }

    fn define(&mut self, source: Source) -> Option<TypeDef> {
        let context = self.context(source).clone();
        let tree = &context.tree;
        let element = tree.element(source.element);
        let name = tree
            .attribute(source.element, "name")
            .map(|name| QName { namespace: context.target.clone(), local: name.trim().into() });
        let is_abstract = is_true(tree.attribute(source.element, "abstract"));
        let origin = context.origin(source.element);
        if &*element.name.local == "simpleType" {
            let (simple, base) = self.simple_definition(&context, source)?;
            let kind = TypeKind::Simple(simple);
            return Some(TypeDef {
                name,
                base,
                derivation: Derivation::Restriction,
                is_abstract: false,
                kind,
                origin,
            });
        }
        let Derived { complex, base, derivation } = self.complex_definition(&context, source)?;
        let kind = TypeKind::Complex(complex);
        Some(TypeDef { name, base: Some(base), derivation, is_abstract, kind, origin })
    }

    /// The QName `lexical` at `source`. A chameleon's unprefixed names are of the namespace that adopted it.
    pub(super) fn qname(&mut self, source: Source, lexical: &str) -> Option<QName> {
        let context = self.context(source).clone();
        match context.tree.resolve_qname(source.element, lexical) {
            Some(name) if context.chameleon && name.namespace.is_empty() => {
                Some(QName { namespace: context.target.clone(), ..name })
            }
            Some(name) => Some(name),
            None => {
                self.report(source, Problem::Prefix(lexical.to_owned()));
                None
            }
        }
    }

    /// The type named by the attribute `attribute` at `source`; nothing when there is no such attribute.
    pub(super) fn named_type(&mut self, source: Source, attribute: &str) -> Option<TypeId> {
        let context = self.context(source).clone();
        let lexical = context.tree.attribute(source.element, attribute)?;
        let name = self.qname(source, lexical)?;
        self.type_named(source, &name)
    }

    pub(super) fn type_named(&mut self, source: Source, name: &QName) -> Option<TypeId> {
        if let Some(id) = self.built_in(name) {
            return Some(id);
        }
        match self.symbol(Symbol::Type, source, name) {
            Some(found) => Some(self.type_of(found)),
            None => {
                self.unresolved(source, "type", name);
                None
            }
        }
    }

    /// The built-in type `name`, also by the names that drafts of XML Schema gave it.
    fn built_in(&self, name: &QName) -> Option<TypeId> {
        let draft = matches!(
            &*name.namespace,
            "http://www.w3.org/1999/XMLSchema" | "http://www.w3.org/2000/10/XMLSchema"
        );
        let local = match &*name.local {
            "timeInstant" if draft => "dateTime",
            "uriReference" if draft => "anyURI",
            "ur-type" if draft => "anyType",
            local => local,
        };
        let own = draft || &*name.namespace == ns::XSD_URI;
        own.then(|| self.schema.named_types.get(&QName::new(ns::XSD_URI, local)).copied()).flatten()
    }

    /// The component `name`; inside its own redefinition the one that was replaced.
    pub(super) fn symbol(&self, symbol: Symbol, source: Source, name: &QName) -> Option<Source> {
        let found = self.symbols.get(&(symbol, name.clone())).copied()?;
        match self.replaced.get(&found) {
            Some(old) if self.is_within(source, found) => Some(*old),
            _ => Some(found),
        }
    }

    fn is_within(&self, inner: Source, outer: Source) -> bool {
        let Some(context) = self.contexts.get(inner.context).filter(|_| inner.context == outer.context)
        else {
            return false;
        };
        let (inner, outer) = (context.tree.element(inner.element), context.tree.element(outer.element));
        outer.offset <= inner.offset && inner.end <= outer.end
    }
}
