//! Complex types: the keys of a JSON object, and the content model that orders its elements.

use std::sync::Arc;

use super::super::index::{ElementIx, NodeIx, ScopeIx, SlotIx};
use super::keys::KeyIndex;
use super::simple::SimplePlan;
use super::steps::Steps;
use super::wild::WildcardPlan;
use super::writing::Writing;
use crate::json::write::write_key;
use crate::xml::NsId;

/// A complex type.
#[derive(Clone, Debug, Default)]
pub struct ComplexPlan {
    /// The JSON objects of the type: its own first, then one per repeated group.
    pub scopes: Vec<Scope>,
    /// The content model, the root first; empty for a type without children.
    pub nodes: Vec<Node>,
    /// The attributes.
    pub attributes: Vec<AttributePlan>,
    /// The text of a type with simple content.
    pub text: Option<SimplePlan>,
    /// Whether text may stand between the children, so that the JSON is one list of both.
    pub mixed: bool,
    /// Whether it is the ur-type, whose values without attributes and children are strings.
    pub any_type: bool,
    /// The wildcards that nodes refer to.
    pub wildcards: Vec<WildcardPlan>,
    /// Which other attributes are allowed.
    pub any_attribute: Option<WildcardPlan>,
    /// Whether the JSON is the array of the only slot, without an object around it.
    pub flat: bool,
    /// The slot whose elements hold members that the contract does not know: a name and a JSON text each.
    pub extra: Option<SlotIx>,
    /// Sub-objects that only JSON has.
    pub bundles: Vec<Bundle>,
    /// What goes beside the message: the media types that the octets may have, such as `image/png` or `image/*`, none for any. Its JSON is
    /// `{"type", "content"}` in the first two slots; in XML there is a reference, or nothing.
    pub attachment: Option<Box<[Box<str>]>>,
    /// How the children are written, where that goes in steps.
    pub writing: Option<Writing>,
    /// The quick way through the content model.
    pub steps: Steps,
}

/// A sub-object that only JSON has, of members of the first scope.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Its key.
    pub key: Box<str>,
    /// `"key":`, escaped.
    pub json: Box<str>,
    /// Finds a slot of the first scope by its key.
    pub keys: KeyIndex,
}

/// An attribute.
#[derive(Clone, Debug)]
pub struct AttributePlan {
    /// Its namespace.
    pub ns: NsId,
    /// Its local name.
    pub local: Box<str>,
    /// ` p:local="`.
    pub open: Box<str>,
    /// What it holds.
    pub simple: SimplePlan,
    /// Whether it must be there.
    pub required: bool,
    /// The only value.
    pub fixed: Option<Arc<str>>,
    /// Its slot in the first scope.
    pub slot: SlotIx,
}

/// A JSON object: the whole of a type, or one turn of a repeated group.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Its keys, in schema order.
    pub slots: Vec<Slot>,
    /// Finds a slot by its key.
    pub keys: KeyIndex,
    /// Whether elements of one list may stand apart in the document.
    pub scattered: bool,
}

/// A key of a JSON object.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The key.
    pub key: Box<str>,
    /// `"key":`, escaped.
    pub json: Box<str>,
    /// What it stands for.
    pub role: Role,
    /// Whether its value is an array.
    pub list: bool,
    /// Whether an absent list is written as `[]`.
    pub always: bool,
    /// Whether an empty value counts as absent.
    pub blank_absent: bool,
    /// Whether it does not show in JSON.
    pub hidden: bool,
    /// The escaped text that it has when JSON says nothing.
    pub fill: Option<Box<str>>,
    /// The credential that it has in place of that text in a message for a backend.
    pub credential: Option<Credential>,
    /// The bundle that it is in.
    pub bundle: Option<u32>,
}

/// A credential of whoever calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The password; also a token, which stands alone.
    Password,
    /// The user name.
    Username,
}

impl Scope {
    /// Makes the index over its keys: hidden slots and those of bundles cannot be found.
    pub(crate) fn index(&mut self) {
        let open = |slot: &&Slot| !slot.hidden && slot.bundle.is_none();
        let slots = self.slots.iter().zip(0..).filter(|(slot, _)| open(slot));
        self.keys = KeyIndex::of(slots.map(|(slot, at)| (&*slot.key, SlotIx(at))));
    }
}

impl Slot {
    /// A slot with the key `key`.
    pub(in crate::plan) fn new(key: &str, role: Role) -> Self {
        Self {
            key: key.into(),
            json: json_key(key),
            role,
            list: false,
            always: false,
            blank_absent: false,
            hidden: false,
            fill: None,
            credential: None,
            bundle: None,
        }
    }

    /// Gives it the key `key`.
    pub(in crate::plan) fn rename(&mut self, key: &str) {
        self.json = json_key(key);
        self.key = key.into();
    }

    /// The bundle that it is in.
    pub fn bundle<'c>(&self, complex: &'c ComplexPlan) -> Option<&'c Bundle> {
        complex.bundles.get(self.bundle? as usize)
    }
}

/// `"key":`, escaped.
pub(in crate::plan) fn json_key(key: &str) -> Box<str> {
    let mut json = Vec::new();
    write_key(&mut json, key);
    String::from_utf8(json).expect("a key that is escaped stays UTF-8").into()
}

/// What a slot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `$any`: what a wildcard allows.
    Any,
    /// An attribute.
    Attribute(u32),
    /// A sub-object that only JSON has.
    Bundle(u32),
    /// `$content`: the text and the children of a mixed type.
    Content,
    /// One or more elements of the content model.
    Element,
    /// The turns of a repeated group.
    Group(ScopeIx),
    /// A value that belongs elsewhere, such as a credential: not encoded.
    Hidden,
    /// `$value`: the text.
    Text,
}

/// A node of a content model (XML Schema Part 1, section 3.8).
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// At least so often.
    pub min: u32,
    /// At most so often; `u32::MAX` for `unbounded`.
    pub max: u32,
    /// Whether nothing satisfies it.
    pub emptiable: bool,
    /// The group that it is in.
    pub parent: Option<NodeIx>,
    /// The next node of that group.
    pub next: Option<NodeIx>,
    /// The scope that its values, or for a repeated group its turns, are written into.
    pub scope: ScopeIx,
    /// Its slot in that scope: elements and repeated groups have one.
    pub slot: SlotIx,
    /// How many values of its slot nodes after it need.
    pub reserve: u32,
}

/// What a [`Node`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// The parts of an rpc message: read in any order, written in that of the contract.
    Accessors(Option<NodeIx>),
    /// `xs:all`: the children in any order.
    All(Option<NodeIx>),
    /// `xs:any`: what this wildcard of the type allows.
    Any(u32),
    /// `xs:choice`: one of the children.
    Choice(Option<NodeIx>),
    /// An element.
    Element(ElementIx),
    /// `xs:sequence`: the children in order.
    Sequence(Option<NodeIx>),
}

impl NodeKind {
    /// The first child of a group.
    pub fn first(self) -> Option<NodeIx> {
        match self {
            Self::Accessors(first) | Self::All(first) | Self::Choice(first) | Self::Sequence(first) => first,
            Self::Any(_) | Self::Element(_) => None,
        }
    }
}

impl ComplexPlan {
    /// The node `ix`, which must be of this type.
    #[expect(clippy::indexing_slicing, reason = "a NodeIx is made by the type that holds the node")]
    #[inline]
    pub fn node(&self, ix: NodeIx) -> &Node {
        &self.nodes[ix.index()]
    }

    /// The scope `ix`, which must be of this type.
    #[expect(clippy::indexing_slicing, reason = "a ScopeIx is made by the type that holds the scope")]
    #[inline]
    pub fn scope(&self, ix: ScopeIx) -> &Scope {
        &self.scopes[ix.index()]
    }

    /// Shows the elements for unknown members as the contract has them.
    pub(crate) fn show_extra(&mut self) {
        let Some(extra) = self.extra.take() else { return };
        let Some(scope) = self.scopes.first_mut() else { return };
        if let Some(slot) = scope.slots.get_mut(extra.index()) {
            slot.hidden = false;
        }
        scope.index();
    }

    /// The content model.
    #[inline]
    pub fn root(&self) -> Option<NodeIx> {
        (!self.nodes.is_empty()).then_some(NodeIx(0))
    }

    /// The elements that the content model has.
    pub fn elements(&self) -> impl Iterator<Item = ElementIx> + '_ {
        self.nodes.iter().filter_map(|node| match node.kind {
            NodeKind::Element(element) => Some(element),
            _ => None,
        })
    }

    /// Whether an attribute has the key `@type`, so that `xsi:type` is `@xsi_type`.
    pub fn has_type_attribute(&self) -> bool {
        self.scopes.first().is_some_and(|scope| scope.keys.find("@type").is_some())
    }

    /// The wildcard of an `xs:any` node.
    pub fn wildcard(&self, node: &Node) -> Option<&WildcardPlan> {
        match node.kind {
            NodeKind::Any(at) => self.wildcards.get(at as usize),
            _ => None,
        }
    }

    /// The children of a group, in document order.
    pub fn children(&self, group: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        std::iter::successors(self.node(group).kind.first(), |child| self.node(*child).next)
    }

    /// The slot of `node`.
    #[expect(clippy::indexing_slicing, reason = "a node's slot is of its scope")]
    #[inline]
    pub fn slot(&self, node: &Node) -> &Slot {
        &self.scope(node.scope).slots[node.slot.index()]
    }

    /// The key of `node`'s slot.
    #[inline]
    pub fn slot_key(&self, node: &Node) -> Option<&str> {
        self.scope(node.scope).slots.get(node.slot.index()).map(|slot| &*slot.key)
    }

    /// The scope of the turns of the repeated group `node`; nothing for one that is not repeated.
    pub fn turns(&self, node: &Node) -> Option<ScopeIx> {
        match self.slot_role(node) {
            Some(Role::Group(scope)) if node.kind.first().is_some() => Some(scope),
            _ => None,
        }
    }

    /// Whether every message of the type has the element `node`: nothing above it is optional or a choice.
    pub fn always_needed(&self, node: &Node) -> bool {
        let parent = |node: &Node| node.parent.map(|parent| self.node(parent));
        let mut above = std::iter::successors(parent(node), |node| parent(node));
        node.min > 0 && above.all(|group| group.min > 0 && !matches!(group.kind, NodeKind::Choice(_)))
    }

    /// The repeated groups above `node` whose turns lie below scope `keep`, the outermost first.
    pub fn groups_between(&self, node: NodeIx, keep: ScopeIx) -> impl Iterator<Item = NodeIx> {
        let mut groups = Vec::new();
        let mut scope = self.node(node).scope;
        let mut above = self.node(node).parent;
        while let (true, Some(group)) = (scope != keep, above) {
            if self.turns(self.node(group)) == Some(scope) {
                groups.push(group);
                scope = self.node(group).scope;
            }
            above = self.node(group).parent;
        }
        groups.into_iter().rev()
    }

    fn slot_role(&self, node: &Node) -> Option<Role> {
        self.scope(node.scope).slots.get(node.slot.index()).map(|slot| slot.role)
    }
}
