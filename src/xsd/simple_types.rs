//! Simple types of schema documents: Part 1, section 3.14.

use std::sync::Arc;

use super::load::{Loader, any_simple};
use super::model::{ComplexType, Content, TypeId, TypeKind};
use super::problem::Problem;
use super::simple::{BuiltIn, Facet, FacetError, FacetKind, FacetReason, SimpleType, Size, doubt};
use super::source::{Context, Source, is_true};
use crate::limits::{DERIVATION, UNION_MEMBERS};
use crate::xml::{QName, ns};

impl Loader<'_, '_> {
    pub(super) fn simple_of(&mut self, id: TypeId) -> Option<Arc<SimpleType>> {
        match self.definition(id)?.kind {
            TypeKind::Simple(simple) => Some(simple),
            TypeKind::Complex(ComplexType { content: Content::Simple(simple), .. }) => Some(simple),
            TypeKind::Complex(_) => None,
        }
    }

    /// The simple type that `source` names with `attribute` or holds as a child.
    pub(super) fn simple_at(&mut self, source: Source, attribute: &str) -> Option<Arc<SimpleType>> {
        let context = self.context(source).clone();
        if context.tree.attribute(source.element, attribute).is_some() {
            let id = self.named_type(source, attribute)?;
            return self.simple_of(id);
        }
        let child = context.child(source.element, &["simpleType"])?;
        let id = self.type_of(Source { element: child, ..source });
        self.simple_of(id)
    }

    pub(super) fn simple_definition(
        &mut self,
        context: &Context,
        source: Source,
    ) -> Option<(Arc<SimpleType>, Option<TypeId>)> {
        let derived = context.child(source.element, &["restriction", "list", "union"])?;
        let at = Source { element: derived, ..source };
        match &*context.tree.element(derived).name.local {
            "list" => {
                // Without an item type, or with one that is reported, items are anything.
                let item = self.simple_at(at, "itemType").unwrap_or_else(any_simple);
                let list = self.bounded(at, SimpleType::list(item));
                Some((list, self.built_in_id(BuiltIn::AnySimpleType)))
            }
            "union" => {
                let union = self.union(context, at);
                Some((self.bounded(at, union), self.built_in_id(BuiltIn::AnySimpleType)))
            }
            _ => {
                let base_id = self.named_type(at, "base");
                // As for items.
                let base = self.simple_at(at, "base").unwrap_or_else(any_simple);
                Some((self.restricted(context, at, &base), base_id))
            }
        }
    }

    /// `simple`, or any value in the place of a list or a union that is too large: types that stand in each other twice grow with
    /// the power of their depth, and are walked by recursion.
    fn bounded(&mut self, at: Source, simple: SimpleType) -> Arc<SimpleType> {
        let Size { types, depth } = simple.size();
        if depth > DERIVATION {
            self.report(at, Problem::SimpleTooDeep);
        } else if types > UNION_MEMBERS {
            self.report(at, Problem::UnionTooLarge);
        } else if self.spend(at, types) {
            return Arc::new(simple);
        }
        any_simple()
    }

    fn built_in_id(&self, built_in: BuiltIn) -> Option<TypeId> {
        self.schema.named_types.get(&QName::new(ns::XSD_URI, built_in.name())).copied()
    }

    fn union(&mut self, context: &Context, at: Source) -> SimpleType {
        let mut members = Vec::new();
        let named: Vec<String> = context
            .tree
            .attribute(at.element, "memberTypes")
            // Members may all stand inside.
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        for lexical in named {
            let id = self.qname(at, &lexical).and_then(|name| self.type_named(at, &name));
            members.extend(id.and_then(|id| self.simple_of(id)));
        }
        let inline: Vec<_> = context
            .tree
            .children(at.element, ns::XSD_URI)
            .filter(|c| &*context.tree.element(*c).name.local == "simpleType")
            .collect();
        for element in inline {
            let id = self.type_of(Source { element, ..at });
            members.extend(self.simple_of(id));
        }
        SimpleType::union(members)
    }

    /// `base` with the facets below `at`. A facet that cannot be is left out, with a warning.
    pub(super) fn restricted(
        &mut self,
        context: &Context,
        at: Source,
        base: &Arc<SimpleType>,
    ) -> Arc<SimpleType> {
        let mut facets = Vec::new();
        for child in context.tree.children(at.element, ns::XSD_URI) {
            if let Some(kind) = FacetKind::from_name(&context.tree.element(child).name.local) {
                let Some(value) = context.tree.attribute(child, "value") else {
                    let error = FacetError { index: 0, reason: FacetReason::NoValue };
                    self.report(Source { element: child, ..at }, Problem::Facet(error));
                    continue;
                };
                let value = value.to_owned();
                if let Some(doubt) = (kind == FacetKind::Pattern).then(|| doubt(&value)).flatten() {
                    self.report(Source { element: child, ..at }, Problem::Pattern(doubt));
                }
                let fixed = is_true(context.tree.attribute(child, "fixed"));
                facets.push((child, Facet { kind, value, fixed }));
            }
        }
        let steps = base.facets().steps() + facets.len();
        if !self.spend(at, steps) {
            return any_simple();
        }
        let plain: Vec<Facet> = facets.iter().map(|(_, facet)| facet.clone()).collect();
        let (simple, errors) = SimpleType::restrict(base, &plain, &mut self.patterns);
        for error in errors {
            let (child, _) = facets.get(error.index).expect("the index is that of a facet");
            self.report(Source { element: *child, ..at }, Problem::Facet(error));
        }
        Arc::new(simple)
    }
}
