//! Values of type QName: what a prefix is bound to travels with the value (XML Schema Part 2, section 3.2.18).
//!
//! In JSON `p:local` has a prefix of the contract's documents; `{namespace}local` is said where that would mean another name.

use crate::plan::Plan;
use crate::xml::{Reader, ns, split_qname};

/// The JSON text of the QName `lexical` at the current tag; nothing when its prefix is not declared.
pub(super) fn to_json(plan: &Plan, lexical: &str, reader: &Reader<'_>) -> Option<String> {
    let (prefix, local) = split_qname(lexical.trim());
    let space = reader.resolve(prefix)?;
    Some(match plan.prefix_of(space) {
        _ if space == ns::NONE => local.to_owned(),
        Some(prefix) => format!("{prefix}:{local}"),
        None => format!("{{{}}}{local}", reader.namespace(space)),
    })
}

/// What a QName of JSON needs in XML.
pub(super) enum NameOut<'n> {
    /// A prefix that messages bind to this namespace.
    Known { prefix: &'n str, namespace: &'n str, local: &'n str },
    /// Any prefix for a namespace that messages have none for.
    Other { namespace: &'n str, local: &'n str },
    /// No declaration.
    Plain(&'n str),
}

/// What the JSON text `json` means; nothing when its prefix is unknown.
pub(super) fn to_xml<'n>(plan: &'n Plan, json: &'n str) -> Option<NameOut<'n>> {
    let json = json.trim();
    if let Some((namespace, local)) = json.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        let known = plan.namespaces().find(namespace).and_then(|id| plan.prefix_of(id));
        return Some(match known {
            _ if namespace.is_empty() => NameOut::Plain(local),
            Some(prefix) => NameOut::Known { prefix, namespace, local },
            None => NameOut::Other { namespace, local },
        });
    }
    let (prefix, local) = split_qname(json);
    if matches!(prefix, "" | "xml") {
        return Some(NameOut::Plain(json));
    }
    let namespace = plan.namespaces().name(plan.prefixed(prefix)?);
    Some(NameOut::Known { prefix, namespace, local })
}
