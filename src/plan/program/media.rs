//! The media types of binaries.

use std::fmt;

use crate::xml::{ElementId, Tree};

/// The media types that the octets of a value are expected to have (Describing Media Content of Binary Data in XML, section 2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaTypes {
    /// What is written, without white space.
    ranges: Vec<Box<str>>,
}

impl MediaTypes {
    /// What the element `id` of a schema says that the media types are, whether or not it is a list of some.
    pub fn said(tree: &Tree, id: ElementId) -> Option<&str> {
        let attributes = NAMESPACES
            .iter()
            .filter_map(|namespace| tree.attribute_of(id, namespace, "expectedContentTypes"));
        attributes.map(|attribute| &*attribute.value).next()
    }

    /// Reads a list in the syntax of the header field `Accept` (RFC 9110, section 12.5.1), in the order in which it is written; nothing where
    /// it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let ranges: Option<Vec<Box<str>>> = text.split(',').map(range).collect();
        ranges.map(|ranges| Self { ranges })
    }

    /// The media types, some of which may have a wildcard.
    pub fn ranges(&self) -> impl Iterator<Item = &str> {
        self.ranges.iter().map(|range| &**range)
    }

    /// The first one without a wildcard.
    pub fn first(&self) -> Option<&str> {
        self.ranges().find(|range| !range.contains('*'))
    }

    /// The only one, where there is only one, and that has no wildcard.
    pub fn only(&self) -> Option<&str> {
        self.first().filter(|_| self.ranges.len() == 1)
    }
}

/// The namespaces of the note: of May 2005, and of the draft before it.
pub(super) const NAMESPACES: [&str; 2] =
    ["http://www.w3.org/2005/05/xmlmime", "http://www.w3.org/2004/11/xmlmime"];

/// `image/png, image/*`.
impl fmt::Display for MediaTypes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.ranges.join(", "))
    }
}

/// A type and a subtype, in lower case. What else a sender says, such as how much it wants the one, does not tell what the octets are.
fn range(text: &str) -> Option<Box<str>> {
    let range = text.split(';').next()?.trim();
    let (kind, subtype) = range.split_once('/')?;
    let is_wild = kind != "*" || subtype == "*";
    (is_token(kind) && is_token(subtype) && is_wild).then(|| range.to_ascii_lowercase().into())
}

/// RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_a_header_field_is() {
        for (text, shown, first, only) in [
            ("image/png", "image/png", Some("image/png"), Some("image/png")),
            (" Image/PNG ; q=0.5 ", "image/png", Some("image/png"), Some("image/png")),
            ("image/*", "image/*", None, None),
            ("*/*", "*/*", None, None),
            ("image/*, image/svg+xml;q=1", "image/*, image/svg+xml", Some("image/svg+xml"), None),
        ] {
            let read = MediaTypes::parse(text).expect(text);
            assert_eq!((&*read.to_string(), read.first(), read.only()), (shown, first, only), "{text}");
        }
        for text in
            ["", "image", "image/", "/png", "image/png,", "*/png", "image/p ng", "image/png\r\nx: y", "a/b/c"]
        {
            assert_eq!(MediaTypes::parse(text), None, "{text:?}");
        }
    }
}
