//! Elements of WSDL documents.

use std::sync::Arc;

use super::problem::Problem;
use crate::xml::{self, Diagnostic, ElementId, QName, Tree, ns};
use crate::xsd::Origin;

/// An element of a WSDL document.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) document: usize,
    pub(super) file: Arc<str>,
    pub(super) tree: Arc<Tree>,
    pub(super) element: ElementId,
    /// The target namespace of the document.
    pub(super) target: Arc<str>,
}

impl Place {
    /// Whether it is the same element.
    pub(super) fn is(&self, other: &Self) -> bool {
        (self.document, self.element) == (other.document, other.element)
    }

    pub(super) fn at(&self, element: ElementId) -> Self {
        Self { element, ..self.clone() }
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.tree.attribute(self.element, name)
    }

    pub(super) fn local(&self) -> &str {
        &self.tree.element(self.element).name.local
    }

    pub(super) fn namespace(&self) -> &str {
        &self.tree.element(self.element).name.namespace
    }

    /// The children that are WSDL elements named `local`.
    pub(super) fn wsdl_children<'p>(&'p self, local: &'p str) -> impl Iterator<Item = Self> + 'p {
        self.children().filter(move |child| child.namespace() == ns::WSDL_URI && child.local() == local)
    }

    pub(super) fn children(&self) -> impl Iterator<Item = Self> + '_ {
        self.tree.element(self.element).children.iter().map(|child| self.at(*child))
    }

    /// The QName that is the value of the attribute `name`.
    pub(super) fn qname(&self, name: &str) -> Option<QName> {
        self.tree.resolve_qname(self.element, self.attribute(name)?)
    }

    pub(super) fn origin(&self) -> Origin {
        Origin { document: self.document as u32, offset: self.tree.element(self.element).offset as u32 }
    }

    /// `problem` as a diagnostic of this place.
    pub(super) fn diagnostic(&self, problem: &Problem) -> Diagnostic {
        let offset = self.tree.element(self.element).offset;
        let (code, severity) = (problem.code(), problem.severity());
        Diagnostic::at(
            code,
            severity,
            xml::Place { file: &self.file, tree: &self.tree, offset },
            problem.to_string(),
        )
    }

    /// Where it is, for a message.
    pub(super) fn location(&self) -> String {
        format!("{}:{}", self.file, self.tree.position(self.tree.element(self.element).offset))
    }

    /// Whether `other` says the same, but for documentation, prefixes and the order of attributes.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let mut waiting = vec![(self.clone(), other.clone())];
        while let Some((one, other)) = waiting.pop() {
            let children = |place: &Self| -> Vec<Self> {
                place.children().filter(|child| child.local() != "documentation").collect()
            };
            let (mine, theirs) = (children(&one), children(&other));
            if one.said() != other.said() || mine.len() != theirs.len() {
                return false;
            }
            waiting.extend(mine.into_iter().zip(theirs));
        }
        true
    }

    /// The names and values of an element, with namespaces in the place of prefixes.
    fn said(&self) -> Vec<(QName, String)> {
        let element = self.tree.element(self.element);
        let mut all = vec![(element.name.clone(), String::new())];
        all.extend(element.attributes.iter().map(|attribute| {
            let reference = matches!(&*attribute.name.local, "binding" | "element" | "message" | "type");
            let name = self.tree.resolve_qname(self.element, &attribute.value).filter(|_| reference);
            let value = name.map_or_else(|| attribute.value.trim().to_owned(), |name| name.to_string());
            (attribute.name.clone(), value)
        }));
        all.sort();
        all
    }

    /// The attribute `name` without white space around it; empty where it is missing, for names are optional in real
    /// documents and references to nothing are reported where they are made.
    pub(super) fn name(&self, name: &str) -> &str {
        self.attribute(name).map_or("", str::trim)
    }
}

/// `lexical` without its prefix.
pub(super) fn local_name(lexical: &str) -> &str {
    lexical.rsplit_once(':').map_or(lexical, |(_, local)| local).trim()
}
