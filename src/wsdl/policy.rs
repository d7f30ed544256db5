//! Policies (WS-Policy 1.2 and 1.5, WS-PolicyAttachment): what a peer asks for beside the messages. What is not supported here is named;
//! nothing of it is done in silence.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};

use super::place::Place;
use crate::limits::{POLICY_ELEMENTS, POLICY_NESTING};

/// The policies of a contract by the identifier that references have of them.
pub(super) struct Policies {
    by_id: HashMap<String, Place>,
    /// Elements that may still be looked at.
    left: Cell<usize>,
}

impl Default for Policies {
    fn default() -> Self {
        Self { by_id: HashMap::new(), left: Cell::new(POLICY_ELEMENTS) }
    }
}

/// What a policy asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// What is not supported, by local name.
    pub(super) unsupported: BTreeSet<String>,
    /// What the configuration of the backend can give.
    pub(super) supported: BTreeSet<&'static str>,
    /// References that lead nowhere.
    pub(super) dangling: BTreeSet<String>,
}

impl Policies {
    /// Remembers the policy at `place`, if it has an identifier.
    pub(super) fn add(&mut self, place: &Place) {
        // The identifier is of one of the namespaces that wsu had, or of none.
        for attribute in &place.tree.element(place.element).attributes {
            let key = match &*attribute.name.local {
                "Id" | "id" => format!("#{}", attribute.value.trim()),
                "Name" => attribute.value.trim().to_owned(),
                _ => continue,
            };
            self.by_id.entry(key).or_insert_with(|| place.clone());
        }
    }

    /// What the policy or the reference at `place` asks for.
    pub(super) fn asked(&self, place: &Place) -> Asked {
        self.walk(place, POLICY_NESTING)
    }

    /// What the policies ask for that the attribute `PolicyURIs` names.
    pub(super) fn named(&self, uris: &str) -> Asked {
        uris.split_whitespace()
            .map(|uri| self.referenced(uri, POLICY_NESTING))
            .fold(Asked::default(), Asked::and)
    }

    fn referenced(&self, uri: &str, depth: usize) -> Asked {
        match self.by_id.get(uri.trim()) {
            Some(policy) => self.walk(policy, depth.saturating_sub(1)),
            None => Asked { dangling: [uri.trim().to_owned()].into(), ..Asked::default() },
        }
    }

    fn walk(&self, place: &Place, depth: usize) -> Asked {
        let left = self.left.get().saturating_sub(1);
        self.left.set(left);
        // Policies that refer to each other say nothing that was not said above.
        if depth == 0 || left == 0 || is_optional(place) {
            return Asked::default();
        }
        let children = || place.children().map(|child| self.walk(&child, depth - 1));
        if !is_policy_namespace(place.namespace()) {
            return self.assertion(place, depth);
        }
        match place.local() {
            "All" | "Policy" | "PolicyAttachment" => children().fold(Asked::default(), Asked::and),
            // Of the alternatives that one is taken of which the least is missing.
            "ExactlyOne" | "OneOrMore" => {
                let least = children().min_by_key(|asked| asked.unsupported.len() + asked.dangling.len());
                // A choice of nothing can never be met, and is written where nothing is meant.
                least.unwrap_or_default()
            }
            "PolicyReference" => {
                place.attribute("URI").map_or_else(Asked::default, |uri| self.referenced(uri, depth))
            }
            _ => Asked::default(),
        }
    }

    /// An assertion: what it is, and what stands inside of it.
    fn assertion(&self, place: &Place, depth: usize) -> Asked {
        let inside = || {
            let children = place.children().map(|child| self.walk(&child, depth - 1));
            children.fold(Asked::default(), Asked::and)
        };
        match (kind(place.namespace()), place.local()) {
            (Kind::Security, "UsernameToken") => {
                Asked { supported: [USERNAME].into(), ..Asked::default() }.and(inside())
            }
            (Kind::Security, "HttpsToken") => {
                Asked { supported: [TLS].into(), ..Asked::default() }.and(inside())
            }
            (Kind::Http | Kind::Security, "RequireClientCertificate") => {
                Asked { supported: [CERTIFICATE].into(), ..Asked::default() }
            }
            (Kind::Security, "IncludeTimestamp") => {
                Asked { supported: [TIMESTAMP].into(), ..Asked::default() }
            }
            (Kind::Http, "BasicAuthentication") | (Kind::Security, "HttpBasicAuthentication") => {
                Asked { supported: [BASIC].into(), ..Asked::default() }
            }
            // They hold what is asked for, or say how it is written.
            (Kind::Security, local) if CARRIERS.contains(&local) => inside(),
            (Kind::Security, local) if MANNERS.contains(&local) => Asked::default(),
            (_, local) => Asked { unsupported: [local.to_owned()].into(), ..Asked::default() },
        }
    }
}

impl Asked {
    fn and(mut self, other: Self) -> Self {
        self.unsupported.extend(other.unsupported);
        self.supported.extend(other.supported);
        self.dangling.extend(other.dangling);
        self
    }
}

/// What defines an assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Http,
    Other,
    Security,
}

fn kind(namespace: &str) -> Kind {
    match namespace {
        _ if namespace.contains("ws-securitypolicy") || namespace.ends_with("/ws/2005/07/securitypolicy") => {
            Kind::Security
        }
        "http://schemas.microsoft.com/ws/06/2004/policy/http" => Kind::Http,
        _ => Kind::Other,
    }
}

const USERNAME: &str = "a UsernameToken (`backend.soap.username_token`)";
const TLS: &str = "TLS (a backend URL with https)";
const CERTIFICATE: &str = "a client certificate (`backend.soap.tls`)";
const TIMESTAMP: &str = "a Timestamp";
const BASIC: &str = "Basic authentication (`backend.soap.auth`)";

/// Assertions of WS-SecurityPolicy that are made of those in them.
const CARRIERS: [&str; 9] = [
    "EncryptedSupportingTokens",
    "SignedEncryptedSupportingTokens",
    "SignedSupportingTokens",
    "SupportingTokens",
    "TransportBinding",
    "TransportToken",
    "UsernameToken10",
    "Wss10",
    "Wss11",
];

/// Assertions that say how something is written that is asked for elsewhere, and which what is sent here fulfils.
const MANNERS: [&str; 20] = [
    "AlgorithmSuite",
    "HashPassword",
    "Issuer",
    "Lax",
    "LaxTsFirst",
    "LaxTsLast",
    "Layout",
    "MustSupportIssuedTokens",
    "MustSupportRefEmbeddedToken",
    "MustSupportRefEncryptedKey",
    "MustSupportRefExternalURI",
    "MustSupportRefIssuerSerial",
    "MustSupportRefKeyIdentifier",
    "MustSupportRefThumbprint",
    "Strict",
    "Trust10",
    "Trust13",
    "WssUsernameToken10",
    "WssUsernameToken11",
    "XPath",
];

fn is_optional(place: &Place) -> bool {
    let attributes = &place.tree.element(place.element).attributes;
    attributes.iter().any(|attribute| {
        let (name, value) = (&*attribute.name.local, attribute.value.trim());
        let optional = name == "Optional" && matches!(value, "true" | "1");
        let usage = name == "Usage" && value.rsplit(':').next().is_some_and(|usage| usage == "Optional");
        is_policy_namespace(&attribute.name.namespace) && (optional || usage)
    })
}

/// Whether `place` is a policy, or a reference to one.
pub(super) fn is_policy(place: &Place) -> bool {
    let known = ["Policy", "PolicyAttachment", "PolicyReference"];
    is_policy_namespace(place.namespace()) && known.contains(&place.local())
}

/// Whether `namespace` is that of one of the versions of WS-Policy.
pub(super) fn is_policy_namespace(namespace: &str) -> bool {
    matches!(
        namespace,
        "http://schemas.xmlsoap.org/ws/2002/12/policy"
            | "http://schemas.xmlsoap.org/ws/2004/09/policy"
            | "http://www.w3.org/2006/07/ws-policy"
            | "http://www.w3.org/ns/ws-policy"
    )
}
