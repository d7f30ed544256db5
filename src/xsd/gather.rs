//! Gathering: schema documents, what they import, include and redefine, and the names of their components.

use std::sync::Arc;

use super::bundled;
use super::documents::{Document, UNREADABLE};
use super::load::Loader;
use super::problem::Problem;
use super::source::{Context, Source, Symbol};
use crate::xml::{Diagnostic, ElementId, QName, ns};

/// A schema on its way in.
struct Arrival {
    document: usize,
    root: ElementId,
    /// The target namespace of the schema that includes it.
    adopted: Option<Arc<str>>,
    depth: usize,
}

impl Loader<'_, '_> {
    /// Adds the schema element `root` of document `document`, and what it brings with it.
    pub(crate) fn add(&mut self, document: usize, root: ElementId) {
        self.add_at(Arrival { document, root, adopted: None, depth: 0 });
    }

    fn add_at(&mut self, arrival: Arrival) {
        let Arrival { document, root, adopted, depth } = arrival;
        let Document { tree, file, .. } = self.documents.document(document).clone();
        let own: Option<Arc<str>> = tree.attribute(root, "targetNamespace").map(Into::into);
        let chameleon = own.is_none() && adopted.is_some();
        // Components of a schema without a target namespace are in none.
        let target = own.or(adopted).unwrap_or_default();
        if !self.seen.insert((document, root, target.clone())) {
            return;
        }
        let qualified = |name: &str| tree.attribute(root, name) == Some("qualified");
        let (qualified_elements, qualified_attributes) =
            (qualified("elementFormDefault"), qualified("attributeFormDefault"));
        let context = Context {
            document,
            root,
            target,
            chameleon,
            qualified_elements,
            qualified_attributes,
            tree,
            file,
        };
        self.contexts.push(context.clone());
        let number = self.contexts.len() - 1;
        self.bring(number, &context, depth);
        self.index(number, &context);
    }

    /// Imports, includes and redefinitions.
    fn bring(&mut self, number: usize, context: &Context, depth: usize) {
        for child in context.tree.children(context.root, ns::XSD_URI) {
            let adopted = match &*context.tree.element(child).name.local {
                "import" => None,
                "include" | "redefine" => Some(context.target.clone()),
                _ => continue,
            };
            let Some(location) = context.tree.attribute(child, "schemaLocation") else { continue };
            let at = Source { context: number, element: child };
            if depth >= self.documents.limits().depth {
                self.report(at, Problem::ImportsTooDeep);
                continue;
            }
            match self.documents.read(&context.file, location) {
                Ok(document) => self.brought(document, adopted, depth + 1),
                Err(problem) => self.not_brought(at, location, problem),
            }
        }
    }

    fn brought(&mut self, document: usize, adopted: Option<Arc<str>>, depth: usize) {
        let tree = self.documents.document(document).tree.clone();
        let root = tree.root();
        if &*tree.element(root).name.local == "schema" {
            return self.add_at(Arrival { document, root, adopted, depth });
        }
        // A WSDL brings its inline schemas.
        let types = tree.children(root, ns::WSDL_URI).filter(|id| &*tree.element(*id).name.local == "types");
        for root in types.flat_map(|types| tree.children(types, ns::XSD_URI)) {
            self.add_at(Arrival { document, root, adopted: None, depth });
        }
    }

    fn not_brought(&mut self, at: Source, location: &str, problem: Diagnostic) {
        if problem.code != UNREADABLE {
            self.diagnostics.push(problem);
        } else if !self.is_bundled(at) {
            let (location, reason) = (location.to_owned(), problem.message);
            self.report(at, Problem::Unreadable { location, reason });
        }
    }

    /// Whether the import at `at` is of a schema that is bundled.
    fn is_bundled(&self, at: Source) -> bool {
        self.context(at).tree.attribute(at.element, "namespace").is_some_and(bundled::has)
    }

    /// Brings the bundled schemas of namespaces that the documents mention and do not define.
    pub(super) fn add_bundled(&mut self) {
        loop {
            let missing = bundled::namespaces().find(|namespace| {
                self.contexts.iter().all(|context| *context.target != **namespace) && self.mentions(namespace)
            });
            let Some(document) = missing.and_then(|namespace| self.documents.bundled(namespace)) else {
                return;
            };
            self.add(document, self.documents.document(document).tree.root());
        }
    }

    fn mentions(&self, namespace: &str) -> bool {
        let declares = |context: &Context| {
            let roots = [context.tree.root(), context.root];
            roots.into_iter().any(|root| context.tree.declared(root).any(|(_, name)| name == namespace))
        };
        // Nobody declares the prefix xml.
        let xml = |context: &Context| namespace == ns::XML_URI && context.tree.text().contains("\"xml:");
        self.contexts.iter().any(|context| declares(context) || xml(context))
    }

    fn index(&mut self, number: usize, context: &Context) {
        for child in context.tree.children(context.root, ns::XSD_URI) {
            let at = Source { context: number, element: child };
            if &*context.tree.element(child).name.local != "redefine" {
                self.index_component(at, context, false);
                continue;
            }
            for element in context.tree.children(child, ns::XSD_URI) {
                self.index_component(Source { element, ..at }, context, true);
            }
        }
    }

    fn index_component(&mut self, source: Source, context: &Context, redefines: bool) {
        let symbol = match &*context.tree.element(source.element).name.local {
            "attribute" => Symbol::Attribute,
            "attributeGroup" => Symbol::AttributeGroup,
            "complexType" | "simpleType" => Symbol::Type,
            "element" => Symbol::Element,
            "group" => Symbol::Group,
            _ => return,
        };
        let Some(name) = context.tree.attribute(source.element, "name") else { return };
        let key = (symbol, QName { namespace: context.target.clone(), local: name.trim().into() });
        match self.symbols.get(&key).copied() {
            Some(old) if redefines => {
                self.replaced.insert(source, old);
                self.symbols.insert(key, source);
            }
            Some(_) => {}
            None => {
                self.symbols.insert(key, source);
            }
        }
    }
}
