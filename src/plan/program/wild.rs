//! What wildcards allow, and what may be met there: global elements and named types.

use std::collections::HashMap;

use super::super::index::{ElementIx, TypeIx};
use crate::xml::{Name, NsId};
use crate::xsd::simple::BuiltIn;

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
    /// The types of octets, also those that no message reaches: `base64Binary` or `hexBinary` of each.
    pub(crate) octets: HashMap<NsId, HashMap<Box<str>, BuiltIn>>,
}

impl NamedTypes {
    /// The type `ns`:`local`, as `xsi:type` names it.
    pub fn named(&self, ns: NsId, local: &str) -> Option<TypeIx> {
        self.by_name.get(&ns)?.get(local).copied()
    }

    /// The types with the local name `local`, by their namespaces.
    pub fn called(&self, local: &str) -> Vec<(NsId, TypeIx)> {
        let called = |(ns, types): (&NsId, &HashMap<Box<str>, TypeIx>)| Some((*ns, *types.get(local)?));
        let mut found: Vec<_> = self.by_name.iter().filter_map(called).collect();
        found.sort();
        found
    }

    /// `base64Binary` or `hexBinary`, where the type `ns`:`local` of the contract is derived from it.
    pub fn octets(&self, ns: NsId, local: &str) -> Option<BuiltIn> {
        self.octets.get(&ns)?.get(local).copied()
    }

    /// The type that `@type` names `key`.
    pub fn keyed(&self, key: &str) -> Option<TypeIx> {
        self.by_key.get(key).copied()
    }
}
