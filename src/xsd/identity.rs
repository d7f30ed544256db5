//! Identity constraints: `xs:unique`, `xs:key` and `xs:keyref` (Part 1, section 3.11). Messages are not held against them; samples are.

use std::sync::Arc;

use crate::xml::QName;

/// A constraint on what is in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its name.
    pub name: QName,
    /// What it asks for.
    pub kind: IdentityKind,
    /// The elements that it is about, from the one that it is declared on: any of these paths.
    pub selector: Vec<Path>,
    /// What identifies each of them: any of these paths for each part.
    pub fields: Vec<Vec<Path>>,
}

/// What an identity constraint asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// Values that are there, and no two alike.
    Key,
    /// Values that are those of the key or the unique of this name.
    KeyRef(QName),
    /// No two values alike.
    Unique,
}

/// A path of the XPath subset of section 3.11.6.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// Whether it begins at any depth (`.//`).
    pub anywhere: bool,
    /// The elements on the way.
    pub steps: Vec<NameTest>,
    /// The attribute at its end.
    pub attribute: Option<NameTest>,
}

/// Which names a step takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameTest {
    /// All.
    Any,
    /// This one.
    Name(QName),
    /// Those of a namespace.
    Namespace(Arc<str>),
}

impl NameTest {
    /// Whether `name` is one that it takes.
    pub fn takes(&self, name: &QName) -> bool {
        match self {
            Self::Any => true,
            Self::Name(own) => own == name,
            Self::Namespace(own) => *own == name.namespace,
        }
    }
}
