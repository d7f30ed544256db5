//! What the documents of a contract define: WSDL 1.1 section 2.1.

use std::collections::HashMap;

use super::place::Place;
use super::policy::Policies;
use super::problem::Problem;
use crate::xml::{Diagnostic, ElementId, QName, ns};
use crate::xsd::{Documents, Missing, UNREADABLE};

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
    /// The policies of the WSDL documents.
    pub(super) policies: Policies,
    /// The roots of the WSDL documents.
    pub(super) roots: Vec<Place>,
    /// Documents that are not there.
    pub(super) missing: Missing,
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
        self.missing.is_there(root.target.clone());
        self.roots.push(root.clone());
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
                let name = self.name_of(place, "a binding");
                let first = name.filter(|name| self.keep(Kind::Binding, name, place));
                self.binding_order.extend(first);
            }
            "message" => {
                let name = self.name_of(place, "a message");
                name.map(|name| self.keep(Kind::Message, &name, place));
                self.check_names("part", place);
            }
            "portType" => {
                let name = self.name_of(place, "a port type");
                name.map(|name| self.keep(Kind::PortType, &name, place));
            }
            "service" => {
                let name = self.name_of(place, "a service");
                if let Some(name) = name {
                    self.keep_service(name, place);
                }
                self.check_names("port", place);
            }
            // Documentation and extensions.
            _ => {}
        }
        Ok(())
    }

    /// Keeps the first definition of `name`, and reports one that says something else. Whether it is the first.
    fn keep(&mut self, kind: Kind, name: &QName, place: &Place) -> bool {
        let (what, table) = match kind {
            Kind::Binding => ("binding", &mut self.bindings),
            Kind::Message => ("message", &mut self.messages),
            Kind::PortType => ("port type", &mut self.port_types),
        };
        let Some(known) = table.get(name) else {
            table.insert(name.clone(), place.clone());
            return true;
        };
        let known = known.clone();
        if !known.says_the_same(place) {
            self.report(place, &disputed(what, name.clone(), &known));
        }
        false
    }

    /// Keeps a service. One of a known name that says something else may have other ports, and is reported.
    fn keep_service(&mut self, name: QName, place: &Place) {
        let known = self.services.iter().find(|(known, _)| *known == name).map(|(_, known)| known.clone());
        if known.as_ref().is_some_and(|known| known.says_the_same(place)) {
            return;
        }
        if let Some(known) = known {
            self.report(place, &disputed("service", name.clone(), &known));
        }
        self.services.push((name, place.clone()));
    }

    /// Reports the children `what` of `place` that have the name of another one, and say something else.
    fn check_names(&mut self, what: &'static str, place: &Place) {
        let mut known: HashMap<String, Place> = HashMap::new();
        for child in place.wsdl_children(what) {
            let name = child.name("name").to_owned();
            match known.get(&name).filter(|_| !name.is_empty()) {
                Some(first) if !first.says_the_same(&child) => {
                    self.report(&child, &disputed(what, QName::new(ns::NONE_URI, &name), first));
                }
                Some(_) => {}
                None => drop(known.insert(name, child)),
            }
        }
    }

    fn report(&mut self, place: &Place, problem: &Problem) {
        self.diagnostics.push(place.diagnostic(problem));
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
        let expected = place.attribute("namespace");
        match documents.read(&place.file, location) {
            Ok(number) => {
                let tree = &documents.document(number).tree;
                let found = tree.attribute(tree.root(), "targetNamespace").map_or("", |found| found);
                if let Some(expected) = expected.filter(|expected| *expected != found) {
                    let (location, found) = (location.to_owned(), found.to_owned());
                    let problem = Problem::OtherNamespace { location, expected: expected.to_owned(), found };
                    self.missing.document(expected, "", place.diagnostic(&problem));
                }
                self.add(documents, number, depth + 1)
            }
            Err(problem) if problem.code == UNREADABLE => {
                let problem = Problem::Unreadable { location: location.to_owned(), reason: problem.message };
                // Without a namespace it may have had what is in none.
                let expected = expected.map_or("", |expected| expected);
                self.missing.document(expected, location, place.diagnostic(&problem));
                Ok(())
            }
            Err(problem) => Err(problem),
        }
    }
}

/// That `name` is defined again, with other content than that of the `first` one.
fn disputed(what: &'static str, name: QName, first: &Place) -> Problem {
    Problem::Disputed { what, name, other: first.location() }
}

/// What is defined once.
#[derive(Clone, Copy)]
enum Kind {
    Binding,
    Message,
    PortType,
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
