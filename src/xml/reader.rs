//! The pull reader: one start or end tag at a time, with the character data before it.

mod copy;

use quick_xml::events::Event as Token;

use super::attributes::{self, Attribute, Split, is_space, repeats};
use super::declaration::is_declaration;
use super::error::{Error, ErrorKind, Position};
use super::local_namespaces::LocalNamespaces;
use super::name::is_ncname;
use super::namespace::{Name, Namespaces, NsId, ns};
use super::reference;
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
    tokens: quick_xml::Reader<&'i [u8]>,
    input: &'i str,
    limits: &'i XmlLimits,
    known: &'i Namespaces,
    /// Namespace names that `known` does not have; their numbers follow it.
    local: LocalNamespaces,
    bindings: Vec<Binding<'i>>,
    open: Vec<Open>,
    attributes: Vec<Attribute<'i>>,
    text: Text,
    joined: String,
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

struct Binding<'i> {
    prefix: &'i str,
    ns: NsId,
}

struct Open {
    bindings: usize,
    children: usize,
}

/// Character data: one piece of the input, or several joined.
#[derive(Clone, Copy)]
enum Text {
    Joined,
    None,
    Piece(usize, usize),
}

impl<'i> Reader<'i> {
    /// A reader over `input`, which [`super::decode`] made. `known` gives the numbers of namespace names.
    pub fn new(input: &'i str, known: &'i Namespaces, limits: &'i XmlLimits) -> Self {
        let mut tokens = quick_xml::Reader::from_str(input);
        tokens.config_mut().check_comments = true;
        Self {
            tokens,
            input,
            limits,
            known,
            local: LocalNamespaces::default(),
            bindings: Vec::with_capacity(8),
            open: Vec::with_capacity(16),
            attributes: Vec::with_capacity(4),
            text: Text::None,
            joined: String::new(),
            elements: 0,
            declared: 0,
            start: 0,
            empty: false,
            ended: None,
            current: Event::Eof,
            root_seen: false,
            allow_instructions: false,
        }
    }

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
        self.tokens.buffer_position() as usize
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
        }
        if self.empty {
            self.empty = false;
            self.close();
            self.current = Event::End;
            return Ok(Event::End);
        }
        loop {
            let from = self.end_offset();
            // The tokenizer passes over a second byte order mark without counting it, and that is no white space.
            if from == 0 && self.input.starts_with('\u{feff}') {
                return Err(self.error(ErrorKind::TextOutsideRoot));
            }
            let token = self.tokens.read_event().map_err(|error| self.syntax(&error))?;
            self.start = from;
            if let Some(event) = self.token(token)? {
                self.current = event;
                return Ok(event);
            }
        }
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

    /// A part of the document between two places that the tokenizer found.
    fn piece(&self, from: usize, to: usize) -> &'i str {
        self.input.get(from..to).expect("markup begins and ends with ASCII characters")
    }

    fn token(&mut self, token: Token<'i>) -> Result<Option<Event<'i>>, Error> {
        let end = self.end_offset();
        match token {
            Token::Start(_) => self.start_tag(end - 1).map(Some),
            Token::Empty(_) => {
                self.empty = true;
                self.start_tag(end - 2).map(Some)
            }
            Token::End(_) => self.end_tag().map(Some),
            Token::Text(_) => self.character_data(self.start, end).map(|()| None),
            Token::CData(_) => self.cdata(end).map(|()| None),
            Token::GeneralRef(body) => self.reference(&body).map(|()| None),
            Token::Comment(body) => self.comment(&body).map(|()| None),
            Token::Decl(_) => self.declaration(end).map(|()| None),
            Token::PI(body) => self.instruction(body.target()).map(|()| None),
            Token::DocType(_) => Err(self.error(ErrorKind::Doctype)),
            Token::Eof => self.finish().map(Some),
        }
    }

    fn start_tag(&mut self, end: usize) -> Result<Event<'i>, Error> {
        let tag = self.piece(self.start + 1, end);
        let length = tag.bytes().take_while(|byte| !is_space_byte(*byte)).count();
        let (lexical, attributes) = tag.split_at(length);
        self.open()?;
        self.attributes.clear();
        if !attributes.is_empty() {
            self.read_attributes(attributes, self.start + 1 + length)?;
        }
        self.expand(lexical, true).map(Event::Start)
    }

    fn open(&mut self) -> Result<(), Error> {
        let limits = self.limits;
        match self.open.last_mut() {
            None if self.root_seen => return Err(self.error(ErrorKind::TextOutsideRoot)),
            None => self.root_seen = true,
            Some(parent) => {
                parent.children += 1;
                let children = parent.children;
                self.bound(children, limits.children, "children of one element")?;
            }
        }
        self.elements += 1;
        self.bound(self.elements, limits.elements, "elements")?;
        self.bound(self.open.len() + 1, limits.depth, "nested elements")?;
        self.open.push(Open { bindings: self.bindings.len(), children: 0 });
        Ok(())
    }

    /// The declarations of an element that ends stay in scope until the next tag: its text may hold QNames.
    fn close(&mut self) {
        self.ended = self.open.pop().map(|open| open.bindings);
    }

    /// The tokenizer has compared the names.
    fn end_tag(&mut self) -> Result<Event<'i>, Error> {
        if self.open.is_empty() {
            return Err(self.error(ErrorKind::Mismatch));
        }
        self.close();
        Ok(Event::End)
    }

    fn read_attributes(&mut self, text: &'i str, offset: usize) -> Result<(), Error> {
        let mut split = Split::new(text);
        let mut count = 0;
        while let Some(raw) = split.next().map_err(|kind| self.error(kind))? {
            count += 1;
            self.bound(count, self.limits.attributes, "attributes of one element")?;
            self.bound(raw.value.len(), self.limits.attribute_value, "bytes of an attribute value")?;
            let value = attributes::normalise(raw.value).map_err(|kind| self.error(kind))?;
            match raw.name.strip_prefix("xmlns").map(|rest| (rest, rest.strip_prefix(':'))) {
                Some(("", _)) => self.bind("", &value)?,
                Some((_, Some(""))) => return Err(self.error(ErrorKind::Name)),
                Some((_, Some(prefix))) => self.bind(prefix, &value)?,
                Some((_, None)) | None => {
                    let name = Name { ns: ns::NONE, local: raw.name };
                    let offset = offset + raw.offset;
                    self.attributes.push(Attribute { name, lexical: raw.name, value, offset });
                }
            }
        }
        self.expand_attributes()
    }

    fn bind(&mut self, prefix: &'i str, name: &str) -> Result<(), Error> {
        let reserved = matches!(name, ns::XML_URI | ns::XMLNS_URI) || prefix == "xmlns";
        let xml = prefix == "xml" && name == ns::XML_URI;
        if (reserved || prefix == "xml" || (name.is_empty() && !prefix.is_empty())) && !xml {
            return Err(self.error(ErrorKind::NamespaceDeclaration));
        }
        if !prefix.is_empty() {
            self.bound(prefix.len(), self.limits.name, "bytes of a name")?;
            self.check_ncname(prefix)?;
        }
        let own = self.open.last().map_or(0, |open| open.bindings);
        if self.bindings.iter().skip(own).any(|binding| binding.prefix == prefix) {
            return Err(self.error(ErrorKind::DuplicateAttribute));
        }
        self.bound(name.len(), self.limits.namespace, "bytes of a namespace name")?;
        self.bound(self.bindings.len() + 1, self.limits.bindings, "namespace declarations in scope")?;
        let ns = self.number(name)?;
        self.bindings.push(Binding { prefix, ns });
        Ok(())
    }

    fn number(&mut self, name: &str) -> Result<NsId, Error> {
        if let Some(id) = self.known.find(name) {
            return Ok(id);
        }
        let at = self.local.number(name);
        self.bound(at + 1, self.limits.namespaces, "namespace names")?;
        Ok(NsId((self.known.len() + at) as u32))
    }

    /// Prefixes of attributes can be resolved only when all declarations of the tag are known.
    fn expand_attributes(&mut self) -> Result<(), Error> {
        for at in 0..self.attributes.len() {
            let Some(lexical) = self.attributes.get(at).map(|attribute| attribute.lexical) else { break };
            let name = self.expand(lexical, false)?;
            if let Some(attribute) = self.attributes.get_mut(at) {
                attribute.name = name;
            }
        }
        if repeats(&self.attributes) { Err(self.error(ErrorKind::DuplicateAttribute)) } else { Ok(()) }
    }

    fn expand(&self, lexical: &'i str, element: bool) -> Result<Name<'i>, Error> {
        self.bound(lexical.len(), self.limits.name, "bytes of a name")?;
        let colon = memchr::memchr(b':', lexical.as_bytes());
        match colon.and_then(|at| Some((lexical.get(..at)?, lexical.get(at + 1..)?))) {
            None => {
                self.check_ncname(lexical)?;
                // Without a declaration there is no default namespace, which is no error.
                let ns = self.resolve("").filter(|_| element).unwrap_or(ns::NONE);
                Ok(Name { ns, local: lexical })
            }
            Some((prefix, local)) => {
                self.check_ncname(prefix)?;
                self.check_ncname(local)?;
                let ns = self.resolve(prefix).ok_or_else(|| self.error(ErrorKind::UndeclaredPrefix))?;
                Ok(Name { ns, local })
            }
        }
    }

    fn check_ncname(&self, name: &str) -> Result<(), Error> {
        let mut bytes = name.bytes();
        let plain = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        if plain || is_ncname(name) { Ok(()) } else { Err(self.error(ErrorKind::Name)) }
    }

    fn character_data(&mut self, from: usize, to: usize) -> Result<(), Error> {
        let text = self.piece(from, to);
        if memchr::memchr(b'>', text.as_bytes()).is_some() && text.contains("]]>") {
            return Err(self.error(ErrorKind::CdataEnd));
        }
        if self.open.is_empty() {
            let blank = text.chars().all(is_space);
            return if blank { Ok(()) } else { Err(self.error(ErrorKind::TextOutsideRoot)) };
        }
        self.append(from, to)
    }

    fn cdata(&mut self, end: usize) -> Result<(), Error> {
        if self.open.is_empty() {
            return Err(self.error(ErrorKind::TextOutsideRoot));
        }
        self.append(self.start + "<![CDATA[".len(), end - "]]>".len())
    }

    fn append(&mut self, from: usize, to: usize) -> Result<(), Error> {
        match self.text {
            Text::None => self.text = Text::Piece(from, to),
            Text::Joined | Text::Piece(..) => self.join(self.piece(from, to)),
        }
        self.bound(self.text().len(), self.limits.text, "bytes of character data")
    }

    fn reference(&mut self, body: &str) -> Result<(), Error> {
        let c = reference::resolve(body).ok_or_else(|| self.error(ErrorKind::Reference))?;
        if self.open.is_empty() {
            return Err(self.error(ErrorKind::TextOutsideRoot));
        }
        self.join(c.encode_utf8(&mut [0; 4]));
        self.bound(self.joined.len(), self.limits.text, "bytes of character data")
    }

    fn join(&mut self, piece: &str) {
        match self.text {
            Text::Joined => {}
            Text::None => self.joined.clear(),
            Text::Piece(from, to) => {
                self.joined.clear();
                let before = self.piece(from, to);
                self.joined.push_str(before);
            }
        }
        self.text = Text::Joined;
        self.joined.push_str(piece);
    }

    fn comment(&self, body: &str) -> Result<(), Error> {
        let bad = body.contains("--") || body.ends_with('-');
        if bad { Err(self.error(ErrorKind::Comment)) } else { Ok(()) }
    }

    fn declaration(&self, end: usize) -> Result<(), Error> {
        let text = self.piece(self.start, end);
        let good = self.start == 0 && is_declaration(text);
        if good { Ok(()) } else { Err(self.error(ErrorKind::Declaration)) }
    }

    fn instruction(&self, target: &str) -> Result<(), Error> {
        if target.eq_ignore_ascii_case("xml") {
            return Err(self.error(ErrorKind::Declaration));
        }
        if !self.allow_instructions {
            return Err(self.error(ErrorKind::ProcessingInstruction));
        }
        self.check_ncname(target)
    }

    fn finish(&self) -> Result<Event<'i>, Error> {
        match (self.open.is_empty(), self.root_seen) {
            (true, true) => Ok(Event::Eof),
            (true, false) => Err(self.error(ErrorKind::NoRoot)),
            (false, _) => Err(self.error(ErrorKind::Truncated)),
        }
    }

    fn bound(&self, count: usize, max: usize, what: &'static str) -> Result<(), Error> {
        if count <= max { Ok(()) } else { Err(self.error(ErrorKind::Limit { what, max })) }
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error { kind, position: self.position() }
    }

    fn syntax(&self, error: &quick_xml::Error) -> Error {
        let kind = ErrorKind::of_syntax(error);
        let offset = (self.tokens.error_position() as usize).min(self.input.len());
        Error { kind, position: Position::of(self.input, offset) }
    }
}

fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests;
