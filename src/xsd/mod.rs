//! Schema documents become one resolved component model: XML Schema 1.0 Part 1 and Part 2.
//!
//! [`Schema`] holds what the documents mean, with every reference resolved: names are gone, ids are left. What the
//! documents say about themselves (groups, redefinitions, chameleon includes) is settled while they are loaded.
//!
//! In this order, each file using those before it: `simple`, `identity`, `model`, `unchecked`, `bundled`, `fetch`, `location`, `folder`, `files`, `documents`, `missing`, `source`, `same`,
//! `problem`, `load` (what is known on the way), `wildcard`, `attributes`, `particles`, `simple_types`, `complex_types`, `resolve`, `gather`, `finish`,
//! `ambiguity`. Components refer to each other, so the functions of the loader that read them do too.

mod ambiguity;
mod attributes;
mod bundled;
mod complex_types;
mod documents;
mod fetch;
mod files;
mod finish;
mod folder;
mod gather;
mod identities;
mod identity;
mod load;
mod location;
mod missing;
mod model;
mod particles;
mod problem;
mod resolve;
mod same;
pub mod simple;
mod simple_types;
mod source;
mod unchecked;
mod wildcard;

pub use ambiguity::ambiguities;
pub use documents::{Document, References};
pub(crate) use documents::{Documents, UNREADABLE};
pub use fetch::{Fetch, FetchError, Fetched, Within};
pub use files::{Files, Rooted};
pub use identity::{Identity, IdentityKind, NameTest, Path};
pub(crate) use load::{Loaded, Loader};
pub(crate) use missing::Missing;
pub use model::{
    AttributeUse, ComplexType, Compositor, Content, DeclId, Derivation, ElementDecl, NamespaceConstraint,
    Origin, Particle, ProcessContents, Schema, Term, TypeDef, TypeId, TypeKind, Wildcard,
};
