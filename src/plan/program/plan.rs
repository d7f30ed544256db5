//! The program itself: data that the codec interprets.

use std::collections::HashMap;
use std::sync::Arc;

use super::complex::Scope;
use super::dispatch::Dispatch;
use super::types::{Shape, TypePlan};
use super::wild::{Globals, NamedTypes};
use crate::wsdl::{SoapVersion, Style};
use crate::xml::{Name, Namespaces, NsId};

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
    pub(crate) dispatch: Dispatch,
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

    /// The operations whose request may have a Body with the first child `first`, as positions in [`Plan::operations`] in
    /// contract order: exactly those of which [`Plan::begins`] is true. `None` is the empty Body.
    ///
    /// Several where operations share an element, or where rpc operations are overloaded; none where the contract has no
    /// such request.
    pub fn operations_for(&self, first: Option<Name<'_>>) -> &[usize] {
        self.dispatch.find(first)
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
