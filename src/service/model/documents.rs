//! The documents of a contract as a SOAP front serves them: `?wsdl`, `?singleWsdl`, `?xsd=N`, with their references
//! rewritten.

use super::pieces::{Hole, Parts, Shown};
use super::ports::Ports;
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
    /// The documents of `contract` with all its ports.
    pub fn new(contract: &Contract) -> Self {
        Self::with(contract, Shown::All)
    }

    /// The documents of `contract` with those ports that clients may use.
    pub(in crate::service) fn serving(contract: &Contract, ports: &Ports) -> Self {
        Self::with(contract, Shown::These(&ports.shown, 0))
    }

    /// Cuts the documents of `contract` at their references, and at what is not shown.
    fn with(contract: &Contract, shown: Shown<'_>) -> Self {
        let documents = contract.documents.iter().enumerate();
        let cut = |(number, document): (usize, &Document)| {
            cut(document, &contract.references, shown.within(number))
        };
        Self { documents: documents.map(cut).collect(), single: single(contract, shown) }
    }

    /// Whether the query of a request asks for a document that there is.
    pub fn has(&self, query: &str) -> bool {
        self.asked(query).is_some()
    }

    /// The document that `query` asks for: `wsdl`, `singleWsdl` or `xsd=N`. `address` gives the address of a port with a path of its own,
    /// else that of the front. Nothing where there is no such document, and for an address that XML cannot carry.
    pub fn document(&self, query: &str, address: impl Fn(Option<&str>) -> String) -> Option<String> {
        let parts = self.asked(query)?;
        let front = escape(&address(None))?;
        let mut out = String::new();
        for (text, hole) in &parts.pieces {
            out.push_str(text);
            match hole {
                Hole::Address(None) => out.push_str(&front),
                Hole::Address(Some(path)) => out.push_str(&escape(&address(Some(path)))?),
                Hole::Document(number) => out.push_str(&format!("{front}?xsd={number}")),
                Hole::Nothing => {}
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

fn cut(document: &Document, all: &References, shown: Shown<'_>) -> Parts {
    let tree = &document.tree;
    let mut holes = shown.addresses(tree);
    holes.extend(shown.hidden(tree).into_iter().map(|(start, end)| (start, end, Hole::Nothing)));
    for reference in references::of(tree) {
        let number = all.number(&document.file, &reference.value);
        holes.extend(number.map(|number| (reference.start, reference.end, Hole::Document(number))));
    }
    holes.sort_by_key(|(start, _, _)| *start);
    let mut pieces = Vec::new();
    let mut from = declaration_end(tree.text());
    for (start, end, hole) in holes {
        // What stands in something that is left out is left out too.
        if start < from {
            continue;
        }
        let before = tree.text().get(from..start).expect("places are sorted, and behind the XML declaration");
        pieces.push((before.to_owned(), hole));
        from = end;
    }
    let rest = tree.text().get(from..).expect("a reference ends inside of the text");
    pieces.push((rest.to_owned(), Hole::Nothing));
    Parts { pieces }
}
