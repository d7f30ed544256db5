//! The contract as one document (`?singleWsdl`), for clients that follow no references: its schemas stand in its `types`.
//!
//! What cannot stand there stays where it is, and is referred to as before: another WSDL, and a schema that is redefined.

use std::collections::BTreeSet;

use super::pieces::{Hole, Parts, Shown};
use super::references::{declaration_end, value_span};
use crate::wsdl::{Contract, Document, References};
use crate::xml::{Element, ElementId, Tree, ns};

/// The contract as one document.
pub(super) fn single(contract: &Contract, shown: Shown<'_>) -> Parts {
    let mut maker = Maker {
        all: &contract.documents,
        numbers: &contract.references,
        wanted: Vec::new(),
        seen: BTreeSet::new(),
        pieces: Pieces::default(),
    };
    if let Some(document) = contract.documents.first() {
        maker.wsdl(document, shown.within(0));
    }
    maker.pieces.parts()
}

/// A schema document, and the namespace that it gets where it has none of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
    number: usize,
    namespace: Option<String>,
}

struct Maker<'m> {
    all: &'m [Document],
    numbers: &'m References,
    /// Schemas that are still to be written.
    wanted: Vec<Wanted>,
    seen: BTreeSet<Wanted>,
    pieces: Pieces,
}

/// Something of a document that is written in another way: from one byte up to another.
struct Edit {
    start: usize,
    end: usize,
    new: New,
}

enum New {
    Hole(Hole),
    /// All schemas, with a text before and behind them.
    Schemas(String, String),
    Text(String),
}

#[derive(Default)]
struct Pieces {
    done: Vec<(String, Hole)>,
    open: String,
}

impl Pieces {
    fn hole(&mut self, hole: Hole) {
        self.done.push((std::mem::take(&mut self.open), hole));
    }

    fn parts(mut self) -> Parts {
        self.hole(Hole::Nothing);
        Parts { pieces: self.done }
    }
}

impl Maker<'_> {
    fn wsdl(&mut self, document: &Document, shown: Shown<'_>) {
        let tree = &document.tree;
        let nothing = |(start, end)| Edit { start, end, new: New::Text(String::new()) };
        let mut edits: Vec<Edit> = shown.hidden(tree).into_iter().map(nothing).collect();
        let address = |(start, end, hole)| Edit { start, end, new: New::Hole(hole) };
        edits.extend(shown.addresses(tree).into_iter().map(address));
        edits.extend(self.references(document, tree.root(), None));
        edits.extend(types(tree));
        self.write(document, declaration_end(tree.text())..tree.text().len(), edits);
    }

    /// What becomes of the references at and below `id`: those to schemas that are written here are taken out. `namespace` is that of
    /// the schema around them.
    fn references(&mut self, document: &Document, id: ElementId, namespace: Option<&str>) -> Vec<Edit> {
        let tree = &document.tree;
        let element = tree.element(id);
        let own = match (&*element.name.namespace, &*element.name.local) {
            (ns::XSD_URI, "schema") => tree.attribute(id, "targetNamespace").or(namespace),
            _ => namespace,
        };
        let edit = match (&*element.name.namespace, &*element.name.local) {
            (ns::WSDL_URI, "import") => self.left(document, id, "location"),
            (ns::XSD_URI, "redefine") => self.left(document, id, "schemaLocation"),
            (ns::XSD_URI, "import") => self.imported(document, id),
            (ns::XSD_URI, "include") => self.included(document, id, own),
            _ => None,
        };
        let mut edits = Vec::from_iter(edit);
        for child in &element.children {
            edits.extend(self.references(document, *child, own));
        }
        edits
    }

    /// A reference that stays.
    fn left(&self, document: &Document, id: ElementId, attribute: &str) -> Option<Edit> {
        let found = document.tree.attribute_of(id, "", attribute)?;
        let number = self.numbers.number(&document.file, &found.value)?;
        let (start, end) = value_span(document.tree.text(), found.offset)?;
        Some(Edit { start, end, new: New::Hole(Hole::Document(number)) })
    }

    /// Whether a document is a schema: an import may lead to a WSDL with schemas in it.
    fn is_schema(&self, number: usize) -> bool {
        let name = self.all.get(number).map(|document| &document.tree.element(document.tree.root()).name);
        name.is_some_and(|name| &*name.namespace == ns::XSD_URI && &*name.local == "schema")
    }

    /// An import without the place of its schema, which is here.
    fn imported(&mut self, document: &Document, id: ElementId) -> Option<Edit> {
        let found = document.tree.attribute_of(id, "", "schemaLocation")?;
        let number = self.numbers.number(&document.file, &found.value)?;
        if !self.is_schema(number) {
            return self.left(document, id, "schemaLocation");
        }
        let (_, end) = value_span(document.tree.text(), found.offset)?;
        self.want(Wanted { number, namespace: None });
        Some(Edit { start: found.offset, end: end + 1, new: New::Text(String::new()) })
    }

    /// Nothing in place of an include: the schema stands beside the one that includes it, with the same namespace.
    fn included(&mut self, document: &Document, id: ElementId, namespace: Option<&str>) -> Option<Edit> {
        let found = document.tree.attribute_of(id, "", "schemaLocation")?;
        let number = self.numbers.number(&document.file, &found.value)?;
        if !self.is_schema(number) {
            return self.left(document, id, "schemaLocation");
        }
        let schema = &self.all.get(number)?.tree;
        let is_bare = schema.attribute(schema.root(), "targetNamespace").is_none();
        self.want(Wanted { number, namespace: namespace.filter(|_| is_bare).map(str::to_owned) });
        let Element { offset, end, .. } = document.tree.element(id);
        Some(Edit { start: *offset, end: *end, new: New::Text(String::new()) })
    }

    fn want(&mut self, wanted: Wanted) {
        if self.seen.insert(wanted.clone()) {
            self.wanted.push(wanted);
        }
    }

    /// Writes every schema that is wanted, and those that they want.
    fn schemas(&mut self) {
        let mut at = 0;
        while let Some(wanted) = self.wanted.get(at).cloned() {
            at += 1;
            if let Some(document) = self.all.get(wanted.number) {
                self.schema(document, wanted.namespace.as_deref());
            }
        }
    }

    fn schema(&mut self, document: &Document, namespace: Option<&str>) {
        let tree = &document.tree;
        let root = tree.element(tree.root());
        let mut edits = self.references(document, tree.root(), namespace);
        let name = tree.text().get(root.offset..root.end).map_or("", |text| text);
        let behind = root.offset + name.find([' ', '\t', '\r', '\n', '>', '/']).map_or(name.len(), |at| at);
        edits.push(Edit { start: behind, end: behind, new: New::Text(declared(tree, namespace)) });
        self.write(document, root.offset..root.end, edits);
    }

    fn write(&mut self, document: &Document, range: std::ops::Range<usize>, mut edits: Vec<Edit>) {
        edits.sort_by_key(|edit| edit.start);
        let text = |from: usize, to: usize| document.tree.text().get(from..to).map_or("", |text| text);
        let mut from = range.start;
        for Edit { start, end, new } in edits {
            // A reference in an element that is left out is gone with it.
            if start < from {
                continue;
            }
            self.pieces.open.push_str(text(from, start));
            from = end;
            match new {
                New::Hole(hole) => self.pieces.hole(hole),
                New::Text(text) => self.pieces.open.push_str(&text),
                New::Schemas(before, behind) => {
                    self.pieces.open.push_str(&before);
                    self.schemas();
                    self.pieces.open.push_str(&behind);
                }
            }
        }
        self.pieces.open.push_str(text(from, range.end));
    }
}

/// What the root of a schema declares besides, so that it means the same in another document: no default namespace, where it has none, and
/// the namespace of whoever includes it.
fn declared(tree: &Tree, namespace: Option<&str>) -> String {
    let bare = tree.declared(tree.root()).all(|(prefix, _)| !prefix.is_empty());
    let escaped = namespace.map_or(String::new(), |namespace| {
        namespace.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
    });
    let default = if bare { format!(" xmlns=\"{escaped}\"") } else { String::new() };
    let target = namespace.map_or(String::new(), |_| format!(" targetNamespace=\"{escaped}\""));
    format!("{default}{target}")
}

/// Where the schemas go: at the end of `types`, which there may have to be.
fn types(tree: &Tree) -> Option<Edit> {
    let root = tree.element(tree.root());
    let prefix = tree.text().get(root.offset + 1..)?.split([' ', '\t', '\r', '\n', '>', '/']).next()?;
    let name = prefix.replace("definitions", "types");
    let child = |local: &str| {
        let mut found = tree.children(tree.root(), ns::WSDL_URI).map(|id| tree.element(id));
        found.find(|element| &*element.name.local == local)
    };
    let close = format!("</{name}>");
    let Some(types) = child("types") else {
        let mut children = root.children.iter().map(|id| tree.element(*id));
        let next = children.find(|element| !matches!(&*element.name.local, "documentation" | "import"))?;
        return Some(Edit {
            start: next.offset,
            end: next.offset,
            new: New::Schemas(format!("<{name}>"), close),
        });
    };
    let text = tree.text().get(types.offset..types.end)?;
    if text.ends_with("/>") {
        let new = New::Schemas(">".to_owned(), close);
        return Some(Edit { start: types.end - 2, end: types.end, new });
    }
    let end = types.offset + text.rfind("</")?;
    Some(Edit { start: end, end, new: New::Schemas(String::new(), String::new()) })
}
