//! Start and end tags: names, attributes and declarations (XML 1.0 section 3.1, Namespaces in XML 1.0).

use std::borrow::Cow;

use super::{Binding, Error, ErrorKind, Event, Open, Reader, markup};
use crate::octets::begins_with;
use crate::xml::attributes::{self, Attribute, FEW, RawAttribute, Split, is_space, repeats};
use crate::xml::name::{PlainQName, is_ncname};
use crate::xml::namespace::{Name, NsId, ns};

impl<'i> Reader<'i> {
    pub(super) fn start_tag(&mut self) -> Result<Event<'i>, Error> {
        let plain = self.input.as_bytes().get(self.start + 1..).and_then(PlainQName::at_start);
        let mut raw = std::mem::take(&mut self.raw);
        raw.clear();
        let close =
            plain.and_then(|plain| attributes::plain(self.input, self.start + 1 + plain.length, &mut raw));
        let (Some(plain), Some(close)) = (plain, close) else {
            self.raw = raw;
            return self.other_start_tag();
        };
        self.at = close + 1;
        self.open(plain.length)?;
        if !raw.is_empty() {
            self.plain_attributes(&raw)?;
        }
        self.raw = raw;
        self.empty = self.input.as_bytes().get(close - 1) == Some(&b'/');
        self.bound(plain.length, self.limits.name, "bytes of a name")?;
        let from = self.start + 1;
        let prefix = plain.prefix.map(|colon| self.piece(from, from + colon));
        let local = self.piece(plain.prefix.map_or(from, |colon| from + colon + 1), from + plain.length);
        self.named(prefix, local, true).map(Event::Start)
    }

    /// A tag that is not written as nearly all are.
    fn other_start_tag(&mut self) -> Result<Event<'i>, Error> {
        let rest = self.rest();
        let end = markup::tag(rest).ok_or_else(|| self.error(ErrorKind::Truncated))?;
        self.at += end + 1;
        let empty = rest.get(end - 1) == Some(&b'/');
        let tag = self.piece(self.start + 1, self.start + end - usize::from(empty));
        let length = tag.bytes().take_while(|byte| !is_space_byte(*byte)).count();
        let (lexical, attributes) = tag.split_at(length);
        self.open(length)?;
        self.empty = empty;
        if !attributes.is_empty() {
            self.read_attributes(attributes, self.start + 1 + length)?;
        }
        self.expand(lexical, true).map(Event::Start)
    }

    /// Opens the element whose name, of `length` bytes, follows the bracket.
    pub(super) fn open(&mut self, length: usize) -> Result<(), Error> {
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
        self.attributes.clear();
        let name = (self.start + 1, self.start + 1 + length);
        self.open.push(Open { bindings: self.bindings.len(), children: 0, name });
        Ok(())
    }

    /// The declarations of an element that ends stay in scope until the next tag: its text may hold QNames.
    pub(super) fn close(&mut self) {
        if let Some(Open { bindings, .. }) = self.open.pop() {
            self.ended = (bindings < self.bindings.len()).then_some(bindings);
        }
    }

    pub(super) fn end_tag(&mut self) -> Result<Event<'i>, Error> {
        if let Some(end) = self.end_tag_at(self.at) {
            self.at = end;
            self.close();
            return Ok(Event::End);
        }
        let end = markup::tag(self.rest()).ok_or_else(|| self.error(ErrorKind::Truncated))?;
        let name = self.piece(self.start + 2, self.start + end).trim_end_matches(is_space);
        if self.open.last().is_none_or(|open| self.piece(open.name.0, open.name.1) != name) {
            return Err(self.error(ErrorKind::Mismatch));
        }
        self.at += end + 1;
        self.close();
        Ok(Event::End)
    }

    /// Where the end tag of the current element ends, if it is at `start` and nothing but its name.
    #[inline]
    pub(super) fn end_tag_at(&self, start: usize) -> Option<usize> {
        let (from, to) = self.open.last()?.name;
        let bytes = self.input.as_bytes();
        let rest = bytes.get(start..)?;
        let end = 2 + (to - from);
        let ([b'<', b'/', behind @ ..], Some(b'>')) = (rest, rest.get(end)) else { return None };
        begins_with(behind, bytes.get(from..to)?).then_some(start + end + 1)
    }

    fn plain_attributes(&mut self, raw: &[RawAttribute<'i>]) -> Result<(), Error> {
        let around = self.bindings.len();
        for raw in raw {
            self.bound(raw.value.len(), self.limits.attribute_value, "bytes of an attribute value")?;
            self.attribute_or_declaration(*raw, Cow::Borrowed(raw.value))?;
        }
        let known = |attribute: &Attribute<'_>| {
            attribute.lexical.len() <= self.limits.name && !attribute.lexical.contains(':')
        };
        self.end_of_attributes(around, self.attributes.iter().all(known))
    }

    fn read_attributes(&mut self, text: &'i str, offset: usize) -> Result<(), Error> {
        let (mut split, around) = (Split::new(text), self.bindings.len());
        while let Some(raw) = split.next().map_err(|kind| self.error(kind))? {
            self.bound(raw.value.len(), self.limits.attribute_value, "bytes of an attribute value")?;
            let value = attributes::normalise(raw.value).map_err(|kind| self.error(kind))?;
            self.attribute_or_declaration(RawAttribute { offset: offset + raw.offset, ..raw }, value)?;
        }
        self.end_of_attributes(around, false)
    }

    fn attribute_or_declaration(&mut self, raw: RawAttribute<'i>, value: Cow<'i, str>) -> Result<(), Error> {
        match raw.name.strip_prefix("xmlns").map(|rest| (rest, rest.strip_prefix(':'))) {
            Some(("", _)) => self.bind("", &value),
            Some((_, Some(""))) => Err(self.error(ErrorKind::Name)),
            Some((_, Some(prefix))) => self.bind(prefix, &value),
            Some((_, None)) | None => {
                let count = self.attributes.len() + 1;
                self.bound(count, self.limits.attributes, "attributes of one element")?;
                let name = Name { ns: ns::NONE, local: raw.name };
                self.attributes.push(Attribute { name, lexical: raw.name, value, offset: raw.offset });
                Ok(())
            }
        }
    }

    /// What can be said only when all declarations of the tag are known, which follow the `around` others. The names of
    /// attributes may be `known`: those that are good and have no prefix are in no namespace.
    fn end_of_attributes(&mut self, around: usize, known: bool) -> Result<(), Error> {
        if self.bindings.len() > around + 1 {
            self.check_bindings(around)?;
        }
        if !known {
            self.expand_attributes()?;
        }
        let repeated = self.attributes.len() > 1 && repeats(&self.attributes);
        if repeated { Err(self.error(ErrorKind::DuplicateAttribute)) } else { Ok(()) }
    }

    /// A prefix is declared once in a tag, whose declarations follow the `around` others. Comparing each with each is quick for a few, and
    /// for more it is not.
    fn check_bindings(&self, around: usize) -> Result<(), Error> {
        let own = self.bindings.get(around..).expect("declarations of a tag follow those around it");
        let repeated = if own.len() <= FEW {
            let mut all = own.iter().enumerate();
            all.any(|(at, binding)| own.iter().take(at).any(|other| other.prefix == binding.prefix))
        } else {
            let mut sorted: Vec<&str> = own.iter().map(|binding| binding.prefix).collect();
            sorted.sort_unstable();
            sorted.windows(2).any(|pair| pair.first() == pair.last())
        };
        if repeated { Err(self.error(ErrorKind::DuplicateAttribute)) } else { Ok(()) }
    }

    pub(super) fn bind(&mut self, prefix: &'i str, name: &str) -> Result<(), Error> {
        let reserved = matches!(name, ns::XML_URI | ns::XMLNS_URI) || prefix == "xmlns";
        let xml = prefix == "xml" && name == ns::XML_URI;
        if (reserved || prefix == "xml" || (name.is_empty() && !prefix.is_empty())) && !xml {
            return Err(self.error(ErrorKind::NamespaceDeclaration));
        }
        if !prefix.is_empty() {
            self.bound(prefix.len(), self.limits.name, "bytes of a name")?;
            self.check_ncname(prefix)?;
        }
        self.bound(name.len(), self.limits.namespace, "bytes of a namespace name")?;
        self.bound(self.bindings.len() + 1, self.limits.bindings, "namespace declarations in scope")?;
        let ns = self.number(name)?;
        self.bindings.push(Binding { prefix, ns });
        self.prefixes.forget();
        Ok(())
    }

    pub(super) fn number(&mut self, name: &str) -> Result<NsId, Error> {
        if let Some(id) = self.known.find(name) {
            return Ok(id);
        }
        let at = self.local.number(name);
        self.bound(at + 1, self.limits.namespaces, "namespace names")?;
        Ok(NsId((self.known.len() + at) as u32))
    }

    /// Prefixes of attributes can be resolved only when all declarations of the tag are known.
    pub(super) fn expand_attributes(&mut self) -> Result<(), Error> {
        for at in 0..self.attributes.len() {
            let Some(lexical) = self.attributes.get(at).map(|attribute| attribute.lexical) else { break };
            let name = self.expand(lexical, false)?;
            if let Some(attribute) = self.attributes.get_mut(at) {
                attribute.name = name;
            }
        }
        Ok(())
    }

    pub(super) fn expand(&mut self, lexical: &'i str, element: bool) -> Result<Name<'i>, Error> {
        self.bound(lexical.len(), self.limits.name, "bytes of a name")?;
        let (prefix, local) = split(lexical, memchr::memchr(b':', lexical.as_bytes()));
        if let Some(prefix) = prefix {
            self.check_ncname(prefix)?;
        }
        self.check_ncname(local)?;
        self.named(prefix, local, element)
    }

    /// The name of parts whose characters are right.
    fn named(&mut self, prefix: Option<&'i str>, local: &'i str, element: bool) -> Result<Name<'i>, Error> {
        let prefix = match prefix {
            None if !element => return Ok(Name { ns: ns::NONE, local }),
            None => "",
            Some(prefix) => prefix,
        };
        if let Some(ns) = self.prefixes.ns(prefix) {
            return Ok(Name { ns, local });
        }
        let ns = self.resolve(prefix).ok_or_else(|| self.error(ErrorKind::UndeclaredPrefix))?;
        self.prefixes.note(ns, prefix);
        Ok(Name { ns, local })
    }

    pub(super) fn check_ncname(&self, name: &str) -> Result<(), Error> {
        if is_ncname(name) { Ok(()) } else { Err(self.error(ErrorKind::Name)) }
    }
}

/// Prefix and local name of a name with its colon at `colon`.
fn split(lexical: &str, colon: Option<usize>) -> (Option<&str>, &str) {
    match colon.and_then(|at| Some((lexical.get(..at)?, lexical.get(at + 1..)?))) {
        None => (None, lexical),
        Some((prefix, local)) => (Some(prefix), local),
    }
}

fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
