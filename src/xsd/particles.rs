//! Particles and element declarations: Part 1, sections 3.3, 3.7 to 3.10.

use std::sync::Arc;

use super::load::Loader;
use super::model::{Broken, Compositor, DeclId, ElementDecl, Particle, Term, TypeId};
use super::problem::Problem;
use super::source::{Context, Source, Symbol, is_true};
use super::wildcard::wildcard;
use crate::xml::{QName, ns};

impl Loader<'_, '_> {
    /// The content model that is written at `source`: its only group, if it has one.
    pub(super) fn own_particle(&mut self, context: &Context, source: Source) -> Option<Particle> {
        let mut children = context.tree.children(source.element, ns::XSD_URI);
        let group = children.find(|child| is_group(&context.tree.element(*child).name.local))?;
        self.particle(context, Source { element: group, ..source })
    }

    fn particle(&mut self, context: &Context, at: Source) -> Option<Particle> {
        if !self.spend(at, 1) {
            return None;
        }
        let (min, max) = self.occurs(context, at);
        let term = match &*context.tree.element(at.element).name.local {
            "all" => self.deeper(at, |loader| Some(loader.group(context, at, Compositor::All)))?,
            "any" => Term::Wildcard(wildcard(context, at.element)),
            "choice" => self.deeper(at, |loader| Some(loader.group(context, at, Compositor::Choice)))?,
            "element" => Term::Element(self.local_element(context, at)?),
            "group" => self.deeper(at, |loader| loader.group_reference(context, at))?,
            "sequence" => self.deeper(at, |loader| Some(loader.group(context, at, Compositor::Sequence)))?,
            _ => return None,
        };
        Some(Particle { min, max, term })
    }

    fn occurs(&mut self, context: &Context, at: Source) -> (u32, Option<u32>) {
        let number = |name: &str| context.tree.attribute(at.element, name).map(str::trim);
        let min = number("minOccurs").map_or(Ok(1), str::parse);
        let max = match number("maxOccurs") {
            Some("unbounded") => Ok(None),
            Some(text) => text.parse().map(Some),
            None => Ok(Some(1)),
        };
        let (Ok(min), Ok(max)) = (min, max) else {
            self.report(at, Problem::Occurs);
            return (0, None);
        };
        // Real documents have minOccurs="2" without a maxOccurs.
        (min, max.map(|max| max.max(min)))
    }

    fn group(&mut self, context: &Context, at: Source, compositor: Compositor) -> Term {
        let children: Vec<_> = context.tree.children(at.element, ns::XSD_URI).collect();
        let particles =
            children.into_iter().filter_map(|element| self.particle(context, Source { element, ..at }));
        Term::Group(compositor, particles.collect())
    }

    fn group_reference(&mut self, context: &Context, at: Source) -> Option<Term> {
        let name = self.qname(at, context.tree.attribute(at.element, "ref")?)?;
        let Some(found) = self.symbol(Symbol::Group, at, &name) else {
            self.unresolved(at, "group", &name);
            return None;
        };
        if !self.active.insert(found) {
            self.report(at, Problem::GroupInItself);
            return None;
        }
        let context = self.context(found).clone();
        self.use_of(found);
        let particle = self.own_particle(&context, found);
        self.active.remove(&found);
        Some(particle?.term)
    }

    fn local_element(&mut self, context: &Context, at: Source) -> Option<DeclId> {
        if let Some(lexical) = context.tree.attribute(at.element, "ref") {
            return self.referenced_element(at, lexical);
        }
        let local = context.tree.attribute(at.element, "name")?.trim();
        let qualified = context
            .tree
            .attribute(at.element, "form")
            .map_or(context.qualified_elements, |form| form == "qualified");
        let namespace = if qualified { context.target.clone() } else { Arc::default() };
        Some(
            self.declare(
                context,
                Written { at, name: QName { namespace, local: local.into() }, global: false },
            ),
        )
    }

    fn referenced_element(&mut self, at: Source, lexical: &str) -> Option<DeclId> {
        let name = self.qname(at, lexical)?;
        match self.symbol(Symbol::Element, at, &name) {
            Some(found) => self.global_element(found, &name),
            None => {
                self.unresolved(at, "element", &name);
                None
            }
        }
    }

    /// The global element that is written at `source`.
    pub(super) fn global_element(&mut self, source: Source, name: &QName) -> Option<DeclId> {
        if let Some(id) = self.declarations.get(&source) {
            return Some(*id);
        }
        let context = self.context(source).clone();
        let id = self.declare(&context, Written { at: source, name: name.clone(), global: true });
        self.schema.elements.insert(name.clone(), id);
        if let Some(lexical) = context.tree.attribute(source.element, "substitutionGroup")
            && let Some(head) = self.qname(source, lexical)
        {
            self.heads.push((id, head, source));
        }
        Some(id)
    }

    fn declare(&mut self, context: &Context, written: Written) -> DeclId {
        let Written { at, name, global } = written;
        if let Some(id) = self.declarations.get(&at) {
            return *id;
        }
        let tree = &context.tree;
        let own = |name: &str| tree.attribute(at.element, name).map(Arc::from);
        let id = DeclId(self.schema.declarations.len() as u32);
        self.declarations.insert(at, id);
        let declaration = ElementDecl {
            name,
            type_id: TypeId::ANY,
            nillable: is_true(tree.attribute(at.element, "nillable")),
            is_abstract: is_true(tree.attribute(at.element, "abstract")),
            default: own("default"),
            fixed: own("fixed"),
            global,
            origin: context.origin(at.element),
        };
        self.schema.declarations.push(declaration);
        self.identities(context, at, id);
        let type_id = self.making(Broken::Declaration(id), at, |loader| loader.element_type(context, at));
        if let Some(declaration) = self.schema.declarations.get_mut(id.0 as usize) {
            declaration.type_id = type_id;
        }
        id
    }

    /// The type that is named, written inside, that of the substitution group's head, or `anyType`.
    fn element_type(&mut self, context: &Context, at: Source) -> TypeId {
        if context.tree.attribute(at.element, "type").is_some() {
            // A type that is not there is reported; it has any content.
            return self.named_type(at, "type").unwrap_or(TypeId::ANY);
        }
        let inline = context
            .tree
            .children(at.element, ns::XSD_URI)
            .find(|child| matches!(&*context.tree.element(*child).name.local, "complexType" | "simpleType"));
        if let Some(element) = inline {
            return self.type_of(Source { element, ..at });
        }
        let head = context.tree.attribute(at.element, "substitutionGroup");
        let head = head.and_then(|lexical| self.deeper(at, |loader| loader.referenced_element(at, lexical)));
        let head = head.and_then(|head| self.schema.declarations.get(head.0 as usize));
        head.map_or(TypeId::ANY, |head| head.type_id)
    }
}

/// An element declaration that has no number yet.
struct Written {
    at: Source,
    name: QName,
    global: bool,
}

fn is_group(name: &str) -> bool {
    matches!(name, "all" | "choice" | "group" | "sequence")
}
