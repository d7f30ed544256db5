//! Particles without what does not matter: the tree from which a content model is built.

use super::super::index::ElementIx;
use super::super::program::{Allowed, WildcardPlan};
use super::compiler::Compiler;
use crate::xsd::{Compositor, DeclId, NamespaceConstraint, Particle, ProcessContents, Term, Wildcard};

/// A particle without what does not matter: empty groups, groups of one, groups in groups of their kind.
pub(super) struct Model {
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) term: ModelTerm,
}

pub(super) enum ModelTerm {
    Any(WildcardPlan),
    Element(ElementIx),
    Group(Compositor, Vec<Model>),
}

impl Model {
    /// The wildcards within it.
    pub(super) fn wildcards(&self) -> Vec<&WildcardPlan> {
        match &self.term {
            ModelTerm::Any(wildcard) => vec![wildcard],
            ModelTerm::Element(_) => Vec::new(),
            ModelTerm::Group(_, children) => children.iter().flat_map(Self::wildcards).collect(),
        }
    }
}

/// What `particle` comes to; nothing for one that can have no content.
pub(super) fn simplify(compiler: &mut Compiler<'_>, particle: &Particle) -> Option<Model> {
    // `unbounded` is more than any message has.
    let (min, max) = (particle.min, particle.max.unwrap_or(u32::MAX));
    if max == 0 {
        return None;
    }
    match &particle.term {
        Term::Element(id) => element(compiler, *id, min, max),
        Term::Wildcard(wildcard) => {
            let term = ModelTerm::Any(allowed(compiler, wildcard));
            Some(Model { min, max, term })
        }
        Term::Group(compositor, particles) => {
            let mut children = Vec::new();
            for child in particles.iter().filter_map(|particle| simplify(compiler, particle)) {
                absorb(&mut children, child, *compositor);
            }
            group(*compositor, children, min, max)
        }
    }
}

/// What a wildcard allows. Whoever may meet a declared element brings it into the plan.
pub(super) fn allowed(compiler: &mut Compiler<'_>, wildcard: &Wildcard) -> WildcardPlan {
    let namespaces = match &wildcard.namespaces {
        NamespaceConstraint::Any => Allowed::Any,
        NamespaceConstraint::Not(name) => Allowed::Not(compiler.intern(name)),
        NamespaceConstraint::OneOf(names) => {
            Allowed::OneOf(names.iter().map(|name| compiler.intern(name)).collect())
        }
    };
    WildcardPlan {
        namespaces,
        typed: wildcard.process != ProcessContents::Skip,
        lax: wildcard.process != ProcessContents::Strict,
    }
}

/// An element, or a choice of its substitution group.
fn element(compiler: &mut Compiler<'_>, id: DeclId, min: u32, max: u32) -> Option<Model> {
    let schema = compiler.schema();
    if !compiler.count(schema.substitutes(id).len()) {
        return None;
    }
    let substitutes = schema.substitutes(id).iter().copied();
    let members = std::iter::once(id).chain(substitutes);
    let concrete = members.filter(|member| !schema.declaration(*member).is_abstract);
    let choices = concrete.map(|member| Model {
        min: 1,
        max: 1,
        term: ModelTerm::Element(compiler.element_ix(member)),
    });
    group(Compositor::Choice, choices.collect(), min, max)
}

fn absorb(siblings: &mut Vec<Model>, child: Model, compositor: Compositor) {
    match child {
        Model { min: 1, max: 1, term: ModelTerm::Group(own, inner) } if own == compositor => {
            siblings.extend(inner)
        }
        child => siblings.push(child),
    }
}

fn group(compositor: Compositor, mut children: Vec<Model>, min: u32, max: u32) -> Option<Model> {
    if children.len() != 1 {
        let term = ModelTerm::Group(compositor, children);
        return (!is_empty(&term)).then_some(Model { min, max, term });
    }
    let child = children.pop()?;
    match (child.min, child.max, min, max) {
        (1, 1, _, _) => Some(Model { min, max, ..child }),
        (_, _, 1, 1) => Some(child),
        (0 | 1, _, 0, 1) => Some(Model { min: 0, ..child }),
        _ if !is_gapless(&child, min) => Some(turns_of(child, compositor, min, max)),
        (0 | 1, _, _, _) => Some(times(child, min, max)),
        (_, _, 0, _) => Some(turns_of(times(child, 1, max), compositor, 0, 1)),
        _ => Some(times(child, min, max)),
    }
}

/// Whether turns of `child` leave no trace: every count between the least and the most is possible, as in `(a{2,3}){2,3}`,
/// and not in `(a{2}){2,3}`.
fn is_gapless(child: &Model, turns: u32) -> bool {
    let turns = u64::from(turns.max(1));
    let (least, most) = (u64::from(child.min), u64::from(child.max));
    child.min <= 1 || child.max == u32::MAX || least * (turns + 1) <= most * turns + 1
}

fn times(child: Model, min: u32, max: u32) -> Model {
    Model { min: child.min.saturating_mul(min), max: child.max.saturating_mul(max), ..child }
}

fn turns_of(child: Model, compositor: Compositor, min: u32, max: u32) -> Model {
    Model { min, max, term: ModelTerm::Group(compositor, vec![child]) }
}

fn is_empty(term: &ModelTerm) -> bool {
    matches!(term, ModelTerm::Group(_, children) if children.is_empty())
}
