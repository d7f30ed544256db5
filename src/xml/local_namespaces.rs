//! Namespace names that no contract has: numbered as a document brings them.

use std::collections::HashMap;
use std::sync::Arc;

/// Namespace names in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct LocalNamespaces {
    names: Vec<Arc<str>>,
    /// Once there are many: a document may have another name on every element.
    index: HashMap<Arc<str>, usize>,
}

impl LocalNamespaces {
    /// The name with the number `at`; empty for one that is not there.
    pub(super) fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", |name| name)
    }

    /// The number of `name`, added if it is new.
    pub(super) fn number(&mut self, name: &str) -> usize {
        match self.find(name) {
            Some(at) => at,
            None => self.add(name.into()),
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        let few = self.names.iter().take(FEW).position(|other| **other == *name);
        few.or_else(|| self.index.get(name).copied())
    }

    fn add(&mut self, name: Arc<str>) -> usize {
        let at = self.names.len();
        if at >= FEW {
            self.index.insert(name.clone(), at);
        }
        self.names.push(name);
        at
    }
}

/// Up to so many names are compared one by one.
const FEW: usize = 8;
