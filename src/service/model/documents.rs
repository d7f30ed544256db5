//! The documents of a contract as a SOAP front serves them: `?wsdl`, `?singleWsdl`, `?xsd=N`, with their references
//! rewritten.

use super::pieces::{Hole, Parts, addresses};
use super::references::{self, declaration_end};
use super::single::single;
use crate::wsdl::{Contract, Document, References};

/// The documents of a contract, with the places where addresses stand.
#[derive(Clone, Debug, Default)]
pub struct Published {
    documents: Vec<Parts>,
    /// All of them as one.
    single: Parts,
}

impl Published {
    /// Cuts the documents of `contract` at their references.
    pub fn new(contract: &Contract) -> Self {
        let cut = |document: &Document| cut(document, &contract.references);
        Self { documents: contract.documents.iter().map(cut).collect(), single: single(contract) }
    }

    /// Whether the query of a request asks for a document that there is.
    pub fn has(&self, query: &str) -> bool {
        self.asked(query).is_some()
    }

    /// The document that `query` asks for: `wsdl`, `singleWsdl` or `xsd=N`, with `address` for the front. Nothing where there is no such
    /// document, and for an address that XML cannot carry.
    pub fn document(&self, query: &str, address: &str) -> Option<String> {
        let parts = self.asked(query)?;
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

impl Published {
    fn asked(&self, query: &str) -> Option<&Parts> {
        match query.split_once('=') {
            None if query.eq_ignore_ascii_case("wsdl") => self.documents.first(),
            None if query.eq_ignore_ascii_case("singleWsdl") => Some(&self.single),
            Some((name, number)) if name.eq_ignore_ascii_case("xsd") => match number.parse::<usize>() {
                Ok(number) => self.documents.get(number),
                // What is no number asks for no document.
                Err(_) => None,
            },
            None | Some(_) => None,
        }
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
    addresses(tree, tree.root(), &mut |start, end| holes.push((start, end, Hole::Address)));
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
