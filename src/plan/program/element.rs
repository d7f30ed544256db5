//! Elements: tags and what is between them.

use std::sync::Arc;

use super::super::index::TypeIx;
use super::media::MediaTypes;
use crate::xml::{Name, NsId};

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
    /// What its octets are expected to be.
    pub media: Option<Arc<MediaTypes>>,
    /// Where the contract declares it, and what it says about it; nothing for one that is written nowhere.
    pub notes: Option<Arc<ElementNotes>>,
}

/// Where an element is declared, and what is said about it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementNotes {
    /// About the element.
    pub text: Option<Arc<str>>,
    /// The document, as it was read.
    pub file: Arc<str>,
    /// The line, from one.
    pub line: usize,
}

impl ElementPlan {
    /// Whether this element has the local name `local`, in whatever namespace.
    pub fn is_called(&self, local: &str) -> bool {
        *self.local == *local || self.also.iter().any(|(_, also)| **also == *local)
    }

    /// Whether `name` is this element.
    pub fn is(&self, name: Name<'_>) -> bool {
        (self.ns == name.ns && *self.local == *name.local)
            || self.also.iter().any(|(ns, local)| *ns == name.ns && **local == *name.local)
    }
}
