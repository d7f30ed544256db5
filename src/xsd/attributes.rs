//! Attributes and attribute groups of schema documents: Part 1, sections 3.2, 3.5 and 3.6.

use std::sync::Arc;

use super::load::{Loader, any_simple};
use super::model::{AttributeUse, Wildcard};
use super::problem::Problem;
use super::source::{Context, Source, Symbol};
use super::wildcard::wildcard;
use crate::limits::DERIVATION;
use crate::xml::{ElementId, QName, ns};

impl Loader<'_, '_> {
    /// The attributes that are written at `source`, groups included.
    pub(super) fn attributes(
        &mut self,
        context: &Context,
        source: Source,
    ) -> (Vec<AttributeUse>, Option<Wildcard>) {
        let mut all = Vec::new();
        let mut any = None;
        for child in context.tree.children(source.element, ns::XSD_URI) {
            let at = Source { element: child, ..source };
            if !self.spend(at, 1) {
                break;
            }
            match &*context.tree.element(child).name.local {
                "attribute" => all.extend(self.attribute_use(context, at)),
                "anyAttribute" => any = Some(wildcard(context, child)),
                "attributeGroup" => {
                    let (more, wild) = self.attribute_group(at);
                    all = merged(all, more, &[]);
                    any = any.or(wild);
                }
                _ => {}
            }
        }
        (all, any)
    }

    fn attribute_group(&mut self, at: Source) -> (Vec<AttributeUse>, Option<Wildcard>) {
        let nothing = (Vec::new(), None);
        let context = self.context(at).clone();
        let Some(lexical) = context.tree.attribute(at.element, "ref") else { return nothing };
        let Some(name) = self.qname(at, lexical) else { return nothing };
        let Some(found) = self.symbol(Symbol::AttributeGroup, at, &name) else {
            self.unresolved(at, "attribute group", &name);
            return nothing;
        };
        if self.active.len() > DERIVATION || !self.active.insert(found) {
            self.report(at, Problem::AttributeGroupInItself);
            return nothing;
        }
        let context = self.context(found).clone();
        self.use_of(found);
        let group = self.attributes(&context, found);
        self.active.remove(&found);
        group
    }

    fn attribute_use(&mut self, context: &Context, at: Source) -> Option<AttributeUse> {
        let tree = &context.tree;
        // The default of Part 1, section 3.2.2.
        let usage = tree.attribute(at.element, "use").unwrap_or("optional");
        if usage == "prohibited" {
            return None;
        }
        let mut attribute = match tree.attribute(at.element, "ref") {
            Some(lexical) => self.referenced_attribute(at, lexical)?,
            None => {
                let local = tree.attribute(at.element, "name")?.trim();
                let qualified = tree
                    .attribute(at.element, "form")
                    .map_or(context.qualified_attributes, |form| form == "qualified");
                let namespace = if qualified { context.target.clone() } else { Arc::default() };
                self.attribute_declaration(at, QName { namespace, local: local.into() })?
            }
        };
        attribute.required = usage == "required";
        let own = |name: &str| tree.attribute(at.element, name).map(Arc::from);
        attribute.default = own("default").or(attribute.default);
        attribute.fixed = own("fixed").or(attribute.fixed);
        Some(attribute)
    }

    fn referenced_attribute(&mut self, at: Source, lexical: &str) -> Option<AttributeUse> {
        let name = self.qname(at, lexical)?;
        match self.symbol(Symbol::Attribute, at, &name) {
            Some(found) => {
                self.use_of(found);
                self.attribute_declaration(found, name)
            }
            None => {
                let known =
                    matches!(&*name.namespace, ns::XML_URI | ns::SOAPENC_URI | ns::WSDL_URI | ns::WSU_URI)
                        || name.namespace.contains("xmlmime");
                if !known {
                    self.unresolved(at, "attribute", &name);
                }
                Some(AttributeUse { name, simple: any_simple(), required: false, default: None, fixed: None })
            }
        }
    }

    pub(super) fn attribute_declaration(&mut self, at: Source, name: QName) -> Option<AttributeUse> {
        let context = self.context(at).clone();
        // Without a type, or with one that is reported, it holds anything.
        let simple = self.simple_at(at, "type").unwrap_or_else(any_simple);
        let own = |name: &str| context.tree.attribute(at.element, name).map(Arc::from);
        Some(AttributeUse { name, simple, required: false, default: own("default"), fixed: own("fixed") })
    }

    pub(super) fn prohibited(&mut self, context: &Context, at: Source) -> Vec<QName> {
        let tree = &context.tree;
        let children = tree.children(at.element, ns::XSD_URI);
        let prohibited: Vec<_> =
            children.filter(|child| tree.attribute(*child, "use") == Some("prohibited")).collect();
        let name = |element: ElementId| {
            let lexical = tree.attribute(element, "ref").or_else(|| tree.attribute(element, "name"))?;
            let local = lexical.rsplit_once(':').map_or(lexical, |(_, local)| local).trim();
            Some(QName { namespace: Arc::default(), local: local.into() })
        };
        prohibited.into_iter().filter_map(name).collect()
    }
}

/// The attributes of a base with those of a derived type in their place.
pub(super) fn merged(
    inherited: Vec<AttributeUse>,
    own: Vec<AttributeUse>,
    prohibited: &[QName],
) -> Vec<AttributeUse> {
    let mut all: Vec<AttributeUse> = inherited;
    all.retain(|attribute| prohibited.iter().all(|name| name.local != attribute.name.local));
    for attribute in own {
        match all.iter_mut().find(|known| known.name == attribute.name) {
            Some(known) => *known = attribute,
            None => all.push(attribute),
        }
    }
    all
}
