//! Types: names become ids, derivation becomes content.

use std::sync::Arc;

use super::load::{Context, Loader, Source, Symbol};
use super::model::{
    AttributeUse, ComplexType, Compositor, Content, Derivation, Origin, Particle, Term, TypeDef, TypeId,
    TypeKind, Wildcard,
};
use super::simple::{BuiltIn, Facet, FacetKind, SimpleType};
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

    fn definition(&mut self, id: TypeId) -> Option<TypeDef> {
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

    fn type_named(&mut self, source: Source, name: &QName) -> Option<TypeId> {
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
    fn child(&self, context: &Context, element: ElementId, names: &[&str]) -> Option<ElementId> {
        let mut children = context.tree.children(element, ns::XSD_URI);
        children.find(|child| names.contains(&&*context.tree.element(*child).name.local))
    }

    pub(super) fn simple_of(&mut self, id: TypeId) -> Option<Arc<SimpleType>> {
        match self.definition(id)?.kind {
            TypeKind::Simple(simple) => Some(simple),
            TypeKind::Complex(ComplexType { content: Content::Simple(simple), .. }) => Some(simple),
            TypeKind::Complex(_) => None,
        }
    }

    /// The simple type that `source` names with `attribute` or holds as a child.
    pub(super) fn simple_at(&mut self, source: Source, attribute: &str) -> Option<Arc<SimpleType>> {
        let context = self.context(source)?;
        if context.tree.attribute(source.element, attribute).is_some() {
            let id = self.named_type(source, attribute)?;
            return self.simple_of(id);
        }
        let child = self.child(&context, source.element, &["simpleType"])?;
        let id = self.type_of(Source { element: child, ..source });
        self.simple_of(id)
    }

    fn simple_definition(
        &mut self,
        context: &Context,
        source: Source,
    ) -> Option<(Arc<SimpleType>, Option<TypeId>)> {
        let derived = self.child(context, source.element, &["restriction", "list", "union"])?;
        let at = Source { element: derived, ..source };
        match &*context.tree.element(derived).name.local {
            "list" => {
                let item = self.simple_at(at, "itemType").unwrap_or_else(any_simple);
                Some((Arc::new(SimpleType::list(item)), self.built_in_id(BuiltIn::AnySimpleType)))
            }
            "union" => Some((Arc::new(self.union(context, at)), self.built_in_id(BuiltIn::AnySimpleType))),
            _ => {
                let base_id = self.named_type(at, "base");
                let base = self.simple_at(at, "base").unwrap_or_else(any_simple);
                Some((self.restricted(context, at, &base), base_id))
            }
        }
    }

    fn built_in_id(&self, built_in: BuiltIn) -> Option<TypeId> {
        self.schema.named_types.get(&QName::new(ns::XSD_URI, built_in.name())).copied()
    }

    fn union(&mut self, context: &Context, at: Source) -> SimpleType {
        let mut members = Vec::new();
        let named: Vec<String> = context
            .tree
            .attribute(at.element, "memberTypes")
            .unwrap_or("")
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
    fn restricted(&mut self, context: &Context, at: Source, base: &Arc<SimpleType>) -> Arc<SimpleType> {
        let mut facets = Vec::new();
        for child in context.tree.children(at.element, ns::XSD_URI) {
            if let Some(kind) = FacetKind::from_name(&context.tree.element(child).name.local) {
                let value = context.tree.attribute(child, "value").unwrap_or("").to_owned();
                let fixed = is_true(context.tree.attribute(child, "fixed"));
                facets.push((child, Facet { kind, value, fixed }));
            }
        }
        loop {
            let plain: Vec<Facet> = facets.iter().map(|(_, facet)| facet.clone()).collect();
            match SimpleType::restrict(base, &plain, self.documents.limits()) {
                Ok(simple) => return Arc::new(simple),
                Err(error) => {
                    let (child, _) = facets.remove(error.index.min(facets.len() - 1));
                    self.report(
                        at.context,
                        child,
                        "XSD0200",
                        Severity::Warning,
                        format!("the facet is left out: {}", error.reason),
                    );
                }
            }
        }
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

    /// The attributes that are written at `source`, groups included.
    pub(super) fn attributes(
        &mut self,
        context: &Context,
        source: Source,
    ) -> (Vec<AttributeUse>, Option<Wildcard>) {
        let mut all = Vec::new();
        let mut any = None;
        for child in context.tree.children(source.element, ns::XSD_URI) {
            let at = Source { element: child, ..source };
            if !self.spend(at, 1) {
                break;
            }
            match &*context.tree.element(child).name.local {
                "attribute" => all.extend(self.attribute_use(context, at)),
                "anyAttribute" => any = Some(super::particles::wildcard(context, child)),
                "attributeGroup" => {
                    let (more, wild) = self.attribute_group(at);
                    all = merged(all, more, &[]);
                    any = any.or(wild);
                }
                _ => {}
            }
        }
        (all, any)
    }

    fn attribute_group(&mut self, at: Source) -> (Vec<AttributeUse>, Option<Wildcard>) {
        let nothing = (Vec::new(), None);
        let Some(context) = self.context(at) else { return nothing };
        let Some(lexical) = context.tree.attribute(at.element, "ref") else { return nothing };
        let Some(name) = self.qname(at, lexical) else { return nothing };
        let Some(found) = self.symbol(Symbol::AttributeGroup, at, &name) else {
            self.unresolved(at, "attribute group", &name);
            return nothing;
        };
        if self.active.len() > LONGEST || !self.active.insert(found) {
            self.report(
                at.context,
                at.element,
                "XSD0103",
                Severity::Error,
                "an attribute group holds itself".to_owned(),
            );
            return nothing;
        }
        let group = self.context(found).map(|context| self.attributes(&context, found)).unwrap_or(nothing);
        self.active.remove(&found);
        group
    }

    fn attribute_use(&mut self, context: &Context, at: Source) -> Option<AttributeUse> {
        let tree = &context.tree;
        let usage = tree.attribute(at.element, "use").unwrap_or("optional");
        if usage == "prohibited" {
            return None;
        }
        let mut attribute = match tree.attribute(at.element, "ref") {
            Some(lexical) => self.referenced_attribute(at, lexical)?,
            None => {
                let local = tree.attribute(at.element, "name")?.trim();
                let qualified = tree
                    .attribute(at.element, "form")
                    .map_or(context.qualified_attributes, |form| form == "qualified");
                let namespace = if qualified { context.target.clone() } else { Arc::default() };
                self.attribute_declaration(at, QName { namespace, local: local.into() })?
            }
        };
        attribute.required = usage == "required";
        let own = |name: &str| tree.attribute(at.element, name).map(Arc::from);
        attribute.default = own("default").or(attribute.default);
        attribute.fixed = own("fixed").or(attribute.fixed);
        Some(attribute)
    }

    fn referenced_attribute(&mut self, at: Source, lexical: &str) -> Option<AttributeUse> {
        let name = self.qname(at, lexical)?;
        match self.symbol(Symbol::Attribute, at, &name) {
            Some(found) => self.attribute_declaration(found, name),
            None => {
                let known =
                    matches!(&*name.namespace, ns::XML_URI | ns::SOAPENC_URI | ns::WSDL_URI | ns::WSU_URI)
                        || name.namespace.contains("xmlmime");
                if !known {
                    self.unresolved(at, "attribute", &name);
                }
                Some(AttributeUse { name, simple: any_simple(), required: false, default: None, fixed: None })
            }
        }
    }

    pub(super) fn attribute_declaration(&mut self, at: Source, name: QName) -> Option<AttributeUse> {
        let context = self.context(at)?;
        let simple = self.simple_at(at, "type").unwrap_or_else(any_simple);
        let own = |name: &str| context.tree.attribute(at.element, name).map(Arc::from);
        Some(AttributeUse { name, simple, required: false, default: own("default"), fixed: own("fixed") })
    }

    fn prohibited(&mut self, context: &Context, at: Source) -> Vec<QName> {
        let tree = &context.tree;
        let children = tree.children(at.element, ns::XSD_URI);
        let prohibited: Vec<_> =
            children.filter(|child| tree.attribute(*child, "use") == Some("prohibited")).collect();
        let name = |element: ElementId| {
            let lexical = tree.attribute(element, "ref").or_else(|| tree.attribute(element, "name"))?;
            let local = lexical.rsplit(':').next().unwrap_or(lexical).trim();
            Some(QName { namespace: Arc::default(), local: local.into() })
        };
        prohibited.into_iter().filter_map(name).collect()
    }
}

/// The attributes of a base with those of a derived type in their place.
fn merged(inherited: Vec<AttributeUse>, own: Vec<AttributeUse>, prohibited: &[QName]) -> Vec<AttributeUse> {
    let mut all: Vec<AttributeUse> = inherited;
    all.retain(|attribute| prohibited.iter().all(|name| name.local != attribute.name.local));
    for attribute in own {
        match all.iter_mut().find(|known| known.name == attribute.name) {
            Some(known) => *known = attribute,
            None => all.push(attribute),
        }
    }
    all
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
const LONGEST: usize = 64;
