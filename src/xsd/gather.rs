//! Gathering: schema documents, what they import, include and redefine, and the names of their components.

use std::sync::Arc;

use super::bundled;
use super::documents::{Document, UNREADABLE};
use super::load::Loader;
use super::problem::Problem;
use super::same::{Written, same};
use super::source::{Context, Source, Symbol};
use crate::xml::{Diagnostic, ElementId, QName, Tree, ns};

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
            let at = Source { context: number, element: child };
            let expected = match &adopted {
                Some(target) => target.clone(),
                // An import without a namespace is of components that have none.
                None => context.tree.attribute(child, "namespace").map_or_else(Arc::default, Arc::from),
            };
            let Some(location) = context.tree.attribute(child, "schemaLocation") else {
                let found = self.diagnostic(at, &Problem::Unlocated(expected.to_string()));
                self.missing.unlocated(&expected, found);
                continue;
            };
            if depth >= self.documents.limits().depth {
                self.report(at, Problem::ImportsTooDeep);
                continue;
            }
            match self.documents.read(&context.file, location) {
                Ok(document) => {
                    let import = Import { at, location, expected: &expected };
                    self.check_brought(import, document, adopted.is_some());
                    self.brought(document, adopted, depth + 1);
                }
                Err(problem) => self.not_brought(Import { at, location, expected: &expected }, problem),
            }
        }
    }

    /// Whether the document that came is a schema, and one of the namespace that it was brought for.
    fn check_brought(&mut self, import: Import<'_>, document: usize, included: bool) {
        let tree = self.documents.document(document).tree.clone();
        let root = tree.element(tree.root());
        let location = import.location.to_owned();
        let is_schema = &*root.name.namespace == ns::XSD_URI && &*root.name.local == "schema";
        let found: Vec<&str> = if is_schema {
            vec![target(&tree, tree.root())]
        } else if &*root.name.namespace == ns::WSDL_URI {
            let inline = inline_schemas(&tree);
            inline.map(|root| target(&tree, root)).collect()
        } else {
            let root = root.name.to_string();
            return self.is_missing(import, Problem::NotSchema { location, root });
        };
        let fits = |found: &&str| **found == **import.expected || included && found.is_empty();
        if let Some(other) = found.first().filter(|_| !found.iter().any(fits)) {
            let (expected, found) = (import.expected.to_string(), (*other).to_owned());
            self.is_missing(import, Problem::OtherNamespace { location, expected, found });
        }
    }

    fn is_missing(&mut self, import: Import<'_>, problem: Problem) {
        let found = self.diagnostic(import.at, &problem);
        self.missing.document(import.expected, import.location, found);
    }

    fn brought(&mut self, document: usize, adopted: Option<Arc<str>>, depth: usize) {
        let tree = self.documents.document(document).tree.clone();
        let root = tree.root();
        if &*tree.element(root).name.local == "schema" {
            return self.add_at(Arrival { document, root, adopted, depth });
        }
        // A WSDL brings its inline schemas.
        for root in inline_schemas(&tree) {
            self.add_at(Arrival { document, root, adopted: None, depth });
        }
    }

    fn not_brought(&mut self, import: Import<'_>, problem: Diagnostic) {
        if problem.code != UNREADABLE {
            self.missing.document(import.expected, import.location, problem);
        } else if !self.is_bundled(import.at) {
            let (location, reason) = (import.location.to_owned(), problem.message);
            self.is_missing(import, Problem::Unreadable { location, reason });
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
            Some(first) => self.declared_again(first, source, key),
            None => {
                self.symbols.insert(key, source);
            }
        }
    }

    /// Of two components of one name the first is used; they should say the same.
    fn declared_again(&mut self, first: Source, again: Source, key: (Symbol, QName)) {
        let written = |source| Written { context: self.context(source), source };
        let same = same(written(first), written(again));
        let (symbol, name) = key;
        if same {
            match &mut self.repeated {
                Some((_, _, others)) => *others += 1,
                None => self.repeated = Some((again, name, 0)),
            }
            return;
        }
        let context = self.context(first);
        let position = context.tree.position(context.tree.element(first.element).offset);
        let other = format!("{}:{position}", context.file);
        let reason =
            format!("{} {name} is declared twice with different content, first at {other}", symbol.name());
        self.disputed.entry(first).or_insert_with(|| reason.into());
        self.report(again, Problem::Disputed { what: symbol.name(), name, other });
    }
}

/// What a schema brings in.
#[derive(Clone, Copy)]
struct Import<'i> {
    at: Source,
    /// What it says of where it is.
    location: &'i str,
    /// The namespace that it should define.
    expected: &'i Arc<str>,
}

/// The target namespace of a schema; without the attribute it is none.
fn target(tree: &Tree, schema: ElementId) -> &str {
    tree.attribute(schema, "targetNamespace").map_or("", |name| name)
}

fn inline_schemas(tree: &Tree) -> impl Iterator<Item = ElementId> + '_ {
    let types = tree.children(tree.root(), ns::WSDL_URI);
    let types = types.filter(|id| &*tree.element(*id).name.local == "types");
    types.flat_map(|types| tree.children(types, ns::XSD_URI))
}
