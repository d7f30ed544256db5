//! Schema documents become one resolved component model: XML Schema 1.0 Part 1 and Part 2.
//!
//! [`Schema`] holds what the documents mean, with every reference resolved: names are gone, ids are left. What the
//! documents say about themselves (groups, redefinitions, chameleon includes) is settled while they are loaded.

mod ambiguity;
mod attributes;
mod bundled;
mod documents;
mod load;
mod model;
mod particles;
mod resolve;
pub mod simple;
mod simple_types;

pub use ambiguity::ambiguities;
pub(crate) use documents::Documents;
pub use documents::{Document, Fetch, Fetched, Files};
pub(crate) use load::Loader;
pub use model::{
    AttributeUse, ComplexType, Compositor, Content, DeclId, Derivation, ElementDecl, NamespaceConstraint,
    Origin, Particle, ProcessContents, Schema, Term, TypeDef, TypeId, TypeKind, Wildcard,
};
