//! Where the components of a contract were written.

use serde::Serialize;

use crate::wsdl::{Contract, HeaderPart, Part, PartKind};
use crate::xml::{ElementId, QName, Tree, ns};
use crate::xsd::{Content, DeclId, Origin, Particle, Schema, Term, TypeId, TypeKind};

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from one; 0 for the whole file.
    pub line: usize,
    /// The character in it, from one.
    pub column: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}:{}", self.file, self.column),
        }
    }
}

/// A component that a comparison is at, and what is known of what is in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor<'c> {
    origin: Origin,
    type_id: Option<TypeId>,
    inside: Inside<'c>,
}

/// What stands in a message that no schema declares.
#[derive(Clone, Copy, Debug)]
enum Inside<'c> {
    Headers(&'c [HeaderPart]),
    Nothing,
    Parts(&'c [Part]),
}

impl<'c> Anchor<'c> {
    /// Something of a WSDL.
    pub(super) fn at(origin: Origin) -> Self {
        Self { origin, type_id: None, inside: Inside::Nothing }
    }

    /// What holds the header blocks of a message.
    pub(super) fn headers(origin: Origin, headers: &'c [HeaderPart]) -> Self {
        Self { inside: Inside::Headers(headers), ..Self::at(origin) }
    }

    /// What holds the parts of a message.
    pub(super) fn parts(origin: Origin, parts: &'c [Part]) -> Self {
        Self { inside: Inside::Parts(parts), ..Self::at(origin) }
    }

    fn of_type(self, type_id: TypeId) -> Self {
        Self { type_id: Some(type_id), ..self }
    }
}

/// A place that a change is at.
#[derive(Clone, Debug)]
pub(super) struct Spot<'c> {
    anchor: Anchor<'c>,
    inside: Option<Sought>,
    /// The place where that is not found.
    or: Anchor<'c>,
}

/// Something within a component.
#[derive(Clone, Debug)]
pub(super) enum Sought {
    /// An attribute, by its local name.
    Attribute(String),
    /// An element, by its local name.
    Element(String),
    /// A facet, by its name.
    Facet(&'static str),
    /// An enumerated value.
    Value(String),
}

impl<'c> Spot<'c> {
    pub(super) fn new(anchor: Anchor<'c>) -> Self {
        Self { anchor, inside: None, or: anchor }
    }

    pub(super) fn within(anchor: Anchor<'c>, sought: Sought) -> Self {
        Self { anchor, inside: Some(sought), or: anchor }
    }

    /// Where the type of `anchor` says that it has the element `name`, which is declared at `child`.
    pub(super) fn of_child(anchor: Anchor<'c>, name: &str, child: Anchor<'c>) -> Self {
        Self { anchor, inside: Some(Sought::Element(name.to_owned())), or: child }
    }
}

/// Finds the places of a contract.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finder<'c> {
    contract: &'c Contract,
}

impl<'c> Finder<'c> {
    pub(super) fn new(contract: &'c Contract) -> Self {
        Self { contract }
    }

    fn schema(self) -> &'c Schema {
        &self.contract.schema
    }

    pub(super) fn declaration(self, id: DeclId) -> Anchor<'c> {
        let declaration = self.schema().declaration(id);
        Anchor::at(declaration.origin).of_type(declaration.type_id)
    }

    /// A named type.
    pub(super) fn named_type(self, name: &QName, or: Anchor<'c>) -> Anchor<'c> {
        match self.schema().named_type(name) {
            Some(id) => Anchor::at(self.schema().type_def(id).origin).of_type(id),
            None => or,
        }
    }

    pub(super) fn part(self, part: &Part) -> Anchor<'c> {
        match &part.kind {
            PartKind::Element(id) => self.declaration(*id),
            PartKind::Type(id) => Anchor::at(part.origin).of_type(*id),
            PartKind::Unknown(_) => Anchor::at(part.origin),
        }
    }

    /// The value of the absent attribute `name` of the type at `anchor`.
    pub(super) fn attribute_default(self, anchor: Anchor<'c>, name: &QName) -> Option<&'c str> {
        let TypeKind::Complex(complex) = &self.schema().type_def(anchor.type_id?).kind else { return None };
        complex.attributes.iter().find(|attribute| attribute.name == *name)?.default.as_deref()
    }

    /// The type of the element at `anchor`, where it is one of the contract.
    pub(super) fn type_of(self, anchor: Anchor<'c>) -> Anchor<'c> {
        let origin = anchor.type_id.map(|id| self.schema().type_def(id).origin);
        match origin.filter(|origin| *origin != Origin::default()) {
            Some(origin) => Anchor { origin, ..anchor },
            None => anchor,
        }
    }

    /// The element `name` in `anchor`; `anchor` where it is not found.
    pub(super) fn child(self, anchor: Anchor<'c>, name: &QName) -> Anchor<'c> {
        let found = match anchor.inside {
            Inside::Headers(headers) => {
                headers.iter().map(|header| &header.part).find(|part| self.is(part, name))
            }
            Inside::Parts(parts) => parts.iter().find(|part| self.is(part, name)),
            Inside::Nothing => return self.child_of_type(anchor, name),
        };
        found.map_or(anchor, |part| self.part(part))
    }

    fn is(self, part: &Part, name: &QName) -> bool {
        match &part.kind {
            PartKind::Element(id) if self.schema().declaration(*id).name == *name => true,
            _ => *part.name == *name.local,
        }
    }

    fn child_of_type(self, anchor: Anchor<'c>, name: &QName) -> Anchor<'c> {
        let Some(TypeKind::Complex(complex)) = anchor.type_id.map(|id| &self.schema().type_def(id).kind)
        else {
            return anchor;
        };
        if let Some((item, _)) = &complex.array_type {
            return Anchor { type_id: Some(*item), ..anchor };
        }
        let particle = match &complex.content {
            Content::Elements(particle) | Content::Mixed(Some(particle)) => particle,
            Content::Empty | Content::Mixed(None) | Content::Simple(_) => return anchor,
        };
        self.in_particle(particle, name).map_or(anchor, |id| self.declaration(id))
    }

    fn in_particle(self, particle: &Particle, name: &QName) -> Option<DeclId> {
        match &particle.term {
            Term::Element(id) => {
                let all = std::iter::once(id).chain(self.schema().substitutes(*id));
                all.copied().find(|id| self.schema().declaration(*id).name == *name)
            }
            Term::Group(_, particles) => particles.iter().find_map(|of| self.in_particle(of, name)),
            Term::Wildcard(_) => None,
        }
    }

    /// The place of `spot`.
    pub(super) fn place(self, spot: &Spot<'_>) -> Place {
        let Anchor { origin, type_id, .. } = spot.anchor;
        let bases = std::iter::successors(type_id, |id| self.schema().type_def(*id).base);
        // A chain of derivation has an end, for types that are derived from themselves are refused.
        let types = bases.take(crate::limits::DERIVATION).map(|id| self.schema().type_def(id).origin);
        let origins = std::iter::once(origin).chain(types);
        let found = spot.inside.as_ref().and_then(|sought| {
            origins.filter(|origin| *origin != Origin::default()).find_map(|origin| self.find(origin, sought))
        });
        // What is inherited from elsewhere, or from a group, is shown where it is declared.
        self.at(found.unwrap_or_else(|| self.own(spot.or)))
    }

    /// Where a component is; a type of the language itself is where its element is.
    fn own(self, anchor: Anchor<'_>) -> Origin {
        let known = |origin: &Origin| *origin != Origin::default();
        let of_type = || anchor.type_id.map(|id| self.schema().type_def(id).origin);
        // What has no place of its own is in the contract.
        Some(anchor.origin).filter(known).or_else(of_type).unwrap_or_default()
    }

    fn at(self, origin: Origin) -> Place {
        let document = self.contract.documents.get(origin.document as usize);
        let document = document.or(self.contract.documents.first());
        document.map_or(Place { file: String::new(), line: 0, column: 0 }, |document| {
            let position = document.tree.position((origin.offset as usize).min(document.tree.text().len()));
            Place { file: document.file.to_string(), line: position.line, column: position.column }
        })
    }

    /// What is sought in the element of a schema that begins at `origin`.
    fn find(self, origin: Origin, sought: &Sought) -> Option<Origin> {
        let tree = &self.contract.documents.get(origin.document as usize)?.tree;
        let own = element_at(tree, origin.offset as usize)?;
        let mut waiting = vec![own];
        while let Some(id) = waiting.pop() {
            let element = tree.element(id);
            if id != own && sought.is(tree, id) {
                return Some(Origin { offset: element.offset as u32, ..origin });
            }
            // What is in another element is of that.
            let other = id != own && &*element.name.local == "element";
            waiting.extend(element.children.iter().rev().filter(|_| !other));
        }
        None
    }
}

impl Sought {
    fn is(&self, tree: &Tree, id: ElementId) -> bool {
        let element = tree.element(id);
        let value =
            |name| tree.attribute(id, name).map(|value| value.rsplit(':').next().map_or(value, str::trim));
        let named = |local: &str, name: &str| {
            &*element.name.local == local && (value("name") == Some(name) || value("ref") == Some(name))
        };
        &*element.name.namespace == ns::XSD_URI
            && match self {
                Self::Attribute(name) => named("attribute", name),
                Self::Element(name) => named("element", name),
                Self::Facet(name) => &*element.name.local == *name,
                Self::Value(text) => {
                    &*element.name.local == "enumeration" && tree.attribute(id, "value") == Some(text)
                }
            }
    }
}

/// The element that begins at `offset`.
fn element_at(tree: &Tree, offset: usize) -> Option<ElementId> {
    let mut id = tree.root();
    loop {
        let element = tree.element(id);
        if element.offset == offset {
            return Some(id);
        }
        let holds = |child: &&ElementId| {
            let child = tree.element(**child);
            child.offset <= offset && offset < child.end
        };
        id = *element.children.iter().find(holds)?;
    }
}
