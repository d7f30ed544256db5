//! What documents refer to and nobody has: the documents that are missing come first, and what follows from each of them is counted
//! with it, so that one document that is not there is one problem and not hundreds.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::limits::CONTRACT_PROBLEMS;
use crate::xml::{Diagnostic, QName, Severity};

/// What is missing in a contract.
#[derive(Clone, Debug, Default)]
pub(crate) struct Missing {
    causes: Vec<Cause>,
    references: Vec<Reference>,
    by_name: HashMap<QName, usize>,
    /// Imports that do not say where their schema is, which is no problem where another document brings it.
    unlocated: HashMap<Arc<str>, Diagnostic>,
    /// The target namespaces of the documents that were read.
    namespaces: HashSet<Arc<str>>,
}

/// A document that is missing, or is not the one that is expected.
#[derive(Clone, Debug)]
struct Cause {
    /// The namespace that it should define.
    namespace: Arc<str>,
    /// What the documents say of where it is.
    location: String,
    diagnostic: Diagnostic,
    /// Imports of it beside the first.
    imports: usize,
    references: usize,
}

/// References to one name.
#[derive(Clone, Debug)]
struct Reference {
    name: QName,
    /// The first one.
    diagnostic: Diagnostic,
    others: usize,
}

impl Missing {
    /// The document at `location`, which should define `namespace`, is not there: `diagnostic` says why.
    pub(crate) fn document(&mut self, namespace: &str, location: &str, diagnostic: Diagnostic) {
        let same = |cause: &&mut Cause| *cause.namespace == *namespace && cause.location == location;
        if let Some(cause) = self.causes.iter_mut().find(same) {
            cause.imports += 1;
        } else if self.causes.len() < CONTRACT_PROBLEMS {
            let (namespace, location) = (namespace.into(), location.to_owned());
            self.causes.push(Cause { namespace, location, diagnostic, imports: 0, references: 0 });
        }
    }

    /// `diagnostic` is an import of `namespace` that does not say where its schema is.
    pub(crate) fn unlocated(&mut self, namespace: &str, diagnostic: Diagnostic) {
        self.unlocated.entry(namespace.into()).or_insert(diagnostic);
    }

    /// A document of the target namespace `namespace` is there.
    pub(crate) fn is_there(&mut self, namespace: Arc<str>) {
        self.namespaces.insert(namespace);
    }

    /// A reference to `name`, which nobody defines; `diagnostic` makes what is said of the first one.
    pub(crate) fn reference(&mut self, name: &QName, diagnostic: impl FnOnce() -> Diagnostic) {
        if let Some(known) = self.by_name.get(name).and_then(|at| self.references.get_mut(*at)) {
            known.others += 1;
            return;
        }
        self.by_name.insert(name.clone(), self.references.len());
        self.references.push(Reference { name: name.clone(), diagnostic: diagnostic(), others: 0 });
    }

    /// The problems: the documents that are missing, then the references that none of them explains.
    pub(crate) fn diagnostics(mut self) -> Vec<Diagnostic> {
        let mut own: Vec<Reference> = Vec::new();
        let mut strange: HashMap<Arc<str>, usize> = HashMap::new();
        for reference in std::mem::take(&mut self.references) {
            let namespace = &reference.name.namespace;
            if let Some(cause) = self.cause(namespace) {
                cause.references += 1 + reference.others;
            } else if self.namespaces.contains(namespace) || namespace.is_empty() {
                own.push(reference);
            } else if let Some(at) = strange.get(namespace) {
                // One namespace that nobody defines is one problem.
                let first = own.get_mut(*at).expect("it was put there");
                first.others += 1 + reference.others;
            } else {
                strange.insert(namespace.clone(), own.len());
                own.push(reference);
            }
        }
        let causes = self.causes.into_iter().map(Cause::told);
        causes.chain(own.into_iter().map(|reference| reference.told(&strange))).collect()
    }

    /// Why there is nothing of `namespace`.
    fn cause(&mut self, namespace: &Arc<str>) -> Option<&mut Cause> {
        let known = self.causes.iter().position(|cause| cause.namespace == *namespace);
        if known.is_none() && !self.namespaces.contains(namespace) {
            let diagnostic = self.unlocated.remove(namespace)?;
            self.document(namespace, "", diagnostic);
            return self.causes.last_mut();
        }
        known.and_then(|at| self.causes.get_mut(at))
    }
}

impl Cause {
    fn told(self) -> Diagnostic {
        let Self { mut diagnostic, imports, references, .. } = self;
        if imports > 0 {
            let plural = if imports == 1 { "" } else { "s" };
            diagnostic.message.push_str(&format!(" (and {imports} more import{plural} of it)"));
        }
        if references > 0 {
            diagnostic.severity = Severity::Error;
            diagnostic.message.push_str(&also(references));
        }
        diagnostic
    }
}

impl Reference {
    fn told(self, strange: &HashMap<Arc<str>, usize>) -> Diagnostic {
        let Self { mut diagnostic, others, name } = self;
        if strange.contains_key(&name.namespace) {
            diagnostic.message.push_str("; no document defines its namespace");
        }
        if others > 0 {
            diagnostic.message.push_str(&also(others));
        }
        diagnostic
    }
}

fn also(references: usize) -> String {
    let plural = if references == 1 { "" } else { "s" };
    format!(" (and {references} reference{plural} to it)")
}
