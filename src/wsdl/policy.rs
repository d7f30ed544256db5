//! Policies (WS-Policy 1.2 and 1.5, WS-PolicyAttachment): what a peer asks for beside the messages. What is not supported here is named;
//! nothing of it is done in silence.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::demand::{Demand, DemandKind, Demands};
use super::place::Place;
use crate::limits::{POLICY_ELEMENTS, POLICY_NESTING};
use crate::xml::{ElementId, ns};

/// The policies of a contract by the identifier that references have of them.
pub(super) struct Policies {
    /// Documents may use one identifier each for another policy.
    by_id: HashMap<String, Vec<Place>>,
    /// What those say that references lead to, and how deep it was read: each is read once, unless it is referred to again from less deep.
    read: RefCell<HashMap<(usize, ElementId), (usize, Demands)>>,
    /// Elements that may still be looked at.
    left: Cell<usize>,
}

impl Default for Policies {
    fn default() -> Self {
        Self { by_id: HashMap::new(), read: RefCell::default(), left: Cell::new(POLICY_ELEMENTS) }
    }
}

impl Policies {
    /// Those that are children of `roots`.
    pub(super) fn of(roots: &[Place]) -> Self {
        let mut policies = Self::default();
        let own: Vec<Place> = roots.iter().flat_map(Place::children).collect();
        own.iter().filter(|place| is_policy(place)).for_each(|place| policies.add(place));
        policies
    }

    /// Remembers the policy at `place`, if it has an identifier.
    fn add(&mut self, place: &Place) {
        // The identifier is of one of the namespaces that wsu had, or of none.
        for attribute in &place.tree.element(place.element).attributes {
            let key = match &*attribute.name.local {
                "Id" | "id" => format!("#{}", attribute.value.trim()),
                "Name" => attribute.value.trim().to_owned(),
                _ => continue,
            };
            self.by_id.entry(key).or_default().push(place.clone());
        }
    }

    /// What is demanded of who uses the WSDL element `place` itself: by policies inside of it, by references, by the attribute `PolicyURIs`
    /// (WS-PolicyAttachment, section 4), and by `UsingAddressing` that is required (WS-Addressing 1.0 WSDL Binding, section 3.1).
    pub(super) fn attached(&self, place: &Place) -> Demands {
        let inside = place.children().filter(is_policy).map(|child| self.asked(&child));
        let using = place.children().filter(is_required).filter_map(|child| using_addressing(&child));
        Demands::all(self.by_attribute(place).into_iter().chain(inside).chain(using))
    }

    /// What the policies demand that the attributes `PolicyURIs` of `place` name.
    pub(super) fn by_attribute(&self, place: &Place) -> Vec<Demands> {
        let attributes = place.tree.element(place.element).attributes.iter();
        let uris = attributes.filter(|attribute| {
            &*attribute.name.local == "PolicyURIs" && is_policy_namespace(&attribute.name.namespace)
        });
        let named = |uris: &str| {
            Demands::all(uris.split_whitespace().map(|uri| self.referenced(place, uri, POLICY_NESTING)))
        };
        uris.map(|uris| named(&uris.value)).collect()
    }

    /// What the policy or the reference at `place` demands.
    pub(super) fn asked(&self, place: &Place) -> Demands {
        self.walk(place, POLICY_NESTING)
    }

    fn referenced(&self, from: &Place, uri: &str, depth: usize) -> Demands {
        let Some(policy) = self.named(from, uri.trim()) else {
            return Demands::One(demand(from, DemandKind::Dangling(uri.trim().into())));
        };
        let key = (policy.document, policy.element);
        if let Some((_, known)) = self.read.borrow().get(&key).filter(|(read, _)| *read >= depth) {
            // Policies that refer to others twice grow with the power of their depth, read once or not.
            return if self.spend(known.size()) { known.clone() } else { Demands::default() };
        }
        let demands = self.walk(policy, depth.saturating_sub(1));
        self.read.borrow_mut().insert(key, (depth, demands.clone()));
        demands
    }

    /// The policy that `uri` names in the document of `from` (WS-Policy 1.5 Framework, section 4.3.4), else in another one of the contract.
    fn named(&self, from: &Place, uri: &str) -> Option<&Place> {
        let all = self.by_id.get(uri)?;
        all.iter().find(|policy| policy.document == from.document).or_else(|| all.first())
    }

    /// Takes `elements` of those that may still be looked at; says whether there were as many.
    fn spend(&self, elements: usize) -> bool {
        let left = self.left.get().checked_sub(elements);
        // Who takes more than there is leaves nothing.
        self.left.set(left.unwrap_or(0));
        left.is_some_and(|left| left > 0)
    }

    fn walk(&self, place: &Place, depth: usize) -> Demands {
        // Policies that refer to each other say nothing that was not said above.
        if !self.spend(1) || depth == 0 || is_optional(place) {
            return Demands::default();
        }
        if !is_policy_namespace(place.namespace()) {
            return self.assertion(place, depth);
        }
        let children: Vec<Place> = place.children().collect();
        let parts = children.iter().map(|child| self.walk(child, depth - 1));
        match place.local() {
            "All" | "Policy" | "PolicyAttachment" => Demands::all(parts),
            "ExactlyOne" | "OneOrMore" => Demands::one_of(parts),
            "PolicyReference" => match place.attribute("URI") {
                Some(uri) => self.referenced(place, uri, depth),
                None => {
                    Demands::One(demand(place, DemandKind::Unsupported("PolicyReference without URI".into())))
                }
            },
            _ => Demands::default(),
        }
    }

    /// An assertion: what it is, and what stands inside of it.
    fn assertion(&self, place: &Place, depth: usize) -> Demands {
        let children: Vec<Place> = place.children().collect();
        let inside = children.iter().map(|child| self.walk(child, depth - 1));
        match meaning(place) {
            Meaning::Carrier => Demands::all(inside),
            Meaning::Demand(kind) => {
                let own = std::iter::once(kind).chain(certificate(place));
                Demands::all(own.map(|kind| Demands::One(demand(place, kind))).chain(inside))
            }
            Meaning::Manner => Demands::default(),
            Meaning::Unsupported => {
                Demands::One(demand(place, DemandKind::Unsupported(place.local().into())))
            }
        }
    }
}

/// What an assertion means here.
enum Meaning {
    /// It holds what is asked for.
    Carrier,
    Demand(DemandKind),
    /// It says how something is written, which what is sent here fulfils.
    Manner,
    Unsupported,
}

fn meaning(place: &Place) -> Meaning {
    use DemandKind::{
        Basic, Certificate, Created, HashPassword, NoPassword, Nonce, Timestamp, TimestampFirst,
        TimestampLast, Tls, UsernameToken,
    };
    match (kind(place.namespace()), place.local()) {
        (Kind::Addressing, "Addressing") => Meaning::Demand(DemandKind::Addressing),
        (Kind::Addressing, "AnonymousResponses") => Meaning::Manner,
        (Kind::Addressing, "UsingAddressing") => Meaning::Demand(addressing(place)),
        (Kind::Mtom, "OptimizedMimeSerialization" | "MTOM") => Meaning::Demand(DemandKind::Mtom),
        (Kind::Security, "LaxTsFirst") => Meaning::Demand(TimestampFirst),
        (Kind::Security, "LaxTsLast") => Meaning::Demand(TimestampLast),
        (Kind::Security, "UsernameToken") => match not_sent(place) {
            Some(inclusion) => Meaning::Demand(DemandKind::Unsupported(inclusion)),
            None => Meaning::Demand(UsernameToken),
        },
        (Kind::Security, "Created") => Meaning::Demand(Created),
        (Kind::Security, "Nonce") => Meaning::Demand(Nonce),
        (Kind::Security, "HashPassword") => Meaning::Demand(HashPassword),
        (Kind::Security, "NoPassword") => Meaning::Demand(NoPassword),
        (Kind::Security, "HttpsToken") => Meaning::Demand(Tls),
        (Kind::Http | Kind::Security, "RequireClientCertificate") => Meaning::Demand(Certificate),
        (Kind::Security, "IncludeTimestamp") => Meaning::Demand(Timestamp),
        (Kind::Http, "BasicAuthentication") | (Kind::Security, "HttpBasicAuthentication") => {
            Meaning::Demand(Basic)
        }
        (Kind::Security, local) if CARRIERS.contains(&local) => Meaning::Carrier,
        (Kind::Security, local) if MANNERS.contains(&local) => Meaning::Manner,
        _ => Meaning::Unsupported,
    }
}

/// What a token is that no message to the service may have (WS-SecurityPolicy 1.2, section 5.1.1).
fn not_sent(place: &Place) -> Option<Arc<str>> {
    let mut attributes = place.tree.element(place.element).attributes.iter();
    let inclusion = attributes.find(|attribute| &*attribute.name.local == "IncludeToken")?;
    let inclusion = inclusion.value.trim().rsplit('/').next().filter(|last| NOT_SENT.contains(last))?;
    Some(format!("{} with IncludeToken {inclusion}", place.local()).into())
}

const NOT_SENT: [&str; 2] = ["AlwaysToInitiator", "Never"];

/// The client certificate that the assertion at `place` asks for in an attribute, as WS-SecurityPolicy 1.1 has it.
fn certificate(place: &Place) -> Option<DemandKind> {
    let required = place.attribute("RequireClientCertificate").filter(|_| place.local() == "HttpsToken")?;
    matches!(required.trim(), "true" | "1").then_some(DemandKind::Certificate)
}

fn demand(place: &Place, kind: DemandKind) -> Demand {
    Demand { kind, origin: place.origin() }
}

/// What the extension at `place` demands where it is required.
pub(super) fn using_addressing(place: &Place) -> Option<Demands> {
    let known = kind(place.namespace()) == Kind::Addressing && place.local() == "UsingAddressing";
    known.then(|| Demands::One(demand(place, addressing(place))))
}

/// The version of WS-Addressing for which `UsingAddressing` at `place` asks.
fn addressing(place: &Place) -> DemandKind {
    if place.namespace() == SUBMISSION_POLICY {
        DemandKind::AddressingSubmission
    } else {
        DemandKind::Addressing
    }
}

/// What defines an assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Addressing,
    Http,
    Mtom,
    Other,
    Security,
}

fn kind(namespace: &str) -> Kind {
    match namespace {
        _ if namespace.contains("ws-securitypolicy") || namespace.ends_with("/ws/2005/07/securitypolicy") => {
            Kind::Security
        }
        "http://schemas.microsoft.com/ws/06/2004/policy/http" => Kind::Http,
        // The submission of 2004, and WS-MTOMPolicy 1.0 and 1.1.
        "http://schemas.xmlsoap.org/ws/2004/09/policy/optimizedmimeserialization"
        | "http://www.w3.org/2007/08/soap12-mtom-policy"
        | "http://www.w3.org/2006/12/soap12-mtom-policy" => Kind::Mtom,
        "http://www.w3.org/2007/05/addressing/metadata"
        | "http://www.w3.org/2006/05/addressing/wsdl"
        | "http://www.w3.org/2006/02/addressing/wsdl"
        | "http://www.w3.org/2005/08/addressing/wsdl"
        | SUBMISSION_POLICY => Kind::Addressing,
        _ => Kind::Other,
    }
}

/// Where the policy assertion of the submission of August 2004 is.
const SUBMISSION_POLICY: &str = "http://schemas.xmlsoap.org/ws/2004/08/addressing/policy";

/// Assertions of WS-SecurityPolicy that are made of those in them.
const CARRIERS: [&str; 10] = [
    "EncryptedSupportingTokens",
    "Layout",
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
const MANNERS: [&str; 16] = [
    "AlgorithmSuite",
    "Issuer",
    "Lax",
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

/// Whether nobody needs to meet it (WS-Policy 1.5 Framework, sections 4.3.1 and 4.4), or it is for messages that are not asked for.
fn is_optional(place: &Place) -> bool {
    let attributes = &place.tree.element(place.element).attributes;
    attributes.iter().any(|attribute| {
        let (name, value) = (&*attribute.name.local, attribute.value.trim());
        let optional = matches!(name, "Ignorable" | "Optional") && matches!(value, "true" | "1");
        let usage = name == "Usage" && value.rsplit(':').next().is_some_and(|usage| usage == "Optional");
        is_policy_namespace(&attribute.name.namespace) && (optional || usage)
    })
}

/// Whether the extension at `place` must be understood (WSDL 1.1, section 2.1.3).
pub(super) fn is_required(place: &Place) -> bool {
    let required = place.tree.attribute_of(place.element, ns::WSDL_URI, "required");
    required.is_some_and(|required| matches!(required.value.trim(), "true" | "1"))
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
