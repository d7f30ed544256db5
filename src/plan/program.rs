//! The program itself: data that the codec interprets.

use std::collections::HashMap;
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

impl TypeIx {
    /// The type at position `at`.
    pub(crate) fn at(at: usize) -> Self {
        Self(at as u32)
    }
}

impl NodeIx {
    /// The node at position `at`.
    pub(crate) fn at(at: usize) -> Self {
        Self(at as u32)
    }
}

impl ScopeIx {
    /// The object of the whole type.
    pub const FIRST: Self = Self(0);

    /// The scope at position `at`.
    pub(crate) fn at(at: u32) -> Self {
        Self(at)
    }
}

/// A compiled contract.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) namespaces: Namespaces,
    pub(crate) types: Vec<TypePlan>,
    pub(crate) elements: Vec<ElementPlan>,
    pub(crate) operations: Vec<OperationPlan>,
    pub(crate) prefixes: HashMap<Box<str>, NsId>,
    pub(crate) headers: Vec<ElementIx>,
    pub(crate) globals: Globals,
    pub(crate) named: NamedTypes,
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

    /// Whether a Body whose first child is `first` may hold `message`.
    pub fn begins(&self, message: &MessagePlan, first: Option<Name<'_>>) -> bool {
        match (message.root.map(|root| self.element(root)), first) {
            (None, None) => true,
            (Some(root), first) if message.bare => self.begins_bare(root, first),
            (Some(root), Some(name)) => root.is(name),
            _ => false,
        }
    }

    fn begins_bare(&self, root: &ElementPlan, first: Option<Name<'_>>) -> bool {
        let Shape::Complex(complex) = &self.type_plan(root.type_ix).shape else { return false };
        match first {
            None => complex.root().is_none_or(|root| complex.node(root).emptiable),
            Some(name) => {
                let wild = || complex.wildcards.iter().any(|wildcard| wildcard.allows(name.ns));
                complex.elements().any(|element| self.element(element).is(name)) || wild()
            }
        }
    }

    /// The namespace that messages bind `prefix` to.
    pub fn prefixed(&self, prefix: &str) -> Option<NsId> {
        self.prefixes.get(prefix).copied()
    }

    /// The prefix that messages bind to `ns`.
    pub fn prefix_of(&self, ns: NsId) -> Option<&str> {
        self.prefixes.iter().find(|(_, known)| **known == ns).map(|(prefix, _)| &**prefix)
    }

    /// Whether a message of the contract has the header block `name`.
    pub fn is_header(&self, name: Name<'_>) -> bool {
        self.headers.iter().any(|element| self.element(*element).is(name))
    }

    /// How many types there are.
    pub fn type_count(&self) -> usize {
        self.types.len()
    }

    /// The global elements that wildcards know.
    pub fn globals(&self) -> &Globals {
        &self.globals
    }

    /// The types that `xsi:type` and `@type` may name.
    pub fn named_types(&self) -> &NamedTypes {
        &self.named
    }

    /// Whether an instance of `base` may say that it is of type `ix`.
    pub fn may_be(&self, base: TypeIx, ix: TypeIx) -> bool {
        base == ix || self.type_plan(base).derived.binary_search(&ix).is_ok()
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
            Shape::Simple(_) | Shape::Array(_) => None,
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
    /// Whether the service calls the client, which SOAP over HTTP cannot.
    pub callback: bool,
    /// What the client sends.
    pub input: MessagePlan,
    /// What the service answers; nothing for a one-way operation.
    pub output: Option<MessagePlan>,
    /// The declared faults.
    pub faults: Vec<FaultPlan>,
}

/// A declared fault.
#[derive(Clone, Debug)]
pub struct FaultPlan {
    /// Its name.
    pub name: Arc<str>,
    /// What stands in its detail.
    pub message: MessagePlan,
}

/// The content of one SOAP envelope.
#[derive(Clone, Debug, Default)]
pub struct MessagePlan {
    /// The only child of Body; nothing for an empty Body.
    pub root: Option<ElementIx>,
    /// Whether the root has no tags of its own: its children are those of Body.
    pub bare: bool,
    /// Whether the SOAP encoding (SOAP 1.1 section 5) says how values look.
    pub encoded: bool,
    /// Declarations of every namespace that the Body needs, as attributes.
    pub declarations: Box<str>,
    /// The element whose children are the header blocks; nothing when there are none.
    pub headers: Option<ElementIx>,
    /// Declarations of every namespace that a header block needs.
    pub header_declarations: Box<str>,
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
    /// The name that `@type` gives; empty for an anonymous type.
    pub key: Box<str>,
    /// `xsi:type` as an attribute, with the declaration of its prefix; empty for an anonymous type.
    pub instance: Box<str>,
    /// `xsi:type` as an attribute, for messages that declare its prefixes.
    pub tag: Box<str>,
    /// The same with the declarations of everything in its content, for places where the message does not declare it.
    pub wild: Box<str>,
    /// What its values are.
    pub shape: Shape,
    /// Types that `xsi:type` and `@type` may name instead, sorted.
    pub derived: Vec<TypeIx>,
    /// Whether one of `derived` must be named.
    pub is_abstract: bool,
}

impl TypePlan {
    /// A type without a name and without derived types.
    pub(crate) fn anonymous(shape: Shape) -> Self {
        Self {
            name: None,
            key: Box::default(),
            instance: Box::default(),
            tag: Box::default(),
            wild: Box::default(),
            shape,
            derived: Vec::new(),
            is_abstract: false,
        }
    }

    /// Whether so much is derived from it that messages do not declare the namespaces of all of that: the ur-type and
    /// the built-in types.
    pub fn is_open(&self) -> bool {
        self.name.as_ref().is_some_and(|(ns, _)| *ns == crate::xml::ns::XSD)
    }

    /// A type that no message reaches.
    pub(crate) fn nothing() -> Self {
        Self::anonymous(Shape::Complex(Box::default()))
    }
}

/// What the values of a type are.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A JSON array: an array of the SOAP encoding.
    Array(ArrayPlan),
    /// A JSON object.
    Complex(Box<ComplexPlan>),
    /// A JSON string, number, boolean or array of them.
    Simple(SimplePlan),
    /// The value of the only child; the wrapper around it does not show in JSON.
    Unwrap(ElementIx),
}

/// An array of the SOAP encoding (SOAP 1.1 section 5.4.2).
#[derive(Clone, Debug)]
pub struct ArrayPlan {
    /// An item; its name is free when messages are read.
    pub item: ElementIx,
    /// How many dimensions it has.
    pub rank: u32,
    /// The attribute `soapenc:arrayType` up to its sizes, with the declarations of its prefixes.
    pub open: Box<str>,
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
    /// A QName: its prefix means something.
    Name,
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
    /// Whether text may stand between the children, so that the JSON is one list of both.
    pub mixed: bool,
    /// Whether it is the ur-type, whose values without attributes and children are strings.
    pub any_type: bool,
    /// The wildcards that nodes refer to.
    pub wildcards: Vec<WildcardPlan>,
    /// Which other attributes are allowed.
    pub any_attribute: Option<WildcardPlan>,
}

/// `xs:any` or `xs:anyAttribute`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WildcardPlan {
    /// Which namespaces it allows.
    pub namespaces: Allowed,
    /// Whether known elements are typed.
    pub typed: bool,
    /// Whether unknown elements are possible.
    pub lax: bool,
}

/// The namespaces that a wildcard allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// All.
    Any,
    /// All but this one and no namespace.
    Not(NsId),
    /// These.
    OneOf(Vec<NsId>),
}

impl WildcardPlan {
    /// Whether it allows a name of the namespace `ns`.
    pub fn allows(&self, ns: NsId) -> bool {
        match &self.namespaces {
            Allowed::Any => true,
            Allowed::Not(other) => ns != *other && ns != NsId::default(),
            Allowed::OneOf(all) => all.contains(&ns),
        }
    }
}

/// Global elements that a wildcard may meet.
#[derive(Clone, Debug, Default)]
pub struct Globals {
    pub(crate) list: Vec<Global>,
    pub(crate) by_name: HashMap<NsId, HashMap<Box<str>, u32>>,
    pub(crate) by_key: HashMap<Box<str>, u32>,
}

/// A global element and its key in JSON.
#[derive(Clone, Debug)]
pub struct Global {
    /// The element.
    pub element: ElementIx,
    /// The local name, with a prefix where two namespaces have it.
    pub key: Box<str>,
    /// Declarations of every namespace that it needs, as attributes.
    pub declarations: Box<str>,
}

impl Globals {
    /// The global element `name`.
    pub fn named(&self, name: Name<'_>) -> Option<&Global> {
        let at = self.by_name.get(&name.ns)?.get(name.local)?;
        self.list.get(*at as usize)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Global> {
        self.list.iter()
    }

    /// The global element with the key `key`.
    pub fn keyed(&self, key: &str) -> Option<&Global> {
        self.list.get(*self.by_key.get(key)? as usize)
    }
}

/// Types by name.
#[derive(Clone, Debug, Default)]
pub struct NamedTypes {
    pub(crate) by_name: HashMap<NsId, HashMap<Box<str>, TypeIx>>,
    pub(crate) by_key: HashMap<Box<str>, TypeIx>,
}

impl NamedTypes {
    /// The type `ns`:`local`, as `xsi:type` names it.
    pub fn named(&self, ns: NsId, local: &str) -> Option<TypeIx> {
        self.by_name.get(&ns)?.get(local).copied()
    }

    /// The type that `@type` names `key`.
    pub fn keyed(&self, key: &str) -> Option<TypeIx> {
        self.by_key.get(key).copied()
    }
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
    /// `$any`: what a wildcard allows.
    Any,
    /// An attribute.
    Attribute(u32),
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
            Self::All(first) | Self::Choice(first) | Self::Sequence(first) => first,
            Self::Any(_) | Self::Element(_) => None,
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
    pub fn slot(&self, node: &Node) -> &Slot {
        &self.scope(node.scope).slots[node.slot.index()]
    }

    /// The key of `node`'s slot.
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
