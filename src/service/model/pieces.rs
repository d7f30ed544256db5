//! The documents of a contract in pieces: what is written as it is, and the places where addresses stand.

use super::references::value_span;
use crate::wsdl::Document;
use crate::xml::{ElementId, Tree, ns};

/// A document cut at its references.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// Text, and what stands behind it.
    pub(super) pieces: Vec<(String, Hole)>,
}

/// What stands between two pieces of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    /// The address of the front.
    Address,
    /// The address of document N.
    Document(usize),
    /// Nothing: the end.
    End,
}

/// Where the addresses of the service stand.
pub(super) fn addresses(tree: &Tree, id: ElementId, found_at: &mut dyn FnMut(usize, usize)) {
    let element = tree.element(id);
    let soap = matches!(&*element.name.namespace, ns::WSDL_SOAP11_URI | ns::WSDL_SOAP12_URI);
    if soap
        && &*element.name.local == "address"
        && let Some(found) = tree.attribute_of(id, "", "location")
        && let Some((start, end)) = value_span(tree.text(), found.offset)
    {
        found_at(start, end);
    }
    for child in &element.children {
        addresses(tree, *child, found_at);
    }
}

/// The document that `location`, written in `file`, refers to.
pub(super) fn number(all: &[Document], file: &str, location: &str) -> Option<usize> {
    let wanted = normal(&match file.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{location}"),
        None => location.to_owned(),
    });
    all.iter().position(|document| normal(&document.file) == wanted || *document.file == *location)
}

/// The path without `.` and `..` segments.
fn normal(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." if out.last().is_some_and(|last| *last != ".." && !last.is_empty()) => drop(out.pop()),
            segment => out.push(segment),
        }
    }
    out.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_without_dots() {
        assert_eq!(normal("wsdl/../xsd/a.xsd"), "xsd/a.xsd");
        assert_eq!(normal("../wsdl/./a.wsdl"), "../wsdl/a.wsdl");
        assert_eq!(normal("/a/b/../c"), "/a/c");
    }
}
