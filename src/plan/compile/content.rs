//! Content models: a tree of particles becomes slots and nodes.
//!
//! Groups that occur once vanish into the object around them; a group that repeats becomes an array `$items` of
//! objects, one per turn, so that the order of what it repeats is kept. Elements of the same name share a slot.

use std::collections::{HashMap, HashSet};

use super::super::index::{ElementIx, NodeIx, ScopeIx, SlotIx};
use super::super::program::{
    AttributePlan, ComplexPlan, ElementPlan, KeyIndex, Node, NodeKind, Role, Scope, SimplePlan, Slot, Steps,
    WildcardPlan,
};
use super::arena::Arena;
use super::compiler::Compiler;
use super::model::{Model, ModelTerm, allowed, simplify};
use super::simple;
use crate::xml::NsId;
use crate::xsd::{AttributeUse, ComplexType, Compositor, Content, Particle};

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
    arena: &Arena,
    parts: &[ElementIx],
    compositor: Compositor,
    min: u32,
) -> ComplexPlan {
    let mut builder = Builder::default();
    builder.scopes.push(Draft::default());
    let children = parts.iter().map(|part| Model { min, max: 1, term: ModelTerm::Element(*part) }).collect();
    let model = Model { min: 1, max: 1, term: ModelTerm::Group(compositor, children) };
    if !parts.is_empty() {
        builder.place(arena, &model, Spot::ROOT);
    }
    builder.finish(Vec::new(), None)
}

/// The plan of the wrapper of an rpc message with these accessors, of which each is there at least `min` times.
///
/// They stand in the order of the parts (SOAP 1.1 section 7.1, WS-I Basic Profile 1.1 R2301); those of peers that keep none are
/// told apart by their names.
pub(in crate::plan) fn accessors(arena: &Arena, parts: &[ElementIx], min: u32) -> ComplexPlan {
    let mut plan = wrapper(arena, parts, Compositor::All, min);
    if let Some(root) = plan.nodes.first_mut() {
        root.kind = NodeKind::Accessors(root.kind.first());
    }
    plan
}

/// Where a node goes.
#[derive(Clone, Copy)]
struct Spot {
    /// The group that it is in.
    parent: Option<NodeIx>,
    scope: ScopeIx,
}

impl Spot {
    /// The root of a content model.
    const ROOT: Self = Self { parent: None, scope: ScopeIx::FIRST };
}

/// The slot of a group that is not repeated.
const NO_SLOT: SlotIx = SlotIx(u32::MAX);

/// A scope while it is built.
#[derive(Default)]
struct Draft {
    slots: Vec<Slot>,
    /// The keys of the slots.
    keys: HashSet<Box<str>>,
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
                Some(simple::plan(simple, compiler.options.numbers))
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
            for wildcard in model.wildcards() {
                compiler.meet_globals(wildcard);
            }
            self.place(&compiler.arena, &model, Spot { parent: None, scope });
        }
    }

    fn attribute(&mut self, compiler: &mut Compiler<'_>, attribute: &AttributeUse) -> AttributePlan {
        let at = self.scopes.first().map_or(0, |scope| scope.slots.len()) as u32;
        let ns = compiler.intern(&attribute.name.namespace);
        let tag = compiler.prefixes.tag(ns, &attribute.name.local);
        let slot = self.slot(ScopeIx(0), &format!("@{}", attribute.name.local), Role::Attribute(at));
        AttributePlan {
            ns,
            local: Box::from(&*attribute.name.local),
            open: format!(" {tag}=\"").into(),
            simple: simple::plan(&attribute.simple, compiler.options.numbers),
            required: attribute.required,
            fixed: attribute.fixed.clone(),
            slot,
        }
    }

    /// Places `model` and what is below it; gives its node.
    fn place(&mut self, arena: &Arena, model: &Model, at: Spot) -> NodeIx {
        let Spot { parent, scope } = at;
        let ix = NodeIx::at(self.nodes.len());
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
                let slot = self.element_slot(arena.element(*element), scope);
                self.nodes.push(node(NodeKind::Element(*element), slot));
            }
            ModelTerm::Any(wildcard) => {
                let slot = self.slot(scope, "$any", Role::Any);
                self.set_list(scope, slot);
                self.wildcards.push(wildcard.clone());
                self.nodes.push(node(NodeKind::Any(self.wildcards.len() as u32 - 1), slot));
            }
            ModelTerm::Group(compositor, children) => {
                let repeats = model.max > 1 && !self.mixed;
                let (inner, slot) = if repeats { self.turns(scope) } else { (scope, NO_SLOT) };
                self.nodes.push(node(kind_of(*compositor, None), slot));
                let at = Spot { parent: Some(ix), scope: inner };
                let placed: Vec<_> = children.iter().map(|child| self.place(arena, child, at)).collect();
                self.join(ix, *compositor, &placed);
            }
        }
        ix
    }

    /// Makes the nodes `placed` the children of the group `ix`.
    fn join(&mut self, ix: NodeIx, compositor: Compositor, placed: &[NodeIx]) {
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
        let inner = ScopeIx::at(self.scopes.len());
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

    fn element_slot(&mut self, element: &ElementPlan, scope: ScopeIx) -> SlotIx {
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
        if !self.draft(scope).keys.contains(local) {
            return local.to_owned();
        }
        let prefix = tag.split_once(':').map_or("none", |(prefix, _)| prefix);
        format!("{prefix}_{local}")
    }

    fn slot(&mut self, scope: ScopeIx, wanted: &str, role: Role) -> SlotIx {
        let draft = self.draft(scope);
        let numbered = (2..).map(|n| format!("{wanted}{n}"));
        let mut keys = std::iter::once(wanted.to_owned()).chain(numbered);
        let key = keys.find(|key| draft.keys.insert(key.as_str().into()));
        let key = key.expect("of infinitely many keys one is free");
        draft.slots.push(Slot::new(&key, role));
        SlotIx::at(draft.slots.len() - 1)
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
            attachment: None,
            writing: None,
            steps: Steps::default(),
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

fn kind_of(compositor: Compositor, first: Option<NodeIx>) -> NodeKind {
    match compositor {
        Compositor::All => NodeKind::All(first),
        Compositor::Choice => NodeKind::Choice(first),
        Compositor::Sequence => NodeKind::Sequence(first),
    }
}
