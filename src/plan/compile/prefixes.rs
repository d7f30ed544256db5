//! Namespaces and the prefixes that messages bind to them.

use std::collections::HashMap;

use crate::wsdl::Contract;
use crate::xml::{Namespaces, NsId, ns};

/// The namespaces of a contract and their prefixes, one each.
pub(super) struct Prefixes<'c> {
    contract: &'c Contract,
    pub(super) namespaces: Namespaces,
    prefixes: HashMap<NsId, Box<str>>,
}

impl<'c> Prefixes<'c> {
    pub(super) fn new(contract: &'c Contract) -> Self {
        let prefixes = HashMap::from([(ns::XML, "xml".into()), (ns::XSI, "xsi".into())]);
        Self { contract, namespaces: Namespaces::default(), prefixes }
    }

    pub(super) fn intern(&mut self, name: &str) -> NsId {
        self.namespaces.intern(name)
    }

    /// `local` with the prefix of its namespace.
    pub(super) fn tag(&mut self, ns: NsId, local: &str) -> String {
        if ns == ns::NONE { local.to_owned() } else { format!("{}:{local}", self.prefix(ns)) }
    }

    /// The declaration of the prefix of `ns`, as an attribute.
    pub(super) fn declared(&mut self, ns: NsId) -> String {
        if matches!(ns, ns::NONE | ns::XML) {
            return String::new();
        }
        let prefix = self.prefix(ns);
        format!(" xmlns:{prefix}=\"{}\"", escaped(self.namespaces.name(ns)))
    }

    /// The declarations of all `used`, each once.
    pub(super) fn declarations(&mut self, mut used: Vec<NsId>) -> Box<str> {
        used.sort();
        used.dedup();
        used.into_iter().map(|ns| self.declared(ns)).collect::<String>().into()
    }

    /// The prefix that messages use for `ns`: the one that the contract's documents use, where it is free.
    pub(super) fn prefix(&mut self, ns: NsId) -> Box<str> {
        if let Some(prefix) = self.prefixes.get(&ns) {
            return prefix.clone();
        }
        if ns == ns::XSI {
            // Attributes of that namespace are written with the prefix that everybody uses.
            self.prefixes.insert(ns, "xsi".into());
            return "xsi".into();
        }
        let fresh = (1..).map(|n| format!("ns{n}"));
        let candidates = self.preferred(ns).into_iter().chain(fresh);
        let mut free = candidates.filter(|prefix| !self.is_taken(prefix));
        let prefix: Box<str> = free.next().expect("of infinitely many prefixes one is free").into();
        self.prefixes.insert(ns, prefix.clone());
        prefix
    }

    fn is_taken(&self, prefix: &str) -> bool {
        RESERVED.contains(&prefix)
            || prefix.is_empty()
            || self.prefixes.values().any(|taken| **taken == *prefix)
    }

    fn preferred(&self, ns: NsId) -> Option<String> {
        let name = self.namespaces.name(ns);
        self.bindings().find(|(_, bound)| *bound == name).map(|(prefix, _)| prefix.to_owned())
    }

    /// The namespace to which the contract's documents bind `prefix`.
    pub(super) fn bound(&self, prefix: &str) -> Option<&'c str> {
        self.bindings().find(|(known, _)| *known == prefix).map(|(_, name)| name)
    }

    /// The prefixes that the roots of the contract's documents declare.
    fn bindings(&self) -> impl Iterator<Item = (&'c str, &'c str)> {
        let of = |document: &'c crate::wsdl::Document| document.tree.declared(document.tree.root());
        self.contract.documents.iter().flat_map(of).filter(|(prefix, _)| !prefix.is_empty())
    }

    /// The namespaces, and the namespace of each prefix.
    pub(super) fn finish(self) -> (Namespaces, HashMap<Box<str>, NsId>) {
        let by_prefix = self.prefixes.into_iter().map(|(ns, prefix)| (prefix, ns)).collect();
        (self.namespaces, by_prefix)
    }
}

/// A namespace name as an attribute's value.
fn escaped(name: &str) -> String {
    let mut out = Vec::new();
    crate::xml::write::attribute(&mut out, name)
        .expect("a namespace name of a document is made of XML's characters");
    String::from_utf8(out).expect("what is escaped stays UTF-8")
}

/// Prefixes that the envelope and the security header use.
const RESERVED: &[&str] = &["soapenv", "wsse", "wsu", "xml", "xmlns", "xsi"];
