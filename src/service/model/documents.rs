//! The documents of a contract as a SOAP front serves them: `?wsdl`, `?xsd=N`, with their references rewritten.

use super::references::{self, declaration_end, value_span};
use crate::wsdl::{Contract, Document, References};
use crate::xml::{ElementId, Tree, ns};

/// The documents of a contract, with the places where addresses stand.
#[derive(Clone, Debug, Default)]
pub struct Published {
    documents: Vec<Parts>,
}

/// A document cut at its references.
#[derive(Clone, Debug)]
struct Parts {
    /// Text, and what stands behind it.
    pieces: Vec<(String, Hole)>,
}

/// What stands between two pieces of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hole {
    /// The address of the front.
    Address,
    /// The address of document N.
    Document(usize),
    /// Nothing: the end.
    End,
}

impl Published {
    /// Cuts the documents of `contract` at their references.
    pub fn new(contract: &Contract) -> Self {
        let cut = |document: &Document| cut(document, &contract.references);
        Self { documents: contract.documents.iter().map(cut).collect() }
    }

    /// Document `number` with `address` for the front; 0 is the WSDL. Nothing where there is no such document, and for an
    /// address that XML cannot carry.
    pub fn document(&self, number: usize, address: &str) -> Option<String> {
        let parts = self.documents.get(number)?;
        let address = escape(address)?;
        let mut out = String::new();
        for (text, hole) in &parts.pieces {
            out.push_str(text);
            match hole {
                Hole::Address => out.push_str(&address),
                Hole::Document(number) => out.push_str(&format!("{address}?xsd={number}")),
                Hole::End => {}
            }
        }
        Some(out)
    }
}

fn escape(address: &str) -> Option<String> {
    let mut out = Vec::new();
    // An address is made of a Host header; one with such a character is that of no front.
    crate::xml::write::attribute(&mut out, address).ok()?;
    Some(String::from_utf8(out).expect("XML is written as UTF-8"))
}

fn cut(document: &Document, all: &References) -> Parts {
    let tree = &document.tree;
    let mut holes = Vec::new();
    addresses(tree, tree.root(), &mut holes);
    for reference in references::of(tree) {
        let number = all.number(&document.file, &reference.value);
        holes.extend(number.map(|number| (reference.start, reference.end, Hole::Document(number))));
    }
    holes.sort_by_key(|(start, _, _)| *start);
    let mut pieces = Vec::new();
    let mut from = declaration_end(tree.text());
    for (start, end, hole) in holes {
        // They are values of different attributes behind the XML declaration, sorted.
        let before = tree.text().get(from..start).expect("references do not overlap");
        pieces.push((before.to_owned(), hole));
        from = end;
    }
    let rest = tree.text().get(from..).expect("a reference ends inside of the text");
    pieces.push((rest.to_owned(), Hole::End));
    Parts { pieces }
}

/// The addresses of the service.
fn addresses(tree: &Tree, id: ElementId, holes: &mut Vec<(usize, usize, Hole)>) {
    let element = tree.element(id);
    let soap = matches!(&*element.name.namespace, ns::WSDL_SOAP11_URI | ns::WSDL_SOAP12_URI);
    if soap
        && &*element.name.local == "address"
        && let Some(found) = tree.attribute_of(id, "", "location")
        && let Some((start, end)) = value_span(tree.text(), found.offset)
    {
        holes.push((start, end, Hole::Address));
    }
    for child in &element.children {
        addresses(tree, *child, holes);
    }
}
