//! Schemas that contracts import without saying where they are, written from the specifications that define them.

use crate::xml::ns;

/// The schema of `namespace`: a name for messages, and its text.
pub(super) fn schema(namespace: &str) -> Option<(&'static str, &'static str)> {
    ALL.iter().find(|(known, _, _)| *known == namespace).map(|(_, name, text)| (*name, *text))
}

/// Whether the schema of `namespace` is here.
pub(super) fn has(namespace: &str) -> bool {
    schema(namespace).is_some()
}

/// The namespaces whose schemas are here.
pub(super) fn namespaces() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(namespace, _, _)| *namespace)
}

macro_rules! bundled {
    ($($namespace:expr, $file:literal;)*) => {
        &[$(($namespace, concat!("bundled:", $file), include_str!(concat!("bundled/", $file)))),*]
    };
}

const ALL: &[(&str, &str, &str)] = bundled! {
    ns::SOAPENC_URI, "soap11-encoding.xsd";
    ns::SOAPENC12_URI, "soap12-encoding.xsd";
    ns::XML_URI, "xml.xsd";
    ns::XSD_URI, "xmlschema.xsd";
    ns::WSSE_URI, "wsse.xsd";
    ns::WSU_URI, "wsu.xsd";
    ns::WSA_URI, "wsa.xsd";
    "http://www.w3.org/2005/05/xmlmime", "xmlmime.xsd";
    "http://www.w3.org/2004/11/xmlmime", "xmlmime-2004.xsd";
    "http://www.w3.org/2004/08/xop/include", "xop.xsd";
    "http://www.w3.org/1999/xlink", "xlink.xsd";
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::ContractLimits;
    use crate::xml::Tree;

    #[test]
    fn every_bundled_schema_is_of_its_namespace() {
        for (namespace, name, text) in ALL {
            let tree = Tree::parse(text.as_bytes(), &ContractLimits::default().xml).expect(name);
            assert_eq!(tree.attribute(tree.root(), "targetNamespace"), Some(*namespace), "{name}");
        }
    }
}
