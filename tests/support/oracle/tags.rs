//! Start tags: bounds, attributes, declarations and expanded names.

use saponify::xml::{Error, ErrorKind, Namespaces, is_ncname, ns, split_qname};

use super::grammar::{self, SPACE, normalise};
use super::{Oracle, Seen, SeenAttribute};

impl Oracle<'_> {
    pub(super) fn start_tag(&mut self, end: usize) -> Result<Seen, Error> {
        let tag = &self.input[self.start + 1..end];
        let (lexical, rest) = tag.split_at(tag.find(SPACE).unwrap_or(tag.len()));
        self.open()?;
        let mut read = self.attributes(rest)?;
        let (namespace, local) = self.expand(lexical, true)?;
        for attribute in &mut read {
            attribute.offset += self.start + 1 + lexical.len();
        }
        Ok(Seen { name: Some((namespace, local)), attributes: read, ..self.seen() })
    }

    fn open(&mut self) -> Result<(), Error> {
        self.check(!self.open.is_empty() || !self.root_seen, ErrorKind::TextOutsideRoot)?;
        self.root_seen = true;
        if let Some((_, children)) = self.open.last_mut() {
            *children += 1;
        }
        let children = self.open.last().map_or(0, |(_, children)| *children);
        self.bound(children, self.limits.children, "children of one element")?;
        self.elements += 1;
        self.bound(self.elements, self.limits.elements, "elements")?;
        self.bound(self.open.len() + 1, self.limits.depth, "nested elements")?;
        self.open.push((self.bindings.len(), 0));
        Ok(())
    }

    fn attributes(&mut self, text: &str) -> Result<Vec<SeenAttribute>, Error> {
        let (found, wrong) = grammar::attributes(text);
        let (around, mut read) = (self.bindings.len(), Vec::new());
        for raw in &found {
            self.bound(raw.value.len(), self.limits.attribute_value, "bytes of an attribute value")?;
            let value = normalise(raw.value).map_err(|kind| self.error(kind))?;
            match raw.name.strip_prefix("xmlns") {
                Some("") => self.bind("", value)?,
                Some(":") => return Err(self.error(ErrorKind::Name)),
                Some(rest) if rest.starts_with(':') => self.bind(&rest[1..], value)?,
                _ => {
                    self.bound(read.len() + 1, self.limits.attributes, "attributes of one element")?;
                    let (name, lexical) = (Default::default(), raw.name.to_owned());
                    read.push(SeenAttribute { name, lexical, value, offset: raw.offset });
                }
            }
        }
        if let Some(kind) = wrong {
            return Err(self.error(kind));
        }
        let own: Vec<&str> = self.bindings[around..].iter().map(|(prefix, _)| prefix.as_str()).collect();
        self.check(!repeats(&own), ErrorKind::DuplicateAttribute)?;
        for attribute in &mut read {
            attribute.name = self.expand(&attribute.lexical, false)?;
        }
        let names: Vec<_> = read.iter().map(|attribute| &attribute.name).collect();
        self.check(!repeats(&names), ErrorKind::DuplicateAttribute)?;
        Ok(read)
    }

    fn bind(&mut self, prefix: &str, name: String) -> Result<(), Error> {
        let reserved = matches!(&*name, ns::XML_URI | ns::XMLNS_URI) || matches!(prefix, "xml" | "xmlns");
        let undeclared = name.is_empty() && !prefix.is_empty();
        let good = (prefix, &*name) == ("xml", ns::XML_URI) || !(reserved || undeclared);
        self.check(good, ErrorKind::NamespaceDeclaration)?;
        if !prefix.is_empty() {
            self.bound(prefix.len(), self.limits.name, "bytes of a name")?;
            self.check(is_ncname(prefix), ErrorKind::Name)?;
        }
        self.bound(name.len(), self.limits.namespace, "bytes of a namespace name")?;
        self.bound(self.bindings.len() + 1, self.limits.bindings, "namespace declarations in scope")?;
        if Namespaces::default().find(&name).is_none() && !self.namespaces.contains(&name) {
            self.namespaces.push(name.clone());
            self.bound(self.namespaces.len(), self.limits.namespaces, "namespace names")?;
        }
        self.bindings.push((prefix.to_owned(), name));
        Ok(())
    }

    fn expand(&self, lexical: &str, element: bool) -> Result<(String, String), Error> {
        self.bound(lexical.len(), self.limits.name, "bytes of a name")?;
        let (prefix, local) = split_qname(lexical);
        let prefixed = lexical.contains(':');
        self.check(!prefixed || is_ncname(prefix), ErrorKind::Name)?;
        self.check(is_ncname(local), ErrorKind::Name)?;
        let bound =
            self.bindings.iter().rev().find(|(bound, _)| bound == prefix).map(|(_, name)| name.clone());
        let namespace = match bound {
            _ if prefix == "xml" => ns::XML_URI.to_owned(),
            bound if prefixed => bound.ok_or_else(|| self.error(ErrorKind::UndeclaredPrefix))?,
            bound => bound.filter(|_| element).unwrap_or_default(),
        };
        Ok((namespace, local.to_owned()))
    }
}

fn repeats<T: Ord>(all: &[T]) -> bool {
    let mut sorted: Vec<&T> = all.iter().collect();
    sorted.sort();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}
