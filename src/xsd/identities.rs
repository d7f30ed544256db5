//! Identity constraints of schema documents: Part 1, sections 3.11.2 and 3.11.6.

use super::identity::{Identity, IdentityKind, NameTest, Path};
use super::load::Loader;
use super::model::DeclId;
use super::source::{Context, Source};
use crate::xml::{ElementId, QName, ns};

impl Loader<'_, '_> {
    /// Keeps the constraints that are written in the element declaration `id` at `at`. What is malformed constrains nothing.
    pub(super) fn identities(&mut self, context: &Context, at: Source, id: DeclId) {
        let children = context.tree.children(at.element, ns::XSD_URI);
        let found: Vec<Identity> = children.filter_map(|child| identity(context, child)).collect();
        if !found.is_empty() {
            self.schema.identities.insert(id, found);
        }
    }
}

fn identity(context: &Context, element: ElementId) -> Option<Identity> {
    let tree = &context.tree;
    let kind = match &*tree.element(element).name.local {
        "key" => IdentityKind::Key,
        "keyref" => IdentityKind::KeyRef(tree.resolve_qname(element, tree.attribute(element, "refer")?)?),
        "unique" => IdentityKind::Unique,
        _ => return None,
    };
    let name =
        QName { namespace: context.target.clone(), local: tree.attribute(element, "name")?.trim().into() };
    let selector = context.child(element, &["selector"])?;
    let fields = tree.children(element, ns::XSD_URI);
    let fields = fields.filter(|child| &*tree.element(*child).name.local == "field");
    let fields = fields.map(|field| paths(context, field)).collect::<Option<Vec<_>>>()?;
    Some(Identity { name, kind, selector: paths(context, selector)?, fields })
}

/// The alternatives of the attribute `xpath`; nothing where one of them is not of the subset.
fn paths(context: &Context, element: ElementId) -> Option<Vec<Path>> {
    let text = context.tree.attribute(element, "xpath")?;
    text.split('|').map(|path| self::path(context, element, path.trim())).collect()
}

fn path(context: &Context, element: ElementId, text: &str) -> Option<Path> {
    let (anywhere, rest) = match text.strip_prefix(".//") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut path = Path { anywhere, ..Path::default() };
    for step in rest.split('/').map(str::trim) {
        let attribute = step.strip_prefix('@').or_else(|| step.strip_prefix("attribute::"));
        match (step, attribute) {
            _ if path.attribute.is_some() => return None,
            (".", _) => {}
            (_, Some(name)) => path.attribute = Some(test(context, element, name.trim())?),
            (step, None) => {
                let name = step.strip_prefix("child::").map_or(step, str::trim);
                path.steps.push(test(context, element, name)?);
            }
        }
    }
    Some(path)
}

/// A name; without a prefix it is in no namespace (XPath 1.0, section 2.3).
fn test(context: &Context, element: ElementId, name: &str) -> Option<NameTest> {
    match name.split_once(':') {
        None if name.is_empty() => None,
        None if name == "*" => Some(NameTest::Any),
        None => Some(NameTest::Name(QName::new(ns::NONE_URI, name))),
        Some((prefix, local)) => {
            let namespace = context.tree.resolve_prefix(element, prefix)?;
            match local {
                "*" => Some(NameTest::Namespace(namespace)),
                local => Some(NameTest::Name(QName { namespace, local: local.into() })),
            }
        }
    }
}
