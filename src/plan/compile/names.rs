//! Short names for what `@type` and `$any` name: the local name, with a prefix for the second one of that name.

use std::collections::HashMap;
use std::sync::Arc;

use crate::xml::{QName, ns};
use crate::xsd::Schema;

/// Who has the bare local name, over the whole contract, so that exposing fewer operations renames nothing.
#[derive(Debug, Default)]
pub(in crate::plan) struct Keys {
    types: HashMap<Arc<str>, QName>,
    elements: HashMap<Arc<str>, QName>,
}

impl Keys {
    pub(in crate::plan) fn new(schema: &Schema) -> Self {
        let mut keys = Self::default();
        for (name, _) in schema.global_types() {
            keys.types.entry(name.local.clone()).or_insert_with(|| name.clone());
        }
        for (name, _) in schema.global_elements() {
            keys.elements.entry(name.local.clone()).or_insert_with(|| name.clone());
        }
        keys
    }

    pub(in crate::plan) fn of_type(&self, name: &QName, prefix: &str) -> String {
        key(&self.types, name, prefix)
    }

    pub(in crate::plan) fn of_element(&self, name: &QName, prefix: &str) -> String {
        key(&self.elements, name, prefix)
    }
}

fn key(first: &HashMap<Arc<str>, QName>, name: &QName, prefix: &str) -> String {
    match first.get(&name.local) {
        Some(owner) if owner != name => format!("{prefix}_{}", name.local),
        _ => name.local.to_string(),
    }
}

/// The name of a part's element: unqualified, WSDL 1.1 section 3.5.
pub(super) fn unqualified(local: &str) -> QName {
    QName::new(ns::NONE_URI, local)
}
