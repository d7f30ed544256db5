//! Complex types of schema documents: Part 1, section 3.4.

use std::sync::Arc;

use super::attributes::merged;
use super::load::{Loader, any_content, any_simple};
use super::model::{ComplexType, Compositor, Content, Derivation, Particle, Term, TypeDef, TypeId, TypeKind};
use super::problem::Problem;
use super::source::{Context, Source, is_true};
use crate::limits::ARRAY_NESTING;
use crate::xml::ns;

/// A complex type and what it is derived from.
pub(super) struct Derived {
    pub(super) complex: ComplexType,
    pub(super) base: TypeId,
    pub(super) derivation: Derivation,
}

/// A step of derivation: `xs:extension` or `xs:restriction`.
#[derive(Clone, Copy)]
struct Step<'s> {
    context: &'s Context,
    at: Source,
    base: &'s TypeDef,
    mixed: bool,
}

impl Loader<'_, '_> {
    /// The definition of the complex type at `source`; nothing where it is neither extension nor restriction of anything.
    pub(super) fn complex_definition(&mut self, context: &Context, source: Source) -> Option<Derived> {
        let mixed = is_true(context.tree.attribute(source.element, "mixed"));
        let Some(derived) = context.child(source.element, &["complexContent", "simpleContent"]) else {
            let (attributes, any_attribute) = self.attributes(context, source);
            let particle = self.own_particle(context, source);
            let content = content(particle, mixed);
            let complex = ComplexType { attributes, any_attribute, content, array_type: None };
            return Some(Derived { complex, base: TypeId::ANY, derivation: Derivation::Restriction });
        };
        let mixed = mixed || is_true(context.tree.attribute(derived, "mixed"));
        let step = context.child(derived, &["extension", "restriction"])?;
        let at = Source { element: step, ..source };
        let found = self.named_type(at, "base").and_then(|id| Some((id, self.definition(id)?)));
        // What a type derives from something unknown holds is unknown.
        let Some((base_id, base)) = found else {
            let complex = any_content();
            return Some(Derived { complex, base: TypeId::ANY, derivation: Derivation::Restriction });
        };
        let extends = &*context.tree.element(step).name.local == "extension";
        let simple = &*context.tree.element(derived).name.local == "simpleContent";
        let step = Step { context, at, base: &base, mixed };
        let (complex, derivation) = match (extends, simple) {
            (true, _) => (self.extended(step), Derivation::Extension),
            (false, true) => (self.narrowed_text(step), Derivation::Restriction),
            (false, false) => (self.narrowed(step), Derivation::Restriction),
        };
        Some(Derived { complex, base: base_id, derivation })
    }

    fn extended(&mut self, step: Step<'_>) -> ComplexType {
        let Step { context, at, base, mixed } = step;
        let (own, any_own) = self.attributes(context, at);
        let (inherited, any_inherited, base_content) = match &base.kind {
            TypeKind::Simple(simple) => (Vec::new(), None, Content::Simple(simple.clone())),
            TypeKind::Complex(complex) => {
                (complex.attributes.clone(), complex.any_attribute.clone(), complex.content.clone())
            }
        };
        let base_content =
            if self.spend(at, size(&base_content) + inherited.len()) { base_content } else { Content::Empty };
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

    fn narrowed(&mut self, step: Step<'_>) -> ComplexType {
        let Step { context, at, base, mixed } = step;
        let (own, any_attribute) = self.attributes(context, at);
        let prohibited = self.prohibited(context, at);
        let inherited = match &base.kind {
            TypeKind::Complex(complex) => complex.attributes.clone(),
            TypeKind::Simple(_) => Vec::new(),
        };
        let inherited = if self.spend(at, inherited.len()) { inherited } else { Vec::new() };
        let content = content(self.own_particle(context, at), mixed);
        ComplexType {
            attributes: merged(inherited, own, &prohibited),
            any_attribute,
            content,
            array_type: self.array_type(context, at),
        }
    }

    fn narrowed_text(&mut self, step: Step<'_>) -> ComplexType {
        let Step { context, at, base, .. } = step;
        let (own, any_attribute) = self.attributes(context, at);
        let prohibited = self.prohibited(context, at);
        let (inherited, text) = match &base.kind {
            TypeKind::Complex(ComplexType { attributes, content: Content::Simple(simple), .. }) => {
                (attributes.clone(), simple.clone())
            }
            TypeKind::Complex(complex) => (complex.attributes.clone(), any_simple()),
            TypeKind::Simple(simple) => (Vec::new(), simple.clone()),
        };
        let inherited = if self.spend(at, inherited.len()) { inherited } else { Vec::new() };
        let text = if context.child(at.element, &["simpleType"]).is_some() {
            // One that is broken is reported; the base's stays.
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
        if dimensions.matches(['[', ',']).count() > ARRAY_NESTING {
            self.report(at, Problem::ArrayTooDeep);
            return None;
        }
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
