//! The program itself: data that the codec interprets.

use std::sync::Arc;

use super::keys::KeyIndex;
use crate::wsdl::{SoapVersion, Style};
use crate::xml::{Name, Namespaces, NsId};
use crate::xsd::simple::SimpleType;

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// The position in its table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        })*
    };
}

index! {
    /// A type of a [`Plan`].
    TypeIx;
    /// An element of a [`Plan`].
    ElementIx;
    /// A node of a [`ComplexPlan`].
    NodeIx;
    /// A scope of a [`ComplexPlan`].
    ScopeIx;
    /// A slot of a [`Scope`].
    SlotIx;
}

impl ScopeIx {
    /// The object of the whole type.
    pub const FIRST: Self = Self(0);
}

/// A compiled contract.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) namespaces: Namespaces,
    pub(crate) types: Vec<TypePlan>,
    pub(crate) elements: Vec<ElementPlan>,
    pub(crate) operations: Vec<OperationPlan>,
}

impl Plan {
    /// The namespace names; give them to the reader of a message.
    pub fn namespaces(&self) -> &Namespaces {
        &self.namespaces
    }

    /// The operations, in contract order.
    pub fn operations(&self) -> &[OperationPlan] {
        &self.operations
    }

    /// The keys of the lists that the JSON of `message` always has.
    pub fn always_lists(&self, message: &MessagePlan) -> impl Iterator<Item = &str> {
        let slots =
            message.root.and_then(|root| self.object_of(root)).into_iter().flat_map(|scope| &scope.slots);
        slots.filter(|slot| slot.always).map(|slot| &*slot.key)
    }

    /// The JSON object that stands for `element`.
    fn object_of(&self, element: ElementIx) -> Option<&Scope> {
        match &self.type_plan(self.element(element).type_ix).shape {
            Shape::Complex(complex) => complex.scopes.first(),
            Shape::Simple(_) => None,
            Shape::Unwrap(inner) => match &self.type_plan(self.element(*inner).type_ix).shape {
                Shape::Complex(complex) => complex.scopes.first(),
                _ => None,
            },
        }
    }

    /// The type `ix`, which must be of this plan.
    #[expect(clippy::indexing_slicing, reason = "a TypeIx is made by the plan that holds the type")]
    pub fn type_plan(&self, ix: TypeIx) -> &TypePlan {
        &self.types[ix.index()]
    }

    /// The element `ix`, which must be of this plan.
    #[expect(clippy::indexing_slicing, reason = "an ElementIx is made by the plan that holds the element")]
    pub fn element(&self, ix: ElementIx) -> &ElementPlan {
        &self.elements[ix.index()]
    }
}

/// An operation of a port.
#[derive(Clone, Debug)]
pub struct OperationPlan {
    /// The service that it belongs to, by local name.
    pub service: Arc<str>,
    /// The port that it belongs to.
    pub port: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Document or rpc.
    pub style: Style,
    /// The version of SOAP that its binding uses.
    pub version: SoapVersion,
    /// `soapAction`; empty when the binding says nothing.
    pub action: Arc<str>,
    /// Where the contract says that the service is.
    pub address: Option<Arc<str>>,
    /// What the client sends.
    pub input: MessagePlan,
    /// What the service answers; nothing for a one-way operation.
    pub output: Option<MessagePlan>,
    /// The elements that may stand in the detail of a declared fault, with the fault's name.
    pub faults: Vec<(Arc<str>, ElementIx)>,
}

/// The content of one SOAP Body.
#[derive(Clone, Debug)]
pub struct MessagePlan {
    /// The only child of Body; nothing for an empty Body.
    pub root: Option<ElementIx>,
    /// The start tag of the root, without its `>`, with every namespace that the message needs.
    pub open: Box<str>,
}

/// An element: how it is written and what is in it.
#[derive(Clone, Debug)]
pub struct ElementPlan {
    /// Its namespace.
    pub ns: NsId,
    /// Its local name.
    pub local: Box<str>,
    /// Other names under which it is read.
    pub also: Vec<(NsId, Box<str>)>,
    /// `<p:local`.
    pub open: Box<str>,
    /// `</p:local>`.
    pub close: Box<str>,
    /// What is in it.
    pub type_ix: TypeIx,
    /// Whether `xsi:nil` is allowed.
    pub nillable: bool,
    /// What an empty element means.
    pub default: Option<Arc<str>>,
    /// The only value.
    pub fixed: Option<Arc<str>>,
}

impl ElementPlan {
    /// Whether `name` is this element.
    pub fn is(&self, name: Name<'_>) -> bool {
        (self.ns == name.ns && *self.local == *name.local)
            || self.also.iter().any(|(ns, local)| *ns == name.ns && **local == *name.local)
    }
}

/// A type: how its values look in JSON and in XML.
#[derive(Clone, Debug)]
pub struct TypePlan {
    /// The name that `xsi:type` would give.
    pub name: Option<(NsId, Box<str>)>,
    /// The name as a QName with the prefix that messages declare; empty for an anonymous type.
    pub tag: Box<str>,
    /// What its values are.
    pub shape: Shape,
    /// Types that `xsi:type` and `@type` may name instead.
    pub derived: Vec<TypeIx>,
    /// Whether one of `derived` must be named.
    pub is_abstract: bool,
}

impl TypePlan {
    /// A type without a name and without derived types.
    pub(crate) fn anonymous(shape: Shape) -> Self {
        Self { name: None, tag: Box::default(), shape, derived: Vec::new(), is_abstract: false }
    }
}

/// What the values of a type are.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A JSON object.
    Complex(Box<ComplexPlan>),
    /// A JSON string, number, boolean or array of them.
    Simple(SimplePlan),
    /// The value of the only child; the wrapper around it does not show in JSON.
    Unwrap(ElementIx),
}

/// A simple type and its JSON form.
#[derive(Clone, Debug)]
pub struct SimplePlan {
    /// The check of its lexical form and facets.
    pub simple: Arc<SimpleType>,
    /// How it looks in JSON.
    pub form: Form,
}

/// How a simple value looks in JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// `true` or `false`.
    Boolean,
    /// A number; `"NaN"`, `"INF"` and `"-INF"` as strings.
    Float,
    /// An array of items.
    List(Box<Form>),
    /// A number with the exact digits.
    Number,
    /// A string with the digits of a number.
    NumberText,
    /// A string.
    String,
    /// Whatever the first member type is that takes the value.
    Union(Vec<Form>),
}

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
}

/// What a slot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An attribute.
    Attribute(u32),
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
    /// `xs:all`: the children in any order.
    All(Option<NodeIx>),
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
            Self::All(first) | Self::Choice(first) | Self::Sequence(first) => first,
            Self::Element(_) => None,
        }
    }
}

impl ComplexPlan {
    /// The node `ix`, which must be of this type.
    #[expect(clippy::indexing_slicing, reason = "a NodeIx is made by the type that holds the node")]
    pub fn node(&self, ix: NodeIx) -> &Node {
        &self.nodes[ix.index()]
    }

    /// The scope `ix`, which must be of this type.
    #[expect(clippy::indexing_slicing, reason = "a ScopeIx is made by the type that holds the scope")]
    pub fn scope(&self, ix: ScopeIx) -> &Scope {
        &self.scopes[ix.index()]
    }

    /// The content model.
    pub fn root(&self) -> Option<NodeIx> {
        (!self.nodes.is_empty()).then_some(NodeIx(0))
    }

    /// The children of a group, in document order.
    pub fn children(&self, group: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        std::iter::successors(self.node(group).kind.first(), |child| self.node(*child).next)
    }

    /// The slot of `node`.
    #[expect(clippy::indexing_slicing, reason = "a node's slot is of its scope")]
    pub fn slot(&self, node: &Node) -> &Slot {
        &self.scope(node.scope).slots[node.slot.index()]
    }

    /// The scope of the turns of the repeated group `node`; nothing for one that is not repeated.
    pub fn turns(&self, node: &Node) -> Option<ScopeIx> {
        match self.slot_role(node) {
            Some(Role::Group(scope)) if !matches!(node.kind, NodeKind::Element(_)) => Some(scope),
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
