//! Extensions of a WSDL that must be understood (WSDL 1.1 section 2.1.3), and the policies that are attached to it.

use std::collections::HashSet;

use super::definitions::Definitions;
use super::place::Place;
use super::policy::{Asked, Policies, is_policy, is_policy_namespace};
use super::problem::Problem;
use crate::limits::CONTRACT_PROBLEMS;
use crate::xml::{Diagnostic, ns};

/// What the documents ask for beside messages and is not done here.
pub(super) fn check(definitions: &Definitions) -> Vec<Diagnostic> {
    let mut walk = Walk { policies: Policies::default(), asked: HashSet::new(), diagnostics: Vec::new() };
    let own: Vec<Place> = definitions.roots.iter().flat_map(Place::children).collect();
    own.iter().filter(|place| is_policy(place)).for_each(|place| walk.policies.add(place));
    for root in &definitions.roots {
        walk.element(root, NESTING);
    }
    walk.diagnostics
}

/// Elements of WSDL 1.1 in each other.
const NESTING: usize = 8;

struct Walk {
    policies: Policies,
    /// What was told: bindings of one contract attach one policy to each operation.
    asked: HashSet<Vec<String>>,
    diagnostics: Vec<Diagnostic>,
}

impl Walk {
    /// What the WSDL element `place` and those in it ask for.
    fn element(&mut self, place: &Place, depth: usize) {
        if depth == 0 || self.diagnostics.len() >= CONTRACT_PROBLEMS || is_of_other_protocol(place) {
            return;
        }
        let uris = place.tree.element(place.element).attributes.iter();
        let uris = uris.filter(|attribute| {
            &*attribute.name.local == "PolicyURIs" && is_policy_namespace(&attribute.name.namespace)
        });
        for asked in uris.map(|uris| self.policies.named(&uris.value)).collect::<Vec<_>>() {
            self.tell(place, asked);
        }
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
                    let asked = self.policies.asked(&child);
                    self.tell(&child, asked);
                }
            } else if is_required(&child) && !is_understood(child.namespace()) {
                self.report(
                    &child,
                    &Problem::RequiredExtension(child.tree.element(child.element).name.clone()),
                );
            }
        }
    }

    fn tell(&mut self, place: &Place, asked: Asked) {
        let Asked { unsupported, supported, dangling } = asked;
        for uri in dangling {
            if self.asked.insert(vec![uri.clone()]) {
                self.report(place, &Problem::NoPolicy(uri));
            }
        }
        let unsupported: Vec<String> = unsupported.into_iter().collect();
        if !unsupported.is_empty() && self.asked.insert(unsupported.clone()) {
            self.report(place, &Problem::Policy(unsupported.join(", ")));
        }
        let supported: Vec<String> = supported.into_iter().map(str::to_owned).collect();
        if !supported.is_empty() && self.asked.insert(supported.clone()) {
            self.report(place, &Problem::PolicyByConfiguration(supported.join(", ")));
        }
    }

    fn report(&mut self, place: &Place, problem: &Problem) {
        self.diagnostics.push(place.diagnostic(problem));
    }
}

fn is_required(place: &Place) -> bool {
    let required = place.tree.attribute_of(place.element, ns::WSDL_URI, "required");
    required.is_some_and(|required| matches!(required.value.trim(), "true" | "1"))
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
