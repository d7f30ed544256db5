//! Places that header blocks have for credentials of whoever calls.

use super::super::index::{ElementIx, TypeIx};
use super::complex::{Credential, NodeKind};
use super::plan::Plan;
use super::types::Shape;
use crate::xml::NsId;

/// The way to a credential in the Header of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialPath {
    /// The names of the elements on it: the header block first, the one that holds the credential last.
    pub names: Vec<(NsId, Box<str>)>,
    /// What is there.
    pub holds: Credential,
}

impl Plan {
    /// The ways to the credentials of all requests, each once.
    pub fn credential_paths(&self) -> Vec<CredentialPath> {
        let mut found = Vec::new();
        for operation in self.operations().iter().filter(|operation| operation.input.takes_credentials) {
            let root = operation.input.headers.expect("what takes credentials has header blocks");
            Walk { plan: self, found: &mut found, names: Vec::new(), within: Vec::new() }.element(root);
        }
        found
    }
}

struct Walk<'w> {
    plan: &'w Plan,
    found: &'w mut Vec<CredentialPath>,
    names: Vec<(NsId, Box<str>)>,
    /// The types around: one of them again leads nowhere new.
    within: Vec<TypeIx>,
}

impl Walk<'_> {
    fn element(&mut self, ix: ElementIx) {
        let plan = self.plan;
        let type_ix = plan.element(ix).type_ix;
        if self.within.contains(&type_ix) {
            return;
        }
        let complex = match &plan.type_plan(type_ix).shape {
            Shape::Complex(complex) => complex,
            Shape::Unwrap(inner) => return self.inside(*inner, None),
            Shape::Array(_) | Shape::Simple(_) => return,
        };
        self.within.push(type_ix);
        for node in complex.nodes.iter().filter(|node| node.scope.index() == 0) {
            let NodeKind::Element(child) = node.kind else { continue };
            self.inside(child, complex.slot(node).credential);
        }
        self.within.pop();
    }

    /// The element `ix`, which is on the way, or its end where it `holds` a credential.
    fn inside(&mut self, ix: ElementIx, holds: Option<Credential>) {
        let element = self.plan.element(ix);
        self.names.push((element.ns, element.local.clone()));
        match holds {
            Some(holds) => self.keep(holds),
            None => self.element(ix),
        }
        self.names.pop();
    }

    fn keep(&mut self, holds: Credential) {
        let path = CredentialPath { names: self.names.clone(), holds };
        if !self.found.contains(&path) {
            self.found.push(path);
        }
    }
}
