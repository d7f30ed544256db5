//! The component model: XML Schema 1.0 Part 1, section 2.2, with every reference resolved.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::identity::Identity;
use super::simple::SimpleType;
use crate::xml::QName;

/// An element declaration of a [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeclId(pub(crate) u32);

/// A type definition of a [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub(crate) u32);

impl TypeId {
    /// `xs:anyType`.
    pub const ANY: Self = Self(0);
    /// `xs:anySimpleType`.
    pub const ANY_SIMPLE: Self = Self(1);
}

/// Where a component was written: a document of the contract and a byte offset in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Index of the document in load order.
    pub document: u32,
    /// Bytes before it.
    pub offset: u32,
}

/// A component whose content is not what its author meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Broken {
    Declaration(DeclId),
    Type(TypeId),
}

/// Why components are not checked, those included that hold a broken one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unchecked {
    pub(super) reasons: HashMap<Broken, Arc<str>>,
}

impl Unchecked {
    /// `component` is broken, for `reason`; the first one stays.
    pub(super) fn add(&mut self, component: Broken, reason: &Arc<str>) {
        self.reasons.entry(component).or_insert_with(|| reason.clone());
    }

    /// Why a component is broken.
    pub(super) fn reason(&self, component: Broken) -> Option<&Arc<str>> {
        self.reasons.get(&component)
    }
}

/// All components that the documents of a contract declare.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    pub(crate) declarations: Vec<ElementDecl>,
    pub(crate) types: Vec<TypeDef>,
    /// Global elements by name.
    pub(crate) elements: HashMap<QName, DeclId>,
    /// Global types by name, the built-in ones included.
    pub(crate) named_types: HashMap<QName, TypeId>,
    /// Global attributes, which wildcards and references may name.
    pub(crate) attributes: HashMap<QName, AttributeUse>,
    /// Members of a substitution group by head, transitively, without the head, in document order.
    pub(crate) substitutions: HashMap<DeclId, Vec<DeclId>>,
    /// Types derived from a type, transitively, in document order.
    pub(crate) derived: HashMap<TypeId, Vec<TypeId>>,
    /// Identity constraints by the element that they are declared on.
    pub(crate) identities: BTreeMap<DeclId, Vec<Identity>>,
    /// What is not checked, for something in it is missing or broken.
    pub(crate) unchecked: Unchecked,
    /// The number of the first document that is not the contract's own.
    pub(crate) bundled_from: u32,
}

impl Schema {
    /// The declaration `id`, which must be of this schema.
    #[expect(clippy::indexing_slicing, reason = "a DeclId is made by the schema that holds the declaration")]
    pub fn declaration(&self, id: DeclId) -> &ElementDecl {
        &self.declarations[id.0 as usize]
    }

    /// The type `id`, which must be of this schema.
    #[expect(clippy::indexing_slicing, reason = "a TypeId is made by the schema that holds the type")]
    pub fn type_def(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0 as usize]
    }

    /// All element declarations.
    pub fn declarations(&self) -> impl Iterator<Item = &ElementDecl> {
        self.declarations.iter()
    }

    /// The identity constraints, each with the name of the element that it is declared on.
    pub fn identities(&self) -> impl Iterator<Item = (&QName, &Identity)> {
        self.identities.iter().flat_map(|(id, all)| {
            let owner = &self.declaration(*id).name;
            all.iter().map(move |identity| (owner, identity))
        })
    }

    /// The global element `name`.
    pub fn element(&self, name: &QName) -> Option<DeclId> {
        self.elements.get(name).copied()
    }

    /// The global type `name`, built-in ones included.
    pub fn named_type(&self, name: &QName) -> Option<TypeId> {
        let draft = matches!(
            &*name.namespace,
            "http://www.w3.org/1999/XMLSchema" | "http://www.w3.org/2000/10/XMLSchema"
        );
        let modern = || QName::new(crate::xml::ns::XSD_URI, &name.local);
        self.named_types.get(name).or_else(|| self.named_types.get(&modern()).filter(|_| draft)).copied()
    }

    /// The global attribute `name`.
    pub fn attribute(&self, name: &QName) -> Option<&AttributeUse> {
        self.attributes.get(name)
    }

    /// The elements that may stand in for `head`, transitively, without `head` itself.
    pub fn substitutes(&self, head: DeclId) -> &[DeclId] {
        self.substitutions.get(&head).map_or(&[], Vec::as_slice)
    }

    /// The types derived from `base`, transitively.
    pub fn derived(&self, base: TypeId) -> &[TypeId] {
        self.derived.get(&base).map_or(&[], Vec::as_slice)
    }

    /// The global elements by name, in document order.
    pub fn global_elements(&self) -> impl Iterator<Item = (&QName, DeclId)> {
        let mut all: Vec<_> = self.elements.iter().map(|(name, id)| (name, *id)).collect();
        all.sort_by(|a, b| self.place(a.1).cmp(&self.place(b.1)).then_with(|| a.1.cmp(&b.1)));
        all.into_iter()
    }

    fn place(&self, id: DeclId) -> (u32, u32) {
        let origin = self.declaration(id).origin;
        (origin.document, origin.offset)
    }

    /// The named types by name, in document order; then the built-in ones, then those of bundled schemas.
    pub fn global_types(&self) -> impl Iterator<Item = (&QName, TypeId)> {
        let mut all: Vec<_> = self.named_types.iter().map(|(name, id)| (name, *id)).collect();
        all.sort_by_key(|(name, id)| {
            let origin = self.type_def(*id).origin;
            let built_in = &*name.namespace == crate::xml::ns::XSD_URI;
            let bundled = !built_in && origin.document >= self.bundled_from;
            (bundled, built_in, origin.document, origin.offset, *id)
        });
        all.into_iter()
    }

    /// How many types the schema has.
    pub fn type_count(&self) -> usize {
        self.types.len()
    }
}

/// An element declaration, global or local (section 3.3).
#[derive(Clone, Debug)]
pub struct ElementDecl {
    /// The name on the wire: an unqualified local element has no namespace.
    pub name: QName,
    /// Its type.
    pub type_id: TypeId,
    /// Whether `xsi:nil` is allowed.
    pub nillable: bool,
    /// Whether only members of its substitution group may appear.
    pub is_abstract: bool,
    /// The value of an empty element.
    pub default: Option<Arc<str>>,
    /// The only value.
    pub fixed: Option<Arc<str>>,
    /// Whether it is global.
    pub global: bool,
    /// Where it was written.
    pub origin: Origin,
}

/// A type definition, named or anonymous.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Its name; nothing for an anonymous type.
    pub name: Option<QName>,
    /// The type that it is derived from; nothing for the ur-type.
    pub base: Option<TypeId>,
    /// How it is derived.
    pub derivation: Derivation,
    /// Whether an instance must name another type with `xsi:type`.
    pub is_abstract: bool,
    /// What it is.
    pub kind: TypeKind,
    /// Where it was written.
    pub origin: Origin,
}

/// How a type is derived from its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derivation {
    /// By adding to it.
    Extension,
    /// By narrowing it; lists and unions restrict `anySimpleType`.
    Restriction,
}

/// Simple or complex.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// Attributes, children, or both.
    Complex(ComplexType),
    /// Character data only.
    Simple(Arc<SimpleType>),
}

/// A complex type with everything that it inherits (section 3.4).
#[derive(Clone, Debug)]
pub struct ComplexType {
    /// The attributes, inherited ones first; prohibited ones are gone.
    pub attributes: Vec<AttributeUse>,
    /// Which other attributes are allowed.
    pub any_attribute: Option<Wildcard>,
    /// What is between the tags.
    pub content: Content,
    /// `soapenc:arrayType` of a restriction of `soapenc:Array`: the item type and the dimensions as written.
    pub array_type: Option<(TypeId, Arc<str>)>,
}

/// What a complex type has between its tags.
#[derive(Clone, Debug)]
pub enum Content {
    /// Children only.
    Elements(Particle),
    /// Nothing.
    Empty,
    /// Text and children (nothing: text only).
    Mixed(Option<Particle>),
    /// Text of a simple type.
    Simple(Arc<SimpleType>),
}

/// An attribute of a complex type (section 3.5).
#[derive(Clone, Debug)]
pub struct AttributeUse {
    /// The name on the wire.
    pub name: QName,
    /// Its type.
    pub simple: Arc<SimpleType>,
    /// Whether it must be there.
    pub required: bool,
    /// The value of an absent attribute.
    pub default: Option<Arc<str>>,
    /// The only value.
    pub fixed: Option<Arc<str>>,
}

/// A term with bounds on how often it occurs (section 3.9).
#[derive(Clone, Debug)]
pub struct Particle {
    /// At least so often.
    pub min: u32,
    /// At most so often; nothing for `unbounded`.
    pub max: Option<u32>,
    /// What occurs.
    pub term: Term,
}

/// What a particle repeats. References to groups are gone: their particles stand in their place.
#[derive(Clone, Debug)]
pub enum Term {
    /// An element.
    Element(DeclId),
    /// Several particles.
    Group(Compositor, Vec<Particle>),
    /// Any element that the wildcard allows.
    Wildcard(Wildcard),
}

/// How the particles of a group stand together (section 3.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compositor {
    /// All, in any order.
    All,
    /// One of them.
    Choice,
    /// All, in order.
    Sequence,
}

/// `xs:any` or `xs:anyAttribute` (section 3.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wildcard {
    /// Which namespaces.
    pub namespaces: NamespaceConstraint,
    /// How what is found is validated.
    pub process: ProcessContents,
}

/// The namespaces that a wildcard allows; the empty name is "no namespace".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamespaceConstraint {
    /// All.
    Any,
    /// All but this one and no namespace (`##other`).
    Not(Arc<str>),
    /// These.
    OneOf(Vec<Arc<str>>),
}

/// How the content of a wildcard is validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessContents {
    /// When a declaration is known.
    Lax,
    /// Not at all.
    Skip,
    /// A declaration must be known.
    Strict,
}
