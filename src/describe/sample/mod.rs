//! Messages that are valid against the contract, made from the plan: the least, all of it, or something in between.

mod content;
mod identity;
mod min_depth;
mod patterns;
mod random;
mod room;
mod values;
mod wild;

use std::collections::HashMap;
use std::sync::Arc;

use super::selection::Candidate;
use crate::json::write::{write_key, write_string};
use crate::limits::{SAMPLE_DEPTH, SAMPLE_ELEMENTS};
use crate::plan::{
    ATTACHMENTS, ArrayPlan, ElementIx, ElementPlan, HEADERS, MessagePlan, Plan, Shape, SimplePlan, TypeIx,
};
use min_depth::{ENDLESS, MinDepth};
use random::Random;
use room::Room;

pub use identity::{Identified, identified};
pub use room::TooLarge;

/// How much a sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Whatever may be there is there; of a choice the first branch.
    Full,
    /// What must be there.
    Minimal,
    /// Whatever the seed says.
    Random,
}

/// The JSON of a sample of `candidate`. The same seed gives the same sample.
///
/// Errors: a message that cannot be small, such as one with an element that must occur a million times.
pub fn sample(plan: &Plan, candidate: &Candidate<'_>, style: Style, seed: u64) -> Result<Vec<u8>, TooLarge> {
    Samples::new(plan, SAMPLE_ELEMENTS).make(candidate, style, seed)
}

/// Makes samples of the messages of a plan.
pub(super) struct Samples<'p> {
    plan: &'p Plan,
    min_depth: Arc<MinDepth>,
    /// Elements of a sample that may be made for no need.
    budget: usize,
}

impl<'p> Samples<'p> {
    /// Those of the messages of `plan`, with at most `budget` elements that are not needed.
    pub(super) fn new(plan: &'p Plan, budget: usize) -> Self {
        Self { plan, min_depth: Arc::new(MinDepth::of(plan)), budget }
    }

    /// The JSON of a sample of `candidate`. The same seed gives the same sample.
    ///
    /// Errors: as for [`sample`].
    pub(super) fn make(
        &self,
        candidate: &Candidate<'_>,
        style: Style,
        seed: u64,
    ) -> Result<Vec<u8>, TooLarge> {
        made(Sampler::new(self, style, seed), candidate)
    }
}

fn made(mut sampler: Sampler<'_>, candidate: &Candidate<'_>) -> Result<Vec<u8>, TooLarge> {
    let style = sampler.style;
    let mut out = match candidate.message.root {
        Some(root) => sampler.body(root, candidate.message),
        None => b"{}".to_vec(),
    };
    if let Some(headers) = candidate.message.headers.filter(|_| style != Style::Minimal) {
        let headers = sampler.root(headers);
        put_beside(&mut out, HEADERS, &headers);
    }
    if let Some(attachments) = candidate.message.attachments {
        let attachments = sampler.root(attachments);
        put_beside(&mut out, ATTACHMENTS, &attachments);
    }
    sampler.room.left().map(|()| out)
}

/// A body that is not an object is `$value` beside the member `key`, which is `member`.
fn put_beside(out: &mut Vec<u8>, key: &str, member: &[u8]) {
    if member == b"{}" {
        return;
    }
    let mut with = b"{".to_vec();
    write_key(&mut with, key);
    with.extend_from_slice(member);
    match out.split_first() {
        Some((b'{', b"}")) => with.push(b'}'),
        Some((b'{', rest)) => {
            with.push(b',');
            with.extend_from_slice(rest);
        }
        _ => {
            with.push(b',');
            write_key(&mut with, "$value");
            with.extend_from_slice(out);
            with.push(b'}');
        }
    }
    *out = with;
}

struct Sampler<'p> {
    plan: &'p Plan,
    style: Style,
    random: Random,
    min_depth: Arc<MinDepth>,
    /// How often each type is being made.
    open: HashMap<TypeIx, u32>,
    depth: usize,
    /// Elements that may still be made for no need.
    budget: usize,
    /// What there is room for in all.
    room: Room,
    /// The media type of the octets of the element that is made.
    media: Option<&'p str>,
    /// Identifiers given so far.
    ids: u32,
}

impl<'p> Sampler<'p> {
    fn new(of: &Samples<'p>, style: Style, seed: u64) -> Self {
        Self {
            plan: of.plan,
            style,
            random: Random::new(seed),
            min_depth: of.min_depth.clone(),
            open: HashMap::new(),
            depth: 0,
            budget: of.budget,
            room: Room::default(),
            media: None,
            ids: 0,
        }
    }

    fn body(&mut self, root: ElementIx, message: &MessagePlan) -> Vec<u8> {
        let Shape::Complex(complex) = &self.plan.type_plan(self.plan.element(root).type_ix).shape else {
            return self.root(root);
        };
        match complex.root() {
            _ if message.bare && complex.any_type => b"{}".to_vec(),
            Some(node) if message.encoding.is_some() => self.parts(complex, node),
            _ => self.root(root),
        }
    }

    fn root(&mut self, ix: ElementIx) -> Vec<u8> {
        let element = self.plan.element(ix);
        let endless = self.min_depth.of_type(element.type_ix) == ENDLESS;
        if endless { self.endless(element) } else { self.value(element) }
    }

    /// An element that has no finite value, and may be null at most.
    fn endless(&mut self, element: &ElementPlan) -> Vec<u8> {
        if !element.nillable {
            self.room.endless();
        }
        b"null".to_vec()
    }

    /// The value of an element.
    fn element(&mut self, ix: ElementIx) -> Vec<u8> {
        let element = self.plan.element(ix);
        self.budget = self.budget.saturating_sub(1);
        self.room.take();
        if self.min_depth.of_type(element.type_ix) == ENDLESS {
            return self.endless(element);
        }
        let endless = self.depth > SAMPLE_DEPTH;
        let whim = self.style == Style::Random && self.random.one_in(8);
        if element.nillable && (endless || whim) && !self.needs_attributes(element.type_ix) {
            return b"null".to_vec();
        }
        self.value(element)
    }

    /// Whether a null of the type would lack an attribute.
    fn needs_attributes(&self, ix: TypeIx) -> bool {
        match &self.plan.type_plan(ix).shape {
            Shape::Complex(complex) => complex.attributes.iter().any(|attribute| attribute.required),
            _ => false,
        }
    }

    fn value(&mut self, element: &'p ElementPlan) -> Vec<u8> {
        if !self.room.nests(self.depth) {
            return b"null".to_vec();
        }
        let type_ix = self.concrete(element.type_ix);
        let named = (type_ix != element.type_ix).then_some(type_ix);
        self.media = element.media.as_ref().and_then(|media| media.first());
        self.depth += 1;
        *self.open.entry(type_ix).or_default() += 1;
        let value = match &self.plan.type_plan(type_ix).shape {
            Shape::Complex(complex) => self.object(complex, named),
            Shape::Simple(simple) => self.beside(named, |sampler| sampler.simple(element, simple)),
            Shape::Array(array) => self.beside(named, |sampler| sampler.array(array)),
            Shape::Unwrap(inner) => self.element(*inner),
        };
        *self.open.entry(type_ix).or_default() -= 1;
        self.depth -= 1;
        value
    }

    /// The type itself, or the derived type that an abstract one needs, the one that ends soonest.
    fn concrete(&mut self, declared: TypeIx) -> TypeIx {
        let plan = self.plan.type_plan(declared);
        if !plan.is_abstract {
            return declared;
        }
        let concrete = plan.derived.iter().filter(|ix| !self.plan.type_plan(**ix).is_abstract);
        // Without a derived type there is no value, which whoever asks has seen.
        concrete.copied().min_by_key(|ix| self.min_depth.of_type(*ix)).unwrap_or(declared)
    }

    /// A value that is not an object, with its type beside it if that is not the declared one.
    fn beside(&mut self, named: Option<TypeIx>, make: impl FnOnce(&mut Self) -> Vec<u8>) -> Vec<u8> {
        let value = make(self);
        let Some(ix) = named else { return value };
        let mut out = b"{".to_vec();
        write_key(&mut out, "@type");
        write_string(&mut out, &self.plan.type_plan(ix).key);
        out.push(b',');
        write_key(&mut out, "$value");
        out.extend_from_slice(&value);
        out.push(b'}');
        out
    }

    fn simple(&mut self, element: &ElementPlan, simple: &'p SimplePlan) -> Vec<u8> {
        let text = match &element.fixed {
            Some(fixed) => fixed.to_string(),
            None => self.text(&simple.simple),
        };
        // An empty element with a default means the default.
        let text = if text.is_empty() { element.default.as_deref().unwrap_or("").to_owned() } else { text };
        json(simple, &text)
    }

    /// An array of several dimensions has a row of each, for its sizes are those of the rows.
    fn array(&mut self, array: &'p ArrayPlan) -> Vec<u8> {
        let wanted = self.wanted(self.plan.element(array.item).type_ix);
        let count = match (wanted, array.rank) {
            (true, _) => 2,
            (false, 1) => 0,
            (false, _) => 1,
        };
        self.row(array.item, array.rank, count)
    }

    fn row(&mut self, item: ElementIx, rank: u32, count: usize) -> Vec<u8> {
        // Rows of rows grow with the power of the rank.
        let count = if self.room.left().is_ok() { count } else { 0 };
        let items =
            (0..count).map(|_| if rank > 1 { self.row(item, rank - 1, count) } else { self.element(item) });
        let items: Vec<_> = items.collect();
        list(&items)
    }

    /// Whether something that is not needed, of the type `ix`, is made.
    fn wanted(&mut self, ix: TypeIx) -> bool {
        let recursive = self.open.get(&ix).is_some_and(|open| *open > 0);
        let possible = self.budget > 0
            && self.depth < SAMPLE_DEPTH
            && !recursive
            && self.min_depth.of_type(ix) != ENDLESS;
        possible && self.whim()
    }

    fn whim(&mut self) -> bool {
        match self.style {
            Style::Full => true,
            Style::Minimal => false,
            Style::Random => self.random.one_in(2),
        }
    }
}

/// The JSON form of the lexical value `text`.
fn json(simple: &SimplePlan, text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    if crate::codec::write_simple(&mut out, simple, text).is_err() {
        out.clear();
        write_string(&mut out, text);
    }
    out
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"[".to_vec();
    out.extend_from_slice(&items.join(&b','));
    out.push(b']');
    out
}
