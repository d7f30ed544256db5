//! What wildcards allow: attributes, elements, and the ur-type.

use super::run::{Run, Target};
use crate::json::write::write_key;
use crate::plan::{ComplexPlan, Node, NodeIx, ScopeIx, WildcardPlan};
use crate::xml::{self, Event, Name, Reader, ns};

impl<'p> Run<'_, 'p> {
    /// Attributes that the type does not declare: members where a wildcard allows them.
    pub(super) fn undeclared_attributes(&mut self, complex: Option<&'p ComplexPlan>, reader: &Reader<'_>) {
        for attribute in reader.attributes() {
            let Name { ns, local } = attribute.name;
            let mut known = complex.into_iter().flat_map(|complex| &complex.attributes);
            if self.is_neutral(ns, local) || known.any(|known| known.ns == ns && *known.local == *local) {
                continue;
            }
            match complex.filter(|complex| complex.any_attribute.as_ref().is_some_and(|any| any.allows(ns))) {
                Some(complex) => self.wild_attribute(complex, attribute, reader),
                // It was read, or reported, as the attribute of that local name.
                None if complex.is_some_and(|complex| self.is_astray(complex, attribute.name, reader)) => {}
                None if ns == ns::XML => {}
                None => self.unknown(&format!("@{local}"), "unknown attribute"),
            }
        }
    }

    /// `"@name"`, or `"@{namespace}name"`.
    fn wild_attribute(
        &mut self,
        complex: &'p ComplexPlan,
        attribute: &xml::Attribute<'_>,
        reader: &Reader<'_>,
    ) {
        let Name { ns, local } = attribute.name;
        let plain = format!("@{local}");
        let taken = complex.scope(ScopeIx::FIRST).keys.find(&plain).is_some() || local == "type";
        let key =
            if ns == ns::NONE && !taken { plain } else { format!("@{{{}}}{local}", reader.namespace(ns)) };
        self.put_key("");
        self.put_written(|out| write_key(out, &key));
        self.put_string(&attribute.value);
    }

    /// The ur-type: a string when it holds text alone.
    pub(super) fn any_type(
        &mut self,
        complex: &'p ComplexPlan,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        if self.has_attributes(complex, reader) {
            return self.complex(complex, None, reader);
        }
        match reader.next()? {
            Event::Start(_) => {
                self.open_object(ScopeIx::FIRST);
                let items = self.begin_mixed(complex, reader.text());
                self.mixed_items(items, reader)?;
                self.close_object(complex);
            }
            Event::End | Event::Eof => self.put_string(reader.text()),
        }
        Ok(())
    }

    /// The element at whose start tag the reader stands, which found the wildcard `node`: an item of its slot.
    pub(super) fn wild_element(
        &mut self,
        complex: &'p ComplexPlan,
        node: &'p Node,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let Some(wildcard) = complex.wildcard(node) else { return reader.skip() };
        let slot = complex.slot(node);
        let index = self.next_index(node.slot);
        self.path.push("", Some(&slot.key), Some(index));
        self.begin_slot(complex, node.scope, node.slot);
        self.wild_value(wildcard, reader)?;
        self.end_piece();
        self.path.pop();
        Ok(())
    }

    /// `{"name": value}` for an element that the contract declares, else its XML.
    pub(super) fn wild_value(
        &mut self,
        wildcard: &WildcardPlan,
        reader: &mut Reader<'_>,
    ) -> Result<(), xml::Error> {
        let plan = self.plan;
        let Some(global) = plan.globals().named(reader.name()).filter(|_| wildcard.typed) else {
            return self.raw(reader);
        };
        let element = plan.element(global.element);
        self.out.push(b'{');
        self.put_written(|out| write_key(out, &global.key));
        self.path.push(&element.local, Some(&global.key), None);
        self.element(element, Target::NOWHERE, reader)?;
        self.path.pop();
        self.out.push(b'}');
        Ok(())
    }

    fn raw(&mut self, reader: &mut Reader<'_>) -> Result<(), xml::Error> {
        let mut raw = String::new();
        reader.raw(&mut raw)?;
        self.put_string(&raw);
        Ok(())
    }

    /// Wildcards of a reply are known by what they allow, wherever they stand.
    pub(super) fn find_wild(&self, complex: &'p ComplexPlan, name: Name<'_>) -> Option<NodeIx> {
        let allows = |node: &Node| complex.wildcard(node).is_some_and(|wildcard| wildcard.allows(name.ns));
        complex.nodes.iter().position(allows).map(NodeIx::at)
    }
}
