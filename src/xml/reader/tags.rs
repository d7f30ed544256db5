//! Start and end tags: names, attributes and declarations (XML 1.0 section 3.1, Namespaces in XML 1.0).

use super::{Binding, Error, ErrorKind, Event, Open, Reader, markup};
use crate::xml::attributes::{self, Attribute, FEW, Split, is_space, repeats};
use crate::xml::name::{PlainQName, is_ncname};
use crate::xml::namespace::{Name, NsId, ns};

impl<'i> Reader<'i> {
    pub(super) fn start_tag(&mut self) -> Result<Event<'i>, Error> {
        let rest = self.rest();
        let plain = PlainQName::at_start(rest.get(1..).expect("a tag begins with a bracket"));
        // Most tags are a name alone.
        let quick = plain.map(|plain| 1 + plain.length).filter(|end| rest.get(*end) == Some(&b'>'));
        let end = quick.or_else(|| markup::tag(rest)).ok_or_else(|| self.error(ErrorKind::Truncated))?;
        self.at += end + 1;
        self.empty = rest.get(end - 1) == Some(&b'/');
        let tag = self.piece(self.start + 1, self.at - if self.empty { 2 } else { 1 });
        let space = || tag.bytes().take_while(|byte| !is_space_byte(*byte)).count();
        let length = plain.map_or_else(space, |plain| plain.length);
        let (lexical, attributes) = tag.split_at(length);
        self.open(lexical.len())?;
        self.attributes.clear();
        if !attributes.is_empty() {
            self.read_attributes(attributes, self.start + 1 + length)?;
        }
        let name = match plain {
            Some(PlainQName { prefix, .. }) => {
                self.bound(lexical.len(), self.limits.name, "bytes of a name")?;
                let (prefix, local) = split(lexical, prefix);
                self.named(prefix, local, true)?
            }
            None => self.expand(lexical, true)?,
        };
        Ok(Event::Start(name))
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
        let name = (self.start + 1, self.start + 1 + length);
        self.open.push(Open { bindings: self.bindings.len(), children: 0, name });
        Ok(())
    }

    /// The declarations of an element that ends stay in scope until the next tag: its text may hold QNames.
    pub(super) fn close(&mut self) {
        self.ended = self.open.pop().map(|open| open.bindings);
    }

    pub(super) fn end_tag(&mut self) -> Result<Event<'i>, Error> {
        let rest = self.rest();
        let open = self.open.last().map(|open| self.piece(open.name.0, open.name.1));
        // Nothing but the name, as nearly always.
        let behind = open.and_then(|open| rest.get(2..)?.strip_prefix(open.as_bytes()));
        let quick = open.filter(|_| behind.is_some_and(|behind| behind.first() == Some(&b'>')));
        let end = quick.map(|open| 2 + open.len()).or_else(|| markup::tag(rest));
        let end = end.ok_or_else(|| self.error(ErrorKind::Truncated))?;
        let name = self.piece(self.start + 2, self.start + end).trim_end_matches(is_space);
        if open != Some(name) {
            return Err(self.error(ErrorKind::Mismatch));
        }
        self.at += end + 1;
        self.close();
        Ok(Event::End)
    }

    pub(super) fn read_attributes(&mut self, text: &'i str, offset: usize) -> Result<(), Error> {
        let mut split = Split::new(text);
        let (mut count, around) = (0, self.bindings.len());
        while let Some(raw) = split.next().map_err(|kind| self.error(kind))? {
            self.bound(raw.value.len(), self.limits.attribute_value, "bytes of an attribute value")?;
            let value = attributes::normalise(raw.value).map_err(|kind| self.error(kind))?;
            match raw.name.strip_prefix("xmlns").map(|rest| (rest, rest.strip_prefix(':'))) {
                Some(("", _)) => self.bind("", &value)?,
                Some((_, Some(""))) => return Err(self.error(ErrorKind::Name)),
                Some((_, Some(prefix))) => self.bind(prefix, &value)?,
                Some((_, None)) | None => {
                    count += 1;
                    self.bound(count, self.limits.attributes, "attributes of one element")?;
                    let name = Name { ns: ns::NONE, local: raw.name };
                    let offset = offset + raw.offset;
                    self.attributes.push(Attribute { name, lexical: raw.name, value, offset });
                }
            }
        }
        if self.bindings.len() > around + 1 {
            self.check_bindings(around)?;
        }
        self.expand_attributes()
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
        if repeats(&self.attributes) { Err(self.error(ErrorKind::DuplicateAttribute)) } else { Ok(()) }
    }

    pub(super) fn expand(&self, lexical: &'i str, element: bool) -> Result<Name<'i>, Error> {
        self.bound(lexical.len(), self.limits.name, "bytes of a name")?;
        let (prefix, local) = split(lexical, memchr::memchr(b':', lexical.as_bytes()));
        if let Some(prefix) = prefix {
            self.check_ncname(prefix)?;
        }
        self.check_ncname(local)?;
        self.named(prefix, local, element)
    }

    /// The name of parts whose characters are right.
    fn named(&self, prefix: Option<&'i str>, local: &'i str, element: bool) -> Result<Name<'i>, Error> {
        let ns = match prefix {
            // Without a declaration there is no default namespace, which is no error.
            None => self.resolve("").filter(|_| element).unwrap_or(ns::NONE),
            Some(prefix) => self.resolve(prefix).ok_or_else(|| self.error(ErrorKind::UndeclaredPrefix))?,
        };
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
