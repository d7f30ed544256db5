//! The way through a SOAP message beside its JSON: which element is of which value, where the contract declares it, and which rules of the
//! service file changed it.

use std::ops::Range;

use super::super::tree::{Object, Tree};
use super::error::LinkError;
use super::queues::{Pointed, Queues, SlotAt};
use super::rules::{RuleBook, Way};
use crate::json::Value;
use crate::limits::PAGE_SAID;
use crate::plan::{
    ATTACHMENTS, ComplexPlan, ElementIx, HEADERS, Node, NodeKind, OperationPlan, Plan, Role, ScopeIx, Shape,
    SlotIx, TypeIx,
};
use crate::redact::MARK;
use crate::service::Service;
use crate::service::references::value_span;
use crate::xml::{Event, Name, Reader, ns, split_qname, write};

/// A message, walked through.
#[derive(Default)]
pub(super) struct Walked {
    pub(super) lines: Vec<Line>,
    /// What its elements and attributes are.
    pub(super) links: Vec<Tree>,
    /// The texts that the service file puts in, in their order.
    pub(super) fills: Vec<Range<usize>>,
}

/// A tag with what is in it up to the next one.
pub(super) struct Line {
    depth: usize,
    text: String,
    /// The numbers of the links that it has.
    links: Vec<usize>,
}

impl From<Line> for Tree {
    fn from(line: Line) -> Self {
        let links: Vec<Tree> = line.links.into_iter().map(|link| Tree::from(link as u64)).collect();
        Object::new().with("depth", line.depth as u64).with("text", line.text).with("links", links).into()
    }
}

/// A walk through a message.
pub(super) struct Walk<'w> {
    plan: &'w Plan,
    operation: &'w OperationPlan,
    book: RuleBook<'w>,
    reader: Reader<'w>,
    out: Walked,
    /// Bytes that may still be said.
    left: usize,
}

/// An element that was met.
struct Met<'t> {
    /// Its declaration, where it is one of the contract's.
    ix: Option<ElementIx>,
    /// Its value in JSON, where it has one.
    from: Option<Pointed<'t>>,
    /// What is said of it.
    link: Option<usize>,
    way: Way,
    /// Whether the service file put its text in.
    is_filled: bool,
}

impl<'t> Met<'t> {
    /// One of which nothing is known but what it is a part of.
    fn unknown(from: Option<Pointed<'t>>, link: Option<usize>) -> Self {
        Self { ix: None, from, link, way: Way::default(), is_filled: false }
    }
}

/// How the children of an element are found.
enum Children<'p, 't> {
    Array(Items<'t>),
    Complex(Box<Content<'p, 't>>),
    None {
        link: Option<usize>,
    },
    /// The only one.
    One(Box<Met<'t>>),
}

/// What is in an array of the SOAP encoding.
struct Items<'t> {
    item: ElementIx,
    from: std::vec::IntoIter<Pointed<'t>>,
    way: Way,
}

/// What is in an element of a complex type.
struct Content<'p, 't> {
    complex: &'p ComplexPlan,
    /// The name of the type.
    key: &'p str,
    queues: Queues<'t>,
    way: Way,
    link: Option<usize>,
}

impl<'w> Walk<'w> {
    /// Through the request `text` of the operation `index` of `service`.
    pub(super) fn new(service: &'w Service, index: usize, text: &'w str) -> Self {
        let (operation, _) = service.operation(index).expect("the operation is one of the service's");
        let reader = Reader::new(text, service.plan.namespaces(), &service.limits.xml);
        let book = RuleBook::new(&service.rules, &operation.name);
        Self { plan: &service.plan, operation, book, reader, out: Walked::default(), left: PAGE_SAID }
    }

    /// All of it, which was made of `value`. Errors: it is over a bound.
    pub(super) fn walk(mut self, value: Value<'_>) -> Result<Walked, LinkError> {
        let whole = Pointed::whole(value);
        self.reader.next()?;
        self.line(0, Vec::new());
        while let Event::Start(name) = self.reader.next()? {
            let line = self.line(1, Vec::new());
            let children = if name.local == "Header" { self.header(&whole) } else { self.body(&whole) };
            self.content(children, line)?;
        }
        self.line(0, Vec::new());
        self.out.fills.sort_by_key(|fill| fill.start);
        Ok(self.out)
    }

    fn header<'t>(&self, whole: &Pointed<'t>) -> Children<'w, 't> {
        let blocks = whole.value.get(HEADERS).map(|value| whole.member(HEADERS, value));
        self.children(Met { ix: self.operation.input.headers, ..Met::unknown(blocks, None) })
    }

    fn body<'t>(&mut self, whole: &Pointed<'t>) -> Children<'w, 't> {
        let message = &self.operation.input;
        // A body that is no object stands beside its header blocks and attachments.
        let reserved = whole.value.get(HEADERS).or_else(|| whole.value.get(ATTACHMENTS));
        let beside = reserved.and_then(|_| whole.value.get(VALUE));
        let from = Some(beside.map_or_else(|| whole.clone(), |value| whole.member(VALUE, value)));
        let met = Met { ix: message.root, ..Met::unknown(from, None) };
        if message.bare || message.root.is_none() {
            return self.children(met);
        }
        let link = self.link(met.ix, met.from.as_ref(), Vec::new());
        Children::One(Box::new(Met { link: Some(link), ..met }))
    }

    /// The element whose start tag was read, and all that is in it.
    fn element(&mut self, met: Met<'_>, depth: usize) -> Result<(), LinkError> {
        let (begin, mut is_filled) = (self.reader.end_offset(), met.is_filled);
        let line = self.line(depth, met.link.into_iter().collect());
        let tag = self.out.lines.get(line).map_or(0, |line| line.text.len());
        let masked =
            met.from.as_ref().and_then(|from| from.value.as_str()).filter(|text| text.starts_with(MARK));
        let mut children = self.children(met);
        if let Children::Complex(content) = &mut children {
            self.attributes(content, line);
            is_filled |= self.simple_content(content, line);
        }
        let is_leaf = self.content(children, line)?;
        let end = self.reader.offset();
        if is_filled && is_leaf && begin < end {
            self.out.fills.push(begin..end);
        }
        if let Some(masked) = masked.filter(|_| is_leaf && begin < end) {
            self.mask(line, tag, &masked);
        }
        Ok(())
    }

    /// Shows what is masked in JSON, behind the `tag` bytes of its line, as it is there: in XML a number in a text becomes another number, which looks like a value.
    fn mask(&mut self, line: usize, tag: usize, masked: &str) {
        let (input, end) = (self.reader.input(), self.reader.offset()..self.reader.end_offset());
        let Some((line, close)) = self.out.lines.get_mut(line).zip(input.get(end)) else { return };
        let mut text = Vec::new();
        // A mark, and the last characters of a text that JSON has: what XML cannot carry would not have come here.
        if write::text(&mut text, masked).is_ok() {
            line.text.truncate(tag);
            line.text.extend([&*String::from_utf8_lossy(&text), close]);
        }
    }

    /// What is in the element of `line`, up to its end. Whether there is no element in it.
    fn content(&mut self, mut children: Children<'w, '_>, line: usize) -> Result<bool, LinkError> {
        let begin = self.reader.end_offset();
        let depth = self.out.lines.get(line).map_or(0, |line| line.depth);
        let mut is_leaf = true;
        while let Event::Start(name) = self.reader.next()? {
            is_leaf = false;
            if self.left == 0 {
                return Err(LinkError::TooLarge);
            }
            let met = self.child(&mut children, name);
            self.element(met, depth + 1)?;
        }
        if is_leaf {
            let rest = self.reader.input().get(begin..self.reader.end_offset());
            self.out.lines.iter_mut().skip(line).take(1).for_each(|line| line.text.extend(rest));
        } else {
            let links = self.out.lines.get(line).map_or_else(Vec::new, |line| line.links.clone());
            self.line(depth, links);
        }
        Ok(is_leaf)
    }

    /// How the children of an element are found.
    fn children<'t>(&self, met: Met<'t>) -> Children<'w, 't> {
        let Met { ix, from, link, way, .. } = met;
        let Some(ix) = ix else { return Children::None { link } };
        let type_plan = self.plan.type_plan(self.type_of(ix));
        match &type_plan.shape {
            Shape::Array(array) => {
                let items: Vec<_> = from.iter().flat_map(Pointed::items).collect();
                Children::Array(Items { item: array.item, from: items.into_iter(), way })
            }
            Shape::Complex(complex) => {
                let queues = from.map_or_else(Queues::default, |from| Queues::of(complex, &from));
                Children::Complex(Box::new(Content { complex, key: &type_plan.key, queues, way, link }))
            }
            Shape::Unwrap(inner) => {
                // The names in pointers begin behind a wrapper of the whole message.
                let way = if way.is_empty() { way } else { way.to(&self.plan.element(*inner).local, true) };
                Children::One(Box::new(Met { ix: Some(*inner), from, link, way, is_filled: false }))
            }
            Shape::Simple(_) => Children::None { link },
        }
    }

    /// The type of the current element, which may name another one than its declaration.
    fn type_of(&self, ix: ElementIx) -> TypeIx {
        let declared = self.plan.element(ix).type_ix;
        let named = self.reader.attribute(ns::XSI, "type").map(|name| split_qname(name.trim()));
        let found = named
            .and_then(|(prefix, local)| self.plan.named_types().named(self.reader.resolve(prefix)?, local));
        found.filter(|found| self.plan.may_be(declared, *found)).map_or(declared, |found| found)
    }

    /// What the child `name` is, whose start tag was read.
    fn child<'t>(&mut self, children: &mut Children<'w, 't>, name: Name<'w>) -> Met<'t> {
        match children {
            Children::Array(items) => {
                let from = items.from.next();
                let link = self.link(Some(items.item), from.as_ref(), Vec::new());
                let way = items.way.clone();
                Met { ix: Some(items.item), from, link: Some(link), way, is_filled: false }
            }
            Children::Complex(content) => self.member(content, name),
            Children::None { link } => Met::unknown(None, *link),
            Children::One(one) => {
                let link = one.link;
                std::mem::replace(&mut **one, Met::unknown(None, link))
            }
        }
    }

    /// What the child `name` of an object is.
    fn member<'t>(&mut self, content: &mut Content<'w, 't>, name: Name<'w>) -> Met<'t> {
        let complex = content.complex;
        let Some(node) = node_of(self.plan, complex, name) else { return Met::unknown(None, content.link) };
        let is_nil = self.reader.attribute(ns::XSI, "nil").is_some();
        let from = content.queues.next(SlotAt::of(node), is_nil);
        let NodeKind::Element(ix) = node.kind else {
            let link = from.as_ref().map(|from| self.link(None, Some(from), Vec::new()));
            return Met::unknown(from, link.or(content.link));
        };
        let (slot, way) = (complex.slot(node), content.way.to(name.local, complex.flat));
        let mut rules = self.book.found(&way, content.key, &slot.key);
        // A rule that makes a sub-object of several members has its key.
        if let Some(bundle) = slot.bundle(complex) {
            rules.extend(self.book.found(&content.way.to(&bundle.key, false), content.key, &bundle.key));
        }
        let is_filled = from.is_none() && slot.hidden && slot.fill.is_some();
        let link = self.link(Some(ix), from.as_ref(), rules);
        Met { ix: Some(ix), from, link: Some(link), way, is_filled }
    }

    /// What is said of the attributes of the element on `line`.
    fn attributes(&mut self, content: &mut Content<'_, '_>, line: usize) {
        for attribute in &content.complex.attributes {
            let name = Name { ns: attribute.ns, local: &attribute.local };
            let written = self.reader.attributes().iter().find(|written| written.name == name);
            let Some(offset) = written.map(|written| written.offset) else { continue };
            let name = format!("@{}", attribute.local);
            if self.part(content, Part { slot: attribute.slot, name: &name, line }) {
                let span = value_span(self.reader.input(), offset);
                self.out.fills.extend(span.map(|(begin, end)| begin..end));
            }
        }
    }

    /// What is said of the text of the element on `line`, beside its attributes. Whether the service file put it in.
    fn simple_content(&mut self, content: &mut Content<'_, '_>, line: usize) -> bool {
        let slots = content.complex.scopes.first().map_or(&[][..], |scope| &scope.slots);
        let text = slots.iter().position(|slot| slot.role == Role::Text).map(SlotIx::at);
        text.is_some_and(|slot| self.part(content, Part { slot, name: VALUE, line }))
    }

    /// Puts what is said of a part of an element to its line. Whether the service file put it in.
    fn part(&mut self, content: &mut Content<'_, '_>, part: Part<'_>) -> bool {
        let Some(slot) = content.complex.scope(ScopeIx::FIRST).slots.get(part.slot.index()) else {
            return false;
        };
        let from = content.queues.next(SlotAt { scope: ScopeIx::FIRST, slot: part.slot }, false);
        let rules = self.book.found(&content.way.to(part.name, false), content.key, &slot.key);
        if from.is_some() || !rules.is_empty() {
            let link = self.link(None, from.as_ref(), rules);
            self.out.lines.iter_mut().skip(part.line).take(1).for_each(|line| line.links.push(link));
        }
        from.is_none() && slot.hidden && slot.fill.is_some()
    }

    /// What is said of an element: the pointer of its value, where it is declared, and the rules that changed it. Gives its number.
    fn link(&mut self, ix: Option<ElementIx>, from: Option<&Pointed<'_>>, rules: Vec<Tree>) -> usize {
        let notes = ix.and_then(|ix| self.plan.element(ix).notes.as_deref());
        let place = notes.map(|notes| {
            // Where it lies on this machine is nobody's business.
            let name = notes.file.rsplit(['/', '\\']).next().map_or(&*notes.file, |name| name);
            format!("{name}:{}", notes.line)
        });
        let pointer = from.map(Pointed::pointer);
        self.left = self.left.saturating_sub(pointer.as_ref().map_or(0, String::len));
        let link = Object::new()
            .with_some("pointer", pointer)
            .with_some("place", place)
            .with_some("rules", Some(rules).filter(|rules| !rules.is_empty()));
        self.out.links.push(link.into());
        self.out.links.len() - 1
    }

    /// A line with the current tag. Gives its number.
    fn line(&mut self, depth: usize, links: Vec<usize>) -> usize {
        let tag = self.reader.input().get(self.reader.offset()..self.reader.end_offset());
        self.left = self.left.saturating_sub(tag.map_or(0, str::len));
        self.out.lines.push(Line { depth, text: tag.into_iter().collect(), links });
        self.out.lines.len() - 1
    }
}

/// A part of an element: an attribute, or the text beside them.
struct Part<'n> {
    slot: SlotIx,
    name: &'n str,
    line: usize,
}

/// The node of the element `name`, or of a wildcard.
fn node_of<'p>(plan: &Plan, complex: &'p ComplexPlan, name: Name<'_>) -> Option<&'p Node> {
    let own = |node: &&Node| matches!(node.kind, NodeKind::Element(ix) if plan.element(ix).is(name));
    let any = |node: &&Node| matches!(node.kind, NodeKind::Any(_));
    complex.nodes.iter().find(own).or_else(|| complex.nodes.iter().find(any))
}

/// The key of a body beside header blocks.
const VALUE: &str = "$value";
