//! Where components are written: schemas, and elements in them.

use std::sync::Arc;

use super::model::Origin;
use crate::xml::{ElementId, Tree, ns};

/// Where a schema stands and what its components inherit from it.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) document: usize,
    pub(super) tree: Arc<Tree>,
    pub(super) file: Arc<str>,
    pub(super) root: ElementId,
    pub(super) target: Arc<str>,
    pub(super) chameleon: bool,
    pub(super) qualified_elements: bool,
    pub(super) qualified_attributes: bool,
}

/// A component as it was written: an element of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Source {
    pub(super) context: usize,
    pub(super) element: ElementId,
}

/// The symbol spaces (Part 1, section 2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Symbol {
    Attribute,
    AttributeGroup,
    Element,
    Group,
    Type,
}

impl Symbol {
    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Attribute => "attribute",
            Self::AttributeGroup => "attribute group",
            Self::Element => "element",
            Self::Group => "group",
            Self::Type => "type",
        }
    }
}

impl Context {
    /// The first child of `element` with one of the names `names`.
    pub(super) fn child(&self, element: ElementId, names: &[&str]) -> Option<ElementId> {
        let mut children = self.tree.children(element, ns::XSD_URI);
        children.find(|child| names.contains(&&*self.tree.element(*child).name.local))
    }

    /// Where `element` is written.
    pub(super) fn origin(&self, element: ElementId) -> Origin {
        Origin { document: self.document as u32, offset: self.tree.element(element).offset as u32 }
    }
}

/// Whether an attribute's value is a true `xs:boolean`.
pub(super) fn is_true(value: Option<&str>) -> bool {
    matches!(value.map(str::trim), Some("true" | "1"))
}
