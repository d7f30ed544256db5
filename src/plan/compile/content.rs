//! Content models: a tree of particles becomes slots and nodes.
//!
//! Groups that occur once vanish into the object around them; a group that repeats becomes an array `$items` of
//! objects, one per turn, so that the order of what it repeats is kept. Elements of the same name share a slot.

use std::collections::HashMap;

use super::super::program::{
    Allowed, AttributePlan, ComplexPlan, ElementIx, KeyIndex, Node, NodeIx, NodeKind, Role, Scope, ScopeIx,
    SimplePlan, Slot, SlotIx, WildcardPlan,
};
use super::compiler::Compiler;
use super::simple;
use crate::json::write::write_key;
use crate::xml::{NsId, QName, ns};
use crate::xsd::{
    AttributeUse, ComplexType, Compositor, Content, DeclId, NamespaceConstraint, Particle, ProcessContents,
    Term, Wildcard,
};

/// The plan of a complex type.
pub(in crate::plan) fn plan(compiler: &mut Compiler<'_>, complex: &ComplexType) -> ComplexPlan {
    let mut builder = Builder::default();
    builder.scopes.push(Draft::default());
    let attributes =
        complex.attributes.iter().map(|attribute| builder.attribute(compiler, attribute)).collect();
    let text = builder.content(compiler, &complex.content);
    let any_attribute = complex.any_attribute.as_ref().map(|wildcard| allowed(compiler, wildcard));
    ComplexPlan { any_attribute, ..builder.finish(attributes, text) }
}

/// The plan of an element with the children `parts`, each exactly once, or at most once.
pub(in crate::plan) fn wrapper(
    compiler: &Compiler<'_>,
    parts: &[ElementIx],
    compositor: Compositor,
    min: u32,
) -> ComplexPlan {
    let mut builder = Builder::default();
    builder.scopes.push(Draft::default());
    let children = parts.iter().map(|part| Model { min, max: 1, term: ModelTerm::Element(*part) }).collect();
    let model = Model { min: 1, max: 1, term: ModelTerm::Group(compositor, children) };
    if !parts.is_empty() {
        builder.place(compiler, &model, None, ScopeIx(0));
    }
    builder.finish(Vec::new(), None)
}

/// A particle without what does not matter: empty groups, groups of one, groups in groups of their kind.
struct Model {
    min: u32,
    max: u32,
    term: ModelTerm,
}

enum ModelTerm {
    Any(WildcardPlan),
    Element(ElementIx),
    Group(Compositor, Vec<Model>),
}

fn simplify(compiler: &mut Compiler<'_>, particle: &Particle) -> Option<Model> {
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
fn allowed(compiler: &mut Compiler<'_>, wildcard: &Wildcard) -> WildcardPlan {
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
    let contract = compiler.contract;
    compiler.nodes += contract.schema.substitutes(id).len();
    if compiler.is_too_large() {
        return None;
    }
    let substitutes = contract.schema.substitutes(id).iter().copied();
    let members = std::iter::once(id).chain(substitutes);
    let concrete = members.filter(|member| !contract.schema.declaration(*member).is_abstract);
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

/// A scope while it is built.
#[derive(Default)]
struct Draft {
    slots: Vec<Slot>,
    elements: HashMap<(NsId, Box<str>), SlotIx>,
    scattered: bool,
}

#[derive(Default)]
struct Builder {
    scopes: Vec<Draft>,
    nodes: Vec<Node>,
    wildcards: Vec<WildcardPlan>,
    mixed: bool,
}

impl Builder {
    /// Places what is between the tags; gives the text of simple content.
    fn content(&mut self, compiler: &mut Compiler<'_>, content: &Content) -> Option<SimplePlan> {
        match content {
            Content::Empty => None,
            Content::Simple(simple) => {
                self.slot(ScopeIx(0), "$value", Role::Text);
                Some(simple::plan(simple, compiler.rules.numbers))
            }
            Content::Elements(particle) => {
                self.particle(compiler, particle, ScopeIx(0));
                None
            }
            Content::Mixed(particle) => {
                self.mixed = true;
                self.slot(ScopeIx(0), "$content", Role::Content);
                // The keys of the children are those of the items, not of the object.
                self.scopes.push(Draft::default());
                if let Some(particle) = particle {
                    self.particle(compiler, particle, ScopeIx(1));
                }
                None
            }
        }
    }

    fn particle(&mut self, compiler: &mut Compiler<'_>, particle: &Particle, scope: ScopeIx) {
        if let Some(model) = simplify(compiler, particle) {
            for wildcard in wildcards(&model) {
                compiler.meet_globals(wildcard);
            }
            self.place(compiler, &model, None, scope);
        }
    }

    fn attribute(&mut self, compiler: &mut Compiler<'_>, attribute: &AttributeUse) -> AttributePlan {
        let at = self.scopes.first().map_or(0, |scope| scope.slots.len()) as u32;
        let ns = compiler.intern(&attribute.name.namespace);
        let tag = compiler.tag(ns, &attribute.name.local);
        let slot = self.slot(ScopeIx(0), &format!("@{}", attribute.name.local), Role::Attribute(at));
        AttributePlan {
            ns,
            local: Box::from(&*attribute.name.local),
            open: format!(" {tag}=\"").into(),
            simple: simple::plan(&attribute.simple, compiler.rules.numbers),
            required: attribute.required,
            fixed: attribute.fixed.clone(),
            slot,
        }
    }

    /// Places `model` and what is below it; gives its node.
    fn place(
        &mut self,
        compiler: &Compiler<'_>,
        model: &Model,
        parent: Option<NodeIx>,
        scope: ScopeIx,
    ) -> NodeIx {
        let ix = NodeIx(self.nodes.len() as u32);
        let node = |kind, slot| Node {
            kind,
            min: model.min,
            max: model.max,
            emptiable: model.min == 0,
            parent,
            next: None,
            scope,
            slot,
            reserve: 0,
        };
        match &model.term {
            ModelTerm::Element(element) => {
                let slot = self.element_slot(compiler, *element, scope);
                self.nodes.push(node(NodeKind::Element(*element), slot));
            }
            ModelTerm::Any(wildcard) => {
                let slot = self.slot(scope, "$any", Role::Any);
                self.set_list(scope, slot);
                self.wildcards.push(wildcard.clone());
                self.nodes.push(node(NodeKind::Any(self.wildcards.len() as u32 - 1), slot));
            }
            ModelTerm::Group(compositor, children) => {
                let turns = (model.max > 1 && !self.mixed).then(|| self.turns(scope));
                let (inner, slot) = turns.unwrap_or((scope, SlotIx(u32::MAX)));
                self.nodes.push(node(kind_of(*compositor, None), slot));
                self.place_children(compiler, ix, *compositor, children, inner);
            }
        }
        ix
    }

    fn place_children(
        &mut self,
        compiler: &Compiler<'_>,
        ix: NodeIx,
        compositor: Compositor,
        children: &[Model],
        scope: ScopeIx,
    ) {
        let placed: Vec<_> =
            children.iter().map(|child| self.place(compiler, child, Some(ix), scope)).collect();
        for pair in placed.windows(2) {
            if let [before, after] = pair
                && let Some(node) = self.nodes.get_mut(before.index())
            {
                node.next = Some(*after);
            }
        }
        let emptiable = |ix: &NodeIx| self.nodes.get(ix.index()).is_some_and(|node| node.emptiable);
        let empty = match compositor {
            Compositor::Choice => placed.iter().any(emptiable),
            Compositor::All | Compositor::Sequence => placed.iter().all(emptiable),
        };
        if let Some(node) = self.nodes.get_mut(ix.index()) {
            node.kind = kind_of(compositor, placed.first().copied());
            node.emptiable |= empty;
        }
    }

    /// The scope and the slot for the turns of a repeated group.
    fn turns(&mut self, scope: ScopeIx) -> (ScopeIx, SlotIx) {
        let inner = ScopeIx(self.scopes.len() as u32);
        self.scopes.push(Draft::default());
        let slot = self.slot(scope, "$items", Role::Group(inner));
        self.set_list(scope, slot);
        (inner, slot)
    }

    fn set_list(&mut self, scope: ScopeIx, slot: SlotIx) {
        let list = !self.mixed;
        if let Some(slot) = self.draft(scope).slots.get_mut(slot.index()) {
            slot.list = list;
        }
    }

    #[expect(clippy::indexing_slicing, reason = "a ScopeIx is made when its scope is pushed")]
    fn draft(&mut self, scope: ScopeIx) -> &mut Draft {
        &mut self.scopes[scope.index()]
    }

    fn element_slot(&mut self, compiler: &Compiler<'_>, element: ElementIx, scope: ScopeIx) -> SlotIx {
        let Some(element) = compiler.elements.get(element.index()) else { return SlotIx(u32::MAX) };
        let name = (element.ns, element.local.clone());
        if let Some(slot) = self.draft(scope).elements.get(&name).copied() {
            self.draft(scope).scattered = true;
            return slot;
        }
        let key = self.element_key(element.open.trim_start_matches('<'), &element.local, scope);
        let slot = self.slot(scope, &key, Role::Element);
        self.draft(scope).elements.insert(name, slot);
        slot
    }

    /// The local name; for the second one of that name the prefix before it.
    fn element_key(&mut self, tag: &str, local: &str, scope: ScopeIx) -> String {
        let taken = self.draft(scope).slots.iter().any(|slot| *slot.key == *local);
        if !taken {
            return local.to_owned();
        }
        let prefix = tag.split_once(':').map_or("none", |(prefix, _)| prefix);
        format!("{prefix}_{local}")
    }

    fn slot(&mut self, scope: ScopeIx, wanted: &str, role: Role) -> SlotIx {
        let draft = self.draft(scope);
        let numbered = (2..).map(|n| format!("{wanted}{n}"));
        let mut keys = std::iter::once(wanted.to_owned()).chain(numbered);
        let key = keys.find(|key| draft.slots.iter().all(|slot| *slot.key != **key)).unwrap_or_default();
        draft.slots.push(new_slot(&key, role));
        SlotIx(draft.slots.len() as u32 - 1)
    }

    fn finish(mut self, attributes: Vec<AttributePlan>, text: Option<SimplePlan>) -> ComplexPlan {
        if !self.nodes.is_empty() && !self.mixed {
            self.mark_lists();
            self.reserve();
        }
        let scopes = self.scopes.into_iter().map(|draft| {
            let keys = KeyIndex::new(draft.slots.iter().map(|slot| &*slot.key));
            Scope { slots: draft.slots, keys, scattered: draft.scattered }
        });
        ComplexPlan {
            scopes: scopes.collect(),
            nodes: self.nodes,
            attributes,
            text,
            mixed: self.mixed,
            any_type: false,
            wildcards: self.wildcards,
            any_attribute: None,
            flat: false,
            extra: None,
            bundles: Vec::new(),
        }
    }

    /// A slot whose elements may occur more than once is a list.
    fn mark_lists(&mut self) {
        for ((scope, slot), count) in self.occurrences(NodeIx(0)) {
            let Some(draft) = self.scopes.get_mut(scope.index()) else { continue };
            if let Some(slot) = draft.slots.get_mut(slot.index()) {
                slot.list |= count > 1;
            }
        }
    }

    /// How often each slot may be filled below `ix`: branches of a choice exclude each other.
    fn occurrences(&self, ix: NodeIx) -> HashMap<(ScopeIx, SlotIx), u32> {
        let mut most = HashMap::new();
        let Some(node) = self.nodes.get(ix.index()) else { return most };
        if let NodeKind::Element(_) = node.kind {
            most.insert((node.scope, node.slot), node.max);
        }
        let choice = matches!(node.kind, NodeKind::Choice(_));
        for child in self.children(node.kind) {
            for (slot, count) in self.occurrences(child) {
                let known: &mut u32 = most.entry(slot).or_default();
                *known = if choice { (*known).max(count) } else { known.saturating_add(count) };
            }
        }
        most
    }

    fn children(&self, kind: NodeKind) -> impl Iterator<Item = NodeIx> + '_ {
        std::iter::successors(kind.first(), |child| self.nodes.get(child.index())?.next)
    }

    /// Later elements of a shared slot keep their part of its list.
    fn reserve(&mut self) {
        let mut needed: HashMap<(ScopeIx, SlotIx), u32> = HashMap::new();
        for at in (0..self.nodes.len()).rev() {
            let in_choice = self.in_choice(at);
            let Some(node) = self.nodes.get_mut(at) else { continue };
            if !matches!(node.kind, NodeKind::Element(_)) {
                continue;
            }
            let needed = needed.entry((node.scope, node.slot)).or_default();
            node.reserve = *needed;
            *needed += if in_choice { 0 } else { node.min };
        }
    }

    fn in_choice(&self, at: usize) -> bool {
        let parent = |node: &Node| self.nodes.get(node.parent?.index());
        let ancestors = std::iter::successors(self.nodes.get(at).and_then(parent), |node| parent(node));
        ancestors.into_iter().any(|node| matches!(node.kind, NodeKind::Choice(_)) || node.min == 0)
    }
}

/// A slot with the key `key`.
pub(in crate::plan) fn new_slot(key: &str, role: Role) -> Slot {
    Slot {
        key: key.into(),
        json: json_key(key),
        role,
        list: false,
        always: false,
        blank_absent: false,
        hidden: false,
        fill: None,
        bundle: None,
    }
}

/// `"key":`, escaped.
pub(in crate::plan) fn json_key(key: &str) -> Box<str> {
    let mut json = Vec::new();
    write_key(&mut json, key);
    String::from_utf8_lossy(&json).into()
}

/// The wildcards within `model`.
fn wildcards(model: &Model) -> Vec<&WildcardPlan> {
    match &model.term {
        ModelTerm::Any(wildcard) => vec![wildcard],
        ModelTerm::Element(_) => Vec::new(),
        ModelTerm::Group(_, children) => children.iter().flat_map(wildcards).collect(),
    }
}

fn kind_of(compositor: Compositor, first: Option<NodeIx>) -> NodeKind {
    match compositor {
        Compositor::All => NodeKind::All(first),
        Compositor::Choice => NodeKind::Choice(first),
        Compositor::Sequence => NodeKind::Sequence(first),
    }
}

/// The name of a part's element: unqualified, WSDL 1.1 section 3.5.
pub(in crate::plan) fn unqualified(local: &str) -> QName {
    QName::new(ns::NONE_URI, local)
}
