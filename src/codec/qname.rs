//! Values of type QName: what a prefix is bound to travels with the value (XML Schema Part 2, section 3.2.18).
//!
//! In JSON `p:local` has a prefix of the contract's documents; `{namespace}local` is said where that would mean another name.

use crate::plan::Plan;
use crate::xml::{NsId, Reader, ns};

/// The JSON text of the QName `lexical` at the current tag; nothing when its prefix is not declared.
pub(super) fn to_json(plan: &Plan, lexical: &str, reader: &Reader<'_>) -> Option<String> {
    let trimmed = lexical.trim();
    let (prefix, local) = trimmed.split_once(':').unwrap_or(("", trimmed));
    let space = reader.resolve(prefix)?;
    Some(match plan.prefix_of(space) {
        _ if space == ns::NONE => local.to_owned(),
        Some(prefix) => format!("{prefix}:{local}"),
        None => format!("{{{}}}{local}", reader.namespace(space)),
    })
}

/// The lexical QName of the JSON text `json`, and the declaration that it needs; nothing when its prefix is unknown.
pub(super) fn to_xml(plan: &Plan, json: &str) -> Option<(String, Option<(String, String)>)> {
    if let Some((namespace, local)) = json.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        let known = plan.namespaces().find(namespace).and_then(|id| plan.prefix_of(id));
        let prefix = known.unwrap_or("qn");
        return Some((format!("{prefix}:{local}"), Some((prefix.to_owned(), namespace.to_owned()))));
    }
    let Some((prefix, _)) = json.trim().split_once(':') else { return Some((json.to_owned(), None)) };
    let id: NsId = plan.prefixed(prefix)?;
    let declared = (id != ns::XML).then(|| (prefix.to_owned(), plan.namespaces().name(id).to_owned()));
    Some((json.trim().to_owned(), declared))
}
