//! The pull reader: one start or end tag at a time, with the character data before it.

mod buffers;
mod content;
mod copy;
mod expected;
mod leaf;
mod markup;
mod tags;

use std::borrow::Cow;

pub use buffers::ReaderBuffers;
pub use leaf::{Leaf, LeafStart, Plain};

use super::attributes::{Attribute, RawAttribute};
use super::error::{Error, ErrorKind, Position};
use super::local_namespaces::LocalNamespaces;
use super::namespace::{Name, Namespaces, NsId, ns};
use super::prefixes::Prefixes;
use crate::limits::{REFERENCES_FACTOR, REFERENCES_FLOOR, XmlLimits};

/// What [`Reader::next`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'i> {
    /// An end tag, or the end of an empty element.
    End,
    /// The end of the document: everything is closed.
    Eof,
    /// A start tag; its attributes are in [`Reader::attributes`].
    Start(Name<'i>),
}

/// Reads a document tag by tag, refusing whatever is not well-formed, not namespace-well-formed or over a bound.
///
/// [`Reader::text`] is the character data between the previous tag and the current one, references resolved,
/// CDATA sections joined, comments gone: `07<!--x-->8` is `078`. A document has no other content for SOAP.
pub struct Reader<'i> {
    input: &'i str,
    /// Bytes of the document that are read.
    at: usize,
    limits: &'i XmlLimits,
    known: &'i Namespaces,
    /// Namespace names that `known` does not have; their numbers follow it.
    local: LocalNamespaces,
    bindings: Vec<Binding<'i>>,
    prefixes: Prefixes<'i>,
    open: Vec<Open>,
    attributes: Vec<Attribute<'i>>,
    /// The attributes of a tag, as they are written, while it is read.
    raw: Vec<RawAttribute<'i>>,
    text: Text,
    joined: String,
    /// Where a text is resolved that may turn out to be none.
    spare: String,
    elements: usize,
    /// Bytes that copies of elements have got from the declarations around them.
    declared: usize,
    start: usize,
    empty: bool,
    ended: Option<usize>,
    /// What was found last; the end of the document before anything was.
    current: Event<'i>,
    root_seen: bool,
    allow_instructions: bool,
}

#[derive(Debug)]
struct Binding<'i> {
    prefix: &'i str,
    ns: NsId,
}

#[derive(Debug)]
struct Open {
    bindings: usize,
    children: usize,
    /// Where its name stands.
    name: (usize, usize),
}

/// Character data: one piece of the input, or several joined.
#[derive(Clone, Copy)]
enum Text {
    Joined,
    None,
    Piece(usize, usize),
}

impl<'i> Reader<'i> {
    /// Passes over processing instructions, which SOAP forbids and documents such as a WSDL may hold.
    pub fn allow_instructions(mut self) -> Self {
        self.allow_instructions = true;
        self
    }

    /// What [`Reader::next`] found last.
    pub fn current(&self) -> Event<'i> {
        self.current
    }

    /// The name of the current start tag; empty at any other place.
    pub fn name(&self) -> Name<'i> {
        match self.current {
            Event::Start(name) => name,
            Event::End | Event::Eof => Name { ns: ns::NONE, local: "" },
        }
    }

    /// The character data between the previous tag and the current one.
    pub fn text(&self) -> &str {
        match self.text {
            Text::Joined => &self.joined,
            Text::None => "",
            Text::Piece(from, to) => self.piece(from, to),
        }
    }

    /// The same, as a part of the document where it is one piece of that.
    pub fn text_of_document(&self) -> Cow<'i, str> {
        match self.text {
            Text::Joined => Cow::Owned(self.joined.clone()),
            Text::None => Cow::Borrowed(""),
            Text::Piece(from, to) => Cow::Borrowed(self.piece(from, to)),
        }
    }

    /// The attributes of the current start tag, in document order, without namespace declarations.
    pub fn attributes(&self) -> &[Attribute<'i>] {
        &self.attributes
    }

    /// The value of the attribute `ns`:`local` of the current start tag.
    pub fn attribute(&self, ns: NsId, local: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|a| a.name.ns == ns && a.name.local == local);
        found.map(|attribute| &*attribute.value)
    }

    /// How many elements are open, the current one included.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Bytes of the document before the current tag.
    pub fn offset(&self) -> usize {
        self.start
    }

    /// Bytes of the document up to the end of the current tag.
    pub fn end_offset(&self) -> usize {
        self.at
    }

    /// The place of the current tag.
    pub fn position(&self) -> Position {
        Position::of(self.input, self.start)
    }

    /// The document.
    pub fn input(&self) -> &'i str {
        self.input
    }

    /// The namespace name of a number that this reader gave.
    pub fn namespace(&self, id: NsId) -> &str {
        match (id.0 as usize).checked_sub(self.known.len()) {
            Some(at) => self.local.name(at),
            None => self.known.name(id),
        }
    }

    /// The namespace that `prefix` (empty: the default namespace) is bound to at the current tag.
    pub fn resolve(&self, prefix: &str) -> Option<NsId> {
        match prefix {
            "xml" => Some(ns::XML),
            _ => match self.bindings.iter().rev().find(|binding| binding.prefix == prefix) {
                Some(binding) => Some(binding.ns),
                None => prefix.is_empty().then_some(ns::NONE),
            },
        }
    }

    /// The prefixes in scope at the current tag, inner ones first; one that is declared again comes again.
    pub fn bindings(&self) -> impl Iterator<Item = (&'i str, NsId)> + '_ {
        self.bindings.iter().rev().map(|binding| (binding.prefix, binding.ns))
    }

    /// The prefixes that the current start tag declares.
    pub(super) fn own_bindings(&self) -> impl Iterator<Item = (&'i str, NsId)> + '_ {
        let own = self.open.last().map_or(0, |open| open.bindings);
        self.bindings.iter().skip(own).map(|binding| (binding.prefix, binding.ns))
    }

    /// The next tag. Errors: see [`ErrorKind`]; a reader that has given one gives no more tags.
    #[expect(clippy::should_implement_trait, reason = "it borrows and it errs")]
    pub fn next(&mut self) -> Result<Event<'i>, Error> {
        self.text = Text::None;
        if let Some(bindings) = self.ended.take() {
            self.bindings.truncate(bindings);
            self.prefixes.forget();
        }
        if self.empty {
            self.empty = false;
            self.close();
            self.current = Event::End;
            return Ok(Event::End);
        }
        let event = self.read()?;
        self.current = event;
        Ok(event)
    }

    /// Reads up to the end tag of the element whose start tag is the current one.
    pub fn skip(&mut self) -> Result<(), Error> {
        let depth = self.depth();
        while self.depth() >= depth {
            self.next()?;
        }
        Ok(())
    }

    /// An error at the current tag: there is more of `what` than `max`.
    pub fn over(&self, max: usize, what: &'static str) -> Error {
        self.error(ErrorKind::Limit { what, max })
    }

    /// The bounds that this reader keeps.
    pub fn limits(&self) -> &'i XmlLimits {
        self.limits
    }

    /// Bytes that what refers to something else may bring: a small message may not make a large one.
    pub fn references(&self) -> usize {
        self.limits.references.min(REFERENCES_FLOOR + REFERENCES_FACTOR * self.input.len())
    }

    /// Reads up to the end of the next tag.
    fn read(&mut self) -> Result<Event<'i>, Error> {
        loop {
            self.start = self.at;
            match self.rest() {
                [b'<', b'/', ..] => return self.end_tag(),
                [b'<', b'!', ..] => self.declaration_or_section()?,
                [b'<', b'?', ..] => self.instruction()?,
                [b'<', _, ..] => return self.start_tag(),
                [b'<'] => return Err(self.error(ErrorKind::Truncated)),
                [b'&', ..] => self.reference()?,
                [] => return self.finish(),
                _ => self.character_data()?,
            }
        }
    }

    /// What is not read yet.
    fn rest(&self) -> &'i [u8] {
        self.input.as_bytes().get(self.at..).expect("no more is read than there is")
    }

    /// A part of the document between two places where markup begins or ends.
    fn piece(&self, from: usize, to: usize) -> &'i str {
        self.input.get(from..to).expect("markup begins and ends with ASCII characters")
    }

    fn finish(&self) -> Result<Event<'i>, Error> {
        match (self.open.is_empty(), self.root_seen) {
            (true, true) => Ok(Event::Eof),
            (true, false) => Err(self.error(ErrorKind::NoRoot)),
            (false, _) => Err(self.error(ErrorKind::Truncated)),
        }
    }

    #[inline]
    fn bound(&self, count: usize, max: usize, what: &'static str) -> Result<(), Error> {
        if count <= max { Ok(()) } else { Err(self.error(ErrorKind::Limit { what, max })) }
    }

    #[cold]
    fn error(&self, kind: ErrorKind) -> Error {
        Error { kind, position: self.position() }
    }

    #[cold]
    fn error_at(&self, kind: ErrorKind, offset: usize) -> Error {
        Error { kind, position: Position::of(self.input, offset) }
    }
}

#[cfg(test)]
mod expected_tests;
#[cfg(test)]
mod tests;
