//! Namespace names, interned, so that comparing two expanded names compares a number and a local name.
//!
//! Namespace names are opaque strings: they are never resolved, trimmed or normalised (`schema.bancbox.com` is
//! a relative reference and a perfectly good name).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// A namespace name of one [`Namespaces`] table, or one that a reader met beyond that table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NsId(pub(crate) u32);

/// An expanded name: a namespace and a local name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name<'i> {
    /// The namespace; [`NsId::default`] is "no namespace".
    pub ns: NsId,
    /// The local name.
    pub local: &'i str,
}

/// A growing table of namespace names, which starts with the well-known ones of [`ns`].
#[derive(Clone, Debug)]
pub struct Namespaces {
    names: Vec<Arc<str>>,
    index: HashMap<Arc<str>, NsId, BuildHasherDefault<NameHasher>>,
}

impl Default for Namespaces {
    fn default() -> Self {
        let mut table = Self { names: Vec::new(), index: HashMap::default() };
        for name in ns::WELL_KNOWN {
            table.intern(name);
        }
        table
    }
}

impl Namespaces {
    /// The number of `name`, added if it is new.
    pub fn intern(&mut self, name: &str) -> NsId {
        if let Some(id) = self.find(name) {
            return id;
        }
        let id = NsId(self.names.len() as u32);
        let name: Arc<str> = name.into();
        self.names.push(name.clone());
        self.index.insert(name, id);
        id
    }

    /// The number of `name`, if the table has it.
    pub fn find(&self, name: &str) -> Option<NsId> {
        self.index.get(name).copied()
    }

    /// The namespace name of `id`; empty for one that is not of this table.
    pub fn name(&self, id: NsId) -> &str {
        self.names.get(id.0 as usize).map_or("", |name| name)
    }

    /// How many names the table has.
    #[expect(clippy::len_without_is_empty, reason = "the well-known names are always there")]
    pub fn len(&self) -> usize {
        self.names.len()
    }
}

/// Takes eight octets at a time. A table has the names of a contract, and those that messages bring are only looked for in
/// it: nobody can add names that meet in one place.
#[derive(Clone, Debug, Default)]
struct NameHasher(u64);

impl NameHasher {
    fn add(&mut self, word: u64) {
        // An odd number whose bits are well mixed, as the compiler's own tables have it.
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95);
    }
}

impl Hasher for NameHasher {
    fn write(&mut self, octets: &[u8]) {
        let (words, rest) = octets.as_chunks::<8>();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        match (octets.last_chunk::<8>(), rest.is_empty()) {
            (_, true) => {}
            (Some(last), false) => self.add(u64::from_le_bytes(*last)),
            (None, false) => rest.iter().for_each(|octet| self.add(u64::from(*octet))),
        }
    }

    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

/// The well-known namespaces, in the order in which every table holds them.
pub mod ns {
    use super::NsId;

    macro_rules! well_known {
        ($($(#[$doc:meta])* $id:ident $uri:ident = $number:literal $name:literal;)*) => {
            $($(#[$doc])* pub const $id: NsId = NsId($number);
              $(#[$doc])* pub const $uri: &str = $name;)*
            pub(super) const WELL_KNOWN: &[&str] = &[$($uri),*];
        };
    }

    /// The type `swaRef` of the WS-I Attachments Profile 1.0, section 4.4. It is in contracts alone, and in no table.
    pub const SWA_REF_URI: &str = "http://ws-i.org/profiles/basic/1.1/xsd";

    /// A name that no table has.
    pub const UNKNOWN: NsId = NsId(u32::MAX);

    well_known! {
        /// No namespace.
        NONE NONE_URI = 0 "";
        /// The `xml` prefix.
        XML XML_URI = 1 "http://www.w3.org/XML/1998/namespace";
        /// The `xmlns` prefix.
        XMLNS XMLNS_URI = 2 "http://www.w3.org/2000/xmlns/";
        /// XML Schema instance: `xsi:type`, `xsi:nil`.
        XSI XSI_URI = 3 "http://www.w3.org/2001/XMLSchema-instance";
        /// XML Schema.
        XSD XSD_URI = 4 "http://www.w3.org/2001/XMLSchema";
        /// SOAP 1.1 envelope.
        SOAP11 SOAP11_URI = 5 "http://schemas.xmlsoap.org/soap/envelope/";
        /// SOAP 1.2 envelope.
        SOAP12 SOAP12_URI = 6 "http://www.w3.org/2003/05/soap-envelope";
        /// SOAP 1.1 encoding.
        SOAPENC SOAPENC_URI = 7 "http://schemas.xmlsoap.org/soap/encoding/";
        /// WS-Security extensions 1.0.
        WSSE WSSE_URI = 8 "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
        /// WS-Security utility 1.0.
        WSU WSU_URI = 9 "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
        /// WS-Security extensions 1.1.
        WSSE11 WSSE11_URI = 10 "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd";
        /// WSDL 1.1.
        WSDL WSDL_URI = 11 "http://schemas.xmlsoap.org/wsdl/";
        /// WSDL 1.1 binding for SOAP 1.1.
        WSDL_SOAP11 WSDL_SOAP11_URI = 12 "http://schemas.xmlsoap.org/wsdl/soap/";
        /// WSDL 1.1 binding for SOAP 1.2.
        WSDL_SOAP12 WSDL_SOAP12_URI = 13 "http://schemas.xmlsoap.org/wsdl/soap12/";
        /// WSDL 1.1 binding for HTTP.
        WSDL_HTTP WSDL_HTTP_URI = 14 "http://schemas.xmlsoap.org/wsdl/http/";
        /// WSDL 1.1 binding for MIME.
        WSDL_MIME WSDL_MIME_URI = 15 "http://schemas.xmlsoap.org/wsdl/mime/";
        /// WS-Addressing 1.0.
        WSA WSA_URI = 16 "http://www.w3.org/2005/08/addressing";
        /// SOAP 1.2 encoding.
        SOAPENC12 SOAPENC12_URI = 17 "http://www.w3.org/2003/05/soap-encoding";
        /// WS-Addressing as it was submitted in August 2004.
        WSA2004 WSA2004_URI = 18 "http://schemas.xmlsoap.org/ws/2004/08/addressing";
        /// WS-Addressing, draft of March 2004.
        WSA200403 WSA200403_URI = 19 "http://schemas.xmlsoap.org/ws/2004/03/addressing";
        /// WS-Addressing, draft of March 2003.
        WSA200303 WSA200303_URI = 20 "http://schemas.xmlsoap.org/ws/2003/03/addressing";
        /// WS-Security, draft of April 2002.
        WSSE200204 WSSE200204_URI = 21 "http://schemas.xmlsoap.org/ws/2002/04/secext";
        /// WS-Security, draft of July 2002.
        WSSE200207 WSSE200207_URI = 22 "http://schemas.xmlsoap.org/ws/2002/07/secext";
        /// WS-Security, draft of December 2002.
        WSSE200212 WSSE200212_URI = 23 "http://schemas.xmlsoap.org/ws/2002/12/secext";
        /// WS-Security, draft of June 2003.
        WSSE200306 WSSE200306_URI = 24 "http://schemas.xmlsoap.org/ws/2003/06/secext";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_starts_with_the_well_known_names() {
        let mut table = Namespaces::default();
        assert_eq!(table.find(ns::WSSE_URI), Some(ns::WSSE));
        assert_eq!(table.name(ns::WSA), ns::WSA_URI);
        let first = table.intern("schema.bancbox.com");
        assert_eq!(table.intern("schema.bancbox.com"), first);
        assert_eq!(table.name(first), "schema.bancbox.com");
    }
}
