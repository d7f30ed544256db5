//! Extensions of a WSDL that must be understood (WSDL 1.1 section 2.1.3), and the policies that are attached to it.

use std::collections::{BTreeSet, HashSet};

use super::definitions::Definitions;
use super::demand::{DemandKind, Demands};
use super::place::Place;
use super::policy::{Policies, is_policy, is_policy_namespace, is_required, using_addressing};
use super::problem::Problem;
use crate::limits::CONTRACT_PROBLEMS;
use crate::xml::{Diagnostic, ns};

/// What the documents ask for beside messages and is not done here.
pub(super) fn check(definitions: &Definitions) -> Vec<Diagnostic> {
    let mut walk = Walk { policies: &definitions.policies, asked: HashSet::new(), diagnostics: Vec::new() };
    for root in &definitions.roots {
        walk.element(root, NESTING);
    }
    walk.diagnostics
}

/// Elements of WSDL 1.1 in each other.
const NESTING: usize = 8;

struct Walk<'w> {
    policies: &'w Policies,
    /// What was told: bindings of one contract attach one policy to each operation.
    asked: HashSet<Vec<String>>,
    diagnostics: Vec<Diagnostic>,
}

impl Walk<'_> {
    /// What the WSDL element `place` and those in it ask for.
    fn element(&mut self, place: &Place, depth: usize) {
        if depth == 0 || self.diagnostics.len() >= CONTRACT_PROBLEMS || is_of_other_protocol(place) {
            return;
        }
        self.policies.by_attribute(place).iter().for_each(|demands| self.tell(place, demands));
        let is_root = place.local() == "definitions";
        for child in place.children() {
            if child.namespace() == ns::WSDL_URI {
                if child.local() != "documentation" {
                    self.element(&child, depth - 1);
                }
            } else if child.namespace() == ns::WSDL_MIME_URI {
                // Its parts hold what stands in the message.
                self.element(&child, depth - 1);
            } else if is_policy(&child) {
                // Those of the whole document are there to be referred to.
                if !is_root || child.local() == "PolicyAttachment" {
                    self.tell(&child, &self.policies.asked(&child));
                }
            } else if let Some(demands) = using_addressing(&child).filter(|_| is_required(&child)) {
                self.tell(&child, &demands);
            } else if is_required(&child) && !is_understood(child.namespace()) {
                self.report(
                    &child,
                    &Problem::RequiredExtension(child.tree.element(child.element).name.clone()),
                );
            }
        }
    }

    fn tell(&mut self, place: &Place, demands: &Demands) {
        let chosen = demands.chosen();
        let kinds = || chosen.iter().map(|demand| &demand.kind);
        let names = |wanted: fn(&DemandKind) -> bool| -> Vec<String> {
            let names: BTreeSet<String> =
                kinds().filter(|kind| wanted(kind)).map(ToString::to_string).collect();
            names.into_iter().collect()
        };
        for uri in names(DemandKind::is_unknown) {
            if self.asked.insert(vec![uri.clone()]) {
                self.report(place, &Problem::NoPolicy(uri));
            }
        }
        let unsupported = names(DemandKind::is_unsupported);
        if !unsupported.is_empty() && self.asked.insert(unsupported.clone()) {
            self.report(place, &Problem::Policy(unsupported.join(", ")));
        }
        let supported = names(|kind| !kind.is_unsupported() && !kind.is_unknown());
        if !supported.is_empty() && self.asked.insert(supported.clone()) {
            self.report(place, &Problem::PolicyByConfiguration(supported.join(", ")));
        }
    }

    fn report(&mut self, place: &Place, problem: &Problem) {
        self.diagnostics.push(place.diagnostic(problem));
    }
}

/// Extensions that are read here; policies are told of by what they ask for.
fn is_understood(namespace: &str) -> bool {
    let known = [ns::WSDL_SOAP11_URI, ns::WSDL_SOAP12_URI, ns::WSDL_MIME_URI];
    known.contains(&namespace) || is_policy_namespace(namespace)
}

/// Whether `place` is a binding that is not one of SOAP: its port is named as one that is not served.
fn is_of_other_protocol(place: &Place) -> bool {
    let soap = |child: &Place| matches!(child.namespace(), ns::WSDL_SOAP11_URI | ns::WSDL_SOAP12_URI);
    place.local() == "binding" && !place.children().any(|child| soap(&child))
}
