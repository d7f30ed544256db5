//! Schema documents become one resolved component model: XML Schema 1.0 Part 1 and Part 2.
//!
//! [`Schema`] holds what the documents mean, with every reference resolved: names are gone, ids are left. What the
//! documents say about themselves (groups, redefinitions, chameleon includes) is settled while they are loaded.
//!
//! In this order, each file using those before it: `simple`, `model`, `bundled`, `documents`, `source`, `problem`, `load` (what
//! is known on the way), `wildcard`, `attributes`, `particles`, `simple_types`, `complex_types`, `resolve`, `gather`, `finish`,
//! `ambiguity`. Components refer to each other, so the functions of the loader that read them do too.

mod ambiguity;
mod attributes;
mod bundled;
mod complex_types;
mod documents;
mod finish;
mod gather;
mod load;
mod model;
mod particles;
mod problem;
mod resolve;
pub mod simple;
mod simple_types;
mod source;
mod wildcard;

pub use ambiguity::ambiguities;
pub use documents::{Document, Fetch, FetchError, Fetched, Files};
pub(crate) use documents::{Documents, UNREADABLE};
pub(crate) use load::Loader;
pub use model::{
    AttributeUse, ComplexType, Compositor, Content, DeclId, Derivation, ElementDecl, NamespaceConstraint,
    Origin, Particle, ProcessContents, Schema, Term, TypeDef, TypeId, TypeKind, Wildcard,
};
