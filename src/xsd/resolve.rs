//! Types: names become ids, derivation becomes content.

use std::sync::Arc;

use super::attributes::merged;
use super::load::{Context, Loader, Source, Symbol};
use super::model::{
    ComplexType, Compositor, Content, Derivation, Origin, Particle, Term, TypeDef, TypeId, TypeKind,
};
use super::simple::{BuiltIn, SimpleType};
use crate::xml::{ElementId, QName, Severity, ns};

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
        if self.active.len() > LONGEST || !self.active.insert(source) {
            return self.report(
                source.context,
                source.element,
                "XSD0101",
                Severity::Error,
                "a type derives from itself".to_owned(),
            );
        }
        let def = self.define(source);
        self.active.remove(&source);
        if let Some(place) = self.types.get_mut(id.0 as usize) {
            *place = def;
        }
    }

    pub(super) fn definition(&mut self, id: TypeId) -> Option<TypeDef> {
        if let Some(Some(def)) = self.types.get(id.0 as usize) {
            return Some(def.clone());
        }
        let source = self.sources_by_type.get(&id).copied()?;
        self.complete(source, id);
        self.types.get(id.0 as usize)?.clone()
    }

    fn define(&mut self, source: Source) -> Option<TypeDef> {
        let context = self.context(source)?;
        let tree = &context.tree;
        let element = tree.element(source.element);
        let name = tree
            .attribute(source.element, "name")
            .map(|name| QName { namespace: context.target.clone(), local: name.trim().into() });
        let is_abstract = is_true(tree.attribute(source.element, "abstract"));
        let origin = origin(&context, source.element);
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
        let (complex, base, derivation) = self.complex_definition(&context, source)?;
        let kind = TypeKind::Complex(complex);
        Some(TypeDef { name, base: Some(base), derivation, is_abstract, kind, origin })
    }

    pub(super) fn context(&self, source: Source) -> Option<Context> {
        self.contexts.get(source.context).cloned()
    }

    /// The QName `lexical` at `source`. A chameleon's unprefixed names are of the namespace that adopted it.
    pub(super) fn qname(&mut self, source: Source, lexical: &str) -> Option<QName> {
        let context = self.context(source)?;
        match context.tree.resolve_qname(source.element, lexical) {
            Some(name) if context.chameleon && name.namespace.is_empty() => {
                Some(QName { namespace: context.target, ..name })
            }
            Some(name) => Some(name),
            None => {
                let message = format!("the prefix of {lexical} is not declared");
                self.report(source.context, source.element, "XSD0102", Severity::Error, message);
                None
            }
        }
    }

    /// The type named by the attribute `attribute` at `source`; nothing when there is no such attribute.
    pub(super) fn named_type(&mut self, source: Source, attribute: &str) -> Option<TypeId> {
        let context = self.context(source)?;
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

    /// The only child of `source` named `name`.
    pub(super) fn child(&self, context: &Context, element: ElementId, names: &[&str]) -> Option<ElementId> {
        let mut children = context.tree.children(element, ns::XSD_URI);
        children.find(|child| names.contains(&&*context.tree.element(*child).name.local))
    }

    fn complex_definition(
        &mut self,
        context: &Context,
        source: Source,
    ) -> Option<(ComplexType, TypeId, Derivation)> {
        let mixed = is_true(context.tree.attribute(source.element, "mixed"));
        let any = self.schema.named_types.get(&QName::new(ns::XSD_URI, "anyType")).copied()?;
        let Some(derived) = self.child(context, source.element, &["complexContent", "simpleContent"]) else {
            let (attributes, any_attribute) = self.attributes(context, source);
            let particle = self.own_particle(context, source);
            let content = content(particle, mixed);
            let complex = ComplexType { attributes, any_attribute, content, array_type: None };
            return Some((complex, any, Derivation::Restriction));
        };
        let mixed = mixed || is_true(context.tree.attribute(derived, "mixed"));
        let step = self.child(context, derived, &["extension", "restriction"])?;
        let at = Source { element: step, ..source };
        let found = self.named_type(at, "base").and_then(|id| Some((id, self.definition(id)?)));
        // What a type derives from something unknown holds is unknown.
        let Some((base_id, base)) = found else {
            let TypeKind::Complex(complex) = super::load::any_type() else { return None };
            return Some((complex, any, Derivation::Restriction));
        };
        let extends = &*context.tree.element(step).name.local == "extension";
        let simple = &*context.tree.element(derived).name.local == "simpleContent";
        let complex = match (extends, simple) {
            (true, _) => self.extended(context, at, &base, mixed),
            (false, true) => self.narrowed_text(context, at, &base),
            (false, false) => self.narrowed(context, at, &base, mixed),
        };
        Some((complex, base_id, if extends { Derivation::Extension } else { Derivation::Restriction }))
    }

    fn extended(&mut self, context: &Context, at: Source, base: &TypeDef, mixed: bool) -> ComplexType {
        let (own, any_own) = self.attributes(context, at);
        let (inherited, any_inherited, base_content) = match &base.kind {
            TypeKind::Simple(simple) => (Vec::new(), None, Content::Simple(simple.clone())),
            TypeKind::Complex(complex) => {
                (complex.attributes.clone(), complex.any_attribute.clone(), complex.content.clone())
            }
        };
        let base_content = if self.spend(at, size(&base_content)) { base_content } else { Content::Empty };
        let content = match base_content {
            Content::Simple(simple) => Content::Simple(simple),
            Content::Empty => content(self.own_particle(context, at), mixed),
            Content::Elements(first) => content(appended(Some(first), self.own_particle(context, at)), mixed),
            Content::Mixed(first) => content(appended(first, self.own_particle(context, at)), true),
        };
        ComplexType {
            attributes: merged(inherited, own, &[]),
            any_attribute: any_own.or(any_inherited),
            content,
            array_type: None,
        }
    }

    fn narrowed(&mut self, context: &Context, at: Source, base: &TypeDef, mixed: bool) -> ComplexType {
        let (own, any_attribute) = self.attributes(context, at);
        let prohibited = self.prohibited(context, at);
        let inherited = match &base.kind {
            TypeKind::Complex(complex) => complex.attributes.clone(),
            TypeKind::Simple(_) => Vec::new(),
        };
        let content = content(self.own_particle(context, at), mixed);
        ComplexType {
            attributes: merged(inherited, own, &prohibited),
            any_attribute,
            content,
            array_type: self.array_type(context, at),
        }
    }

    fn narrowed_text(&mut self, context: &Context, at: Source, base: &TypeDef) -> ComplexType {
        let (own, any_attribute) = self.attributes(context, at);
        let prohibited = self.prohibited(context, at);
        let (inherited, text) = match &base.kind {
            TypeKind::Complex(ComplexType { attributes, content: Content::Simple(simple), .. }) => {
                (attributes.clone(), simple.clone())
            }
            TypeKind::Complex(complex) => (complex.attributes.clone(), any_simple()),
            TypeKind::Simple(simple) => (Vec::new(), simple.clone()),
        };
        let text = if self.child(context, at.element, &["simpleType"]).is_some() {
            self.simple_at(at, "").unwrap_or(text)
        } else {
            text
        };
        let simple = self.restricted(context, at, &text);
        ComplexType {
            attributes: merged(inherited, own, &prohibited),
            any_attribute,
            content: Content::Simple(simple),
            array_type: None,
        }
    }

    /// `wsdl:arrayType="xsd:string[]"` on the `soapenc:arrayType` of a restricted `soapenc:Array`.
    fn array_type(&mut self, context: &Context, at: Source) -> Option<(TypeId, Arc<str>)> {
        let attributes: Vec<_> = context.tree.children(at.element, ns::XSD_URI).collect();
        let declared = attributes
            .iter()
            .find_map(|id| Some((*id, context.tree.attribute_of(*id, ns::WSDL_URI, "arrayType")?)));
        let (element, lexical) = declared.map(|(id, attribute)| (id, attribute.value.clone()))?;
        let cut = lexical.find('[')?;
        let (name, dimensions) = lexical.split_at(cut);
        let at = Source { element, ..at };
        let name = self.qname(at, name)?;
        Some((self.type_named(at, &name)?, dimensions.into()))
    }
}

/// The base's particle, then the type's own.
fn appended(first: Option<Particle>, second: Option<Particle>) -> Option<Particle> {
    match (first, second) {
        // A chain of extensions stays flat.
        (
            Some(Particle { min: 1, max: Some(1), term: Term::Group(Compositor::Sequence, mut all) }),
            Some(second),
        ) => {
            all.push(second);
            Some(Particle { min: 1, max: Some(1), term: Term::Group(Compositor::Sequence, all) })
        }
        (Some(first), Some(second)) => Some(Particle {
            min: 1,
            max: Some(1),
            term: Term::Group(Compositor::Sequence, vec![first, second]),
        }),
        (first, second) => first.or(second),
    }
}

/// How many particles a content model has.
fn size(content: &Content) -> usize {
    fn of(particle: &Particle) -> usize {
        match &particle.term {
            Term::Group(_, particles) => 1 + particles.iter().map(of).sum::<usize>(),
            Term::Element(_) | Term::Wildcard(_) => 1,
        }
    }
    match content {
        Content::Elements(particle) | Content::Mixed(Some(particle)) => of(particle),
        Content::Empty | Content::Mixed(None) | Content::Simple(_) => 0,
    }
}

fn content(particle: Option<Particle>, mixed: bool) -> Content {
    match (particle, mixed) {
        (particle, true) => Content::Mixed(particle),
        (Some(particle), false) => Content::Elements(particle),
        (None, false) => Content::Empty,
    }
}

pub(super) fn origin(context: &Context, element: ElementId) -> Origin {
    Origin { document: context.document as u32, offset: context.tree.element(element).offset as u32 }
}

pub(super) fn is_true(value: Option<&str>) -> bool {
    matches!(value.map(str::trim), Some("true" | "1"))
}

pub(super) fn any_simple() -> Arc<SimpleType> {
    SimpleType::built_in(BuiltIn::AnySimpleType)
}

/// The longest chain of derivation.
pub(super) const LONGEST: usize = 64;
