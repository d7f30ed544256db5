//! What the documents of a contract define: WSDL 1.1 section 2.1.

use std::collections::HashMap;

use super::place::Place;
use super::problem::Problem;
use crate::xml::{Diagnostic, ElementId, QName, ns};
use crate::xsd::{Documents, UNREADABLE};

/// Everything that the WSDL documents define, by name.
#[derive(Default)]
pub(super) struct Definitions {
    pub(super) messages: HashMap<QName, Place>,
    pub(super) port_types: HashMap<QName, Place>,
    pub(super) bindings: HashMap<QName, Place>,
    pub(super) services: Vec<(QName, Place)>,
    /// Bindings in document order, for documents without a service.
    pub(super) binding_order: Vec<QName>,
    pub(super) schemas: Vec<(usize, ElementId)>,
    seen: Vec<usize>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Definitions {
    /// Adds document `number` and those that it imports.
    pub(super) fn add(
        &mut self,
        documents: &mut Documents<'_>,
        number: usize,
        depth: usize,
    ) -> Result<(), Diagnostic> {
        if self.seen.contains(&number) {
            return Ok(());
        }
        self.seen.push(number);
        let document = documents.document(number);
        let tree = document.tree.clone();
        // Without a target namespace definitions are in none.
        let target = tree.attribute(tree.root(), "targetNamespace").unwrap_or_default().into();
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
        match (root.namespace(), root.local()) {
            (ns::WSDL_URI, "definitions") => Ok(()),
            (ns::XSD_URI, "schema") if depth > 0 => Ok(()),
            (_, "description") => Err(root.diagnostic(&Problem::Wsdl2)),
            _ => Err(root.diagnostic(&Problem::NotWsdl)),
        }
    }

    /// What the child `place` of `wsdl:definitions` defines.
    fn define(
        &mut self,
        documents: &mut Documents<'_>,
        place: &Place,
        depth: usize,
    ) -> Result<(), Diagnostic> {
        match place.local() {
            "import" => return self.import(documents, place, depth),
            "types" => {
                let is_schema = |child: &Place| child.namespace() == ns::XSD_URI && child.local() == "schema";
                let schemas = place.children().filter(is_schema);
                self.schemas.extend(schemas.map(|schema| (schema.document, schema.element)));
            }
            "binding" => {
                if let Some(name) = self.name_of(place, "a binding") {
                    self.binding_order.push(name.clone());
                    self.bindings.entry(name).or_insert_with(|| place.clone());
                }
            }
            "message" => {
                let name = self.name_of(place, "a message");
                name.map(|name| self.messages.entry(name).or_insert_with(|| place.clone()));
            }
            "portType" => {
                let name = self.name_of(place, "a port type");
                name.map(|name| self.port_types.entry(name).or_insert_with(|| place.clone()));
            }
            "service" => {
                let name = self.name_of(place, "a service");
                self.services.extend(name.map(|name| (name, place.clone())));
            }
            // Documentation and extensions.
            _ => {}
        }
        Ok(())
    }

    /// The name that `place` defines; nothing, and a report, without one.
    fn name_of(&mut self, place: &Place, kind: &'static str) -> Option<QName> {
        let local = place.name("name");
        if local.is_empty() {
            self.diagnostics.push(place.diagnostic(&Problem::Nameless(kind)));
            return None;
        }
        Some(QName { namespace: place.target.clone(), local: local.into() })
    }

    fn import(
        &mut self,
        documents: &mut Documents<'_>,
        place: &Place,
        depth: usize,
    ) -> Result<(), Diagnostic> {
        let Some(location) = place.attribute("location") else { return Ok(()) };
        if depth >= documents.limits().depth {
            return Err(place.diagnostic(&Problem::ImportsTooDeep));
        }
        match documents.read(&place.file, location) {
            Ok(number) => self.add(documents, number, depth + 1),
            Err(problem) if problem.code == UNREADABLE => {
                let (location, reason) = (location.to_owned(), problem.message);
                self.diagnostics.push(place.diagnostic(&Problem::Unreadable { location, reason }));
                Ok(())
            }
            Err(problem) => Err(problem),
        }
    }
}

/// Finds `name`. Many real documents refer without a prefix, or with that of another namespace: such a reference means the
/// only definition of that local name, where there is one.
pub(super) fn find<'d, T>(table: &'d HashMap<QName, T>, name: &QName) -> Option<&'d T> {
    if let Some(found) = table.get(name) {
        return Some(found);
    }
    let mut same = table.iter().filter(|(known, _)| known.local == name.local);
    same.next().filter(|_| same.next().is_none()).map(|(_, found)| found)
}
