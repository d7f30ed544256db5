//! Unique Particle Attribution: Part 1, section 3.8.6 and appendix H.
//!
//! A content model is ambiguous when one element could be taken by two particles. Nothing depends on it here, for models
//! are read first-match; strict validators refuse such a schema, so its author wants to know.

use super::model::{
    Compositor, Content, NamespaceConstraint, Origin, Particle, Schema, Term, TypeKind, Wildcard,
};
use crate::limits::AMBIGUITY_PARTICLES;
use crate::xml::QName;

/// The types with an ambiguous model: where they are written, and what is ambiguous.
pub fn ambiguities(schema: &Schema) -> Vec<(Origin, String)> {
    let mut out = Vec::new();
    for def in &schema.types {
        let TypeKind::Complex(complex) = &def.kind else { continue };
        let (Content::Elements(particle) | Content::Mixed(Some(particle))) = &complex.content else {
            continue;
        };
        let mut walk = Walk { schema, leaves: Vec::new(), found: None };
        walk.visit(particle);
        if let Some(what) = walk.found {
            out.push((
                def.origin,
                format!("the content model is ambiguous: {what} may belong to two places"),
            ));
        }
    }
    out
}

/// What a leaf of a model takes.
enum Leaf<'s> {
    Names(Vec<&'s QName>),
    Wildcard(&'s Wildcard),
}

/// The leaves that can come first in a part of a model, those that can come last and still be followed by one of
/// their own, and whether the part may be empty.
#[derive(Default)]
struct Ends {
    first: Vec<usize>,
    /// Leaves after which something else may follow although the part could go on.
    open: Vec<usize>,
    emptiable: bool,
}

struct Walk<'s> {
    schema: &'s Schema,
    leaves: Vec<Leaf<'s>>,
    found: Option<String>,
}

impl<'s> Walk<'s> {
    fn visit(&mut self, particle: &'s Particle) -> Ends {
        if self.leaves.len() > AMBIGUITY_PARTICLES || particle.max == Some(0) {
            return Ends { emptiable: true, ..Ends::default() };
        }
        let mut ends = match &particle.term {
            Term::Element(id) => {
                let declaration = self.schema.declaration(*id);
                let substitutes = self.schema.substitutes(*id).iter();
                let names = substitutes.map(|id| &self.schema.declaration(*id).name);
                self.leaf(Leaf::Names(std::iter::once(&declaration.name).chain(names).collect()))
            }
            Term::Wildcard(wildcard) => self.leaf(Leaf::Wildcard(wildcard)),
            Term::Group(compositor, particles) => self.group(*compositor, particles),
        };
        let repeats = particle.max.is_none_or(|max| max > 1);
        if repeats {
            self.clash(&ends.open.clone(), &ends.first.clone());
        }
        // After enough turns the part may go on or end: what follows it competes with its beginning.
        if particle.max.is_none_or(|max| max > particle.min) && repeats {
            ends.open.extend(ends.first.iter().copied());
        }
        if particle.min == 0 {
            ends.emptiable = true;
        }
        ends
    }

    fn leaf(&mut self, leaf: Leaf<'s>) -> Ends {
        self.leaves.push(leaf);
        Ends { first: vec![self.leaves.len() - 1], open: Vec::new(), emptiable: false }
    }

    fn group(&mut self, compositor: Compositor, particles: &'s [Particle]) -> Ends {
        let parts: Vec<Ends> = particles.iter().map(|particle| self.visit(particle)).collect();
        match compositor {
            Compositor::Sequence => self.sequence(parts),
            Compositor::All | Compositor::Choice => self.choice(parts, compositor == Compositor::All),
        }
    }

    fn sequence(&mut self, parts: Vec<Ends>) -> Ends {
        let mut all = Ends { emptiable: true, ..Ends::default() };
        for part in parts {
            self.clash(&all.open, &part.first);
            if all.emptiable {
                self.clash(&all.first, &part.first);
                all.first.extend(&part.first);
            }
            // What an emptiable part competes with stays open behind it.
            if part.emptiable {
                all.open.extend(&part.first);
                all.open.extend(&part.open);
            } else {
                all.open = part.open;
            }
            all.emptiable &= part.emptiable;
        }
        all
    }

    fn choice(&mut self, parts: Vec<Ends>, all_needed: bool) -> Ends {
        let mut all = Ends { emptiable: all_needed, ..Ends::default() };
        for part in parts {
            self.clash(&all.first, &part.first);
            all.first.extend(part.first);
            all.open.extend(part.open);
            all.emptiable =
                if all_needed { all.emptiable && part.emptiable } else { all.emptiable || part.emptiable };
        }
        all
    }

    fn clash(&mut self, one: &[usize], other: &[usize]) {
        if self.found.is_some()
            || one.len().saturating_mul(other.len()) > AMBIGUITY_PARTICLES * AMBIGUITY_PARTICLES
        {
            return;
        }
        let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (*a, *b))).filter(|(a, b)| a != b);
        let found = pairs.filter_map(|(a, b)| overlap(self.leaves.get(a)?, self.leaves.get(b)?)).next();
        self.found = found;
    }
}

/// The name that both leaves take.
fn overlap(a: &Leaf<'_>, b: &Leaf<'_>) -> Option<String> {
    match (a, b) {
        (Leaf::Names(a), Leaf::Names(b)) => {
            a.iter().find(|name| b.contains(name)).map(|name| format!("element {}", name.local))
        }
        (Leaf::Names(names), Leaf::Wildcard(wildcard)) | (Leaf::Wildcard(wildcard), Leaf::Names(names)) => {
            let name = names.iter().find(|name| allows(wildcard, &name.namespace));
            name.map(|name| format!("element {}, which xs:any takes too,", name.local))
        }
        (Leaf::Wildcard(a), Leaf::Wildcard(b)) => {
            overlapping(a, b).then(|| "an element of xs:any".to_owned())
        }
    }
}

fn allows(wildcard: &Wildcard, namespace: &str) -> bool {
    match &wildcard.namespaces {
        NamespaceConstraint::Any => true,
        NamespaceConstraint::Not(other) => !namespace.is_empty() && **other != *namespace,
        NamespaceConstraint::OneOf(all) => all.iter().any(|name| **name == *namespace),
    }
}

fn overlapping(a: &Wildcard, b: &Wildcard) -> bool {
    match (&a.namespaces, &b.namespaces) {
        (NamespaceConstraint::OneOf(names), _) => names.iter().any(|name| allows(b, name)),
        (_, NamespaceConstraint::OneOf(names)) => names.iter().any(|name| allows(a, name)),
        _ => true,
    }
}
