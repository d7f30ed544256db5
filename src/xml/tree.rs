//! A small positioned tree, for the documents of a contract: every diagnostic shows file, line and column.

use std::sync::{Arc, OnceLock};

use super::decode;
use super::error::{Error, Position};
use super::name::split_qname;
use super::namespace::{Namespaces, NsId, ns};
use super::reader::{Event, Reader};
use crate::limits::XmlLimits;

/// An element of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ElementId(u32);

/// An expanded name with its namespace name spelled out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QName {
    /// The namespace name; empty for none.
    pub namespace: Arc<str>,
    /// The local name.
    pub local: Arc<str>,
}

impl QName {
    /// The name `local` in `namespace`.
    pub fn new(namespace: &str, local: &str) -> Self {
        Self { namespace: namespace.into(), local: local.into() }
    }
}

impl std::fmt::Display for QName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.namespace.is_empty() {
            write!(f, "{}", self.local)
        } else {
            write!(f, "{{{}}}{}", self.namespace, self.local)
        }
    }
}

/// An element with everything that a schema or WSDL reader asks for.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its expanded name.
    pub name: QName,
    /// Its attributes, in document order.
    pub attributes: Vec<TreeAttribute>,
    /// Its children, in document order.
    pub children: Vec<ElementId>,
    /// Its character data, joined over its children.
    pub text: String,
    /// Where its start tag begins.
    pub offset: usize,
    /// Where its end tag ends.
    pub end: usize,
    parent: Option<ElementId>,
    bindings: Vec<(Box<str>, Arc<str>)>,
}

/// An attribute of an [`Element`].
#[derive(Clone, Debug)]
pub struct TreeAttribute {
    /// Its expanded name.
    pub name: QName,
    /// Its normalised value.
    pub value: String,
    /// Where it begins.
    pub offset: usize,
}

/// A whole document.
#[derive(Clone, Debug)]
pub struct Tree {
    text: String,
    elements: Vec<Element>,
    /// Where each line begins: places are asked for by the thousand in a document that is wrong.
    lines: OnceLock<Vec<usize>>,
}

impl Tree {
    /// Reads a document. Processing instructions are passed over; a DOCTYPE is refused.
    pub fn parse(bytes: &[u8], limits: &XmlLimits) -> Result<Self, Error> {
        let text = decode(bytes, None)?.into_owned();
        let known = Namespaces::default();
        let elements = Builder::read(Reader::new(&text, &known, limits).allow_instructions())?;
        Ok(Self { text, elements, lines: OnceLock::new() })
    }

    /// The root element.
    pub fn root(&self) -> ElementId {
        ElementId(0)
    }

    /// The element `id`, which must be of this tree.
    #[expect(clippy::indexing_slicing, reason = "an ElementId is made by the tree that holds the element")]
    pub fn element(&self, id: ElementId) -> &Element {
        &self.elements[id.0 as usize]
    }

    /// The element whose start tag begins at byte `offset`.
    pub fn at_offset(&self, offset: usize) -> Option<ElementId> {
        // They stand in document order; a number between two is that of none.
        let at = self.elements.binary_search_by_key(&offset, |element| element.offset).ok()?;
        Some(ElementId(at as u32))
    }

    /// The children of `id` that are in namespace `namespace`, in document order.
    pub fn children<'t>(&'t self, id: ElementId, namespace: &'t str) -> impl Iterator<Item = ElementId> + 't {
        let children = self.element(id).children.iter().copied();
        children.filter(move |child| &*self.element(*child).name.namespace == namespace)
    }

    /// The value of the unqualified attribute `local` of `id`.
    pub fn attribute(&self, id: ElementId, local: &str) -> Option<&str> {
        self.attribute_of(id, "", local).map(|attribute| attribute.value.as_str())
    }

    /// The element around `id`; nothing around the root.
    pub fn parent(&self, id: ElementId) -> Option<ElementId> {
        self.element(id).parent
    }

    /// The attribute `local` in `namespace` of `id`.
    pub fn attribute_of(&self, id: ElementId, namespace: &str, local: &str) -> Option<&TreeAttribute> {
        let mut attributes = self.element(id).attributes.iter();
        attributes.find(|a| &*a.name.namespace == namespace && &*a.name.local == local)
    }

    /// The namespace that `prefix` (empty: the default namespace) is bound to at `id`.
    pub fn resolve_prefix(&self, id: ElementId, prefix: &str) -> Option<Arc<str>> {
        let mut at = Some(id);
        while let Some(id) = at {
            let element = self.element(id);
            if let Some((_, name)) = element.bindings.iter().find(|(bound, _)| **bound == *prefix) {
                return Some(name.clone());
            }
            at = element.parent;
        }
        match prefix {
            "" => Some("".into()),
            "xml" => Some(ns::XML_URI.into()),
            _ => None,
        }
    }

    /// The prefixes that `id` itself declares, with their namespace names.
    pub fn declared(&self, id: ElementId) -> impl Iterator<Item = (&str, &str)> {
        self.element(id).bindings.iter().map(|(prefix, name)| (&**prefix, &**name))
    }

    /// The expanded name that the QName `lexical` means as a value at `id` (white space around it is ignored).
    /// Nothing when its prefix is not declared.
    pub fn resolve_qname(&self, id: ElementId, lexical: &str) -> Option<QName> {
        let (prefix, local) = split_qname(lexical.trim());
        Some(QName { namespace: self.resolve_prefix(id, prefix)?, local: local.into() })
    }

    /// The place of byte `offset`.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.lines().partition_point(|start| *start <= offset);
        let start = self.lines().get(line - 1).copied().expect("the first line begins before everything");
        let before = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        Position { offset, line, column: 1 + before }
    }

    /// Line `number`, from one, without its end; nothing behind the last one.
    pub fn line(&self, number: usize) -> Option<&str> {
        let start = self.lines().get(number.checked_sub(1)?).copied()?;
        self.text.get(start..)?.lines().next()
    }

    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(ends.map(|end| end + 1)).collect()
        })
    }

    /// The decoded document.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many elements the document has.
    #[expect(clippy::len_without_is_empty, reason = "a document has a root")]
    pub fn len(&self) -> usize {
        self.elements.len()
    }
}

struct Builder<'i> {
    reader: Reader<'i>,
    elements: Vec<Element>,
    open: Vec<ElementId>,
    names: std::collections::HashMap<NsId, Arc<str>>,
}

impl<'i> Builder<'i> {
    fn read(reader: Reader<'i>) -> Result<Vec<Element>, Error> {
        let mut builder = Self { reader, elements: Vec::new(), open: Vec::new(), names: Default::default() };
        loop {
            let event = builder.reader.next()?;
            builder.take_text();
            match event {
                Event::Start(name) => builder.start(name.ns, name.local),
                Event::End => builder.end(),
                Event::Eof => return Ok(builder.elements),
            }
        }
    }

    fn take_text(&mut self) {
        let open = self.open.last().and_then(|id| self.elements.get_mut(id.0 as usize));
        if let Some(element) = open {
            element.text.push_str(self.reader.text());
        }
    }

    fn start(&mut self, ns: NsId, local: &str) {
        let id = ElementId(self.elements.len() as u32);
        let parent = self.open.last().copied();
        let element = Element {
            name: QName { namespace: self.name(ns), local: local.into() },
            attributes: self.attributes(),
            children: Vec::new(),
            text: String::new(),
            offset: self.reader.offset(),
            end: self.reader.end_offset(),
            parent,
            bindings: self.own_bindings(),
        };
        if let Some(parent) = parent.and_then(|parent| self.elements.get_mut(parent.0 as usize)) {
            parent.children.push(id);
        }
        self.elements.push(element);
        self.open.push(id);
    }

    fn end(&mut self) {
        let end = self.reader.end_offset();
        let closed = self.open.pop().and_then(|id| self.elements.get_mut(id.0 as usize));
        if let Some(element) = closed {
            element.end = end;
        }
    }

    fn name(&mut self, ns: NsId) -> Arc<str> {
        self.names.entry(ns).or_insert_with(|| self.reader.namespace(ns).into()).clone()
    }

    fn attributes(&mut self) -> Vec<TreeAttribute> {
        let attributes: Vec<_> = self.reader.attributes().to_vec();
        let attributes = attributes.into_iter().map(|attribute| TreeAttribute {
            name: QName { namespace: self.name(attribute.name.ns), local: attribute.name.local.into() },
            value: attribute.value.into_owned(),
            offset: attribute.offset,
        });
        attributes.collect()
    }

    fn own_bindings(&mut self) -> Vec<(Box<str>, Arc<str>)> {
        let own: Vec<_> = self.reader.own_bindings().collect();
        own.into_iter().map(|(prefix, ns)| (prefix.into(), self.name(ns))).collect()
    }
}
