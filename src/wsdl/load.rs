//! Loading: the documents of a contract and the definitions in them.

use std::collections::HashMap;
use std::sync::Arc;

use super::model::{Contract, PartKind};
use super::services;
use crate::limits::ContractLimits;
use crate::xml::{Diagnostic, ElementId, QName, Severity, Tree, ns};
use crate::xsd::{Documents, Fetch, Loader, Origin, Schema};

/// Loads the contract whose main document is `main`.
///
/// Errors: a document that is not a WSDL, not well-formed or over a limit. Problems that concern only some operations
/// are in [`Contract::diagnostics`] and in the operations.
pub fn load(main: &str, fetch: &mut dyn Fetch, limits: &ContractLimits) -> Result<Contract, Vec<Diagnostic>> {
    let mut documents = Documents::new(fetch, limits);
    let mut definitions = Definitions::default();
    let number = documents.read("", main).map_err(|problem| vec![problem])?;
    definitions.add(&mut documents, number, 0).map_err(|problem| vec![problem])?;
    let mut loader = Loader::new(&mut documents);
    for (document, element) in &definitions.schemas {
        loader.add(*document, *element, None);
    }
    let (schema, mut diagnostics) = loader.finish();
    diagnostics.splice(0..0, std::mem::take(&mut definitions.diagnostics));
    let documents = std::mem::take(&mut documents.list);
    let (services, found) = services::services(&definitions, &schema);
    diagnostics.extend(found);
    Ok(Contract { documents, schema, services, diagnostics })
}

/// Everything that the WSDL documents define, by name.
#[derive(Default)]
pub(super) struct Definitions {
    pub(super) messages: HashMap<QName, Place>,
    pub(super) port_types: HashMap<QName, Place>,
    pub(super) bindings: HashMap<QName, Place>,
    pub(super) services: Vec<(QName, Place)>,
    /// Bindings in document order, for documents without a service.
    pub(super) binding_order: Vec<QName>,
    schemas: Vec<(usize, ElementId)>,
    seen: Vec<usize>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

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

    pub(super) fn diagnostic(&self, code: &'static str, severity: Severity, message: String) -> Diagnostic {
        let offset = self.tree.element(self.element).offset;
        Diagnostic::at(
            code,
            severity,
            crate::xml::Place { file: &self.file, tree: &self.tree, offset },
            message,
        )
    }
}

impl Definitions {
    /// Adds document `number` and those that it imports.
    fn add(&mut self, documents: &mut Documents<'_>, number: usize, depth: usize) -> Result<(), Diagnostic> {
        if self.seen.contains(&number) {
            return Ok(());
        }
        self.seen.push(number);
        let Some(document) = documents.list.get(number) else { return Ok(()) };
        let tree = document.tree.clone();
        let target = tree.attribute(tree.root(), "targetNamespace").unwrap_or("").into();
        let root =
            Place { document: number, file: document.file.clone(), element: tree.root(), tree, target };
        self.check_root(&root, depth)?;
        if root.local() == "schema" {
            self.schemas.push((number, root.element));
            return Ok(());
        }
        for child in root.children().filter(|child| child.namespace() == ns::WSDL_URI) {
            self.define(documents, &child, depth)?;
        }
        Ok(())
    }

    fn check_root(&self, root: &Place, depth: usize) -> Result<(), Diagnostic> {
        let error = |message: &str| Err(root.diagnostic("WSDL0001", Severity::Error, message.to_owned()));
        match (root.namespace(), root.local()) {
            (ns::WSDL_URI, "definitions") => Ok(()),
            (ns::XSD_URI, "schema") if depth > 0 => Ok(()),
            (_, "description") => {
                error("WSDL 2.0 is not supported; the service probably has a WSDL 1.1 as well")
            }
            _ => error("the document is not a WSDL 1.1: its root is not wsdl:definitions"),
        }
    }

    fn define(
        &mut self,
        documents: &mut Documents<'_>,
        place: &Place,
        depth: usize,
    ) -> Result<(), Diagnostic> {
        match place.local() {
            "import" => return self.import(documents, place, depth),
            "types" => {
                let schemas = place
                    .children()
                    .filter(|child| child.namespace() == ns::XSD_URI && child.local() == "schema");
                self.schemas.extend(schemas.map(|schema| (schema.document, schema.element)));
                return Ok(());
            }
            _ => {}
        }
        let Some(local) = place.attribute("name") else { return Ok(()) };
        let name = QName { namespace: place.target.clone(), local: local.trim().into() };
        match place.local() {
            "binding" => {
                self.binding_order.push(name.clone());
                self.bindings.entry(name).or_insert_with(|| place.clone());
            }
            "message" => drop(self.messages.entry(name).or_insert_with(|| place.clone())),
            "portType" => drop(self.port_types.entry(name).or_insert_with(|| place.clone())),
            "service" => self.services.push((name, place.clone())),
            _ => {}
        }
        Ok(())
    }

    fn import(
        &mut self,
        documents: &mut Documents<'_>,
        place: &Place,
        depth: usize,
    ) -> Result<(), Diagnostic> {
        let Some(location) = place.attribute("location") else { return Ok(()) };
        if depth >= documents.limits().depth {
            return Err(place.diagnostic(
                "WSDL0002",
                Severity::Error,
                "too long a chain of imports".to_owned(),
            ));
        }
        match documents.read(&place.file, location) {
            Ok(number) => self.add(documents, number, depth + 1),
            Err(problem) if problem.code == "DOC0001" => {
                let message = format!("{location} cannot be read: {}", problem.message);
                self.diagnostics.push(place.diagnostic("WSDL0003", Severity::Warning, message));
                Ok(())
            }
            Err(problem) => Err(problem),
        }
    }
}

/// Finds `name`; a reference without a prefix, which many real documents have, means the only one of that local name.
pub(super) fn find<'d, T>(table: &'d HashMap<QName, T>, name: &QName) -> Option<&'d T> {
    if let Some(found) = table.get(name) {
        return Some(found);
    }
    let mut same = table.iter().filter(|(known, _)| known.local == name.local);
    same.next().filter(|_| same.next().is_none()).map(|(_, found)| found)
}

/// The element or type that a part refers to; and what is wrong with the reference.
pub(super) fn part_kind(schema: &Schema, part: &Place) -> (PartKind, Option<String>) {
    let lexical = part.attribute("element").or_else(|| part.attribute("type"));
    let Some(lexical) = lexical else {
        return (PartKind::Unknown(None), Some("it has neither an element nor a type".to_owned()));
    };
    let is_element = part.attribute("element").is_some();
    let Some(name) = part.tree.resolve_qname(part.element, lexical) else {
        let local = lexical.rsplit(':').next().unwrap_or(lexical).trim();
        let name = is_element.then(|| QName::new(ns::NONE_URI, local));
        return (PartKind::Unknown(name), Some("its prefix is not declared".to_owned()));
    };
    let known = if is_element {
        schema.element(&name).map(PartKind::Element)
    } else {
        schema.named_type(&name).map(PartKind::Type)
    };
    match known {
        Some(known) => (known, None),
        None => {
            let problem = format!("there is no {} {name}", if is_element { "element" } else { "type" });
            (PartKind::Unknown(is_element.then_some(name)), Some(problem))
        }
    }
}
